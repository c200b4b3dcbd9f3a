//! Errors as pages: what a problem says to a program, said to a person. The status is the problem's; whoever is not
//! signed in is led to the sign-in, and comes back after it. Whoever is signed in keeps the ways through the house.

use std::sync::LazyLock;

use askama::Template;
use axum::{
    extract::{FromRequestParts as _, Request, State},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};

use super::{
    Web,
    extract::visitor::Visitor,
    middleware::RequestId,
    pages::{
        frame::{Frame, Theme, html},
        query_encoded, table, words,
    },
    problem::{Problem, ProblemField, ProblemType},
};

/// An error, for people.
#[derive(Template)]
#[template(path = "pages/error.html")]
struct ErrorPage {
    frame: Frame,
    /// What happened, what is safe, and what to do next.
    said: &'static str,
    /// What is wrong this time.
    lines: Vec<String>,
    /// What is wrong at which field.
    fields: Vec<String>,
    /// The request's number in the log, where the operator has to look for the cause.
    number: Option<String>,
}

/// Turns a problem into a page, unless a program asked. Who is signed in is looked up within the limits on load and time
/// that hold for every page.
pub(super) async fn show(State(pages): State<Option<Web>>, request: Request, next: Next) -> Response {
    let Some(web) = pages.filter(|_| is_for_people(&request)) else { return next.run(request).await };
    let (asked, response) = answered(request, next).await;
    let Some(problem) = response.extensions().get::<Problem>().cloned() else { return response };
    if problem.status == StatusCode::UNAUTHORIZED.as_u16() {
        return to_sign_in(&asked);
    }
    let frame = framed(&web, asked.clone(), &problem).await;
    written(response, frame, &problem, &asked)
}

/// The same for what those limits turned away, and for what broke: nobody is looked up then.
pub(super) async fn show_plainly(State(pages): State<Option<Web>>, request: Request, next: Next) -> Response {
    let Some(web) = pages.filter(|_| is_for_people(&request)) else { return next.run(request).await };
    let (asked, response) = answered(request, next).await;
    let Some(problem) = response.extensions().get::<Problem>().cloned() else { return response };
    let frame = Frame::open(&web, problem.title, Theme::of(&asked.headers));
    written(response, frame, &problem, &asked)
}

/// The answer, and what was asked.
async fn answered(request: Request, next: Next) -> (Parts, Response) {
    let (parts, body) = request.into_parts();
    let asked = parts.clone();
    (asked, next.run(Request::from_parts(parts, body)).await)
}

/// Whether a person reads the answer: the API is for programs whatever they accept.
fn is_for_people(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    !request.uri().path().starts_with("/api/") && accept.is_some_and(|accept| accept.contains("text/html"))
}

/// The way to the sign-in, and from there back to the page. A form is found at the same address as what it sends, or, where
/// nothing is to be looked at there, at the nearest address above it.
fn to_sign_in(asked: &Parts) -> Response {
    let here = asked.uri.path_and_query().map_or("/", |here| here.as_str());
    if asked.method == Method::GET {
        return Redirect::to(&format!("/sign-in?next={}", query_encoded(here))).into_response();
    }
    let path = asked.uri.path();
    let place = seen_at(path);
    let next = query_encoded(if place == path { here } else { place });
    Redirect::to(&format!("/sign-in?next={next}&ended=true")).into_response()
}

/// The addresses that can be looked at, as the table of pages writes them.
static SEEN: LazyLock<Vec<String>> =
    LazyLock::new(|| table().into_iter().filter(|route| route.gets).map(|route| route.path).collect());

/// The path itself if it can be looked at, or the nearest one above it.
fn seen_at(path: &str) -> &str {
    let mut here = path;
    while !SEEN.iter().any(|route| is_at(route, here)) {
        here = here.rsplit_once('/').map_or("", |(above, _)| above);
        if here.is_empty() {
            return "/";
        }
    }
    here
}

/// Whether a path is one of a route's.
fn is_at(route: &str, path: &str) -> bool {
    let fits = |(part, asked): (&str, &str)| part == asked || (part.starts_with('{') && !asked.is_empty());
    route.split('/').count() == path.split('/').count() && route.split('/').zip(path.split('/')).all(fits)
}

/// The frame of whoever is signed in; a service that is at its limit asks its database nothing more.
async fn framed(web: &Web, mut asked: Parts, problem: &Problem) -> Frame {
    let open = Frame::open(web, problem.title, Theme::of(&asked.headers));
    if matches!(problem.kind, ProblemType::Busy | ProblemType::Timeout | ProblemType::TooManyRequests) {
        return open;
    }
    // What stands against looking somebody up is no reason to hide the problem.
    let Ok(mut visitor) = Visitor::from_request_parts(&mut asked, web).await else { return open };
    if asked.method != Method::GET {
        // What only takes forms is no page to come back to.
        "/".clone_into(&mut visitor.here);
    }
    Frame::of(web, &visitor, problem.title).failed()
}

fn written(response: Response, frame: Frame, problem: &Problem, asked: &Parts) -> Response {
    let number = asked.extensions.get::<RequestId>().filter(|_| problem.status >= 500);
    let page = ErrorPage {
        frame,
        said: problem.kind.for_people(),
        lines: lines(problem),
        fields: problem.errors.iter().map(field).collect(),
        number: number.map(|id| id.0.to_string()),
    };
    let cookies: Vec<HeaderValue> = response.headers().get_all(header::SET_COOKIE).iter().cloned().collect();
    html(&page).map_or(response, |page| dressed(page, problem, cookies))
}

/// What is wrong this time, where that is said in words for people.
fn lines(problem: &Problem) -> Vec<String> {
    let is_told =
        matches!(problem.kind, ProblemType::ContentErased | ProblemType::ContentRefused | ProblemType::NoDifference);
    let detail = problem.detail.clone().filter(|_| is_told);
    let stage = problem.stage.map(|stage| format!("Its stage is: {}.", words::words(stage)));
    let unmet = problem.unmet.iter().map(|one| {
        let clears = words::any_of(&one.cleared_by);
        let who = if clears.is_empty() { String::new() } else { format!(" Who can clear it: {clears}.") };
        format!("{}.{who}", words::unmet(&one.fact).trim_end_matches('.'))
    });
    detail.into_iter().chain(stage).chain(unmet).collect()
}

/// What is wrong at a field, named as its form names it.
fn field(error: &ProblemField) -> String {
    let at = error.pointer.as_deref().or(error.parameter.as_deref()).unwrap_or_default();
    let name = at.trim_start_matches('/').split('/').next().unwrap_or_default();
    if name.is_empty() { error.detail.clone() } else { format!("{}: {}", words::label(name), error.detail) }
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
    if problem.status == StatusCode::REQUEST_TIMEOUT.as_u16() {
        page.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_takes_forms_leads_to_the_page_above_it() {
        for (path, expected) in [
            ("/", "/"),
            ("/new/release", "/new/release"),
            ("/engagements/ENG-2026-0004/close", "/engagements/ENG-2026-0004/close"),
            ("/chosen/assign", "/"),
            ("/views/7/alert", "/views"),
            ("/account/sessions/7/end", "/account"),
            ("/account/calendar/revoke", "/account/calendar"),
            ("/mail-problems/7/resolve", "/mail-problems"),
            ("/administration/working-days/reopen", "/administration/working-days"),
            ("/administration/api-tokens/7/revoke", "/administration/api-tokens"),
            ("/engagements/ENG-2026-0004/pack/package", "/engagements/ENG-2026-0004/pack"),
            ("//evil.example", "/"),
            ("no path", "/"),
        ] {
            assert_eq!(seen_at(path), expected, "{path}");
        }
    }

    #[test]
    fn a_field_is_named_as_its_form_names_it() {
        let wrong = |pointer: Option<&str>, parameter: Option<&str>| ProblemField {
            pointer: pointer.map(str::to_owned),
            parameter: parameter.map(str::to_owned),
            reason: None,
            detail: "must not be empty".to_owned(),
        };
        assert_eq!(field(&wrong(Some("/need_to_know"), None)), "Need to know: must not be empty");
        assert_eq!(field(&wrong(Some("/roles/0"), None)), "Roles: must not be empty");
        assert_eq!(field(&wrong(None, Some("view"))), "View: must not be empty");
        assert_eq!(field(&wrong(Some(""), None)), "must not be empty");
    }
}
