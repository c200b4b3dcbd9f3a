//! Access tokens: short-lived JSON Web Tokens that name an account and a session, and nothing else.
//!
//! No role stands in a token: every request reads session and membership, so that a revocation holds at once (ASVS
//! 8.3.1). One algorithm per key, HMAC-SHA-256. What a token may look like is checked here more strictly than the
//! library does: the header has exactly three members, every time is an integer, and nothing is forgiven for clocks
//! that differ (ASVS 9.1, 9.2).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::secret::hex;

/// The `typ` of an access token (RFC 9068); a token of another type is refused.
const TOKEN_TYPE: &str = "at+jwt";

/// The shortest signing key in bytes: the output of SHA-256 (RFC 7518 section 3.2).
pub const MIN_KEY_BYTES: usize = 32;

/// How long a presented token may be; ours have some 400 characters.
const MAX_TOKEN_BYTES: usize = 2_048;

/// `nbf` lies this far before `iat`, so that another instance whose clock is a little behind takes a fresh token. The
/// tolerance is given once, at issue; verification has none.
const ISSUE_SKEW_SECONDS: i64 = 2;

/// Why a token was refused. All of them are one answer to the caller, 401; the difference is for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// Not three fields of base64url, or too long.
    #[error("the token is malformed")]
    Malformed,
    /// Another algorithm or type, or a header member that we never write.
    #[error("the token's header is not one of ours")]
    Header,
    /// Signed with a key that is neither the current nor the previous one.
    #[error("the token names an unknown key")]
    UnknownKey,
    /// The signature does not match, or issuer, audience or a required claim is missing or wrong.
    #[error("the token's signature or claims are not valid")]
    Invalid,
    /// Before its `nbf`.
    #[error("the token is not valid yet")]
    NotYet,
    /// At or after its `exp`.
    #[error("the token has expired")]
    Expired,
}

/// Why keys or tokens could not be made.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// A signing key is shorter than 32 bytes.
    #[error("a token key is shorter than {MIN_KEY_BYTES} bytes")]
    ShortKey,
    /// The library could not sign.
    #[error("the token could not be signed")]
    Sign(#[source] jsonwebtoken::errors::Error),
}

/// What an access token says: these claims and no others. Times are whole seconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The account.
    pub sub: Uuid,
    /// The session that the token lives and dies with.
    pub sid: Uuid,
    /// When it was issued.
    pub iat: i64,
    /// From when it counts.
    pub nbf: i64,
    /// From when it no longer counts.
    pub exp: i64,
    /// Who issued it: the service's public address.
    pub iss: String,
    /// Whom it is for: the service's public address.
    pub aud: String,
}

/// The header, with exactly these members: `jwk`, `jku`, `x5u`, `crit` and all others are refused unread.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StrictHeader {
    alg: String,
    kid: String,
    typ: String,
}

/// The key that signs, and the one that signed before and still verifies while its last tokens expire.
pub struct TokenKeys {
    current: Key,
    previous: Option<Key>,
}

struct Key {
    id: String,
    signs: EncodingKey,
    verifies: DecodingKey,
}

impl Key {
    /// The key's id is made of a hash, so that a rotation needs no name and the id tells nothing of the key.
    fn new(bytes: &[u8]) -> Result<Self, TokenError> {
        if bytes.len() < MIN_KEY_BYTES {
            return Err(TokenError::ShortKey);
        }
        let id = Sha256::new().chain_update(b"anteroom token key id\0").chain_update(bytes).finalize();
        let (signs, verifies) = (EncodingKey::from_secret(bytes), DecodingKey::from_secret(bytes));
        Ok(Self { id: hex(&id[..8]), signs, verifies })
    }
}

impl std::fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let previous = self.previous.as_ref().map(|key| &key.id);
        f.debug_struct("TokenKeys").field("current", &self.current.id).field("previous", &previous).finish()
    }
}

impl TokenKeys {
    /// Takes the configured keys.
    ///
    /// # Errors
    /// [`TokenError::ShortKey`] if one has fewer than 32 bytes.
    pub fn new(current: &[u8], previous: Option<&[u8]>) -> Result<Self, TokenError> {
        Ok(Self { current: Key::new(current)?, previous: previous.map(Key::new).transpose()? })
    }

    fn find(&self, id: &str) -> Option<&Key> {
        [Some(&self.current), self.previous.as_ref()].into_iter().flatten().find(|key| key.id == id)
    }
}

/// Issues and verifies access tokens for one service.
#[derive(Debug)]
pub struct AccessTokens {
    keys: TokenKeys,
    service: String,
    lifetime: TimeDelta,
    validation: Validation,
}

impl AccessTokens {
    /// Tokens issued by and for `service`, the public address, that live for `lifetime`.
    pub fn new(keys: TokenKeys, service: impl Into<String>, lifetime: TimeDelta) -> Self {
        let service = service.into();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        // The library asks the operating system for the time; `verify` checks the times against the clock it is given.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.set_issuer(&[&service]);
        validation.set_audience(&[&service]);
        validation.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
        Self { keys, service, lifetime, validation }
    }

    /// How long a token lives.
    pub fn lifetime(&self) -> TimeDelta {
        self.lifetime
    }

    /// Issues a token at `now` (system time) for `account` in `session`. Also gives the instant at which it expires.
    ///
    /// # Errors
    /// [`TokenError::Sign`] if the library cannot sign.
    pub fn issue(
        &self,
        account: Uuid,
        session: Uuid,
        now: DateTime<Utc>,
    ) -> Result<(String, DateTime<Utc>), TokenError> {
        let iat = now.timestamp();
        let exp = iat.saturating_add(self.lifetime.num_seconds());
        let token = self.sign(account, session, iat, exp)?;
        Ok((token, DateTime::from_timestamp(exp, 0).unwrap_or(now)))
    }

    /// Issues a token at `now` (system time) that lives until `end`, as for a session that is not renewed.
    ///
    /// # Errors
    /// [`TokenError::Sign`] if the library cannot sign.
    pub fn issue_until(
        &self,
        account: Uuid,
        session: Uuid,
        now: DateTime<Utc>,
        end: DateTime<Utc>,
    ) -> Result<String, TokenError> {
        self.sign(account, session, now.timestamp(), end.timestamp())
    }

    fn sign(&self, account: Uuid, session: Uuid, iat: i64, exp: i64) -> Result<String, TokenError> {
        let (iss, aud) = (self.service.clone(), self.service.clone());
        let claims = Claims { sub: account, sid: session, iat, nbf: iat - ISSUE_SKEW_SECONDS, exp, iss, aud };
        let header = Header {
            typ: Some(TOKEN_TYPE.to_owned()),
            kid: Some(self.keys.current.id.clone()),
            ..Header::new(Algorithm::HS256)
        };
        jsonwebtoken::encode(&header, &claims, &self.keys.current.signs).map_err(TokenError::Sign)
    }

    /// Verifies a presented token at `now` (system time). The session it names must still be looked up.
    ///
    /// # Errors
    /// A [`TokenRefusal`]; all of them are 401.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenRefusal> {
        let header = read_header(token)?;
        if header.alg != "HS256" || header.typ != TOKEN_TYPE {
            return Err(TokenRefusal::Header);
        }
        let key = self.keys.find(&header.kid).ok_or(TokenRefusal::UnknownKey)?;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.verifies, &self.validation)
            .map_err(|_| TokenRefusal::Invalid)?
            .claims;
        if claims.nbf > claims.iat || claims.iat >= claims.exp {
            return Err(TokenRefusal::Invalid);
        }
        let now = now.timestamp();
        if now < claims.nbf {
            return Err(TokenRefusal::NotYet);
        }
        if now >= claims.exp {
            return Err(TokenRefusal::Expired);
        }
        Ok(claims)
    }
}

fn read_header(token: &str) -> Result<StrictHeader, TokenRefusal> {
    if token.len() > MAX_TOKEN_BYTES || token.bytes().filter(|byte| *byte == b'.').count() != 2 {
        return Err(TokenRefusal::Malformed);
    }
    let (header, _) = token.split_once('.').ok_or(TokenRefusal::Malformed)?;
    let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| TokenRefusal::Malformed)?;
    serde_json::from_slice(&header).map_err(|_| TokenRefusal::Header)
}

#[cfg(test)]
mod tests;
