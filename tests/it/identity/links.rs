//! One-time links: an invitation sets the first password once, and the first start's link makes the first administrator.

use anteroom::{
    app::{App, Parts},
    clock::Clock,
    config::Settings,
    ids::Ids,
    mail::Transport,
    storage::{Store, StoreOptions},
    web::{health::Readiness, routes::router},
};
use axum::{Router, body::Body, http::Request};
use chrono::TimeDelta;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{later, told};
use crate::support::{
    contents,
    database::TestDatabase,
    door::{Door, text},
    scene::{DANA, INES, NIA, START},
    world::{World, instant},
};

at_both_doors! { an_invitation_sets_the_first_password_once }

const NEW: &str = "pia.lund@larkspur.test";
const GOOD: &str = "wet gravel orchard 58";

async fn an_invitation_sets_the_first_password_once(w: World) {
    let door = Door::of(&w);
    let (nia, dana) = (door.token(NIA).await, door.token(DANA).await);
    let new = json!({ "email": NEW, "name": "Pia Lund", "organization": w.organization("larkspur"), "roles": ["DL"] });
    door.post(&dana, "/api/v1/accounts", &new).await.is(422, "invalid-body", "an organization that one does not know");
    let made = door.post(&nia, "/api/v1/accounts", &new).await.succeeded("an account").body;
    let link = text(&made["invitation"], "link");
    let secret = link.split('#').nth(1).expect("the secret stands behind the fragment").to_owned();
    assert_eq!(made["invitation"]["expires_at"], "2026-11-03T14:00:00Z");
    let stored = format!("{:?}", contents::of(w.url()).await);
    assert!(!stored.contains(&secret), "the secret is not stored");
    let account = text(&made["account"], "id");
    let again = door.post(&nia, &format!("/api/v1/accounts/{account}/invite"), &json!({})).await;
    let second = text(&again.succeeded("another invitation").body, "link");
    let set = async |link: &str, password: &str| {
        door.post_unsigned("/api/v1/auth/password", &json!({ "link": link, "new_password": password })).await
    };
    let void = set(&link, GOOD).await;
    void.is(422, "invalid-body", "the first invitation ended with the second");
    assert_eq!(void.pointers(), ["/link"]);
    for weak in ["short", "fourteen chars", "aaaaaaaaaaaaaaaaaaaa", "pia.lund@larkspur.test", "passwordpassword"] {
        let answer = set(&second, weak).await;
        answer.is(422, "invalid-body", weak);
        assert_eq!(answer.pointers(), ["/new_password"], "{weak}");
    }
    let (one, other) = tokio::join!(set(&second, GOOD), set(&second, "dry pebble harbor 77"));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 422], "a link is good for one use: {} {}", one.body, other.body);
    let (right, wrong) =
        if one.status == 204 { (GOOD, "dry pebble harbor 77") } else { ("dry pebble harbor 77", GOOD) };
    assert_eq!(door.sign_in_with(NEW, right, None).await.status, 200);
    assert_eq!(door.sign_in_with(NEW, wrong, None).await.status, 401);
    assert_eq!(set(&second, GOOD).await.status, 422, "it is used up");
    let late = door.post(&nia, &format!("/api/v1/accounts/{account}/invite"), &json!({})).await;
    late.is(422, "invalid-body", "no administrator takes over an account that has a password");
    assert_eq!(told(&w, NEW).await, 1, "the holder is told that a password was set");
    let mails = w.smtp.received();
    let leaks = |text: &str| text.contains(&secret) || text.contains(second.split('#').nth(1).expect("a secret"));
    assert!(mails.iter().all(|mail| !leaks(&String::from_utf8_lossy(&mail.raw))), "no mail has the link");
    expires(&w, &door, &nia).await;
    w.stop().await;
}

async fn expires(w: &World, door: &Door, nia: &str) {
    let new = json!({ "email": "late@larkspur.test", "name": "Late", "organization": w.organization("larkspur") });
    let made = door.post(nia, "/api/v1/accounts", &new).await.succeeded("an account").body;
    let body = json!({ "link": text(&made["invitation"], "link"), "new_password": GOOD });
    let mut disabled = body.clone();
    later(w, 24 * 3_600);
    let answer = door.post_unsigned("/api/v1/auth/password", &body).await;
    answer.is(422, "invalid-body", "a day later");
    assert_eq!(answer.pointers(), ["/link"]);
    let nia = door.token(NIA).await;
    let invite = |id: &str| format!("/api/v1/accounts/{id}/invite");
    let account = text(&made["account"], "id");
    let link = door.post(&nia, &invite(&account), &json!({})).await.succeeded("another").body;
    door.post(&nia, &format!("/api/v1/accounts/{account}/disable"), &json!({})).await.succeeded("disabled");
    disabled["link"] = link["link"].clone();
    let answer = door.post_unsigned("/api/v1/auth/password", &disabled).await;
    answer.is(422, "invalid-body", "of a disabled account");
    assert_eq!(door.sign_in_with(INES, GOOD, None).await.status, 401);
}

/// A service that was started for the first time.
struct Fresh {
    app: App,
    clock: Clock,
    routes: Router,
    database: TestDatabase,
}

async fn fresh(database: TestDatabase) -> Fresh {
    let wait = std::time::Duration::from_secs(20);
    let options = StoreOptions { url: database.url().to_owned(), max_connections: 4, acquire_timeout: wait };
    let clock = Clock::fixed(instant(START));
    let parts = Parts {
        store: Store::connect(&options).await.unwrap(),
        clock: clock.clone(),
        ids: Ids::seeded(3),
        settings: Settings::for_tests().unwrap(),
        transport: Transport::Log,
    };
    let app = App::new(parts).unwrap();
    let routes = router(app.clone(), Readiness::default()).unwrap();
    Fresh { app, clock, routes, database }
}

impl Fresh {
    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = Request::post(path).header("content-type", "application/json").body(Body::from(body.to_string()));
        let response = self.routes.clone().oneshot(request.unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }
}

#[tokio::test]
async fn the_first_administrator_is_made_once_on_sqlite() {
    first_administrator(fresh(TestDatabase::sqlite().await).await).await;
}

#[tokio::test]
async fn the_first_administrator_is_made_once_on_postgresql() {
    first_administrator(fresh(TestDatabase::postgres().await).await).await;
}

async fn first_administrator(fresh: Fresh) {
    const PATH: &str = "/api/v1/auth/first-administrator";
    let ask = |link: &str, email: &str, password: &str| {
        let person = json!({ "organization": "Office", "email": email, "name": "Nia Holt", "password": password });
        json!({ "link": link, "administrator": person })
    };
    let old = fresh.app.first_administrator_link().await.unwrap().expect("there is no administrator");
    fresh.clock.advance_system(TimeDelta::hours(24)).unwrap();
    let (status, body) = fresh.post(PATH, &ask(&old, "nia@office.test", GOOD)).await;
    assert_eq!((status, &body["errors"][0]["pointer"]), (422, &json!("/link")), "a day later: {body}");
    let link = fresh.app.first_administrator_link().await.unwrap().expect("there is no administrator yet");
    let guess = format!("{}x", &link[..link.len() - 1]);
    for (what, link, email, password, pointer) in [
        ("a guess", guess.as_str(), "nia@office.test", GOOD, "/link"),
        ("no link", "", "nia@office.test", GOOD, "/link"),
        ("no address", &link, "nia", GOOD, "/email"),
        ("a weak password", &link, "nia@office.test", "password", "/password"),
    ] {
        let (status, body) = fresh.post(PATH, &ask(link, email, password)).await;
        let found = body["errors"][0]["pointer"].as_str().unwrap_or_default().to_owned();
        assert!(status == 422 && found.ends_with(pointer), "{what}: {status} {body}");
    }
    let (one, other) = (ask(&link, "nia@office.test", GOOD), ask(&link, "sly@office.test", GOOD));
    let (one, other) = tokio::join!(fresh.post(PATH, &one), fresh.post(PATH, &other));
    let mut statuses = [one.0, other.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422], "{} {}", one.1, other.1);
    assert_eq!(fresh.app.first_administrator_link().await.unwrap(), None, "there is one now");
    let (status, _) = fresh.post(PATH, &ask(&link, "third@office.test", GOOD)).await;
    assert_eq!(status, 422);
    let accounts = contents::of(fresh.database.url()).await;
    assert_eq!(accounts["organization"].len(), 1, "{:?}", accounts["organization"]);
    let winner = if one.0 == 200 { "nia@office.test" } else { "sly@office.test" };
    let (status, tokens) = fresh.post("/api/v1/auth/token", &json!({ "email": winner, "password": GOOD })).await;
    assert_eq!(status, 200, "{tokens}");
}
