//! Headers that the API gives a meaning to.

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, HeaderName, header, request::Parts};

use crate::{
    app::error::{AppError, BadRequest, Unauthenticated},
    web::etag::IfMatch,
};

/// The header of the idempotency key.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Characters that an idempotency key has at most.
const KEY_MOST: usize = 255;

/// `If-Match`, if given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfMatchHeader(pub Option<IfMatch>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatchHeader {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let bad = || BadRequest::Header { name: "If-Match", detail: "must be * or a list of entity tags" };
        let mut lines = Vec::new();
        for value in parts.headers.get_all(header::IF_MATCH) {
            lines.push(value.to_str().map_err(|_| bad())?);
        }
        if lines.is_empty() {
            return Ok(Self(None));
        }
        let asked = IfMatch::parse(&lines.join(", ")).map_err(|_| bad())?;
        Ok(Self(Some(asked)))
    }
}

/// `Idempotency-Key`, if given: 1 to 255 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let bad =
            || BadRequest::Header { name: "Idempotency-Key", detail: "must be 1 to 255 visible ASCII characters" };
        let Some(value) = single(&parts.headers, &IDEMPOTENCY_KEY).map_err(|()| bad())? else { return Ok(Self(None)) };
        if value.is_empty() || value.len() > KEY_MOST || !value.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(bad().into());
        }
        Ok(Self(Some(value.to_owned())))
    }
}

/// The token of `Authorization: Bearer`, if any. Another scheme, or a token that cannot be one, is refused.
#[derive(Clone, PartialEq, Eq)]
pub struct Bearer(pub Option<String>);

impl std::fmt::Debug for Bearer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Tokens are never written to a log.
        f.write_str(if self.0.is_some() { "Bearer(given)" } else { "Bearer(none)" })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Bearer {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let bad = || AppError::unauthenticated(Unauthenticated::InvalidToken);
        let value = single(&parts.headers, &header::AUTHORIZATION).map_err(|()| bad())?;
        let Some(value) = value else { return Ok(Self(None)) };
        let (scheme, token) = value.split_once(' ').ok_or_else(bad)?;
        let token = token.trim();
        if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(bad());
        }
        Ok(Self(Some(token.to_owned())))
    }
}

/// The header's one value; an error where it stands twice or is not visible ASCII.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, ()> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(());
    }
    first.map(|value| value.to_str().map_err(|_| ())).transpose()
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn read<T: FromRequestParts<(), Rejection = AppError>>(lines: &[(&str, &str)]) -> Result<T, AppError> {
        let mut request = Request::builder();
        for (name, value) in lines {
            request = request.header(*name, *value);
        }
        T::from_request_parts(&mut request.body(()).unwrap().into_parts().0, &()).await
    }

    #[tokio::test]
    async fn idempotency_keys_are_bounded_visible_and_single() {
        let key = "idempotency-key";
        assert_eq!(read::<IdempotencyKey>(&[]).await.unwrap().0, None);
        let longest = "x".repeat(255);
        for good in ["a", "8e03978e-40d5-43dd-bc93-6894a57f9324", &longest] {
            assert_eq!(read::<IdempotencyKey>(&[(key, good)]).await.unwrap().0.as_deref(), Some(good));
        }
        let long = "x".repeat(256);
        for bad in [&[(key, "")][..], &[(key, "a b")], &[(key, "\u{e9}")], &[(key, &long)], &[(key, "a"), (key, "a")]] {
            let refused = read::<IdempotencyKey>(bad).await.unwrap_err();
            assert!(matches!(refused, AppError::BadRequest(BadRequest::Header { name: "Idempotency-Key", .. })));
        }
    }

    #[tokio::test]
    async fn bearer_tokens_are_read_and_anything_else_is_refused() {
        let name = "authorization";
        assert_eq!(read::<Bearer>(&[]).await.unwrap(), Bearer(None));
        for good in ["Bearer abc.d-e_f", "bearer  abc.d-e_f"] {
            assert_eq!(read::<Bearer>(&[(name, good)]).await.unwrap(), Bearer(Some("abc.d-e_f".to_owned())));
        }
        for bad in [
            &[(name, "Basic abc")][..],
            &[(name, "Bearer")],
            &[(name, "Bearer a b")],
            &[(name, "Bearer a"), (name, "Bearer a")],
        ] {
            let refused = read::<Bearer>(bad).await.unwrap_err();
            assert!(matches!(refused, AppError::Unauthenticated { reason: Unauthenticated::InvalidToken }), "{bad:?}");
        }
        assert_eq!(format!("{:?}", Bearer(Some("secret".to_owned()))), "Bearer(given)");
    }

    #[tokio::test]
    async fn several_if_match_lines_are_one_list() {
        let read_tags = read::<IfMatchHeader>(&[("if-match", "\"a\""), ("if-match", "W/\"b\", \"c\"")]).await.unwrap();
        assert_eq!(read_tags.0, Some(IfMatch::Strong(vec!["a".to_owned(), "c".to_owned()])));
        assert_eq!(read::<IfMatchHeader>(&[]).await.unwrap().0, None);
        assert!(read::<IfMatchHeader>(&[("if-match", "a")]).await.is_err());
    }
}
