//! What changed under an engagement since the person who looks last signed there: texts, documents and dates.

use axum::{extract::State, response::Response, routing::get};

use super::{hidden, link};
use crate::{
    app::{AppError, Dossier, Happened, NewerText, SinceSignature},
    domain::id::Kind,
    web::{
        Web,
        extract::{Path, visitor::Visitor},
        pages::{
            PageRoute, particulars,
            sheet::Sheet,
            time::PageClock,
            ui::{Facts, Inline, Row, Section, Table},
            words,
        },
    },
};

/// The page of this room.
pub fn route() -> PageRoute {
    PageRoute::get("/engagements/{reference}/since-signed", get(page))
}

/// The way to the page, where something changed.
pub fn way(dossier: &Dossier) -> Inline {
    let since = dossier.since_signature.as_ref().filter(|since| since.count() > 0);
    Inline::maybe(since, |since| {
        let text = match since.count() {
            1 => "1 change".to_owned(),
            many => format!("{many} changes"),
        };
        Inline::link(format!("/engagements/{}/since-signed", dossier.reference), text)
    })
}

async fn page(State(web): State<Web>, visitor: Visitor, Path(reference): Path<String>) -> Result<Response, AppError> {
    let dossier = web.app.dossier(visitor.principal(), Kind::Engagement, &reference).await?;
    let clock = PageClock::at(&web.app, dossier.now);
    let sheet = Sheet::of(&web, &visitor, "What changed since you last signed")
        .under(Kind::Engagement, &dossier.reference)
        .here("Since you last signed");
    let Some(since) = &dossier.since_signature else {
        return sheet.lead("You have signed and acknowledged nothing under this engagement yet.").answer();
    };
    let at = clock.plain(since.at.at).text;
    let hidden = hidden(&dossier);
    sheet
        .lead(format!("You last signed {} on {at}. This is what you may know to have changed since.", since.reference))
        .sections(sections(since, clock).map(|section| section.unlinked(&hidden)))
        .answer()
}

fn sections(since: &SinceSignature, clock: PageClock) -> [Section; 3] {
    let texts =
        Table::new("Texts of conditions", &["Condition", "Title", "What changed"], "No condition has a newer text.")
            .with(since.texts.iter().map(text));
    [
        Section::new("texts", "Texts of conditions").with(texts),
        Section::new("documents", "Documents").with(happened(
            "Documents",
            &since.documents,
            "No document changed.",
            clock,
        )),
        Section::new("dates", "Dates").with(happened("Dates", &since.dates, "No date of the window moved.", clock)),
    ]
}

fn text(newer: &NewerText) -> Row {
    let at = format!("/conditions/{}", newer.reference);
    let to = newer.to;
    let changes = match newer.from {
        Some(from) => Inline::link(
            format!("{at}/difference?from={from}&to={to}"),
            format!("Text {to}: changes since text {from}"),
        ),
        None => Inline::link(format!("{at}/texts/{to}"), format!("Text {to} of a new condition")),
    };
    Row::new(vec![link(&newer.reference), Inline::text(&newer.title), changes])
}

fn happened(caption: &str, events: &[Happened], empty: &str, clock: PageClock) -> Table {
    let row = |one: &Happened| {
        let facts: Facts = particulars::facts(&one.entry.data, clock, &[]);
        let told =
            if facts.rows.is_empty() { Inline::None } else { Inline::Why { summary: "Particulars".to_owned(), facts } };
        Row::new(vec![
            link(&one.reference),
            Inline::text(words::event(&one.entry.event)),
            clock.plain(one.entry.effective_at.at).into(),
            told,
        ])
    };
    Table::new(caption, &["Record", "What happened", "When", "Particulars"], empty).with(events.iter().map(row))
}
