//! The exhaustive walk: small worlds in which every command of the engagement, nomination, condition and grant machines
//! is tried by every role in every state that can be reached, while the clock steps over a fixed grid. Each slice is a
//! world of its own, exhaustive over its own alphabet; the invariants of domain section 4 are checked in every state and
//! at every step, and `tests::broken` shows that each of them is able to fail.
//!
//! A slice ends by construction, never by a count: the clock moves along a finite grid, and commands that make records
//! or append to them stop at the bounds that the alphabet sets. Which states count as the same is said in `key`.
#![expect(clippy::wildcard_enum_match_arm, reason = "a test names the variants that it is about")]
#![expect(clippy::similar_names, reason = "a state has a stage, and both are the product's words")]

mod alphabet;
mod bodies;
mod invariants;
mod key;
mod moves;
mod search;
mod tests;
mod world;
