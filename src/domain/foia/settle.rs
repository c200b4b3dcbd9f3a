//! What time brings to a request: the end of the period in which the submitter may object (D18).

use super::{FoiaEvent as Event, FoiaRequest, FoiaStage as Stage};
use crate::domain::{
    case::{Case, Facts},
    deadline::{DeadlineKind, Due, due as fall_due},
    id::RecordId,
    refusal::Refusal,
    time::Instant,
};

/// The next thing that time brings, and when: `from` or later. Silence ends the period and is no consent.
///
/// # Errors
/// [`Refusal::NoFramework`] if the pinned version is not known.
pub fn due(case: &Case, id: RecordId, facts: &Facts, from: Instant) -> Result<Option<(Instant, Event)>, Refusal> {
    let Some(request) = case.foia_requests.get(&id).map(|entry| &entry.state) else { return Ok(None) };
    let Some(noticed_at) = request.noticed_at.filter(|_| request.stage == Stage::SubmitterNotice) else {
        return Ok(None);
    };
    let period = clock(case, request, facts, DeadlineKind::SubmitterObjection, noticed_at)?;
    Ok(Some((period.due_at.max(from), Event::ObjectionPeriodEnded)))
}

/// A clock of the request, with the numbers of the version that its engagement is pinned to.
pub(super) fn clock(
    case: &Case,
    request: &FoiaRequest,
    facts: &Facts,
    kind: DeadlineKind,
    start: Instant,
) -> Result<Due, Refusal> {
    let framework = facts.pinned(case.pinned(request.engagement), start)?;
    Ok(fall_due(&framework.deadline(kind), start, framework.zone, facts.calendar(case)))
}
