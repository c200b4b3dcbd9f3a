//! Values that no page words by itself, such as the particulars of an event: told by the names of their fields. Instants,
//! references, hashes, people and codes are known by their shape.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    time::PageClock,
    ui::{Facts, Inline},
    words,
};
use crate::app::kind_of;

/// Letters of a hash.
const HASH: usize = 64;

/// Every field of the value but those left out; fields of fields with both names.
pub fn facts(value: &impl Serialize, clock: PageClock, without: &[&str]) -> Facts {
    let mut facts = Facts::new();
    if let Ok(Value::Object(fields)) = serde_json::to_value(value) {
        let told = fields.iter().filter(|(name, _)| !without.contains(&name.as_str()));
        told.for_each(|(name, value)| add(&mut facts, words::label(name), value, clock));
    }
    facts
}

fn add(facts: &mut Facts, name: String, value: &Value, clock: PageClock) {
    match value {
        Value::Object(fields) if special(fields, clock).is_none() => {
            fields
                .iter()
                .for_each(|(below, value)| add(facts, format!("{name}: {}", words::words(below)), value, clock));
        }
        Value::Array(items) if items.iter().any(is_composed) => {
            let numbered = items.iter().zip(1_usize..);
            numbered.for_each(|(item, number)| add(facts, format!("{name} {number}"), item, clock));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            let shown = inline(value, clock);
            if shown != Inline::None {
                facts.rows.push((name, shown));
            }
        }
    }
}

/// Whether the value has fields that want names of their own.
fn is_composed(value: &Value) -> bool {
    value.as_object().is_some_and(|fields| !fields.contains_key("local") && !fields.contains_key("name"))
}

/// A value in a line.
pub fn inline(value: &Value, clock: PageClock) -> Inline {
    match value {
        Value::Null => Inline::None,
        Value::Bool(flag) => Inline::yes(*flag),
        Value::Number(number) => Inline::text(number.to_string()),
        Value::String(text) => text_inline(text, clock),
        Value::Array(items) => Inline::list(items.iter().map(|item| inline(item, clock))),
        Value::Object(fields) => special(fields, clock).unwrap_or(Inline::None),
    }
}

/// An instant with its local form, a person, an organization, or a link to a record.
fn special(fields: &Map<String, Value>, clock: PageClock) -> Option<Inline> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    if fields.contains_key("local") {
        return text("at").map(|at| text_inline(at, clock));
    }
    match (text("reference"), text("stage")) {
        (Some(reference), Some(stage)) => {
            let title = text("title").map(|title| format!(" {title}")).unwrap_or_default();
            let link = text_inline(reference, clock);
            Some(Inline::List(vec![link, Inline::text(format!("{}{title}", words::label(stage)))]))
        }
        _ => text("name").map(Inline::text),
    }
}

fn text_inline(text: &str, clock: PageClock) -> Inline {
    if let Ok(at) = text.parse::<DateTime<Utc>>() {
        return clock.instant(at).into();
    }
    if let Ok(day) = text.parse::<NaiveDate>() {
        return clock.day(day).into();
    }
    if let Some(kind) = kind_of(text) {
        return Inline::record(kind, text);
    }
    if text.len() == HASH && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Inline::Code(text.to_owned());
    }
    let is_code = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    if text.len() > 1 && text.bytes().all(is_code) {
        return Inline::code_word(text);
    }
    if text.contains('\n') { Inline::Lines(text.to_owned()) } else { Inline::text(text) }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;
    use serde_json::json;

    use super::*;
    use crate::domain::id::Kind;

    #[test]
    fn values_are_known_by_their_shape() {
        let now = Utc.with_ymd_and_hms(2026, 11, 9, 14, 0, 0).single().expect("an instant");
        let clock = PageClock { zone: chrono_tz::UTC, now };
        let value = json!({
            "stage": "window_open",
            "window": { "opens_at": { "at": "2026-11-09T14:00:00Z", "local": "…" }, "missed": false },
            "holder": { "id": "7", "name": "Lena Fisk" },
            "under": "ENG-2026-K7Q4MD",
            "gone": null,
            "left_out": 1,
        });
        let mut told = facts(&value, clock, &["left_out"]).rows;
        told.sort_by(|(one, _), (other, _)| one.cmp(other));
        let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Holder", "Stage", "Under", "Window: missed", "Window: opens at"]);
        let values: Vec<&Inline> = told.iter().map(|(_, value)| value).collect();
        let expected = [
            Inline::text("Lena Fisk"),
            Inline::text("Window open"),
            Inline::record(Kind::Engagement, "ENG-2026-K7Q4MD"),
            Inline::yes(false),
            clock.instant(now).into(),
        ];
        assert_eq!(values, expected.iter().collect::<Vec<_>>());
    }
}
