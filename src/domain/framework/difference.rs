//! What one version says differently from another, field by field (domain section 10): what both sides look at before
//! they migrate an engagement.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Framework;

/// One field that two versions have differently.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Difference {
    /// Where it stands, such as `deadlines.breach_cure.length` or `criteria.use_attribution`.
    pub path: String,
    /// What the first version says; nothing where it has no such row.
    pub before: Value,
    /// What the second version says; nothing where it has no such row.
    pub after: Value,
}

/// Every field that differs between two versions, in the order of the paths. Rows with a key are compared by that key,
/// so that their order alone is no difference; texts by their digests.
pub fn differences(before: &Framework, after: &Framework) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(String::new(), &fields(before), &fields(after), &mut found);
    found
}

/// The version as a tree of objects. The digest is left out: it says that versions differ, and not where.
fn fields(framework: &Framework) -> Value {
    let mut tree = keyed(serde_json::to_value(framework).unwrap_or_default());
    if let Some(fields) = tree.as_object_mut() {
        fields.remove("digest");
    }
    tree
}

/// Lists of rows with keys become objects by key.
#[expect(clippy::wildcard_enum_match_arm, reason = "values without parts are what is left")]
fn keyed(value: Value) -> Value {
    match value {
        Value::Array(rows) if !rows.is_empty() && rows.iter().all(|row| row.get("key").is_some()) => {
            Value::Object(rows.into_iter().filter_map(row).collect())
        }
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(name, value)| (name, keyed(value))).collect()),
        other => other,
    }
}

fn row(mut row: Value) -> Option<(String, Value)> {
    let key = row.as_object_mut()?.remove("key")?;
    Some((key.as_str()?.to_owned(), keyed(row)))
}

fn walk(path: String, before: &Value, after: &Value, found: &mut Vec<Difference>) {
    if let (Some(one), Some(other)) = (before.as_object(), after.as_object()) {
        for name in names(one, other) {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let of = |fields: &Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
            walk(path, &of(one), &of(other), found);
        }
    } else if before != after {
        found.push(Difference { path, before: before.clone(), after: after.clone() });
    }
}

fn names<'a>(one: &'a Map<String, Value>, other: &'a Map<String, Value>) -> BTreeSet<&'a String> {
    one.keys().chain(other.keys()).collect()
}
