//! Working days in the program zone: weekends, federal holidays by rule, and closures by table.
//!
//! The holidays are those of 5 USC 6103(a), each with the day on which it is observed: the Friday before when it falls
//! on a Saturday, the Monday after when it falls on a Sunday. They are computed, so that no year is ever missing.
//! Inauguration Day, 5 USC 6103(c), is left out: it binds only offices in and around Washington, every fourth year,
//! while participants sit anywhere. An office that closes then enters it as a closure, like snow or a day of mourning.

use std::collections::BTreeSet;
use std::iter::successors;

use chrono::{Datelike as _, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A legal public holiday under 5 USC 6103(a).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holiday {
    /// New Year's Day, January 1.
    NewYear,
    /// Birthday of Martin Luther King, Jr., the third Monday in January.
    MartinLutherKing,
    /// Washington's Birthday, the third Monday in February.
    WashingtonsBirthday,
    /// Memorial Day, the last Monday in May.
    MemorialDay,
    /// Juneteenth National Independence Day, June 19.
    Juneteenth,
    /// Independence Day, July 4.
    IndependenceDay,
    /// Labor Day, the first Monday in September.
    LaborDay,
    /// Columbus Day, the second Monday in October.
    ColumbusDay,
    /// Veterans Day, November 11.
    VeteransDay,
    /// Thanksgiving Day, the fourth Thursday in November.
    Thanksgiving,
    /// Christmas Day, December 25.
    Christmas,
}

impl Holiday {
    /// The eleven holidays in the order of the year.
    pub const ALL: [Self; 11] = [
        Self::NewYear,
        Self::MartinLutherKing,
        Self::WashingtonsBirthday,
        Self::MemorialDay,
        Self::Juneteenth,
        Self::IndependenceDay,
        Self::LaborDay,
        Self::ColumbusDay,
        Self::VeteransDay,
        Self::Thanksgiving,
        Self::Christmas,
    ];

    /// The day on which this holiday of `year` is observed, which for New Year may lie in the year before: the New
    /// Year of 2028 is observed on Friday 2027-12-31. `None` only for a year outside chrono's range.
    pub fn observed(self, year: i32) -> Option<NaiveDate> {
        let fixed = |month, day| NaiveDate::from_ymd_opt(year, month, day).and_then(observed_weekday);
        let nth = |month, weekday, n| NaiveDate::from_weekday_of_month_opt(year, month, weekday, n);
        match self {
            Self::NewYear => fixed(1, 1),
            Self::MartinLutherKing => nth(1, Weekday::Mon, 3),
            Self::WashingtonsBirthday => nth(2, Weekday::Mon, 3),
            Self::MemorialDay => nth(5, Weekday::Mon, 5).or_else(|| nth(5, Weekday::Mon, 4)),
            Self::Juneteenth => fixed(6, 19),
            Self::IndependenceDay => fixed(7, 4),
            Self::LaborDay => nth(9, Weekday::Mon, 1),
            Self::ColumbusDay => nth(10, Weekday::Mon, 2),
            Self::VeteransDay => fixed(11, 11),
            Self::Thanksgiving => nth(11, Weekday::Thu, 4),
            Self::Christmas => fixed(12, 25),
        }
    }

    /// The holiday observed on `date`, if there is one.
    pub fn on(date: NaiveDate) -> Option<Self> {
        let next_year = date.year().saturating_add(1);
        if Self::NewYear.observed(next_year) == Some(date) {
            return Some(Self::NewYear);
        }
        Self::ALL.into_iter().find(|holiday| holiday.observed(date.year()) == Some(date))
    }
}

fn observed_weekday(date: NaiveDate) -> Option<NaiveDate> {
    match date.weekday() {
        Weekday::Sat => date.pred_opt(),
        Weekday::Sun => date.succ_opt(),
        Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => Some(date),
    }
}

/// The working days that task deadlines are counted in.
///
/// The version stands beside every computed date, so that a later closure can be told from the calendar a date was
/// computed with (domain section 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Name of this edition of the closure table, for example `us-federal.1`.
    pub version: String,
    /// Days closed besides weekends and federal holidays.
    pub closures: BTreeSet<NaiveDate>,
}

impl Default for Calendar {
    fn default() -> Self {
        Self { version: Self::version_of(0), closures: BTreeSet::new() }
    }
}

impl Calendar {
    /// The name of the edition with this number.
    pub fn version_of(edition: u32) -> String {
        format!("us-federal.{edition}")
    }

    /// A calendar with ad hoc closures.
    pub fn new(version: impl Into<String>, closures: impl IntoIterator<Item = NaiveDate>) -> Self {
        Self { version: version.into(), closures: closures.into_iter().collect() }
    }

    /// Whether `date` is neither a weekend, an observed holiday nor a closure.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        !weekend && !self.closures.contains(&date) && Holiday::on(date).is_none()
    }

    /// The first working day on or after `date`.
    pub fn next_working_day(&self, date: NaiveDate) -> NaiveDate {
        date.iter_days().find(|day| self.is_working_day(*day)).unwrap_or(NaiveDate::MAX)
    }

    /// The last working day on or before `date`.
    pub fn previous_working_day(&self, date: NaiveDate) -> NaiveDate {
        days_back(date).find(|day| self.is_working_day(*day)).unwrap_or(NaiveDate::MIN)
    }

    /// The `n`-th working day after `date`, which itself is not counted; with `n` 0 the first on or after it.
    pub fn add_working_days(&self, date: NaiveDate, n: u32) -> NaiveDate {
        let Some(skip) = n.checked_sub(1) else { return self.next_working_day(date) };
        let mut later = date.iter_days().skip(1).filter(|day| self.is_working_day(*day));
        later.nth(skip as usize).unwrap_or(NaiveDate::MAX)
    }

    /// The `n`-th working day before `date`, which itself is not counted; with `n` 0 the last on or before it.
    pub fn subtract_working_days(&self, date: NaiveDate, n: u32) -> NaiveDate {
        let Some(skip) = n.checked_sub(1) else { return self.previous_working_day(date) };
        let mut earlier = days_back(date).skip(1).filter(|day| self.is_working_day(*day));
        earlier.nth(skip as usize).unwrap_or(NaiveDate::MIN)
    }
}

fn days_back(date: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    successors(Some(date), NaiveDate::pred_opt)
}
