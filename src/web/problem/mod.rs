//! Problems (RFC 9457): the one place that says which status and body an [`AppError`] becomes.
//!
//! A problem response also carries its [`Problem`] as an extension, so that the pages can show the same error as HTML
//! without a second table of statuses.

mod catalogue;
#[cfg(test)]
mod catalogue_tests;
mod page;
mod people;
mod render;
#[cfg(test)]
mod tests;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

pub use catalogue::ProblemType;
pub use page::routes;

use crate::{
    app::error::AppError,
    domain::{
        actor::Role,
        refusal::{FieldReason, Unmet},
    },
};

/// The media type of every error answer of the API.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// An error answer (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `/problems/<name>`: stable, and explained there.
    #[serde(rename = "type")]
    pub uri: String,
    /// A short title, the same for every problem of the type.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What is wrong with which value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
    /// The facts that are missing, and who can clear them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unmet: Vec<UnmetFact>,
    /// The stage that the record is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<&'static str>,
    /// The stages that allow the command.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_stages: Vec<&'static str>,
    /// The type, for those who render the problem in another form.
    #[serde(skip)]
    pub kind: ProblemType,
    /// Seconds for `Retry-After`.
    #[serde(skip)]
    pub retry_after_s: Option<u32>,
}

/// What is wrong with one value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProblemField {
    /// JSON pointer to the value in the body; empty for the whole body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The query parameter or header, where it is not the body that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// A stable word for the reason, where the domain refused the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<FieldReason>,
    /// What is wrong, for a person to read.
    pub detail: String,
}

/// A fact that is missing, and who can clear it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UnmetFact {
    /// The fact.
    #[serde(flatten)]
    pub fact: Unmet,
    /// The roles that can clear it; empty where time or the other side does.
    pub cleared_by: Vec<Role>,
}

impl From<Unmet> for UnmetFact {
    fn from(fact: Unmet) -> Self {
        let cleared_by = fact.cleared_by().to_vec();
        Self { fact, cleared_by }
    }
}

impl Problem {
    /// A problem that its type says everything of.
    pub fn new(kind: ProblemType) -> Self {
        Self {
            uri: kind.uri(),
            title: kind.title(),
            status: kind.status(),
            detail: None,
            errors: Vec::new(),
            unmet: Vec::new(),
            stage: None,
            allowed_stages: Vec::new(),
            kind,
            retry_after_s: None,
        }
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    fn field(mut self, field: ProblemField) -> Self {
        self.errors.push(field);
        self
    }

    const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // Every member is text or a number, so that writing it cannot fail; an empty object would still be a problem.
        let body = serde_json::to_vec(&self).unwrap_or_else(|_| b"{}".to_vec());
        let mut response = (status, Body::from(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::REQUEST_TIMEOUT {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
