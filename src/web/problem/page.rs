//! What a problem's `type` leads to: the catalogue entry, as JSON or, for a browser, as a page.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, header, request::Parts},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Serialize;
use tower_http::compression::CompressionLayer;

use super::ProblemType;
use crate::{
    app::error::AppError,
    domain::refusal::{FactEntry, FieldReason, Unmet},
    web::{
        Web,
        pages::{
            sheet::Sheet,
            ui::{Facts, Inline, Row, Section, Table},
        },
    },
};

/// The catalogue.
const PATH: &str = "/problems";

/// One entry of the catalogue.
#[derive(Clone, Debug, Serialize)]
struct Entry {
    name: &'static str,
    status: u16,
    title: &'static str,
    meaning: &'static str,
    cleared_by: &'static str,
    /// What an answer of this type may name: the facts, or the reasons.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    names: Vec<Named>,
}

/// A fact that may be missing, or a reason why a value does not fit.
#[derive(Clone, Debug, Serialize)]
struct Named {
    name: &'static str,
    meaning: &'static str,
    cleared_by: String,
}

impl From<&FactEntry> for Named {
    fn from(fact: &FactEntry) -> Self {
        Self { name: fact.name, meaning: fact.meaning, cleared_by: fact.cleared_by() }
    }
}

impl From<&FieldReason> for Named {
    fn from(reason: &FieldReason) -> Self {
        Self {
            name: reason.name(),
            meaning: reason.sentence(),
            cleared_by: ProblemType::InvalidField.cleared_by().to_owned(),
        }
    }
}

/// The facts or reasons that answers of a type name.
fn names(kind: ProblemType) -> Vec<Named> {
    if kind == ProblemType::UnmetFacts {
        Unmet::ENTRIES.iter().map(Named::from).collect()
    } else if kind == ProblemType::InvalidField {
        FieldReason::ALL.iter().map(Named::from).collect()
    } else {
        Vec::new()
    }
}

impl From<ProblemType> for Entry {
    fn from(kind: ProblemType) -> Self {
        Self {
            name: kind.name(),
            status: kind.status(),
            title: kind.title(),
            meaning: kind.meaning(),
            cleared_by: kind.cleared_by(),
            names: names(kind),
        }
    }
}

/// `GET /problems` and `GET /problems/{name}`.
pub fn routes() -> Router<Web> {
    let routes = Router::new().route("/problems", get(all)).route("/problems/{name}", get(one));
    routes.layer(CompressionLayer::new())
}

async fn all(State(web): State<Web>, parts: Parts) -> Result<Response, AppError> {
    let entries: Vec<Entry> = ProblemType::ALL.iter().copied().map(Entry::from).collect();
    if !wants_html(&parts.headers) {
        return Ok(Json(entries).into_response());
    }
    let row = |entry: &Entry| {
        Row::new(vec![
            Inline::link(format!("{PATH}/{}", entry.name), entry.title),
            Inline::text(entry.status.to_string()),
            Inline::text(entry.meaning),
            Inline::text(entry.cleared_by),
        ])
    };
    let columns = ["Refusal", "Status", "Meaning", "Who can clear it"];
    let table = Table::new("Everything that the service refuses with", &columns, "None.");
    Sheet::for_anybody(&web, parts, "Refusals")
        .await
        .lead("What each refusal of the service means, and who can clear it.")
        .with(table.with(entries.iter().map(row)))
        .answer()
}

async fn one(State(web): State<Web>, Path(name): Path<String>, parts: Parts) -> Result<Response, AppError> {
    let entry = Entry::from(ProblemType::from_name(&name).ok_or(AppError::NotFound)?);
    if !wants_html(&parts.headers) {
        return Ok(Json(entry).into_response());
    }
    let facts = Facts::new()
        .with("Meaning", entry.meaning)
        .with("Who can clear it", entry.cleared_by)
        .with("Name", Inline::Code(entry.name.to_owned()))
        .with("Status", Inline::text(entry.status.to_string()));
    let page = Sheet::for_anybody(&web, parts, entry.title).await.below(PATH, "Refusals").with(facts);
    if entry.names.is_empty() {
        return page.answer();
    }
    let row = |named: &Named| {
        Row::new(vec![Inline::code_word(named.name), Inline::text(named.meaning), Inline::text(&*named.cleared_by)])
    };
    let table = Table::new("What an answer may name", &["Name", "Meaning", "Who can clear it"], "None.");
    let section = Section::new("names", "What an answer may name").with(table.with(entry.names.iter().map(row)));
    page.section(section).answer()
}

fn wants_html(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}
