//! Deadlines: how long, from when, reminded when (domain section 5).
//!
//! `kind` holds one row of facts for each deadline (its `words` beside it), `measure` the numbers a framework version
//! may set, `calendar` the working days, `editions` what closures
//! make of them and when, `schedule` the instant a deadline falls due, `ladder` every reminder of it,
//! `reminder` what is to be sent at an instant and `foretell` what will be. Everything here is a function of facts; nothing depends on a job having
//! run on time.

pub mod calendar;
pub mod derive;
mod derive_records;
mod derive_window;
pub mod editions;
pub mod foretell;
pub mod kind;
pub mod ladder;
pub mod measure;
pub mod reminder;
pub mod schedule;
pub mod words;

pub use calendar::{Calendar, Holiday};
pub use derive::{Date, OpenDeadline, derive};
pub use derive_window::Source;
pub use editions::{Calendars, ClosureChange, Edition};
pub use foretell::{Foretold, Stretch, foretell};
pub use kind::{DeadlineKind, Row};
pub use ladder::{OffsetKey, PlannedReminder, Rung, plan, reminder_at, repeats_end};
pub use measure::{Length, Offset, Rule, Unit};
pub use reminder::{Decision, Send, Skip, SkipReason, due_now, next_after};
pub use schedule::{ClockFacts, DayKind, Due, RollRule, due};
pub use words::{Certifier, Consequence, Nature, Recipient};

#[cfg(test)]
mod derive_tests;
#[cfg(test)]
mod reminder_tests;
#[cfg(test)]
mod tests;
