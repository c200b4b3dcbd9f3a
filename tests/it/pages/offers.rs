//! What a page offers is what the API allows: for everybody of the demonstration, on every record that they may know of,
//! in whatever stage it stands.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use anteroom::domain::{command::Command, id::Kind};
use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{demo::Demo, desk::Desk};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_offers_what_the_api_allows() {
    let place = tempfile::tempdir().unwrap();
    let demo = Demo::start(Path::new(place.path()));
    let people = demo.welcome["sign_ins"].as_array().unwrap().iter();
    let people: Vec<String> = people.map(|one| one["email"].as_str().unwrap().to_owned()).collect();
    assert!(people.len() >= 14, "{people:?}");
    // A code works once: whoever has one uses the first here, and the next at the page.
    let mut codes = BTreeMap::new();
    let mut tokens = BTreeMap::new();
    for email in &people {
        if let Some(code) = demo.code(email).await {
            tokens.insert(email.clone(), demo.sign_in(email).await);
            codes.insert(email.clone(), code);
        }
    }
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let (second, first): (Vec<&String>, Vec<&String>) = people.iter().partition(|email| codes.contains_key(*email));
    for email in first.into_iter().chain(second) {
        let used = codes.remove(email);
        while used.is_some() && demo.code(email).await == used {}
        let token = match tokens.remove(email) {
            Some(token) => token,
            None => demo.sign_in(email).await,
        };
        let desk = demo.desk(email).await;
        for kind in Kind::ALL {
            for reference in references(&demo, &token, kind).await {
                let stage = compare(&demo, &desk, &token, email, kind, &reference).await;
                seen.entry(kind.name().to_owned()).or_default().insert(stage);
            }
        }
    }
    let engagement = &seen["engagement"];
    assert!(engagement.len() >= 7, "the demonstration has engagements in many stages: {engagement:?}");
    assert!(seen.len() >= 9, "and records of many kinds: {:?}", seen.keys());
}

async fn references(demo: &Demo, token: &str, kind: Kind) -> Vec<String> {
    let (status, page) = demo.get(&format!("/api/v1/{}?limit=200", kind.plural()), Some(token)).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let items = page["items"].as_array().unwrap().iter();
    items.filter(|item| item["stage"] != "locked").map(|item| item["reference"].as_str().unwrap().to_owned()).collect()
}

/// Compares the page with the record's actions; answers its stage.
async fn compare(demo: &Demo, desk: &Desk, token: &str, email: &str, kind: Kind, reference: &str) -> String {
    let path = format!("/{}/{reference}", kind.plural());
    let (status, record) = demo.get(&format!("/api/v1{path}"), Some(token)).await;
    assert_eq!(status, StatusCode::OK, "{email} {path}: {record}");
    let actions = record["allowed_actions"].as_array().unwrap().iter();
    let allowed: BTreeSet<String> = actions
        .filter(|action| action["allowed"] == Value::Bool(true))
        .map(|action| action["action"].as_str().unwrap().to_owned())
        .collect();
    let page = desk.get(&path).await.is(200, &format!("{email} {path}"));
    let commands: BTreeSet<&str> = Command::actions(kind).iter().map(|action| action.name).collect();
    let links = page.all("main a", "href");
    let named = links.iter().filter_map(|href| href.strip_prefix(&format!("{path}/")));
    let offered: BTreeSet<String> = named.filter(|name| commands.contains(name)).map(str::to_owned).collect();
    assert_eq!(offered, allowed, "{email} {path}");
    record["stage"].as_str().unwrap_or_default().to_owned()
}
