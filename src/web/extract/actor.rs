//! Who asks: the session behind a bearer token, or a developer's gateway.

use axum::{
    extract::{FromRequestParts, MatchedPath},
    http::request::Parts,
};

use super::Bearer;
use crate::{
    app::{AccessAsker, App, AppError, Principal, error::Unauthenticated},
    domain::engagement::UNCONDITIONAL,
    web::Web,
};

/// A signed-in person, by access token. Whoever came by a link to one record is not signed in, and is turned away.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Principal);

/// A signed-in person, or somebody who came by a link: for the few routes of which a link opens one record's part.
#[derive(Clone, Debug)]
pub struct Present(pub Principal);

/// A signed-in person by access token, or a developer's gateway by API token.
#[derive(Clone, Debug)]
pub struct Asker(pub AccessAsker);

impl FromRequestParts<Web> for SignedIn {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, AppError> {
        let Present(principal) = Present::from_request_parts(parts, web).await?;
        if principal.actor.link.is_some() {
            return Err(AppError::Forbidden);
        }
        Ok(Self(principal))
    }
}

impl FromRequestParts<Web> for Present {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, AppError> {
        let token = bearer(parts, web).await?;
        let principal = web.app.authenticate(&token).await?;
        if !is_unconditional_path(parts) {
            web.quota.count(principal.actor.account.0, web.app.clock().system())?;
        }
        Ok(Self(principal))
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
        let SignedIn(principal) = SignedIn::from_request_parts(parts, web).await?;
        Ok(Self(AccessAsker::Holder(principal)))
    }
}

/// Whether the route is one that no rate limit holds back (invariant 1), by API or page.
pub(super) fn is_unconditional_path(parts: &Parts) -> bool {
    let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let command = path.strip_prefix("/engagements/{reference}/");
    command.is_some_and(|command| UNCONDITIONAL.contains(&command))
}

async fn bearer(parts: &mut Parts, web: &Web) -> Result<String, AppError> {
    let Bearer(token) = Bearer::from_request_parts(parts, web).await?;
    token.ok_or(AppError::unauthenticated(Unauthenticated::NoCredentials))
}
