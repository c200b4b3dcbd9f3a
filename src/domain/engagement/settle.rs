//! What time brings to an engagement: E6, E8, E11, E15 and E16. Computed from facts, so that it does not matter when it is
//! asked (invariant 28).

use super::{
    EngagementEvent as Event, Outcome, Stage,
    decide::opening,
    guard::{rules, unmet_for_ready, unmet_to_open},
    idle::lapses,
};
use crate::domain::{
    case::{Case, Facts},
    id::RecordId,
    refusal::Refusal,
    time::Instant,
};

/// The next thing that time brings, and when: `from` or later. Guards are judged on the facts of the case as given.
///
/// # Errors
/// [`Refusal::NoFramework`] if the pinned version is not known.
pub fn due(case: &Case, id: RecordId, facts: &Facts, from: Instant) -> Result<Option<(Instant, Event)>, Refusal> {
    let Some(entry) = case.engagements.get(&id) else { return Ok(None) };
    let engagement = &entry.state;
    let lapse = lapses(case, id, facts)?.map(|(_, at)| (at.max(from), Event::Lapsed));
    let moves = match &engagement.stage {
        Stage::Conditions => unmet_for_ready(case, id, facts, from)?.is_empty().then_some((from, Event::Ready)),
        Stage::Ready => fallback(case, id, facts, from)?,
        Stage::WindowScheduled { open_at, missed, .. } => match fallback(case, id, facts, from)? {
            Some(fallback) => Some(fallback),
            None if *missed => None,
            None => Some(edge(case, id, facts, (*open_at).max(from))?),
        },
        Stage::WindowOpen | Stage::Suspended { .. } => {
            let rules = rules(case, id, facts, from)?;
            let close = engagement.window.as_ref().and_then(|window| window.close_at(&rules));
            close.map(|close| (close.max(from), Event::WindowClosed { outcome: Outcome::Completed }))
        }
        Stage::Draft | Stage::Proposed | Stage::CloseOut { .. } | Stage::Closed { .. } => None,
    };
    // `min_by_key` keeps the first of equal ones: what moves the engagement on at that very instant keeps it from lapsing.
    Ok(moves.into_iter().chain(lapse).min_by_key(|(at, _)| *at))
}

/// E15: a condition left force, or eligibility is no longer attested.
fn fallback(case: &Case, id: RecordId, facts: &Facts, from: Instant) -> Result<Option<(Instant, Event)>, Refusal> {
    let unmet = unmet_for_ready(case, id, facts, from)?;
    Ok((!unmet.is_empty()).then_some((from, Event::FellBackToConditions { unmet })))
}

/// E8 at its instant: it opens, or the guard holds it back for good.
fn edge(case: &Case, id: RecordId, facts: &Facts, at: Instant) -> Result<(Instant, Event), Refusal> {
    let unmet = unmet_to_open(case, id, facts, at)?;
    let opening = case.engagements.get(&id).and_then(|entry| opening(case, &entry.state.stage));
    let event = opening.filter(|_| unmet.is_empty()).unwrap_or(Event::OpeningMissed { unmet });
    Ok((at, event))
}
