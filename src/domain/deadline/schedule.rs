//! When a deadline falls due: from a rule, its starting instant, the program zone and the calendar.
//!
//! A task leaves out the day of the starting event, counts, rolls to the next working day and ends with that day; what
//! counts backward rolls to the earlier day instead. A cap ends at its instant and never rolls. A cap counted in days
//! ends at the earlier of elapsed and local time, as the window itself does (domain section 3.3, "stricter wins"), so
//! that a clock change never lengthens it; one counted in months keeps the local time.

use chrono::{Days, NaiveDate, TimeDelta};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::calendar::Calendar;
use super::measure::{Length, Rule};
use super::words::{Certifier, Nature};
use crate::domain::time::{Instant, add_calendar_days, add_calendar_months, local_date, plus, start_of_day, truncate};

/// What a clock counts, as a person is told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// Working days.
    WorkingDays,
    /// Calendar days.
    CalendarDays,
    /// Elapsed hours.
    Hours,
    /// Calendar months.
    Months,
    /// Nothing: the instant is given.
    Instant,
}

/// What happens to an end that falls on a day without work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RollRule {
    /// It moves to the next working day.
    NextWorkingDay,
    /// It moves to the previous working day, because it counts backward.
    PreviousWorkingDay,
    /// It stays.
    Never,
}

/// The four facts every clock names beside its date (domain section 11). The strings are text keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClockFacts {
    /// The event that starts the clock.
    pub starts: &'static str,
    /// Who vouches for that event.
    pub certified_by: Certifier,
    /// What is counted.
    pub day_kind: DayKind,
    /// How the end rolls.
    pub roll: RollRule,
    /// What pauses the clock.
    pub pauses: &'static str,
}

/// A computed deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Due {
    /// The end, exclusive: at this instant the deadline has passed. For a task the midnight after the due day.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub due_at: Instant,
    /// The date shown: a task's due day (the day before that midnight), a cap's local date.
    pub shown_on: NaiveDate,
    /// The edition of the calendar it was computed with.
    pub calendar_version: String,
    /// The four facts.
    pub facts: ClockFacts,
}

impl Due {
    /// Whether the deadline has passed at `now`.
    pub fn is_past(&self, now: Instant) -> bool {
        now >= self.due_at
    }
}

/// Computes when a deadline falls due.
///
/// `start` is the instant of the starting event; for a `given` length it is the instant itself, and for one that
/// counts backward the event it must precede.
pub fn due(rule: &Rule, start: Instant, zone: Tz, calendar: &Calendar) -> Due {
    let (due_at, shown_on) = match rule.kind.row().nature {
        Nature::Cap => {
            let end = cap_end(rule.length, start, zone, calendar);
            (end, local_date(end, zone))
        }
        Nature::Task => {
            let day = task_day(rule.length, start, zone, calendar);
            (start_of_day(day.succ_opt().unwrap_or(day), zone), day)
        }
    };
    Due { due_at, shown_on, calendar_version: calendar.version.clone(), facts: ClockFacts::of(rule) }
}

fn task_day(length: Length, start: Instant, zone: Tz, calendar: &Calendar) -> NaiveDate {
    let day = local_date(start, zone);
    let rolled = |date| calendar.next_working_day(date);
    match length {
        Length::WorkingDays(n) => calendar.add_working_days(day, n),
        Length::WorkingDaysBefore(n) => calendar.subtract_working_days(day, n),
        Length::CalendarDays(n) => rolled(day.checked_add_days(Days::new(u64::from(n))).unwrap_or(day)),
        Length::Hours(n) => rolled(local_date(plus(start, TimeDelta::hours(i64::from(n))), zone)),
        Length::Months(n) => rolled(local_date(add_calendar_months(start, n, zone), zone)),
        Length::Given => rolled(day),
    }
}

fn cap_end(length: Length, start: Instant, zone: Tz, calendar: &Calendar) -> Instant {
    let end = match length {
        Length::CalendarDays(n) => plus(start, TimeDelta::days(i64::from(n))).min(add_calendar_days(start, n, zone)),
        Length::Hours(n) => plus(start, TimeDelta::hours(i64::from(n))),
        Length::Months(n) => add_calendar_months(start, n, zone),
        Length::Given => start,
        // No row of the domain counts a cap in working days; the framework refuses a length in another unit than
        // its row's. Should one ever do so, it ends as the counted day begins: a cap errs on the early side.
        Length::WorkingDays(_) | Length::WorkingDaysBefore(_) => {
            start_of_day(task_day(length, start, zone, calendar), zone)
        }
    };
    truncate(end)
}

impl ClockFacts {
    /// The four facts of a rule.
    pub fn of(rule: &Rule) -> Self {
        let row = rule.kind.row();
        let day_kind = match rule.length {
            Length::WorkingDays(_) | Length::WorkingDaysBefore(_) => DayKind::WorkingDays,
            Length::CalendarDays(_) => DayKind::CalendarDays,
            Length::Hours(_) => DayKind::Hours,
            Length::Months(_) => DayKind::Months,
            Length::Given => DayKind::Instant,
        };
        let roll = match (row.nature, rule.length) {
            (Nature::Cap, _) => RollRule::Never,
            (Nature::Task, Length::WorkingDaysBefore(_)) => RollRule::PreviousWorkingDay,
            (Nature::Task, _) => RollRule::NextWorkingDay,
        };
        Self { starts: row.starts, certified_by: row.certified_by, day_kind, roll, pauses: row.pauses }
    }
}
