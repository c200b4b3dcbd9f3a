//! The whole of what a record's own page shows the newest of: everything that happened, filtered by what sort of thing it
//! was and by record, and all deadlines with what became of their reminders.

use std::collections::BTreeSet;

use axum::{extract::State, response::Response, routing::get};
use serde::Deserialize;

use super::history::{DEADLINE_COLUMNS, deadline_row, events};
use crate::{
    app::{AppError, DeadlineEntry, Dossier},
    domain::id::Kind,
    web::{
        Web,
        extract::{ApiQuery, Path, visitor::Visitor},
        pages::{
            PageRoute, files,
            sheet::Sheet,
            time::PageClock,
            ui::{Choice, Control, FieldView, Section, Table, Timeline},
            words,
        },
        table::Format,
    },
};

/// What happens, by sort: the name in addresses, and what people read.
const SORTS: [(&str, &str); 4] =
    [("decision", "Decisions"), ("document", "Documents"), ("mail", "Mail"), ("access", "Access")];

/// What is asked for where nothing is filtered out.
const ALL: &str = "all";

/// The pages of this room: two a kind.
pub fn routes() -> Vec<PageRoute> {
    let of = |kind: Kind| {
        let path = |name: &str| format!("/{}/{{reference}}/{name}", kind.plural());
        let whole = get(move |web, visitor, path, query| timeline(web, visitor, path, query, kind));
        let dates = get(move |web, visitor, path, query| deadlines(web, visitor, path, query, kind));
        [PageRoute::get(path("timeline"), whole), PageRoute::get(path("deadlines"), dates)]
    };
    Kind::ALL.into_iter().flat_map(of).collect()
}

/// What the line of time may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The sort; all of them if left out.
    #[serde(default)]
    sort: String,
    /// The record; all of them if left out.
    #[serde(default)]
    record: String,
    /// The same rows for programs.
    format: Option<Format>,
}

/// What the deadlines may be asked for.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct DatesAsked {
    /// The same rows for programs.
    format: Option<Format>,
}

async fn timeline(
    State(web): State<Web>,
    visitor: Visitor,
    Path(reference): Path<String>,
    ApiQuery(asked): ApiQuery<Asked>,
    kind: Kind,
) -> Result<Response, AppError> {
    let mut dossier = web.app.dossier(visitor.principal(), kind, &reference).await?;
    let clock = PageClock::at(&web.app, dossier.now);
    let filter = vec![select("sort", "What", "Everything", &sorts(), &asked.sort), records(&dossier, &asked.record)];
    narrow(&mut dossier, &asked.record);
    let mut events = events(&dossier, clock);
    events.retain(|event| is_all(&asked.sort) || event.sort == asked.sort);
    let count = match events.len() {
        1 => "1 entry".to_owned(),
        many => format!("{many} entries"),
    };
    let at = &dossier.reference;
    let section = Section::new("timeline", "What happened").with(Timeline { whole: String::new(), events });
    if let Some(format) = asked.format {
        return Ok(files::answer(format, &format!("{at}-timeline"), [&section], false));
    }
    let page = Sheet::of(&web, &visitor, format!("Timeline of {at}"))
        .under(kind, at)
        .here("Timeline")
        .filtered(filter)
        .lead(format!("{count}, the newest first. What you may not know of is not counted."))
        .section(section.with(files::links(&visitor.here)));
    page.answer()
}

/// Leaves what is about this record.
fn narrow(dossier: &mut Dossier, record: &str) {
    if !is_all(record) {
        dossier.happened.retain(|one| one.reference == record);
        dossier.deadlines.retain(|deadline| deadline.reference == record);
        dossier.notices.retain(|notice| notice.reference == record);
    }
}

fn sorts() -> Vec<(String, String)> {
    SORTS.iter().map(|(name, label)| ((*name).to_owned(), (*label).to_owned())).collect()
}

/// The records of which something is told.
fn records(dossier: &Dossier, chosen: &str) -> FieldView {
    let happened = dossier.happened.iter().map(|one| (one.kind, one.reference.clone()));
    let found: BTreeSet<(Kind, String)> = happened.collect();
    let options = found.into_iter().map(|(kind, reference)| {
        let label = format!("{} {reference}", words::kind(kind));
        (reference, label)
    });
    select("record", "Record", "Every record", &options.collect::<Vec<_>>(), chosen)
}

/// Whether nothing is filtered out.
fn is_all(asked: &str) -> bool {
    asked.is_empty() || asked == ALL
}

fn select(name: &str, label: &str, all: &str, options: &[(String, String)], chosen: &str) -> FieldView {
    let first = Choice { value: ALL.to_owned(), label: all.to_owned(), chosen: is_all(chosen) };
    let option = |(value, label): &(String, String)| Choice {
        chosen: value == chosen,
        value: value.clone(),
        label: label.clone(),
    };
    let choices = [first].into_iter().chain(options.iter().map(option)).collect();
    FieldView::of(name, label, Control::Select(choices))
}

async fn deadlines(
    State(web): State<Web>,
    visitor: Visitor,
    Path(reference): Path<String>,
    ApiQuery(asked): ApiQuery<DatesAsked>,
    kind: Kind,
) -> Result<Response, AppError> {
    let dossier = web.app.dossier(visitor.principal(), kind, &reference).await?;
    let clock = PageClock::at(&web.app, dossier.now);
    let at = &dossier.reference;
    let part = |id: &str, heading: &str, empty: &str, wanted: fn(&DeadlineEntry) -> bool| {
        let mut found: Vec<&DeadlineEntry> = dossier.deadlines.iter().filter(|one| wanted(one)).collect();
        found.sort_by_key(|one| (one.due_at.at, one.reference.clone()));
        let rows = found.into_iter().map(|deadline| deadline_row(deadline, clock));
        Section::new(id, heading).with(Table::new(heading, &DEADLINE_COLUMNS, empty).with(rows))
    };
    let sections = vec![
        part("open", "Open deadlines", "No deadline is open that you may know of.", |one| one.status == "open"),
        part("over", "Deadlines that are over", "No deadline is over yet.", |one| one.status != "open"),
    ];
    if let Some(format) = asked.format {
        return Ok(files::answer(format, &format!("{at}-deadlines"), &sections, false));
    }
    let page = Sheet::of(&web, &visitor, format!("Deadlines of {at}"))
        .under(kind, at)
        .here("Deadlines")
        .lead("Each with the facts behind its date, and with what became of its reminders to your side.")
        .sections(sections)
        .section(Section::new("files", "As files").with(files::links(&visitor.here)));
    page.answer()
}
