//! What time brings to a condition: force at its effective date, expiry, the successor that takes its place, and
//! discharge with its engagement.

use super::{ConditionEvent as Event, ConditionStage as Stage, decide::is_over, succession::superseded_since};
use crate::domain::{
    case::Case,
    engagement::Stage as EngagementStage,
    id::{Kind, RecordId},
    time::Instant,
};

/// The next thing that time brings, and when: `from` or later.
pub fn due(case: &Case, id: RecordId, from: Instant) -> Option<(Instant, Event)> {
    let condition = &case.conditions.get(&id)?.state;
    let terms = condition.agreed.as_ref();
    let timed = match condition.stage {
        Stage::Signed => terms.map(|terms| (terms.effective_at.max(from), Event::TookForce)),
        Stage::InForce => terms.and_then(|t| t.expires_at).map(|expires| (expires.max(from), Event::Expired)),
        Stage::Attached
        | Stage::Negotiating
        | Stage::Agreed
        | Stage::Breached
        | Stage::Waived
        | Stage::Expired
        | Stage::Superseded
        | Stage::Discharged => None,
    };
    if let Some(since) = superseded_since(case, id, condition) {
        return Some((since.max(from), Event::Superseded));
    }
    if !is_over(condition.stage) && is_place_over(case, id) { Some((from, Event::Discharged)) } else { timed }
}

/// Whether what the condition is attached to is over. A partner's agreements outlive the engagement, and end with the
/// nomination.
#[expect(clippy::wildcard_enum_match_arm, reason = "only engagements and nominations carry conditions")]
fn is_place_over(case: &Case, id: RecordId) -> bool {
    let Some(condition) = case.conditions.get(&id).map(|entry| &entry.state) else { return false };
    let above = condition.attached_to.id;
    match condition.attached_to.kind {
        Kind::Engagement => case
            .engagements
            .get(&above)
            .is_some_and(|entry| matches!(entry.state.stage, EngagementStage::Closed { .. })),
        Kind::Nomination => case.nominations.get(&above).is_some_and(|entry| entry.state.stage.is_terminal()),
        _ => false,
    }
}
