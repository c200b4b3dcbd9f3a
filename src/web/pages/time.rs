//! Instants and days as people of the program read them: in the program's zone, with its name, and how far away they
//! are. Markup carries the same in UTC.

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::{
    app::{App, view::Moment},
    domain::time::start_of_day,
};

/// The clock of a page.
#[derive(Clone, Copy, Debug)]
pub struct PageClock {
    /// The program's zone.
    pub zone: Tz,
    /// The instant of the page, business time.
    pub now: DateTime<Utc>,
}

/// An instant or a day on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// For `datetime`: RFC 3339 in UTC, or an ISO 8601 day.
    pub machine: String,
    /// What people read.
    pub text: String,
    /// How far away, such as "in 3 days"; empty where it does not matter.
    pub away: String,
}

impl PageClock {
    /// The clock of a page that is made at this instant, in the program's zone.
    pub fn at(app: &App, now: DateTime<Utc>) -> Self {
        Self { zone: app.settings().program.zone, now }
    }

    /// An instant with its distance.
    pub fn instant(&self, at: DateTime<Utc>) -> When {
        When { away: away(at - self.now), ..self.plain(at) }
    }

    /// An instant without its distance.
    pub fn plain(&self, at: DateTime<Utc>) -> When {
        let local = at.with_timezone(&self.zone);
        let half = if local.format("%P").to_string() == "am" { "a.m." } else { "p.m." };
        let text = format!("{} {half} {}", local.format("%b %-d, %Y, %-I:%M"), local.format("%Z"));
        When { machine: at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true), text, away: String::new() }
    }

    /// The moment of a view with its distance.
    pub fn moment(&self, moment: &Moment) -> When {
        self.instant(moment.at)
    }

    /// A day with its distance from today.
    pub fn day(&self, day: NaiveDate) -> When {
        let days = (day - self.today()).num_days();
        When { machine: day.to_string(), text: day_text(day), away: days_away(days) }
    }

    /// The day of an instant with its distance from today.
    pub fn day_of(&self, at: DateTime<Utc>) -> When {
        self.day(at.with_timezone(&self.zone).date_naive())
    }

    /// When something is due: a day, or the instant where it does not end with that day.
    pub fn due(&self, day: NaiveDate, at: DateTime<Utc>) -> When {
        let end = start_of_day(day.succ_opt().unwrap_or(day), self.zone);
        if at == end { self.day(day) } else { self.instant(at) }
    }

    /// Today in the program's zone.
    pub fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive()
    }
}

/// A day as people read it: `Dec 9, 2026`.
pub fn day_text(day: NaiveDate) -> String {
    format!("{} {}, {}", day.format("%b"), day.day(), day.year())
}

/// Days of a year, as people say how far away something is.
const YEAR: i64 = 365;

/// From this many days on a distance is told in years.
const LONG: i64 = 2 * YEAR;

fn days_away(days: i64) -> String {
    match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        _ if days >= LONG => format!("in {} years", days / YEAR),
        _ if days <= -LONG => format!("{} years ago", days.saturating_neg() / YEAR),
        ..0 => format!("{} days ago", days.saturating_neg()),
        _ => format!("in {days} days"),
    }
}

fn away(distance: TimeDelta) -> String {
    let minutes = distance.num_minutes();
    let (size, past) = (minutes.saturating_abs(), minutes < 0);
    let count = |number: i64, unit: &str| format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
    let text = match size {
        0 => return "now".to_owned(),
        1..=59 => count(size, "minute"),
        60..=2_879 => count(size / 60, "hour"),
        _ if size / 1_440 >= LONG => count(size / 1_440 / YEAR, "year"),
        _ => count(size / 1_440, "day"),
    };
    if past { format!("{text} ago") } else { format!("in {text}") }
}

/// A length of time in whole days and hours: "24 days, 3 hours".
pub fn length(seconds: i64) -> String {
    let (days, hours) = (seconds / 86_400, seconds % 86_400 / 3_600);
    let count = |number: i64, unit: &str| format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
    match (days, hours) {
        (0, hours) => count(hours, "hour"),
        (days, 0) => count(days, "day"),
        (days, hours) => format!("{}, {}", count(days, "day"), count(hours, "hour")),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    fn clock() -> PageClock {
        let now = Utc.with_ymd_and_hms(2026, 11, 9, 14, 0, 0).single().expect("an instant");
        PageClock { zone: chrono_tz::America::New_York, now }
    }

    #[test]
    fn instants_name_their_zone_and_their_distance() {
        let cases = [
            ("2026-11-09T14:00:00Z", "Nov 9, 2026, 9:00 a.m. EST", "now"),
            ("2026-11-09T14:01:00Z", "Nov 9, 2026, 9:01 a.m. EST", "in 1 minute"),
            ("2026-11-08T14:00:00Z", "Nov 8, 2026, 9:00 a.m. EST", "24 hours ago"),
            ("2026-12-09T22:00:00Z", "Dec 9, 2026, 5:00 p.m. EST", "in 30 days"),
            ("2026-07-01T16:30:00Z", "Jul 1, 2026, 12:30 p.m. EDT", "130 days ago"),
            ("2028-11-07T14:00:00Z", "Nov 7, 2028, 9:00 a.m. EST", "in 729 days"),
            ("2028-11-08T14:00:00Z", "Nov 8, 2028, 9:00 a.m. EST", "in 2 years"),
            ("2031-11-06T14:00:00Z", "Nov 6, 2031, 9:00 a.m. EST", "in 4 years"),
            ("2016-11-09T14:00:00Z", "Nov 9, 2016, 9:00 a.m. EST", "10 years ago"),
        ];
        for (at, text, away) in cases {
            let when = clock().instant(at.parse().expect("an instant"));
            assert_eq!((when.text.as_str(), when.away.as_str()), (text, away), "{at}");
            assert_eq!(when.machine, at);
        }
    }

    #[test]
    fn days_are_counted_from_today_in_the_zone() {
        let late = PageClock { now: clock().now + TimeDelta::hours(14), ..clock() };
        let day = |text: &str| text.parse().expect("a day");
        assert_eq!(late.day(day("2026-11-09")).away, "today");
        assert_eq!(late.day(day("2026-11-10")).away, "tomorrow");
        assert_eq!(late.day(day("2026-11-01")).away, "8 days ago");
        assert_eq!(late.day(day("2026-11-20")).text, "Nov 20, 2026");
        assert_eq!(late.day(day("2028-11-07")).away, "in 729 days");
        assert_eq!(late.day(day("2036-11-16")).away, "in 10 years");
        assert_eq!(late.day(day("2024-11-09")).away, "2 years ago");
    }

    #[test]
    fn what_is_due_within_a_day_names_its_time() {
        let day: NaiveDate = "2026-11-25".parse().expect("a day");
        for (at, text) in [
            ("2026-11-26T05:00:00Z", "Nov 25, 2026"),
            ("2026-11-25T13:00:00Z", "Nov 25, 2026, 8:00 a.m. EST"),
            ("2026-11-25T05:00:00Z", "Nov 25, 2026, 12:00 a.m. EST"),
        ] {
            assert_eq!(clock().due(day, at.parse().expect("an instant")).text, text, "{at}");
        }
    }

    #[test]
    fn lengths_are_days_and_hours() {
        assert_eq!(length(30 * 86_400), "30 days");
        assert_eq!(length(86_400 + 3_600), "1 day, 1 hour");
        assert_eq!(length(7_200), "2 hours");
    }
}
