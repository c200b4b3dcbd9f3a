//! Folding events into a request: total, and without rules.

use super::{Delivery, FoiaEvent as Event, FoiaRequest, FoiaStage as Stage, SubmitterAnswer};
use crate::domain::time::Instant;

/// The request after the event; `None` until it was logged.
pub fn evolve(before: Option<FoiaRequest>, event: &Event, at: Instant) -> Option<FoiaRequest> {
    if let Event::Logged { engagement, developer, request, received_on } = event {
        return Some(FoiaRequest {
            engagement: *engagement,
            developer: *developer,
            request: request.clone(),
            received_on: *received_on,
            stage: Stage::Logged,
            since: at,
            responsive: None,
            noticed_at: None,
            intent_noticed_at: None,
            deliveries: Vec::new(),
            answer: None,
            decision: None,
            planned_disclosure: None,
            outcome: None,
        });
    }
    let mut request = before?;
    if let Some(stage) = stage_after(event) {
        request.stage = stage;
        request.since = at;
    }
    apply(&mut request, event, at);
    Some(request)
}

fn apply(r: &mut FoiaRequest, event: &Event, at: Instant) {
    match event {
        Event::Logged { .. } => {}
        Event::Searched { responsive } => r.responsive = Some(*responsive),
        Event::SubmitterNoticeSent { .. } => r.noticed_at = Some(at),
        Event::NoticeAcknowledged { notice, by } => {
            r.deliveries.push(Delivery { notice: *notice, at, acknowledged_by: Some(*by), reference: None });
        }
        Event::DeliveryRecorded { notice, reference } => {
            let reference = Some(reference.clone());
            r.deliveries.push(Delivery { notice: *notice, at, acknowledged_by: None, reference });
        }
        Event::Objected { grounds, statement } => {
            r.answer = Some(SubmitterAnswer::Objected { grounds: *grounds, statement: statement.clone() });
        }
        Event::NotObjected => r.answer = Some(SubmitterAnswer::NotObjected),
        Event::ObjectionPeriodEnded => r.answer = Some(SubmitterAnswer::NoObjectionRecorded),
        Event::DecisionRecorded { decision } => r.decision = Some(decision.clone()),
        // Another date takes another notice.
        Event::DisclosurePlanned { on } => {
            r.planned_disclosure = Some(*on);
            r.intent_noticed_at = None;
        }
        Event::DisclosureNoticeSent { on } => {
            r.planned_disclosure = Some(*on);
            r.intent_noticed_at = Some(at);
        }
        Event::OutcomeRecorded { outcome } => r.outcome = Some(*outcome),
    }
}

const fn stage_after(event: &Event) -> Option<Stage> {
    Some(match event {
        Event::Searched { .. } => Stage::Searched,
        Event::SubmitterNoticeSent { .. } => Stage::SubmitterNotice,
        Event::Objected { .. } | Event::NotObjected | Event::ObjectionPeriodEnded => Stage::Objection,
        Event::DecisionRecorded { .. } | Event::DisclosurePlanned { .. } => Stage::Decided,
        Event::DisclosureNoticeSent { .. } => Stage::DisclosureNotice,
        Event::OutcomeRecorded { .. } => Stage::Closed,
        Event::Logged { .. } | Event::NoticeAcknowledged { .. } | Event::DeliveryRecorded { .. } => return None,
    })
}
