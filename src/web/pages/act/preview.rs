//! What would happen: what changes, which dates move, and who is told.

use askama::Template;

use crate::{
    app::{Preview, preview::PreviewDeadline},
    domain::actor::Role,
    web::pages::{
        record::link,
        time::PageClock,
        ui::{Inline, Part, Row, Section, Table},
        words,
    },
};

/// The panel of a preview, which also stands by itself in a page that is open already.
#[derive(Template)]
#[template(path = "partials/preview.html")]
pub struct Panel {
    /// What it says.
    pub section: Section,
}

/// The panel.
pub fn panel(preview: &Preview, clock: PageClock) -> Panel {
    let events = preview.events.iter().map(|event| {
        Row::new(vec![
            Inline::text(words::event(&event.event)),
            record(&event.reference),
            clock.instant(event.effective_at).into(),
        ])
    });
    let notices = preview.notices.iter().map(|notice| {
        let to = notice.to.iter().map(|to| Inline::text(told(to)));
        Row::new(vec![Inline::text(words::notice(&notice.code)), record(&notice.reference), Inline::list(to)])
    });
    let section = Section::new("preview", "What would happen")
        .with(Table::new("What changes", &["What", "Record", "From when"], "Nothing changes.").with(events).titled())
        .with(dates("Dates that come", "No date comes.", &preview.deadlines_opened, clock))
        .with(dates("Dates that go", "No date goes.", &preview.deadlines_ended, clock))
        .with(
            Table::new("Who is told", &["Notice", "Record", "Whom"], "Nobody is told by mail.").with(notices).titled(),
        );
    let section = match &preview.migration {
        Some(migration) => section
            .with(Part::Heading("What the other framework version brings".to_owned()))
            .with(crate::web::pages::particulars::facts(migration, clock, &[])),
        None => section,
    };
    Panel { section }
}

fn dates(caption: &str, none: &str, deadlines: &[PreviewDeadline], clock: PageClock) -> Table {
    let row = |one: &PreviewDeadline| {
        Row::new(vec![
            Inline::text(words::deadline(&one.kind, &one.code)),
            record(&one.reference),
            clock.instant(one.due_at).into(),
        ])
    };
    Table::new(caption, &["Deadline", "Record", "Due"], none).with(deadlines.iter().map(row)).titled()
}

/// A link to the record, unless it is still to be made.
fn record(reference: &str) -> Inline {
    if reference.is_empty() { Inline::text("New record") } else { link(reference) }
}

fn told(to: &str) -> String {
    Role::from_code(to).map_or_else(|| words::label(to), words::role)
}
