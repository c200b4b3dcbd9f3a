//! Access windows in time: beside each other as a chart, and month by month with the deadlines of each day.

mod month;
mod overview;
mod slips;

use axum::routing::get;
use chrono::{DateTime, LocalResult, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;

use super::PageRoute;

/// The pages of this room.
pub fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get("/windows", get(overview::page)), PageRoute::get("/windows/month", get(month::page))]
}

/// The instant at which a day begins in the zone. Where the clocks skip midnight, that is the hour after it.
fn midnight(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    match zone.from_local_datetime(&midnight) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
        LocalResult::None => {
            let later = midnight + chrono::TimeDelta::hours(1);
            zone.from_local_datetime(&later).earliest().map_or_else(|| later.and_utc(), |at| at.to_utc())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_of_its_zone_or_as_soon_as_its_clocks_allow() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let cases = [
            ("2026-12-01", chrono_tz::America::New_York, "2026-12-01T05:00:00Z"),
            ("2026-07-01", chrono_tz::America::New_York, "2026-07-01T04:00:00Z"),
            ("2018-11-04", chrono_tz::America::Sao_Paulo, "2018-11-04T03:00:00Z"),
        ];
        for (text, zone, expected) in cases {
            assert_eq!(midnight(day(text), zone), expected.parse::<DateTime<Utc>>().expect("an instant"), "{text}");
        }
    }
}
