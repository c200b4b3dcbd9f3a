//! Parameters in the path. One that is no text at all names nothing, and is answered as everything else that does not
//! exist.

use axum::{
    extract::{FromRequestParts, Path as AxumPath},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use crate::app::error::AppError;

/// The parameters of the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let path = AxumPath::from_request_parts(parts, state).await;
        path.map(|AxumPath(parameters)| Self(parameters)).map_err(|_| AppError::NotFound)
    }
}
