//! Bodies made from the API's own description: one that fits, and every way of not fitting that the description knows.

use serde_json::{Map, Value, json};

/// An operation of the description that takes a body, or not.
#[derive(Clone, Debug)]
pub struct Operation {
    pub id: String,
    pub method: &'static str,
    pub path: String,
    pub schema: Option<Value>,
    pub is_secured: bool,
}

/// A place in a body.
#[derive(Clone, Debug)]
pub struct Place {
    /// JSON pointer.
    pub pointer: String,
    /// What stands there, references followed.
    pub schema: Value,
    pub is_required: bool,
    pub may_be_null: bool,
}

/// Every operation of the document.
pub fn operations(document: &Value) -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, name) in [("get", "GET"), ("post", "POST")] {
            let Some(operation) = methods.get(method) else { continue };
            found.push(Operation {
                id: operation["operationId"].as_str().expect("an id").to_owned(),
                method: name,
                path: path.clone(),
                schema: operation.pointer("/requestBody/content/application~1json/schema").cloned(),
                is_secured: operation.get("security").is_some(),
            });
        }
    }
    found
}

/// The schema with its references followed, and whether it takes `null`.
fn resolved(document: &Value, schema: &Value) -> (Value, bool) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#')).expect("a reference leads somewhere");
        return resolved(document, target);
    }
    for member in ["oneOf", "anyOf", "allOf"] {
        let Some(choices) = schema[member].as_array() else { continue };
        let is_null = |choice: &&Value| choice["type"] == "null";
        let chosen = choices.iter().find(|choice| !is_null(choice)).expect("a choice besides null");
        let (found, inner) = resolved(document, chosen);
        return (found, inner || choices.iter().any(|choice| is_null(&choice)));
    }
    let Some(types) = schema["type"].as_array() else { return (schema.clone(), false) };
    let mut schema = schema.clone();
    let kind = types.iter().find(|kind| *kind != "null").expect("a type besides null").clone();
    let may_be_null = types.iter().any(|kind| kind == "null");
    schema["type"] = kind;
    (schema, may_be_null)
}

/// A body that fits, with every member.
pub fn valid(document: &Value, schema: &Value) -> Value {
    let (schema, _) = resolved(document, schema);
    if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
        return first.clone();
    }
    match schema["type"].as_str().unwrap_or_default() {
        "boolean" => json!(true),
        "integer" => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
        "array" => json!([valid(document, &schema["items"])]),
        "object" if schema.get("properties").is_none() && schema["additionalProperties"].is_object() => {
            json!({ "key": valid(document, &schema["additionalProperties"]) })
        }
        "object" => {
            let properties = schema["properties"].as_object().cloned().unwrap_or_default();
            let members = properties.iter().map(|(name, inner)| (name.clone(), valid(document, inner)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        "string" => json!(text_of(&schema)),
        other => panic!("a schema of type {other:?}: {schema}"),
    }
}

fn text_of(schema: &Value) -> String {
    match (schema["format"].as_str(), schema["pattern"].as_str()) {
        (Some("date-time"), _) => "2026-12-01T15:00:00Z".to_owned(),
        (Some("date"), _) => "2026-11-02".to_owned(),
        (Some("uuid"), _) => "3f0f9b1e-5c0a-4d3e-9a57-0d1f2b6c7a88".to_owned(),
        (_, Some(pattern)) if pattern.contains("{64}") => "0".repeat(64),
        (Some("iana-time-zone"), _) => "America/New_York".to_owned(),
        (Some("password"), _) => "wet gravel orchard 58".to_owned(),
        _ => "some text".to_owned(),
    }
}

/// Every place in the valid body, the body itself not counted.
pub fn places(document: &Value, schema: &Value) -> Vec<Place> {
    let mut found = Vec::new();
    collect(document, schema, "", &mut found);
    found
}

fn collect(document: &Value, schema: &Value, at: &str, into: &mut Vec<Place>) {
    let (schema, _) = resolved(document, schema);
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut members: Vec<(String, Value, bool)> = Vec::new();
    if let Some(properties) = schema["properties"].as_object() {
        let member =
            |(name, inner): (&String, &Value)| (name.clone(), inner.clone(), required.contains(&name.as_str()));
        members.extend(properties.iter().map(member));
    } else if schema["type"] == "array" {
        members.push(("0".to_owned(), schema["items"].clone(), false));
    } else if schema["additionalProperties"].is_object() {
        members.push(("key".to_owned(), schema["additionalProperties"].clone(), false));
    }
    for (name, inner, is_required) in members {
        let pointer = format!("{at}/{name}");
        let (inner_schema, may_be_null) = resolved(document, &inner);
        into.push(Place { pointer: pointer.clone(), schema: inner_schema, is_required, may_be_null });
        collect(document, &inner, &pointer, into);
    }
}

/// The body with another value at the place.
pub fn with(body: &Value, pointer: &str, value: Value) -> Value {
    let mut changed = body.clone();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer to a member");
    let parent = changed.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer} is in {body}"));
    match parent {
        Value::Array(items) => items[key.parse::<usize>().expect("an index")] = value,
        Value::Object(members) => drop(members.insert(key.to_owned(), value)),
        other => panic!("{pointer} is in {other}"),
    }
    changed
}

/// The body without the member.
pub fn without(body: &Value, pointer: &str) -> Value {
    let mut changed = body.clone();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer to a member");
    let parent = changed.pointer_mut(parent).and_then(Value::as_object_mut).expect("a member of an object");
    parent.remove(key);
    changed
}
