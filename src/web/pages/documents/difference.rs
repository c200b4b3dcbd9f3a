//! Texts, and how they changed.

use axum::{extract::State, response::Response};
use serde::Deserialize;

use crate::{
    app::{AppError, documents::Difference, view::RecordView},
    domain::id::Kind,
    web::{
        Web,
        extract::{ApiQuery, Path, visitor::Visitor},
        pages::{
            sheet::Sheet,
            time::PageClock,
            ui::{Diff, Facts, Inline, Link, Part, Section},
        },
    },
};

/// Which document is compared with.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FromDocument {
    from: Option<String>,
}

/// How a document changed since another, or since the version before it.
pub async fn of_document(
    State(web): State<Web>,
    visitor: Visitor,
    Path(reference): Path<String>,
    ApiQuery(query): ApiQuery<FromDocument>,
) -> Result<Response, AppError> {
    let found = web.app.difference(visitor.principal(), query.from.as_deref(), &reference).await?;
    let since = query.from.unwrap_or_else(|| "the version before it".to_owned());
    let page = Sheet::of(&web, &visitor, format!("Changes of {reference}"))
        .under(Kind::Document, &reference)
        .here("Changes")
        .lead(format!("How {reference} differs from {since}."));
    page.section(changes(found)).answer()
}

/// Which texts are compared.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FromTo {
    from: Option<u32>,
    to: Option<u32>,
}

/// How the text of a condition changed.
pub async fn of_condition(
    State(web): State<Web>,
    visitor: Visitor,
    Path(reference): Path<String>,
    ApiQuery(query): ApiQuery<FromTo>,
) -> Result<Response, AppError> {
    let found = web.app.condition_difference(visitor.principal(), &reference, query.from, query.to).await?;
    let text = |number: Option<u32>, otherwise: &str| {
        number.map_or_else(|| otherwise.to_owned(), |number| format!("text {number}"))
    };
    let (from, to) = (text(query.from, "the text before it"), text(query.to, "the newest text"));
    let page = Sheet::of(&web, &visitor, format!("Changes of {reference}"))
        .under(Kind::Condition, &reference)
        .here("Changes")
        .lead(format!("How {to} differs from {from}."));
    page.section(changes(found)).answer()
}

/// One text of a condition.
pub async fn text(
    State(web): State<Web>,
    visitor: Visitor,
    Path((reference, number)): Path<(String, u32)>,
) -> Result<Response, AppError> {
    let text = web.app.condition_text(visitor.principal(), &reference, number).await?;
    let record = web.app.record(visitor.principal(), Kind::Condition, &reference).await?;
    let clock = PageClock::at(&web.app, web.app.clock().business());
    let last = match &record.view {
        RecordView::Condition(view) => view.texts.last().map_or(number, |text| text.number),
        _ => number,
    };
    let at = format!("/conditions/{reference}");
    let way = |shown: bool, href: String, text: String| {
        if shown { Inline::Link(Link { href, text }) } else { Inline::None }
    };
    let (before, after) = (number.saturating_sub(1), number.saturating_add(1));
    let ways = Inline::list([
        way(before > 0, format!("{at}/difference?from={before}&to={number}"), format!("Changes since text {before}")),
        way(before > 0, format!("{at}/texts/{before}"), format!("Text {before}, before it")),
        way(number < last, format!("{at}/texts/{after}"), format!("Text {after}, after it")),
    ]);
    let facts = Facts::new()
        .with("Came", clock.moment(&text.created_at))
        .with("SHA-256 of the text", Inline::Code(text.digest))
        .some("Other texts", ways);
    let page = Sheet::of(&web, &visitor, format!("{}, text {number}", text.title))
        .under(Kind::Condition, &reference)
        .here(format!("Text {number}"))
        .section(Section::new("about", "About this text").with(facts))
        .section(Section::new("text", "The text").with(Part::Text(text.body)));
    page.answer()
}

fn changes(found: Difference) -> Section {
    let facts = Facts::new()
        .with("SHA-256 before", Inline::Code(found.from_sha256))
        .with("SHA-256 after", Inline::Code(found.to_sha256));
    Section::new("changes", "What changed").with(Diff { hunks: found.hunks }).with(facts)
}
