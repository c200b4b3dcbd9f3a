//! What one may not know of looks, byte for byte, like what does not exist.

use std::collections::BTreeMap;

use anteroom::{
    domain::id::Kind,
    storage::access_log::{self, AccessOutcome},
};
use serde_json::{Value, json};

use crate::support::{
    bodies::{self, Operation, operations, valid},
    contents,
    database::TestDatabase,
    door::{Door, Reply},
    scene::{self, BEA, FELIX, INES, MARA, NIA, NORA, START},
    world::World,
};

/// People who may know of nothing in the scene: of another developer, of two partners before any disclosure, and the
/// administrator, who reads no case.
const OUTSIDERS: [&str; 5] = [MARA, FELIX, BEA, NORA, NIA];

/// Names of nothing: of the right form, and of forms that no name has. `%00` and `%FF` are no text that could be stored.
const NOTHING: [&str; 7] =
    ["XXX-2026-ZZZZZZ", "3f0f9b1e-5c0a-4d3e-9a57-0d1f2b6c7a88", "x", "%00", "%FF", "XXX-2026-%00", "..%2f..%2fetc"];

#[tokio::test]
async fn what_is_hidden_looks_like_what_does_not_exist_on_sqlite() {
    hide(TestDatabase::sqlite().await).await;
}

#[tokio::test]
async fn what_is_hidden_looks_like_what_does_not_exist_on_postgresql() {
    hide(TestDatabase::postgres().await).await;
}

async fn hide(database: TestDatabase) {
    let w = World::new(database, START).await;
    let records = scene::set(&w).await;
    let door = Door::of(&w);
    let document = door.document().await;
    let mut tokens = BTreeMap::new();
    for who in OUTSIDERS {
        tokens.insert(who, door.token(who).await);
    }
    let ines = door.token(INES).await;
    let before = contents::of(w.url()).await;
    let mut asked = 0;
    for operation in operations(&document).iter().filter(|one| one.path.contains("{reference}")) {
        let kind =
            Kind::ALL.into_iter().find(|kind| operation.path.starts_with(&format!("/api/v1/{}/", kind.plural())));
        let kind = kind.expect("a route of a kind");
        for (who, token) in &tokens {
            let real = ask(&door, &document, operation, token, &records[&kind]).await;
            real.is(404, "not-found", &format!("{who} {} {}", operation.method, operation.path));
            for name in NOTHING {
                let name = name.replace("XXX", kind.prefix());
                let none = ask(&door, &document, operation, token, &name).await;
                same(&real, &none, &format!("{who} {} {} {name}", operation.method, operation.path));
                asked += 1;
            }
        }
        // Those who may know of the record meet the same answer at a name of nothing.
        let none = ask(&door, &document, operation, &ines, NOTHING[3]).await;
        none.is(404, "not-found", &operation.path);
    }
    assert!(asked > 2_000, "only {asked} questions");
    logged(&w, asked).await;
    parents(&w, &door, &records, &tokens[MARA]).await;
    contents::unchanged(&before, w.url()).await;
    w.stop().await;
}

async fn ask(door: &Door, document: &Value, operation: &Operation, token: &str, name: &str) -> Reply {
    let path = operation.path.replace("{reference}", name).replace("{number}", "1");
    match &operation.schema {
        None => door.get(token, &path).await,
        Some(schema) => door.post(token, &path, &valid(document, schema)).await,
    }
}

/// Status, bytes and headers but for the request's own id and the date.
#[track_caller]
fn same(one: &Reply, other: &Reply, what: &str) {
    let headers = |reply: &Reply| {
        let mut kept = reply.headers.clone();
        kept.remove("x-request-id").expect("a request has an id");
        kept.remove("date");
        // After so many requests a connection is closed, whatever was asked.
        kept.remove("connection");
        kept
    };
    assert_eq!((one.status, &one.bytes), (other.status, &other.bytes), "{what}: {} {}", one.body, other.body);
    assert_eq!(headers(one), headers(other), "{what}");
}

/// Every denial stands in the access log, also of names that could not be stored as they came.
async fn logged(w: &World, asked: usize) {
    let tx = w.store().begin_read().await.unwrap();
    let entries = access_log::newest(&tx, None, None, 100_000).await.unwrap();
    tx.end().await.unwrap();
    let denied = entries.iter().filter(|entry| entry.outcome == AccessOutcome::Denied && entry.detail == "hidden");
    assert!(denied.count() >= asked, "a denial is missing from the log");
}

/// A record that a new one should stand under, named in the body.
async fn parents(w: &World, door: &Door, records: &BTreeMap<Kind, String>, mara: &str) {
    let partner = w.organization("cedar_hollow");
    let holder = w.account("lena.fisk@cisa.fado.test");
    for (path, pointer, kind, body) in [
        ("inquiries", "/release", Kind::Release, json!({ "release": 1, "question": "Is it?" })),
        ("engagements", "/release", Kind::Release, json!({ "release": 1 })),
        ("conditions", "/attach_to", Kind::Engagement, json!({ "attach_to": 1, "template": "nda" })),
        ("conditions", "/attach_to", Kind::Nomination, json!({ "attach_to": 1, "template": "nda" })),
        ("documents", "/attach_to", Kind::Engagement, scene::upload("1", "Terms", "text/plain", b"Terms")),
        ("documents", "/attach_to", Kind::Nomination, scene::upload("1", "Terms", "text/plain", b"Terms")),
        ("documents", "/attach_to", Kind::Condition, scene::upload("1", "Terms", "text/plain", b"Terms")),
        ("nominations", "/engagement", Kind::Engagement, json!({ "engagement": 1, "partner": partner })),
        ("incidents", "/under", Kind::Engagement, json!({ "under": 1, "incident_type": "loss" })),
        (
            "grants",
            "/under",
            Kind::Engagement,
            json!({ "under": 1, "holder": holder, "need_to_know": "It.", "unclassified_attestation": true }),
        ),
    ] {
        let path = format!("/api/v1/{path}");
        let real = door.post(mara, &path, &bodies::with(&body, pointer, json!(records[&kind]))).await;
        real.is(422, "invalid-field", &path);
        assert_eq!(real.pointers(), [pointer], "{path}");
        let long = "A".repeat(10_000);
        let random = format!("{}-2026-ZZZZZZ", kind.prefix());
        let broken = format!("{}-2026-\u{0}", kind.prefix());
        for name in [random.as_str(), &broken, "", "\u{0}", &long, "3f0f9b1e-5c0a-4d3e-9a57-0d1f2b6c7a88"] {
            let none = door.post(mara, &path, &bodies::with(&body, pointer, json!(name))).await;
            same(&real, &none, &format!("{path} under {name:?}"));
        }
    }
}

/// Accounts, tokens and sessions of others, and grants that a gateway or person asks about.
#[tokio::test]
async fn accounts_tokens_sessions_and_grants_of_others_do_not_exist() {
    let w = World::new(TestDatabase::sqlite().await, START).await;
    let records = scene::set(&w).await;
    let door = Door::of(&w);
    let (mara, ines) = (door.token(MARA).await, door.token(INES).await);
    let new = json!({ "name": "Gateway", "expires_at": "2026-12-01T00:00:00Z", "scopes": ["access-check"] });
    let made = door.post(&ines, "/api/v1/api-tokens", &new).await.succeeded("a token").body;
    let session = door.get(&ines, "/api/v1/me").await.body["session"]["id"].as_str().expect("an id").to_owned();
    let nobody = "3f0f9b1e-5c0a-4d3e-9a57-0d1f2b6c7a88";
    let token = made["token"]["id"].as_str().expect("an id");
    for (path, own, body) in [
        ("/api/v1/accounts/{}/invite", w.account(INES), json!({})),
        ("/api/v1/accounts/{}/disable", w.account(INES), json!({})),
        ("/api/v1/accounts/{}/enable", w.account(INES), json!({})),
        ("/api/v1/accounts/{}/sessions/end", w.account(INES), json!({})),
        ("/api/v1/accounts/{}/roles", w.account(INES), json!({ "role": "DL" })),
        ("/api/v1/api-tokens/{}/revoke", token, json!({})),
        ("/api/v1/me/sessions/{}/end", &session, json!({})),
    ] {
        let real = door.post(&mara, &path.replace("{}", own), &body).await;
        real.is(404, "not-found", path);
        for name in [nobody, "x", "%FF", "%00"] {
            same(&real, &door.post(&mara, &path.replace("{}", name), &body).await, path);
        }
    }
    let check = |grant: &str| json!({ "grant": grant });
    let real = door.post(&mara, "/api/v1/access-check", &check(&records[&Kind::Grant])).await;
    real.is(404, "not-found", "access-check");
    for name in ["GRA-2026-ZZZZZZ", "GRA-\u{0}", "x", &records[&Kind::Engagement]] {
        same(&real, &door.post(&mara, "/api/v1/access-check", &check(name)).await, name);
    }
    w.stop().await;
}
