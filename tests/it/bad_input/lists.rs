//! Query parameters: unknown ones, limits out of range, cursors that were not given out for this list and viewer.

use anteroom::domain::id::Kind;
use reqwest::Method;
use serde_json::json;

use crate::support::{
    bodies::operations,
    database::TestDatabase,
    door::{Door, text},
    scene::{self, INES, START, TOBIAS},
    world::World,
};

#[tokio::test]
async fn a_cursor_opens_its_own_list_alone() {
    let w = World::new(TestDatabase::sqlite().await, START).await;
    let door = Door::of(&w);
    let (ines, tobias) = (door.token(INES).await, door.token(TOBIAS).await);
    for name in ["Heron-1", "Heron-2", "Heron-3"] {
        door.post(&ines, "/api/v1/releases", &json!({ "name": name })).await.succeeded(name);
    }
    let first = door.get(&ines, "/api/v1/releases?limit=1").await.succeeded("a page");
    let cursor = text(&first.body, "next_cursor");
    let link = first.header("link");
    assert_eq!(link, format!("</api/v1/releases?limit=1&cursor={cursor}>; rel=\"next\""));
    let mut seen = vec![text(&first.body["items"][0], "reference")];
    let mut next = Some(cursor.clone());
    while let Some(cursor) = next {
        let page = door.get(&ines, &format!("/api/v1/releases?limit=1&cursor={cursor}")).await.succeeded("a page").body;
        seen.push(text(&page["items"][0], "reference"));
        next = page["next_cursor"].as_str().map(str::to_owned);
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 3, "each once: {seen:?}");
    let refused = async |token: &str, path: String| {
        door.get(token, &path).await.is(400, "invalid-cursor", &path);
    };
    refused(&tobias, format!("/api/v1/releases?limit=1&cursor={cursor}")).await;
    refused(&ines, format!("/api/v1/inquiries?limit=1&cursor={cursor}")).await;
    refused(&ines, format!("/api/v1/releases?limit=1&stage=registered&cursor={cursor}")).await;
    for broken in
        ["", "A", "====", "%00", "%F0%9F%92%A9", &cursor[1..], &cursor[..cursor.len() - 1], &"A".repeat(4_000)]
    {
        refused(&ines, format!("/api/v1/releases?cursor={broken}")).await;
    }
    for at in (0..cursor.len()).step_by(7) {
        let other = if cursor.as_bytes()[at] == b'A' { "B" } else { "A" };
        refused(&ines, format!("/api/v1/releases?cursor={}{other}{}", &cursor[..at], &cursor[at + 1..])).await;
    }
    w.stop().await;
}

/// What these parameters do not take, with the name of each.
fn wrong_words(takes: &impl Fn(&str) -> bool) -> Vec<(&'static str, &'static str)> {
    let mut wrong = Vec::new();
    if takes("sort") {
        let words = ["sort=", "sort=stage", "sort=%2Dupdated", "sort=-", "sort=Created", "sort=a&sort=a", "sort=%00"];
        wrong.extend(words.map(|query| (query, "sort")));
    }
    if takes("format") {
        wrong.extend(["format=xml", "format=", "format=CSV", "format=csv&format=csv"].map(|query| (query, "format")));
    }
    if takes("preview") {
        wrong.extend(["preview=maybe", "preview=", "preview=true&preview=true"].map(|query| (query, "preview")));
    }
    if takes("from") && takes("to") {
        wrong.push(("from=2026-11-02T14:00:00", "from"));
        wrong.extend(["to=%2B262142-12-31T23:59:59Z", "to=x", "to=2020-01-01T00:00:00Z"].map(|query| (query, "to")));
    }
    wrong
}

#[tokio::test]
async fn wrong_parameters_are_named_on_every_route() {
    let w = World::new(TestDatabase::postgres().await, START).await;
    let records = scene::set(&w).await;
    let door = Door::of(&w);
    let document = door.document().await;
    let ines = door.token(INES).await;
    let (mut lists, mut sorted) = (0, 0);
    for operation in operations(&document).iter().filter(|one| one.path.starts_with("/api/v1/")) {
        let path = super::bodies::filled(&operation.path, &records, &w);
        let described = &document["paths"][&operation.path][operation.method.to_lowercase()]["parameters"];
        let takes = |name: &str| described.as_array().into_iter().flatten().any(|one| one["name"] == name);
        let method = Method::from_bytes(operation.method.as_bytes()).expect("a method");
        let mut wrong = vec![("zz_unknown=1", "zz_unknown"), ("zz_unknown", "zz_unknown"), ("%00=1", "\u{0}")];
        if takes("limit") {
            lists += 1;
            wrong.extend(["0", "201", "-1", "1.5", "x", "", "99999999999999999999"].map(|_| ("", "limit")));
            for value in ["0", "201", "-1", "1.5", "x", "", "99999999999999999999", "%00"] {
                let answer = door.get(&ines, &format!("{path}?limit={value}")).await;
                answer.is(400, "invalid-parameter", &format!("{path} {value}"));
                assert_eq!(answer.parameters(), ["limit"], "{path} {value}");
            }
            wrong.extend([
                ("limit=1&limit=1", "limit"),
                ("stage=%00", "stage"),
                ("stage=a,,b", "stage"),
                ("stage=X", "stage"),
            ]);
        }
        sorted += usize::from(takes("sort"));
        wrong.extend(wrong_words(&takes));
        for (query, name) in wrong.into_iter().filter(|(query, _)| !query.is_empty()) {
            let json = [("content-type", "application/json")];
            let answer = door.ask(method.clone(), &format!("{path}?{query}"), Some(&ines), &json, None).await;
            answer.is(400, "invalid-parameter", &format!("{path}?{query}"));
            assert_eq!(answer.parameters(), [name], "{path}?{query}");
        }
    }
    assert_eq!(lists, Kind::ALL.len() + 2, "one list a kind, the search and the mail log");
    assert_eq!(sorted, Kind::ALL.len() + 1, "one list a kind, and the search");
    w.stop().await;
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems() {
    let w = World::new(TestDatabase::sqlite().await, START).await;
    let door = Door::of(&w);
    let ines = door.token(INES).await;
    for path in ["/api/v1/nothing", "/api/v1/releases/x/y/z", "/api/v2/me", "/nothing", "/api/v1/releases/x/fly"] {
        door.get(&ines, path).await.is(404, "not-found", path);
    }
    for (method, path) in [
        (Method::PUT, "/api/v1/releases"),
        (Method::DELETE, "/api/v1/me"),
        (Method::PATCH, "/api/v1/releases/REL-2026-ZZZZZZ"),
        (Method::GET, "/api/v1/auth/token"),
        (Method::POST, "/api/v1/me"),
    ] {
        let answer = door.ask(method.clone(), path, Some(&ines), &[], None).await;
        answer.is(405, "method-not-allowed", &format!("{method} {path}"));
        assert!(!answer.header("allow").is_empty(), "{method} {path}");
    }
    w.stop().await;
}
