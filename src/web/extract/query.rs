//! Query parameters: each known, each once, each of its type; otherwise 400 with its name.

use std::{collections::BTreeSet, error::Error};

use axum::{
    extract::{FromRequestParts, Query},
    http::{Uri, request::Parts},
};
use serde::de::{DeserializeOwned, value::Error as ValueError};

use crate::app::error::{AppError, BadRequest};

/// The query of type `T`. `T` must refuse unknown fields itself (`#[serde(deny_unknown_fields)]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiQuery<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        parse(&parts.uri).map(Self)
    }
}

/// Reads the query of an address.
///
/// # Errors
/// [`BadRequest::Parameter`] with the name of the parameter that is wrong.
pub fn parse<T: DeserializeOwned>(uri: &Uri) -> Result<T, AppError> {
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(|e| refused(&e))?;
    let mut seen = BTreeSet::new();
    if let Some((name, _)) = pairs.into_iter().find(|(name, _)| !seen.insert(name.clone())) {
        return Err(BadRequest::Parameter { name, detail: "is given more than once".to_owned() }.into());
    }
    Query::try_from_uri(uri).map(|Query(value)| value).map_err(|e| refused(&e))
}

fn refused(error: &(dyn Error + 'static)) -> AppError {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<serde_path_to_error::Error<ValueError>>() {
            return named(found.path().to_string(), &found.inner().to_string()).into();
        }
        cause = error.source();
    }
    BadRequest::Parameter { name: String::new(), detail: "the query cannot be read".to_owned() }.into()
}

fn named(path: String, message: &str) -> BadRequest {
    let quoted = |start: &str| Some(message.strip_prefix(start)?.strip_prefix('`')?.split('`').next()?.to_owned());
    if let Some(name) = quoted("unknown field ") {
        return BadRequest::Parameter { name, detail: "is not a known parameter".to_owned() };
    }
    if let Some(name) = quoted("missing field ") {
        return BadRequest::Parameter { name, detail: "is missing".to_owned() };
    }
    BadRequest::Parameter { name: path, detail: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::web::extract::PageLimit;

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct List {
        #[serde(default)]
        limit: PageLimit,
        cursor: Option<String>,
        #[serde(default)]
        preview: bool,
    }

    #[test]
    fn parameters_are_read() {
        let list = |query: &str| parse::<List>(&format!("/x{query}").parse().unwrap()).unwrap();
        assert_eq!(list(""), List { limit: PageLimit::default(), cursor: None, preview: false });
        let read = list("?limit=200&cursor=a%20b&preview=true");
        assert_eq!((read.limit.get(), read.cursor.as_deref(), read.preview), (200, Some("a b"), true));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (query, expected, detail) in [
            ("role=x", "role", "is not a known parameter"),
            ("limit=1&role=x", "role", "is not a known parameter"),
            ("limit=1&limit=1", "limit", "is given more than once"),
            ("limit=1&%6Cimit=1", "limit", "is given more than once"),
            ("limit=0", "limit", "must be a number from 1 to 200"),
            ("limit=201", "limit", "must be a number from 1 to 200"),
            ("limit=99999999999", "limit", "must be a number from 1 to 200"),
            ("limit=-1", "limit", "must be a number from 1 to 200"),
            ("preview=maybe", "preview", "provided string was not `true` or `false`"),
        ] {
            let error = parse::<List>(&format!("/x?{query}").parse().unwrap()).unwrap_err();
            let AppError::BadRequest(BadRequest::Parameter { name, detail: said }) = error else { panic!("{query}") };
            assert_eq!((name.as_str(), said.as_str()), (expected, detail), "{query}");
        }
    }
}
