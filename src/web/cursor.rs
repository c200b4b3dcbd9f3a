//! Page cursors: the keyset values of the last row, signed, so that nobody can make one up and none fits another list.

use axum::http::{HeaderValue, Uri};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Serialize, de::DeserializeOwned};
use sha2::Sha256;

use crate::app::error::{AppError, BadRequest};

/// Bytes of the signature that a cursor carries.
const MAC_BYTES: usize = 16;

/// The key that signs cursors. It is the same on every instance.
#[derive(Clone)]
pub struct CursorKey([u8; 32]);

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorKey")
    }
}

impl CursorKey {
    /// The key with these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key that follows from a secret which every instance is given, so that a cursor outlives a restart and opens
    /// on each of them.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the secret cannot be a key.
    pub fn derive(secret: &[u8]) -> Result<Self, AppError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(AppError::internal)?;
        mac.update(b"anteroom page cursor 1");
        Ok(Self(mac.finalize().into_bytes().into()))
    }

    fn mac(&self, list: &str, payload: &[u8]) -> Result<Hmac<Sha256>, AppError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).map_err(AppError::internal)?;
        // The length divides the two parts, so that no other pair gives the same bytes.
        mac.update(&(list.len() as u64).to_be_bytes());
        mac.update(list.as_bytes());
        mac.update(payload);
        Ok(mac)
    }

    /// The cursor behind the row with these keyset values. `list` names the list, its filter, order and viewer: a
    /// cursor opens only for the same.
    ///
    /// # Errors
    /// [`AppError::Internal`] where the values cannot be written as JSON.
    pub fn seal<T: Serialize>(&self, list: &str, values: &T) -> Result<String, AppError> {
        let mut bytes = serde_json::to_vec(values).map_err(AppError::internal)?;
        let mac = self.mac(list, &bytes)?.finalize().into_bytes();
        bytes.extend(mac.iter().take(MAC_BYTES));
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The keyset values of a cursor that [`CursorKey::seal`] made for the same list.
    ///
    /// # Errors
    /// [`BadRequest::Cursor`] for any other text.
    pub fn open<T: DeserializeOwned>(&self, list: &str, cursor: &str) -> Result<T, AppError> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| BadRequest::Cursor)?;
        let cut = bytes.len().checked_sub(MAC_BYTES).ok_or(BadRequest::Cursor)?;
        let (payload, mac) = bytes.split_at(cut);
        self.mac(list, payload)?.verify_truncated_left(mac).map_err(|_| BadRequest::Cursor)?;
        Ok(serde_json::from_slice(payload).map_err(|_| BadRequest::Cursor)?)
    }
}

/// The value of `Link` that leads to the page behind `cursor`: the request's own address with the cursor replaced.
pub fn next_link(uri: &Uri, cursor: &str) -> Option<HeaderValue> {
    let kept = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !is_cursor(pair));
    let query: Vec<String> = kept.map(ToOwned::to_owned).chain([format!("cursor={cursor}")]).collect();
    HeaderValue::from_str(&format!("<{}?{}>; rel=\"next\"", uri.path(), query.join("&"))).ok()
}

fn is_cursor(pair: &str) -> bool {
    pair.split('=').next() == Some("cursor")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: CursorKey = CursorKey::new([7; 32]);

    #[test]
    fn a_cursor_opens_for_its_own_list_alone() {
        let cursor = KEY.seal("engagements", &(17_i64, "x")).unwrap();
        assert_eq!(KEY.open::<(i64, String)>("engagements", &cursor).unwrap(), (17, "x".to_owned()));
        let refused = |list: &str, key: &CursorKey| {
            matches!(key.open::<(i64, String)>(list, &cursor), Err(AppError::BadRequest(BadRequest::Cursor)))
        };
        assert!(refused("inquiries", &KEY));
        assert!(refused("engagements", &CursorKey::new([8; 32])));
    }

    #[test]
    fn no_single_changed_character_passes() {
        let cursor = KEY.seal("l", &"abc").unwrap();
        for at in 0..cursor.len() {
            let mut changed = cursor.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(KEY.open::<String>("l", &changed).is_err(), "{changed}");
        }
        for text in ["", "A", "====", "\u{e9}", &cursor[1..]] {
            assert!(KEY.open::<String>("l", text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_link_keeps_the_other_parameters() {
        let link = |uri: &str| next_link(&uri.parse().unwrap(), "NEW").unwrap();
        assert_eq!(link("/api/v1/engagements"), "</api/v1/engagements?cursor=NEW>; rel=\"next\"");
        assert_eq!(link("/a?limit=2&cursor=OLD&stage=open"), "</a?limit=2&stage=open&cursor=NEW>; rel=\"next\"");
    }
}
