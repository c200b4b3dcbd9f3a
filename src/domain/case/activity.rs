//! Activity: what keeps an engagement from lapsing (domain section 3.2, E16; D22). Defined here and nowhere else.
//!
//! Activity is any act of a person, not of time, on the engagement, its conditions, nominations or grants, or on its
//! release and the release's inquiries, of which both sides may know. What one side does for itself alone - votes and
//! assignments of the government, the developer's own delegations - does not count: the date of the lapse is known to
//! both sides and would tell of it (domain section 3.0, "Audience").

use super::{Case, Entries, Event};
use crate::domain::{
    actor::By,
    audience::Audience,
    engagement::EngagementEvent,
    id::{Kind, OrganizationId, RecordId, Subject},
    nomination::NominationEvent,
    time::Instant,
};

/// Whether what happened is activity. Drafting an engagement is where its clock begins.
pub(super) fn is_activity(by: &By, event: &Event) -> bool {
    let drafted = matches!(event, Event::Engagement(EngagementEvent::Drafted { .. }));
    by.account.is_some() && (drafted || !is_one_sided(event))
}

/// Whether the event is one side's own by its nature, whoever the record was handed over to.
#[expect(clippy::wildcard_enum_match_arm, reason = "events of the other kinds are known to both sides")]
fn is_one_sided(event: &Event) -> bool {
    let audience = match event {
        Event::Release(event) => event.audience(),
        Event::Inquiry(event) => event.audience(),
        Event::Engagement(event) => event.audience(),
        Event::Nomination(event) => of_nomination(event),
        _ => Audience::Shared,
    };
    matches!(audience, Audience::Developer | Audience::Government)
}

/// Votes, recusals and assignments are the government's own, before and after disclosure.
fn of_nomination(event: &NominationEvent) -> Audience {
    event.audience(OrganizationId(uuid::Uuid::nil()), true)
}

/// The last activity of an engagement, of what stands under it, or of its release and the release's inquiries; `None`
/// if there is no such engagement.
pub fn last_activity(case: &Case, engagement: RecordId) -> Option<Instant> {
    let own = case.engagements.get(&engagement)?;
    let attached = Subject::new(Kind::Engagement, engagement);
    let nominations = || case.nominations.iter().filter(|(_, entry)| entry.state.engagement == engagement);
    let under_nominations = nominations().flat_map(|(id, _)| case.conditions_of(Subject::new(Kind::Nomination, *id)));
    let acts = newest(&case.releases)
        .chain(newest(&case.inquiries))
        .chain(case.conditions_of(attached).chain(under_nominations).filter_map(|(_, entry)| entry.active_at))
        .chain(nominations().filter_map(|(_, entry)| entry.active_at))
        .chain(case.grants_of(engagement).filter_map(|(_, entry)| entry.active_at));
    // A state that was stored before activity was kept says at least since when its stage is.
    Some(acts.chain([own.active_at.unwrap_or(own.state.since)]).max().unwrap_or(own.state.since))
}

fn newest<T>(entries: &Entries<T>) -> impl Iterator<Item = Instant> {
    entries.values().filter_map(|entry| entry.active_at)
}
