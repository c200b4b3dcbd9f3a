//! Where ids, human references and other random bytes come from.
//!
//! Randomness is a parameter, like time: production draws from the operating system, tests from a seed, so that a
//! story has the same ids on every run. Only sources made for the demo or a test can be told which reference comes
//! next; in production a reference cannot be foreseen.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The digits of Crockford's base 32: no I, L, O or U, so that a reference survives being read over the telephone.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many random characters a reference ends in: 30 bits, and the database's unique key catches the rest.
const REFERENCE_CHARACTERS: usize = 6;

/// Why an id source could not be made or told.
#[derive(Debug, thiserror::Error)]
pub enum IdsError {
    /// The operating system gave no random bytes; nothing secret may be made without them.
    #[error("the operating system's random source failed: {0}")]
    NoRandomness(getrandom::Error),
    /// References can only be pinned on the sources of the demo and of tests.
    #[error("references cannot be pinned on the source of production")]
    NotPinnable,
}

/// A source of ids and random bytes, cheap to clone; every clone draws from the same source.
#[derive(Clone)]
pub struct Ids {
    inner: Arc<Inner>,
}

struct Inner {
    /// Read from the operating system, or made of a test's seed.
    seed: [u8; 32],
    /// How many blocks were made of the seed.
    counter: AtomicU64,
    from_system: bool,
    pins: Option<Mutex<VecDeque<String>>>,
}

impl std::fmt::Debug for Ids {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ids").field("from_system", &self.inner.from_system).finish_non_exhaustive()
    }
}

impl Ids {
    /// The source of production. Reading its first 32 bytes here proves at start that the operating system delivers;
    /// should a later read fail all the same, bytes are made of those 32 by SHA-256 in counter mode, which nobody who
    /// does not know them can foresee. So drawing never fails and never blocks a request.
    ///
    /// # Errors
    /// [`IdsError::NoRandomness`] if the operating system has none.
    pub fn system() -> Result<Self, IdsError> {
        Ok(Self::new(system_seed()?, true, false))
    }

    /// The source of the demo: random like [`Ids::system`], but references may be pinned.
    ///
    /// # Errors
    /// [`IdsError::NoRandomness`] if the operating system has none.
    pub fn demo() -> Result<Self, IdsError> {
        Ok(Self::new(system_seed()?, true, true))
    }

    /// The source of tests: the same seed gives the same ids, secrets and references in the same order.
    pub fn seeded(seed: u64) -> Self {
        let seed = Sha256::new().chain_update(b"anteroom test seed").chain_update(seed.to_be_bytes()).finalize();
        Self::new(seed.into(), false, true)
    }

    fn new(seed: [u8; 32], from_system: bool, pinnable: bool) -> Self {
        let pins = pinnable.then(Mutex::default);
        Self { inner: Arc::new(Inner { seed, counter: AtomicU64::new(0), from_system, pins }) }
    }

    /// A new id: a version 4 UUID.
    pub fn uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.random_bytes()).into_uuid()
    }

    /// A new human reference, `PREFIX-YEAR-XXXXXX` with six random Crockford characters (domain section 3.0), or
    /// the oldest pinned reference with this prefix.
    pub fn reference(&self, prefix: &str, year: i32) -> String {
        if let Some(pinned) = self.take_pin(prefix) {
            return pinned;
        }
        let tail: String = self
            .random_bytes::<REFERENCE_CHARACTERS>()
            .iter()
            .map(|byte| char::from(CROCKFORD[usize::from(byte % 32)]))
            .collect();
        format!("{prefix}-{year}-{tail}")
    }

    /// Makes `reference` (for example `ENG-2026-0004`) the answer to the next [`Ids::reference`] with its prefix that
    /// no earlier pin answers.
    ///
    /// # Errors
    /// [`IdsError::NotPinnable`] on the source of production.
    pub fn pin_reference(&self, reference: impl Into<String>) -> Result<(), IdsError> {
        let pins = self.inner.pins.as_ref().ok_or(IdsError::NotPinnable)?;
        pins.lock().unwrap_or_else(PoisonError::into_inner).push_back(reference.into());
        Ok(())
    }

    /// `N` random bytes, fit for secrets unless the source is seeded.
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        if !(self.inner.from_system && fill_from_system(&mut bytes)) {
            self.fill_from_seed(&mut bytes);
        }
        bytes
    }

    fn fill_from_seed(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let block = self.inner.counter.fetch_add(1, Ordering::Relaxed);
            let block = Sha256::new().chain_update(self.inner.seed).chain_update(block.to_be_bytes()).finalize();
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }

    fn take_pin(&self, prefix: &str) -> Option<String> {
        let mut pins = self.inner.pins.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        let matching = |pin: &String| pin.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('-'));
        let position = pins.iter().position(matching)?;
        pins.remove(position)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the id source: the one reading of randomness all others use")]
fn system_seed() -> Result<[u8; 32], IdsError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(IdsError::NoRandomness)?;
    Ok(seed)
}

#[expect(clippy::disallowed_methods, reason = "this is the id source: the one reading of randomness all others use")]
fn fill_from_system(bytes: &mut [u8]) -> bool {
    match getrandom::fill(bytes) {
        Ok(()) => true,
        Err(error) => {
            tracing::error!(%error, "the operating system's random source failed; using the seed read at start");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_seed_repeats_and_another_seed_differs() {
        let draw = |seed| {
            let ids = Ids::seeded(seed);
            (ids.uuid(), ids.reference("ENG", 2026), ids.random_bytes::<40>())
        };
        assert_eq!(draw(1), draw(1));
        let (one, two) = (draw(1), draw(2));
        assert!(one.0 != two.0 && one.1 != two.1 && one.2 != two.2);
        assert_eq!(one.0.get_version_num(), 4);
    }

    #[test]
    fn the_system_source_does_not_repeat_itself() {
        let ids = Ids::system().unwrap();
        let drawn: BTreeSet<_> = (0..1_000).map(|_| ids.random_bytes::<16>()).collect();
        assert_eq!(drawn.len(), 1_000);
        assert_eq!(ids.uuid().get_version_num(), 4);
    }

    #[test]
    fn the_seed_read_at_start_stands_in_for_a_failing_system() {
        let ids = Ids::system().unwrap();
        let (mut first, mut second) = ([0; 48], [0; 48]);
        ids.fill_from_seed(&mut first);
        ids.fill_from_seed(&mut second);
        assert_ne!(first, second);
        assert_ne!(first[..32], [0; 32]);
        assert_ne!(first[..16], first[32..]);
    }

    #[test]
    fn references_have_the_documented_form() {
        let ids = Ids::seeded(7);
        for _ in 0..200 {
            let reference = ids.reference("NOM", 2027);
            let tail = reference.strip_prefix("NOM-2027-").unwrap();
            assert_eq!(tail.len(), 6, "{reference}");
            assert!(tail.bytes().all(|byte| CROCKFORD.contains(&byte)), "{reference}");
        }
    }

    #[test]
    fn pins_answer_in_order_each_to_its_own_prefix_and_never_in_production() {
        let ids = Ids::demo().unwrap();
        for pin in ["ENG-2026-0004", "INQ-2026-0001", "ENG-2026-0005"] {
            ids.pin_reference(pin).unwrap();
        }
        assert_eq!(ids.reference("INQ", 2026), "INQ-2026-0001");
        assert_eq!(ids.reference("ENG", 2026), "ENG-2026-0004");
        assert!(ids.reference("EN", 2026).starts_with("EN-2026-"));
        assert_eq!(ids.clone().reference("ENG", 2026), "ENG-2026-0005");
        assert_eq!(ids.reference("ENG", 2026).len(), "ENG-2026-XXXXXX".len());
        let refused = Ids::system().unwrap().pin_reference("ENG-2026-0004");
        assert!(matches!(refused, Err(IdsError::NotPinnable)));
    }
}
