//! What time brings to a release: while anything of its case is under way, the next edition of the calendar.

use super::ReleaseEvent as Event;
use crate::domain::{
    case::{Case, Facts},
    engagement::Stage,
    id::RecordId,
    time::Instant,
};

/// The next thing that time brings, and when: `from` or later.
pub fn due(case: &Case, id: RecordId, facts: &Facts, from: Instant) -> Option<(Instant, Event)> {
    let release = &case.releases.get(&id)?.state;
    let next = facts.calendars.next(release.calendar.as_deref(), from).filter(|_| is_under_way(case))?;
    Some((next.from.max(from), Event::CalendarAdopted { version: next.calendar.version.clone() }))
}

/// Whether any task of the case may be open. A closed case keeps its old calendar: nothing of it is counted any more.
fn is_under_way(case: &Case) -> bool {
    let engaged = case.engagements.values().any(|entry| !matches!(entry.state.stage, Stage::Closed { .. }));
    let asked = case.inquiries.values().any(|entry| entry.state.stage.is_open());
    engaged || asked || case.nominations.values().any(|entry| !entry.state.stage.is_terminal())
}
