//! Slips of an access window: when it was to open or to end before, and the act that moved it. Told from the events of the
//! window alone, which both sides know.

use chrono::TimeDelta;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Engagement, EngagementEvent as Event, Outcome, Stage, evolve,
    guard::{state, used_on_release},
    window::Rules,
};
use crate::domain::{
    case::{Case, Facts},
    id::RecordId,
    time::Instant,
};

/// The codes of the events that say when a window opens and ends.
pub const TELLING: [&str; 10] = [
    "engagement.framework_migrated",
    "engagement.releases_merged",
    "engagement.window_scheduled",
    "engagement.window_opened",
    "engagement.window_suspended",
    "engagement.window_resumed",
    "engagement.window_shrunk",
    "engagement.end_lowered",
    "engagement.window_extended",
    "engagement.window_closed",
];

/// Which date of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WindowDate {
    /// Its opening.
    Opening,
    /// Its end: the agreed one while it lies ahead, and the one that every rule leaves once it opened.
    End,
}

/// A date of a window that was another one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Which date.
    pub date: WindowDate,
    /// The earlier one.
    pub was: Instant,
    /// The one that took its place.
    pub now: Instant,
    /// The code of the event that moved it.
    pub event: &'static str,
    /// Since when that is in effect.
    pub at: Instant,
}

/// The dates of a window, as far as it has any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Dates {
    opening: Option<Instant>,
    end: Option<Instant>,
}

/// What the window of an engagement slipped by, the first slip first; `happened` are the events of [`TELLING`] in their
/// order, each with the instant from which it counts. What other windows of the release used counts as it does today.
pub fn slips(case: &Case, id: RecordId, facts: &Facts, happened: &[(Event, Instant)]) -> Vec<Slip> {
    let Ok(engagement) = state(case, id) else { return Vec::new() };
    let mut before = before(engagement, happened);
    let mut merged_later: i64 = happened.iter().map(|(event, _)| merged(event)).sum();
    let (mut known, mut slips) = (Dates::default(), Vec::new());
    for (event, at) in happened {
        merged_later -= merged(event);
        let Some(after) = evolve(Some(before.clone()), event, &before.drafted_by.clone(), *at) else { continue };
        let found = dates(case, (id, &after), facts, TimeDelta::seconds(merged_later), *at);
        let moved = |date: WindowDate, was: Option<Instant>, now: Option<Instant>| {
            let (was, now) = was.zip(now).filter(|(was, now)| was != now && is_slip(event))?;
            Some(Slip { date, was, now, event: event.code(), at: *at })
        };
        slips.extend(moved(WindowDate::Opening, known.opening, found.opening));
        slips.extend(moved(WindowDate::End, known.end, found.end));
        known = Dates { opening: found.opening.or(known.opening), end: found.end.or(known.end) };
        before = after;
    }
    slips
}

/// The engagement before anything was agreed about its window, under the version that it was proposed under.
fn before(engagement: &Engagement, happened: &[(Event, Instant)]) -> Engagement {
    let first = happened.iter().find_map(|(event, _)| {
        if let Event::FrameworkMigrated { from, .. } = event { Some(from.clone()) } else { None }
    });
    let framework = first.or_else(|| engagement.framework.clone());
    Engagement { stage: Stage::Ready, window: None, framework, ..engagement.clone() }
}

/// Seconds of another release that count from this event on.
const fn merged(event: &Event) -> i64 {
    if let Event::ReleasesMerged { used_seconds, .. } = event { *used_seconds } else { 0 }
}

/// Withdrawing leaves no mark (invariant 26).
const fn is_slip(event: &Event) -> bool {
    !matches!(event, Event::WindowClosed { outcome: Outcome::Withdrawn })
}

fn dates(
    case: &Case,
    (id, engagement): (RecordId, &Engagement),
    facts: &Facts,
    merged_later: TimeDelta,
    at: Instant,
) -> Dates {
    if let Stage::WindowScheduled { open_at, agreed_end, .. } = engagement.stage {
        return Dates { opening: Some(open_at), end: agreed_end };
    }
    let (Some(window), Ok(framework)) = (&engagement.window, facts.pinned(engagement.framework.as_deref(), at)) else {
        return Dates::default();
    };
    let used = used_on_release(case, Some(id), framework.window_clock, at) - merged_later;
    Dates { opening: Some(window.opened_at), end: window.close_at(&Rules::of(framework, used)) }
}
