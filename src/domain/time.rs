//! Instants and local times.
//!
//! Every rule that turns a local date into an instant, or an instant into a local date, goes through this room, so
//! that one answer is given for the hours that do not exist and the hours that exist twice (domain section 3.3).

use chrono::{DateTime, Months, NaiveDate, NaiveDateTime, NaiveTime, Offset as _, SubsecRound as _, TimeDelta};
use chrono::{MappedLocalTime, TimeZone as _, Utc};
use chrono_tz::{GapInfo, Tz};

/// A moment in time, UTC, in whole microseconds (domain section 3.0, "Two clocks").
pub type Instant = DateTime<Utc>;

/// Cuts an instant down to whole microseconds, the precision both databases keep.
pub fn truncate(instant: Instant) -> Instant {
    instant.trunc_subsecs(6)
}

/// Adds a span of elapsed time; past the end of the calendar the last instant stands in for the sum.
pub fn plus(instant: Instant, span: TimeDelta) -> Instant {
    let bound = if span < TimeDelta::zero() { Instant::MIN_UTC } else { Instant::MAX_UTC };
    instant.checked_add_signed(span).unwrap_or(bound)
}

/// Resolves a local date and time to an instant.
///
/// A time that exists twice, and a time that a clock change skips, resolve to the earlier of the two candidates: for
/// a skipped time these are what the offsets before and after the gap would give, so 2027-03-14 02:30 in New York is
/// 06:30Z (domain section 3.3).
pub fn resolve_local(local: NaiveDateTime, zone: Tz) -> Instant {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(one) => one.to_utc(),
        MappedLocalTime::Ambiguous(one, other) => one.to_utc().min(other.to_utc()),
        MappedLocalTime::None => resolve_in_gap(local, zone),
    }
}

fn resolve_in_gap(local: NaiveDateTime, zone: Tz) -> Instant {
    let gap = GapInfo::new(&local, &zone);
    let before = gap.as_ref().and_then(|gap| gap.begin).map(|(_, offset)| offset.fix());
    let after = gap.and_then(|gap| gap.end).map(|end| end.offset().fix());
    let candidates = before.into_iter().chain(after);
    let resolved = candidates.filter_map(|offset| local.checked_sub_offset(offset)).min();
    resolved.unwrap_or(local).and_utc()
}

/// The local date on which an instant falls.
pub fn local_date(instant: Instant, zone: Tz) -> NaiveDate {
    instant.with_timezone(&zone).date_naive()
}

/// The first instant of a local date; where a clock change skips midnight, the instant of the change.
pub fn start_of_day(date: NaiveDate, zone: Tz) -> Instant {
    let midnight = date.and_time(NaiveTime::MIN);
    let after_gap = GapInfo::new(&midnight, &zone).and_then(|gap| gap.end);
    after_gap.map_or_else(|| resolve_local(midnight, zone), |first| first.to_utc())
}

/// The instant `days` calendar days later at the same local time.
pub fn add_calendar_days(instant: Instant, days: u32, zone: Tz) -> Instant {
    let local = instant.with_timezone(&zone).naive_local();
    let moved = local.checked_add_days(chrono::Days::new(u64::from(days)));
    moved.map_or(Instant::MAX_UTC, |moved| resolve_local(moved, zone))
}

/// The instant `months` calendar months later at the same local time; a day the month lacks becomes its last day
/// (domain section 5, "Months clamp to month end").
pub fn add_calendar_months(instant: Instant, months: u32, zone: Tz) -> Instant {
    let local = instant.with_timezone(&zone).naive_local();
    let moved = local.checked_add_months(Months::new(months));
    moved.map_or(Instant::MAX_UTC, |moved| resolve_local(moved, zone))
}

#[cfg(test)]
mod tests {
    use chrono_tz::Africa::Cairo;
    use chrono_tz::America::{Havana, New_York};
    use chrono_tz::Pacific::Apia;

    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().expect("a valid instant")
    }

    fn local(text: &str) -> NaiveDateTime {
        text.parse().expect("a valid local time")
    }

    #[test]
    fn a_local_time_resolves_to_the_earlier_candidate() {
        let cases = [
            ("2026-07-01T12:00:00", New_York, "2026-07-01T16:00:00Z"),
            ("2027-03-14T01:59:59", New_York, "2027-03-14T06:59:59Z"),
            // Skipped: 02:30 is 07:30Z by the offset before the change and 06:30Z by the one after it.
            ("2027-03-14T02:30:00", New_York, "2027-03-14T06:30:00Z"),
            ("2027-03-14T03:00:00", New_York, "2027-03-14T07:00:00Z"),
            // Twice: 01:30 EDT comes first.
            ("2026-11-01T01:30:00", New_York, "2026-11-01T05:30:00Z"),
            // A whole skipped day, when Samoa crossed the date line.
            ("2011-12-30T12:00:00", Apia, "2011-12-29T22:00:00Z"),
        ];
        for (text, zone, expected) in cases {
            assert_eq!(resolve_local(local(text), zone), at(expected), "{text} in {zone}");
        }
    }

    #[test]
    fn a_day_starts_at_its_first_instant_also_without_a_midnight() {
        let cases = [
            ("2026-11-30", New_York, "2026-11-30T05:00:00Z"),
            // 00:00 to 01:00 is skipped on these two dates.
            ("2027-03-14", Havana, "2027-03-14T05:00:00Z"),
            ("2026-04-24", Cairo, "2026-04-23T22:00:00Z"),
            // 00:00 to 01:00 happens twice.
            ("2026-11-01", Havana, "2026-11-01T04:00:00Z"),
        ];
        for (text, zone, expected) in cases {
            let date = text.parse().expect("a valid date");
            let start = start_of_day(date, zone);
            assert_eq!(start, at(expected), "{text} in {zone}");
            assert_eq!(local_date(start, zone), date);
            assert_eq!(Some(local_date(plus(start, TimeDelta::microseconds(-1)), zone)), date.pred_opt());
        }
    }

    #[test]
    fn months_clamp_and_days_keep_the_local_hour() {
        let cases = [
            ("2027-01-31T14:00:00Z", 1, "2027-02-28T14:00:00Z"),
            ("2028-02-29T14:00:00Z", 12, "2029-02-28T14:00:00Z"),
            ("2026-12-15T14:00:00Z", 12, "2027-12-15T14:00:00Z"),
            ("2026-09-15T13:00:00Z", 3, "2026-12-15T14:00:00Z"),
        ];
        for (from, months, expected) in cases {
            assert_eq!(add_calendar_months(at(from), months, New_York), at(expected), "{from} + {months}");
        }
        assert_eq!(add_calendar_days(at("2026-10-05T13:00:00Z"), 30, New_York), at("2026-11-04T14:00:00Z"));
    }

    #[test]
    fn instants_are_whole_microseconds() {
        assert_eq!(truncate(at("2026-11-23T14:00:00.123456789Z")), at("2026-11-23T14:00:00.123456Z"));
        assert_eq!(truncate(at("1969-12-31T23:59:59.999999999Z")), at("1969-12-31T23:59:59.999999Z"));
    }

    #[test]
    fn sums_beyond_the_calendar_stay_within_it() {
        assert_eq!(plus(Instant::MAX_UTC, TimeDelta::days(1)), Instant::MAX_UTC);
        assert_eq!(plus(Instant::MIN_UTC, TimeDelta::days(-1)), Instant::MIN_UTC);
        assert_eq!(add_calendar_months(Instant::MAX_UTC, 1, New_York), Instant::MAX_UTC);
    }
}
