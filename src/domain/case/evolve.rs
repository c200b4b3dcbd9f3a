//! Folding events into a case: total, and without rules.

use super::{Case, CaseEvent, Entries, Entry, Event, activity::is_activity};
use crate::domain::{
    actor::{Actor, By},
    condition, document, engagement, foia, grant, handoff, incident, inquiry,
    nomination::{self, Nomination, NominationEvent},
    prerequisites, release,
    time::Instant,
};

/// The case after the event.
pub fn evolve(case: &mut Case, happened: &CaseEvent) {
    let (by, at) = (&happened.by, happened.effective_at);
    match &happened.event {
        Event::Release(event) => fold(&mut case.releases, happened, |before| release::evolve(before, event, at)),
        Event::Inquiry(event) => fold(&mut case.inquiries, happened, |before| inquiry::evolve(before, event, at)),
        Event::Engagement(event) => {
            fold(&mut case.engagements, happened, |before| engagement::evolve(before, event, by, at));
        }
        Event::Condition(event) => {
            fold(&mut case.conditions, happened, |before| condition::evolve(before, event, by, at));
        }
        Event::Nomination(event) => {
            fold(&mut case.nominations, happened, |before| nomination::evolve(before, event, by, at));
        }
        Event::Grant(event) => fold(&mut case.grants, happened, |before| grant::evolve(before, event, by, at)),
        Event::Prerequisites(event) => {
            fold(&mut case.people, happened, |before| prerequisites::evolve(before, event, at));
        }
        Event::Incident(event) => fold(&mut case.incidents, happened, |before| incident::evolve(before, event, by, at)),
        Event::FoiaRequest(event) => fold(&mut case.foia_requests, happened, |before| foia::evolve(before, event, at)),
        Event::Document(event) => {
            fold(&mut case.documents, happened, |before| document::evolve(before, event, by, at));
        }
        Event::Handoff(event) => fold(&mut case.handoffs, happened, |before| handoff::evolve(before, event, by, at)),
    }
}

fn fold<T>(entries: &mut Entries<T>, happened: &CaseEvent, evolve: impl FnOnce(Option<T>) -> Option<T>) {
    let before = entries.remove(&happened.subject.id);
    let (reference, state, before_at) = match before {
        Some(entry) => (entry.reference, Some(entry.state), entry.active_at),
        None => (happened.reference.clone(), None, None),
    };
    let active = is_activity(&happened.by, &happened.event).then_some(happened.effective_at);
    if let Some(state) = evolve(state) {
        entries.insert(happened.subject.id, Entry { reference, state, active_at: before_at.max(active) });
    }
}

/// A nomination after an event by this actor; for deciding what the keys say after a turn of one of them.
pub fn evolve_nomination(before: Nomination, event: &NominationEvent, actor: &Actor, at: Instant) -> Nomination {
    let unchanged = before.clone();
    nomination::evolve(Some(before), event, &By::from(actor), at).unwrap_or(unchanged)
}
