//! Deciding a command on a case: what time brought first, then the command's own events, then what follows from them
//! at once. One function for every command of every kind.

use super::{Case, CaseEvent, Event, Facts, evolve::evolve, settle::settle};
use crate::{
    authz::permit::Permit,
    domain::{
        action::Action,
        actor::{Actor, By},
        audience::Audience,
        command::Command,
        condition, document, engagement, foia, grant, handoff,
        id::{Kind, Subject},
        incident, inquiry, nomination, prerequisites,
        refusal::Refusal,
        release,
        text::Sha256Hex,
        time::Instant,
    },
};

/// What a command brought about.
#[derive(Clone, Debug)]
pub struct Decided {
    /// Everything that happened, oldest first: timed events, the command's own, and what followed from them.
    pub events: Vec<CaseEvent>,
    /// The case after all of them.
    pub after: Case,
}

/// Decides a command on `target`. For a command that makes a record, `target` is the id that it shall have and
/// `reference` the reference. The case must be settled at `now` already: see [`settle`].
///
/// # Errors
/// A [`Refusal`] that names what stands against the command.
pub fn decide(
    case: &Case,
    target: Subject,
    reference: &str,
    permit: &Permit,
    command: &Command,
    facts: &Facts,
    now: Instant,
) -> Result<Decided, Refusal> {
    let drafts = match command {
        Command::Release(c) => release::decide(case, target.id, permit, c, facts, now)?,
        Command::Inquiry(c) => inquiry::decide(case, target.id, c, facts, now)?,
        Command::Engagement(c) => engagement::decide(case, target.id, permit, c, facts, now)?,
        Command::Condition(c) => condition::decide(case, target.id, permit, c, facts, now)?,
        Command::Nomination(c) => nomination::decide(case, target.id, permit, c, facts, now)?,
        Command::Grant(c) => grant::decide(case, target.id, permit, c, facts, now)?,
        Command::Prerequisites(c) => prerequisites::decide(case, target.id, permit, c, now)?,
        Command::Incident(c) => incident::decide(case, target.id, permit, c, facts, now)?,
        Command::FoiaRequest(c) => foia::decide(case, target.id, permit, c, facts, now)?,
        Command::Document(c) => document::decide(case, target.id, permit, c, facts)?,
        Command::Handoff(c) => handoff::decide(case, target.id, permit, c, facts, now)?,
    };
    happen(case, reference, permit.by(), drafts, facts, now)
}

/// Folds what was decided into the case, with what follows from it at once. `reference` is that of a record that the
/// events make. For decisions that no command asks for, such as a scanner's verdict on a document.
///
/// # Errors
/// A [`Refusal`] if what time brings contradicts itself.
pub fn happen(
    case: &Case,
    reference: &str,
    by: &By,
    drafts: Vec<(Subject, Event)>,
    facts: &Facts,
    now: Instant,
) -> Result<Decided, Refusal> {
    let mut after = case.clone();
    let mut events = Vec::new();
    for (subject, event) in drafts {
        let known = after.reference(subject).map(str::to_owned);
        let reference = known.unwrap_or_else(|| reference.to_owned());
        let by = by.clone();
        let mut happened = CaseEvent { subject, reference, audience: Audience::Shared, effective_at: now, by, event };
        evolve(&mut after, &happened);
        happened.audience = audience(&after, subject, &happened.event);
        events.push(happened);
    }
    events.extend(settle(&mut after, facts, now, now)?);
    Ok(Decided { events, after })
}

/// Whether the action is possible on `target` now, as far as that can be said without its body. `decide` starts with
/// the same, so that a button never lies.
///
/// # Errors
/// The [`Refusal`] that the command would meet.
pub fn available(
    case: &Case,
    target: Subject,
    action: Action,
    actor: &Actor,
    facts: &Facts,
    now: Instant,
) -> Result<(), Refusal> {
    match target.kind {
        Kind::Release => release::available(case, target.id, action, actor, now),
        Kind::Inquiry => inquiry::available(case, target.id, action, now),
        Kind::Engagement => engagement::available(case, target.id, action, actor, facts, now),
        Kind::Condition => condition::available(case, target.id, action, actor, now),
        Kind::Nomination => nomination::available(case, target.id, action, actor, facts, now),
        Kind::Grant => grant::available(case, target.id, action, actor, facts, now),
        Kind::Prerequisites => prerequisites::available(case, target.id, action, actor),
        Kind::Incident => incident::available(case, target.id, action),
        Kind::FoiaRequest => foia::available(case, target.id, action, facts, now),
        Kind::Document => document::available(case, target.id, action, actor),
        Kind::Handoff => handoff::available(case, target.id, action, actor),
    }
}

/// The open offers that the actor may name in this act on the record, by hash: those whose second key is the actor's, or
/// those that are the actor's to take back. None for an act that names no offer.
pub fn offers_to_name(case: &Case, target: Subject, action: Action, actor: &Actor, now: Instant) -> Vec<Sha256Hex> {
    match target.kind {
        Kind::Engagement => engagement::offers_to_name(case, target.id, action, actor, now),
        Kind::Condition => condition::offers_to_name(case, target.id, action, actor, now),
        Kind::Release
        | Kind::Inquiry
        | Kind::Nomination
        | Kind::Grant
        | Kind::Prerequisites
        | Kind::Incident
        | Kind::FoiaRequest
        | Kind::Document
        | Kind::Handoff => Vec::new(),
    }
}

/// References of the listed items that can be named in this act on the record now; none for an act that names no item.
pub fn items_to_name(case: &Case, target: Subject, action: Action) -> Vec<String> {
    if target.kind == Kind::Engagement { engagement::items_to_name(case, target.id, action) } else { Vec::new() }
}

/// Who may know of an event; asked after it was folded, so that a new record has its audience too. What the developer
/// never handed over stays the developer's own, whatever happens to it.
pub fn audience(case: &Case, subject: Subject, event: &Event) -> Audience {
    let audience = audience_of(case, subject, event);
    let handed_over = || case.promoted(subject).is_none_or(|columns| columns.government);
    if audience == Audience::Shared && !handed_over() { Audience::Developer } else { audience }
}

fn audience_of(case: &Case, subject: Subject, event: &Event) -> Audience {
    let id = subject.id;
    match event {
        Event::Release(event) => event.audience(),
        Event::Inquiry(event) => event.audience(),
        Event::Engagement(event) => event.audience(),
        Event::Condition(_) => case.conditions.get(&id).map_or(Audience::Shared, |entry| entry.state.audience()),
        Event::Nomination(event) => {
            let of = |n: &nomination::Nomination| event.audience(n.partner, n.is_disclosed());
            case.nominations.get(&id).map_or(Audience::Shared, |entry| of(&entry.state))
        }
        Event::Grant(_) => case.grants.get(&id).map_or(Audience::Shared, |entry| entry.state.audience()),
        Event::Document(_) => case.documents.get(&id).map_or(Audience::Shared, |entry| entry.state.audience()),
        Event::Prerequisites(_) => case
            .people
            .get(&id)
            .map_or(Audience::Government, |entry| prerequisites::audience(entry.state.side, entry.state.organization)),
        Event::Incident(event) => event.audience(case.incidents.get(&id).and_then(|entry| entry.state.partner)),
        Event::FoiaRequest(event) => {
            event.audience(case.foia_requests.get(&id).is_some_and(|entry| entry.state.noticed_at.is_some()))
        }
        Event::Handoff(event) => event.audience(),
    }
}
