//! Tamper evidence: the canonical bytes of an event's header, the salted commitment of its payload, and the chain of
//! each stream. Pure: no database, no clock, no randomness. Whoever holds the rows can verify them with this room alone.
//!
//! A stream is one aggregate and one audience, so that events hidden from a reader leave no gap in what the reader may
//! verify (domain section 3.0). The header and the commitment stay for ever; payload and salt may be erased, and the
//! chain still verifies.

mod canonical;
mod chain;
mod hash;
mod verify;

pub use canonical::{CanonicalError, Header, canonical};
pub use chain::{Head, Seal, commitment, link, seal};
pub use hash::{Hash, HashError};
pub use verify::{Columns, Difference, Finding, Sealed, StoredLink, verify_stream};

#[cfg(test)]
mod tests;
