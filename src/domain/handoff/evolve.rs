//! Folding events into a hand-off: total, and without rules.

use std::collections::BTreeMap;

use super::{Acknowledgement, Claim, Handoff, HandoffEvent as Event, HandoffStage as Stage};
use crate::domain::{actor::By, time::Instant};

/// The hand-off after the event; `None` until it was recorded.
pub fn evolve(before: Option<Handoff>, event: &Event, by: &By, at: Instant) -> Option<Handoff> {
    if let Event::Recorded { handoff } = event {
        return Some(Handoff {
            developer: handoff.developer,
            engagement: handoff.engagement,
            finding: handoff.finding.clone(),
            case_id: None,
            channel: handoff.channel,
            tlp: handoff.tlp,
            embargo: handoff.embargo,
            outcome: None,
            delivered_on: None,
            clearinghouse: None,
            acknowledged: None,
            claims: BTreeMap::new(),
            recorded_by: by.clone(),
            recorded_at: at,
            stage: Stage::Recorded,
            since: at,
        });
    }
    let mut handoff = before?;
    apply(&mut handoff, event, by, at);
    Some(handoff)
}

fn apply(h: &mut Handoff, event: &Event, by: &By, at: Instant) {
    let received = |on, reference: &crate::domain::text::ExternalReference| {
        Some(Acknowledgement { on, reference: reference.clone(), by: by.clone() })
    };
    match event {
        Event::Recorded { .. } => {}
        Event::Delivered { on, case_id } => {
            h.delivered_on = Some(*on);
            h.case_id = case_id.clone().or_else(|| h.case_id.clone());
            enter(h, Stage::Delivered, at);
        }
        Event::CaseIdStated { case_id } => h.case_id = Some(case_id.clone()),
        Event::Acknowledged { on, reference } => {
            h.acknowledged = received(*on, reference);
            acknowledge(h, at);
        }
        Event::ClearinghouseAcknowledged { on, reference } => {
            h.clearinghouse = received(*on, reference);
            acknowledge(h, at);
        }
        Event::TlpChanged { tlp } => h.tlp = *tlp,
        Event::EmbargoChanged { embargo } => h.embargo = *embargo,
        Event::OutcomeRecorded { outcome } => h.outcome = Some(*outcome),
        Event::ClaimRegistered { side, hash } => {
            let claim = Claim { hash: hash.clone(), registered_at: at, compared_at: None, matched_at: None };
            h.claims.insert(*side, claim);
        }
        Event::ClaimCompared { side, matched } => {
            if let Some(claim) = h.claims.get_mut(side) {
                claim.compared_at = Some(at);
                claim.matched_at = claim.matched_at.or(matched.then_some(at));
            }
        }
        Event::ClaimMatched { side } => {
            if let Some(claim) = h.claims.get_mut(side) {
                claim.matched_at = claim.matched_at.or(Some(at));
            }
        }
        Event::Closed => enter(h, Stage::Closed, at),
        Event::Withdrawn => enter(h, Stage::Withdrawn, at),
    }
}

fn enter(h: &mut Handoff, stage: Stage, at: Instant) {
    h.stage = stage;
    h.since = at;
}

/// The second acknowledgement is recorded and leaves the stage as it is.
fn acknowledge(h: &mut Handoff, at: Instant) {
    if h.stage == Stage::Delivered {
        enter(h, Stage::Acknowledged, at);
    }
}
