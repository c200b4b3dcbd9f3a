//! The ladder of a deadline: every reminder of it with its instant (domain section 5, "Reminded; offsets" and
//! "Escalation").

use std::fmt;
use std::str::FromStr;

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::calendar::Calendar;
use super::measure::{MeasureError, Offset, Rule, Unit};
use super::schedule::{ClockFacts, Due};
use super::words::Recipient;
use crate::domain::time::{Instant, local_date, plus, resolve_local, start_of_day};

/// The local hour of day offsets.
const EIGHT: NaiveTime = match NaiveTime::from_hms_opt(8, 0, 0) {
    Some(eight) => eight,
    None => NaiveTime::MIN,
};

/// A repeating reminder stops after so many turns: every third working day they span more than the 90 days after
/// which an idle engagement lapses (D22), and a forgotten deadline does not write for ever.
const MAX_REPEATS: i32 = 30;

/// Which part of the ladder a reminder belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// A turn of a repeating reminder; its offset counts from the recording of the deadline.
    Repeat,
    /// A reminder to those whose task it is; its offset counts from the deadline.
    Reminder,
    /// The word to others that it is still open; its offset counts from the deadline.
    Escalation,
}

/// What distinguishes the reminders of one deadline value; the part of invariant 24's key that is known here.
/// Written as text, for example `reminder:-2 wd`, for the reminder ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OffsetKey {
    /// Which part of the ladder.
    pub rung: Rung,
    /// Which step of it.
    pub offset: Offset,
}

impl fmt::Display for OffsetKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rung = match self.rung {
            Rung::Repeat => "repeat",
            Rung::Reminder => "reminder",
            Rung::Escalation => "escalation",
        };
        write!(f, "{rung}:{}", self.offset)
    }
}

impl FromStr for OffsetKey {
    type Err = MeasureError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || MeasureError::Offset(text.to_owned());
        let (rung, offset) = text.split_once(':').ok_or_else(refused)?;
        let rung = match rung {
            "repeat" => Rung::Repeat,
            "reminder" => Rung::Reminder,
            "escalation" => Rung::Escalation,
            _ => return Err(refused()),
        };
        Ok(Self { rung, offset: offset.parse()? })
    }
}

impl TryFrom<String> for OffsetKey {
    type Error = MeasureError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<OffsetKey> for String {
    fn from(key: OffsetKey) -> Self {
        key.to_string()
    }
}

/// One reminder of one deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedReminder {
    /// Its key within the deadline.
    pub key: OffsetKey,
    /// When it goes out.
    pub at: Instant,
    /// Who gets it.
    pub recipients: Vec<Recipient>,
    /// Whether its instant lay in the past when the deadline was recorded, so that it never goes out.
    pub before_start: bool,
    /// From this instant it would come too late, because the matter has happened by itself.
    pub moot_from: Option<Instant>,
}

impl PlannedReminder {
    /// Whether it tells others that the deadline has passed unmet.
    pub fn is_escalation(&self) -> bool {
        self.key.rung == Rung::Escalation
    }
}

/// The instant of a reminder.
///
/// Day offsets count from the shown day and go out at 08:00 in the program zone, rolled back to the previous working
/// day; hour offsets count from the due instant and never roll. One case rolls forward instead: a reminder meant for
/// after the deadline that would come before its end, such as an escalation one day after a Friday. It would
/// otherwise call a task late that is not.
pub fn reminder_at(due: &Due, offset: Offset, zone: Tz, calendar: &Calendar) -> Instant {
    if offset.unit == Unit::Hours {
        return plus(due.due_at, TimeDelta::hours(i64::from(offset.amount)));
    }
    let day = offset_day(due.shown_on, offset, calendar);
    let rolled = morning(calendar.previous_working_day(day), zone);
    if offset.amount > 0 && rolled < due.due_at { morning(calendar.next_working_day(day), zone) } else { rolled }
}

fn offset_day(from: NaiveDate, offset: Offset, calendar: &Calendar) -> NaiveDate {
    let count = offset.amount.unsigned_abs();
    let days = Days::new(u64::from(count));
    match (offset.unit, offset.amount < 0) {
        (Unit::WorkingDays, false) => calendar.add_working_days(from, count),
        (Unit::WorkingDays, true) => calendar.subtract_working_days(from, count),
        (Unit::CalendarDays | Unit::Hours, false) => from.checked_add_days(days).unwrap_or(NaiveDate::MAX),
        (Unit::CalendarDays | Unit::Hours, true) => from.checked_sub_days(days).unwrap_or(NaiveDate::MIN),
    }
}

fn morning(day: NaiveDate, zone: Tz) -> Instant {
    resolve_local(day.and_time(EIGHT), zone)
}

/// Every reminder of a deadline, in the order in which they go out.
///
/// `recorded_at` is the instant at which this value of the deadline came into being (its creation or its last move):
/// reminders that would lie before it are marked, and a repeating reminder counts from it.
pub fn plan(rule: &Rule, due: &Due, recorded_at: Instant, zone: Tz, calendar: &Calendar) -> Vec<PlannedReminder> {
    let row = rule.kind.row();
    let ends_itself = row.consequence.is_automatic();
    let entry = |rung, offset: Offset, at, recipients: &[Recipient]| PlannedReminder {
        key: OffsetKey { rung, offset },
        at,
        recipients: recipients.to_vec(),
        before_start: at < recorded_at,
        moot_from: (ends_itself && at < due.due_at).then_some(due.due_at),
    };
    let from_due = |rung, offset, to| entry(rung, offset, reminder_at(due, offset, zone, calendar), to);
    let reminders = rule.reminders.iter().map(|offset| from_due(Rung::Reminder, *offset, row.reminded));
    let escalation = rule.escalation.iter().map(|offset| from_due(Rung::Escalation, *offset, row.escalates_to));
    let turns = rule.repeat.into_iter().flat_map(|interval| (1..=MAX_REPEATS).map(move |turn| (interval, turn)));
    let repeats = turns.map(|(interval, turn)| {
        let offset = Offset { amount: interval.amount.saturating_mul(turn), ..interval };
        entry(Rung::Repeat, offset, repeat_at(recorded_at, offset, zone, calendar), row.reminded)
    });
    let mut plan: Vec<_> = reminders.chain(escalation).chain(repeats).collect();
    plan.sort_by_key(|planned| (planned.at, urgency(planned)));
    plan
}

/// When a clock without a date of its own ends: with the day of the last turn of its repeating reminder.
pub fn repeats_end(rule: &Rule, start: Instant, zone: Tz, calendar: &Calendar) -> Due {
    let interval = rule.repeat.unwrap_or(Offset::working_days(1));
    let last = Offset { amount: interval.amount.saturating_mul(MAX_REPEATS), ..interval };
    let shown_on = calendar.next_working_day(offset_day(local_date(start, zone), last, calendar));
    let due_at = start_of_day(shown_on.succ_opt().unwrap_or(shown_on), zone);
    Due { due_at, shown_on, calendar_version: calendar.version.clone(), facts: ClockFacts::of(rule) }
}

fn repeat_at(recorded_at: Instant, offset: Offset, zone: Tz, calendar: &Calendar) -> Instant {
    if offset.unit == Unit::Hours {
        return plus(recorded_at, TimeDelta::hours(i64::from(offset.amount)));
    }
    let day = offset_day(recorded_at.with_timezone(&zone).date_naive(), offset, calendar);
    morning(calendar.previous_working_day(day), zone)
}

/// Orders reminders that fall on one instant: an escalation is the most urgent, then what lies nearest to the end.
fn urgency(planned: &PlannedReminder) -> (Rung, i32) {
    let Offset { unit, amount } = planned.key.offset;
    let hours = match unit {
        Unit::Hours => 1,
        Unit::CalendarDays | Unit::WorkingDays => 24,
    };
    (planned.key.rung, amount.saturating_mul(hours))
}
