//! The chain of a stream: each link binds a header, the commitment of a payload, and the link before it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::{canonical::Header, hash::Hash};

/// The newest link of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its place in the stream, from 1; 0 for a stream without events.
    pub seq: i64,
    /// Its hash.
    pub hash: Hash,
}

impl Head {
    /// The head of a stream without events.
    pub const EMPTY: Self = Self { seq: 0, hash: Hash::GENESIS };
}

/// A new link, ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Canonical text of the header.
    pub header: String,
    /// Commitment of the payload.
    pub commitment: Hash,
    /// Hash of the link before it.
    pub prev_hash: Hash,
    /// The stream's new head: this link's place and hash.
    pub head: Head,
}

/// `HMAC-SHA-256(salt, payload)`: binds the payload without revealing it, even where it has few possible values.
pub fn commitment(salt: &[u8; 32], payload: &[u8]) -> Hash {
    // A key shorter than HMAC's block of 64 bytes is padded with zeros (RFC 2104), which makes the length fixed here
    // and the construction free of errors.
    let mut key = [0; 64];
    key[..32].copy_from_slice(salt);
    let mut mac = Hmac::<Sha256>::new(&key.into());
    mac.update(payload);
    Hash(mac.finalize().into_bytes().into())
}

/// `SHA-256(0x00 || header || commitment || previous)`. Two hashes of fixed length end the input, so that no other
/// header and commitment give the same bytes; 0x00 marks a leaf, as in RFC 6962.
pub fn link(header: &str, commitment: Hash, previous: Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(header.as_bytes());
    hash.update(commitment.0);
    hash.update(previous.0);
    Hash(hash.finalize().into())
}

/// Appends to a stream: `header.stream_seq` is ignored and set to the place after `head`.
pub fn seal(head: Head, header: &Header<'_>, salt: &[u8; 32], payload: &[u8]) -> Seal {
    let seq = head.seq + 1;
    let header = Header { stream_seq: seq, ..*header }.canonical();
    let commitment = commitment(salt, payload);
    let hash = link(&header, commitment, head.hash);
    Seal { header, commitment, prev_hash: head.hash, head: Head { seq, hash } }
}
