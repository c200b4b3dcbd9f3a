//! The designation inquiry (domain section 3.1): a developer asks whether a model under development meets the
//! designation; the answer is kept by reference only. No field here takes a number, a score or a rationale
//! (invariant 17).

mod command;
mod decide;
mod evolve;
mod transitions;

use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

pub use command::*;
pub use decide::{available, decide};
pub use evolve::evolve;
use serde::{Deserialize, Serialize};
pub use transitions::{Guard, WORKFLOW};
use utoipa::ToSchema;

use super::{
    audience::Audience,
    id::{OrganizationId, RecordId},
    text::{ExternalReference, Statement},
    time::Instant,
};

/// A designation inquiry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inquiry {
    /// The developer that asks.
    pub developer: OrganizationId,
    /// The model release that it asks about.
    pub release: RecordId,
    /// The question.
    pub question: Statement,
    /// Where it stands.
    pub stage: InquiryStage,
    /// When the stage was entered.
    pub since: Instant,
    /// When it was submitted.
    pub submitted_at: Option<Instant>,
    /// Questions back to the developer and their answers, oldest first.
    pub exchanges: Vec<Exchange>,
    /// When the determination recorder last told the developer how it stands (D2).
    pub status_told_at: Option<Instant>,
}

/// The stage of an inquiry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "stage")]
pub enum InquiryStage {
    /// Being written.
    Draft,
    /// Submitted, not yet acknowledged.
    Submitted,
    /// Acknowledged by the program liaison.
    Acknowledged,
    /// The determination recorder waits for an answer.
    InfoRequested,
    /// With the classified process, outside this product.
    Assessing,
    /// Determined.
    Determined(Determination),
    /// Closed without a determination.
    ClosedUndetermined {
        /// Why.
        reason: UndeterminedReason,
    },
    /// Withdrawn by the developer.
    Withdrawn,
    /// Replaced by a newer inquiry.
    Superseded {
        /// The determination that no longer holds.
        determination: Determination,
        /// The newer inquiry.
        by: RecordId,
    },
}

impl InquiryStage {
    /// Every stage's name, in the order of the lifecycle.
    pub const NAMES: &'static [&'static str] = &[
        "draft",
        "submitted",
        "acknowledged",
        "info_requested",
        "assessing",
        "determined",
        "closed_undetermined",
        "withdrawn",
        "superseded",
    ];

    /// Whether somebody may still have to act on it.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Draft | Self::Submitted | Self::Acknowledged | Self::InfoRequested | Self::Assessing)
    }

    /// The stage's name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Acknowledged => "acknowledged",
            Self::InfoRequested => "info_requested",
            Self::Assessing => "assessing",
            Self::Determined(_) => "determined",
            Self::ClosedUndetermined { .. } => "closed_undetermined",
            Self::Withdrawn => "withdrawn",
            Self::Superseded { .. } => "superseded",
        }
    }
}

/// Why a determination no longer holds (domain section 3.1); coded, since free text could say more than may be released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SupersedeReason {
    /// The model changed materially.
    ModelChanged,
    /// The threshold was maintained to a newer state.
    ThresholdMaintained,
}

/// What the classified process answered, as far as it may be released. `not_stated` exists because the result itself
/// may be classified; eligibility can still be attested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Determination {
    /// Reference of the determination.
    pub reference: ExternalReference,
    /// The date it bears.
    pub date: chrono::NaiveDate,
    /// The releasable result.
    pub result: DeterminationResult,
    /// Whether the framework is open to this model.
    pub framework_eligible: bool,
}

/// The releasable result of a determination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeterminationResult {
    /// A covered frontier model.
    Covered,
    /// Not a covered frontier model.
    NotCovered,
    /// Not stated here.
    NotStated,
}

/// Why an inquiry closed without a determination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UndeterminedReason {
    /// The classified process does not take the model up.
    NotTakenUp,
    /// The developer's answers do not suffice.
    InsufficientInformation,
    /// Another inquiry covers the same release.
    Duplicate,
}

/// The offices that the order names for consultation (domain section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsultedOffice {
    /// National Cyber Director.
    NationalCyberDirector,
    /// Assistant to the President for Science and Technology.
    ScienceAndTechnology,
    /// CISA.
    Cisa,
    /// Department of War.
    DepartmentOfWar,
}

/// A consultation that took place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Consultation {
    /// Which office.
    pub office: ConsultedOffice,
    /// On which date.
    #[serde(deserialize_with = "crate::domain::given::date")]
    pub on: chrono::NaiveDate,
}

/// A question of the determination recorder and the developer's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Exchange {
    /// The question; contains nothing classified.
    pub question: Statement,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// The answer.
    pub answer: Option<Statement>,
    /// When it was given.
    pub answered_at: Option<DateTime<Utc>>,
}

/// What happened to an inquiry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[expect(missing_docs, reason = "the fields are those of the command that each event answers")]
pub enum InquiryEvent {
    /// A draft was begun.
    Drafted { developer: OrganizationId, release: RecordId, question: Statement },
    /// It was submitted.
    Submitted,
    /// The program liaison acknowledged it.
    Acknowledged,
    /// The determination recorder asked.
    InfoRequested { question: Statement },
    /// The developer answered.
    InfoAnswered { answer: Statement },
    /// The classified process began.
    AssessmentBegun,
    /// The determination recorder told the developer that work goes on.
    StatusTold,
    /// Offices were consulted; known to the government alone.
    Consulted { consultations: BTreeSet<Consultation> },
    /// A determination was recorded.
    Determined { determination: Determination },
    /// It closed without one.
    ClosedUndetermined { reason: UndeterminedReason },
    /// The developer withdrew.
    Withdrawn,
    /// A newer inquiry replaced it.
    Superseded { by: RecordId, reason: SupersedeReason },
}

impl InquiryEvent {
    /// Consultations are the government's own; all else is shared with the developer.
    pub const fn audience(&self) -> Audience {
        match self {
            Self::Consulted { .. } => Audience::Government,
            Self::Drafted { .. } => Audience::Developer,
            Self::Submitted
            | Self::Acknowledged
            | Self::InfoRequested { .. }
            | Self::InfoAnswered { .. }
            | Self::AssessmentBegun
            | Self::StatusTold
            | Self::Determined { .. }
            | Self::ClosedUndetermined { .. }
            | Self::Withdrawn
            | Self::Superseded { .. } => Audience::Shared,
        }
    }

    /// The stable type code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Drafted { .. } => "inquiry.drafted",
            Self::Submitted => "inquiry.submitted",
            Self::Acknowledged => "inquiry.acknowledged",
            Self::InfoRequested { .. } => "inquiry.info_requested",
            Self::InfoAnswered { .. } => "inquiry.info_answered",
            Self::AssessmentBegun => "inquiry.assessment_begun",
            Self::StatusTold => "inquiry.status_told",
            Self::Consulted { .. } => "inquiry.consulted",
            Self::Determined { .. } => "inquiry.determined",
            Self::ClosedUndetermined { .. } => "inquiry.closed_undetermined",
            Self::Withdrawn => "inquiry.withdrawn",
            Self::Superseded { .. } => "inquiry.superseded",
        }
    }
}

impl Inquiry {
    /// Whether this inquiry attests eligibility: determined, not superseded, and eligible (domain section 3.0).
    pub const fn attests_eligibility(&self) -> bool {
        matches!(&self.stage, InquiryStage::Determined(d) if d.framework_eligible)
    }
}

#[cfg(test)]
mod tests;
