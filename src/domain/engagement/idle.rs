//! E16 and E17: an engagement that nobody acts on before any window lapses, and may be reopened for a while (domain
//! section 3.2, D22).

use super::{Outcome, Stage, guard::state};
use crate::domain::{
    case::{Case, Facts, last_activity},
    deadline::{self, DeadlineKind},
    id::RecordId,
    refusal::Refusal,
    time::{Instant, add_calendar_days},
};

/// Calendar days from the lapse within which the official may reopen (domain section 3.2, E17).
const REOPEN_DAYS: u32 = 30;

/// When the engagement was last acted on, and when it lapses if nobody acts again; `None` once it has had a window, and
/// where no framework version was in force at that activity that could say for how long.
///
/// # Errors
/// [`Refusal::NoFramework`] if the pinned version is not known.
pub fn lapses(case: &Case, id: RecordId, facts: &Facts) -> Result<Option<(Instant, Instant)>, Refusal> {
    let Some(engagement) = case.engagements.get(&id).map(|entry| &entry.state) else { return Ok(None) };
    let Some(active) = last_activity(case, id).filter(|_| engagement.stage.is_before_window()) else {
        return Ok(None);
    };
    let framework = match &engagement.framework {
        Some(pinned) => facts.framework(pinned)?,
        None => match facts.framework_at(active) {
            Ok(framework) => framework,
            Err(_) => return Ok(None),
        },
    };
    let rule = framework.deadline(DeadlineKind::IdleLapse);
    Ok(Some((active, deadline::due(&rule, active, framework.zone, facts.calendar(case)).due_at)))
}

/// E17's guard: it lapsed, no longer than 30 days ago; the model was not released; no other engagement is live, and the
/// release is not merged into another.
pub(super) fn may_reopen(case: &Case, id: RecordId, facts: &Facts, now: Instant) -> Result<(), Refusal> {
    let engagement = state(case, id)?;
    let zone = facts.framework_at(now)?.zone;
    let in_time = now < add_calendar_days(engagement.since, REOPEN_DAYS, zone);
    let lapsed = matches!(engagement.stage, Stage::Closed { outcome: Outcome::Lapsed });
    let released = case.release().is_some_and(|(_, release)| !release.state.released.is_empty());
    if !lapsed || released || !in_time {
        return Err(Refusal::NotReopenable);
    }
    place_for_engagement(case)
}

/// Whether the release has a place for a live engagement: none is live, and it is not merged into another release.
///
/// # Errors
/// [`Refusal::ReleaseMerged`] or [`Refusal::ReleaseBusy`].
pub fn place_for_engagement(case: &Case) -> Result<(), Refusal> {
    if case.release().is_some_and(|(_, release)| release.state.merged_into.is_some()) {
        return Err(Refusal::ReleaseMerged);
    }
    let busy = case.engagements.values().any(|entry| entry.state.stage.is_live());
    if busy { Err(Refusal::ReleaseBusy) } else { Ok(()) }
}
