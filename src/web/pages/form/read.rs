//! From what was typed to a command's body: JSON as the API takes it, with every error at its field.

use std::collections::BTreeMap;

use chrono::{DateTime, LocalResult, NaiveDateTime, SecondsFormat, TimeZone as _, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value};

use super::{Field, Input};
use crate::web::extract::visitor::Fields;

/// Entries of a list that a form takes at most.
const MOST: usize = 20;

/// What was typed, as a body, with what is wrong by JSON pointer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The body.
    pub body: Map<String, Value>,
    /// What is wrong, by JSON pointer.
    pub errors: BTreeMap<String, String>,
}

/// Reads the body of a form whose instants are in this zone.
pub fn read(fields: &[Field], sent: &Fields, zone: Tz) -> Typed {
    let mut reader = Reader { sent, zone, errors: BTreeMap::new() };
    let body = reader.object(fields, "");
    Typed { body, errors: reader.errors }
}

struct Reader<'a> {
    sent: &'a Fields,
    zone: Tz,
    errors: BTreeMap<String, String>,
}

impl Reader<'_> {
    fn object(&mut self, fields: &[Field], above: &str) -> Map<String, Value> {
        let mut object = Map::new();
        for field in fields {
            let pointer = format!("{above}/{}", field.name);
            match self.value(field, &pointer) {
                Some(value) => {
                    object.insert(field.name.clone(), value);
                }
                None if field.nullable => {
                    object.insert(field.name.clone(), Value::Null);
                }
                None if field.required && !self.errors.contains_key(&pointer) => {
                    self.errors.insert(pointer, missing(&field.input).to_owned());
                }
                None => {}
            }
        }
        object
    }

    fn value(&mut self, field: &Field, pointer: &str) -> Option<Value> {
        match &field.input {
            Input::Flag => Some(Value::Bool(self.sent.get(pointer) == "true")),
            Input::Attested => (self.sent.get(pointer) == "true").then_some(Value::Bool(true)),
            Input::Choices(_) => self.chosen(pointer, field.required),
            Input::Lines => self.lines(pointer, field.required),
            Input::Texts => Some(self.texts(pointer)),
            Input::Group(fields) => self.group(fields, pointer, field.required),
            Input::Many(fields) => Some(self.many(fields, pointer)),
            Input::Number => self.number(pointer),
            Input::Instant => self.instant(pointer),
            Input::Text { lines: true, .. } => self.typed(pointer).map(|text| Value::from(text.replace("\r\n", "\n"))),
            Input::Text { .. } | Input::Day | Input::Choice(_) | Input::Person | Input::Organization => {
                self.typed(pointer).map(Value::from)
            }
        }
    }

    /// What was typed, unless it is blank.
    fn typed(&self, pointer: &str) -> Option<&str> {
        self.sent.find(pointer).map(str::trim).filter(|text| !text.is_empty())
    }

    fn chosen(&self, pointer: &str, required: bool) -> Option<Value> {
        let chosen: Vec<Value> = self.sent.all(pointer).filter(|one| !one.is_empty()).map(Value::from).collect();
        (required || !chosen.is_empty()).then(|| Value::from(chosen))
    }

    fn lines(&self, pointer: &str, required: bool) -> Option<Value> {
        // Typed in one field, or ticked one by one.
        let lines = self.sent.all(pointer).flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty());
        let lines: Vec<Value> = lines.map(Value::from).collect();
        (required || !lines.is_empty()).then(|| Value::from(lines))
    }

    /// Texts by key: `/criteria/need` is the text of `need`.
    fn texts(&self, pointer: &str) -> Value {
        let below = format!("{pointer}/");
        let texts = self.sent.0.iter().filter_map(|(name, text)| {
            let text = text.trim().replace("\r\n", "\n");
            name.strip_prefix(&below).filter(|_| !text.is_empty()).map(|key| (key.to_owned(), Value::from(text)))
        });
        Value::Object(texts.collect())
    }

    /// Fields that belong together: nothing typed in any of them means that there is nothing.
    fn group(&mut self, fields: &[Field], pointer: &str, required: bool) -> Option<Value> {
        let is_any = required || self.is_any_typed(fields, pointer);
        is_any.then(|| Value::Object(self.object(fields, pointer)))
    }

    fn is_any_typed(&self, fields: &[Field], above: &str) -> bool {
        fields.iter().any(|field| {
            let pointer = format!("{above}/{}", field.name);
            match &field.input {
                Input::Group(fields) => self.is_any_typed(fields, &pointer),
                _ => self.typed(&pointer).is_some(),
            }
        })
    }

    fn many(&mut self, fields: &[Field], pointer: &str) -> Value {
        let places: Vec<String> = (0..MOST).map(|place| format!("{pointer}/{place}")).collect();
        let typed: Vec<&String> = places.iter().filter(|place| self.is_any_typed(fields, place)).collect();
        Value::from(typed.into_iter().map(|place| Value::Object(self.object(fields, place))).collect::<Vec<_>>())
    }

    fn number(&mut self, pointer: &str) -> Option<Value> {
        let typed = self.typed(pointer)?;
        let number = typed.parse::<i64>();
        if number.is_err() {
            self.errors.insert(pointer.to_owned(), "Enter a whole number.".to_owned());
        }
        number.ok().map(Value::from)
    }

    fn instant(&mut self, pointer: &str) -> Option<Value> {
        match instant(self.typed(pointer)?, self.zone) {
            Ok(at) => Some(Value::from(at.to_rfc3339_opts(SecondsFormat::Secs, true))),
            Err(error) => {
                self.errors.insert(pointer.to_owned(), error.to_owned());
                None
            }
        }
    }
}

const fn missing(input: &Input) -> &'static str {
    match input {
        Input::Attested => "Tick this to go on.",
        Input::Choice(_) | Input::Choices(_) | Input::Person | Input::Organization => "Choose one.",
        Input::Text { .. }
        | Input::Number
        | Input::Day
        | Input::Instant
        | Input::Flag
        | Input::Texts
        | Input::Lines
        | Input::Many(_)
        | Input::Group(_) => "Fill this in.",
    }
}

/// An instant as a browser sends it, in the zone, or with an offset of its own (RFC 3339).
pub fn instant(typed: &str, zone: Tz) -> Result<DateTime<Utc>, &'static str> {
    if let Ok(at) = DateTime::parse_from_rfc3339(typed) {
        return Ok(at.to_utc());
    }
    let forms = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    let local = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(typed, form).ok());
    match local.map(|local| zone.from_local_datetime(&local)) {
        None => Err("Enter a date and a time, such as 2026-12-09T09:00."),
        Some(LocalResult::Single(at)) => Ok(at.to_utc()),
        Some(LocalResult::None) => Err("The clocks go forward then: there is no such hour on that day."),
        Some(LocalResult::Ambiguous(..)) => {
            Err("The clocks go back then: the hour comes twice. Add the offset, such as 2026-11-01T01:30:00-04:00.")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ZONE: Tz = chrono_tz::America::New_York;

    fn field(name: &str, input: Input, required: bool) -> Field {
        Field { name: name.to_owned(), label: String::new(), hint: String::new(), required, nullable: false, input }
    }

    fn sent(pairs: &[(&str, &str)]) -> Fields {
        Fields(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn what_was_typed_becomes_the_body() {
        let fields = [
            field("name", Input::Text { most: None, lines: false }, true),
            field("at", Input::Instant, true),
            field("yes", Input::Flag, false),
            field("sure", Input::Attested, true),
            field("left_out", Input::Text { most: None, lines: false }, false),
            field("grants", Input::Lines, false),
            field("said", Input::Many(vec![field("office", Input::Choice(vec![]), true)]), true),
            field("criteria", Input::Texts, true),
        ];
        let pairs = [
            ("/name", "  Heron "),
            ("/at", "2026-12-09T09:00"),
            ("/sure", "true"),
            ("/left_out", " "),
            ("/grants", "GRA-1\r\n\r\nGRA-2\r\n"),
            ("/said/1/office", "NSA"),
            ("/criteria/need", "one\r\ntwo"),
        ];
        let typed = read(&fields, &sent(&pairs), ZONE);
        let expected = json!({
            "name": "Heron", "at": "2026-12-09T14:00:00Z", "yes": false, "sure": true, "grants": ["GRA-1", "GRA-2"],
            "said": [{ "office": "NSA" }], "criteria": { "need": "one\ntwo" },
        });
        assert_eq!((Value::Object(typed.body), typed.errors), (expected, BTreeMap::new()));
    }

    #[test]
    fn what_is_ticked_one_by_one_is_all_taken() {
        let typed = read(&[field("acts", Input::Lines, true)], &sent(&[("/acts", "a"), ("/acts", "b")]), ZONE);
        assert_eq!(Value::Object(typed.body), json!({ "acts": ["a", "b"] }));
    }

    #[test]
    fn every_error_stands_at_its_field() {
        let fields = [
            field("name", Input::Text { most: None, lines: false }, true),
            field("at", Input::Instant, true),
            field("sure", Input::Attested, true),
            field("many", Input::Number, false),
        ];
        let typed = read(&fields, &sent(&[("/at", "soon"), ("/many", "x")]), ZONE);
        assert_eq!(typed.errors.keys().map(String::as_str).collect::<Vec<_>>(), ["/at", "/many", "/name", "/sure"]);
    }

    #[test]
    fn what_is_left_empty_as_a_whole_is_left_out_or_said_to_be_nothing() {
        let parts = || Input::Group(vec![field("at", Input::Instant, true), field("zone", Input::Day, true)]);
        let left_out = field("embargo", parts(), false);
        let said = Field { nullable: true, ..field("other", parts(), false) };
        let typed = read(&[left_out.clone(), said], &sent(&[("/embargo/at", " "), ("/other/zone", "")]), ZONE);
        assert_eq!((Value::Object(typed.body), typed.errors), (json!({ "other": null }), BTreeMap::new()));
        let half = read(&[left_out], &sent(&[("/embargo/at", "2026-12-09T09:00")]), ZONE);
        assert_eq!(half.errors.keys().map(String::as_str).collect::<Vec<_>>(), ["/embargo/zone"]);
    }

    #[test]
    fn hours_that_do_not_come_once_are_refused() {
        assert!(instant("2026-03-08T02:30", ZONE).is_err());
        assert!(instant("2026-11-01T01:30", ZONE).is_err());
        assert_eq!(
            instant("2026-11-01T01:30:00-04:00", ZONE).map(|at| at.to_string()),
            Ok("2026-11-01 05:30:00 UTC".to_owned())
        );
        assert!(instant("2026-11-01T03:30", ZONE).is_ok());
    }
}
