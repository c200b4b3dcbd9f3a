//! Instants and dates as people give them in a command: between the years 1970 and 9999, whole microseconds.
//!
//! The bounds keep every sum that a rule makes of them, and every local rendering, inside of what the calendar and both
//! databases can hold; RFC 3339 has no other years anyway. To be named in `#[serde(deserialize_with = "...")]`.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, de::Error};

use super::time::truncate;

/// The first and the last year that a command may speak of.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

/// An instant with its offset; a leap second is the second that follows it.
///
/// # Errors
/// Of the format, for another text or another year.
pub fn instant<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
    let given = DateTime::<Utc>::deserialize(from)?;
    // Before 1970 and after 9999 in any zone is before and after in UTC, give or take a day that nobody means.
    if !YEARS.contains(&given.year()) {
        return Err(out_of_range());
    }
    // Microseconds since the epoch have no leap seconds.
    let whole = DateTime::from_timestamp_micros(given.timestamp_micros());
    whole.map(truncate).filter(|whole| YEARS.contains(&whole.year())).ok_or_else(out_of_range)
}

/// An instant or `null`. The member itself must be there, unless it says `#[serde(default)]`.
///
/// # Errors
/// As [`instant`].
pub fn instant_or_null<'de, D: Deserializer<'de>>(from: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Given(#[serde(deserialize_with = "instant")] DateTime<Utc>);
    Ok(Option::<Given>::deserialize(from)?.map(|Given(instant)| instant))
}

/// A date.
///
/// # Errors
/// Of the format, for another text or another year.
pub fn date<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
    let given = NaiveDate::deserialize(from)?;
    if YEARS.contains(&given.year()) { Ok(given) } else { Err(out_of_range()) }
}

/// A value or `null`, which must be said: left out, it is an error, so that an empty body takes nothing back.
///
/// # Errors
/// Of the format, for a value of another type.
pub fn value_or_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(from)
}

fn out_of_range<E: Error>() -> E {
    E::custom(format_args!("must be in the years {} to {}", YEARS.start(), YEARS.end()))
}

#[cfg(test)]
mod tests {
    use serde_json::{from_str, json};

    use super::*;

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    struct Said {
        #[serde(default, deserialize_with = "instant_or_null")]
        at: Option<DateTime<Utc>>,
    }

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    struct Dated {
        #[serde(deserialize_with = "date")]
        on: NaiveDate,
    }

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    struct Demanded {
        #[serde(deserialize_with = "value_or_null")]
        text: Option<String>,
    }

    #[test]
    fn instants_are_whole_microseconds_of_four_digit_years() {
        for (given, taken) in [
            ("2026-11-23T09:00:00.123456789-05:00", Some("2026-11-23T14:00:00.123456Z")),
            ("2016-12-31T23:59:60.5Z", Some("2017-01-01T00:00:00.500Z")),
            ("1970-01-01T00:00:00Z", Some("1970-01-01T00:00:00Z")),
            ("9999-12-31T23:59:59.999999Z", Some("9999-12-31T23:59:59.999999Z")),
            ("1969-12-31T23:59:59.999999Z", None),
            ("9999-12-31T23:59:60Z", None),
            ("+10000-01-01T00:00:00Z", None),
            ("0000-01-01T00:00:00Z", None),
            ("2026-11-23T09:00:00", None),
        ] {
            let said = from_str::<Said>(&json!({ "at": given }).to_string()).ok();
            let expected = taken.map(|text| Said { at: Some(text.parse().expect("an instant")) });
            assert_eq!(said, expected, "{given}");
        }
    }

    #[test]
    fn only_what_may_be_left_out_may_be_left_out() {
        for text in ["{}", r#"{"at":null}"#] {
            assert_eq!(from_str::<Said>(text).expect("nothing is said"), Said { at: None });
        }
        assert_eq!(from_str::<Demanded>(r#"{"text":null}"#).expect("null is said"), Demanded { text: None });
        let missing = from_str::<Demanded>("{}").expect_err("nothing is said");
        assert!(missing.to_string().starts_with("missing field `text`"), "{missing}");
    }

    #[test]
    fn dates_are_of_four_digit_years() {
        for (given, taken) in
            [("2026-11-02", true), ("9999-12-31", true), ("+10000-01-01", false), ("1969-12-31", false)]
        {
            assert_eq!(from_str::<Dated>(&json!({ "on": given }).to_string()).is_ok(), taken, "{given}");
        }
    }
}
