//! The body's size and time, limited on the stream: nothing is buffered beyond the limit, whatever reads it.

use std::{
    future::Future as _,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    http::{Method, header},
    middleware::Next,
    response::Response,
};
use http_body_util::Limited;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::app::error::AppError;

/// How large a body may be, and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes.
    pub most: usize,
    /// Bytes of a document's content.
    pub content: usize,
    /// From the first byte that is asked for to the last.
    pub timeout: Duration,
    /// The same of a document's content.
    pub content_timeout: Duration,
}

/// The body did not arrive in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body did not arrive in time")]
pub struct BodyTimedOut;

/// Refuses a body that says that it is too large, and breaks any other off where it becomes so.
pub async fn guard(State(limits): State<Limits>, request: Request, next: Next) -> Result<Response, AppError> {
    let (most, timeout) = match content_of(&request) {
        Some(around) => (limits.content.saturating_add(around), limits.content_timeout),
        None => (limits.most, limits.timeout),
    };
    if declared(&request).is_some_and(|length| length > most as u64) {
        return Err(AppError::PayloadTooLarge);
    }
    let request = request.map(|body| {
        let timed = TimedBody { body, timeout, timer: None };
        Body::new(Limited::new(timed, most))
    });
    Ok(next.run(request).await)
}

/// A smaller limit for some routes: `router.layer(from_fn_with_state(most, body::limit))`.
pub async fn limit(State(most): State<usize>, request: Request, next: Next) -> Result<Response, AppError> {
    if declared(&request).is_some_and(|length| length > most as u64) {
        return Err(AppError::PayloadTooLarge);
    }
    Ok(next.run(request.map(|body| Body::new(Limited::new(body, most)))).await)
}

/// Bytes that a form has around the file in it.
const AROUND: usize = 64 * 1024;

/// The bytes around a document's content, where the request sends one: that alone may be larger than a body of JSON.
fn content_of(request: &Request) -> Option<usize> {
    let path = request.uri().path();
    let between = |start: &str, end: &str| {
        let reference = path.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
        reference.is_some_and(|reference| !reference.contains('/'))
    };
    match *request.method() {
        Method::PUT => between("/api/v1/documents/", "/content").then_some(0),
        Method::POST => (path == "/documents/new" || between("/documents/", "/send")).then_some(AROUND),
        _ => None,
    }
}

fn declared(request: &Request) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A body that fails with [`BodyTimedOut`] when the time is over. The timer starts with the first wait, so that a body
/// which is there already costs none.
struct TimedBody {
    body: Body,
    timeout: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

impl HttpBody for TimedBody {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let timeout = self.timeout;
        ready!(self.timer.get_or_insert_with(|| Box::pin(sleep(timeout))).as_mut().poll(cx));
        Poll::Ready(Some(Err(BodyTimedOut.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
