//! Who looks at a page: the session behind the browser's cookie. What a page sends back must bear the session's token,
//! and come from a page of this service.

use axum::{
    Form,
    extract::{FromRequest, FromRequestParts, OptionalFromRequestParts, Request},
    http::{HeaderMap, request::Parts},
};

use super::{actor::is_unconditional_path, origin};
use crate::{
    app::{
        AppError, Principal,
        error::{BadRequest, Unauthenticated},
        identity::Browser,
    },
    web::{Web, cookie, pages::frame::Theme},
};

/// The name of the field that carries the token of the session's forms.
pub const TOKEN_FIELD: &str = "csrf";

/// Somebody at a browser: signed in, or here by a link that opens one record.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The session and who it is of.
    pub browser: Browser,
    /// The token of its forms.
    pub csrf: String,
    /// The chosen theme.
    pub theme: Theme,
    /// The path and query of the page.
    pub here: String,
}

impl Visitor {
    /// Who it is.
    pub const fn principal(&self) -> &Principal {
        &self.browser.principal
    }
}

/// Somebody who signed in. Whoever came by a link to one record is turned away.
#[derive(Clone, Debug)]
pub struct Member(pub Visitor);

/// The fields of a form, in the order of the page. A field may come more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(pub Vec<(String, String)>);

impl Fields {
    /// The value of the field; empty where there is none. Of several the first counts.
    pub fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// The value of the field, if it was sent.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Every value of the field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// A form of somebody at a browser.
#[derive(Clone, Debug)]
pub struct Posted {
    /// Who sent it.
    pub visitor: Visitor,
    /// What it says; without the token.
    pub fields: Fields,
}

/// A form of somebody who signed in. Whoever came by a link to one record is turned away.
#[derive(Clone, Debug)]
pub struct MemberPosted {
    /// Who sent it.
    pub visitor: Visitor,
    /// What it says; without the token.
    pub fields: Fields,
}

/// A form of somebody who has no session yet.
#[derive(Clone, Debug)]
pub struct Unsigned(pub Fields);

impl FromRequestParts<Web> for Visitor {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, AppError> {
        let presented = cookie::value(&parts.headers, cookie::SESSION);
        let presented = presented.ok_or(AppError::unauthenticated(Unauthenticated::NoCredentials))?;
        let browser = web.app.authenticate_browser(presented).await?;
        if !is_unconditional_path(parts) {
            web.quota.count(browser.principal.actor.account.0, web.app.clock().system())?;
        }
        let here = parts.uri.path_and_query().map_or("/", |here| here.as_str()).to_owned();
        Ok(Self {
            csrf: web.csrf.token(browser.session, web.app.ids().random_bytes())?,
            browser,
            theme: Theme::of(&parts.headers),
            here,
        })
    }
}

/// Whoever has no session that is good is nobody in particular, on pages that anybody may look at.
impl OptionalFromRequestParts<Web> for Visitor {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Option<Self>, AppError> {
        match <Self as FromRequestParts<Web>>::from_request_parts(parts, web).await {
            Ok(visitor) => Ok(Some(visitor)),
            Err(AppError::Unauthenticated { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl FromRequestParts<Web> for Member {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, AppError> {
        let visitor = <Visitor as FromRequestParts<Web>>::from_request_parts(parts, web).await?;
        if visitor.principal().actor.link.is_some() {
            return Err(AppError::Forbidden);
        }
        Ok(Self(visitor))
    }
}

impl FromRequest<Web> for Posted {
    type Rejection = AppError;

    async fn from_request(request: Request, web: &Web) -> Result<Self, AppError> {
        let (mut parts, body) = request.into_parts();
        own(&parts.headers, web)?;
        let visitor = <Visitor as FromRequestParts<Web>>::from_request_parts(&mut parts, web).await?;
        let Fields(mut pairs) = fields(Request::from_parts(parts, body)).await?;
        let token = pairs.iter().position(|(name, _)| name == TOKEN_FIELD).map(|place| pairs.remove(place).1);
        if !web.csrf.fits(visitor.browser.session, &token.unwrap_or_default())? {
            return Err(AppError::Forbidden);
        }
        Ok(Self { visitor, fields: Fields(pairs) })
    }
}

impl FromRequest<Web> for MemberPosted {
    type Rejection = AppError;

    async fn from_request(request: Request, web: &Web) -> Result<Self, AppError> {
        let Posted { visitor, fields } = Posted::from_request(request, web).await?;
        if visitor.principal().actor.link.is_some() {
            return Err(AppError::Forbidden);
        }
        Ok(Self { visitor, fields })
    }
}

impl FromRequest<Web> for Unsigned {
    type Rejection = AppError;

    async fn from_request(request: Request, web: &Web) -> Result<Self, AppError> {
        own(request.headers(), web)?;
        fields(request).await.map(Self)
    }
}

pub(super) fn own(headers: &HeaderMap, web: &Web) -> Result<(), AppError> {
    let own = origin::is_own(headers, &web.app.settings().server.public_url);
    if own { Ok(()) } else { Err(AppError::Forbidden) }
}

async fn fields(request: Request) -> Result<Fields, AppError> {
    let unreadable = |_| AppError::from(BadRequest::MalformedJson("the form cannot be read".to_owned()));
    Form::<Vec<(String, String)>>::from_request(request, &()).await.map(|Form(pairs)| Fields(pairs)).map_err(unreadable)
}
