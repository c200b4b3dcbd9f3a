//! Requests that come twice, too late, or at the wrong moment.

use anteroom::domain::id::Kind;
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    bodies::{operations, valid},
    contents,
    database::TestDatabase,
    door::{Door, text},
    scene::{self, INES, TOBIAS},
    world::World,
};

at_both_doors! { a_stale_tag_stops_a_command one_key_acts_once a_refused_action_is_refused_by_its_name }

/// How often the record's timeline says that something happened.
async fn happenings(door: &Door, token: &str, path: &str, event: &str) -> usize {
    let timeline = door.get(token, &format!("{path}/timeline")).await.succeeded(path).body;
    timeline.as_array().expect("a list").iter().filter(|entry| entry["event"] == event).count()
}

async fn a_stale_tag_stops_a_command(w: World) {
    let records = scene::set(&w).await;
    let door = Door::of(&w);
    let (tobias, ines, mara) = (door.token(TOBIAS).await, door.token(INES).await, door.token(scene::MARA).await);
    let release = format!("/api/v1/releases/{}", records[&Kind::Release]);
    let engagement = format!("/api/v1/engagements/{}", records[&Kind::Engagement]);
    let plan = |day: u32| json!({ "to": format!("2027-01-{day:02}T09:00:00-05:00") });
    let command = format!("{release}/set-planned-release");
    let first = door.get(&tobias, &release).await.succeeded("the release").header("etag").to_owned();
    assert!(first.len() > 10 && first.starts_with('"'), "{first}");
    let answer = door.post_with(&tobias, &command, &plan(4), &[("if-match", &first)]).await.succeeded("the tag of now");
    let second = answer.header("etag").to_owned();
    assert_ne!(first, second);
    assert_eq!(door.get(&tobias, &release).await.header("etag"), second, "the answer has the tag of the record");
    assert_eq!(door.get(&ines, &release).await.header("etag"), second, "people of one side share a tag");
    let before = contents::of(w.url()).await;
    assert_eq!(w.get(TOBIAS, &release["/api/v1/".len()..]).await.etag, Some(second.clone()), "in every session");
    let weak = format!("W/{second}");
    for stale in [first.as_str(), &weak, "\"\"", "\"0\", \"1\""] {
        let answer = door.post_with(&tobias, &command, &plan(5), &[("if-match", stale)]).await;
        answer.is(412, "precondition-failed", stale);
    }
    for broken in ["nonsense", "", "\"", "*, \"a\""] {
        let answer = door.post_with(&tobias, &command, &plan(5), &[("if-match", broken)]).await;
        answer.is(400, "invalid-header", broken);
        assert_eq!(answer.parameters(), ["If-Match"], "{broken}");
    }
    // Somebody who may not know of the record learns nothing by a tag, and who may not act nothing but that.
    door.post_with(&mara, &command, &plan(5), &[("if-match", &first)]).await.is(404, "not-found", "another developer");
    door.post_with(&ines, &command, &plan(5), &[("if-match", &first)]).await.is(403, "forbidden", "the liaison");
    contents::unchanged(&before, w.url()).await;
    let several = format!("{first}, {second}");
    door.post_with(&tobias, &command, &plan(5), &[("if-match", &several)]).await.succeeded("one of several tags");
    door.post_with(&tobias, &command, &plan(6), &[("if-match", "*")]).await.succeeded("any tag");
    door.post(&tobias, &command, &plan(7)).await.succeeded("no tag: it is optional");
    // Nothing holds back a withdrawal (invariant 1).
    let withdraw = format!("{engagement}/withdraw");
    door.post_with(&tobias, &withdraw, &json!({}), &[("if-match", &first)]).await.succeeded("a withdrawal");
    w.stop().await;
}

async fn one_key_acts_once(w: World) {
    let door = Door::of(&w);
    let (ines, tobias) = (door.token(INES).await, door.token(TOBIAS).await);
    let heron = json!({ "name": "Heron-3" });
    let key = |key: &'static str| [("idempotency-key", key)];
    let first = door.post_with(&ines, "/api/v1/releases", &heron, &key("k-1")).await.succeeded("a release");
    let release = text(&first.body, "reference");
    let path = format!("/api/v1/releases/{release}");
    let again = door.post_with(&ines, "/api/v1/releases", &heron, &key("k-1")).await;
    assert_eq!((again.status, &again.bytes), (201, &first.bytes), "the same answer");
    for header in ["etag", "location", "content-type"] {
        assert_eq!(again.header(header), first.header(header), "{header}");
        assert!(!first.header(header).is_empty(), "{header}");
    }
    let other = door.post_with(&ines, "/api/v1/releases", &json!({ "name": "Egret-1" }), &key("k-1")).await;
    other.is(422, "idempotency-mismatch", "another body");
    let spaced = door.ask(
        Method::POST,
        "/api/v1/releases",
        Some(&ines),
        &[("content-type", "application/json"), ("idempotency-key", "k-1")],
        Some(b"{ \"name\": \"Heron-3\" }".to_vec()),
    );
    spaced.await.is(422, "idempotency-mismatch", "other bytes");
    // The key is the account's, the route's and the record's own.
    let tobias_own = door.post_with(&tobias, "/api/v1/releases", &heron, &key("k-1")).await.succeeded("another person");
    assert_ne!(text(&tobias_own.body, "reference"), release);
    let plan = json!({ "to": "2027-01-04T09:00:00-05:00" });
    let command = format!("{path}/set-planned-release");
    for _ in 0..3 {
        door.post_with(&tobias, &command, &plan, &key("k-1")).await.succeeded("another route");
    }
    assert_eq!(happenings(&door, &tobias, &path, "release.planned_release_set").await, 1, "{release}");
    refused_keys(&w, &door, &tobias, &command, &plan).await;
    at_once(&door, &tobias, &command, &path).await;
    let listed = door.get(&ines, "/api/v1/releases").await.body["items"].as_array().expect("a list").len();
    assert_eq!(listed, 2, "Ines made one release and Tobias another");
    let bytes = w.get(INES, &path["/api/v1/".len()..]).await.bytes;
    assert!(bytes.windows(7).any(|part| part == b"Heron-3") && !bytes.windows(7).any(|part| part == b"Egret-1"));
    w.stop().await;
}

/// Keys that no request may have; a preview and a refusal use none up.
async fn refused_keys(w: &World, door: &Door, tobias: &str, command: &str, plan: &Value) {
    let before = contents::of(w.url()).await;
    let long = "k".repeat(256);
    for bad in ["", "a b", &long, "\u{e9}"] {
        let answer = door.post_with(tobias, command, plan, &[("idempotency-key", bad)]).await;
        answer.is(400, "invalid-header", bad);
        assert_eq!(answer.parameters(), ["Idempotency-Key"], "{bad}");
    }
    let preview = format!("{command}?preview=true");
    let key = [("idempotency-key", "k-preview")];
    door.post_with(tobias, &preview, plan, &key).await.succeeded("a preview");
    let past = json!({ "to": "2020-01-01T00:00:00Z" });
    let refused = door.post_with(tobias, command, &past, &key).await;
    assert!(refused.status == 409 || refused.status == 422, "{}", refused.body);
    contents::unchanged(&before, w.url()).await;
    door.post_with(tobias, command, &json!({ "to": null }), &key).await.succeeded("the key is still unused");
}

/// The same request eight times at the same moment.
async fn at_once(door: &Door, tobias: &str, command: &str, path: &str) {
    let plan = json!({ "to": "2027-02-01T09:00:00-05:00" });
    let before = happenings(door, tobias, path, "release.planned_release_set").await;
    let key = [("idempotency-key", "k-race")];
    let post = || door.post_with(tobias, command, &plan, &key);
    let answers = <[_; 4]>::from(tokio::join!(post(), post(), post(), post()));
    for answer in &answers {
        assert_eq!((answer.status, &answer.bytes), (200, &answers[0].bytes), "{}", answer.body);
    }
    assert_eq!(happenings(door, tobias, path, "release.planned_release_set").await, before + 1);
}

/// Whatever `/actions` says stands against a command is what the command is answered with, for everybody who may read
/// the record: a button never lies, and a wrong stage is 409 with that name and the stages that would do.
async fn a_refused_action_is_refused_by_its_name(w: World) {
    let records = scene::set(&w).await;
    let door = Door::of(&w);
    let document = door.document().await;
    let posts: Vec<_> = operations(&document).into_iter().filter(|one| one.method == "POST").collect();
    let mut people = Vec::new();
    for who in w.accounts.keys() {
        people.push((who.as_str(), door.token(who).await));
    }
    let before = contents::of(w.url()).await;
    let (mut wrong_stage, mut allowed) = (0, 0);
    for (kind, reference) in &records {
        let path = format!("/api/v1/{}/{reference}", kind.plural());
        for (who, token) in &people {
            let actions = door.get(token, &format!("{path}/actions")).await;
            for action in actions.body.as_array().into_iter().flatten() {
                let name = text(action, "action");
                let route = format!("/api/v1/{}/{{reference}}/{name}", kind.plural());
                let operation = posts.iter().find(|one| one.path == route).expect("a route for the action");
                let body = valid(&document, operation.schema.as_ref().expect("a body"));
                let what = format!("{who} {path}/{name}");
                if action["allowed"] == true {
                    let answer = door.post(token, &format!("{path}/{name}?preview=true"), &body).await;
                    let refused = ["forbidden", "not-found", "wrong-stage", "unmet-facts"].contains(&answer.problem());
                    assert!(!refused && answer.status < 500, "{what} is said to be allowed: {}", answer.body);
                    allowed += 1;
                    continue;
                }
                let refusal = text(action, "refusal");
                let answer = door.post(token, &format!("{path}/{name}"), &body).await;
                answer.is(if refusal == "forbidden" { 403 } else { 409 }, &refusal, &what);
                if refusal == "wrong-stage" {
                    let (stage, stages) = (&answer.body["stage"], answer.body["allowed_stages"].as_array());
                    assert!(stages.is_some_and(|stages| !stages.is_empty() && !stages.contains(stage)), "{what}");
                    wrong_stage += 1;
                }
            }
        }
    }
    assert!(wrong_stage > 40 && allowed > 20, "{wrong_stage} wrong stages, {allowed} allowed");
    contents::unchanged(&before, w.url()).await;
    w.stop().await;
}

/// A quota is each person's own; waiting as long as the answer says is enough.
#[tokio::test]
async fn who_asks_too_often_is_told_how_long_to_wait() {
    let w =
        World::with(TestDatabase::sqlite().await, scene::START, |settings| settings.server.requests_per_minute = 60);
    let w = w.await;
    let release = w.act(TOBIAS, "releases", json!({ "name": "Heron-3" })).await;
    let engagement = w.act(INES, "engagements", json!({ "release": release })).await;
    for request in 1..60 {
        assert!(w.get(INES, "me").await.status.is_success(), "request {request}");
    }
    let door = Door::of(&w);
    let ines = door.token(INES).await;
    let refused = door.get(&ines, "/api/v1/me").await;
    refused.is(429, "too-many-requests", "one too many");
    let wait: i64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    assert!(w.get(TOBIAS, "me").await.status.is_success(), "another person's quota is another");
    // Nothing holds back a withdrawal or a recorded release, not even a used-up quota (invariant 1).
    let tobias = door.token(TOBIAS).await;
    for _ in 0..60 {
        w.get(TOBIAS, "me").await;
    }
    door.get(&tobias, "/api/v1/me").await.is(429, "too-many-requests", "the quota is used up");
    let path = |command: &str| format!("/api/v1/engagements/{engagement}/{command}");
    door.post(&tobias, &path("record-release"), &json!({ "kind": "partner" })).await.succeeded("a recorded release");
    door.post(&tobias, &path("withdraw"), &json!({})).await.is(409, "wrong-stage", "it is closed already");
    w.clock.advance_system(TimeDelta::seconds(wait)).unwrap();
    door.get(&ines, "/api/v1/me").await.succeeded("after the wait");
}
