//! What happened to a nomination.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Answer;
use crate::domain::{
    audience::Audience,
    id::{AccountId, OrganizationId, RecordId},
    records::ErasedUnder,
    text::{Name, Sha256Hex, Statement},
    time::Instant,
};

/// What happened to a nomination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[expect(missing_docs, reason = "the fields are those of the command that each event answers")]
pub enum NominationEvent {
    /// Nominated.
    Proposed { developer: OrganizationId, engagement: RecordId, partner: OrganizationId },
    /// The developer consents to approaching the partner: the generic screening NDA goes out.
    ApproachConsented,
    /// The partner signed the generic screening NDA: which text, and in whose name (invariant 20).
    ScreeningNdaSigned { digest: Sha256Hex, typed_name: Name, capacity: Name },
    /// The nomination was disclosed to the partner.
    Disclosed,
    /// The partner is asked for its statements.
    ScreeningBegun,
    /// The partner stated how it meets the criteria.
    CriteriaStated { criteria: BTreeMap<String, Statement> },
    /// Reviewers look at the statements.
    VettingBegun,
    /// A reviewer was assigned. The government's own.
    ReviewerAssigned { reviewer: AccountId, agency: OrganizationId },
    /// A reviewer recused. The government's own.
    Recused { reviewer: AccountId },
    /// Both keys are asked.
    DecisionOpened,
    /// The developer's key.
    DeveloperAnswered { answer: Answer },
    /// The developer took its key back.
    ConsentRevoked,
    /// A reviewer's vote. The government's own.
    Voted { reviewer: AccountId, answer: Answer },
    /// A reviewer took the vote back. The government's own.
    VoteRevoked { reviewer: AccountId },
    /// Both keys are yes.
    Selected,
    /// Under the `notified` rule: the developer consented, the list is shared, and no objection was recorded when the
    /// task deadline had passed. It is no concurrence (invariant 13).
    NoObjectionRecorded,
    /// A key was turned back before the status was active.
    ReturnedToDecision,
    /// One key is a final no.
    NotSelected,
    /// A decline is looked at once more.
    Reconsidered { developer_side: bool },
    /// The partner's own items are being made ready; its term is set.
    ConditionsPrecedentBegun { term_ends_at: Instant },
    /// The status is active.
    Activated,
    /// Suspended; by the insider-risk officer also what was suspended already.
    Suspended { security: bool },
    /// The insider-risk officer no longer holds a suspension that another imposed before; who did may lift it.
    SecurityCleared,
    /// The suspension was lifted.
    SuspensionLifted,
    /// Ended by one side.
    Revoked,
    /// Ended by its term.
    Expired,
    /// Taken back by the nominating side.
    Withdrawn,
    /// The partner did not meet its own items in time.
    Lapsed,
    /// The partner's statements are erased from now on.
    ContentErased { under: ErasedUnder },
}

impl NominationEvent {
    /// Votes, recusals and assignments are the government's own; what the partner may know after disclosure is the
    /// partner's stream; the two keys' result is shared between developer and government. Before disclosure the partner
    /// knows its own signature and nothing that somebody of the developer did (invariant 16).
    pub const fn audience(&self, partner: OrganizationId, is_disclosed: bool) -> Audience {
        match self {
            Self::ReviewerAssigned { .. } | Self::Recused { .. } | Self::Voted { .. } | Self::VoteRevoked { .. } => {
                Audience::Government
            }
            Self::ScreeningNdaSigned { .. } => Audience::Partner(partner),
            Self::Proposed { .. }
            | Self::ApproachConsented
            | Self::VettingBegun
            | Self::DecisionOpened
            | Self::DeveloperAnswered { .. }
            | Self::ConsentRevoked
            | Self::ReturnedToDecision
            | Self::Reconsidered { .. } => Audience::Shared,
            Self::Disclosed
            | Self::ScreeningBegun
            | Self::CriteriaStated { .. }
            | Self::Selected
            | Self::NoObjectionRecorded
            | Self::NotSelected
            | Self::ConditionsPrecedentBegun { .. }
            | Self::Activated
            | Self::Suspended { .. }
            | Self::SecurityCleared
            | Self::SuspensionLifted
            | Self::Revoked
            | Self::Expired
            | Self::Withdrawn
            | Self::Lapsed
            | Self::ContentErased { .. } => {
                if is_disclosed {
                    Audience::Partner(partner)
                } else {
                    Audience::Shared
                }
            }
        }
    }

    /// The stable type code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Proposed { .. } => "nomination.proposed",
            Self::ApproachConsented => "nomination.approach_consented",
            Self::ScreeningNdaSigned { .. } => "nomination.screening_nda_signed",
            Self::Disclosed => "nomination.disclosed",
            Self::ScreeningBegun => "nomination.screening_begun",
            Self::CriteriaStated { .. } => "nomination.criteria_stated",
            Self::VettingBegun => "nomination.vetting_begun",
            Self::ReviewerAssigned { .. } => "nomination.reviewer_assigned",
            Self::Recused { .. } => "nomination.recused",
            Self::DecisionOpened => "nomination.decision_opened",
            Self::DeveloperAnswered { .. } => "nomination.developer_answered",
            Self::ConsentRevoked => "nomination.consent_revoked",
            Self::Voted { .. } => "nomination.voted",
            Self::VoteRevoked { .. } => "nomination.vote_revoked",
            Self::Selected => "nomination.selected",
            Self::NoObjectionRecorded => "nomination.no_objection_recorded",
            Self::ReturnedToDecision => "nomination.returned_to_decision",
            Self::NotSelected => "nomination.not_selected",
            Self::Reconsidered { .. } => "nomination.reconsidered",
            Self::ConditionsPrecedentBegun { .. } => "nomination.conditions_precedent_begun",
            Self::Activated => "nomination.activated",
            Self::Suspended { .. } => "nomination.suspended",
            Self::SecurityCleared => "nomination.security_cleared",
            Self::SuspensionLifted => "nomination.suspension_lifted",
            Self::Revoked => "nomination.revoked",
            Self::Expired => "nomination.expired",
            Self::Withdrawn => "nomination.withdrawn",
            Self::Lapsed => "nomination.lapsed",
            Self::ContentErased { .. } => "nomination.content_erased",
        }
    }
}
