//! Who asks: the session behind a bearer token, or a developer's gateway.

use axum::{extract::FromRequestParts, http::request::Parts};

use super::Bearer;
use crate::{
    app::{AccessAsker, App, AppError, Principal, error::Unauthenticated},
    web::Web,
};

/// A signed-in person, by access token.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Principal);

/// A signed-in person by access token, or a developer's gateway by API token.
#[derive(Clone, Debug)]
pub struct Asker(pub AccessAsker);

impl FromRequestParts<Web> for SignedIn {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, AppError> {
        let token = bearer(parts, web).await?;
        person(web, &token).await.map(Self)
    }
}

impl FromRequestParts<Web> for Asker {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, AppError> {
        let token = bearer(parts, web).await?;
        if App::is_api_token(&token) {
            let asker = web.app.authenticate_gateway(&token).await?;
            if let AccessAsker::Gateway { token, .. } = &asker {
                web.quota.count(*token, web.app.clock().system())?;
            }
            return Ok(Self(asker));
        }
        Ok(Self(AccessAsker::Holder(person(web, &token).await?)))
    }
}

/// The person behind an access token, who has requests left.
async fn person(web: &Web, token: &str) -> Result<Principal, AppError> {
    let principal = web.app.authenticate(token).await?;
    web.quota.count(principal.actor.account.0, web.app.clock().system())?;
    Ok(principal)
}

async fn bearer(parts: &mut Parts, web: &Web) -> Result<String, AppError> {
    let Bearer(token) = Bearer::from_request_parts(parts, web).await?;
    token.ok_or(AppError::unauthenticated(Unauthenticated::NoCredentials))
}
