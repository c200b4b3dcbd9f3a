//! Claims of prior knowledge: a side says that it knew of something without saying of what (domain section 9). A claim
//! is `HMAC-SHA-256(salt, identifier)`, computed where the identifier is; only the claim is handed in. Equal claims
//! under one engagement mean equal identifiers, and nothing else can be learned from a claim without trying identifiers
//! one by one. What that protects, and what not, stands in the security document.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Handoff;
use crate::domain::{
    actor::Side,
    case::{Case, Entry},
    id::RecordId,
    text::Sha256Hex,
};

/// How many claims a side may register under one engagement: enough for what a side knows, and too few for trying a
/// list of published identifiers.
pub const CLAIMS_AT_MOST: usize = 50;

/// Sets these hashes apart from every other of the product.
const SALT_LABEL: &[u8] = b"anteroom/claim-salt/1:";

/// The public salt of an engagement: 64 hexadecimal digits. It is made of the engagement's random id (122 bits), so that
/// no two engagements, programs or deployments share one, and it never changes, whatever keys are turned.
pub fn salt(engagement: RecordId) -> Sha256Hex {
    Sha256Hex::of(&[SALT_LABEL, engagement.0.as_bytes()].concat())
}

/// The identifier in the one form in which it is hashed: without white space around it, in capitals.
pub fn canonical(identifier: &str) -> String {
    identifier.trim().to_uppercase()
}

/// The claim for an identifier, such as `CVE-2026-12345` or the vendor's own reference: `HMAC-SHA-256` whose key is the
/// 32 bytes that the salt's digits stand for, over the canonical identifier's UTF-8 bytes.
pub fn claim(salt: &Sha256Hex, identifier: &str) -> Sha256Hex {
    // A key shorter than HMAC's block of 64 bytes is padded with zeros (RFC 2104); the fixed length leaves no error.
    let mut key = [0; 64];
    for (byte, pair) in key.iter_mut().zip(salt.as_str().as_bytes().chunks_exact(2)) {
        *byte = digit(pair[0]) << 4 | digit(pair[1]);
    }
    let mut mac = Hmac::<Sha256>::new(&key.into());
    mac.update(canonical(identifier).as_bytes());
    Sha256Hex::from_bytes(&mac.finalize().into_bytes().into())
}

/// The value of a lower-case hexadecimal digit; a salt has no others.
const fn digit(character: u8) -> u8 {
    match character {
        b'0'..=b'9' => character - b'0',
        _ => character.wrapping_sub(b'a').wrapping_add(10),
    }
}

/// How many claims the side has registered under the engagement.
pub fn registered(case: &Case, engagement: RecordId, side: Side) -> usize {
    under(case, engagement).filter(|(_, entry)| entry.state.claims.contains_key(&side)).count()
}

/// The hand-offs of the engagement on which the other side registered the same claim. No other engagement is looked at,
/// so that nobody learns anything of another developer (invariant 15).
pub fn matching(case: &Case, handoff: &Handoff, side: Side) -> Vec<(RecordId, Side)> {
    let Some(own) = handoff.claims.get(&side) else { return Vec::new() };
    let equal = |(id, entry): (&RecordId, &Entry<Handoff>)| {
        let others = entry.state.claims.iter().filter(|(other, claim)| **other != side && claim.hash == own.hash);
        others.map(|(other, _)| (*id, *other)).collect::<Vec<_>>()
    };
    under(case, handoff.engagement).flat_map(equal).collect()
}

/// The hand-offs of the engagement, withdrawn ones too: a claim that was registered counts.
fn under(case: &Case, engagement: RecordId) -> impl Iterator<Item = (&RecordId, &Entry<Handoff>)> {
    case.handoffs.iter().filter(move |(_, entry)| entry.state.engagement == engagement)
}
