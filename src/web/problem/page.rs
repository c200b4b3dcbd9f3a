//! What a problem's `type` leads to: the catalogue entry, as JSON or, for a browser, as a plain page.

use askama::Template;
use axum::{
    Json, Router,
    extract::Path,
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use serde::Serialize;

use super::ProblemType;
use crate::{
    app::error::AppError,
    domain::refusal::{FactEntry, FieldReason, Unmet},
};

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

/// The catalogue as a page. It has no style and no script, so that it stands under the strictest policy.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{ heading }}</title></head>
<body>
<main>
<h1>{{ heading }}</h1>
{%- for entry in entries %}
<section>
<h2><a href="/problems/{{ entry.name }}">{{ entry.name }}</a></h2>
<p>{{ entry.title }} (status {{ entry.status }})</p>
<dl><dt>Meaning</dt><dd>{{ entry.meaning }}</dd><dt>Who can clear it</dt><dd>{{ entry.cleared_by }}</dd></dl>
{%- if !entry.names.is_empty() %}
<ul>
{%- for named in entry.names %}
<li><b>{{ named.name }}</b>: {{ named.meaning }} Cleared by: {{ named.cleared_by }}</li>
{%- endfor %}
</ul>
{%- endif %}
</section>
{%- endfor %}
</main>
</body>
</html>
"#
)]
struct CataloguePage<'a> {
    heading: &'a str,
    entries: &'a [Entry],
}

/// `GET /problems` and `GET /problems/{name}`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/problems", get(all)).route("/problems/{name}", get(one))
}

async fn all(headers: HeaderMap) -> Result<Response, AppError> {
    let entries: Vec<Entry> = ProblemType::ALL.iter().copied().map(Entry::from).collect();
    if wants_html(&headers) { html("Problem types", &entries) } else { Ok(Json(entries).into_response()) }
}

async fn one(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, AppError> {
    let entry = Entry::from(ProblemType::from_name(&name).ok_or(AppError::NotFound)?);
    if wants_html(&headers) { html(entry.title, std::slice::from_ref(&entry)) } else { Ok(Json(entry).into_response()) }
}

fn html(heading: &str, entries: &[Entry]) -> Result<Response, AppError> {
    let page = CataloguePage { heading, entries }.render().map_err(AppError::internal)?;
    Ok(Html(page).into_response())
}

fn wants_html(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}
