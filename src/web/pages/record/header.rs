//! The facts at the head of a record's page: where it stands and since when, and the next step with whose turn it is, by
//! when and why.

use super::history::why;
use crate::{
    app::{DeadlineEntry, Dossier, Lead, WaitingStep, view::Moment},
    domain::id::Kind,
    web::pages::{
        time::PageClock,
        ui::{Facts, Inline, Link},
        words,
    },
};

/// Where the record stands, and since when.
pub fn stage(stage: &str, since: Option<&Moment>, clock: PageClock) -> Facts {
    let header = Facts::new().with("Stage", Inline::Tag(words::label(stage)));
    header.some("Since", Inline::maybe(since, |since| clock.moment(since).into()))
}

/// The open deadline that is due first, of the record or of what stands under it.
fn first(dossier: &Dossier) -> Option<&DeadlineEntry> {
    let open = dossier.deadlines.iter().filter(|one| one.status == "open" && one.next_step.is_some());
    open.min_by_key(|one| (one.due_at.at, one.reference != dossier.reference))
}

/// What is next on a record.
enum Next<'a> {
    Dated(&'a DeadlineEntry),
    Waiting(&'a WaitingStep),
}

/// What is next: what asks the viewer on this very record comes before what waits for others there, and that before what
/// stands under the record or asks for nothing.
fn next_of(dossier: &Dossier) -> Option<Next<'_>> {
    let open = dossier.deadlines.iter().filter(|one| one.status == "open" && one.asks());
    let here: Vec<&DeadlineEntry> = open.filter(|one| one.reference == dossier.reference).collect();
    let soonest = |mine: bool| {
        let whose = here.iter().copied().filter(|one| !mine || one.who.iter().any(|who| who == "me"));
        whose.min_by_key(|one| one.due_at.at).map(Next::Dated)
    };
    let waiting = dossier.waiting.as_ref();
    soonest(true)
        .or_else(|| waiting.filter(|waiting| waiting.mine).map(Next::Waiting))
        .or_else(|| soonest(false))
        .or_else(|| waiting.map(Next::Waiting))
        .or_else(|| first(dossier).map(Next::Dated))
}

/// The header with who leads the record, and with the next step: what, whose turn, by when and why that date.
pub fn next(header: Facts, dossier: &Dossier, clock: PageClock) -> Facts {
    let header = header.some("Lead", lead(dossier));
    match next_of(dossier) {
        None => header.with("Next step", Inline::text("None")),
        Some(Next::Dated(deadline)) => dated(header, dossier, deadline, clock),
        Some(Next::Waiting(waiting)) => waits(header, dossier, waiting, clock),
    }
}

/// Who leads it; an engagement names its leads itself.
fn lead(dossier: &Dossier) -> Inline {
    match &dossier.lead {
        Lead::Person(person) if dossier.kind != Kind::Engagement => Inline::person(person),
        Lead::Nobody => Inline::text("Nobody yet"),
        Lead::Person(_) | Lead::Unknown => Inline::None,
    }
}

fn dated(header: Facts, dossier: &Dossier, deadline: &DeadlineEntry, clock: PageClock) -> Facts {
    let what = words::label(deadline.next_step.unwrap_or_default());
    let at = &deadline.reference;
    let step = match crate::app::kind_of(at) {
        Some(kind) if *at != dossier.reference => {
            Inline::Link(Link { href: format!("/{}/{at}", kind.plural()), text: format!("{what}, {at}") })
        }
        _ => to_form(dossier, what),
    };
    header
        .with("Next step", step)
        .some("Whose turn", Inline::text(words::turn(&deadline.who, &deadline.people)))
        .with("Due", clock.due(deadline.shown_on, deadline.due_at.at))
        .with(&format!("{} {}", deadline.code, words::label(&deadline.kind)), why(deadline, clock))
}

fn waits(header: Facts, dossier: &Dossier, waiting: &WaitingStep, clock: PageClock) -> Facts {
    let header = header
        .with("Next step", to_form(dossier, words::label(waiting.act)))
        .with("Whose turn", Inline::text(words::turn(&waiting.who, &[])));
    let Some((last_day, lapses_at, offered_at)) = waiting.offer else { return header };
    let why = format!("Offered {}; an offer lapses when nobody accepts it", clock.plain(offered_at).text);
    header.with("Lapses", clock.due(last_day, lapses_at)).with("Why this date", Inline::text(why))
}

/// One who can take the step goes to its form, everybody else to what they can do instead.
fn to_form(dossier: &Dossier, what: String) -> Inline {
    let form = next_act(dossier).map(|act| format!("/{}/{}/{act}", dossier.kind.plural(), dossier.reference));
    Inline::Link(Link { href: form.unwrap_or_else(|| "#actions".to_owned()), text: what })
}

/// The command that carries the next step out, where the viewer can now and it is on this very record.
pub fn next_act(dossier: &Dossier) -> Option<&'static str> {
    let may = |act: &&'static str| dossier.actions.iter().any(|action| action.allowed && action.action == *act);
    match next_of(dossier)? {
        Next::Dated(deadline) if deadline.reference == dossier.reference => deadline.acts.iter().copied().find(may),
        Next::Dated(_) => None,
        Next::Waiting(waiting) => Some(waiting.act).filter(may),
    }
}
