//! What a form asks for: the fields of a command's body, read from its schema.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{domain::action::CommandFacts, web::pages::words};

/// Characters from which on a text gets several lines.
const LONG: u64 = 500;

/// How deep the fields of fields go: nothing that a person fills in is deeper.
const DEEPEST: usize = 4;

/// The field by which a person says that an act is meant.
const INTENT: &str = "intent";

/// What the person means who signs for an organization, or alone: the text by its title and its number, where it has one.
pub fn intent(organization: Option<&str>, title: &str, number: Option<u32>) -> String {
    let text = number.map_or_else(|| format!("“{title}”"), |number| format!("“{title}”, text {number},"));
    match organization {
        Some(organization) => format!("I sign {text} for {organization}, and mean to bind it."),
        None => format!("I have read {text} and mean to be bound by it myself."),
    }
}

/// The same fields, with this said where the person says what is meant.
pub fn meant(mut fields: Vec<Field>, said: Option<&str>) -> Vec<Field> {
    if let (Some(field), Some(said)) = (fields.iter_mut().find(|field| field.name == INTENT), said) {
        said.clone_into(&mut field.label);
    }
    fields
}

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name in the body.
    pub name: String,
    /// The label.
    pub label: String,
    /// What its description says.
    pub hint: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// Whether the body says `null` where nothing is filled in, instead of leaving the field out.
    pub nullable: bool,
    /// How it is entered.
    pub input: Input,
}

/// How a value is entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Text, with the characters that it may have at most.
    Text {
        /// Characters at most.
        most: Option<usize>,
        /// Whether it may have several lines.
        lines: bool,
    },
    /// A whole number.
    Number,
    /// A day.
    Day,
    /// An instant, entered in the program's zone.
    Instant,
    /// Yes or no.
    Flag,
    /// Something that must be attested.
    Attested,
    /// One of these codes.
    Choice(Vec<String>),
    /// Any of these codes.
    Choices(Vec<String>),
    /// An account.
    Person,
    /// An organization.
    Organization,
    /// Texts by key, where the keys come from elsewhere.
    Texts,
    /// Several lines, one value each.
    Lines,
    /// Several of the same kind.
    Many(Vec<Field>),
    /// Fields that belong together.
    Group(Vec<Field>),
}

/// The fields of a command's body, in the order of the page: those that must be filled in, then the others, and what is
/// attested last.
pub fn fields_of(facts: &CommandFacts) -> Vec<Field> {
    let mut schemas = Vec::new();
    (facts.schema)(&mut schemas);
    let schemas: BTreeMap<String, Value> =
        schemas.into_iter().filter_map(|(name, schema)| Some((name, serde_json::to_value(schema).ok()?))).collect();
    let reader = Reader { schemas: &schemas };
    schemas.get(facts.schema_name).map(|schema| reader.fields(schema, DEEPEST)).unwrap_or_default()
}

struct Reader<'a> {
    schemas: &'a BTreeMap<String, Value>,
}

impl Reader<'_> {
    fn fields(&self, schema: &Value, depth: usize) -> Vec<Field> {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Vec::new() };
        let required: Vec<&str> =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let place = |name: &str| required.iter().position(|one| *one == name).unwrap_or(required.len());
        let field =
            |(name, schema): (&String, &Value)| self.field(name, schema, required.contains(&name.as_str()), depth);
        let mut fields: Vec<Field> = properties.iter().map(field).collect();
        fields.sort_by_key(|field| (field.input == Input::Attested, place(&field.name)));
        fields
    }

    fn field(&self, name: &str, schema: &Value, required: bool, depth: usize) -> Field {
        let (named, resolved, nullable) = self.resolve(schema);
        let hint = |schema: &Value| schema.get("description").and_then(Value::as_str).map(str::to_owned);
        Field {
            name: name.to_owned(),
            label: label(name),
            hint: plain(&hint(schema).or_else(|| first_hint(schema)).unwrap_or_default()),
            required: required && !nullable,
            nullable: nullable && required,
            input: self.input(name, &named, resolved, depth),
        }
    }

    /// The schema behind references and behind "or null", the name that it has, and whether it may be null.
    fn resolve<'b>(&'b self, schema: &'b Value) -> (String, &'b Value, bool) {
        if let Some(location) = schema.get("$ref").and_then(Value::as_str) {
            let name = location.rsplit('/').next().unwrap_or_default();
            let Some(found) = self.schemas.get(name) else { return (name.to_owned(), schema, false) };
            let (_, inner, nullable) = self.resolve(found);
            return (name.to_owned(), inner, nullable);
        }
        let options = schema.get("oneOf").and_then(Value::as_array);
        let is_null = |one: &&Value| one.get("type").and_then(Value::as_str) == Some("null");
        if let Some(options) = options
            && options.len() == 2
            && options.iter().any(|one| is_null(&one))
            && let Some(other) = options.iter().find(|one| !is_null(one))
        {
            let (name, inner, _) = self.resolve(other);
            return (name, inner, true);
        }
        let types = schema.get("type").and_then(Value::as_array);
        let nullable = types.is_some_and(|types| types.iter().any(|one| one.as_str() == Some("null")));
        (String::new(), schema, nullable)
    }

    fn input(&self, name: &str, named: &str, schema: &Value, depth: usize) -> Input {
        match named {
            "AccountId" => return Input::Person,
            "OrganizationId" => return Input::Organization,
            "Attested" => return Input::Attested,
            _ => {}
        }
        if let Some(codes) = codes(schema) {
            return Input::Choice(codes);
        }
        match (kind(schema), schema.get("format").and_then(Value::as_str)) {
            ("boolean", _) => Input::Flag,
            ("integer", _) => Input::Number,
            ("array", _) => self.many(schema, depth),
            ("object", _) if schema.get("properties").is_some() && depth > 0 => {
                Input::Group(self.fields(schema, depth.saturating_sub(1)))
            }
            ("object", _) => Input::Texts,
            (_, Some("date")) => Input::Day,
            (_, Some("date-time")) => Input::Instant,
            _ => text(name, schema),
        }
    }

    fn many(&self, schema: &Value, depth: usize) -> Input {
        let Some(items) = schema.get("items") else { return Input::Lines };
        let (named, inner, _) = self.resolve(items);
        if let Some(codes) = codes(inner) {
            return Input::Choices(codes);
        }
        match self.input("", &named, inner, depth.saturating_sub(1)) {
            Input::Group(fields) => Input::Many(fields),
            _ => Input::Lines,
        }
    }
}

/// A description as it is read on a page: in one line, without the marks of code.
fn plain(description: &str) -> String {
    description.replace('`', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a field is called. What is meant by a signature is a sentence, which a page that knows the text says in full.
fn label(name: &str) -> String {
    if name == INTENT { "I have read this, and mean it.".to_owned() } else { words::label(name) }
}

/// The description of the one that is not null.
fn first_hint(schema: &Value) -> Option<String> {
    let options = schema.get("oneOf").and_then(Value::as_array)?;
    options.iter().find_map(|one| one.get("description").and_then(Value::as_str)).map(str::to_owned)
}

/// The codes that the value is one of; what is true alone is no choice.
fn codes(schema: &Value) -> Option<Vec<String>> {
    let values = schema.get("enum").and_then(Value::as_array)?;
    let codes: Vec<String> = values.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    (!codes.is_empty()).then_some(codes)
}

/// The one type that is not null.
fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(one)) => one,
        Some(Value::Array(several)) => {
            several.iter().filter_map(Value::as_str).find(|one| *one != "null").unwrap_or("")
        }
        _ => "",
    }
}

fn text(name: &str, schema: &Value) -> Input {
    let most = schema.get("maxLength").and_then(Value::as_u64);
    let lines = most.is_some_and(|most| most > LONG) || name == "text";
    Input::Text { most: most.and_then(|most| usize::try_from(most).ok()), lines }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::Command;

    fn of(action: &str) -> Vec<Field> {
        let catalog = Command::catalog();
        let facts = catalog.iter().find(|facts| facts.action.to_string() == action).expect("a command");
        fields_of(facts)
    }

    fn inputs(action: &str) -> Vec<(String, Input, bool)> {
        of(action).into_iter().map(|field| (field.name, field.input, field.required)).collect()
    }

    #[test]
    fn every_field_of_a_body_has_its_input() {
        let text = |most| Input::Text { most, lines: false };
        let expected = [
            ("typed_name", text(Some(120)), true),
            ("capacity", text(Some(120)), true),
            ("digest", text(None), true),
            ("intent", Input::Attested, true),
        ];
        let mut found = inputs("condition.sign");
        found.sort_by_key(|(name, ..)| expected.iter().position(|(one, ..)| one == name));
        assert_eq!(found, expected.map(|(name, input, required)| (name.to_owned(), input, required)));
        let window = inputs("engagement.schedule-window");
        assert_eq!(window[0], ("open_at".to_owned(), Input::Instant, true));
        assert_eq!(window[1], ("agreed_end".to_owned(), Input::Instant, false));
    }

    #[test]
    fn a_hint_is_one_line_without_marks_of_code() {
        let hint = &of("engagement.draft").remove(0).hint;
        assert_eq!(hint, "Reference of the model release, such as REL-2026-K7Q4MD.");
        let planned = of("release.register").remove(1).hint;
        assert!(!planned.contains(['\n', '`']), "{planned}");
    }

    #[test]
    fn what_is_signed_is_said_with_its_organization_title_and_number() {
        let said = intent(Some("Larkspur Cognition"), "Nondisclosure", Some(2));
        assert_eq!(said, "I sign “Nondisclosure”, text 2, for Larkspur Cognition, and mean to bind it.");
        assert_eq!(intent(None, "Rules", None), "I have read “Rules” and mean to be bound by it myself.");
        let label = |fields: Vec<Field>| fields.into_iter().find(|field| field.name == INTENT).map(|field| field.label);
        assert_eq!(label(meant(of("condition.sign"), Some(&said))), Some(said));
        assert_ne!(label(of("condition.sign")).as_deref(), Some("Intent"));
    }

    #[test]
    fn what_may_be_null_and_must_be_said_is_nullable() {
        for (action, name) in [("release.set-planned-release", "to"), ("handoff.change-embargo", "embargo")] {
            let field = of(action).remove(0);
            assert_eq!((field.name.as_str(), field.required, field.nullable), (name, false, true), "{action}");
        }
    }

    #[test]
    fn every_command_has_a_form_without_a_field_that_nobody_can_fill_in() {
        for facts in Command::catalog() {
            for field in fields_of(&facts) {
                assert!(!field.label.is_empty(), "{}.{}", facts.action, field.name);
                assert!(!field.hint.is_empty(), "{}.{} says nothing of itself", facts.action, field.name);
            }
        }
    }
}
