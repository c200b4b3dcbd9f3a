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
        let record = if event.reference.is_empty() { Inline::text("New record") } else { link(&event.reference) };
        Row::new(vec![Inline::text(words::event(&event.event)), record, clock.instant(event.effective_at).into()])
    });
    let notices = preview.notices.iter().map(|notice| {
        let to = notice.to.iter().map(|to| Inline::text(told(to)));
        Row::new(vec![Inline::text(notice.code.clone()), link(&notice.reference), Inline::list(to)])
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
        Row::new(vec![Inline::text(one.code.clone()), link(&one.reference), clock.instant(one.due_at).into()])
    };
    Table::new(caption, &["Deadline", "Record", "Due"], none).with(deadlines.iter().map(row)).titled()
}

fn told(to: &str) -> String {
    Role::from_code(to).map_or_else(|| words::label(to), words::role)
}
