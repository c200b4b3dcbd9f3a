//! A request under the Freedom of Information Act, a legal hold, and an audit, through the door: who learns of what, when,
//! and what the clocks do (domain section 7; D18, D19, N17; invariants 15, 19 and 25).

use anteroom::{
    config::HostKind,
    storage::access_log::{self, AccessOutcome},
    web::routes::table,
};
use serde_json::{Value, json};
use utoipa::openapi::HttpMethod;

use crate::support::{
    database::TestDatabase,
    matters::{self, DANA, LARKSPUR, QUILLSTONE},
    scene::START,
    world::World,
};

const JOAN: &str = "joan.mbeki@fado.test";
const ROSA: &str = "rosa.pell@fado.test";
const CARL: &str = "carl.dietz@fado.test";
const BEA: &str = "bea.tran@cedarhollow.example.com";

at_both_doors! {
    a_request_for_records_runs_from_its_log_to_its_outcome
    a_hold_keeps_what_is_held
    an_auditor_reads_a_case_within_the_authorization_and_to_the_second
}

#[tokio::test]
async fn a_host_that_is_no_agency_logs_no_request() {
    let change = |settings: &mut anteroom::config::Settings| settings.program.host_kind = HostKind::Other;
    let w = World::with(TestDatabase::sqlite().await, START, change).await;
    let engagement = engagement(&w).await;
    w.refused(JOAN, "foia-requests", log(&engagement), 409, "not-for-this-host").await;
    w.stop().await;
}

fn log(engagement: &str) -> Value {
    json!({ "engagement": engagement, "request": "F-2026-17", "received_on": "2026-11-02" })
}

/// A claimed engagement whose records the officer has charge of.
async fn engagement(w: &World) -> String {
    let release = matters::release(w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(w, &LARKSPUR, &release).await;
    // Before the officer takes charge there is nothing to log a request under, nor anything to read.
    w.refused(JOAN, "foia-requests", log(&engagement), 422, "invalid-field").await;
    matters::acknowledge(w, DANA, &engagement).await;
    assert_eq!(w.get(JOAN, &format!("engagements/{engagement}")).await.status, 404);
    w.act(JOAN, &format!("engagements/{engagement}/take-records"), json!({})).await;
    assert_eq!(w.record(JOAN, &format!("engagements/{engagement}")).await["stage"], "conditions");
    engagement
}

/// Whom mail with this code about the record reached, and when.
async fn told(w: &World, code: &str, reference: &str) -> Vec<String> {
    let mails = w.mails().await.into_iter().filter(|mail| mail.code == code && mail.reference == reference);
    mails.map(|mail| format!("{} {}", mail.at, mail.to)).collect()
}

async fn a_request_for_records_runs_from_its_log_to_its_outcome(w: World) {
    let engagement = engagement(&w).await;
    let request = w.act(JOAN, "foia-requests", log(&engagement)).await;
    let (own, on) = (format!("foia-requests/{request}"), |name: &str| format!("foia-requests/{request}/{name}"));
    let known = async |who: &str| w.get(who, &own).await.status == 200;
    w.act(JOAN, &on("record-search"), json!({ "responsive": true })).await;
    let asked =
        async |who: &str| matters::references(&json!({ "items": w.record(who, "worklist").await["to_acknowledge"] }));
    // The government's own until the notice: no developer, no other officer, no partner finds it.
    for who in [LARKSPUR.liaison, LARKSPUR.official, QUILLSTONE.official, ROSA, CARL, BEA] {
        assert!(!known(who).await, "{who}");
        let listed = w.record(who, "foia-requests").await;
        assert!(matters::references(&listed).is_empty(), "{who}: {listed}");
    }
    assert!(known(JOAN).await && known(DANA).await);
    let before = w.record(LARKSPUR.liaison, &format!("engagements/{engagement}")).await;
    assert_eq!(before["foia_requests"], json!([]));

    assert!(asked(LARKSPUR.liaison).await.is_empty());

    w.act(JOAN, &on("send-submitter-notice"), json!({})).await;
    for (who, rows) in [(LARKSPUR.liaison, 1), (LARKSPUR.official, 1), (QUILLSTONE.official, 0), (JOAN, 0), (DANA, 0)] {
        assert_eq!(asked(who).await, vec![request.clone(); rows], "{who}");
    }
    assert_eq!(told(&w, "N17", &request).await, ["2026-11-02 14:00 ines.varga", "2026-11-02 14:00 tobias.renn"]);
    let seen = w.record(LARKSPUR.liaison, &own).await;
    assert_eq!((&seen["undelivered"], &seen["request"]), (&json!("request"), &json!("F-2026-17")));
    assert!(seen.get("responsive").is_none(), "the search is the government's own");
    let timeline = w.record(LARKSPUR.liaison, &on("timeline")).await;
    assert_eq!(timeline["items"].as_array().or(timeline.as_array()).map(Vec::len), Some(1), "{timeline}");
    assert!(!known(QUILLSTONE.official).await && !known(BEA).await);
    // D18: ten working days from Monday 2 November, Veterans Day left out, end on Tuesday the 17th.
    let deadlines = w.record(LARKSPUR.liaison, &on("deadlines")).await.to_string();
    assert!(deadlines.contains("2026-11-17"), "{deadlines}");

    w.refused(LARKSPUR.liaison, &on("object"), objection(), 403, "forbidden").await;
    w.act(LARKSPUR.liaison, &on("acknowledge-notice"), json!({})).await;
    w.refused(LARKSPUR.liaison, &on("acknowledge-notice"), json!({}), 409, "unmet-facts").await;
    assert!(asked(LARKSPUR.official).await.is_empty(), "once for the organization");
    w.act(LARKSPUR.official, &on("object"), objection()).await;
    assert_eq!(w.record(JOAN, &own).await["answer"]["answer"], "objected");
    let decision = json!({ "decision": "disclose_in_part", "decided_on": "2026-11-02", "reference": "D-7" });
    w.act(JOAN, &on("record-decision"), decision).await;
    w.refused(JOAN, &on("plan-disclosure"), json!({ "on": "2026-11-16" }), 422, "invalid-field").await;
    w.act(JOAN, &on("plan-disclosure"), json!({ "on": "2026-11-30" })).await;
    // D19 is the government's: ten working days before the 30th, Thanksgiving and Veterans Day left out, is the 13th.
    let deadlines = w.record(JOAN, &on("deadlines")).await.to_string();
    assert!(deadlines.contains("2026-11-13"), "{deadlines}");
    assert!(!w.record(LARKSPUR.liaison, &on("deadlines")).await.to_string().contains("2026-11-13"));
    w.at("2026-11-06T15:00:00Z").await;
    let reminded: Vec<_> = told(&w, "N19", &request).await;
    assert_eq!(reminded, ["2026-11-05 13:00 joan.mbeki", "2026-11-05 13:00 rosa.pell"], "five working days before");
    w.act(JOAN, &on("send-disclosure-notice"), json!({})).await;
    assert_eq!(asked(LARKSPUR.official).await, std::slice::from_ref(&request), "the second notice");
    w.act(LARKSPUR.official, &on("acknowledge-notice"), json!({})).await;
    let outcome = json!({ "outcome": "disclosed_in_part" });
    w.refused(JOAN, &on("record-outcome"), outcome.clone(), 409, "unmet-facts").await;
    w.at("2026-11-30T15:00:00Z").await;
    w.act(JOAN, &on("record-outcome"), outcome).await;
    assert_eq!(w.record(LARKSPUR.liaison, &own).await["outcome"], "disclosed_in_part");
    let report = w.app.verify().await.unwrap();
    assert!(report.differences.is_empty(), "{report:?}");
    w.stop().await;
}

fn objection() -> Value {
    json!({ "grounds": "trade_secret", "statement": "Customarily kept private.", "unclassified_attestation": true })
}

/// Invariant 25: while a hold is in force nothing of the case is disposed of, and no route deletes anything.
async fn a_hold_keeps_what_is_held(w: World) {
    let engagement = engagement(&w).await;
    let on = |name: &str| format!("engagements/{engagement}/{name}");
    let designation = json!({ "part": "conditions_texts" });
    w.act(LARKSPUR.liaison, &on("designate-confidential"), designation).await;
    w.act(LARKSPUR.official, &on("withdraw"), json!({})).await;
    let seen = w.record(JOAN, &format!("engagements/{engagement}")).await;
    // Seven years by the clock on the wall: on 2 November 2033 daylight saving time still runs.
    assert_eq!(seen["retention"]["until"]["at"], "2033-11-02T13:00:00Z");
    assert_eq!(seen["designations"][0]["until"]["at"], "2036-11-02T14:00:00Z");
    assert!(w.record(LARKSPUR.liaison, &format!("engagements/{engagement}")).await.get("retention").is_none());
    let release = seen["release"]["reference"].as_str().unwrap().to_owned();
    let hold = json!({ "reference": "H-1", "authority": "26-cv-0001" });
    w.refused(DANA, &format!("releases/{release}/place-hold"), hold.clone(), 403, "forbidden").await;
    w.act(JOAN, &format!("releases/{release}/place-hold"), hold).await;
    assert_eq!(w.record(JOAN, &format!("releases/{release}")).await["holds"][0]["reference"], "H-1");
    assert!(w.record(LARKSPUR.liaison, &format!("releases/{release}")).await.get("holds").is_none());
    let early = w.refused(JOAN, &on("ask-disposal"), json!({}), 409, "unmet-facts").await;
    assert_eq!(early.body["unmet"].as_array().map(Vec::len), Some(2), "held, and kept still: {}", early.body);
    w.at_without_worker("2033-11-02T13:00:00Z");
    let refused = w.refused(JOAN, &on("ask-disposal"), json!({}), 409, "unmet-facts").await;
    assert_eq!(refused.body["unmet"][0]["fact"], "hold_in_force");
    w.act(JOAN, &format!("releases/{release}/lift-hold"), json!({ "reference": "H-1" })).await;
    w.act(JOAN, &on("ask-disposal"), json!({})).await;
    w.refused(JOAN, &on("confirm-disposal"), json!({}), 409, "own-request").await;
    w.act(ROSA, &on("take-records"), json!({})).await;
    w.act(ROSA, &on("confirm-disposal"), json!({})).await;
    // What two officers authorized erased no event and no record; what it did erase, `documents/erasure.rs` says.
    let timeline = w.record(JOAN, &on("timeline")).await.to_string();
    assert!(timeline.contains("engagement.proposed") && timeline.contains("engagement.disposal_authorized"));
    let deletes = table().into_iter().filter(|route| matches!(route.doc.method, HttpMethod::Delete));
    assert!(deletes.into_iter().all(|route| !route.doc.path.contains("{reference}")), "no route deletes a record");
    let report = w.app.verify().await.unwrap();
    assert!(report.differences.is_empty(), "{report:?}");
    w.stop().await;
}

async fn an_auditor_reads_a_case_within_the_authorization_and_to_the_second(w: World) {
    let engagement = engagement(&w).await;
    let own = format!("engagements/{engagement}");
    let release = w.record(JOAN, &own).await["release"]["reference"].as_str().unwrap().to_owned();
    let (on_release, of) = (
        format!("releases/{release}"),
        |until: &str| json!({ "auditor": w.account(CARL), "until": until, "reference": "A-1" }),
    );
    let authorize = format!("{on_release}/authorize-auditor");
    assert_eq!(w.get(CARL, &own).await.status, 404);
    w.refused(DANA, &authorize, of("2026-11-20T00:00:00Z"), 403, "forbidden").await;
    w.refused(JOAN, &authorize, of("2026-12-02T14:00:01Z"), 422, "invalid-field").await;
    w.act(JOAN, &authorize, of("2026-12-02T14:00:00Z")).await;
    let seen = w.record(JOAN, &on_release).await;
    assert_eq!(seen["auditors"][0]["auditor"]["name"], "Carl Dietz");
    assert!(w.record(LARKSPUR.liaison, &on_release).await.get("auditors").is_none());
    w.at_without_worker("2026-12-02T13:59:59Z");
    assert_eq!(w.record(CARL, &own).await["reference"], json!(engagement));
    assert_eq!(w.get(CARL, &on_release).await.status, 200);
    let search = format!("search?q={engagement}");
    assert_eq!(w.record(CARL, &search).await["jump"]["reference"], json!(engagement), "by its reference alone");
    // An auditor writes nothing: not even what any reader may do.
    w.refused(CARL, &format!("{own}/claim"), json!({}), 403, "forbidden").await;
    let logged = reads_of(&w, CARL).await;
    assert_eq!(logged, 2, "each read of content is logged");
    w.at_without_worker("2026-12-02T14:00:00Z");
    assert_eq!(w.get(CARL, &own).await.status, 404);
    assert_eq!(w.get(CARL, &on_release).await.status, 404);
    assert!(w.record(CARL, &search).await["jump"].is_null());
    assert_eq!(reads_of(&w, CARL).await, 2);
    w.stop().await;
}

/// How many reads of content by the person stand in the access log.
async fn reads_of(w: &World, who: &str) -> usize {
    let tx = w.store().begin_read().await.unwrap();
    let entries = access_log::newest(&tx, None, None, 100_000).await.unwrap();
    tx.end().await.unwrap();
    let own = entries.iter().filter(|entry| entry.account.is_some_and(|id| id.to_string() == w.account(who)));
    own.filter(|entry| entry.outcome == AccessOutcome::Allowed && entry.action.split('.').next_back() == Some("read"))
        .count()
}
