//! The token that every form of a signed-in page carries, bound to the session: a page of another site cannot know it,
//! nor can a page of another session (ASVS 3.5.1).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use uuid::Uuid;

use crate::app::AppError;

/// Bytes of what a token proves, and of its mask.
const MAC_BYTES: usize = 32;

/// The key of the tokens. It is the same on every instance.
#[derive(Clone)]
pub struct CsrfKey([u8; 32]);

impl std::fmt::Debug for CsrfKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CsrfKey")
    }
}

impl CsrfKey {
    /// The key that follows from a secret which every instance is given.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the secret cannot be a key.
    pub fn derive(secret: &[u8]) -> Result<Self, AppError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(AppError::internal)?;
        mac.update(b"anteroom form token 1");
        Ok(Self(mac.finalize().into_bytes().into()))
    }

    fn mac(&self, session: Uuid) -> Result<Hmac<Sha256>, AppError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).map_err(AppError::internal)?;
        mac.update(session.as_bytes());
        Ok(mac)
    }

    /// The token of a session's forms, in base64url. It is written under a mask, which goes before it and is another one
    /// on each page: what is packed with it cannot be found out by how small it gets.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the key is none.
    pub fn token(&self, session: Uuid, mask: [u8; MAC_BYTES]) -> Result<String, AppError> {
        let mac = self.mac(session)?.finalize().into_bytes();
        let masked = mac.iter().zip(mask).map(|(byte, mask)| byte ^ mask);
        Ok(URL_SAFE_NO_PAD.encode(mask.into_iter().chain(masked).collect::<Vec<_>>()))
    }

    /// Whether the text is the token of the session's forms, found out in a time that does not tell where it differs.
    ///
    /// # Errors
    /// As [`CsrfKey::token`].
    pub fn fits(&self, session: Uuid, presented: &str) -> Result<bool, AppError> {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(presented) else { return Ok(false) };
        let Some((mask, masked)) = bytes.split_at_checked(MAC_BYTES) else { return Ok(false) };
        let mac: Vec<u8> = masked.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
        Ok(self.mac(session)?.verify_slice(&mac).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_its_own_session_and_key_alone() {
        let key = CsrfKey::derive(b"one secret of the installation").expect("a key");
        let other = CsrfKey::derive(b"another secret of another one").expect("a key");
        let (session, foreign) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let token = key.token(session, [7; MAC_BYTES]).expect("a token");
        assert_ne!(token, key.token(session, [8; MAC_BYTES]).expect("a token"), "each page has another one");
        assert!(key.fits(session, &token).expect("an answer"));
        assert!(!key.fits(foreign, &token).expect("an answer"));
        assert!(!other.fits(session, &token).expect("an answer"));
        assert!(!key.fits(session, "").expect("an answer"));
    }
}
