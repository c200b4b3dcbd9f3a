//! Migrating an engagement to the framework version in force (domain section 10, invariant 22): both sides' act, which
//! recomputes every deadline and may only shorten an open window (invariant 5).

use super::{
    EngagementEvent as Event,
    guard::{rules, state},
    window::{Rules, Window},
};
use crate::domain::{
    case::{Case, Facts},
    framework::{Framework, WindowClock},
    id::RecordId,
    refusal::{FieldReason, Refusal},
    time::Instant,
};

/// What the act brings: the new version is pinned. What nominations and conditions have decided stands; deadlines follow
/// from the state and so from the new numbers.
///
/// # Errors
/// [`Refusal::Field`] at `/to` unless the version is in force, is another one, and leaves an open window no more time.
pub(super) fn migrate(case: &Case, id: RecordId, to: &str, facts: &Facts, now: Instant) -> Result<Event, Refusal> {
    let in_force = facts.framework_at(now)?;
    if in_force.id != to {
        return Err(Refusal::field("/to", FieldReason::NotInForce));
    }
    pin(case, id, in_force, "/to", facts, now)
}

/// The event that pins a version, in force or not: for the act, and for whoever asks what it would bring. `pointer` names
/// the version in what was asked.
///
/// # Errors
/// [`Refusal::Field`] unless the version is another one and leaves an open window no more time.
pub fn pin(
    case: &Case,
    id: RecordId,
    version: &Framework,
    pointer: &'static str,
    facts: &Facts,
    now: Instant,
) -> Result<Event, Refusal> {
    let engagement = state(case, id)?;
    let before = facts.pinned(engagement.framework.as_deref(), now)?;
    if before.id == version.id {
        return Err(Refusal::field(pointer, FieldReason::AlreadyPinned));
    }
    let mut migrated = case.clone();
    if let Some(entry) = migrated.engagements.get_mut(&id) {
        entry.state.framework = Some(version.id.clone());
    }
    let (old, new) = (rules(case, id, facts, now)?, rules(&migrated, id, facts, now)?);
    let live = engagement.window.as_ref().filter(|_| engagement.stage.has_window());
    if live.is_some_and(|window| is_longer(window, &old, &new, now)) {
        return Err(Refusal::field(pointer, FieldReason::LongerWindow));
    }
    Ok(Event::FrameworkMigrated {
        from: before.id.clone(),
        to: version.id.clone(),
        framework_digest: version.digest.clone(),
        closes_at: live.and_then(|window| window.close_at(&new)),
    })
}

/// Whether the window could last longer under the new rules: its end, or the end to which both keys could still extend
/// it. A clock that begins to stop in suspensions could put any end off.
fn is_longer(window: &Window, old: &Rules, new: &Rules, now: Instant) -> bool {
    let stops = old.clock == WindowClock::Running && new.clock == WindowClock::Paused;
    let unbounded = Window { release_bound: Instant::MAX_UTC, earlier_end: None, ..window.clone() };
    stops || [window, &unbounded].into_iter().any(|window| end(window, new, now) > end(window, old, now))
}

/// When the window ends; for one that stands still under a paused clock, when it would if it resumed now.
fn end(window: &Window, rules: &Rules, now: Instant) -> Option<Instant> {
    window.close_at(rules).or_else(|| {
        let mut resumed = window.clone();
        resumed.resume(now);
        resumed.close_at(rules)
    })
}
