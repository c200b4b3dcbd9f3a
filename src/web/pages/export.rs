//! The page of an export package: everything that its `record.json` says, for people and printers. It has no script,
//! loads nothing, and bears the banner on each section.

use askama::Template;
use serde_json::Value;

use crate::app::export::{About, Export, ExportedContent};

/// The page.
#[derive(Template)]
#[template(path = "pages/export.html")]
struct Page<'a> {
    about: &'a About,
    purpose: &'static str,
    roles: String,
    developer: &'a str,
    sections: Vec<Section>,
    documents: Vec<Text<'a>>,
    contents: &'a [ExportedContent],
}

/// A part with a heading and a banner of its own.
struct Section {
    heading: String,
    rows: Vec<Row>,
}

/// A value, and where in the record it stands.
struct Row {
    path: String,
    value: String,
}

/// A text of the package.
struct Text<'a> {
    digest: &'a str,
    titles: String,
    body: &'a str,
}

/// The page of the package.
///
/// # Errors
/// [`askama::Error`] if it cannot be written.
pub fn page(export: &Export) -> Result<String, askama::Error> {
    let mut sections = records(export);
    let json = |value: serde_json::Result<Value>| value.unwrap_or_default();
    for entry in &export.record.deadlines {
        let heading = format!("Deadline {} of {}", entry.code, entry.reference);
        sections.push(section(heading, &json(serde_json::to_value(entry))));
    }
    for event in &export.record.timeline {
        let heading = format!("{}: {} of {}", event.entry.effective_at.local, event.entry.event, event.record);
        sections.push(section(heading, &json(serde_json::to_value(event))));
    }
    let texts = export.documents.iter().map(|(digest, body)| {
        let of = export.record.documents.iter().filter(|document| document.digest == *digest);
        let titles: Vec<String> = of.map(|document| format!("{} ({})", document.title, document.record)).collect();
        Text { digest, titles: titles.join(", "), body }
    });
    let page = Page {
        about: &export.about,
        purpose: export.about.purpose.name(),
        roles: export.about.requester.roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(", "),
        developer: &export.record.developer.name,
        documents: texts.collect(),
        contents: &export.record.contents,
        sections,
    };
    page.render()
}

/// The records: the engagement first, then kind by kind.
fn records(export: &Export) -> Vec<Section> {
    let records = &export.record.records;
    let first = records.get_key_value("engagements").into_iter();
    let others = records.iter().filter(|(kind, _)| **kind != "engagements");
    first
        .chain(others)
        .flat_map(|(kind, records)| records.iter().map(move |record| record_section(kind, record)))
        .collect()
}

fn record_section(kind: &str, record: &Value) -> Section {
    let reference = record.get("reference").and_then(Value::as_str).unwrap_or_default();
    section(format!("{kind}: {reference}"), record)
}

fn section(heading: String, value: &Value) -> Section {
    let mut rows = Vec::new();
    flatten(String::new(), value, &mut rows);
    Section { heading, rows }
}

/// Every value with the path to it. What is absent or empty is left out.
fn flatten(path: String, value: &Value, rows: &mut Vec<Row>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path} / {name}") };
    match value {
        Value::Null => {}
        Value::Bool(flag) => rows.push(Row { path, value: if *flag { "yes" } else { "no" }.to_owned() }),
        Value::Number(number) => rows.push(Row { path, value: number.to_string() }),
        Value::String(text) => rows.push(Row { path, value: text.clone() }),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| flatten(below(&(index + 1).to_string()), item, rows));
        }
        Value::Object(members) => members.iter().for_each(|(name, member)| flatten(below(name), member, rows)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_value_is_told_with_its_path_and_nothing_empty_is() {
        let value = json!({ "a": { "b": [1, { "c": "x" }], "d": null }, "e": true, "f": [] });
        let told: Vec<(String, String)> =
            section(String::new(), &value).rows.into_iter().map(|row| (row.path, row.value)).collect();
        let expected = [("a / b / 1", "1"), ("a / b / 2 / c", "x"), ("e", "yes")];
        assert_eq!(told, expected.map(|(path, value)| (path.to_owned(), value.to_owned())));
    }
}
