//! The facts at the head of a record's page: where it stands and since when, and the next step with whose turn it is, by
//! when and why.

use super::history::why;
use crate::{
    app::{DeadlineEntry, Dossier, view::Moment},
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

/// The header with the next step: what, whose turn, by when and why that date.
pub fn next(header: Facts, dossier: &Dossier, clock: PageClock) -> Facts {
    let Some(deadline) = first(dossier) else { return header.with("Next step", Inline::text("None with a date")) };
    let what = words::label(deadline.next_step.unwrap_or_default());
    let at = &deadline.reference;
    let step = match crate::app::kind_of(at) {
        Some(kind) if *at != dossier.reference => {
            Inline::Link(Link { href: format!("/{}/{at}", kind.plural()), text: format!("{what}, {at}") })
        }
        // One who can take the step goes to its form, everybody else to what they can do instead.
        _ => {
            let form = next_act(dossier).map(|act| format!("/{}/{at}/{act}", dossier.kind.plural()));
            Inline::Link(Link { href: form.unwrap_or_else(|| "#actions".to_owned()), text: what })
        }
    };
    header
        .with("Next step", step)
        .some("Whose turn", Inline::text(words::turn(&deadline.who, &deadline.people)))
        .with("Due", clock.due(deadline.shown_on, deadline.due_at.at))
        .with(&format!("{} {}", deadline.code, words::label(&deadline.kind)), why(deadline, clock))
}

/// The command that carries the next step out, where the viewer can now and it is on this very record.
pub fn next_act(dossier: &Dossier) -> Option<&'static str> {
    let deadline = first(dossier).filter(|one| one.reference == dossier.reference)?;
    let may = |act: &&'static str| dossier.actions.iter().any(|action| action.allowed && action.action == *act);
    deadline.acts.iter().copied().find(may)
}
