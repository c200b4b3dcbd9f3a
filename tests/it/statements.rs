//! What a read costs in statements does not grow with the number of rows: the same read of a small world and of a grown
//! one takes as many.

use serde_json::json;

use crate::support::{
    database::TestDatabase,
    matters::{self, DANA, LARKSPUR, LENA, QUILLSTONE},
    world::World,
};

on_both! {
    reads_cost_the_same_however_many_rows_there_are
}

/// Statements of a read beside those that authenticate it and that log it.
const MOST: u64 = 16;

async fn reads_cost_the_same_however_many_rows_there_are(database: TestDatabase) {
    let w = World::new(database, "2026-11-02T14:00:00Z").await;
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    let condition = matters::condition(&w, &LARKSPUR, &engagement, "confidentiality").await;
    matters::grant(&w, DANA, &engagement, LENA).await;
    let nomination = matters::approach(&w, &LARKSPUR, &engagement, "cedar_hollow").await;
    another(&w, 0).await;

    let paths = [
        format!("engagements/{engagement}"),
        format!("engagements/{engagement}/actions"),
        format!("engagements/{engagement}/timeline"),
        format!("engagements/{engagement}/deadlines"),
        format!("engagements/{engagement}/ledger"),
        format!("conditions/{condition}/documents"),
        format!("conditions/{condition}/deadlines"),
        format!("nominations/{nomination}"),
        "releases?limit=100".to_owned(),
        "engagements?limit=100".to_owned(),
        "conditions?limit=100".to_owned(),
        "grants?limit=100".to_owned(),
        "search?limit=100".to_owned(),
        "search?q=stage:open&facets=true".to_owned(),
        "search?format=csv".to_owned(),
        "worklist".to_owned(),
        "calendar".to_owned(),
        "accounts".to_owned(),
        "organizations".to_owned(),
    ];
    let small = costs(&w, &paths).await;
    for number in 1..=5 {
        another(&w, number).await;
        redline(&w, &condition, number).await;
        matters::condition(&w, &LARKSPUR, &engagement, "confidentiality").await;
    }
    matters::approach(&w, &LARKSPUR, &engagement, "first_prairie").await;
    let rows = w.record(LARKSPUR.liaison, "engagements?limit=100").await;
    assert_eq!(matters::references(&rows).len(), 7);
    for ((who, path, before), (_, _, after)) in small.iter().zip(&costs(&w, &paths).await) {
        assert!(after <= before, "{who} {path}: {before} statements, then {after}");
        assert!((1..=MOST).contains(after), "{who} {path}: {after} statements");
    }
    w.stop().await;
}

/// What each read costs each of two people.
async fn costs(w: &World, paths: &[String]) -> Vec<(&'static str, String, u64)> {
    let mut costs = Vec::new();
    for who in [LARKSPUR.liaison, DANA] {
        w.record(who, "me").await;
        for path in paths {
            let before = w.store().statements();
            w.record(who, path).await;
            costs.push((who, path.clone(), w.store().statements() - before));
        }
    }
    costs
}

/// A further release with a proposal in the pool, and one of the other developer.
async fn another(w: &World, number: u32) {
    for developer in [LARKSPUR, QUILLSTONE] {
        let release = matters::release(w, &developer, &format!("2027-02-1{number}T09:00:00-05:00")).await;
        matters::proposal(w, &developer, &release).await;
    }
}

async fn redline(w: &World, condition: &str, number: u32) {
    let seen = w.record(LARKSPUR.liaison, &format!("conditions/{condition}")).await;
    let texts = seen["texts"].as_array().unwrap();
    let text = format!("Redline {number}.");
    let body = json!({
        "text": text, "parent": texts.last().unwrap()["digest"], "unclassified_attestation": true,
    });
    w.act(LARKSPUR.liaison, &format!("conditions/{condition}/upload-text"), body).await;
}
