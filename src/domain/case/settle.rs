//! What time brings (domain section 3.0, "Timed transitions"): every due event of a case in the order of its due
//! instant. Commands append these before their own in the same transaction, reads fold them without writing, the
//! worker only calls this. It is a function of facts and an instant, so that nothing depends on having been asked in
//! time (invariant 28).

use super::{Case, CaseEvent, Event, Facts, decide::audience, evolve::evolve};
use crate::domain::{
    actor::By,
    condition, document, engagement, foia, grant,
    id::{Kind, Subject},
    nomination, records,
    refusal::Refusal,
    release,
    time::Instant,
};

/// The most timed events that one call yields; a case has far fewer. A bound, so that a rule that contradicts itself
/// is an error and never an endless loop.
const MOST: usize = 10_000;

/// Folds the case forward to `now` and returns what happened on the way, oldest first. Events take effect at their due
/// instant, but not before `from`: pass the instant of a command for what follows from it, and
/// [`Instant::MIN_UTC`] for what time alone brought.
///
/// # Errors
/// [`Refusal`] if a pinned framework version is not known, or if rules contradict each other.
pub fn settle(case: &mut Case, facts: &Facts, from: Instant, now: Instant) -> Result<Vec<CaseEvent>, Refusal> {
    let mut happened = Vec::new();
    let mut from = from;
    while let Some((at, subject, event)) = next(case, facts, from.max(floor(case)))?.filter(|(at, ..)| *at <= now) {
        if happened.len() == MOST {
            return Err(Refusal::Unrepresentable);
        }
        let reference = case.reference(subject).unwrap_or_default().to_owned();
        let audience = audience(case, subject, &event);
        let event = CaseEvent { subject, reference, audience, effective_at: at, by: By::SCHEDULER, event };
        evolve(case, &event);
        happened.push(event);
        from = at;
    }
    Ok(happened)
}

/// The instant at which time next brings something, after `now`; the case must be settled at `now`.
///
/// # Errors
/// [`Refusal::NoFramework`].
pub fn next_due(case: &Case, facts: &Facts, now: Instant) -> Result<Option<Instant>, Refusal> {
    Ok(next(case, facts, now)?.map(|(at, ..)| at))
}

/// Nothing that time brings takes effect before the last stage that it follows from was entered.
fn floor(case: &Case) -> Instant {
    let conditions = case.conditions.values().map(|entry| entry.state.since);
    let engagements = case.engagements.values().map(|entry| entry.state.since);
    let nominations = case.nominations.values().map(|entry| entry.state.since);
    let grants = case.grants.values().map(|entry| entry.state.since);
    let handoffs = case.handoffs.values().map(|entry| entry.state.since);
    conditions.chain(engagements).chain(nominations).chain(grants).chain(handoffs).max().unwrap_or(Instant::MIN_UTC)
}

/// The earliest timed event; at one instant the calendar comes first, conditions come before engagements, and those before nominations and
/// grants, because each depends on the ones before it.
fn next(case: &Case, facts: &Facts, from: Instant) -> Result<Option<(Instant, Subject, Event)>, Refusal> {
    let mut due: Vec<(Instant, Subject, Event)> = Vec::new();
    for id in case.releases.keys() {
        let found = release::due(case, *id, facts, from);
        due.extend(found.map(|(at, event)| (at, Subject::new(Kind::Release, *id), Event::Release(event))));
    }
    for id in case.conditions.keys() {
        let found = condition::due(case, *id, from);
        due.extend(found.map(|(at, event)| (at, Subject::new(Kind::Condition, *id), Event::Condition(event))));
    }
    for id in case.engagements.keys() {
        let found = engagement::due(case, *id, facts, from)?;
        due.extend(found.map(|(at, event)| (at, Subject::new(Kind::Engagement, *id), Event::Engagement(event))));
    }
    for id in case.nominations.keys() {
        let found = nomination::due(case, *id, facts, from)?;
        due.extend(found.map(|(at, event)| (at, Subject::new(Kind::Nomination, *id), Event::Nomination(event))));
    }
    for id in case.grants.keys() {
        let found = grant::due(case, *id, facts, from)?;
        due.extend(found.map(|(at, event)| (at, Subject::new(Kind::Grant, *id), Event::Grant(event))));
    }
    for id in case.foia_requests.keys() {
        let found = foia::due(case, *id, facts, from)?;
        due.extend(found.map(|(at, event)| (at, Subject::new(Kind::FoiaRequest, *id), Event::FoiaRequest(event))));
    }
    due.extend(records::due(case, facts, from)?);
    for id in case.documents.keys() {
        let found = document::due(case, *id, from);
        due.extend(found.map(|(at, event)| (at, Subject::new(Kind::Document, *id), Event::Document(event))));
    }
    // `min_by_key` keeps the first of equal ones, and they stand in the order of dependence.
    Ok(due.into_iter().min_by_key(|(at, ..)| *at))
}
