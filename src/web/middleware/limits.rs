//! How long a handler may take.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use crate::app::error::AppError;

/// Gives the handler up after the time. Whether its transaction was committed is not known then.
pub(super) async fn handler_timeout(
    State(most): State<Duration>,
    request: Request,
    next: Next,
) -> Result<Response, AppError> {
    tokio::time::timeout(most, next.run(request)).await.map_err(|_| AppError::Timeout)
}
