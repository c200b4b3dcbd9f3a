//! The numbers of a deadline: how long it runs and when it is reminded. They are what a framework version may set.
//!
//! In the framework files they are written the way people write them: `5 wd`, `14 d`, `24 h`, `12 mo`, `10 wd before`,
//! `given`; offsets carry a sign: `-2 wd`, `0 wd`, `+1 d`, `-2 h`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::kind::DeadlineKind;

/// The largest number in a length or offset; it keeps every sum inside the calendar.
const MAX_COUNT: u32 = 9_999;

/// A length or an offset that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MeasureError {
    /// The text is not a length.
    #[error("`{0}` is not a length: write for example `5 wd`, `14 d`, `24 h`, `12 mo`, `10 wd before` or `given`")]
    Length(String),
    /// The text is not an offset.
    #[error("`{0}` is not an offset: write for example `-2 wd`, `0 wd`, `+1 d` or `-2 h`")]
    Offset(String),
}

/// How long a deadline runs from the event that starts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Length {
    /// This many working days after the day of the starting event.
    WorkingDays(u32),
    /// At least this many working days before the day of the given event, counted backward.
    WorkingDaysBefore(u32),
    /// This many calendar days after the starting event.
    CalendarDays(u32),
    /// This many elapsed hours after the starting event.
    Hours(u32),
    /// This many calendar months after the starting event.
    Months(u32),
    /// The instant is given by somebody or computed elsewhere, such as the close of a window.
    Given,
}

impl Length {
    /// The number in this length; 0 for a given instant.
    pub const fn count(self) -> u32 {
        match self {
            Self::Given => 0,
            Self::WorkingDays(n)
            | Self::WorkingDaysBefore(n)
            | Self::CalendarDays(n)
            | Self::Hours(n)
            | Self::Months(n) => n,
        }
    }

    /// Whether both lengths count the same thing, whatever their numbers.
    pub fn same_unit(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }

    /// The unit in which day offsets of such a deadline count: working days where the length does, else calendar
    /// days (domain section 5).
    pub const fn day_unit(self) -> Unit {
        match self {
            Self::WorkingDays(_) | Self::WorkingDaysBefore(_) => Unit::WorkingDays,
            Self::CalendarDays(_) | Self::Hours(_) | Self::Months(_) | Self::Given => Unit::CalendarDays,
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WorkingDays(n) => write!(f, "{n} wd"),
            Self::WorkingDaysBefore(n) => write!(f, "{n} wd before"),
            Self::CalendarDays(n) => write!(f, "{n} d"),
            Self::Hours(n) => write!(f, "{n} h"),
            Self::Months(n) => write!(f, "{n} mo"),
            Self::Given => f.write_str("given"),
        }
    }
}

impl FromStr for Length {
    type Err = MeasureError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "given" {
            return Ok(Self::Given);
        }
        let refused = || MeasureError::Length(text.to_owned());
        let (count, unit) = text.split_once(' ').ok_or_else(refused)?;
        let count = digits(count).ok_or_else(refused)?;
        match unit {
            "wd" => Ok(Self::WorkingDays(count)),
            "wd before" => Ok(Self::WorkingDaysBefore(count)),
            "d" => Ok(Self::CalendarDays(count)),
            "h" => Ok(Self::Hours(count)),
            "mo" => Ok(Self::Months(count)),
            _ => Err(refused()),
        }
    }
}

/// What an offset counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Working days of the program calendar.
    WorkingDays,
    /// Calendar days in the program zone.
    CalendarDays,
    /// Elapsed hours.
    Hours,
}

/// A distance from a deadline: negative before it, 0 on the due day (or, in hours, at the due instant), positive after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Offset {
    /// What is counted.
    pub unit: Unit,
    /// How many, signed.
    pub amount: i32,
}

impl Offset {
    /// An offset in working days.
    pub const fn working_days(amount: i32) -> Self {
        Self { unit: Unit::WorkingDays, amount }
    }

    /// An offset in calendar days.
    pub const fn calendar_days(amount: i32) -> Self {
        Self { unit: Unit::CalendarDays, amount }
    }

    /// An offset in elapsed hours.
    pub const fn hours(amount: i32) -> Self {
        Self { unit: Unit::Hours, amount }
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::WorkingDays => "wd",
            Unit::CalendarDays => "d",
            Unit::Hours => "h",
        };
        if self.amount == 0 { write!(f, "0 {unit}") } else { write!(f, "{:+} {unit}", self.amount) }
    }
}

impl FromStr for Offset {
    type Err = MeasureError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || MeasureError::Offset(text.to_owned());
        let (amount, unit) = text.split_once(' ').ok_or_else(refused)?;
        let amount = match amount.as_bytes().first() {
            Some(b'-') => -signed_part(&amount[1..]).ok_or_else(refused)?,
            Some(b'+') => signed_part(&amount[1..]).ok_or_else(refused)?,
            // Only zero goes without a sign: "2 wd" would leave open on which side of the deadline it lies.
            _ if amount == "0" => 0,
            _ => return Err(refused()),
        };
        match unit {
            "wd" => Ok(Self::working_days(amount)),
            "d" => Ok(Self::calendar_days(amount)),
            "h" => Ok(Self::hours(amount)),
            _ => Err(refused()),
        }
    }
}

fn signed_part(text: &str) -> Option<i32> {
    digits(text).filter(|count| *count > 0).and_then(|count| i32::try_from(count).ok())
}

fn digits(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|count| plain && *count <= MAX_COUNT)
}

macro_rules! as_text {
    ($name:ty) => {
        impl TryFrom<String> for $name {
            type Error = MeasureError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    };
}

as_text!(Length);
as_text!(Offset);

/// The numbers in force for one deadline kind: the defaults of its row, or those of a framework version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// The deadline kind, whose row says everything that is not a number.
    pub kind: DeadlineKind,
    /// How long it runs.
    pub length: Length,
    /// When those in the row's `reminded` list are reminded.
    pub reminders: Vec<Offset>,
    /// When those in the row's `escalates_to` list are told that it is still open.
    pub escalation: Option<Offset>,
    /// The interval of a reminder that repeats from the start until the deadline is met (D7).
    pub repeat: Option<Offset>,
}

impl Rule {
    /// The defaults of domain section 5 for a kind.
    pub fn default_of(kind: DeadlineKind) -> Self {
        let row = kind.row();
        Self {
            kind,
            length: row.length,
            reminders: row.reminders.to_vec(),
            escalation: row.escalation,
            repeat: row.repeat,
        }
    }
}
