//! Every body that the API takes, wrong in every way that its description knows.

use std::collections::BTreeMap;

use anteroom::domain::{action::Creates, command::Command, id::Kind};
use reqwest::Method;

use super::faults::{self, Expected, Fault};
use crate::support::{
    bodies::operations,
    contents,
    database::TestDatabase,
    door::{Door, Reply},
    scene::{self, INES, NIA, START, THEO},
    world::World,
};

#[tokio::test]
async fn wrong_bodies_are_refused_at_the_field_on_sqlite() {
    refuse(TestDatabase::sqlite().await).await;
}

#[tokio::test]
async fn wrong_bodies_are_refused_at_the_field_on_postgresql() {
    refuse(TestDatabase::postgres().await).await;
}

async fn refuse(database: TestDatabase) {
    let w = World::new(database, START).await;
    let records = scene::set(&w).await;
    let door = Door::of(&w);
    let document = door.document().await;
    let (ines, nia, theo) = (door.token(INES).await, door.token(NIA).await, door.token(THEO).await);
    let before = contents::of(w.url()).await;
    let mut complaints = Vec::new();
    let mut asked = 0;
    for operation in operations(&document).iter().filter(|operation| operation.method == "POST") {
        let path = filled(&operation.path, &records, &w);
        // Whoever may carry the act out, so that the body is looked at and not the asker.
        let token = match path.split('/').nth(3) {
            Some("working-days") => &nia,
            Some("frameworks" | "milestones") => &theo,
            _ => &ines,
        };
        for fault in faults::of(&document, operation) {
            let headers: Vec<_> = fault.content_type.iter().map(|kind| ("content-type", *kind)).collect();
            let token = operation.is_secured.then_some(token.as_str());
            let reply = door.ask(Method::POST, &path, token, &headers, Some(fault.body.clone())).await;
            if let Err(complaint) = judged(&fault, &reply) {
                complaints.push(format!("{path}: {}: {complaint}: {} {}", fault.what, reply.status, reply.body));
            }
            asked += 1;
        }
    }
    assert!(complaints.is_empty(), "{} of {asked}:\n{}", complaints.len(), complaints.join("\n"));
    assert!(asked > 1_500, "only {asked} bodies were tried");
    contents::unchanged(&before, w.url()).await;
    let report = w.app.verify().await.unwrap();
    assert!(report.checked.events > 8 && report.differences.is_empty(), "{report:?}");
    w.stop().await;
}

/// The path with a record of its kind, an account, or something that is none.
pub fn filled(path: &str, records: &BTreeMap<Kind, String>, w: &World) -> String {
    let kind = Kind::ALL.into_iter().find(|kind| path.starts_with(&format!("/api/v1/{}/", kind.plural())));
    let reference = kind.map(|kind| records[&kind].as_str()).unwrap_or_default();
    let other = "3f0f9b1e-5c0a-4d3e-9a57-0d1f2b6c7a88";
    let path = path.replace("{reference}", reference).replace("{account}", w.account(INES));
    ["{role}", "{token}", "{session}", "{id}", "{file}"].iter().fold(path, |path, name| path.replace(name, other))
}

fn judged(fault: &Fault, reply: &Reply) -> Result<(), String> {
    let kind = reply.header("content-type");
    if kind != "application/problem+json" || reply.problem().is_empty() {
        return Err(format!("not a problem but {kind:?}"));
    }
    if reply.bytes.len() > 2_000 {
        return Err(format!("an answer of {} bytes", reply.bytes.len()));
    }
    let fits = match &fault.expected {
        Expected::Pointer(pointer) => {
            let at = |found: &&str| found.starts_with(pointer.as_str());
            reply.status == 422 && reply.pointers().iter().any(at)
        }
        Expected::Problem(status, problem) => (reply.status, reply.problem()) == (*status, *problem),
        Expected::Client => (400..500).contains(&reply.status),
    };
    if fits { Ok(()) } else { Err("is answered otherwise".to_owned()) }
}

#[tokio::test]
async fn the_description_has_the_body_of_every_command() {
    let w = World::new(TestDatabase::sqlite().await, START).await;
    let document = Door::of(&w).document().await;
    let described: BTreeMap<String, bool> = operations(&document)
        .into_iter()
        .map(|one| (format!("{} {}", one.method, one.path), one.schema.is_some()))
        .collect();
    for facts in Command::catalog() {
        let plural = facts.action.kind.plural();
        let path = match facts.creates {
            Creates::No => format!("POST /api/v1/{plural}/{{reference}}/{}", facts.action.name),
            Creates::Alone | Creates::Under => format!("POST /api/v1/{plural}"),
        };
        assert_eq!(described.get(&path), Some(&true), "{path}");
    }
    w.stop().await;
}
