//! The rules of the house: pure and synchronous, without I/O, clock or randomness.
#![deny(clippy::wildcard_enum_match_arm, missing_docs)]

pub mod actor;
pub mod deadline;
pub mod framework;
pub mod id;
pub mod time;
