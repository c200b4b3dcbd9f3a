//! JSON bodies: `application/json` in UTF-8, an object, no key twice, no unknown field; errors point at the value.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use super::strict;
use crate::{
    app::error::{AppError, BadRequest},
    web::middleware::body::BodyTimedOut,
};

/// A checked body as it came, for what needs its bytes: the command parser and the hash behind an idempotency key.
/// An empty body is `{}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawJson(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for RawJson {
    type Rejection = AppError;

    async fn from_request(request: Request, _: &S) -> Result<Self, AppError> {
        let declared = content_type(request.headers())?;
        let bytes = read(request).await?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self(Bytes::from_static(b"{}")));
        }
        if !declared {
            return Err(AppError::UnsupportedMediaType);
        }
        check(&bytes)?;
        Ok(Self(bytes))
    }
}

/// A body of type `T`. `T` must refuse unknown fields itself (`#[serde(deny_unknown_fields)]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiJson<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for ApiJson<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let RawJson(bytes) = RawJson::from_request(request, state).await?;
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        serde_path_to_error::deserialize(&mut json).map(Self).map_err(parse_error)
    }
}

/// Whether the body is declared as JSON; `false` where nothing is declared, which only an empty body may do.
fn content_type(headers: &HeaderMap) -> Result<bool, AppError> {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let Some(value) = values.next() else { return Ok(false) };
    let text = value.to_str().map_err(|_| AppError::UnsupportedMediaType)?;
    let mut parts = text.split(';').map(str::trim);
    let json = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"));
    let utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, charset)) if name.eq_ignore_ascii_case("charset") => {
            charset.trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    if json && utf8 && values.next().is_none() { Ok(true) } else { Err(AppError::UnsupportedMediaType) }
}

/// Reads the body; its size and time are limited by the middleware that wraps it.
async fn read(request: Request) -> Result<Bytes, AppError> {
    let collected = request.into_body().collect().await.map_err(|error| unreadable(&error))?;
    Ok(collected.to_bytes())
}

/// The bytes of a body that is no JSON.
///
/// # Errors
/// [`AppError::PayloadTooLarge`] or [`AppError::SlowBody`] where a limit broke it off.
pub async fn bytes(body: Body) -> Result<Bytes, AppError> {
    Ok(body.collect().await.map_err(|error| unreadable(&error))?.to_bytes())
}

/// Finds the limit that broke the body off, however deep in the chain of causes it stands.
pub(super) fn unreadable(error: &(dyn std::error::Error + 'static)) -> AppError {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return AppError::PayloadTooLarge;
        }
        if error.is::<BodyTimedOut>() {
            return AppError::SlowBody;
        }
        cause = error.source();
    }
    BadRequest::MalformedJson("the body broke off".to_owned()).into()
}

fn check(bytes: &[u8]) -> Result<(), AppError> {
    let text = std::str::from_utf8(bytes).map_err(|_| BadRequest::MalformedJson("the body is not UTF-8".to_owned()))?;
    strict::check(text).map_err(|refused| match refused {
        strict::Refused::Malformed(message) => BadRequest::MalformedJson(message).into(),
        strict::Refused::Duplicate(path, key) => {
            BadRequest::DuplicateKey { pointer: pointer(&path) + &token(&key) }.into()
        }
        strict::Refused::NotAnObject => AppError::field("", "expected an object"),
    })
}

/// What a body's type says against a well-formed body, as a problem that points at the value.
#[expect(clippy::needless_pass_by_value, reason = "an error is consumed where it becomes another; it fits map_err")]
pub fn parse_error(error: serde_path_to_error::Error<serde_json::Error>) -> AppError {
    let inner = error.inner();
    let message = inner.to_string();
    let message = without_position(&message);
    let mut pointer = pointer(error.path());
    // The body is well-formed: what the reader calls bad syntax here is a value that cannot be one of a set of words.
    if !inner.is_data() {
        return AppError::field(pointer, WORDS);
    }
    if let Some(name) = quoted(message, "missing field ") {
        pointer.push_str(&token(name));
        return AppError::field(pointer, "is missing");
    }
    if let Some(name) = quoted(message, "unknown field ") {
        // Where the type is read through a buffer, the path ends at the object and not at the field.
        if !pointer.ends_with(&token(name)) {
            pointer.push_str(&token(name));
        }
        return AppError::field(pointer, "is not a known field");
    }
    AppError::field(pointer, readable(message))
}

/// What is said of a value that should be one of a set of words.
const WORDS: &str = "expected one of the values of the API description";

/// The RFC 6901 pointer of a path.
fn pointer(path: &serde_path_to_error::Path) -> String {
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => token(key),
            Segment::Enum { variant } => token(variant),
            Segment::Unknown => String::new(),
        })
        .collect()
}

/// One reference token with its slash.
fn token(key: &str) -> String {
    format!("/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// The message without the line and column, which the pointer says better.
pub(super) fn without_position(message: &str) -> &str {
    message.rsplit_once(" at line ").map_or(message, |(text, _)| text)
}

fn quoted<'a>(message: &'a str, start: &str) -> Option<&'a str> {
    message.strip_prefix(start)?.strip_prefix('`')?.split('`').next()
}

/// The message without names of Rust types: "expected struct Foo" says nothing to the reader.
fn readable(message: &str) -> String {
    let Some((found, expected)) = message.split_once(", expected ") else { return message.to_owned() };
    if !found.starts_with("invalid ") {
        return message.to_owned();
    }
    let named = |word: &str| expected.starts_with(word) || expected.contains(&format!(" {word}"));
    if named("struct ") || expected == "a map" || expected == "map" {
        return "expected an object".to_owned();
    }
    if named("enum ") || named("variant ") {
        return WORDS.to_owned();
    }
    if matches!(expected, "u8" | "u16" | "u32" | "u64" | "i8" | "i16" | "i32" | "i64" | "usize" | "isize") {
        return "expected a whole number in range".to_owned();
    }
    format!("expected {expected}")
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
