//! Folding events into an inquiry: total, and without rules.

use super::{Exchange, Inquiry, InquiryEvent as Event, InquiryStage as Stage};
use crate::domain::time::Instant;

/// The inquiry after the event; `None` until it was drafted.
pub fn evolve(before: Option<Inquiry>, event: &Event, at: Instant) -> Option<Inquiry> {
    if let Event::Drafted { developer, release, question } = event {
        return Some(Inquiry {
            developer: *developer,
            release: *release,
            question: question.clone(),
            stage: Stage::Draft,
            since: at,
            submitted_at: None,
            exchanges: Vec::new(),
            status_told_at: None,
        });
    }
    let mut inquiry = before?;
    if let Some(stage) = stage_after(&inquiry, event) {
        inquiry.stage = stage;
        inquiry.since = at;
    }
    match event {
        Event::Submitted => inquiry.submitted_at = Some(at),
        Event::Acknowledged | Event::AssessmentBegun | Event::StatusTold => inquiry.status_told_at = Some(at),
        // A question tells the developer that work goes on, too.
        Event::InfoRequested { question } => {
            inquiry.status_told_at = Some(at);
            let question = question.clone();
            inquiry.exchanges.push(Exchange { question, asked_at: at, answer: None, answered_at: None });
        }
        Event::InfoAnswered { answer } => {
            if let Some(exchange) = inquiry.exchanges.last_mut() {
                exchange.answer = Some(answer.clone());
                exchange.answered_at = Some(at);
            }
        }
        Event::Drafted { .. }
        | Event::Consulted { .. }
        | Event::Determined { .. }
        | Event::ClosedUndetermined { .. }
        | Event::Withdrawn
        | Event::Superseded { .. } => {}
    }
    Some(inquiry)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
fn stage_after(inquiry: &Inquiry, event: &Event) -> Option<Stage> {
    Some(match event {
        Event::Submitted => Stage::Submitted,
        Event::Acknowledged | Event::InfoAnswered { .. } => Stage::Acknowledged,
        Event::InfoRequested { .. } => Stage::InfoRequested,
        Event::AssessmentBegun => Stage::Assessing,
        Event::Determined { determination } => Stage::Determined(determination.clone()),
        Event::ClosedUndetermined { reason } => Stage::ClosedUndetermined { reason: *reason },
        Event::Withdrawn => Stage::Withdrawn,
        Event::Superseded { by, .. } => match &inquiry.stage {
            Stage::Determined(determination) => Stage::Superseded { determination: determination.clone(), by: *by },
            _ => return None,
        },
        Event::Drafted { .. } | Event::StatusTold | Event::Consulted { .. } => return None,
    })
}
