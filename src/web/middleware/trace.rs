//! One id and one log line a request. The line has the route, never the address: addresses hold references and
//! searches. Ids are made here; one that a client sends is not taken over.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument as _, field::Empty};
use uuid::Uuid;

use super::RequestIds;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The request's id, as an extension of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub Uuid);

/// Gives the request its id, says it in the answer, and logs what became of it. The fields `account.id` and
/// `organization.id` of the span are for the extractor of the actor to fill.
pub(super) async fn trace(State(ids): State<RequestIds>, mut request: Request, next: Next) -> Response {
    let id = ids();
    request.extensions_mut().insert(RequestId(id));
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!(
        "request",
        request.id = %id,
        http.method = %request.method(),
        http.route = route,
        account.id = Empty,
        organization.id = Empty,
    );
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(http.status = response.status().as_u16(), duration_ms, "answered"));
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
