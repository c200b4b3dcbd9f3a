//! Query parameters that a route does not have are refused with their name, on every route of the API: whoever sends one
//! expects it to count.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use super::{extract::query, openapi::RouteDoc};
use crate::app::error::{AppError, BadRequest};

/// The names that a route's query may have.
pub fn known(doc: &RouteDoc) -> Vec<&'static str> {
    doc.parameters().map(|query| query.name).chain(doc.preview.then_some("preview")).collect()
}

/// Refuses a request with any other.
///
/// # Errors
/// [`BadRequest::Parameter`] with the name of the first.
pub async fn check(State(known): State<Vec<&'static str>>, request: Request, next: Next) -> Result<Response, AppError> {
    let pairs: Vec<(String, String)> = query::parse(request.uri())?;
    if let Some((name, _)) = pairs.into_iter().find(|(name, _)| !known.contains(&name.as_str())) {
        return Err(BadRequest::Parameter { name, detail: "is not a known parameter".to_owned() }.into());
    }
    Ok(next.run(request).await)
}
