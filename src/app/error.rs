//! The one error that use cases answer with. Which status, title and body it becomes is said in `web` alone
//! (architecture section 1, "One rule, one place").

use super::documents::{ContentError, DifferenceError};
use crate::authz::Denial;
use crate::domain::refusal::Refusal;

/// Why a use case did not answer with what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// There is no such thing, or the asker may not know of it: both look the same.
    #[error("not found")]
    NotFound,
    /// The asker may know of it, but not do this.
    #[error("forbidden")]
    Forbidden,
    /// The asker knows of the record, but spillage locks it: nothing else is said.
    #[error("locked because of spillage")]
    Locked,
    /// Nobody is signed in, or not strongly enough.
    #[error("unauthenticated: {reason}")]
    Unauthenticated {
        /// What is missing.
        reason: Unauthenticated,
    },
    /// The domain refused; facts outside the asker's audience are collapsed already.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// Values of the body are missing, unknown or not of their type.
    #[error("{} fields are invalid", .0.len())]
    Invalid(Vec<FieldError>),
    /// The request is not well-formed.
    #[error("bad request: {0}")]
    BadRequest(#[from] BadRequest),
    /// The record is no longer the one that `If-Match` names.
    #[error("the record has changed")]
    PreconditionFailed,
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    IdempotencyMismatch,
    /// A quota is used up.
    #[error("too many requests")]
    TooManyRequests {
        /// When to ask again, in seconds.
        retry_after_s: u32,
    },
    /// The service, or the database, is at its limit.
    #[error("busy")]
    Busy,
    /// The request took longer than the service allows.
    #[error("timed out")]
    Timeout,
    /// The request's body did not arrive in time.
    #[error("the body did not arrive in time")]
    SlowBody,
    /// The body is larger than the route takes.
    #[error("the body is too large")]
    PayloadTooLarge,
    /// The content of a document is not what was declared, or not of a kind that is taken.
    #[error("content refused: {0}")]
    ContentRefused(#[from] ContentError),
    /// Two documents cannot be compared as text.
    #[error("no difference: {0}")]
    NoDifference(#[from] DifferenceError),
    /// The body is not JSON.
    #[error("the body is not of a supported media type")]
    UnsupportedMediaType,
    /// The path is known, the method is not allowed there.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// Something broke. The cause is for the log alone.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl AppError {
    /// Something broke, because of `source`.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// One invalid field.
    pub fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { pointer: pointer.into(), detail: detail.into() }])
    }

    /// Nobody is signed in, or not strongly enough.
    pub const fn unauthenticated(reason: Unauthenticated) -> Self {
        Self::Unauthenticated { reason }
    }
}

impl From<Denial> for AppError {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::Hidden => Self::NotFound,
            Denial::Forbidden => Self::Forbidden,
            Denial::Locked => Self::Locked,
        }
    }
}

/// What is wrong with one value of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) to the value; empty for the whole body.
    pub pointer: String,
    /// What is wrong, for a person to read.
    pub detail: String,
}

/// What is missing from the asker's authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unauthenticated {
    /// No token or session came with the request.
    #[error("no credentials came with the request")]
    NoCredentials,
    /// The token or session is unknown, ended or revoked; which of these is not said.
    #[error("the token or session is not valid")]
    InvalidToken,
    /// Name and password do not fit; which of the two is not said.
    #[error("the name or the password is wrong")]
    WrongCredentials,
    /// The password was right; the second factor is still to come.
    #[error("a second factor is needed")]
    SecondFactorNeeded,
}

/// What is wrong with the form of a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRequest {
    /// The body is not JSON; the text says where it stops being so.
    #[error("malformed JSON: {0}")]
    MalformedJson(String),
    /// An object of the body holds a key twice.
    #[error("duplicate key at {pointer:?}")]
    DuplicateKey {
        /// JSON pointer to the key.
        pointer: String,
    },
    /// A query parameter is unknown, given twice or not of its type.
    #[error("query parameter {name}: {detail}")]
    Parameter {
        /// Its name; empty where the query as a whole cannot be read.
        name: String,
        /// What is wrong.
        detail: String,
    },
    /// A header cannot be read.
    #[error("header {name}: {detail}")]
    Header {
        /// Its name.
        name: &'static str,
        /// What is wrong.
        detail: &'static str,
    },
    /// The cursor is not one that this service gave out for this list.
    #[error("invalid cursor")]
    Cursor,
}
