//! Lists of the API as tables for spreadsheet programs. Which columns a list has follows from the description of its
//! route, so that every list has its table, with the same columns whatever stands in it. Lists of records and the search
//! have a table of their own ([`crate::app::rows::csv`]).

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    body::to_bytes,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::Response,
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    extract::query,
    openapi::{RouteDoc, Rows, SchemaDoc},
    table::{Format, download},
};
use crate::app::{AppError, rows::csv};

/// The column that says which section of the answer a row stands in.
const SECTION: &str = "section";

/// A list: what its table is called, and what stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    name: String,
    /// The members of the answer that hold rows, where it has several; else none.
    sections: Vec<String>,
    columns: Vec<String>,
}

/// What the address may ask of any list.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Asked {
    format: Option<Format>,
}

impl Listing {
    /// The list that the route answers, if it answers one whose table is made here.
    ///
    /// # Errors
    /// [`AppError::Internal`] if its description cannot be read.
    pub fn of(doc: &RouteDoc) -> Result<Option<Self>, AppError> {
        let Some((schema, rows)) = doc.rows() else { return Ok(None) };
        let known = Known::of(schema)?;
        let name = doc.path.rsplit('/').next().unwrap_or_default().to_owned();
        let listing = match rows {
            Rows::All(item) | Rows::Page(item) => {
                Self { name, sections: Vec::new(), columns: known.members(&known.named(item)) }
            }
            Rows::Sections => {
                let whole = known.named(&schema.name);
                let items = known.lists(&whole);
                let own = items.iter().flat_map(|(_, item)| known.members(item));
                let columns = distinct(std::iter::once(SECTION.to_owned()).chain(own));
                Self { name, sections: items.into_iter().map(|(section, _)| section).collect(), columns }
            }
        };
        Ok(Some(listing))
    }

    /// The columns of the table.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The answer as a table.
    fn written(&self, answer: &Value) -> String {
        let section = |name: &String| {
            let rows = answer.get(name).and_then(Value::as_array).into_iter().flatten();
            rows.map(|row| self.line(row, Some(name))).collect::<Vec<_>>()
        };
        let lines: Vec<Vec<String>> = if self.sections.is_empty() {
            let rows = answer.get("items").unwrap_or(answer).as_array().into_iter().flatten();
            rows.map(|row| self.line(row, None)).collect()
        } else {
            self.sections.iter().flat_map(section).collect()
        };
        csv::lines(std::iter::once(self.columns.clone()).chain(lines))
    }

    fn line(&self, row: &Value, section: Option<&str>) -> Vec<String> {
        let own = |column: &str| row.get(column).map(cell).unwrap_or_default();
        let said = |column: &String| match section {
            Some(section) if column == SECTION => section.to_owned(),
            Some(_) | None => own(column),
        };
        self.columns.iter().map(said).collect()
    }
}

/// A value as text: of several words each, of what has parts its JSON.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if !items.iter().any(|item| item.is_object() || item.is_array()) => {
            items.iter().map(cell).collect::<Vec<_>>().join("; ")
        }
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// The schemas that an answer's schema names.
struct Known(BTreeMap<String, Value>);

impl Known {
    fn of(schema: &SchemaDoc) -> Result<Self, AppError> {
        let mut found = Vec::new();
        schema.describe(&mut found);
        let read = |(name, schema)| Ok((name, serde_json::to_value(&schema).map_err(AppError::internal)?));
        found.into_iter().map(read).collect::<Result<_, AppError>>().map(Self)
    }

    fn named(&self, name: &str) -> Value {
        self.0.get(name).cloned().unwrap_or_default()
    }

    /// What a reference leads to; what is none stands for itself.
    fn resolved(&self, schema: &Value) -> Value {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
        name.map_or_else(|| schema.clone(), |name| self.named(name))
    }

    /// The names of an object's members: those that it always has in their order, then the others.
    fn members(&self, schema: &Value) -> Vec<String> {
        let schema = self.resolved(schema);
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let required = required.filter_map(Value::as_str).map(str::to_owned);
        let own = required.chain(properties(&schema).map(|(name, _)| name.clone()));
        let parts =
            ["allOf", "oneOf", "anyOf"].into_iter().filter_map(|member| schema.get(member)?.as_array()).flatten();
        distinct(own.chain(parts.flat_map(|part| self.members(part))))
    }

    /// The members that are lists of objects, each with the schema of those.
    fn lists(&self, schema: &Value) -> Vec<(String, Value)> {
        let of = |name: String| {
            let item = schema.get("properties")?.get(&name)?.get("items")?;
            (!self.members(item).is_empty()).then(|| (name, item.clone()))
        };
        self.members(schema).into_iter().filter_map(of).collect()
    }
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// Each name once, where it comes first.
fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for name in names {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once
}

/// Answers with the table of a list where one is asked for. Whatever is no list, such as a problem, stays what it is. What
/// the table holds is worked out then: few ask, and no start waits for it.
///
/// # Errors
/// [`crate::app::error::BadRequest::Parameter`] if `format` is none.
pub async fn answer(State(list): State<Arc<RouteDoc>>, request: Request, next: Next) -> Result<Response, AppError> {
    let Asked { format } = query::parse(request.uri())?;
    let format = Format::asked(format, request.headers());
    let response = next.run(request).await;
    if format == Format::Json || response.status() != StatusCode::OK {
        return Ok(response);
    }
    let Some(listing) = Listing::of(&list)? else { return Ok(response) };
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.map_err(AppError::internal)?;
    let answer: Value = serde_json::from_slice(&bytes).map_err(AppError::internal)?;
    Ok(download(listing.written(&answer), &listing.name, parts.headers.get(header::LINK).cloned()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::Serialize;
    use serde_json::json;
    use utoipa::{ToSchema, openapi::HttpMethod};

    use super::*;
    use crate::web::routes;

    #[derive(Serialize, ToSchema)]
    struct Item {
        zeal: String,
        note: Option<String>,
        about: Vec<String>,
    }

    #[derive(ToSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Whole {
        year: i32,
        late: Vec<Item>,
        early: Vec<Item>,
        words: Vec<String>,
    }

    fn listing(schema: SchemaDoc) -> Listing {
        let doc = RouteDoc::get("/api/v1/things", "thing_list", "Things.", "things").response(StatusCode::OK, schema);
        Listing::of(&doc).expect("it can be read").expect("a list")
    }

    #[test]
    fn a_list_has_the_columns_of_its_schema_and_no_formula() {
        let listing = listing(SchemaDoc::list_of::<Item>());
        assert_eq!(listing.written(&json!([])), "zeal,about,note\r\n");
        let rows = json!([{ "zeal": "=1+1", "about": ["@a", "b,c"] }, { "note": null, "zeal": "x", "about": [] }]);
        assert_eq!(listing.written(&rows), "zeal,about,note\r\n'=1+1,\"'@a; b,c\",\r\nx,,\r\n");
        assert_eq!(cell(&json!({ "a": [1] })), "{\"a\":[1]}");
        assert_eq!(
            (cell(&json!(true)), cell(&json!(3)), cell(&json!([1, null]))),
            ("true".into(), "3".into(), "1; ".into())
        );
    }

    #[test]
    fn a_page_is_written_by_its_rows_and_sections_below_one_another() {
        let page = listing(SchemaDoc::page_of::<Item>());
        let answer = json!({ "items": [{ "zeal": "x", "about": [] }], "next_cursor": "c" });
        assert_eq!(page.written(&answer), "zeal,about,note\r\nx,,\r\n");
        let whole = listing(SchemaDoc::sections_of::<Whole>());
        let answer = json!({ "year": 1, "late": [{ "zeal": "b" }], "early": [{ "zeal": "a" }], "words": ["w"] });
        assert_eq!(whole.written(&answer), "section,zeal,about,note\r\nlate,b,,\r\nearly,a,,\r\n");
    }

    /// Every route whose answer is a list or holds some, but those that answer with a table of their own.
    #[test]
    fn every_list_of_the_api_has_a_table_with_columns() {
        let lists: Vec<_> = routes::table().into_iter().map(|route| route.doc).collect();
        let ends = |doc: &RouteDoc| {
            let name = doc.response.as_ref().map(|schema| schema.name.as_str()).unwrap_or_default();
            name.ends_with("List") || name.ends_with("Page")
        };
        let mut found = BTreeSet::new();
        for doc in lists.iter().filter(|doc| matches!(doc.method, HttpMethod::Get)) {
            let listing = Listing::of(doc).expect("it can be read");
            let own = doc.query.contains(&Format::DOC);
            assert!(listing.is_some() || own || !ends(doc), "{} has no table", doc.path);
            if let Some(listing) = listing {
                assert!(listing.columns().len() > 1, "{}: {:?}", doc.path, listing.columns());
                found.insert(doc.path.to_string());
            }
        }
        for path in ["organizations", "accounts", "mail-log", "worklist", "working-days", "calendar", "me/sessions"] {
            assert!(found.contains(&format!("/api/v1/{path}")), "{path}: {found:?}");
        }
    }
}
