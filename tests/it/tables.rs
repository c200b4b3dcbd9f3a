//! Lists of the API as tables: every route that answers rows also answers them as CSV, the same ones, and no cell is a
//! formula.

use std::collections::BTreeMap;

use anteroom::domain::id::Kind;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    door::{Door, Reply},
    scene::{self, BEA, DANA, INES, JOAN, LENA, NIA, THEO, TOBIAS},
    world::World,
};

at_both_doors! {
    every_list_of_the_api_is_a_table_too
    the_mail_log_as_a_table_goes_on
}

/// Whoever may read some list.
const PEOPLE: [&str; 8] = [NIA, INES, TOBIAS, DANA, THEO, JOAN, LENA, BEA];

/// Members of an answer that hold rows, where it has several.
const SECTIONS: [(&str, &[&str]); 3] = [
    (
        "/api/v1/worklist",
        &[
            "overdue",
            "due_soon",
            "later",
            "waiting_on_others",
            "to_acknowledge",
            "undated",
            "mail_problems",
            "unassigned",
        ],
    ),
    ("/api/v1/working-days", &["holidays", "closures"]),
    ("/api/v1/calendar", &["windows", "deadlines"]),
];

/// Reads a table as RFC 4180 says.
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match (quoted, sign) {
            (true, '"') if signs.peek() == Some(&'"') => cell.extend(signs.next()),
            (_, '"') => quoted = !quoted,
            (false, ',') => line.push(std::mem::take(&mut cell)),
            (false, '\r') => {
                assert_eq!(signs.next(), Some('\n'));
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            (_, other) => cell.push(other),
        }
    }
    lines
}

fn rows(path: &str, body: &Value) -> usize {
    let count = |value: &Value| value.as_array().map(Vec::len).unwrap_or_default();
    match SECTIONS.iter().find(|(at, _)| *at == path) {
        Some((_, members)) => members.iter().map(|member| count(&body[*member])).sum(),
        None if body.is_array() => count(body),
        None => count(&body["items"]),
    }
}

/// Whether the description says that the route answers rows.
fn is_list(document: &Value, path: &str, operation: &Value) -> bool {
    let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
    let schema = schema.as_str().and_then(|name| document.pointer(name.trim_start_matches('#')));
    let schema = schema.unwrap_or(&Value::Null);
    let has_items = schema["properties"]["items"]["type"] == "array";
    schema["type"] == "array" || has_items || SECTIONS.iter().any(|(at, _)| *at == path)
}

fn filled(path: &str, records: &BTreeMap<Kind, String>, w: &World, version: &str) -> String {
    let kind = Kind::ALL.into_iter().find(|kind| path.starts_with(&format!("/api/v1/{}/", kind.plural())));
    let reference = kind.map(|kind| records[&kind].as_str()).unwrap_or_default();
    path.replace("{reference}", reference).replace("{account}", w.account(INES)).replace("{id}", version)
}

/// Names that a spreadsheet program would take for formulas.
async fn hostile(w: &World) {
    let made = w.post(NIA, "organizations", &json!({ "name": "=1+1 Clinic", "side": "partner" })).await;
    assert!(made.status.is_success(), "{}", made.body);
    let organization = &made.body["id"];
    let person = |email: &str| {
        json!({
            "email": email, "name": "@SUM(A1)", "organization": organization, "roles": ["TC"],
        })
    };
    for (who, path, body) in [
        (NIA, "accounts", person("sum@one.example.com")),
        (NIA, "invitations", person("sum@two.example.com")),
        (INES, "saved-views", json!({ "name": "+Mine", "query": "is:overdue" })),
        (TOBIAS, "releases", json!({ "name": "-1 Heron" })),
    ] {
        let answer = w.post(who, path, &body).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.body);
    }
}

async fn every_list_of_the_api_is_a_table_too(w: World) {
    let records = scene::set(&w).await;
    hostile(&w).await;
    let door = Door::of(&w);
    let document = door.document().await;
    let mut tokens = Vec::new();
    for who in PEOPLE {
        tokens.push(door.token(who).await);
    }
    let versions = door.get(&tokens[0], "/api/v1/frameworks").await.succeeded("versions").body;
    let version = versions[0]["id"].as_str().expect("a version").to_owned();
    let (mut lists, mut guarded) = (0, 0);
    for (at, methods) in document["paths"].as_object().expect("paths") {
        let Some(operation) = methods.get("get").filter(|operation| is_list(&document, at, operation)) else {
            continue;
        };
        lists += 1;
        let takes =
            |name: &str| operation["parameters"].as_array().into_iter().flatten().any(|one| one["name"] == name);
        assert!(
            takes("format") && operation["responses"]["200"]["content"]["text/csv"].is_object(),
            "{at} is told as a table"
        );
        let path = filled(at, &records, &w, &version);
        // A page and a table hold as many rows as each other only where it is said how many.
        let limit = if takes("limit") { "limit=200" } else { "" };
        let mut read = false;
        for token in &tokens {
            let json = door.get(token, &format!("{path}?{limit}&format=json")).await;
            if json.status != 200 {
                assert_eq!(door.get(token, &format!("{path}?{limit}&format=csv")).await.status, json.status, "{path}");
                continue;
            }
            read = true;
            let table = door.get(token, &format!("{path}?{limit}&format=csv")).await;
            let accept = [("accept", "text/csv")];
            let asked = door.ask(Method::GET, &format!("{path}?{limit}"), Some(token), &accept, None).await;
            guarded += is_table(&table, &path, rows(at, &json.body));
            is_table(&asked, &path, rows(at, &json.body));
        }
        assert!(read, "nobody may read {path}");
        let wrong = door.get(&tokens[1], &format!("{path}?format=xml")).await;
        if wrong.status == 400 {
            assert_eq!(wrong.parameters(), ["format"], "{path}");
        } else {
            assert!([403, 404].contains(&wrong.status), "{path}: {}", wrong.status);
        }
    }
    // Six lists a kind but for their own ledger, and those beside them.
    assert!(lists > 5 * Kind::ALL.len() + 15, "the lists were found: {lists}");
    assert!(guarded >= 5, "names like formulas came in: {guarded}");
    w.stop().await;
}

/// Demands a table of so many rows, none of whose cells is a formula; how many cells would be one without their guard.
#[track_caller]
fn is_table(reply: &Reply, path: &str, rows: usize) -> usize {
    assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8; header=present", "{path}");
    assert!(reply.header("content-disposition").starts_with("attachment; filename=\""), "{path}");
    let lines = cells(std::str::from_utf8(&reply.bytes).expect("UTF-8"));
    let (head, lines) = lines.split_first().expect("a line of names");
    assert!(head.len() > 1, "{path}: {head:?}");
    assert_eq!(lines.len(), rows, "{path}: the same rows");
    assert!(lines.iter().all(|line| line.len() == head.len()), "{path}: a cell for each name");
    let all = || lines.iter().flatten();
    assert!(!all().any(|cell| cell.starts_with(['=', '+', '-', '@'])), "{path}: {lines:?}");
    all().filter(|cell| ["'=", "'+", "'-", "'@"].iter().any(|sign| cell.starts_with(sign))).count()
}

async fn the_mail_log_as_a_table_goes_on(w: World) {
    scene::set(&w).await;
    let door = Door::of(&w);
    let token = door.token(NIA).await;
    let all = door.get(&token, "/api/v1/mail-log?format=csv").await.succeeded("all");
    let all = cells(std::str::from_utf8(&all.bytes).expect("UTF-8"));
    assert!(all.len() > 4, "some mail was queued: {}", all.len());
    let mut found = Vec::new();
    let mut next = Some("/api/v1/mail-log?format=csv&limit=2".to_owned());
    while let Some(at) = next {
        let part = door.get(&token, &at).await.succeeded(&at);
        let lines = cells(std::str::from_utf8(&part.bytes).expect("UTF-8"));
        assert_eq!(lines[0], all[0], "{at}: the same columns");
        assert!(lines.len() <= 3, "{at}: two rows at most");
        found.extend(lines.into_iter().skip(1));
        let link = part.header("link");
        next = link.split_once('>').map(|(link, _)| link.trim_start_matches('<').to_owned());
    }
    assert_eq!(found, all[1..], "each row once, in its order");
    w.stop().await;
}
