//! Commands on a designation inquiry.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Consultation, DeterminationResult, SupersedeReason, UndeterminedReason};
use crate::domain::{
    action::commands,
    given,
    id::Kind,
    text::{Attested, ExternalReference, Statement},
};

commands! {
    /// Commands on a designation inquiry.
    InquiryCommand of Kind::Inquiry;
    /// Begins a draft inquiry about one of the developer's releases.
    "draft" DraftInquiry Under;
    /// Submits the draft.
    "submit" SubmitInquiry No;
    /// Acknowledges a submitted inquiry.
    "acknowledge" AcknowledgeInquiry No;
    /// Asks the developer a question that contains nothing classified.
    "request-info" RequestInfo No;
    /// Answers the question.
    "answer-info" AnswerInfo No;
    /// Records that the classified process has begun.
    "begin-assessment" BeginAssessment No;
    /// Tells the developer that work goes on.
    "tell-status" TellStatus No;
    /// Records a determination by reference, date and releasable result.
    "record-determination" RecordDetermination No;
    /// Closes the inquiry without a determination.
    "close-undetermined" CloseUndetermined No;
    /// Withdraws the inquiry; no reason is asked.
    "withdraw" WithdrawInquiry No;
    /// Links the newer inquiry that replaces this determination.
    "supersede" SupersedeInquiry No;
}

/// Begins a draft inquiry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftInquiry {
    /// Reference of the model release, such as `REL-2026-K7Q4MD`.
    pub release: String,
    /// The question, unclassified.
    pub question: Statement,
}

/// Submits the draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitInquiry {
    /// Nothing in the inquiry is classified.
    pub unclassified_attestation: Attested,
    /// No weights and no scores are attached or quoted.
    pub no_weights_or_scores_attestation: Attested,
}

/// Acknowledges a submitted inquiry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeInquiry {}

/// Asks the developer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestInfo {
    /// The question.
    pub question: Statement,
    /// The question contains nothing classified.
    pub unclassified_attestation: Attested,
}

/// Answers the question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerInfo {
    /// The answer.
    pub answer: Statement,
    /// The answer contains nothing classified.
    pub unclassified_attestation: Attested,
}

/// Records that the classified process has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginAssessment {}

/// Tells the developer that work goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TellStatus {}

/// Records a determination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordDetermination {
    /// Reference of the determination in the process that made it.
    pub reference: ExternalReference,
    /// The date it bears.
    #[serde(deserialize_with = "given::date")]
    pub date: chrono::NaiveDate,
    /// The releasable result.
    pub result: DeterminationResult,
    /// Whether the framework is open to this model.
    pub framework_eligible: bool,
    /// What is recorded here may be released to the developer.
    pub releasability_confirmed: Attested,
    /// The offices consulted, with dates. Known to the government alone.
    pub consultations: BTreeSet<Consultation>,
}

/// Closes the inquiry without a determination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseUndetermined {
    /// Why.
    pub reason: UndeterminedReason,
}

/// Withdraws the inquiry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawInquiry {}

/// Links the newer inquiry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupersedeInquiry {
    /// Reference of the inquiry of the same release that was submitted no sooner.
    pub by: String,
    /// Why.
    pub reason: SupersedeReason,
}
