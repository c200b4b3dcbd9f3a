//! From the shape of a form to its fields on the page, with what was typed and what is wrong.

use std::collections::BTreeMap;

use super::{Choices, Field, Input};
use crate::{
    domain::actor::{Role, Side},
    web::{
        extract::visitor::Fields,
        pages::{
            ui::{Choice, Control, FieldView, id_of},
            words,
        },
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
            Input::Lines if !self.choices.keys.contains_key(field.name.as_str()) => {
                format!("{} One on each line.", field.hint)
            }
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
            Input::Lines if self.choices.keys.contains_key(field.name.as_str()) => {
                self.checks(self.keys(&field.name), name)
            }
            Input::Lines => Control::Area { value, most: None },
            Input::Number => Control::Line { kind: "number", value, most: None, autocomplete: "off" },
            Input::Day => Control::Line { kind: "date", value, most: None, autocomplete: "off" },
            Input::Instant => Control::Line { kind: "datetime-local", value, most: None, autocomplete: "off" },
            Input::Flag | Input::Attested => Control::Check { ticked: value == "true" },
            Input::Choice(codes) if field.name == "contact" => self.select(contacts(codes), name, field.required),
            Input::Choice(codes) if codes.len() <= FEW && field.required => Control::Radios(self.codes(codes, name)),
            Input::Choice(codes) => {
                let labeled = codes.iter().map(|code| (code.clone(), label(code))).collect();
                self.select(labeled, name, field.required)
            }
            Input::Choices(codes) => Control::Checks(self.codes(codes, name)),
            Input::Person => self.select(self.choices.people_for(&field.name), name, field.required),
            Input::Organization => self.select(self.choices.organizations_for(&field.name), name, field.required),
            Input::Texts => Control::Group(self.texts(field, name)),
            Input::Group(fields) => Control::Group(self.group(field, fields, name)),
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
            let needed = field.required && place == 0;
            let part = |one: &Field| if needed { self.field(one, &name) } else { self.loose(one, &name) };
            let fields = fields.iter().map(part).collect();
            let label = format!("{} {}", field.label, place.saturating_add(1));
            let entry = FieldView::of(&name, &label, Control::Group(fields));
            // Where one is needed, the first is not said to be optional.
            if needed { entry } else { entry.optional() }
        };
        (0..filled.saturating_add(SPARE)).map(one).collect()
    }

    /// Fields that belong together: where the whole may be left out, a browser demands none of them.
    fn group(&self, field: &Field, fields: &[Field], name: &str) -> Vec<FieldView> {
        let one = |one: &Field| if field.required { self.field(one, name) } else { self.loose(one, name) };
        fields.iter().map(one).collect()
    }

    /// A field of an entry that may stay empty as a whole.
    fn loose(&self, field: &Field, above: &str) -> FieldView {
        let field = Field { required: false, ..field.clone() };
        self.field(&field, above)
    }
}

/// The roles of the government, by their names: whom to ask about a marking is one of the government's.
fn contacts(codes: &[String]) -> Vec<(String, String)> {
    let roles = codes.iter().filter_map(|code| Role::from_code(code));
    let own = roles.filter(|role| role.side() == Some(Side::Government));
    own.map(|role| (role.code().to_owned(), words::role(role))).collect()
}

/// Codes in capitals, such as those of markings, are written as they are.
fn label(code: &str) -> String {
    if code.bytes().any(|byte| byte.is_ascii_uppercase()) { code.to_owned() } else { words::label(code) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, input: Input, required: bool) -> Field {
        Field { name: name.to_owned(), label: name.to_owned(), hint: String::new(), required, nullable: false, input }
    }

    fn shown(fields: &[Field]) -> Vec<FieldView> {
        show(fields, &Fields(Vec::new()), &BTreeMap::new(), &Choices::default(), "UTC")
    }

    fn demanded(required: bool) -> Vec<bool> {
        let inner = Input::Group(vec![field("ends_at", Input::Instant, true)]);
        let parts = shown(&[field("embargo", inner, required)]).remove(0);
        let Control::Group(parts) = parts.control else { return Vec::new() };
        parts.iter().map(|part| part.required).collect()
    }

    #[test]
    fn whom_to_ask_is_a_role_of_the_government_by_its_name() {
        let codes = ["DL", "PL"].map(str::to_owned);
        assert_eq!(contacts(&codes), [("PL".to_owned(), "Program liaison".to_owned())]);
    }

    #[test]
    fn where_one_is_needed_the_first_entry_is_not_optional() {
        let entries = |required: bool| {
            let part = vec![field("office", Input::Day, true)];
            let shown = shown(&[field("consultations", Input::Many(part), required)]).remove(0);
            let Control::Group(entries) = shown.control else { return Vec::new() };
            entries.iter().map(|entry| entry.required).collect::<Vec<_>>()
        };
        assert_eq!(entries(true), [true, false]);
        assert_eq!(entries(false), [false, false]);
    }

    #[test]
    fn what_may_be_left_out_as_a_whole_demands_none_of_its_parts() {
        assert_eq!(demanded(false), [false]);
        assert_eq!(demanded(true), [true]);
    }
}
