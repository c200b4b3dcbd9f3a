//! What reads say: lists and their pages, timelines, deadlines with the facts behind each date, texts, and what may be
//! done with a record.

use std::collections::{BTreeMap, BTreeSet};

use anteroom::domain::text::Sha256Hex;
use serde_json::{Value, json};

use crate::support::{
    database::TestDatabase,
    matters::{self, ADELE, DANA, LARKSPUR, LENA, SAM},
    world::World,
};

on_both! {
    pages_hold_every_row_once_however_many_come_in_between
    lists_are_filtered_by_stage
    a_timeline_tells_what_happened_in_order
    a_deadline_says_what_its_date_stands_on
    texts_come_with_their_digests
    a_button_never_lies
}

/// The rows' references, page by page; between pages something happens.
async fn walk(w: &World, path: &str, limit: u32, mut between: Vec<(&str, Value)>) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut next = format!("{path}?limit={limit}");
    loop {
        let page = w.record(LARKSPUR.liaison, &next).await;
        pages.push(matters::references(&page));
        if let Some((path, body)) = between.pop() {
            w.act(LARKSPUR.liaison, path, body).await;
        }
        let Some(cursor) = page["next_cursor"].as_str() else { return pages };
        next = format!("{path}?limit={limit}&cursor={cursor}");
    }
}

async fn pages_hold_every_row_once_however_many_come_in_between(database: TestDatabase) {
    let w = World::new(database, "2026-11-02T14:00:00Z").await;
    let mut made = Vec::new();
    for hour in 0..4 {
        w.at_without_worker(&format!("2026-11-02T{}:00:00Z", 15 + hour));
        // Two of one instant: their order is their ids', which is no reason to lose one of them.
        for _ in 0..2 {
            made.push(matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await);
        }
    }
    let all = walk(&w, "releases", 100, Vec::new()).await.concat();
    let hours: Vec<BTreeSet<&String>> = made.chunks(2).rev().map(|two| two.iter().collect()).collect();
    let listed: Vec<BTreeSet<&String>> = all.chunks(2).map(|two| two.iter().collect()).collect();
    assert_eq!(listed, hours, "newest first");
    for limit in 1..=9 {
        let pages = walk(&w, "releases", limit, Vec::new()).await;
        assert_eq!(pages.concat(), all, "pages of {limit}");
        let limit = usize::try_from(limit).unwrap();
        assert!(pages.iter().rev().skip(1).all(|page| page.len() == limit), "full pages of {limit}: {pages:?}");
        assert!(!pages.last().unwrap().is_empty(), "no empty page at the end");
    }
    w.at_without_worker("2026-11-02T20:00:00Z");
    let new = |name: &str| ("releases", json!({ "name": name, "planned_partner_release": null }));
    let pages = walk(&w, "releases", 3, vec![new("One"), new("Two")]).await;
    assert_eq!(pages.concat(), all, "what came in between is on no later page, and nothing moved");
    assert_eq!(walk(&w, "releases", 3, Vec::new()).await.concat().len(), 10);
    w.stop().await;
}

async fn lists_are_filtered_by_stage(database: TestDatabase) {
    let w = World::new(database, "2026-11-02T14:00:00Z").await;
    let mut engagements = Vec::new();
    for _ in 0..3 {
        let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
        engagements.push(matters::proposal(&w, &LARKSPUR, &release).await);
    }
    matters::acknowledge(&w, DANA, &engagements[1]).await;
    w.act(LARKSPUR.liaison, &format!("engagements/{}/recall", engagements[2]), json!({})).await;
    let listed = async |filter: &str| {
        let rows = w.record(LARKSPUR.liaison, &format!("engagements?{filter}")).await;
        let stages: BTreeSet<String> =
            rows["items"].as_array().unwrap().iter().map(|row| row["stage"].as_str().unwrap().to_owned()).collect();
        (matters::references(&rows).into_iter().collect::<BTreeSet<_>>(), stages)
    };
    let set = |chosen: &[usize]| chosen.iter().map(|index| engagements[*index].clone()).collect::<BTreeSet<_>>();
    for (filter, rows, stages) in [
        ("", &[0, 1, 2][..], &["proposed", "conditions", "draft"][..]),
        ("stage=proposed", &[0], &["proposed"]),
        ("stage=conditions,draft", &[1, 2], &["conditions", "draft"]),
        ("stage=window_open", &[], &[]),
        ("stage=nonsense", &[], &[]),
    ] {
        let stages: BTreeSet<String> = stages.iter().map(|stage| (*stage).to_owned()).collect();
        assert_eq!(listed(filter).await, (set(rows), stages), "{filter}");
    }
    for wrong in ["limit=0", "limit=1000000", "limit=x", "colour=red", "cursor=AAAA", "stage=a&stage=b"] {
        let answer = w.get(LARKSPUR.liaison, &format!("engagements?{wrong}")).await;
        assert_eq!(answer.status, 400, "{wrong}: {}", answer.body);
    }
    w.stop().await;
}

async fn a_timeline_tells_what_happened_in_order(database: TestDatabase) {
    let w = World::new(database, "2026-11-02T14:00:00Z").await;
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let inquiry = matters::inquiry(&w, &LARKSPUR, &release).await;
    matters::determine(&w, &inquiry).await;
    w.at("2026-11-02T15:00:00Z").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    w.at("2026-11-02T16:00:00Z").await;
    matters::acknowledge(&w, DANA, &engagement).await;
    let signatory = json!({ "signatory": w.account(ADELE) });
    w.act(DANA, &format!("engagements/{engagement}/assign-signatory"), signatory).await;
    matters::agree(&w, &LARKSPUR, DANA, &engagement).await;
    w.at("2026-11-02T17:00:00Z").await;
    matters::schedule(&w, &LARKSPUR, DANA, &engagement, "2026-11-23T09:00:00-05:00").await;
    let path = format!("engagements/{engagement}/timeline");
    let developer = w.record(LARKSPUR.liaison, &path).await;
    let codes = |timeline: &Value| -> Vec<String> {
        let entries = timeline.as_array().unwrap().iter();
        entries.map(|entry| entry["event"].as_str().unwrap().trim_start_matches("engagement.").to_owned()).collect()
    };
    assert_eq!(
        codes(&developer),
        ["drafted", "proposed", "acknowledged", "ready", "offer_made", "offer_accepted", "window_scheduled"]
    );
    let dana = w.record(DANA, &path).await;
    let government: BTreeSet<String> = codes(&dana).into_iter().collect();
    assert!(!government.contains("drafted"), "the draft is the developer's own");
    for own in ["conflict_checked", "claimed", "signatory_assigned"] {
        assert!(government.contains(own), "{government:?}");
    }
    for timeline in [&developer, &dana] {
        numbered_and_in_order(timeline);
    }
    let offer = &developer.as_array().unwrap()[4];
    assert_eq!(offer["by"], json!({ "id": null, "name": "Government" }));
    assert_eq!(
        offer["data"]["event"]["offer"]["by"],
        json!({ "account": null, "organization": null, "side": "government", "roles": ["PL"] })
    );
    assert_eq!(developer[0]["data"]["event"]["release"], json!(release), "a record is named by its reference");
    assert_eq!(developer[0]["by"]["name"], "Ines Varga");
    assert_eq!(developer[3]["by"], json!({ "id": null, "name": "Scheduler" }));
    let seen = dana.as_array().unwrap().iter().find(|entry| entry["event"] == "engagement.offer_made").unwrap();
    assert_eq!((&seen["by"]["name"], &seen["hash"]), (&json!("Dana Whitlow"), &offer["hash"]), "one ledger for both");
    w.stop().await;
}

/// Instants never go back, and every stream counts from 1 without a gap.
fn numbered_and_in_order(timeline: &Value) {
    let mut last = String::new();
    let mut numbers: BTreeMap<String, i64> = BTreeMap::new();
    for entry in timeline.as_array().unwrap() {
        let at = entry["recorded_at"]["at"].as_str().unwrap().to_owned();
        assert!(at >= last, "{at} after {last}");
        last = at;
        let number = numbers.entry(entry["audience"].to_string()).or_default();
        *number += 1;
        assert_eq!(entry["number"], *number, "{entry}");
    }
}

async fn a_deadline_says_what_its_date_stands_on(database: TestDatabase) {
    let w = World::new(database, "2026-11-02T14:00:00Z").await;
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    let path = format!("engagements/{engagement}/deadlines");
    let deadlines = w.record(LARKSPUR.liaison, &path).await;
    // D22 runs beside it until a window opens.
    let [deadline, idle] = deadlines.as_array().unwrap().as_slice() else { panic!("two deadlines: {deadlines}") };
    assert_eq!(idle["code"], "D22");
    // Five working days after Monday the 2nd: the 9th, until the midnight that ends it.
    let fact = |name: &str| deadline[name].clone();
    assert_eq!(
        (fact("code"), fact("kind"), fact("reference"), fact("status"), fact("shown_on"), fact("anchor")),
        (
            json!("D4"),
            json!("proposal_acknowledged"),
            json!(engagement),
            json!("open"),
            json!("2026-11-09"),
            json!("engagement_proposed")
        )
    );
    assert_eq!(deadline["due_at"]["at"], "2026-11-10T05:00:00Z");
    assert_eq!(deadline["due_at"]["local"], "2026-11-10 00:00:00 -05:00 EST");
    assert_eq!(deadline["starts_at"]["at"], "2026-11-02T14:00:00Z");
    let clock = deadline["clock"].as_object().unwrap();
    let facts: BTreeSet<&str> = clock.keys().map(String::as_str).collect();
    assert_eq!(facts, FOUR_FACTS.iter().copied().collect(), "{clock:?}");
    assert!(clock.values().all(|fact| fact.as_str().is_some_and(|fact| !fact.is_empty())), "{clock:?}");
    assert_eq!(deadline["reminders"], json!([]));

    // Two working days before: the reminder is the liaison's, and not the developer's to know of.
    w.at("2026-11-05T13:00:00Z").await;
    let unread = w.record(LARKSPUR.liaison, &path).await;
    assert_eq!(unread[0]["reminders"], json!([]));
    matters::acknowledge(&w, DANA, &engagement).await;
    let over = w.record(DANA, &path).await;
    assert_eq!(over[0]["status"], "satisfied");
    let reminder = &over[0]["reminders"][0];
    assert_eq!((&reminder["to"], &reminder["status"]), (&json!("program_liaison"), &json!("sent")), "{over}");
    assert_eq!(reminder["at"], "2026-11-05T13:00:00Z");

    // The planned date is the developer's to watch.
    let planned = format!("releases/{release}/deadlines");
    assert_eq!(w.record(LARKSPUR.official, &planned).await[0]["code"], "D10");
    assert_eq!(w.record(DANA, &planned).await, json!([]));
    w.stop().await;
}

/// The starting event and who vouches for it, the day kind, the roll rule, and what pauses the clock.
const FOUR_FACTS: &[&str] = &["starts", "certified_by", "day_kind", "roll", "pauses"];

async fn texts_come_with_their_digests(database: TestDatabase) {
    let w = World::new(database, "2026-11-02T14:00:00Z").await;
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    w.at("2026-11-02T15:00:00Z").await;
    let condition = matters::condition(&w, &LARKSPUR, &engagement, "confidentiality").await;
    let record = w.record(DANA, &format!("conditions/{condition}")).await;
    let path = format!("conditions/{condition}/documents");
    let documents = w.record(DANA, &path).await;
    assert_eq!(documents, w.record(LARKSPUR.official, &path).await);
    let texts = record["texts"].as_array().unwrap();
    assert_eq!((texts.len(), documents.as_array().unwrap().len()), (2, 2));
    for document in documents.as_array().unwrap() {
        let body = document["body"].as_str().unwrap();
        assert_eq!(document["digest"], Sha256Hex::of(body.as_bytes()).as_str());
        assert!(texts.iter().any(|text| text["digest"] == document["digest"]));
        assert_eq!(document["media_type"], "text/markdown");
    }
    let bodies: Vec<&Value> = documents.as_array().unwrap().iter().map(|document| &document["body"]).collect();
    assert!(bodies.contains(&&json!(LARKSPUR.text)));
    assert_eq!(texts[1]["parent"], texts[0]["digest"]);
    w.stop().await;
}

/// Bodies that are well-formed, so that it is the rules that answer.
fn body(action: &str) -> Value {
    match action {
        "propose" => json!({ "unclassified_attestation": true, "release_declaration": "new_release" }),
        "acknowledge" => json!({ "conflict_check": true }),
        "schedule-window" => json!({ "open_at": "2026-11-23T09:00:00-05:00" }),
        "lower-end" => json!({ "end_at": "2026-12-01T09:00:00-05:00" }),
        "record-release" => json!({ "kind": "partner" }),
        _ => json!({}),
    }
}

/// In every stage that is passed, for people of both sides: what the record offers can be done, and what it does not
/// offer meets the refusal that it names.
async fn a_button_never_lies(database: TestDatabase) {
    let w = World::new(database, "2026-11-02T14:00:00Z").await;
    let mut compared = BTreeMap::new();
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let inquiry = matters::inquiry(&w, &LARKSPUR, &release).await;
    agree_with_commands(&w, &format!("inquiries/{inquiry}"), &mut compared).await;
    matters::determine(&w, &inquiry).await;
    agree_with_commands(&w, &format!("inquiries/{inquiry}"), &mut compared).await;
    let engagement = w.act(LARKSPUR.liaison, "engagements", json!({ "release": release })).await;
    let path = format!("engagements/{engagement}");
    agree_with_commands(&w, &path, &mut compared).await;
    w.act(LARKSPUR.official, &format!("{path}/propose"), body("propose")).await;
    agree_with_commands(&w, &path, &mut compared).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    let signatory = json!({ "signatory": w.account(ADELE) });
    w.act(DANA, &format!("{path}/assign-signatory"), signatory).await;
    agree_with_commands(&w, &path, &mut compared).await;
    let conditions = matters::agree(&w, &LARKSPUR, DANA, &engagement).await;
    agree_with_commands(&w, &format!("conditions/{}", conditions[0]), &mut compared).await;
    agree_with_commands(&w, &path, &mut compared).await;
    matters::schedule(&w, &LARKSPUR, DANA, &engagement, "2026-11-23T09:00:00-05:00").await;
    let grant = matters::grant(&w, DANA, &engagement, LENA).await;
    agree_with_commands(&w, &format!("grants/{grant}"), &mut compared).await;
    let nomination = matters::approach(&w, &LARKSPUR, &engagement, "cedar_hollow").await;
    agree_with_commands(&w, &format!("nominations/{nomination}"), &mut compared).await;
    agree_with_commands(&w, &path, &mut compared).await;
    // The worker is off: what time brought is folded into both answers.
    w.at_without_worker("2026-11-23T14:00:00Z");
    agree_with_commands(&w, &path, &mut compared).await;
    w.work().await;
    agree_with_commands(&w, &path, &mut compared).await;
    let stages: BTreeSet<&str> = compared.keys().map(String::as_str).collect();
    for stage in ["draft", "proposed", "conditions", "ready", "window_scheduled", "window_open", "determined"] {
        assert!(stages.contains(stage), "{stage} is among {stages:?}");
    }
    assert!(compared.values().sum::<usize>() > 300, "{compared:?}");
    w.stop().await;
}

async fn agree_with_commands(w: &World, path: &str, compared: &mut BTreeMap<String, usize>) {
    for who in [LARKSPUR.liaison, LARKSPUR.official, DANA, ADELE, SAM, LENA, "bea.tran@cedarhollow.example.com"] {
        let record = w.get(who, path).await;
        if record.status == 404 {
            continue;
        }
        let stage = record.body["stage"].as_str().unwrap().to_owned();
        for offered in record.body["allowed_actions"].as_array().unwrap() {
            let action = offered["action"].as_str().unwrap();
            let answer = w.post(who, &format!("{path}/{action}?preview=true"), &body(action)).await;
            let problem = answer.body["type"].as_str().unwrap_or_default().trim_start_matches("/problems/").to_owned();
            // A body that lacks something says nothing about the stage.
            if problem == "invalid-body" {
                continue;
            }
            *compared.entry(stage.clone()).or_default() += 1;
            if offered["allowed"] == true {
                let refused = !answer.status.is_success() && problem != "invalid-field";
                assert!(!refused, "{who} is offered {action} on {path} in {stage}: {}", answer.body);
            } else {
                assert_eq!(offered["refusal"], json!(problem), "{who} {action} {path} in {stage}: {}", answer.body);
            }
        }
    }
}
