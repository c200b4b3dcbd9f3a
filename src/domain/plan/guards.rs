//! What stands against the steps of an engagement in a projected course: asked of the guards themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::Course;
use crate::domain::{
    case::{Case, CaseEvent, Event, Facts},
    engagement::{self, EngagementEvent, Stage},
    id::RecordId,
    refusal::{Refusal, Unmet},
    time::Instant,
};

/// A guard and the instant that it is judged for.
pub type GuardKey = (&'static str, Instant);

/// What is unmet, by guard.
pub(super) type Guards = BTreeMap<GuardKey, BTreeSet<Unmet>>;

/// The guards that the stage makes matter, as the case stands at `at`; a scheduled opening is judged for its own instant.
pub(super) fn judged(case: &Case, id: RecordId, facts: &Facts, at: Instant) -> Result<Guards, Refusal> {
    let mut guards = Guards::new();
    let mut add = |guard: &'static str, at: Instant, unmet: Vec<Unmet>| {
        guards.entry((guard, at)).or_default().extend(unmet);
    };
    let stage = &engagement::state(case, id)?.stage;
    if !matches!(stage, Stage::Draft | Stage::CloseOut { .. } | Stage::Closed { .. }) {
        add("ready", at, engagement::unmet_for_ready(case, id, facts, at)?);
    }
    match stage {
        Stage::Ready => add("schedule-window", at, engagement::unmet_to_schedule(case)),
        Stage::WindowScheduled { open_at, missed: false, .. } => {
            let open_at = (*open_at).max(at);
            add("open-window", open_at, engagement::unmet_to_open(case, id, facts, open_at)?);
        }
        Stage::Suspended { .. } => add("resume-window", at, engagement::unmet_to_resume(case, id, facts, at)?),
        Stage::CloseOut { .. } => add("close", at, engagement::unmet_to_close(case, id)),
        Stage::Draft
        | Stage::Proposed
        | Stage::Conditions
        | Stage::WindowScheduled { .. }
        | Stage::WindowOpen
        | Stage::Closed { .. } => {}
    }
    Ok(guards)
}

/// What a timed event says was unmet when it took place.
#[expect(clippy::wildcard_enum_match_arm, reason = "two of the many things that happen")]
pub(super) fn told(event: &CaseEvent, id: RecordId) -> Option<(GuardKey, &[Unmet])> {
    let Event::Engagement(happened) = &event.event else { return None };
    match happened {
        _ if event.subject.id != id => None,
        EngagementEvent::OpeningMissed { unmet } => Some((("open-window", event.effective_at), unmet)),
        EngagementEvent::FellBackToConditions { unmet } => Some((("ready", event.effective_at), unmet)),
        _ => None,
    }
}

/// What is unmet in `after` and not in `before`, guard by guard.
pub(super) fn newly_unmet(before: &Course, after: &Course) -> Vec<(GuardKey, Vec<Unmet>)> {
    let fresh = |(key, unmet): (&GuardKey, &BTreeSet<Unmet>)| {
        let known = before.guards.get(key);
        let new: Vec<Unmet> = unmet.iter().filter(|fact| known.is_none_or(|k| !k.contains(*fact))).cloned().collect();
        (!new.is_empty()).then_some((*key, new))
    };
    after.guards.iter().filter_map(fresh).collect()
}
