//! The address that ends mail of a group (RFC 8058). Looking at it changes nothing, since programs follow links in mails
//! by themselves; one `POST` with the body that the standard names does, without signing in.

use askama::Template;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::Response,
    routing::get,
};

use super::frame::{Frame, Theme, html};
use crate::{
    app::{AppError, unsubscribing::Ending},
    web::{Web, extract::Path},
};

/// What the body of the request says, in either of the two encodings that a form may have.
const ONE_CLICK: &[u8] = b"One-Click";

#[derive(Template)]
#[template(path = "pages/unsubscribe.html")]
struct Page {
    frame: Frame,
    mail: String,
    notices: Vec<&'static str>,
    done: bool,
}

/// The routes of the page.
pub fn routes() -> Router<Web> {
    Router::new().route("/unsubscribe/{token}", get(show).post(end))
}

async fn show(State(web): State<Web>, Path(token): Path<String>, headers: HeaderMap) -> Result<Response, AppError> {
    page(&web, &headers, web.app.ending(&token).await?, false)
}

async fn end(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, AppError> {
    if !body.windows(ONE_CLICK.len()).any(|window| window == ONE_CLICK) {
        let mut response = page(&web, &headers, web.app.ending(&token).await?, false)?;
        *response.status_mut() = StatusCode::BAD_REQUEST;
        return Ok(response);
    }
    page(&web, &headers, web.app.unsubscribe(&token).await?, true)
}

/// The frame of a visitor, whoever is signed in: whoever has the mail may end it and learns nothing else.
fn page(web: &Web, headers: &HeaderMap, ending: Ending, done: bool) -> Result<Response, AppError> {
    let frame = Frame::open(web, "Mail", Theme::of(headers));
    let mut response = html(&Page { frame, mail: ending.mail(), notices: ending.notices(), done })?;
    let unlisted = HeaderValue::from_static("noindex");
    response.headers_mut().insert(HeaderName::from_static("x-robots-tag"), unlisted);
    Ok(response)
}
