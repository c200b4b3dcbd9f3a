//! Instants.
use chrono::{DateTime, Utc};
/// An instant in UTC, in whole microseconds.
pub type Instant = DateTime<Utc>;
