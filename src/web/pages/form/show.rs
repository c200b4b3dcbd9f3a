//! From the shape of a form to its fields on the page, with what was typed and what is wrong.

use std::collections::BTreeMap;

use super::{Choices, Field, Input};
use crate::web::{
    extract::visitor::Fields,
    pages::{
        ui::{Choice, Control, FieldView, id_of},
        words,
    },
};

/// Choices up to which all of them are shown at once.
const FEW: usize = 5;

/// Empty entries of a list that are offered beyond those filled in.
const SPARE: usize = 2;

/// The fields of a form, with what was typed (or what it begins with) and what is wrong by JSON pointer.
pub fn show(
    fields: &[Field],
    typed: &Fields,
    errors: &BTreeMap<String, String>,
    choices: &Choices,
    zone: &str,
) -> Vec<FieldView> {
    let shown = Shown { typed, errors, choices, zone };
    fields.iter().map(|field| shown.field(field, "")).collect()
}

struct Shown<'a> {
    typed: &'a Fields,
    errors: &'a BTreeMap<String, String>,
    choices: &'a Choices,
    zone: &'a str,
}

impl Shown<'_> {
    fn field(&self, field: &Field, above: &str) -> FieldView {
        let name = format!("{above}/{}", field.name);
        let hint = match field.input {
            Input::Instant => format!("{} In the time of {}.", field.hint, self.zone),
            Input::Lines => format!("{} One on each line.", field.hint),
            _ => field.hint.clone(),
        };
        // What is named by its hash is chosen by what it is.
        let (label, hint) = match (field.name.as_str(), self.choices.keys.contains_key(field.name.as_str())) {
            ("hash", true) => ("Offer".to_owned(), "Which offer, as it stands on the record."),
            ("digest", true) => ("Text".to_owned(), "Which text, word for word."),
            _ => (field.label.clone(), hint.trim()),
        };
        FieldView {
            id: id_of(&name),
            label,
            hint: hint.to_owned(),
            required: field.required,
            error: self.errors.get(&name).cloned().unwrap_or_default(),
            control: self.control(field, &name),
            name,
        }
    }

    fn control(&self, field: &Field, name: &str) -> Control {
        let value = self.typed.get(name).to_owned();
        match &field.input {
            Input::Text { most, lines: false } => match self.choices.keys.get(field.name.as_str()) {
                Some(keys) => self.select(keys.clone(), name, field.required),
                None => Control::Line { kind: "text", value, most: *most, autocomplete: "off" },
            },
            Input::Text { most, lines: true } => Control::Area { value, most: *most },
            Input::Lines if field.name == "acts" => self.checks(self.keys("acts"), name),
            Input::Lines => Control::Area { value, most: None },
            Input::Number => Control::Line { kind: "number", value, most: None, autocomplete: "off" },
            Input::Day => Control::Line { kind: "date", value, most: None, autocomplete: "off" },
            Input::Instant => Control::Line { kind: "datetime-local", value, most: None, autocomplete: "off" },
            Input::Flag | Input::Attested => Control::Check { ticked: value == "true" },
            Input::Choice(codes) if codes.len() <= FEW && field.required => Control::Radios(self.codes(codes, name)),
            Input::Choice(codes) => {
                let labeled = codes.iter().map(|code| (code.clone(), label(code))).collect();
                self.select(labeled, name, field.required)
            }
            Input::Choices(codes) => Control::Checks(self.codes(codes, name)),
            Input::Person => self.select(self.choices.people_for(&field.name), name, field.required),
            Input::Organization => self.select(self.choices.organizations_for(&field.name), name, field.required),
            Input::Texts => Control::Group(self.texts(field, name)),
            Input::Group(fields) => Control::Group(fields.iter().map(|one| self.field(one, name)).collect()),
            Input::Many(fields) => Control::Group(self.many(field, fields, name)),
        }
    }

    fn keys(&self, name: &str) -> Vec<(String, String)> {
        self.choices.keys.get(name).cloned().unwrap_or_default()
    }

    fn codes(&self, codes: &[String], name: &str) -> Vec<Choice> {
        let labeled = codes.iter().map(|code| (code.clone(), label(code)));
        labeled.map(|(value, label)| self.choice(value, label, name)).collect()
    }

    fn choice(&self, value: String, label: String, name: &str) -> Choice {
        Choice { chosen: self.typed.all(name).any(|one| one == value), value, label }
    }

    fn checks(&self, keys: Vec<(String, String)>, name: &str) -> Control {
        Control::Checks(keys.into_iter().map(|(value, label)| self.choice(value, label, name)).collect())
    }

    fn select(&self, options: Vec<(String, String)>, name: &str, required: bool) -> Control {
        let typed = self.typed.get(name);
        let known = typed.is_empty() || options.iter().any(|(value, _)| value == typed);
        let nothing = if required { "Choose one" } else { "None" };
        let first = Choice { value: String::new(), label: nothing.to_owned(), chosen: typed.is_empty() };
        let other = (!known).then(|| Choice { value: typed.to_owned(), label: typed.to_owned(), chosen: true });
        let options = options.into_iter().map(|(value, label)| self.choice(value, label, name));
        Control::Select([first].into_iter().chain(other).chain(options).collect())
    }

    fn texts(&self, field: &Field, name: &str) -> Vec<FieldView> {
        let text = |(key, title): (String, String)| {
            let name = format!("{name}/{key}");
            let control = Control::Area { value: self.typed.get(&name).to_owned(), most: None };
            let error = self.errors.get(&name).cloned().unwrap_or_default();
            FieldView { error, ..FieldView::of(&name, &title, control).optional() }
        };
        self.keys(&field.name).into_iter().map(text).collect()
    }

    /// Those that were filled in, and a few to fill in.
    fn many(&self, field: &Field, fields: &[Field], name: &str) -> Vec<FieldView> {
        let places = |pair: &(String, String)| {
            let place = pair.0.strip_prefix(name)?.strip_prefix('/')?.split('/').next()?;
            place.parse::<usize>().ok().filter(|_| !pair.1.is_empty())
        };
        let filled = self.typed.0.iter().filter_map(places).max().map_or(0, |last| last.saturating_add(1));
        let one = |place: usize| {
            let name = format!("{name}/{place}");
            let fields = fields.iter().map(|one| self.loose(one, &name)).collect();
            let label = format!("{} {}", field.label, place.saturating_add(1));
            FieldView::of(&name, &label, Control::Group(fields)).optional()
        };
        (0..filled.saturating_add(SPARE)).map(one).collect()
    }

    /// A field of an entry that may stay empty as a whole.
    fn loose(&self, field: &Field, above: &str) -> FieldView {
        let field = Field { required: false, ..field.clone() };
        self.field(&field, above)
    }
}

/// Codes in capitals, such as those of markings, are written as they are.
fn label(code: &str) -> String {
    if code.bytes().any(|byte| byte.is_ascii_uppercase()) { code.to_owned() } else { words::label(code) }
}
