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
use crate::app::error::AppError;

/// One entry of the catalogue.
#[derive(Clone, Copy, Debug, Serialize)]
struct Entry {
    name: &'static str,
    status: u16,
    title: &'static str,
    meaning: &'static str,
    cleared_by: &'static str,
}

impl From<ProblemType> for Entry {
    fn from(kind: ProblemType) -> Self {
        Self {
            name: kind.name(),
            status: kind.status(),
            title: kind.title(),
            meaning: kind.meaning(),
            cleared_by: kind.cleared_by(),
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
    if wants_html(&headers) { html(entry.title, &[entry]) } else { Ok(Json(entry).into_response()) }
}

fn html(heading: &str, entries: &[Entry]) -> Result<Response, AppError> {
    let page = CataloguePage { heading, entries }.render().map_err(AppError::internal)?;
    Ok(Html(page).into_response())
}

fn wants_html(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}
