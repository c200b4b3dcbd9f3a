//! What a page offers is what the API allows: for everybody of the demonstration, on every record that they may know of,
//! in whatever stage it stands; what can be begun in lists and under records; and the pages of administration.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use anteroom::domain::{
    action::{CommandFacts, Creates},
    command::Command,
    id::Kind,
};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{
    bodies::{Operation, operations, valid},
    demo::Demo,
    desk::Desk,
    door::Door,
    offered::{Asker, Bodies, Found},
    scene,
    world::World,
};

at_both_doors! {
    lists_offer_to_begin_what_a_person_may_ever_begin
    records_offer_to_begin_under_them_what_the_api_does_not_forbid
    administration_offers_what_it_answers_and_refuses_what_it_does_not_offer
}

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
    let mut wrong = Vec::new();
    let (second, first): (Vec<&String>, Vec<&String>) = people.iter().partition(|email| codes.contains_key(*email));
    for email in first.into_iter().chain(second) {
        let used = codes.remove(email);
        while used.is_some() && demo.code(email).await == used {}
        let token = match tokens.remove(email) {
            Some(token) => token,
            None => demo.sign_in(email).await,
        };
        let base = demo.welcome["url"].as_str().unwrap().to_owned();
        let asker = Asker {
            who: email.clone(),
            desk: demo.desk(email).await,
            door: Door::at(base),
            token,
            compared: RefCell::default(),
        };
        let bodies = Bodies::of(&asker.door).await;
        for kind in Kind::ALL {
            for reference in references(&demo, &asker.token, kind).await {
                let Found::Seen(stage) = asker.compare(&bodies, (kind, &reference), &mut wrong).await else {
                    panic!("{email} lists {reference} and does not read it");
                };
                seen.entry(kind.name().to_owned()).or_default().insert(stage);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
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

/// The commands that make records through a form of their own.
fn beginnings() -> impl Iterator<Item = CommandFacts> {
    Command::catalog().into_iter().filter(|facts| facts.creates != Creates::No && facts.action.kind != Kind::Document)
}

fn form_of(kind: Kind) -> String {
    format!("/new/{}", kind.name().replace('_', "-"))
}

/// What is begun from a list, with the fields that it takes at least.
const LISTED: [(Kind, &[&str]); 3] =
    [(Kind::Release, &["name"]), (Kind::Inquiry, &["release", "question"]), (Kind::Engagement, &["release"])];

async fn lists_offer_to_begin_what_a_person_may_ever_begin(w: World) {
    let mut offered = BTreeSet::new();
    for who in w.accounts.keys() {
        let desk = Desk::signed_in(&w, who).await;
        for (kind, fields) in LISTED {
            let (list, form) = (format!("/{}", kind.plural()), form_of(kind));
            let links = desk.get(&list).await.is(200, &format!("{who} {list}")).all("main a", "href");
            let status = desk.get(&form).await.status;
            let body = json!({ "name": "Heron-9", "release": "REL-2026-ZZZZZZ", "question": "Is it covered?" });
            let body: Value = fields.iter().map(|name| ((*name).to_owned(), body[*name].clone())).collect();
            let asked = w.post(who, &format!("{}?preview=true", kind.plural()), &body).await;
            if links.contains(&form) {
                assert_eq!(status, 200, "{who} {form}");
                assert_ne!(asked.status, 403, "{who} {form}: {}", asked.body);
                offered.insert((who.clone(), form));
            } else {
                assert_eq!(status, 403, "{who} {form}: what is not offered is refused");
                assert!(!asked.status.is_success(), "{who} {form}: {}", asked.body);
            }
        }
    }
    // Two developers with two people each, and nobody else.
    assert_eq!(offered.len(), 4 * 3, "{offered:?}");
    w.stop().await;
}

async fn records_offer_to_begin_under_them_what_the_api_does_not_forbid(w: World) {
    let records = scene::set(&w).await;
    let document = Door::of(&w).document().await;
    let operations = operations(&document);
    let mut begun: BTreeSet<Kind> = BTreeSet::new();
    for who in w.accounts.keys() {
        let desk = Desk::signed_in(&w, who).await;
        for (kind, reference) in &records {
            let page = desk.get(&format!("/{}/{reference}", kind.plural())).await;
            if page.status != 200 {
                continue;
            }
            let links = page.all("main a", "href");
            for facts in beginnings().filter(|facts| facts.creates == Creates::Under) {
                let child = facts.action.kind;
                let form = format!("{}?under={reference}", form_of(child));
                if !links.contains(&form) {
                    continue;
                }
                desk.get(&form).await.is(200, &format!("{who} {form}"));
                let body = under(&document, &operations, child, reference);
                let asked = w.post(who, &format!("{}?preview=true", child.plural()), &body).await;
                assert_ne!(asked.status, 403, "{who} {form}: {}", asked.body);
                begun.insert(child);
            }
        }
    }
    assert!(begun.len() >= 6, "of many kinds: {begun:?}");
    w.stop().await;
}

/// A body that makes a record of the kind under this one, as far as the API's description knows.
fn under(document: &Value, operations: &[Operation], kind: Kind, reference: &str) -> Value {
    let path = format!("/api/v1/{}", kind.plural());
    let made = operations.iter().find(|one| one.path == path && one.method == "POST").expect("a command that makes it");
    let mut body = valid(document, made.schema.as_ref().expect("a body"));
    let fields = body.as_object_mut().expect("an object");
    for name in ["release", "attach_to", "engagement", "under"] {
        if let Some(field) = fields.get_mut(name) {
            *field = json!(reference);
        }
    }
    body
}

/// Pages that are not for everybody.
const GATED: [&str; 12] = [
    "/administration/accounts/new",
    "/administration/organizations/new",
    "/administration/invitations",
    "/administration/invitations/new",
    "/administration/api-tokens",
    "/administration/api-tokens/new",
    "/administration/working-days/close",
    "/administration/figures",
    "/administration/health",
    "/administration/framework/new",
    "/administration/mail",
    "/mail-problems",
];

/// Where somebody begins to look for what is offered.
const DOORS: [&str; 2] = ["/administration", "/help"];

async fn administration_offers_what_it_answers_and_refuses_what_it_does_not_offer(w: World) {
    for who in w.accounts.keys() {
        let desk = Desk::signed_in(&w, who).await;
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        let mut open: Vec<String> = DOORS.map(str::to_owned).into();
        while let Some(path) = open.pop() {
            if seen.contains_key(&shape(&path)) {
                continue;
            }
            seen.insert(shape(&path), path.clone());
            let page = desk.get(&path).await.is(200, &format!("{who} is led to {path}"));
            let links = page.all("main a", "href").into_iter();
            open.extend(links.filter(|to| to.starts_with("/administration") || to.starts_with("/mail-problems")));
        }
        for path in GATED {
            let status = desk.get(path).await.status;
            let expected = if seen.contains_key(path) { 200 } else { 403 };
            assert_eq!(status, expected, "{who} {path}: offered or refused");
        }
    }
    w.stop().await;
}

/// The address without its query and fragment, and with one word for every id: pages of one shape are looked at once.
fn shape(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let named = |part: &str| {
        let is_id = part.len() >= 32 && part.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        if is_id { "{id}".to_owned() } else { part.to_owned() }
    };
    path.split('/').map(named).collect::<Vec<_>>().join("/")
}
