//! The rules: pure and synchronous. No input or output, no clock, no randomness. Aggregates are folded from events;
//! `decide` answers a command with events or a refusal, `evolve` folds them and cannot fail, `settle` yields what time
//! brings. The case (`case`) is the unit that is loaded, locked and decided together.
#![deny(clippy::wildcard_enum_match_arm, missing_docs)]

pub mod action;
pub mod actor;
pub mod audience;
pub mod case;
pub mod command;
pub mod condition;
pub mod deadline;
pub mod document;
pub mod engagement;
mod field_reason;
pub mod figures;
pub mod foia;
pub mod framework;
pub mod given;
pub mod grant;
pub mod handoff;
pub mod id;
pub mod incident;
pub mod inquiry;
pub mod marking;
pub mod marking_syntax;
pub mod milestone;
pub mod nomination;
pub mod notice;
pub mod offer;
pub mod plan;
pub mod prerequisites;
pub mod records;
pub mod refusal;
pub mod release;
mod suspension;
pub mod terms;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
pub mod text;
pub mod time;
mod unmet;
#[cfg(test)]
mod walk;
pub mod workflow;
