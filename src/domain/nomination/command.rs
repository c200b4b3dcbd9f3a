//! Commands on a nomination.

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{
    action::commands,
    given,
    id::{AccountId, Kind, OrganizationId},
    text::{Attested, Name, Sha256Hex, Statement},
};

commands! {
    /// Commands on a nomination.
    NominationCommand of Kind::Nomination;
    /// Nominates an organization as a trusted partner.
    "propose" ProposeNomination Under;
    /// Consents to approaching the partner with a generic screening NDA.
    "consent-approach" ConsentApproach No;
    /// Signs the generic screening NDA, which names neither developer nor model.
    "sign-screening-nda" SignScreeningNda No;
    /// Discloses the nomination to the partner.
    "disclose" DiscloseNomination No;
    /// Asks the partner for its statements on the criteria.
    "begin-screening" BeginScreening No;
    /// States how the partner meets the criteria.
    "state-criteria" StateCriteria No;
    /// Begins vetting the partner's statements.
    "begin-vetting" BeginVetting No;
    /// Assigns a reviewer.
    "assign-reviewer" AssignReviewer No;
    /// Recuses oneself, from decision and sight.
    "recuse" RecuseReviewer No;
    /// Asks both keys.
    "open-decision" OpenDecision No;
    /// The developer's yes.
    "consent" ConsentNomination No;
    /// The developer's no.
    "decline" DeclineNomination No;
    /// Takes the developer's answer back.
    "revoke-consent" RevokeConsent No;
    /// A reviewer's yes.
    "concur" ConcurNomination No;
    /// A reviewer's no.
    "decline-concurrence" DeclineConcurrence No;
    /// Takes a reviewer's vote back.
    "revoke-vote" RevokeVote No;
    /// Has a decline looked at once more.
    "reconsider" ReconsiderNomination No;
    /// Begins making the partner's own agreements and people ready.
    "begin-conditions" BeginConditions No;
    /// Suspends the partner's status at once.
    "suspend" SuspendNomination No;
    /// Lifts a suspension; the side that suspended.
    "lift-suspension" LiftNominationSuspension No;
    /// Ends the partner's status at once. Either side alone.
    "revoke" RevokeNomination No;
    /// Takes the nomination back.
    "withdraw" WithdrawNomination No;
}

macro_rules! empty {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
            #[serde(deny_unknown_fields)]
            pub struct $name {}
        )*
    };
}

/// Nominates an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeNomination {
    /// Reference of the engagement.
    pub engagement: String,
    /// The organization to nominate.
    pub partner: OrganizationId,
}

/// Signs the generic screening NDA, whose text stands in the nomination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignScreeningNda {
    /// SHA-256 of the text being signed.
    pub digest: Sha256Hex,
    /// The partner contact's name, typed.
    pub typed_name: Name,
    /// In which capacity.
    pub capacity: Name,
    /// The partner contact may bind the organization and means to.
    pub intent: Attested,
}

/// States how the partner meets the criteria.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StateCriteria {
    /// A statement for each criterion key of the pinned framework version.
    pub criteria: BTreeMap<String, Statement>,
    /// Nothing entered here is classified.
    pub unclassified_attestation: Attested,
}

/// Assigns a reviewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignReviewer {
    /// An account with the role RV.
    pub reviewer: AccountId,
}

/// Begins the conditions precedent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginConditions {
    /// When the partner's status ends by its own term.
    #[serde(deserialize_with = "given::instant")]
    pub term_ends_at: DateTime<Utc>,
}

empty! {
    /// Consents to the approach.
    ConsentApproach;
    /// Discloses the nomination.
    DiscloseNomination;
    /// Begins screening.
    BeginScreening;
    /// Begins vetting.
    BeginVetting;
    /// Recuses oneself.
    RecuseReviewer;
    /// Opens the decision.
    OpenDecision;
    /// The developer consents.
    ConsentNomination;
    /// The developer declines.
    DeclineNomination;
    /// The developer takes its answer back.
    RevokeConsent;
    /// A reviewer concurs.
    ConcurNomination;
    /// A reviewer declines.
    DeclineConcurrence;
    /// A reviewer takes the vote back.
    RevokeVote;
    /// Reconsiders a decline.
    ReconsiderNomination;
    /// Suspends the status.
    SuspendNomination;
    /// Lifts the suspension.
    LiftNominationSuspension;
    /// Revokes the status.
    RevokeNomination;
    /// Takes the nomination back.
    WithdrawNomination;
}
