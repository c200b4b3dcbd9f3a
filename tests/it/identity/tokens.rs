//! API tokens of a developer's gateway: shown once, good for one question, and gone at the next request.

use reqwest::Method;
use serde_json::{Value, json};

use super::{alike, enroll, later};
use crate::support::{
    bodies::{operations, valid},
    contents,
    door::{Door, Reply, text},
    scene::{self, DANA, FELIX, INES, LENA, MARA, NIA, TOBIAS},
    window,
    world::World,
};

at_both_doors! { a_token_is_shown_once_and_opens_one_route a_gateway_asks_about_its_own_developers_grants }

const PATH: &str = "/api/v1/api-tokens";

async fn made(door: &Door, token: &str) -> Value {
    let new = json!({ "name": "Gateway", "expires_at": "2027-10-01T00:00:00Z", "scopes": ["access-check"] });
    door.post(token, PATH, &new).await.succeeded("a token").body
}

async fn a_token_is_shown_once_and_opens_one_route(w: World) {
    let door = Door::of(&w);
    let ines = door.token(INES).await;
    let new = |expires: &str, scopes: &[&str]| json!({ "name": "Gateway", "expires_at": expires, "scopes": scopes });
    let good = new("2027-10-01T00:00:00Z", &["access-check"]);
    for who in [NIA, DANA, LENA, scene::BEA] {
        let token = door.token(who).await;
        door.post(&token, PATH, &good).await.is(403, "forbidden", who);
        door.get(&token, PATH).await.is(403, "forbidden", who);
    }
    for (body, pointer) in [
        (new("2026-11-02T14:00:00Z", &["access-check"]), "/expires_at"),
        (new("2027-11-03T14:00:01Z", &["access-check"]), "/expires_at"),
        (new("2027-10-01T00:00:00Z", &[]), "/scopes"),
        (new("2027-10-01T00:00:00Z", &["admin"]), "/scopes/0"),
    ] {
        let answer = door.post(&ines, PATH, &body).await;
        answer.is(422, "invalid-body", pointer);
        assert_eq!(answer.pointers(), [pointer]);
    }
    let made = made(&door, &ines).await;
    let secret = text(&made, "secret");
    let listed = door.get(&ines, PATH).await.succeeded("the list");
    assert_eq!(listed.body.as_array().map(Vec::len), Some(1));
    assert!(!String::from_utf8_lossy(&listed.bytes).contains(&secret), "shown once");
    let stored = format!("{:?}", contents::of(w.url()).await);
    assert!(!stored.contains(&secret), "stored as a hash alone");
    let document = door.document().await;
    let (mut closed, mut open) = (0, 0);
    for operation in operations(&document).into_iter().filter(|one| one.is_secured) {
        let body = operation.schema.as_ref().map_or_else(|| json!({}), |schema| valid(&document, schema));
        let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
        let json = [("content-type", "application/json")];
        let answer = door.ask(method, &operation.path, Some(&secret), &json, Some(body.to_string().into_bytes())).await;
        if operation.id == "access_check" {
            answer.is(404, "not-found", "the one route");
            open += 1;
        } else {
            answer.is(401, "unauthenticated", &operation.id);
            closed += 1;
        }
    }
    assert!(open == 1 && closed > 100, "{open} open, {closed} closed");
    w.stop().await;
}

/// What a gateway says of the holder's sign-in.
fn question(grant: &str, assurance: &str) -> Value {
    json!({ "grant": grant, "statement": { "authenticated_at": "2026-11-23T13:30:00Z", "assurance": assurance } })
}

/// The names of what is unmet.
fn facts(answer: &Value) -> Vec<&str> {
    answer["unmet"].as_array().unwrap().iter().filter_map(|one| one["fact"].as_str()).collect()
}

async fn ask(door: &Door, secret: &str, grant: &str) -> Reply {
    door.post(secret, "/api/v1/access-check", &question(grant, "aal2")).await
}

async fn a_gateway_asks_about_its_own_developers_grants(w: World) {
    let scene = window::set(&w).await;
    let door = Door::of(&w);
    let (ines, mara) = (door.token(INES).await, door.token(MARA).await);
    let own = made(&door, &ines).await;
    let secret = text(&own, "secret");
    let foreign = text(&made(&door, &mara).await, "secret");
    let grant = &scene.grant;
    let denied = ask(&door, &secret, grant).await.succeeded("a question").body;
    assert_eq!(denied["allowed"], false, "the window is not open");
    assert!(facts(&denied).contains(&"window_not_open"), "{denied}");
    w.at("2026-11-23T14:00:00Z").await;
    let weak = ask(&door, &secret, grant).await.succeeded("a question").body;
    assert_eq!(facts(&weak), ["no_second_factor"], "the holder has one factor alone");
    holder(&w, &door, grant).await;
    let allowed = ask(&door, &secret, grant).await.succeeded("a question").body;
    assert_eq!(
        (&allowed["allowed"], &allowed["at"]["at"]),
        (&json!(true), &json!("2026-11-23T14:00:00Z")),
        "{allowed}"
    );
    let one_factor = door.post(&secret, "/api/v1/access-check", &question(grant, "aal1")).await;
    let one_factor = one_factor.succeeded("a question").body;
    assert_eq!((&one_factor["allowed"], facts(&one_factor)), (&json!(false), vec!["session_not_aal2"]));
    let silent = door.post(&secret, "/api/v1/access-check", &json!({ "grant": grant })).await;
    silent.is(422, "invalid-body", "a gateway that says nothing of the sign-in");
    assert_eq!(silent.pointers(), ["/statement"]);
    // Another developer's gateway learns nothing, not even that the grant exists.
    let hidden = ask(&door, &foreign, grant).await;
    hidden.is(404, "not-found", "another developer's gateway");
    for name in ["GRA-2026-ZZZZZZ", "x", "GRA-\u{0}", scene.engagement.as_str()] {
        alike(&hidden, &ask(&door, &foreign, name).await, name);
        alike(&hidden, &ask(&door, &secret, name).await, name);
    }
    ends(&w, &door, &own, &secret, grant).await;
    w.stop().await;
}

/// The holder asks for the own grant, without a statement; nobody else asks about it as a person.
async fn holder(w: &World, door: &Door, grant: &str) {
    let lena = door.token(LENA).await;
    let asked = async || {
        door.post(&lena, "/api/v1/access-check", &json!({ "grant": grant })).await.succeeded("the holder").body
    };
    let own = asked().await;
    assert_eq!((&own["allowed"], facts(&own)), (&json!(false), vec!["session_not_aal2"]));
    enroll(w, door, &lena).await;
    assert_eq!(asked().await["allowed"], true, "two factors");
    let stated = door.post(&lena, "/api/v1/access-check", &question(grant, "aal2")).await;
    stated.is(422, "invalid-body", "a person does not state the own strength");
    for who in [TOBIAS, DANA, FELIX] {
        let token = door.token(who).await;
        let answer = door.post(&token, "/api/v1/access-check", &json!({ "grant": grant })).await;
        answer.is(404, "not-found", who);
    }
}

/// By the grant's end, by revoking the token, and by its own date.
async fn ends(w: &World, door: &Door, own: &Value, secret: &str, grant: &str) {
    let tobias = door.token(TOBIAS).await;
    door.post(&tobias, &format!("/api/v1/grants/{grant}/suspend"), &json!({})).await.succeeded("suspended");
    let denied = ask(door, secret, grant).await.succeeded("a question").body;
    assert_eq!(
        (&denied["allowed"], &denied["unmet"][0]["fact"]),
        (&json!(false), &json!("grant_suspended")),
        "{denied}"
    );
    let second = made(door, &door.token(INES).await).await;
    let revoke = format!("{PATH}/{}/revoke", text(&own["token"], "id"));
    let ines = door.token(INES).await;
    assert_eq!(door.post(&ines, &revoke, &json!({})).await.status, 204);
    ask(door, secret, grant).await.is(401, "unauthenticated", "a revoked token");
    door.post(&ines, &revoke, &json!({})).await.is(404, "not-found", "it is revoked");
    let secret = text(&second, "secret");
    ask(door, &secret, grant).await.succeeded("another token");
    let end = crate::support::world::instant("2027-10-01T00:00:00Z") - w.clock.system();
    later(w, end.num_seconds() - 1);
    ask(door, &secret, grant).await.succeeded("a second before its end");
    later(w, 1);
    ask(door, &secret, grant).await.is(401, "unauthenticated", "at its end");
}
