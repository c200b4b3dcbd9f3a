//! Trusted-partner nomination (domain section 3.4): developer and government select a partner together, each with its
//! own key. Nothing is disclosed to the partner before the developer's consent.

mod command;
mod decide;
mod event;
mod evolve;
mod guard;
mod items;
mod quorum;
mod screening;
mod settle;
mod transitions;

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

pub use command::*;
pub use decide::{decide, may_propose};
pub use event::NominationEvent;
pub use evolve::evolve;
pub use guard::available;
pub use items::{open_since, unmet_agreements};
pub use quorum::{Concurrence, concurrence, concurring};
pub use screening::{ScreeningNda, screening_nda};
use serde::{Deserialize, Serialize};
pub use settle::due;
pub use transitions::{Guard, WORKFLOW};
use utoipa::ToSchema;

use super::{
    actor::By,
    condition::Signature,
    id::{AccountId, OrganizationId, RecordId},
    records::Erased,
    text::Statement,
    time::Instant,
};

/// A nomination of one organization as a trusted partner for one engagement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nomination {
    /// The developer.
    pub developer: OrganizationId,
    /// The engagement that it stands under.
    pub engagement: RecordId,
    /// The nominated organization.
    pub partner: OrganizationId,
    /// Where it stands.
    pub stage: NominationStage,
    /// When the stage was entered.
    pub since: Instant,
    /// Who nominated; never a reviewer of the same nomination.
    pub proposed_by: By,
    /// The developer official's consent to approach the partner.
    pub approach_consent: Option<Signed>,
    /// The partner's signature on the generic screening NDA, bound to the digest of its text (invariant 20).
    pub screening_nda: Option<Signature>,
    /// When the nomination was disclosed to the partner.
    pub disclosed_at: Option<Instant>,
    /// The partner's statements by criterion key.
    pub criteria: BTreeMap<String, Statement>,
    /// The reviewers assigned to it.
    pub reviewers: BTreeMap<AccountId, AssignedReviewer>,
    /// The developer's key.
    pub consent: Option<Decision>,
    /// Reconsiderations used, by side.
    pub reconsidered: Reconsidered,
    /// When the partner's status ends by its own term.
    pub term_ends_at: Option<Instant>,
    /// When the status became active.
    pub active_at: Option<Instant>,
    /// Whether it was selected because no objection was recorded, which is no concurrence (invariant 13).
    #[serde(default)]
    pub no_objection: bool,
    /// When the partner's statements were erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Erased>,
}

/// Reconsiderations used: one per decline (domain section 3.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconsidered {
    /// Of the developer's decline.
    pub developer: u32,
    /// Of the government's decline.
    pub government: u32,
}

/// An act by a person at an instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Signed {
    /// Who.
    pub by: By,
    /// When.
    pub at: DateTime<Utc>,
}

/// A key turned to yes or no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    /// Yes or no.
    pub answer: Answer,
    /// Whose.
    pub by: By,
    /// When.
    pub at: DateTime<Utc>,
}

/// Yes or no. Silence is neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Consent or concurrence.
    Yes,
    /// Decline.
    No,
}

/// A reviewer and what became of the assignment. The government's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignedReviewer {
    /// The reviewer's agency.
    pub agency: OrganizationId,
    /// When assigned.
    pub assigned_at: Instant,
    /// Set when the reviewer recused: neither decides nor sees the matter (invariant 12).
    pub recused: bool,
    /// The open vote.
    pub vote: Option<Vote>,
}

/// A reviewer's vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Concurs or declines.
    pub answer: Answer,
    /// When.
    pub at: Instant,
}

/// The stage of a nomination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "stage")]
pub enum NominationStage {
    /// Nominated; the partner knows nothing but a generic screening NDA.
    Proposed,
    /// Disclosed to the partner.
    Disclosed,
    /// The partner answers the criteria.
    Screening,
    /// Reviewers look at the answers.
    Vetting,
    /// Both keys are asked.
    Decision,
    /// Both keys are yes.
    Selected,
    /// The partner's own agreements and people are being made ready.
    ConditionsPrecedent,
    /// A trusted partner.
    Active,
    /// Suspended.
    Suspended {
        /// Who suspended.
        by: By,
        /// Whether the insider-risk officer holds it.
        security: bool,
        /// Whether the officer came after `by`: who suspended first then still has to lift it.
        over: bool,
    },
    /// Ended by one side.
    Revoked,
    /// Ended by its own term.
    Expired,
    /// Taken back before a decision.
    Withdrawn,
    /// One key is a final no.
    NotSelected,
    /// The partner did not meet its own items in time (D12).
    Lapsed,
}

impl NominationStage {
    /// Every stage's name.
    pub const NAMES: &'static [&'static str] = &[
        "proposed",
        "disclosed",
        "screening",
        "vetting",
        "decision",
        "selected",
        "conditions_precedent",
        "active",
        "suspended",
        "revoked",
        "expired",
        "withdrawn",
        "not_selected",
        "lapsed",
    ];

    /// The stage's name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Disclosed => "disclosed",
            Self::Screening => "screening",
            Self::Vetting => "vetting",
            Self::Decision => "decision",
            Self::Selected => "selected",
            Self::ConditionsPrecedent => "conditions_precedent",
            Self::Active => "active",
            Self::Suspended { .. } => "suspended",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
            Self::NotSelected => "not_selected",
            Self::Lapsed => "lapsed",
        }
    }

    /// Whether the nomination is over.
    pub const fn is_terminal(&self) -> bool {
        matches!(self, Self::Revoked | Self::Expired | Self::Withdrawn | Self::NotSelected | Self::Lapsed)
    }
}

impl Nomination {
    /// Whether the partner may know of the nomination itself: it was disclosed, after consent (invariant 16).
    pub const fn is_disclosed(&self) -> bool {
        self.disclosed_at.is_some()
    }

    /// Whether the partner is asked for the generic screening NDA: after the developer's consent to the approach.
    pub const fn is_approached(&self) -> bool {
        self.approach_consent.is_some()
    }

    /// Whether the account is an unrecused reviewer of this nomination.
    pub fn is_reviewer(&self, account: AccountId) -> bool {
        self.reviewers.get(&account).is_some_and(|reviewer| !reviewer.recused)
    }

    /// Whether the account recused from this nomination.
    pub fn is_recused(&self, account: AccountId) -> bool {
        self.reviewers.get(&account).is_some_and(|reviewer| reviewer.recused)
    }
}

#[cfg(test)]
mod tests;
