//! The request under the Freedom of Information Act.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Moment, Person, Viewing};
use crate::domain::{
    actor::Side,
    foia::{Decision, Delivery, FoiaOutcome, NoticeOf, SubmitterAnswer},
    id::{Kind, RecordId, Subject},
};

/// A request for records of an engagement. Nothing here names the requester.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FoiaRequestView {
    /// Its reference.
    pub reference: String,
    /// The engagement whose records are asked for.
    pub engagement: String,
    /// The request's reference in the agency's own log.
    pub request: String,
    /// The date on which the agency received it.
    pub received_on: NaiveDate,
    /// Where it stands.
    pub stage: &'static str,
    /// Since when.
    pub since: Moment,
    /// Whether the search found records of the developer; for the government alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responsive: Option<bool>,
    /// When the submitter notice was sent.
    pub noticed_at: Option<Moment>,
    /// When the notice of intent to disclose was sent.
    pub intent_noticed_at: Option<Moment>,
    /// The notice that waits to be acknowledged.
    pub undelivered: Option<NoticeOf>,
    /// How the notices reached the submitter.
    pub deliveries: Vec<DeliveryView>,
    /// What the submitter answered.
    pub answer: Option<SubmitterAnswerView>,
    /// What the agency decided elsewhere.
    pub decision: Option<Decision>,
    /// The date from which the agency means to disclose.
    pub planned_disclosure: Option<NaiveDate>,
    /// How it ended.
    pub outcome: Option<FoiaOutcome>,
}

/// How a notice reached the submitter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeliveryView {
    /// Which notice.
    pub notice: NoticeOf,
    /// When.
    pub at: Moment,
    /// Who acknowledged it; none for one delivered otherwise.
    pub acknowledged_by: Option<Person>,
    /// The agency's own reference of a delivery by other means.
    pub reference: Option<String>,
}

/// What the submitter answered. Silence is no consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SubmitterAnswerView {
    /// The answer.
    #[serde(flatten)]
    pub answer: SubmitterAnswer,
    /// The same in words.
    pub says: &'static str,
}

pub(super) fn view(v: &Viewing<'_>, id: RecordId) -> Option<FoiaRequestView> {
    let entry = v.case.foia_requests.get(&id)?;
    let request = &entry.state;
    let engagement = Subject::new(Kind::Engagement, request.engagement);
    Some(FoiaRequestView {
        reference: entry.reference.clone(),
        engagement: v.case.reference(engagement).unwrap_or_default().to_owned(),
        request: request.request.as_str().to_owned(),
        received_on: request.received_on,
        stage: request.stage.name(),
        since: v.moment(request.since),
        responsive: request.responsive.filter(|_| v.viewer.side == Side::Government),
        noticed_at: request.noticed_at.map(|at| v.moment(at)),
        intent_noticed_at: request.intent_noticed_at.map(|at| v.moment(at)),
        undelivered: request.undelivered(),
        deliveries: request.deliveries.iter().map(|one| delivery(v, one)).collect(),
        answer: request.answer.clone().map(|answer| SubmitterAnswerView { says: says(&answer), answer }),
        decision: request.decision.clone(),
        planned_disclosure: request.planned_disclosure,
        outcome: request.outcome,
    })
}

fn delivery(v: &Viewing<'_>, delivery: &Delivery) -> DeliveryView {
    DeliveryView {
        notice: delivery.notice,
        at: v.moment(delivery.at),
        acknowledged_by: delivery.acknowledged_by.map(|account| v.names.person_for(account, v.viewer.side)),
        reference: delivery.reference.as_ref().map(|reference| reference.as_str().to_owned()),
    }
}

const fn says(answer: &SubmitterAnswer) -> &'static str {
    match answer {
        SubmitterAnswer::Objected { .. } => "The developer objects.",
        SubmitterAnswer::NotObjected => "The developer says that it does not object.",
        SubmitterAnswer::NoObjectionRecorded => "No objection recorded.",
    }
}
