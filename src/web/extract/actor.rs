//! Who asks: the session behind a bearer token, or a developer's gateway.

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::{
    app::{AccessAsker, AppError, Principal, error::Unauthenticated},
    web::Web,
};

/// A signed-in person.
pub struct SignedIn(pub Principal);

/// A signed-in person, or a developer's gateway.
pub struct Asker(pub AccessAsker);

impl FromRequestParts<Web> for SignedIn {
    type Rejection = AppError;

    async fn from_request_parts(_: &mut Parts, _: &Web) -> Result<Self, AppError> {
        Err(AppError::unauthenticated(Unauthenticated::NoCredentials))
    }
}

impl FromRequestParts<Web> for Asker {
    type Rejection = AppError;

    async fn from_request_parts(_: &mut Parts, _: &Web) -> Result<Self, AppError> {
        Err(AppError::unauthenticated(Unauthenticated::NoCredentials))
    }
}
