//! What every request passes through, outermost first: request id and log line, security headers, errors as pages,
//! panics, the load limit, the handler's time, errors as pages for whoever is signed in, the body's size and time.
//! `/healthz` and `/readyz` stand outside the load limit and what follows it.

pub mod body;
mod headers;
mod limits;
#[cfg(test)]
mod tests;
mod trace;

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Router,
    error_handling::HandleErrorLayer,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
};
use tower::{ServiceBuilder, limit::GlobalConcurrencyLimitLayer, load_shed::LoadShedLayer};
use tower_http::catch_panic::CatchPanicLayer;
use uuid::Uuid;

pub use headers::{DOCS_POLICY, PAGE_POLICY};
pub use trace::RequestId;

use super::{Web, error_page};
use crate::app::error::AppError;

/// Where request ids come from.
pub type RequestIds = Arc<dyn Fn() -> Uuid + Send + Sync>;

/// The limits of the shell, and where it takes request ids from.
#[derive(Clone)]
pub struct Shell {
    /// How long a handler may take, reading the body included.
    pub handler_timeout: Duration,
    /// How long the body may take to arrive.
    pub body_timeout: Duration,
    /// How long a document's content may take to arrive.
    pub content_timeout: Duration,
    /// Bytes that a body may have, unless a route says less with [`body::limit`].
    pub body_most: usize,
    /// Bytes that a document's content may have.
    pub content_most: usize,
    /// Requests carried out at once; those beyond are answered with 503.
    pub concurrency: usize,
    /// Where request ids come from.
    pub request_ids: RequestIds,
    /// The pages of the service, as one of which a person is shown an error; none where only programs ask.
    pub pages: Option<Web>,
}

impl Shell {
    /// Limits to begin with: 10 s a handler, 8 s and 1 MiB a body, 256 requests at once. The service puts those of its
    /// configuration in their place.
    pub fn new(request_ids: RequestIds) -> Self {
        Self {
            handler_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(8),
            content_timeout: Duration::from_secs(8),
            body_most: 1024 * 1024,
            content_most: 1024 * 1024,
            concurrency: 256,
            request_ids,
            pages: None,
        }
    }

    /// Wraps the routes. `health` stands outside the load, time and body limits. Unknown paths and methods become
    /// problems here, so that `routes` needs no fallback of its own. Whatever becomes a problem is shown to people as a page:
    /// with the ways of whoever is signed in where the limits let a request through, and plainly where they do not.
    pub fn wrap(self, routes: Router, health: Router) -> Router {
        let load = ServiceBuilder::new()
            .layer(HandleErrorLayer::new(async |_| AppError::Busy))
            .layer(LoadShedLayer::new())
            .layer(GlobalConcurrencyLimitLayer::new(self.concurrency));
        let limits = body::Limits {
            most: self.body_most,
            content: self.content_most,
            timeout: self.body_timeout,
            content_timeout: self.content_timeout,
        };
        routes
            .fallback(async || AppError::NotFound)
            .method_not_allowed_fallback(async || AppError::MethodNotAllowed)
            .layer(from_fn_with_state(limits, body::guard))
            .layer(from_fn_with_state(self.pages.clone(), error_page::show))
            .layer(from_fn_with_state(self.handler_timeout, limits::handler_timeout))
            .layer(load)
            .merge(health.method_not_allowed_fallback(async || AppError::MethodNotAllowed))
            .layer(CatchPanicLayer::custom(caught))
            .layer(from_fn_with_state(self.pages, error_page::show_plainly))
            .layer(from_fn(headers::secure))
            .layer(from_fn_with_state(self.request_ids, trace::trace))
    }
}

/// The panic's own words are in the log, by the panic hook; the answer says none of them.
fn caught(_: Box<dyn Any + Send + 'static>) -> Response {
    AppError::internal("a handler panicked").into_response()
}
