//! The description: complete, valid, and no broader than the routes.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use super::*;
use crate::domain::{command::Command, id::Kind, refusal::Unmet};

fn all() -> Vec<RouteDoc> {
    let mut all = command_docs(&SchemaDoc::of::<Unmet>());
    let list = RouteDoc::get("/api/v1/engagements", "engagement_list", "Lists.", "engagements")
        .response(StatusCode::OK, SchemaDoc::page_of::<Unmet>());
    all.push(RouteDoc { query: QueryDoc::PAGE, ..list });
    all
}

fn json() -> Value {
    serde_json::to_value(document("1.2.3", &all())).unwrap()
}

/// Every `$ref` below the value.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(target) if name == "$ref" => {
                        found.insert(target.clone());
                    }
                    _ => references(member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn the_document_is_3_1_and_every_reference_resolves() {
    let json = json();
    assert!(json["openapi"].as_str().unwrap().starts_with("3.1"), "{}", json["openapi"]);
    assert_eq!(json["info"]["version"], "1.2.3");
    let mut found = BTreeSet::new();
    references(&json, &mut found);
    assert!(found.contains("#/components/schemas/Problem"));
    for reference in found {
        assert!(json.pointer(reference.trim_start_matches('#')).is_some(), "{reference} leads nowhere");
    }
}

#[test]
fn operations_are_unique_and_none_is_lost() {
    let json = json();
    let mut ids = BTreeSet::new();
    for operation in json["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values()) {
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id.to_owned()), "{id} twice");
    }
    assert_eq!(ids.len(), Command::catalog().len() + 1);
}

#[test]
fn commands_stand_at_their_paths_with_body_preview_and_keys() {
    let json = json();
    let post = |path: &str| &json["paths"][path]["post"];
    let make = post("/api/v1/engagements");
    let act = post("/api/v1/engagements/{reference}/propose");
    let names = |operation: &Value| -> BTreeSet<String> {
        let parameters = operation["parameters"].as_array().unwrap();
        parameters.iter().map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect()
    };
    let expected = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(names(make), expected(&["Idempotency-Key", "preview"]));
    assert_eq!(names(act), expected(&["Idempotency-Key", "If-Match", "preview", "reference"]));
    assert!(make["responses"]["201"].is_object() && act["responses"]["200"].is_object());
    let body = &act["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    assert_eq!(body, "#/components/schemas/ProposeEngagement");
    assert_eq!(act["security"][0]["bearer"], serde_json::json!([]));
    for status in ["400", "401", "403", "404", "409", "412", "413", "415", "422", "429", "500", "503"] {
        let schema = &act["responses"][status]["content"][MEDIA_TYPE]["schema"]["$ref"];
        assert_eq!(schema, "#/components/schemas/Problem", "{status}");
    }
    assert!(make["responses"]["412"].is_null() && make["responses"]["404"].is_null());
}

#[test]
fn plurals_lead_back() {
    for kind in Kind::ALL {
        assert_eq!(kind_of_plural(kind.plural()), Some(kind));
    }
    assert_eq!(kind_of_plural("engagement"), None);
}

#[tokio::test]
async fn the_viewer_comes_from_here_alone() {
    let router = routes(|| document("1", &all()));
    let ask = async |path: &str| {
        let response = router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts, String::from_utf8_lossy(&body.collect().await.unwrap().to_bytes()).into_owned())
    };
    let (parts, page) = ask("/api/docs/").await;
    assert_eq!(parts.status, 200);
    let policy = parts.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("http"), "{policy}");
    assert!(policy.contains("script-src 'self';"), "{policy}");
    assert!(page.contains("swagger-ui-bundle.js"), "{page}");
    for tag in ["<script>", "<style>", "src=\"http", "href=\"http"] {
        assert!(!page.contains(tag), "{tag} would not pass the policy: {page}");
    }
    let (_, start) = ask("/api/docs/swagger-initializer.js").await;
    assert!(start.contains(DOCUMENT_PATH) && start.contains("\"validatorUrl\": \"none\""), "{start}");
    assert!(!start.contains("petstore"), "{start}");
    for file in ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "index.css"] {
        assert_eq!(ask(&format!("{DOCS_PATH}/{file}")).await.0.status, 200, "{file}");
    }
    let (parts, text) = ask(DOCUMENT_PATH).await;
    assert_eq!(parts.headers["content-type"], "application/json");
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["info"]["version"], "1");
}

/// Domain section 0, fact 5: names and sentences of the API.
#[test]
fn the_description_keeps_to_the_vocabulary() {
    let document = serde_json::to_value(document("1.2.3", &table())).unwrap();
    let terms = crate::domain::terms::Terms::get().unwrap();
    let mut texts = Vec::new();
    strings(&document, &mut texts);
    assert!(texts.len() > 500, "the texts were found");
    for text in texts {
        let words = text.replace(['_', '/', '-'], " ");
        assert_eq!(terms.offending(&words), Vec::<&str>::new(), "{text}");
    }
}

fn table() -> Vec<RouteDoc> {
    crate::web::routes::table().into_iter().map(|route| route.doc).collect()
}

/// Every text of the document, and every name.
fn strings(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(members) => members.iter().for_each(|member| strings(member, into)),
        Value::Object(members) => {
            for (name, member) in members {
                into.push(name.clone());
                strings(member, into);
            }
        }
        _ => {}
    }
}
