//! Incidents at the doors (domain section 3.8; D16, N16): who reports and who sees, access that ends with the report, and
//! the lock of spillage, which closes every door to a record for everybody but the insider-risk officer.

use std::collections::{BTreeMap, BTreeSet};

use anteroom::{
    app::{AccessAsker, AccessQuestion, AppError, Outcome},
    domain::id::Kind,
    storage::outbox::OutboxRow,
    web::{openapi::kind_of_plural, routes::table},
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use utoipa::openapi::HttpMethod;

use crate::support::{
    database::TestDatabase,
    light::{BEA, Light, MARCUS, THEO, TOBIAS},
    matters::{self, ADELE, DANA, GRANT, LARKSPUR, LENA, SAM},
    scene::{JOAN, upload},
    world::World,
};

on_both! {
    spillage_closes_every_door_but_the_officers
    withdrawing_and_recording_a_release_answer_with_a_receipt_under_a_lock
    an_answer_that_was_kept_is_a_receipt_under_a_lock
    nothing_about_a_locked_record_is_mailed
    access_ends_with_the_report_and_the_clocks_remind
    a_partner_sees_its_own_incidents_alone
    one_reports_under_what_one_knows
}

const START: &str = "2026-11-02T14:00:00Z";
const INES: &str = LARKSPUR.liaison;
const NORA: &str = "nora.lindqvist@firstprairie.example.com";
const CARL: &str = "carl.dietz@fado.test";
const MARA: &str = "mara.oduya@quillstone.test";

/// Everybody but the officer.
const PEOPLE: [&str; 14] =
    [INES, TOBIAS, DANA, ADELE, GRANT, THEO, LENA, MARCUS, CARL, BEA, NORA, MARA, "nia.holt@fado.test", JOAN];

/// What no other record's text says.
const DOCUMENT: &str = "Terms of the reed bed";
const REQUEST: &str = "F-2026-REEDS";

/// A matter with a record of every kind that may be locked but a hand-off: release, inquiry, engagement, condition,
/// nomination, a condition of the nomination, grant, document, request under the Freedom of Information Act.
async fn matter(w: &World) -> Vec<String> {
    let release = matters::release(w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let inquiry = matters::inquiry(w, &LARKSPUR, &release).await;
    matters::determine(w, &inquiry).await;
    let engagement = matters::proposal(w, &LARKSPUR, &release).await;
    matters::acknowledge(w, DANA, &engagement).await;
    let signatory = json!({ "signatory": w.account(ADELE) });
    w.act(DANA, &format!("engagements/{engagement}/assign-signatory"), signatory).await;
    let condition = matters::condition(w, &LARKSPUR, &engagement, "confidentiality").await;
    let grant = matters::grant(w, DANA, &engagement, LENA).await;
    let nomination = matters::approach(w, &LARKSPUR, &engagement, "cedar_hollow").await;
    matters::disclose(w, &LARKSPUR, BEA, &nomination).await;
    w.act(DANA, &format!("nominations/{nomination}/begin-screening"), json!({})).await;
    let reviewer = json!({ "reviewer": w.account(MARCUS) });
    w.act(THEO, &format!("nominations/{nomination}/assign-reviewer"), reviewer).await;
    let partners = matters::condition(w, &LARKSPUR, &nomination, "confidentiality").await;
    let text = b"# Draft";
    let document = w.act(INES, "documents", upload(&engagement, DOCUMENT, "text/markdown", text)).await;
    let content = format!("documents/{document}/content");
    w.send(reqwest::Method::PUT, INES, &content, Some(text.to_vec()), &[("content-type", "text/markdown")]).await;
    w.act(JOAN, &format!("engagements/{engagement}/take-records"), json!({})).await;
    let log = json!({ "engagement": engagement, "request": REQUEST, "received_on": "2026-11-02" });
    let request = w.act(JOAN, "foia-requests", log).await;
    w.act(JOAN, &format!("foia-requests/{request}/record-search"), json!({ "responsive": true })).await;
    w.act(JOAN, &format!("foia-requests/{request}/send-submitter-notice"), json!({})).await;
    vec![release, inquiry, engagement, condition, nomination, partners, grant, document, request]
}

fn kind_of(reference: &str) -> Kind {
    Kind::ALL.into_iter().find(|kind| reference.starts_with(kind.prefix())).expect("a reference")
}

/// Every path that reads a record of the kind, from the route table: a new door is tried as soon as it is there.
fn doors(reference: &str) -> Vec<String> {
    let kind = kind_of(reference);
    let reads = table().into_iter().filter(|route| matches!(route.doc.method, HttpMethod::Get));
    let paths = reads.filter_map(|route| route.doc.path.strip_prefix("/api/v1/").map(str::to_owned));
    let of_kind = |path: &String| {
        let plural = path.split('/').next().unwrap_or_default();
        path.contains("{reference}") && kind_of_plural(plural) == Some(kind)
    };
    paths.filter(of_kind).map(|path| path.replace("{reference}", reference)).collect()
}

/// What each of them reads at every door: status and body.
async fn read(w: &World, reference: &str, people: &[&str]) -> BTreeMap<(String, String), (u16, Value)> {
    let mut found = BTreeMap::new();
    for who in people {
        for path in doors(reference) {
            let answer = w.get(who, &path).await;
            found.insert(((*who).to_owned(), path), (answer.status.as_u16(), answer.body));
        }
    }
    found
}

async fn spill(w: &World, who: &str, under: &str, record: &str) -> String {
    let body = json!({ "under": under, "incident_type": "spillage", "record": record });
    w.act(who, "incidents", body).await
}

async fn lift(w: &World, incident: &str) {
    let handed = json!({ "reference": "SSO-12", "date": "2026-11-02", "unclassified_attestation": true });
    w.act(SAM, &format!("incidents/{incident}/hand-off"), handed).await;
    w.act(SAM, &format!("incidents/{incident}/lift-lock"), json!({})).await;
}

/// Section 3.8, "lock the record from everyone except IR": at every door of every kind of record those who knew it meet
/// one problem that says nothing else, strangers meet what they met before, and the officer sees what the officer saw.
async fn spillage_closes_every_door_but_the_officers(database: TestDatabase) {
    let w = World::new(database, START).await;
    let records = matter(&w).await;
    let (mut closed, mut hidden, mut seen) = (0, 0, 0);
    for record in &records {
        let (before, officers) = (read(&w, record, &PEOPLE).await, read(&w, record, &[SAM]).await);
        let incident = spill(&w, INES, &records[2], record).await;
        for (at, (status, body)) in read(&w, record, &PEOPLE).await {
            let what = format!("{at:?}: {status} {body}");
            // A door that says why it stays shut tells of the record too.
            if matches!(before[&at].0, 200 | 409) {
                let says = json!({ "type": "/problems/spillage-locked", "title": "Locked", "status": 423 });
                assert_eq!((status, body), (423, says), "{what}");
                closed += 1;
            } else {
                assert_eq!((status, &body), (before[&at].0, &before[&at].1), "{what}");
                hidden += 1;
            }
        }
        for (at, (status, _)) in read(&w, record, &[SAM]).await {
            assert_eq!(status, officers[&at].0, "{at:?}");
            seen += usize::from(status == 200);
        }
        around(&w, record, &before).await;
        lift(&w, &incident).await;
        for (at, (status, _)) in read(&w, record, &[INES, BEA]).await {
            assert_eq!(status, before[&at].0, "{at:?} after the lock");
        }
    }
    assert!(closed > 150 && hidden > 150 && seen > 15, "{closed} closed, {hidden} hidden, {seen} seen");
    w.stop().await;
}

/// Lists say that it is locked and no more; the texts of the record are found nowhere, in whatever other record.
async fn around(w: &World, record: &str, before: &BTreeMap<(String, String), (u16, Value)>) {
    let plural = kind_of(record).plural();
    let canary = match kind_of(record) {
        Kind::Release => LARKSPUR.model,
        Kind::Inquiry => LARKSPUR.question,
        Kind::Document => DOCUMENT,
        Kind::FoiaRequest => REQUEST,
        _ => "no such text",
    };
    for who in PEOPLE {
        let knew = before[&(who.to_owned(), format!("{plural}/{record}"))].0 == 200;
        let row = |list: &Value| {
            let items = list["items"].as_array().expect("a list").clone();
            items.into_iter().find(|item| item["reference"] == *record)
        };
        let listed = row(&w.record(who, &format!("{plural}?limit=100")).await);
        assert_eq!(listed.is_some(), knew, "{who} {record}");
        assert_eq!(row(&w.record(who, &format!("{plural}?limit=100&stage=locked")).await), listed, "{who} {record}");
        if let Some(row) = listed {
            assert_eq!((&row["stage"], &row["updated_at"]), (&json!("locked"), &row["created_at"]), "{who}");
        }
        let mut texts = String::new();
        for path in ["worklist", "calendar"] {
            let answer = w.record(who, path).await.to_string();
            assert!(!answer.contains(record), "{who} finds {record} in {path}");
            texts += &answer;
        }
        // Those who read the records around it.
        let crawls = [INES, DANA, LENA, BEA].contains(&who);
        for kind in Kind::ALL.into_iter().filter(|_| crawls) {
            let list = w.record(who, &format!("{}?limit=100", kind.plural())).await;
            for reference in matters::references(&list) {
                for path in ["", "/timeline", "/documents"] {
                    texts += &w.get(who, &format!("{}/{reference}{path}", kind.plural())).await.body.to_string();
                }
            }
        }
        assert!(!texts.contains(canary), "{who} finds a text of {record}");
    }
}

/// Invariant 1: E12 and E13 are accepted by reference under the lock, and answer with a receipt alone; nothing else is.
async fn withdrawing_and_recording_a_release_answer_with_a_receipt_under_a_lock(database: TestDatabase) {
    let w = World::new(database, START).await;
    let records = matter(&w).await;
    let (engagement, path) = (&records[2], |command: &str| format!("engagements/{}/{command}", records[2]));
    spill(&w, INES, engagement, engagement).await;
    let locked = (423, "spillage-locked");
    w.refused(TOBIAS, &path("lower-end"), json!({ "earlier_end": "2026-12-01T14:00:00Z" }), locked.0, locked.1).await;
    w.refused(DANA, &path("decline"), json!({}), locked.0, locked.1).await;
    let attach = json!({ "attach_to": engagement, "template": "nda" });
    w.refused(DANA, "conditions", attach, locked.0, locked.1).await;
    w.refused(MARA, &path("withdraw"), json!({}), 404, "not-found").await;

    let future = json!({ "kind": "partner", "released_at": "2026-12-01T14:00:00Z" });
    w.refused(TOBIAS, &path("record-release"), future, 422, "invalid-field").await;
    let preview = w.post(TOBIAS, &format!("{}?preview=true", path("withdraw")), &json!({})).await;
    // What follows for other records is told, and nothing of the locked one.
    assert!(preview.status.is_success() && !preview.body["events"].as_array().expect("events").is_empty());
    assert!(!preview.body.to_string().contains(engagement.as_str()), "{}", preview.body);
    let receipt = json!({ "kind": "receipt", "reference": engagement });
    let tag = [("if-match", "\"stale\"")];
    let body = json!({ "kind": "public" }).to_string().into_bytes();
    let recorded = w.send(reqwest::Method::POST, TOBIAS, &path("record-release"), Some(body), &tag).await;
    assert_eq!((recorded.status.as_u16(), &recorded.body), (200, &receipt));
    // What is over already is told apart from nothing.
    w.refused(TOBIAS, &path("withdraw"), json!({}), locked.0, locked.1).await;
    assert_eq!(w.record(SAM, &format!("engagements/{engagement}")).await["stage"], "closed");

    let second = matters::release(&w, &LARKSPUR, "2027-01-20T09:00:00-05:00").await;
    let second = matters::proposal(&w, &LARKSPUR, &second).await;
    spill(&w, TOBIAS, &second, &second).await;
    let withdrawn = w.post(TOBIAS, &format!("engagements/{second}/withdraw"), &json!({})).await;
    assert_eq!((withdrawn.status.as_u16(), withdrawn.body), (200, json!({ "kind": "receipt", "reference": second })));
    w.stop().await;
}

/// A repetition answers as the first time, but with a receipt once the record is locked.
async fn an_answer_that_was_kept_is_a_receipt_under_a_lock(database: TestDatabase) {
    let w = World::new(database, START).await;
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let body = json!({ "release": release, "question": LARKSPUR.question }).to_string().into_bytes();
    let key = [("idempotency-key", "k-1")];
    let first = w.send(reqwest::Method::POST, INES, "inquiries", Some(body.clone()), &key).await;
    let inquiry = first.body["reference"].as_str().expect("a reference").to_owned();
    let incident = spill(&w, INES, &inquiry, &inquiry).await;
    let again = w.send(reqwest::Method::POST, INES, "inquiries", Some(body.clone()), &key).await;
    assert_eq!((again.status, &again.body), (first.status, &json!({ "kind": "receipt", "reference": inquiry })));
    lift(&w, &incident).await;
    let again = w.send(reqwest::Method::POST, INES, "inquiries", Some(body), &key).await;
    assert_eq!(again.body, first.body);
    w.stop().await;
}

fn about<'a>(rows: &'a [OutboxRow], reference: &str) -> Vec<&'a OutboxRow> {
    rows.iter().filter(|row| row.draft.reference.as_deref() == Some(reference)).collect()
}

/// "Never copy or mail it": what waits is taken back, reminders and notices reach the officer alone.
async fn nothing_about_a_locked_record_is_mailed(database: TestDatabase) {
    let world = Light::new(database, START).await;
    let release = world.release(TOBIAS, "Heron-3", Some("2026-12-23T14:00:00Z")).await;
    let engagement = world.proposed(&release).await;
    world.acknowledged(&engagement).await;
    world.work().await;
    let attach = json!({ "attach_to": engagement, "template": "nda" });
    let condition = world.must(INES, (Kind::Condition, "attach"), None, attach).await;
    let waiting = world.outbox().await;
    assert!(about(&waiting, &condition).iter().all(|row| row.status == "queued"));
    assert!(!about(&waiting, &condition).is_empty());
    let body = json!({ "under": engagement, "incident_type": "spillage", "record": condition });
    let incident = world.must(DANA, (Kind::Incident, "report"), None, body).await;
    let rows = world.outbox().await;
    assert!(about(&rows, &condition).iter().all(|row| row.status == "superseded"));
    world.pass(TimeDelta::days(20)).await;
    let rows = world.outbox().await;
    let told: BTreeSet<(&str, &str)> = about(&rows, &condition)
        .into_iter()
        .filter(|row| row.status != "superseded")
        .map(|row| (row.draft.address.as_str(), row.draft.code.as_str()))
        .collect();
    assert!(told.iter().all(|(to, _)| *to == SAM), "{told:?}");
    let of_incident: BTreeSet<&str> = about(&rows, &incident).iter().map(|row| row.draft.address.as_str()).collect();
    assert_eq!(of_incident, BTreeSet::from([INES, TOBIAS, DANA, SAM, THEO]), "the incident itself is told of");
}

/// Invariants 8, 9 and 28: the answer to the next access check is no; D16 reminds the officer 4 hours ahead and escalates
/// to the framework owner at its instant; N16 reaches DA, DL, IR and PL, and asks the developer to acknowledge.
#[expect(clippy::too_many_lines, reason = "one story, told in one go")]
async fn access_ends_with_the_report_and_the_clocks_remind(database: TestDatabase) {
    let world = Light::new(database, START).await;
    let release = world.release(TOBIAS, "Heron-3", Some("2026-11-26T14:00:00Z")).await;
    world.eligible(INES, &release).await;
    let engagement = world.proposed(&release).await;
    world.acknowledged(&engagement).await;
    let conditions = world.ready(&engagement).await;
    world.scheduled(&engagement, crate::support::world::instant("2026-11-03T14:00:00Z")).await;
    let grant = world.granted(&engagement, &conditions).await;
    world.at("2026-11-03T15:00:00Z").await;
    let question = AccessQuestion { grant: grant.clone(), statement: None };
    let allowed = async || {
        let asker = AccessAsker::Holder(world.principal(LENA));
        world.app.access_check(&asker, &question).await.expect("an answer").allowed
    };
    assert!(allowed().await);
    let body = |suspend: bool| json!({ "under": engagement, "incident_type": "credential_compromise", "suspend_window": suspend });
    // An evaluator reports, and may not suspend the window by that.
    let refused = world.act(LENA, (Kind::Incident, "report"), None, body(true)).await;
    assert!(matches!(refused, Err(AppError::Forbidden)), "{refused:?}");
    let (request, target, command) = world.request(LENA, (Kind::Incident, "report"), None, &body(false), None);
    let Ok(Outcome::Done(done)) = world.app.execute(&request, &target, &command).await else { panic!("reported") };
    let receipt = serde_json::to_value(&done.view).expect("JSON");
    assert_eq!(receipt, json!({ "kind": "receipt", "reference": done.reference }));
    assert!(!allowed().await);
    let incident = done.reference;
    let seen = world.seen(INES, Kind::Incident, &incident).await;
    assert_eq!((&seen["stage"], &seen["implicated"]), (&json!("reported"), &json!([grant])));
    assert_eq!(seen["unmet"][0]["fact"], "developer_not_notified");
    assert_eq!(seen["reported_by"]["name"], "Government");
    world.must(INES, (Kind::Incident, "report"), None, body(true)).await;
    assert_eq!(world.seen(TOBIAS, Kind::Engagement, &engagement).await["stage"], "suspended");

    world.at("2026-11-04T16:00:00Z").await;
    let rows = world.outbox().await;
    let line = |row: &&OutboxRow| {
        let fields = &row.draft.fields;
        let ask = fields["ask"].as_str().unwrap_or_default().to_owned();
        (row.draft.code.clone(), row.draft.address.clone(), ask, row.draft.queued_at.to_rfc3339())
    };
    let mut mails: Vec<_> = about(&rows, &incident).iter().map(line).collect();
    mails.sort();
    let mail = |code: &str, to: &str, ask: &str, at: &str| (code.into(), to.into(), ask.into(), at.into());
    let reported = "2026-11-03T15:00:00+00:00";
    let mut expected: Vec<(String, String, String, String)> = vec![
        mail("N16", DANA, "read", reported),
        mail("N16", INES, "read", reported),
        mail("N16", SAM, "complete", reported),
        mail("N16", TOBIAS, "read", reported),
        mail("N19", SAM, "complete", "2026-11-04T11:00:00+00:00"),
        mail("N19", THEO, "escalate", "2026-11-04T15:00:00+00:00"),
    ];
    expected.sort();
    assert_eq!(mails, expected);

    world.must(SAM, (Kind::Incident, "notify-developer"), Some(&incident), json!({})).await;
    let rows = world.outbox().await;
    let asked: BTreeSet<_> = about(&rows, &incident)
        .into_iter()
        .filter(|row| row.draft.fields["ask"] == "acknowledge")
        .map(|row| row.draft.address.as_str())
        .collect();
    assert_eq!(asked, BTreeSet::from([INES, TOBIAS]));
    world.must(TOBIAS, (Kind::Incident, "acknowledge-notice"), Some(&incident), json!({})).await;
    let seen = world.seen(SAM, Kind::Incident, &incident).await;
    assert_eq!(seen["acknowledged_by"]["name"], "Tobias Renn");
    let early = world.act(TOBIAS, (Kind::Grant, "lift-suspension"), Some(&grant), json!({})).await;
    assert!(matches!(early, Err(AppError::Refused(_))), "{early:?}");
    world.must(SAM, (Kind::Grant, "lift-suspension"), Some(&grant), json!({})).await;
    world.must(TOBIAS, (Kind::Grant, "lift-suspension"), Some(&grant), json!({})).await;
}

/// Invariants 15 and 16: a partner sees what it reported and what implicates it, no other partner does, and no window.
async fn a_partner_sees_its_own_incidents_alone(database: TestDatabase) {
    let w = World::new(database, START).await;
    let records = matter(&w).await;
    let (engagement, nomination) = (&records[2], &records[4]);
    let other = matters::approach(&w, &LARKSPUR, engagement, "first_prairie").await;
    let screening = matters::screening_signature_of(NORA);
    w.act(NORA, &format!("nominations/{other}/sign-screening-nda"), screening).await;
    w.act(INES, &format!("nominations/{other}/disclose"), json!({})).await;
    let own = w.act(BEA, "incidents", json!({ "under": nomination, "incident_type": "loss" })).await;
    let developers = w.act(INES, "incidents", json!({ "under": nomination, "incident_type": "loss" })).await;
    let wide = w.act(INES, "incidents", json!({ "under": engagement, "incident_type": "loss" })).await;
    for (who, sees) in [(BEA, vec![&own]), (NORA, vec![]), (INES, vec![&wide, &developers, &own]), (MARA, vec![])] {
        let mut listed = matters::references(&w.record(who, "incidents").await);
        listed.sort();
        let mut expected: Vec<String> = sees.into_iter().cloned().collect();
        expected.sort();
        assert_eq!(listed, expected, "{who}");
        for incident in [&own, &developers, &wide] {
            let status = if expected.contains(incident) { 200 } else { 404 };
            for part in ["", "/timeline", "/deadlines", "/ledger", "/actions"] {
                let answer = w.get(who, &format!("incidents/{incident}{part}")).await;
                assert_eq!(answer.status.as_u16(), status, "{who} {incident}{part}");
            }
        }
    }
    let seen = w.record(BEA, &format!("incidents/{own}")).await;
    assert_eq!((&seen["under"], &seen["incident_type"]), (&json!(nomination), &json!("loss")));
    assert!(!seen.to_string().contains(engagement.as_str()), "{seen}");
    assert_eq!(w.record(BEA, &format!("incidents/{own}/deadlines")).await, json!([]), "D16 is the developer's");
    let clocks = w.record(INES, &format!("incidents/{own}/deadlines")).await;
    assert_eq!(clocks.as_array().map(Vec::len), Some(2), "{clocks}");
    w.stop().await;
}

/// Nobody learns of a record by naming it in a report, and nobody locks what they do not know.
async fn one_reports_under_what_one_knows(database: TestDatabase) {
    let w = World::new(database, START).await;
    let records = matter(&w).await;
    let (inquiry, engagement, nomination, grant) = (&records[1], &records[2], &records[4], &records[6]);
    let loss = |under: &str| json!({ "under": under, "incident_type": "loss" });
    let nothing = w.post(BEA, "incidents", &loss("ENG-2026-ZZZZZZ")).await;
    for (who, under) in [(BEA, engagement), (NORA, nomination), (MARA, engagement), (CARL, engagement)] {
        let answer = w.post(who, "incidents", &loss(under)).await;
        assert_eq!((answer.status, &answer.body), (nothing.status, &nothing.body), "{who} {under}");
    }
    let spills = |under: &str, record: &str| json!({ "under": under, "incident_type": "spillage", "record": record });
    for (who, under, record) in [(BEA, nomination, engagement), (LENA, engagement, nomination), (LENA, grant, inquiry)]
    {
        let answer = w.refused(who, "incidents", spills(under, record), 422, "invalid-field").await;
        assert_eq!(answer.body["errors"][0]["pointer"], "/record", "{who}");
    }
    let named = json!({ "under": nomination, "incident_type": "loss", "grants": [grant] });
    let answer = w.refused(BEA, "incidents", named, 422, "invalid-field").await;
    assert_eq!(answer.body["errors"][0]["pointer"], "/grants");
    // The officer is told by others, and names what the officer does not read.
    w.refused(SAM, "incidents", loss("ENG-2026-ZZZZZZ"), 422, "invalid-field").await;
    let incident = w.act(SAM, "incidents", spills(engagement, inquiry)).await;
    assert_eq!(w.get(INES, &format!("inquiries/{inquiry}")).await.status.as_u16(), 423);
    assert_eq!(w.get(SAM, &format!("inquiries/{inquiry}")).await.status.as_u16(), 404);
    assert_eq!(w.record(INES, &format!("incidents/{incident}")).await["spilled_into"], json!(inquiry));
    let refused = w.post(INES, &format!("incidents/{incident}/lift-lock"), &json!({})).await;
    assert_eq!(refused.status.as_u16(), 403);
    w.stop().await;
}
