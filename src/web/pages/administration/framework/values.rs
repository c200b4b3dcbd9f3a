//! The values of a version as people read them: each as it is, days and instants in the words of the page's clock, codes
//! as words, and rows by the names of their fields.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value};

use crate::web::pages::{
    time::{PageClock, day_text},
    ui::Inline,
    words,
};

/// A value in a cell: the fields of a row, and the items of a list, one below the other.
pub fn shown(value: &Value, clock: PageClock) -> Inline {
    match value {
        Value::Object(fields) => Inline::list(fields.iter().map(|one| field(one, clock))),
        Value::Array(items) if items.iter().any(Value::is_object) => {
            Inline::list(items.iter().map(|item| Inline::text(plain(item, clock))))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            let text = plain(value, clock);
            if text.contains('\n') { Inline::Lines(text) } else { Inline::text(text) }
        }
    }
}

fn field((name, value): (&String, &Value), clock: PageClock) -> Inline {
    let text = plain(value, clock);
    if text.is_empty() { Inline::None } else { Inline::Lines(format!("{}: {text}", words::label(name))) }
}

/// A value in one line.
pub fn plain(value: &Value, clock: PageClock) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(flag) => if *flag { "Yes" } else { "No" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => word(text, clock),
        Value::Array(items) => items.iter().map(|item| plain(item, clock)).collect::<Vec<_>>().join("; "),
        Value::Object(fields) => row(fields, clock),
    }
}

fn row(fields: &Map<String, Value>, clock: PageClock) -> String {
    let told = fields.iter().filter(|(_, value)| !value.is_null());
    told.map(|(name, value)| format!("{}: {}", words::words(name), plain(value, clock))).collect::<Vec<_>>().join(", ")
}

/// A day or an instant by the clock, a code in words, and any other text as it is.
fn word(text: &str, clock: PageClock) -> String {
    if let Ok(at) = text.parse::<DateTime<Utc>>() {
        return clock.plain(at).text;
    }
    if let Ok(day) = text.parse::<NaiveDate>() {
        return day_text(day);
    }
    let is_code = text.contains('_') && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if is_code { words::words(text) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;
    use serde_json::json;

    use super::*;

    fn clock() -> PageClock {
        let now = Utc.with_ymd_and_hms(2026, 11, 9, 14, 0, 0).single().expect("an instant");
        PageClock { zone: chrono_tz::America::New_York, now }
    }

    #[test]
    fn values_stay_as_they_are_but_for_days_instants_and_codes() {
        let cases = [
            (json!("v1.0"), "v1.0"),
            (json!("-2 wd"), "-2 wd"),
            (json!("America/New_York"), "America/New_York"),
            (json!("2026-07-06"), "Jul 6, 2026"),
            (json!("2026-11-09T14:00:00Z"), "Nov 9, 2026, 9:00 a.m. EST"),
            (json!("no_objection_recorded"), "no objection recorded"),
            (json!(true), "Yes"),
            (json!(30), "30"),
            (json!(["-2 wd", "0 wd"]), "-2 wd; 0 wd"),
            (json!(null), ""),
        ];
        for (value, expected) in cases {
            assert_eq!(plain(&value, clock()), expected, "{value}");
        }
    }

    #[test]
    fn a_row_is_told_by_the_names_of_its_fields() {
        let row = json!({ "sectors": true, "side": "partner", "title": "Hospital or health system", "gone": null });
        let lines = ["Sectors: Yes", "Side: partner", "Title: Hospital or health system"];
        assert_eq!(shown(&row, clock()), Inline::List(lines.map(|line| Inline::Lines(line.to_owned())).into()));
        assert_eq!(plain(&row, clock()), "sectors: Yes, side: partner, title: Hospital or health system");
        assert_eq!(shown(&json!(null), clock()), Inline::None);
        assert_eq!(shown(&json!("one\ntwo"), clock()), Inline::Lines("one\ntwo".to_owned()));
    }
}
