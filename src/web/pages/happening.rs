//! What an event says, for people: its particulars without what its entry says anyway, and with names in the place of
//! ids. A record's page lists them by name; a pack has them in one line.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::{
    particulars,
    time::{PageClock, day_text, length},
    ui::{Facts, Inline},
    words,
};
use crate::{app::TimelineEntry, domain::actor::Side};

/// Names by id.
pub type Names = BTreeMap<Uuid, String>;

/// What stands where the particulars were erased.
const ERASED: &str = "Erased under a disposal of records";

/// Fields that a line leaves out: the entry or its record says them, or they are long.
const SAID: [&str; 9] =
    ["at", "by", "developer", "engagement", "framework_digest", "organization", "roles", "text", "claim"];

/// Characters of a value in a line, of a digest in it, and of the line.
const VALUE: usize = 90;
const DIGEST: usize = 12;
const LINE: usize = 220;

/// The particulars, each with its name.
pub fn facts(entry: &TimelineEntry, names: &Names, clock: PageClock) -> Facts {
    if entry.erased {
        return Facts::new().with("Particulars", Inline::text(ERASED));
    }
    particulars::facts(&own(&entry.data, names), clock, &[])
}

/// The particulars in one line.
pub fn line(entry: &TimelineEntry, names: &Names, clock: PageClock) -> String {
    if entry.erased {
        return ERASED.to_owned();
    }
    let mut said = Vec::new();
    told("", &own(&entry.data, names), clock, &mut said);
    short(&said.join("; "), LINE)
}

/// What the event itself says; which one it is stands beside it.
fn own(data: &Value, names: &Names) -> Value {
    let mut event = data.get("event").unwrap_or(data).clone();
    if let Some(fields) = event.as_object_mut() {
        fields.remove("type");
    }
    named(event, names)
}

/// The same with names in the place of ids, of people where they acted, and of records where they are referred to. An id
/// that stands for nothing that has a name says nothing to people and is left out.
fn named(value: Value, names: &Names) -> Value {
    match value {
        Value::String(text) => match Uuid::try_parse(&text).ok().filter(|id| id.to_string() == text) {
            Some(id) => names.get(&id).cloned().into(),
            None => Value::String(text),
        },
        Value::Array(items) => items.into_iter().map(|item| named(item, names)).collect(),
        Value::Object(fields) if fields.contains_key("account") && fields.contains_key("side") => {
            let account = fields.get("account").and_then(Value::as_str).and_then(|id| Uuid::try_parse(id).ok());
            let side = fields.get("side").and_then(Value::as_str).and_then(Side::from_name);
            let name = account.and_then(|id| names.get(&id)).cloned();
            name.or_else(|| side.map(|side| words::side(side).to_owned())).into()
        }
        Value::Object(fields) => match (fields.len(), fields.get("kind"), fields.get("id")) {
            (2, Some(_), Some(id)) => named(id.clone(), names),
            _ => fields.into_iter().map(|(name, value)| (name, named(value, names))).collect(),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

fn told(name: &str, value: &Value, clock: PageClock, said: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(name, _)| !SAID.contains(&name.as_str()));
            fields.for_each(|(name, value)| told(name, value, clock, said));
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(|item| text(name, item, clock)).collect();
            if !items.is_empty() {
                said.push(format!("{}: {}", words::words(name), items.join(", ")));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            said.extend(text(name, value, clock).map(|text| format!("{}: {text}", words::words(name))));
        }
    }
}

/// A value in a line; nothing of one that is not true, of a text of several lines, and of an id without a name.
fn text(name: &str, value: &Value, clock: PageClock) -> Option<String> {
    match value {
        Value::Bool(flag) => flag.then(|| "yes".to_owned()),
        Value::Number(number) => Some(match number.as_i64() {
            Some(seconds) if name.ends_with("seconds") => length(seconds),
            _ => number.to_string(),
        }),
        Value::String(text) => string(text, clock),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn string(text: &str, clock: PageClock) -> Option<String> {
    if text.is_empty() || text.contains('\n') || Uuid::try_parse(text).is_ok() {
        return None;
    }
    if let Ok(at) = text.parse::<DateTime<Utc>>() {
        return Some(clock.plain(at).text);
    }
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Some(day_text(day));
    }
    Some(match particulars::inline(&Value::from(text), clock) {
        Inline::Code(digest) => format!("{}…", digest.chars().take(DIGEST).collect::<String>()),
        Inline::Text(_) if text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') => words::words(text),
        Inline::None
        | Inline::Text(_)
        | Inline::Lines(_)
        | Inline::Link(_)
        | Inline::When(_)
        | Inline::Tag(_)
        | Inline::Press(_)
        | Inline::List(_)
        | Inline::Why { .. } => short(text, VALUE),
    })
}

/// The text, cut where it is longer than this.
fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        app::view::{Moment, Person},
        domain::audience::Audience,
    };

    const TOBIAS: &str = "eeacb1e4-b0e3-4072-a9bd-258e238d7106";
    const LARKSPUR: &str = "18b7f3f2-bef6-44cb-8032-e0a13dbf04c8";
    const UNKNOWN: &str = "a779b912-7188-4b47-96da-8bff5e2fa545";

    fn entry(data: Value) -> TimelineEntry {
        let at: DateTime<Utc> = "2026-11-09T14:00:00Z".parse().expect("an instant");
        let moment = Moment { at, local: String::new() };
        TimelineEntry {
            id: Uuid::nil(),
            event: "condition.signed".to_owned(),
            audience: Audience::Shared,
            number: 1,
            effective_at: moment.clone(),
            recorded_at: moment,
            by: Person { id: None, name: String::new(), via: None },
            delegated_by: None,
            data,
            erased: false,
            hash: String::new(),
        }
    }

    fn names() -> Names {
        let id = |text: &str| Uuid::try_parse(text).expect("an id");
        Names::from([(id(TOBIAS), "Tobias Renn".to_owned()), (id(LARKSPUR), "Larkspur Cognition".to_owned())])
    }

    fn clock() -> PageClock {
        PageClock { zone: chrono_tz::UTC, now: "2026-11-09T14:00:00Z".parse().expect("an instant") }
    }

    #[test]
    fn a_line_has_names_and_words_and_no_id() {
        let signed = json!({ "kind": "condition", "event": { "type": "signed", "signature": {
            "by": { "account": TOBIAS, "organization": LARKSPUR, "side": "developer", "roles": ["DA"] },
            "typed_name": "Tobias Renn", "digest": "d".repeat(64), "at": "2026-11-09T14:00:00Z",
        } } });
        let said = line(&entry(signed), &names(), clock());
        assert!(["digest: dddddddddddd…", "typed name: Tobias Renn"].iter().all(|part| said.contains(part)), "{said}");
        assert_eq!(said.matches("; ").count(), 1, "no more than these: {said}");

        let attached = json!({ "kind": "condition", "event": { "type": "attached",
            "attached_to": { "kind": "engagement", "id": "ENG-2026-0004" }, "partner": LARKSPUR, "holder": UNKNOWN,
            "bound": "program_office", "required": true, "personal": false, "text": "# A\n\nlong text",
            "opens": "2026-11-09T14:00:00Z", "used_seconds": 90_000, "subjects": ["insider_risk", "confidentiality"],
        } });
        let said = line(&entry(attached), &names(), clock());
        let expected = [
            "attached to: ENG-2026-0004",
            "bound: program office",
            "opens: Nov 9, 2026, 2:00 p.m. UTC",
            "partner: Larkspur Cognition",
            "required: yes",
            "subjects: insider risk, confidentiality",
            "used seconds: 1 day, 1 hour",
        ];
        let mut found: Vec<&str> = said.split("; ").collect();
        found.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_line_ends_where_it_is_too_long() {
        let long = json!({ "event": { "type": "stated", "one": "a ".repeat(80), "two": "é".repeat(200) } });
        let said = line(&entry(long), &names(), clock());
        assert!(said.chars().count() <= LINE + 1 && said.contains('…'), "{said}");
        let erased = TimelineEntry { erased: true, ..entry(Value::Null) };
        assert_eq!(line(&erased, &names(), clock()), ERASED);
    }

    #[test]
    fn a_person_who_may_not_be_known_is_told_as_the_side() {
        let hidden = json!({ "event": { "type": "agreed", "offer": {
            "by": { "account": null, "organization": null, "side": "government", "roles": ["PL"] },
        } } });
        let told = facts(&entry(hidden), &names(), clock()).rows;
        assert_eq!(told, [("Offer: by".to_owned(), Inline::text("Government"))]);
    }
}
