//! What a program office keeps beside its cases: days on which it is closed, and the program's milestones.

mod closures;
mod milestones;

pub(super) use closures::calendars;
pub use closures::{ClosedDay, ClosureReason, NewClosure, ObservedHoliday, ReopenedDay, WorkingDays, YEARS};
pub use milestones::{MilestoneEntry, NewReport};
