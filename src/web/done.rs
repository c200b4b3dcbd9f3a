//! What a page says was done. It stands in the address that a form leads to, and is believed there only under a seal: for
//! some minutes, for that address alone, and for the browser that sent the form. An address that somebody made up says
//! nothing.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, Uri, header, uri::PathAndQuery},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};

use super::{Web, cookie};
use crate::{app::AppError, domain::text::Sha256Hex};

/// The parameter that says what was done.
const DONE: &str = "done";

/// The parameter of the seal; always the last one.
const SEAL: &str = "seal";

/// Seconds that an address says what was done.
const GOOD_S: i64 = 300;

/// Marks an answer whose address says what was done; no other address is sealed.
#[derive(Clone, Copy, Debug)]
struct Led;

/// Leads to an address of this service that says in its parameter `done` what was done.
pub fn led(to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    response.extensions_mut().insert(Led);
    response
}

/// Seals the addresses that forms lead to, and takes away what an address says was done without a seal.
pub(super) async fn keep(State(web): State<Web>, request: Request, next: Next) -> Response {
    let held = cookie::value(request.headers(), cookie::SESSION).map(str::to_owned);
    let (mut parts, body) = request.into_parts();
    if parts.method == Method::GET || parts.method == Method::HEAD {
        parts.uri = believed(&web, parts.uri, held.as_deref());
    }
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if response.extensions_mut().remove::<Led>().is_none() {
        return response;
    }
    // The proof that a form brought has given the browser another cookie.
    let held = held_next(response.headers()).or(held);
    match sealed(&web, response.headers(), held.as_deref()) {
        Ok(Some(to)) => {
            response.headers_mut().insert(header::LOCATION, to);
            response
        }
        Ok(None) => response,
        Err(error) => error.into_response(),
    }
}

/// The address of an answer, with its seal.
fn sealed(web: &Web, headers: &HeaderMap, held: Option<&str>) -> Result<Option<HeaderValue>, AppError> {
    let to = headers.get(header::LOCATION).and_then(|to| to.to_str().ok());
    let (Some(to), Some(held)) = (to, held) else { return Ok(None) };
    let seal = web.cursors.seal(&bound(held, to), &web.app.clock().system().timestamp())?;
    HeaderValue::from_str(&format!("{to}&{SEAL}={seal}")).map(Some).map_err(AppError::internal)
}

/// The address as the page may believe it: without the seal, and without what stands there unsealed.
fn believed(web: &Web, uri: Uri, held: Option<&str>) -> Uri {
    let Some(query) = uri.query().filter(|query| query.split('&').any(says)) else { return uri };
    let now = web.app.clock().system().timestamp();
    let good = query.rsplit_once('&').and_then(|(said, last)| {
        let seal = last.strip_prefix(SEAL)?.strip_prefix('=')?;
        let address = format!("{}?{said}", uri.path());
        let at: i64 = web.cursors.open(&bound(held?, &address), seal).ok()?;
        (0..GOOD_S).contains(&now.checked_sub(at)?).then_some(address)
    });
    let told = good.unwrap_or_else(|| silent(uri.path(), query));
    with(uri, &told)
}

/// The address without what it says was done.
fn silent(path: &str, query: &str) -> String {
    let kept: Vec<&str> = query.split('&').filter(|pair| !says(pair) && name(pair) != SEAL).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

/// Whether the parameter says what was done. No name of a parameter needs an escape, so that one with an escape is taken
/// for whatever it may hide.
fn says(pair: &str) -> bool {
    name(pair) == DONE || name(pair).contains('%')
}

fn name(pair: &str) -> &str {
    pair.split('=').next().unwrap_or_default()
}

fn with(uri: Uri, told: &str) -> Uri {
    let mut parts = uri.into_parts();
    // A part of an address is one itself; what were none would say nothing.
    let told = told.parse::<PathAndQuery>().unwrap_or_else(|_| PathAndQuery::from_static("/"));
    parts.path_and_query = Some(told);
    Uri::from_parts(parts).unwrap_or_default()
}

/// What a seal is bound to: the browser's session, by its cookie, and the address.
fn bound(held: &str, address: &str) -> String {
    format!("{DONE}:{}:{address}", Sha256Hex::of(held.as_bytes()).as_str())
}

/// The session's cookie that an answer gives, if it does.
fn held_next(headers: &HeaderMap) -> Option<String> {
    let set = headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut given = set.filter_map(|line| line.split(';').next()?.split_once('='));
    given.find(|(name, _)| *name == cookie::SESSION).map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sealed_is_taken_away_and_nothing_else() {
        for (query, expected) in [
            ("done=sign", "/x"),
            ("done=sign&seal=AAAA", "/x"),
            ("q=a%3Db&done=saved&limit=2", "/x?q=a%3Db&limit=2"),
            ("%64one=sign&q=a", "/x?q=a"),
            ("q=done&done=a&done=b", "/x?q=done"),
        ] {
            assert!(query.split('&').any(says), "{query}");
            assert_eq!(silent("/x", query), expected, "{query}");
        }
        assert!(!"q=done%3Dsign&undone=x".split('&').any(says));
    }

    #[test]
    fn an_answer_gives_its_session_s_cookie_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::SET_COOKIE, HeaderValue::from_static("__Host-theme=dark; Path=/"));
        assert_eq!(held_next(&headers), None);
        headers.append(header::SET_COOKIE, HeaderValue::from_static("__Host-session=x=y; Path=/"));
        assert_eq!(held_next(&headers).as_deref(), Some("x=y"));
    }
}
