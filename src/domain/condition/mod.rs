//! Conditions (domain section 3.5): binding terms on confidentiality, cybersecurity, insider risk or intellectual
//! property, from template to in force, between organizations and for each person.

mod command;
mod coverage;
mod decide;
mod evolve;
mod settle;
mod succession;
mod transitions;

use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

pub use command::*;
pub use coverage::coverage;
pub use decide::{
    available, concerns_insider_risk, decide, is_over, may_attach, offers_to_name, waiver_needs_insider_risk,
};
pub use evolve::evolve;
use serde::{Deserialize, Serialize};
pub use settle::due;
pub use succession::{is_ahead_of_time, successor, unsatisfied};
pub use transitions::{Guard, NOT_OVER, WORKFLOW};
use utoipa::ToSchema;

pub use super::framework::{Function as ConditionFunction, Subject as ConditionSubject};
use super::{
    actor::{By, Side},
    audience::Audience,
    id::{AccountId, OrganizationId, RecordId, Subject},
    offer::Offer,
    records::{Erased, ErasedUnder},
    text::{Markdown, Name, Sha256Hex},
    time::Instant,
};

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The developer of the release that it protects access to.
    pub developer: OrganizationId,
    /// The engagement or nomination that it is attached to.
    pub attached_to: Subject,
    /// The nominated organization, for a partner's condition.
    pub partner: Option<OrganizationId>,
    /// The template that it was made from.
    pub template: String,
    /// Its title.
    pub title: Name,
    /// What it is about.
    pub subjects: BTreeSet<ConditionSubject>,
    /// What it does.
    pub functions: BTreeSet<ConditionFunction>,
    /// The side that it protects: it alone waives.
    pub protected: Side,
    /// The side that it binds.
    pub bound: Side,
    /// Whether each person with access acknowledges it too.
    pub personal: bool,
    /// Whether it must be in force before access.
    pub required: bool,
    /// The condition whose place it takes once it is in force.
    #[serde(default)]
    pub supersedes: Option<RecordId>,
    /// Where it stands.
    pub stage: ConditionStage,
    /// When the stage was entered.
    pub since: Instant,
    /// Every text, oldest first, by digest; the texts themselves stand in the documents.
    pub versions: Vec<TextVersion>,
    /// Offers to agree on a text.
    pub offers: Vec<Offer<AgreeTerms>>,
    /// The agreed text's digest, effective date and expiry.
    pub agreed: Option<AgreeTerms>,
    /// Organization signatures on the agreed text.
    pub signatures: Vec<Signature>,
    /// Personal acknowledgements: the digest each person acknowledged last.
    pub acknowledgements: BTreeMap<AccountId, Acknowledgement>,
    /// Months that it survives its own end: its expiry, or that of what it hangs on.
    pub survives_months: Option<u32>,
    /// Whether the insider-risk officer agreed to a waiver of the text that binds now.
    pub waiver_cleared: bool,
    /// When it expired or what it hangs on ended, if it was in force until then: its survival counts from here.
    #[serde(default)]
    pub survives_from: Option<Instant>,
    /// When its survival ended.
    #[serde(default)]
    pub survival_ended: Option<Instant>,
    /// When its texts were erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Erased>,
}

/// The stage of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConditionStage {
    /// Made from a published template.
    Attached,
    /// Texts go back and forth.
    Negotiating,
    /// Both sides accepted the same digest.
    Agreed,
    /// Both signatories signed it.
    Signed,
    /// Its effective date is reached.
    InForce,
    /// Broken.
    Breached,
    /// Waived by the protected side.
    Waived,
    /// Its expiry is reached.
    Expired,
    /// Another condition took its place.
    Superseded,
    /// Over with its engagement or nomination.
    Discharged,
}

impl ConditionStage {
    /// Every stage's name.
    pub const NAMES: &'static [&'static str] = &[
        "attached",
        "negotiating",
        "agreed",
        "signed",
        "in_force",
        "breached",
        "waived",
        "expired",
        "superseded",
        "discharged",
    ];

    /// The stage's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Attached => "attached",
            Self::Negotiating => "negotiating",
            Self::Agreed => "agreed",
            Self::Signed => "signed",
            Self::InForce => "in_force",
            Self::Breached => "breached",
            Self::Waived => "waived",
            Self::Expired => "expired",
            Self::Superseded => "superseded",
            Self::Discharged => "discharged",
        }
    }
}

/// One text of a condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextVersion {
    /// 1 for the template's text, then counting up.
    pub number: u32,
    /// SHA-256 of the text.
    pub digest: Sha256Hex,
    /// The version that it redlines.
    pub parent: Option<Sha256Hex>,
    /// Who uploaded it.
    pub by: By,
    /// When.
    pub at: DateTime<Utc>,
}

/// The exact terms that both organizations accept: one text, one effective date, one expiry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgreeTerms {
    /// SHA-256 of the text.
    pub digest: Sha256Hex,
    /// From when it binds.
    pub effective_at: DateTime<Utc>,
    /// Until when; `None` for as long as the engagement or the partner's term lasts.
    pub expires_at: Option<DateTime<Utc>>,
}

/// An organization's signature: bound to one digest (invariant 20).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Signature {
    /// Who signed.
    pub by: By,
    /// The name as typed.
    pub typed_name: Name,
    /// In which capacity.
    pub capacity: Name,
    /// The digest signed.
    pub digest: Sha256Hex,
    /// When.
    pub at: DateTime<Utc>,
}

/// A person's acknowledgement of one text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Acknowledgement {
    /// The digest acknowledged.
    pub digest: Sha256Hex,
    /// When.
    pub at: DateTime<Utc>,
}

/// What happened to a condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[expect(missing_docs, reason = "the fields are those of the command that each event answers")]
pub enum ConditionEvent {
    /// Made from a template; its text is version 1.
    Attached { condition: Box<AttachedFacts>, text: Markdown },
    /// A redline.
    TextUploaded { version: TextVersion, text: Markdown },
    /// One side offered to agree on a text.
    AgreementOffered { offer: Offer<AgreeTerms> },
    /// Both sides accepted the same digest.
    Agreed { hash: Sha256Hex },
    /// The offering side took it back.
    AgreementRetracted { hash: Sha256Hex },
    /// An organization signed.
    Signed { signature: Signature },
    /// Both organizations have signed.
    FullySigned,
    /// The effective date is reached.
    TookForce,
    /// A person acknowledged the text.
    Acknowledged { account: AccountId, digest: Sha256Hex },
    /// A breach was reported.
    Breached,
    /// The breach is cured.
    Cured,
    /// The insider-risk officer agrees to a waiver.
    WaiverCleared,
    /// The protected side waived it.
    Waived,
    /// Its expiry is reached.
    Expired,
    /// Another condition took its place.
    Superseded,
    /// Over with what it was attached to.
    Discharged,
    /// Its survival ended (D21).
    SurvivalEnded,
    /// Its texts are erased from now on.
    ContentErased { under: ErasedUnder },
}

/// What is fixed when a condition is attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the condition")]
pub struct AttachedFacts {
    pub developer: OrganizationId,
    pub attached_to: Subject,
    pub partner: Option<OrganizationId>,
    pub template: String,
    pub title: Name,
    pub subjects: BTreeSet<ConditionSubject>,
    pub functions: BTreeSet<ConditionFunction>,
    pub protected: Side,
    pub bound: Side,
    pub personal: bool,
    pub required: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<RecordId>,
    pub survives_months: Option<u32>,
}

impl ConditionEvent {
    /// The stable type code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Attached { .. } => "condition.attached",
            Self::TextUploaded { .. } => "condition.text_uploaded",
            Self::AgreementOffered { .. } => "condition.agreement_offered",
            Self::Agreed { .. } => "condition.agreed",
            Self::AgreementRetracted { .. } => "condition.agreement_retracted",
            Self::Signed { .. } => "condition.signed",
            Self::FullySigned => "condition.fully_signed",
            Self::TookForce => "condition.took_force",
            Self::Acknowledged { .. } => "condition.acknowledged",
            Self::Breached => "condition.breached",
            Self::Cured => "condition.cured",
            Self::WaiverCleared => "condition.waiver_cleared",
            Self::Waived => "condition.waived",
            Self::Expired => "condition.expired",
            Self::Superseded => "condition.superseded",
            Self::Discharged => "condition.discharged",
            Self::SurvivalEnded => "condition.survival_ended",
            Self::ContentErased { .. } => "condition.content_erased",
        }
    }
}

impl Condition {
    /// The condition's audience: a partner's condition is known to that partner too.
    pub fn audience(&self) -> Audience {
        self.partner.map_or(Audience::Shared, Audience::Partner)
    }

    /// The digest that binds, or the newest text before agreement.
    pub fn current_digest(&self) -> Option<&Sha256Hex> {
        self.agreed.as_ref().map(|a| &a.digest).or_else(|| self.versions.last().map(|v| &v.digest))
    }

    /// The side whose turn it is on the text, and since when: the other one than that which offered or wrote last. None
    /// once the text is agreed.
    pub fn turn(&self) -> Option<(Side, Instant)> {
        if !matches!(self.stage, ConditionStage::Attached | ConditionStage::Negotiating) {
            return None;
        }
        let offered = self.offers.last().map(|offer| (offer.by.side, offer.at));
        let written = self.versions.last().map(|version| (version.by.side, version.at));
        let (side, at) = offered.or(written)?;
        Some((if side == Some(self.protected) { self.bound } else { self.protected }, at))
    }

    /// Whether the side's organization has signed.
    pub fn is_signed_by(&self, side: Side) -> bool {
        self.signatures.iter().any(|signature| signature.by.side == Some(side))
    }

    /// In force, or waived by the side that it protects.
    pub const fn is_satisfied(&self) -> bool {
        matches!(self.stage, ConditionStage::InForce | ConditionStage::Waived)
    }

    /// Whether the person acknowledged the text that binds now.
    pub fn is_acknowledged_by(&self, account: AccountId) -> bool {
        self.acknowledgements.get(&account).is_some_and(|a| Some(&a.digest) == self.current_digest())
    }
}

#[cfg(test)]
mod succession_tests;
#[cfg(test)]
mod tests;
