//! Errors as pages: what a problem says to a program, said to a person. The status is the problem's; whoever is not
//! signed in is led to the sign-in, and comes back after it.

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};

use super::{
    Web,
    pages::{
        frame::{Frame, Theme, html},
        query_encoded,
    },
    problem::{Problem, ProblemType},
};

/// An error, for people.
#[derive(Template)]
#[template(path = "pages/error.html")]
struct ErrorPage {
    frame: Frame,
    lines: Vec<String>,
    fields: Vec<String>,
    safe: &'static str,
}

/// Turns a problem into a page, unless a program asked.
pub async fn show(State(web): State<Web>, request: Request, next: Next) -> Response {
    let person = is_for_people(&request);
    let theme = Theme::of(request.headers());
    let (method, here) = (request.method().clone(), request.uri().path_and_query().map(ToString::to_string));
    let response = next.run(request).await;
    let Some(problem) = response.extensions().get::<Problem>().filter(|_| person).cloned() else { return response };
    if problem.status == StatusCode::UNAUTHORIZED.as_u16() {
        return to_sign_in(&method, here.as_deref().unwrap_or("/"));
    }
    let page = page(&web, &problem, theme);
    let cookies: Vec<HeaderValue> = response.headers().get_all(header::SET_COOKIE).iter().cloned().collect();
    html(&page).map_or(response, |page| dressed(page, &problem, cookies))
}

/// Whether a person reads the answer: the API is for programs whatever they accept.
fn is_for_people(request: &Request) -> bool {
    let accepts = |headers: &HeaderMap| {
        let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
        accept.is_some_and(|accept| accept.contains("text/html"))
    };
    !request.uri().path().starts_with("/api/") && accepts(request.headers())
}

/// The way to the sign-in, and from there back to the page; a form is found at the same address as what it sends.
fn to_sign_in(method: &Method, here: &str) -> Response {
    let next = query_encoded(here);
    let why = if *method == Method::GET { "" } else { "&ended=true" };
    Redirect::to(&format!("/sign-in?next={next}{why}")).into_response()
}

fn page(web: &Web, problem: &Problem, theme: Theme) -> ErrorPage {
    let mut lines = vec![problem.kind.meaning().to_owned()];
    lines.extend(problem.detail.clone());
    let cleared_by = problem.kind.cleared_by();
    if !cleared_by.is_empty() {
        lines.push(format!("Who can clear it: {cleared_by}"));
    }
    let fields = problem.errors.iter().map(|error| {
        let at = error.pointer.as_deref().or(error.parameter.as_deref()).unwrap_or_default();
        if at.is_empty() { error.detail.clone() } else { format!("{at}: {}", error.detail) }
    });
    ErrorPage {
        frame: Frame::open(web, problem.title, theme),
        lines,
        fields: fields.collect(),
        safe: safe(problem.kind, problem.status),
    }
}

/// What is safe after the error.
const fn safe(kind: ProblemType, status: u16) -> &'static str {
    match (kind, status) {
        (ProblemType::NotFound, _) => "Nothing was changed. The address may be wrong, or the page is not for you.",
        (_, 500..) => {
            "Whatever you sent was either recorded whole or not at all: look at the record before you send it again."
        }
        _ => "Nothing was changed.",
    }
}

/// The page with the problem's status and headers. A cookie that the answer sets is set by the page: the one before it
/// may count no more.
fn dressed(mut page: Response, problem: &Problem, cookies: Vec<HeaderValue>) -> Response {
    for cookie in cookies {
        page.headers_mut().append(header::SET_COOKIE, cookie);
    }
    *page.status_mut() = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(seconds) = problem.retry_after_s {
        page.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    page
}
