//! Sealing of small secrets that must be read again, such as second-factor seeds.
//!
//! A hash will not do for these, so they are encrypted with AES-256-GCM under a key from the configuration. The place
//! where the value stands, column and row, is bound into the seal: a ciphertext copied to another row does not open
//! there (ASVS 11.3.3). During a rotation the previous key still opens what it sealed.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::secret::hex;

/// The first field of a sealed text: the version of its format.
const FORMAT: &str = "s1";

/// The fewest bytes of a key text.
const MIN_KEY_BYTES: usize = 32;

/// Why something could not be sealed or opened. It does not say which part was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The key is shorter than 32 bytes or was not accepted by the cipher.
    #[error("the sealing key is not usable")]
    Key,
    /// The cipher failed to seal.
    #[error("the value could not be sealed")]
    Seal,
    /// Not the format this program writes.
    #[error("the sealed value is malformed")]
    Malformed,
    /// Sealed with a key that is neither the current nor the previous one.
    #[error("the sealed value was made with a key that is not configured")]
    UnknownKey,
    /// Changed, or sealed for another place.
    #[error("the sealed value does not belong here or was changed")]
    Refused,
}

/// Where a sealed value stands in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Table and column, for example `second_factor.seed`.
    pub column: &'a str,
    /// The id of the row.
    pub row: Uuid,
}

impl Place<'_> {
    fn associated_data(&self) -> Vec<u8> {
        [self.column.as_bytes(), &[0], self.row.as_bytes()].concat()
    }
}

/// Seals with the current key and opens with the current or the previous one.
pub struct Sealer {
    current: Key,
    previous: Option<Key>,
}

struct Key {
    id: String,
    cipher: RandomizedNonceKey,
}

impl Key {
    /// The cipher's key is a hash of the configured text, so that any text of enough entropy will do; its id is
    /// another, so that it tells nothing of the key.
    fn new(text: &str) -> Result<Self, SealError> {
        if text.len() < MIN_KEY_BYTES {
            return Err(SealError::Key);
        }
        let derive = |purpose: &str| Sha256::new().chain_update(purpose).chain_update(text).finalize();
        let cipher =
            RandomizedNonceKey::new(&AES_256_GCM, &derive("anteroom seal key\0")).map_err(|_| SealError::Key)?;
        Ok(Self { id: hex(&derive("anteroom seal key id\0")[..4]), cipher })
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let previous = self.previous.as_ref().map(|key| &key.id);
        f.debug_struct("Sealer").field("current", &self.current.id).field("previous", &previous).finish()
    }
}

impl Sealer {
    /// Makes a sealer of the configured key texts, each at least 32 bytes.
    ///
    /// # Errors
    /// [`SealError::Key`] if one is too short.
    pub fn new(current: &str, previous: Option<&str>) -> Result<Self, SealError> {
        Ok(Self { current: Key::new(current)?, previous: previous.map(Key::new).transpose()? })
    }

    /// Seals `plain` for `place`. The answer is text: format, key id, and nonce with ciphertext in base64url.
    ///
    /// # Errors
    /// [`SealError::Seal`] if the cipher fails.
    pub fn seal(&self, plain: &[u8], place: &Place<'_>) -> Result<String, SealError> {
        let mut buffer = plain.to_vec();
        let aad = Aad::from(place.associated_data());
        let nonce = self.current.cipher.seal_in_place_append_tag(aad, &mut buffer).map_err(|_| SealError::Seal)?;
        let mut bytes = nonce.as_ref().to_vec();
        bytes.append(&mut buffer);
        Ok(format!("{FORMAT}.{}.{}", self.current.id, URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Opens what was sealed for `place`.
    ///
    /// # Errors
    /// [`SealError::Malformed`], [`SealError::UnknownKey`], or [`SealError::Refused`] if it was changed or stands in
    /// another place than it was sealed for.
    pub fn open(&self, sealed: &str, place: &Place<'_>) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let mut fields = sealed.splitn(3, '.');
        let (Some(FORMAT), Some(id), Some(body)) = (fields.next(), fields.next(), fields.next()) else {
            return Err(SealError::Malformed);
        };
        let key = self.key(id).ok_or(SealError::UnknownKey)?;
        let bytes = URL_SAFE_NO_PAD.decode(body).map_err(|_| SealError::Malformed)?;
        let (nonce, ciphertext) = bytes.split_at_checked(NONCE_LEN).ok_or(SealError::Malformed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Malformed)?;
        let mut buffer = Zeroizing::new(ciphertext.to_vec());
        let aad = Aad::from(place.associated_data());
        let length = key.cipher.open_in_place(nonce, aad, &mut buffer).map_err(|_| SealError::Refused)?.len();
        buffer.truncate(length);
        Ok(buffer)
    }

    /// Whether `sealed` should be sealed again, because it was not made with the current key.
    pub fn is_stale(&self, sealed: &str) -> bool {
        sealed.split('.').nth(1) != Some(self.current.id.as_str())
    }

    fn key(&self, id: &str) -> Option<&Key> {
        [Some(&self.current), self.previous.as_ref()].into_iter().flatten().find(|key| key.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "wq3f0Yp8mC5nT1xLzR7dKe2uHs9aVb4G";
    const NEW: &str = "Jt6gPq1sXv8yBn3mZc0kWd5rFh7eUa2L";

    fn place(row: u128) -> Place<'static> {
        Place { column: "second_factor.seed", row: Uuid::from_u128(row) }
    }

    #[test]
    fn what_was_sealed_opens_in_its_place_only() {
        let keeper = Sealer::new(NEW, None).unwrap();
        let sealed = keeper.seal(b"twenty bytes of seed", &place(1)).unwrap();
        assert_eq!(&**keeper.open(&sealed, &place(1)).unwrap(), b"twenty bytes of seed");
        assert_eq!(keeper.open(&sealed, &place(2)), Err(SealError::Refused));
        let other_column = Place { column: "second_factor.see", ..place(1) };
        assert_eq!(keeper.open(&sealed, &other_column), Err(SealError::Refused));
    }

    #[test]
    fn sealing_twice_never_gives_the_same_text() {
        let keeper = Sealer::new(NEW, None).unwrap();
        assert_ne!(keeper.seal(b"seed", &place(1)), keeper.seal(b"seed", &place(1)));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let keeper = Sealer::new(NEW, None).unwrap();
        let sealed = keeper.seal(b"seed", &place(1)).unwrap();
        let (head, body) = sealed.rsplit_once('.').unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(body).unwrap();
        for position in 0..bytes.len() {
            let mut forged = bytes.clone();
            forged[position] ^= 1;
            let forged = format!("{head}.{}", URL_SAFE_NO_PAD.encode(forged));
            assert_eq!(keeper.open(&forged, &place(1)), Err(SealError::Refused), "byte {position}");
        }
        for case in ["", "s1", "s1.", "s2.00000000.AAAA", &format!("{head}.AA"), &format!("{head}.*")] {
            assert_eq!(keeper.open(case, &place(1)).err(), Some(SealError::Malformed), "{case}");
        }
    }

    #[test]
    fn the_previous_key_opens_during_a_rotation_and_not_after() {
        let before = Sealer::new(OLD, None).unwrap();
        let sealed = before.seal(b"seed", &place(1)).unwrap();
        let during = Sealer::new(NEW, Some(OLD)).unwrap();
        assert_eq!(&**during.open(&sealed, &place(1)).unwrap(), b"seed");
        assert!(during.is_stale(&sealed) && !before.is_stale(&sealed));
        let after = Sealer::new(NEW, None).unwrap();
        assert_eq!(after.open(&sealed, &place(1)), Err(SealError::UnknownKey));
        assert!(!format!("{during:?}").contains(&NEW[..8]));
        assert_eq!(Sealer::new(&NEW[..31], None).err(), Some(SealError::Key));
    }
}
