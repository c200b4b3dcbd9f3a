//! Digests, quiet hours, muted records, groups that are off, and what nobody can switch off.

use anteroom::storage::outbox;
use serde_json::{Value, json};

use super::{about, all, choose, mails_to};
use crate::support::{
    database::TestDatabase,
    matters::{self, DANA, LARKSPUR},
    world::World,
};

on_both! {
    a_digest_tells_a_record_once_at_eight_and_nothing_that_was_done_meanwhile
    legal_notices_go_out_whatever_was_chosen
    nights_are_waited_over
    one_notice_is_off_and_the_others_of_its_group_are_not
    a_muted_record_is_silent_and_stays_so_for_its_person_alone
    wrong_choices_are_refused_at_their_field
}

const INES: &str = LARKSPUR.liaison;

async fn world(database: TestDatabase) -> World {
    World::new(database, "2026-11-02T14:00:00Z").await
}

async fn engagement(w: &World) -> String {
    let release = matters::release(w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(w, &LARKSPUR, &release).await;
    matters::acknowledge(w, DANA, &engagement).await;
    engagement
}

async fn a_digest_tells_a_record_once_at_eight_and_nothing_that_was_done_meanwhile(database: TestDatabase) {
    let w = world(database).await;
    choose(&w, INES, all("digest")).await;
    let engagement = engagement(&w).await;
    let condition = w.act(DANA, "conditions", json!({ "attach_to": engagement, "template": "nda" })).await;
    let before = mails_to(&w, INES).len();
    w.at("2026-11-03T12:59:59Z").await;
    assert_eq!(mails_to(&w, INES).len(), before, "nothing before 08:00 in the program's zone");
    w.at("2026-11-03T13:00:00Z").await;
    let mails = mails_to(&w, INES);
    let digest = mails.last().unwrap();
    assert_eq!((mails.len(), digest.subject.as_str()), (before + 1, "Anteroom digest"));
    for reference in [&engagement, &condition] {
        let heads = digest.text.lines().filter(|line| line.starts_with(reference.as_str())).count();
        assert_eq!(heads, 1, "{reference} in\n{}", digest.text);
    }
    for body in [&digest.text, &digest.html] {
        assert!(!body.contains("Canary") && !body.contains("Larkspur"), "{body}");
    }
    w.at("2026-11-04T13:00:00Z").await;
    let reminders = mails_to(&w, INES).len();
    assert_eq!(reminders, before + 1, "an empty digest is none");

    // A reminder waits for the digest of the sixth. What it reminds of is done on the evening before.
    w.at("2026-11-05T22:00:00Z").await;
    let tx = w.store().begin_read().await.unwrap();
    let rows = outbox::newest(&tx, 1_000).await.unwrap();
    tx.end().await.unwrap();
    let waits =
        |row: &&outbox::OutboxRow| row.set_aside.as_deref() == Some("digest") && row.draft.template == "reminder";
    assert_eq!(rows.iter().filter(waits).count(), 1, "{rows:#?}");
    let seen = w.record(INES, &format!("conditions/{condition}")).await;
    let parent = &seen["texts"][0]["digest"];
    let redline = json!({ "text": "Ours.", "parent": parent, "unclassified_attestation": true });
    w.act(INES, &format!("conditions/{condition}/upload-text"), redline).await;
    w.at("2026-11-06T13:00:00Z").await;
    assert_eq!(mails_to(&w, INES).len(), before + 1, "nothing is left to be said");
    w.stop().await;
}

async fn legal_notices_go_out_whatever_was_chosen(database: TestDatabase) {
    let w = world(database).await;
    let engagement = engagement(&w).await;
    choose(&w, INES, {
        let mut off = all("off");
        off["muted"] = json!([engagement]);
        off["quiet_hours"] = json!(true);
        off
    })
    .await;
    let before = mails_to(&w, INES).len();
    w.act(DANA, "conditions", json!({ "attach_to": engagement, "template": "nda" })).await;
    assert_eq!(mails_to(&w, INES).len(), before, "off is off");
    // 23:00 in Washington.
    w.at("2026-11-03T04:00:00Z").await;
    w.act(DANA, "incidents", json!({ "under": engagement, "incident_type": "loss" })).await;
    let mails = mails_to(&w, INES);
    assert_eq!(mails.len(), before + 1, "N16 is not anybody's to switch off");
    assert_eq!(mails.last().unwrap().header("list-unsubscribe"), None);
    w.stop().await;
}

async fn one_notice_is_off_and_the_others_of_its_group_are_not(database: TestDatabase) {
    let w = world(database).await;
    let shown = choose(&w, INES, json!({ "mail": { "participation": "off", "ready": "digest" } })).await;
    let topics = shown["topics"].as_array().unwrap();
    let of = |topic: &str| topics.iter().find(|one| one["topic"] == topic).unwrap();
    assert_eq!((&of("participation")["mail"], &of("participation")["group"]), (&json!("off"), &json!("engagements")));
    assert_eq!((&of("ready")["mail"], &of("withdrawn")["mail"]), (&json!("digest"), &json!("immediate")));
    assert_eq!(of("incidents")["switchable"], json!(false));
    let engagement = engagement(&w).await;
    let told = |who: &str| about(&mails_to(&w, who), &engagement);
    assert_eq!((told(INES), told(LARKSPUR.official)), (0, 1), "participation is told to who wants it told");
    // What is returned is told as a proposal, which is of the same group and stays as it was.
    let release = matters::release(&w, &LARKSPUR, "2026-12-24T09:00:00-05:00").await;
    let returned = matters::proposal(&w, &LARKSPUR, &release).await;
    w.act(DANA, &format!("engagements/{returned}/return"), json!({})).await;
    assert_eq!(about(&mails_to(&w, INES), &returned), 1);
    w.stop().await;
}

async fn nights_are_waited_over(database: TestDatabase) {
    let w = world(database).await;
    choose(&w, INES, json!({ "quiet_hours": true })).await;
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    w.at("2026-11-03T01:00:00Z").await;
    let before = mails_to(&w, INES).len();
    matters::acknowledge(&w, DANA, &engagement).await;
    w.at("2026-11-03T11:59:59Z").await;
    assert_eq!(mails_to(&w, INES).len(), before);
    w.at("2026-11-03T12:00:00Z").await;
    assert_eq!(mails_to(&w, INES).len(), before + 1);
    // Waiting is no attempt.
    let tx = w.store().begin_read().await.unwrap();
    let rows = outbox::newest(&tx, 1_000).await.unwrap();
    tx.end().await.unwrap();
    assert!(rows.iter().all(|row| row.attempts == 1), "{rows:#?}");
    w.stop().await;
}

async fn a_muted_record_is_silent_and_stays_so_for_its_person_alone(database: TestDatabase) {
    let w = world(database).await;
    let engagement = engagement(&w).await;
    let mut conditions = Vec::new();
    for template in ["nda", "confidentiality"] {
        conditions.push(w.act(DANA, "conditions", json!({ "attach_to": engagement, "template": template })).await);
    }
    let condition = &conditions[0];
    let chosen = choose(&w, INES, json!({ "muted": [condition] })).await;
    assert_eq!(chosen["muted"], json!([condition]));
    let told = |who: &str, condition: &str| about(&mails_to(&w, who), condition);
    let before: Vec<usize> = conditions.iter().map(|condition| told(INES, condition)).collect();
    w.at("2026-11-20T14:00:00Z").await;
    assert_eq!(told(INES, &conditions[0]), before[0]);
    assert!(told(INES, &conditions[1]) > before[1], "of the other one there is something to be told");
    // Another's record looks like none.
    let body = json!({ "muted": [condition] }).to_string().into_bytes();
    let hidden = w.send(reqwest::Method::PUT, matters::QUILLSTONE.liaison, "me/preferences", Some(body), &[]).await;
    let body = json!({ "muted": ["CON-2026-000000"] }).to_string().into_bytes();
    let unknown = w.send(reqwest::Method::PUT, matters::QUILLSTONE.liaison, "me/preferences", Some(body), &[]).await;
    assert_eq!((hidden.status.as_u16(), &hidden.body["errors"]), (422, &unknown.body["errors"]));
    w.stop().await;
}

async fn wrong_choices_are_refused_at_their_field(database: TestDatabase) {
    let w = world(database).await;
    let table: [(Value, &str); 7] = [
        (json!({ "mail": { "incidents": "off" } }), "/mail/incidents"),
        (json!({ "mail": { "weather": "off" } }), "/mail/weather"),
        (json!({ "mail": { "engagements": "off" } }), "/mail/engagements"),
        (json!({ "mail": { "conditions": "never" } }), "/mail/conditions"),
        (json!({ "zone": "Mars/Olympus" }), "/zone"),
        (json!({ "muted": ["ENG-2026-\u{0}"] }), "/muted/0"),
        (json!({ "quiet": true }), "/quiet"),
    ];
    for (body, pointer) in table {
        let bytes = body.to_string().into_bytes();
        let answer = w.send(reqwest::Method::PUT, INES, "me/preferences", Some(bytes), &[]).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{}", answer.body);
    }
    let shown = w.record(INES, "me/preferences").await;
    assert_eq!(
        (&shown["muted"], &shown["zone"], &shown["calendar_entries"]),
        (&json!([]), &Value::Null, &json!(false))
    );
    w.stop().await;
}
