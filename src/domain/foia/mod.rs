//! A request under the Freedom of Information Act for records of an engagement (domain section 7, agency hosts only):
//! log, search, submitter notice, objection, decision, notice of intent, outcome. The product never decides: it keeps by
//! date and reference what the agency decided elsewhere. The requester is not named here, only the agency's own
//! reference of the request.

mod command;
mod decide;
mod evolve;
mod settle;
mod transitions;

use chrono::{DateTime, NaiveDate, Utc};
pub use command::*;
pub use decide::{available, decide};
pub use evolve::evolve;
use serde::{Deserialize, Serialize};
pub use settle::due;
pub use transitions::{Guard, WORKFLOW};
use utoipa::ToSchema;

use super::{
    audience::Audience,
    id::{AccountId, OrganizationId, RecordId},
    text::{ExternalReference, Statement},
    time::Instant,
};

/// A request for records of an engagement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoiaRequest {
    /// The engagement whose records are asked for.
    pub engagement: RecordId,
    /// The developer that submitted them.
    pub developer: OrganizationId,
    /// The request's reference in the agency's own log.
    pub request: ExternalReference,
    /// The date on which the agency received it.
    pub received_on: NaiveDate,
    /// Where it stands.
    pub stage: FoiaStage,
    /// When the stage was entered.
    pub since: Instant,
    /// Whether the search found records of the developer; `None` before it.
    pub responsive: Option<bool>,
    /// When the submitter notice was sent: D18 counts from here, and the developer knows of the request.
    pub noticed_at: Option<Instant>,
    /// When the notice of intent to disclose over an objection was sent.
    pub intent_noticed_at: Option<Instant>,
    /// How the notices reached the submitter, oldest first.
    pub deliveries: Vec<Delivery>,
    /// What the submitter answered, or that nothing was recorded.
    pub answer: Option<SubmitterAnswer>,
    /// What the agency decided elsewhere.
    pub decision: Option<Decision>,
    /// The date from which the agency means to disclose.
    pub planned_disclosure: Option<NaiveDate>,
    /// How it ended.
    pub outcome: Option<FoiaOutcome>,
}

/// The stage of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FoiaStage {
    /// Logged by the records officer.
    Logged,
    /// The search is over.
    Searched,
    /// The submitter was told and may object (D18).
    SubmitterNotice,
    /// The submitter answered, or the period ended without an answer.
    Objection,
    /// The agency decided elsewhere.
    Decided,
    /// The submitter was told that the agency means to disclose (D19).
    DisclosureNotice,
    /// Over.
    Closed,
}

impl FoiaStage {
    /// Every stage's name, in the order of the lifecycle.
    pub const NAMES: &'static [&'static str] =
        &["logged", "searched", "submitter_notice", "objection", "decided", "disclosure_notice", "closed"];

    /// The stage's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Logged => "logged",
            Self::Searched => "searched",
            Self::SubmitterNotice => "submitter_notice",
            Self::Objection => "objection",
            Self::Decided => "decided",
            Self::DisclosureNotice => "disclosure_notice",
            Self::Closed => "closed",
        }
    }
}

/// A legally operative notice to the submitter (N17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeOf {
    /// That records were asked for.
    Request,
    /// That the agency means to disclose over the objection.
    Intent,
}

/// How a notice reached the submitter (domain section 6: legally operative notices need acknowledged delivery).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Which notice.
    pub notice: NoticeOf,
    /// When it was acknowledged or its delivery recorded.
    pub at: Instant,
    /// Who acknowledged it here; none for one delivered otherwise.
    pub acknowledged_by: Option<AccountId>,
    /// The agency's own reference of a delivery by other means.
    pub reference: Option<ExternalReference>,
}

/// The ground of an objection; a coded list, so that nothing is argued here but the submitter's own statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObjectionGrounds {
    /// A trade secret.
    TradeSecret,
    /// Confidential commercial information (Exemption 4).
    CommercialConfidential,
    /// Another exemption.
    OtherExemption,
}

/// What the submitter answered. Silence is recorded as what it is and never as consent (D18).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "answer")]
pub enum SubmitterAnswer {
    /// The submitter objects.
    Objected {
        /// On which ground.
        grounds: ObjectionGrounds,
        /// In its own words, unclassified.
        statement: Statement,
    },
    /// The submitter says that it does not object.
    NotObjected,
    /// The period ended: no objection recorded.
    NoObjectionRecorded,
}

/// What the agency decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// The records are withheld.
    Withhold,
    /// A part of them is disclosed.
    DiscloseInPart,
    /// They are disclosed.
    Disclose,
}

/// A decision made elsewhere: what, when, and under which reference. There is no field for a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    /// What was decided.
    pub decision: DecisionKind,
    /// The date it bears.
    pub decided_on: NaiveDate,
    /// The agency's own reference.
    pub reference: ExternalReference,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FoiaOutcome {
    /// The requester withdrew it.
    WithdrawnByRequester,
    /// The search found nothing.
    NoRecords,
    /// The records were withheld.
    Withheld,
    /// A part of the records was disclosed.
    DisclosedInPart,
    /// The records were disclosed.
    Disclosed,
}

impl FoiaOutcome {
    /// Whether something left the agency.
    pub const fn discloses(self) -> bool {
        matches!(self, Self::DisclosedInPart | Self::Disclosed)
    }
}

/// What happened to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[expect(missing_docs, reason = "the fields are those of the command that each event answers")]
pub enum FoiaEvent {
    /// The records officer logged it.
    Logged { engagement: RecordId, developer: OrganizationId, request: ExternalReference, received_on: NaiveDate },
    /// The search is over.
    Searched { responsive: bool },
    /// The submitter was told (N17).
    SubmitterNoticeSent { request: ExternalReference },
    /// The submitter acknowledged a notice.
    NoticeAcknowledged { notice: NoticeOf, by: AccountId },
    /// A notice reached the submitter by other means.
    DeliveryRecorded { notice: NoticeOf, reference: ExternalReference },
    /// The submitter objects.
    Objected { grounds: ObjectionGrounds, statement: Statement },
    /// The submitter does not object.
    NotObjected,
    /// The period ended without an answer (D18).
    ObjectionPeriodEnded,
    /// What the agency decided elsewhere.
    DecisionRecorded { decision: Decision },
    /// A date was planned from which the agency means to disclose.
    DisclosurePlanned { on: NaiveDate },
    /// The submitter was told of the intent (D19, N17).
    DisclosureNoticeSent { on: NaiveDate },
    /// It ended.
    OutcomeRecorded { outcome: FoiaOutcome },
}

impl FoiaEvent {
    /// The government's own until the submitter notice, then shared with the developer whose records are asked for.
    pub const fn audience(&self, noticed: bool) -> Audience {
        match self {
            Self::Logged { .. } | Self::Searched { .. } => Audience::Government,
            Self::OutcomeRecorded { .. } if !noticed => Audience::Government,
            Self::SubmitterNoticeSent { .. }
            | Self::NoticeAcknowledged { .. }
            | Self::DeliveryRecorded { .. }
            | Self::Objected { .. }
            | Self::NotObjected
            | Self::ObjectionPeriodEnded
            | Self::DecisionRecorded { .. }
            | Self::DisclosurePlanned { .. }
            | Self::DisclosureNoticeSent { .. }
            | Self::OutcomeRecorded { .. } => Audience::Shared,
        }
    }

    /// The stable type code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Logged { .. } => "foia_request.logged",
            Self::Searched { .. } => "foia_request.searched",
            Self::SubmitterNoticeSent { .. } => "foia_request.submitter_notice_sent",
            Self::NoticeAcknowledged { .. } => "foia_request.notice_acknowledged",
            Self::DeliveryRecorded { .. } => "foia_request.delivery_recorded",
            Self::Objected { .. } => "foia_request.objected",
            Self::NotObjected => "foia_request.not_objected",
            Self::ObjectionPeriodEnded => "foia_request.objection_period_ended",
            Self::DecisionRecorded { .. } => "foia_request.decision_recorded",
            Self::DisclosurePlanned { .. } => "foia_request.disclosure_planned",
            Self::DisclosureNoticeSent { .. } => "foia_request.disclosure_notice_sent",
            Self::OutcomeRecorded { .. } => "foia_request.outcome_recorded",
        }
    }
}

impl FoiaRequest {
    /// The notice that the submitter got last and has not acknowledged, nor got otherwise.
    pub fn undelivered(&self) -> Option<NoticeOf> {
        let sent = [(NoticeOf::Request, self.noticed_at), (NoticeOf::Intent, self.intent_noticed_at)];
        let open = |(notice, sent): (NoticeOf, Option<DateTime<Utc>>)| {
            let since = sent.filter(|_| self.stage != FoiaStage::Closed)?;
            let reached = self.deliveries.iter().any(|d| d.notice == notice && d.at >= since);
            (!reached).then_some(notice)
        };
        sent.into_iter().find_map(open)
    }

    /// Whether the submitter objects.
    pub const fn is_objected(&self) -> bool {
        matches!(self.answer, Some(SubmitterAnswer::Objected { .. }))
    }
}

#[cfg(test)]
mod tests;
