//! Every column of the schema and every field that a request may carry stands in a list that people read: what is not in
//! it is refused here, so that no place for a score, a threshold or a rationale comes in unseen (domain section 4,
//! invariants 17 and 18). `UPDATE_SNAPSHOTS=1` writes the lists anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use anteroom::domain::{command::Command, id::Kind};
use serde_json::Value;

use crate::{
    migrations,
    support::{database::TestDatabase, door::Door, world::World},
};

/// Words that no column and no field may have in its name; with each, the names that are right all the same.
const NEVER: &[(&str, &[&str])] = &[
    ("score", &["no_weights_or_scores_attestation"]),
    ("threshold", &[]),
    ("benchmark", &[]),
    ("rationale", &[]),
    ("capabilit", &[]),
    ("exploit", &[]),
    ("vulnerabilit", &[]),
    ("prompt", &[]),
    ("nationality", &[]),
    ("reasoning", &[]),
    ("approved_for_release", &[]),
    ("release_approv", &[]),
    ("clearance", &[]),
    ("license", &[]),
];

/// Invariant 17: of an inquiry and its determination the question and its answers are the only free texts, and nothing is
/// a number.
#[test]
fn inquiry_and_determination_have_no_free_text_but_the_question_and_no_number() {
    let (mut texts, mut references) = (BTreeSet::new(), BTreeSet::new());
    for facts in Command::catalog().into_iter().filter(|facts| facts.action.kind == Kind::Inquiry) {
        let mut schemas = Vec::new();
        (facts.schema)(&mut schemas);
        let known: BTreeMap<String, Value> =
            schemas.into_iter().map(|(name, schema)| (name, serde_json::to_value(schema).unwrap())).collect();
        for (name, schema) in &known {
            assert_no_number(name, schema);
            for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
                let schema = schema["$ref"].as_str().map_or(schema, |to| &known[to.rsplit('/').next().unwrap()]);
                match free_text(schema) {
                    Some(Free::Text) => texts.insert(field.clone()),
                    Some(Free::Unbounded) => references.insert(field.clone()),
                    None => false,
                };
            }
        }
    }
    assert_eq!(texts, BTreeSet::from(["answer", "question"].map(str::to_owned)));
    // Names of other records, which are looked up and kept nowhere as they came.
    assert_eq!(references, BTreeSet::from(["by", "release"].map(str::to_owned)));
}

fn assert_no_number(name: &str, value: &Value) {
    let kind = value["type"].as_str();
    assert!(!matches!(kind, Some("number" | "integer")), "{name}: {value}");
    match value {
        Value::Object(members) => members.values().for_each(|member| assert_no_number(name, member)),
        Value::Array(members) => members.iter().for_each(|member| assert_no_number(name, member)),
        _ => {}
    }
}

/// What may hold a sentence.
enum Free {
    /// A text of more than a line: more than 120 characters.
    Text,
    /// A text without a bound.
    Unbounded,
}

fn free_text(field: &Value) -> Option<Free> {
    let bounded = field["enum"].is_array() || field["format"].is_string() || field["pattern"].is_string();
    if field["type"] != "string" || bounded {
        return None;
    }
    match field["maxLength"].as_u64() {
        None => Some(Free::Unbounded),
        Some(most) => (most > 120).then_some(Free::Text),
    }
}

#[tokio::test]
async fn every_column_is_one_that_people_allowed() {
    let columns = migrations::columns(TestDatabase::sqlite().await).await;
    judged("columns.txt", &columns);
}

#[tokio::test]
async fn every_request_field_is_one_that_people_allowed() {
    let w = World::new(TestDatabase::sqlite().await, "2026-11-02T14:00:00Z").await;
    let document = Door::of(&w).document().await;
    let mut fields = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let (place, name) = (parameter["in"].as_str().unwrap(), parameter["name"].as_str().unwrap());
                fields.insert(format!("{method} {path} {place} {name}"));
            }
            let Some(content) = operation["requestBody"]["content"].as_object() else { continue };
            for media in content.values() {
                add(&document, &media["schema"], &format!("{method} {path}"), &mut fields, 0);
            }
        }
    }
    judged("request-fields.txt", &fields);
    w.stop().await;
}

/// Adds each field below a schema with its type, by its path.
fn add(document: &Value, schema: &Value, at: &str, into: &mut BTreeSet<String>, depth: usize) {
    assert!(depth < 12, "{at}: a body that contains itself");
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#')).expect("a known schema");
        return add(document, target, at, into, depth + 1);
    }
    for part in ["oneOf", "anyOf", "allOf"] {
        for schema in schema[part].as_array().into_iter().flatten() {
            add(document, schema, at, into, depth + 1);
        }
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let at = format!("{at} .{name}");
        into.insert(format!("{at} {}", kind(document, field)));
        add(document, field, &at, into, depth + 1);
    }
    if schema["items"].is_object() {
        add(document, &schema["items"], &format!("{at}[]"), into, depth + 1);
    }
    if schema["additionalProperties"].is_object() {
        add(document, &schema["additionalProperties"], &format!("{at} .*"), into, depth + 1);
    }
}

fn kind(document: &Value, field: &Value) -> String {
    if let Some(reference) = field["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#')).expect("a known schema");
        return kind(document, target);
    }
    if field["enum"].is_array() {
        return "enum".to_owned();
    }
    let name = match &field["type"] {
        Value::String(name) => name.clone(),
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("|"),
        _ => "variants".to_owned(),
    };
    let format = field["format"].as_str().map(|format| format!(":{format}"));
    let most = field["maxLength"].as_u64().map(|most| format!("<={most}"));
    format!("{name}{}{}", format.unwrap_or_default(), most.unwrap_or_default())
}

fn judged(file: &str, found: &BTreeSet<String>) {
    for line in found {
        for (word, allowed) in NEVER {
            let named = line.contains(word) && !allowed.iter().any(|name| line.contains(name));
            assert!(!named, "{line}: no name may contain {word}");
        }
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(file);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        let lines: Vec<&str> = found.iter().map(String::as_str).collect();
        fs::write(&path, lines.join("\n") + "\n").unwrap();
    }
    let text = fs::read_to_string(&path).unwrap_or_default();
    let allowed: BTreeSet<String> = text.lines().map(str::to_owned).collect();
    let unknown: Vec<_> = found.difference(&allowed).collect();
    let gone: Vec<_> = allowed.difference(found).collect();
    assert!(unknown.is_empty(), "not in tests/snapshots/{file}: {unknown:#?}");
    assert!(gone.is_empty(), "tests/snapshots/{file} allows what is no more: {gone:#?}");
}
