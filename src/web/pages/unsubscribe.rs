//! The address that ends mail of a group (RFC 8058). Looking at it changes nothing, since programs follow links in mails
//! by themselves; one `POST` with the body that the standard names does, without signing in.

use askama::Template;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};

use crate::{
    app::{AppError, unsubscribing::Ending},
    web::{Web, extract::Path},
};

/// One form to this host, nothing else.
const POLICY: &str = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What the body of the request says, in either of the two encodings that a form may have.
const ONE_CLICK: &[u8] = b"One-Click";

#[derive(Template)]
#[template(path = "pages/unsubscribe.html")]
struct Page {
    mail: String,
    done: bool,
}

/// The routes of the page.
pub fn routes() -> Router<Web> {
    Router::new().route("/unsubscribe/{token}", get(show).post(end))
}

async fn show(State(web): State<Web>, Path(token): Path<String>) -> Result<Response, AppError> {
    page(web.app.ending(&token).await?, false, StatusCode::OK)
}

async fn end(State(web): State<Web>, Path(token): Path<String>, body: Bytes) -> Result<Response, AppError> {
    if !body.windows(ONE_CLICK.len()).any(|window| window == ONE_CLICK) {
        return page(web.app.ending(&token).await?, false, StatusCode::BAD_REQUEST);
    }
    page(web.app.unsubscribe(&token).await?, true, StatusCode::OK)
}

fn page(ending: Ending, done: bool, status: StatusCode) -> Result<Response, AppError> {
    let html = Page { mail: ending.mail(), done }.render().map_err(AppError::internal)?;
    let policy = (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    let store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok((status, [policy, store], Html(html)).into_response())
}
