//! Outages: what is right afterwards follows from facts, not from having run in time.

use std::collections::BTreeSet;

use anteroom::domain::{grant::GrantStage, id::Kind};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::support::{
    database::TestDatabase,
    light::{ADELE, DANA, INES, LENA, Light, SAM, TEMPLATES, THEO, TOBIAS},
    world::instant,
};

on_both! {
    after_nine_days_each_person_gets_the_most_urgent_of_each_deadline
    nine_days_over_tasks_caps_and_escalations_end_the_same_way
    a_person_whom_two_groups_mean_gets_one_mail
    what_time_brings_is_read_without_a_worker
    what_a_person_is_cleared_for_carries_the_grants_on
    what_ran_out_before_a_renewal_stays_run_out
    a_clock_that_starts_before_any_framework_keeps_its_reminders
}

const START: &str = "2026-11-02T14:00:00Z";

/// Reminders that were queued at this instant: recipient, reference, whether marked late.
async fn reminders_of(world: &Light, at: DateTime<Utc>) -> Vec<(String, String, bool)> {
    let rows = world.outbox().await;
    let reminders = rows.into_iter().filter(|row| row.draft.code == "N19" && row.draft.queued_at == at);
    let line = |row: anteroom::storage::outbox::OutboxRow| {
        (row.draft.address, row.draft.reference.unwrap_or_default(), row.draft.fields["late"] == true)
    };
    let mut found: Vec<_> = reminders.map(line).collect();
    found.sort();
    found
}

async fn after_nine_days_each_person_gets_the_most_urgent_of_each_deadline(database: TestDatabase) {
    let world = Light::new(database, START).await;
    let release = world.release(TOBIAS, "Heron-3", Some("2026-11-26T14:00:00Z")).await;
    world.eligible(INES, &release).await;
    let engagement = world.proposed(&release).await;
    world.acknowledged(&engagement).await;
    let conditions = world.ready(&engagement).await;
    world.scheduled(&engagement, instant("2026-11-12T14:00:00Z")).await;
    world.granted(&engagement, &conditions).await;
    world.at("2026-11-10T15:00:00Z").await;
    let second = world.release(TOBIAS, "Heron-4", None).await;
    let proposed = world.proposed(&second).await;
    let question = json!({ "release": second, "question": "Is it within the designation?" });
    let inquiry = world.must(INES, (Kind::Inquiry, "draft"), None, question).await;
    let attested = json!({ "unclassified_attestation": true, "no_weights_or_scores_attestation": true });
    world.must(INES, (Kind::Inquiry, "submit"), Some(&inquiry), attested).await;
    world.at("2026-11-11T21:00:00Z").await;

    world.jump("2026-11-20T21:00:00Z");
    world.work().await;
    let found = reminders_of(&world, instant("2026-11-20T21:00:00Z")).await;
    let mut expected: Vec<(String, String, bool)> = [
        // D10, planned for the 26th: of 14 days (the 12th) and 7 days (the 19th) before, the latter.
        (INES, &release),
        (TOBIAS, &release),
        // D9: the window opened on the 12th, when nobody was there to record it, and closes on the 26th; 7 days before.
        (INES, &engagement),
        (DANA, &engagement),
        (LENA, &engagement),
        // D4, due on the 18th: the reminder of the 16th, and on the 19th the word to the framework owner.
        (DANA, &proposed),
        (THEO, &proposed),
        // D1, due on the 16th: the reminder of the 13th, and on the 17th the word to the framework owner.
        (DANA, &inquiry),
        (THEO, &inquiry),
    ]
    .into_iter()
    .map(|(who, reference)| (who.to_owned(), reference.clone(), true))
    .collect();
    expected.sort();
    assert_eq!(found, expected);

    assert_eq!(world.case(Kind::Engagement, &engagement).await.engagements.len(), 1);
    let opened = "SELECT effective_at FROM event WHERE type_code = 'engagement.window_opened'";
    assert_eq!(world.number(opened).await, instant("2026-11-12T14:00:00Z").timestamp_micros());
    assert!(world.app.verify().await.unwrap().is_clean());

    // The ladder goes on in time: 3 days before the close, and of D13, which runs from the opening as well.
    world.at("2026-11-23T13:00:00Z").await;
    let found = reminders_of(&world, instant("2026-11-23T13:00:00Z")).await;
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found.iter().all(|(.., late)| !late), "{found:?}");
    let all: Vec<_> = world.outbox().await.into_iter().map(|row| row.draft.dedupe_key).collect();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
}

/// D6, D10, D15, D16 and D17, of which most begin or fall due while nobody is there, over Veterans Day and a weekend.
async fn nine_days_over_tasks_caps_and_escalations_end_the_same_way(database: TestDatabase) {
    let world = Light::new(database, START).await;
    let release = world.release(TOBIAS, "Heron-3", Some("2026-11-13T14:00:00Z")).await;
    world.eligible(INES, &release).await;
    let engagement = world.proposed(&release).await;
    world.acknowledged(&engagement).await;
    let conditions = world.ready(&engagement).await;
    world.scheduled(&engagement, instant("2026-11-05T14:00:00Z")).await;
    world.granted(&engagement, &conditions).await;
    let second = world.release(TOBIAS, "Heron-4", None).await;
    let other = world.proposed(&second).await;
    world.acknowledged(&other).await;
    let broken = world.agreed(&other, "nda", instant(START), None).await;

    world.at("2026-11-10T15:00:00Z").await;
    world.must(INES, (Kind::Condition, "report-breach"), Some(&broken), json!({})).await;
    let unsigned = unsigned(&world, &other).await;
    world.at("2026-11-11T20:00:00Z").await;
    let report = json!({ "under": other, "incident_type": "credential_compromise", "suspend_window": false });
    let incident = world.must(SAM, (Kind::Incident, "report"), None, report).await;
    world.at("2026-11-11T21:00:00Z").await;

    world.jump("2026-11-20T21:00:00Z");
    world.work().await;
    let mut expected: Vec<(String, String, bool)> = [
        // D10: the planned release of the 13th passed and nothing was recorded; the day after is a Saturday.
        (INES, &release),
        (TOBIAS, &release),
        // D15, due on the 23rd: the window closed on the 13th, when nobody was there to record it. The day before is a
        // Sunday, so that its reminder goes out on the 20th. D9 and the grant's D13 ended with the window.
        (DANA, &engagement),
        // D17, due on the 18th, because the 11th is a holiday: on the 19th the word to both leads.
        (DANA, &broken),
        (INES, &broken),
        // D6, due on the 18th: the signatories' of that day, and on the 20th the word to both leads.
        (ADELE, &unsigned),
        (TOBIAS, &unsigned),
        (DANA, &unsigned),
        (INES, &unsigned),
        // D16: the notice was due on the 12th and the detail on the 14th, a Saturday: nothing rolls.
        (SAM, &incident),
        (SAM, &incident),
        (THEO, &incident),
        (THEO, &incident),
    ]
    .into_iter()
    .map(|(who, reference)| (who.to_owned(), reference.clone(), true))
    .collect();
    expected.sort();
    assert_eq!(reminders_of(&world, instant("2026-11-20T21:00:00Z")).await, expected);

    let queued = world.outbox().await.len();
    world.work().await;
    assert_eq!(world.outbox().await.len(), queued, "none twice");
    assert!(world.app.verify().await.unwrap().is_clean());
}

/// A condition whose text is agreed and that nobody signed.
async fn unsigned(world: &Light, engagement: &str) -> String {
    let body = json!({ "attach_to": engagement, "template": "ip_protection" });
    let condition = world.must(DANA, (Kind::Condition, "attach"), None, body).await;
    let terms = json!({ "digest": world.digest(&condition).await, "effective_at": START });
    world.must(DANA, (Kind::Condition, "offer-agreement"), Some(&condition), terms).await;
    let case = world.case(Kind::Condition, &condition).await;
    let entry = case.conditions.values().find(|entry| entry.reference == condition).expect("the condition");
    let hash = json!({ "hash": entry.state.offers.last().expect("an offer").hash });
    world.must(INES, (Kind::Condition, "accept-agreement"), Some(&condition), hash).await;
    condition
}

/// D5: the developer's turn, and both leads are told when it is late; the developer's lead is both.
async fn a_person_whom_two_groups_mean_gets_one_mail(database: TestDatabase) {
    let world = Light::new(database, START).await;
    let release = world.release(TOBIAS, "Heron-3", None).await;
    let engagement = world.proposed(&release).await;
    world.acknowledged(&engagement).await;
    let body = json!({ "attach_to": engagement, "template": "nda" });
    let condition = world.must(DANA, (Kind::Condition, "attach"), None, body).await;
    world.work().await;
    world.jump("2026-11-20T14:00:00Z");
    world.work().await;
    let found = reminders_of(&world, instant("2026-11-20T14:00:00Z")).await;
    let expected: Vec<_> = [DANA, INES].map(|who| (who.to_owned(), condition.clone(), true)).to_vec();
    assert_eq!(found, expected);
    let recorded = "SELECT count(*) FROM reminder JOIN deadline ON deadline.id = reminder.deadline_id
         WHERE deadline.kind = 'redline_turn'";
    assert_eq!(world.number(recorded).await, 3, "each rung is on record");
}

async fn stage(world: &Light, engagement: &str) -> String {
    world.seen(INES, Kind::Engagement, engagement).await["stage"].as_str().unwrap().to_owned()
}

/// E6, E8, E11 and E15.
async fn what_time_brings_is_read_without_a_worker(database: TestDatabase) {
    let world = Light::new(database, START).await;
    let mut engagements = Vec::new();
    for (name, expires) in [("Heron-3", None), ("Heron-4", Some(instant("2026-11-05T14:00:00Z")))] {
        let release = world.release(TOBIAS, name, Some("2026-12-01T14:00:00Z")).await;
        world.eligible(INES, &release).await;
        let engagement = world.proposed(&release).await;
        world.acknowledged(&engagement).await;
        for template in TEMPLATES {
            let from = if template == "nda" { "2026-11-03T14:00:00Z" } else { START };
            world.agreed(&engagement, template, instant(from), expires.filter(|_| template == "nda")).await;
        }
        engagements.push(engagement);
    }
    let (engagement, lapsing) = (&engagements[0], &engagements[1]);
    world.jump("2026-11-03T13:59:59.999999Z");
    assert_eq!(stage(&world, engagement).await, "conditions");
    world.jump("2026-11-03T14:00:00Z");
    assert_eq!((stage(&world, engagement).await, stage(&world, lapsing).await), ("ready".into(), "ready".into()));
    world.jump("2026-11-05T14:00:00Z");
    assert_eq!((stage(&world, engagement).await, stage(&world, lapsing).await), ("ready".into(), "conditions".into()));
    let recorded = "SELECT count(*) FROM event WHERE type_code LIKE 'engagement.ready%'";
    assert_eq!(world.number(recorded).await, 0, "reading writes nothing");
    world.scheduled(engagement, instant("2026-11-10T14:00:00Z")).await;
    assert_eq!(world.number(recorded).await, 1, "an act records what time brought before it");
    world.jump("2026-11-10T13:59:59.999999Z");
    assert_eq!(stage(&world, engagement).await, "window_scheduled");
    world.jump("2026-11-10T14:00:00Z");
    assert_eq!(stage(&world, engagement).await, "window_open");
    world.jump("2026-12-01T13:59:59.999999Z");
    assert_eq!(stage(&world, engagement).await, "window_open");
    world.jump("2026-12-01T14:00:00Z");
    assert_eq!(stage(&world, engagement).await, "close_out");

    world.jump("2026-12-03T14:00:00Z");
    world.work().await;
    for (code, expected) in [
        ("engagement.window_opened", "2026-11-10T14:00:00Z"),
        ("engagement.window_closed", "2026-12-01T14:00:00Z"),
        ("engagement.fell_back_to_conditions", "2026-11-05T14:00:00Z"),
    ] {
        let effective = world.number(&format!("SELECT min(effective_at) FROM event WHERE type_code = '{code}'")).await;
        assert_eq!(effective, instant(expected).timestamp_micros(), "{code}");
    }
    assert!(world.app.verify().await.unwrap().is_clean());
}

/// An approved grant whose window opens on 4 November.
async fn awaiting_the_window(world: &Light) -> String {
    let release = world.release(TOBIAS, "Heron-3", Some("2026-11-26T14:00:00Z")).await;
    world.eligible(INES, &release).await;
    let engagement = world.proposed(&release).await;
    world.acknowledged(&engagement).await;
    let conditions = world.ready(&engagement).await;
    world.scheduled(&engagement, instant("2026-11-04T14:00:00Z")).await;
    world.granted(&engagement, &conditions).await
}

/// The grant's stage as it is stored.
async fn stored(world: &Light, grant: &str) -> GrantStage {
    world.case(Kind::Grant, grant).await.grants.values().next().unwrap().state.stage.clone()
}

/// A person's record is a case of its own; the grant that waits for it is woken all the same.
async fn what_a_person_is_cleared_for_carries_the_grants_on(database: TestDatabase) {
    let world = Light::new(database, START).await;
    let grant = awaiting_the_window(&world).await;
    let person = world.account(LENA);
    let screening = (Kind::Prerequisites, "record-screening");
    world.must(SAM, screening, Some(person), json!({ "reference": null })).await;
    world.at("2026-11-05T14:00:00Z").await;
    assert_eq!(stored(&world, &grant).await, GrantStage::Approved);
    world.must(SAM, screening, Some(person), json!({ "reference": "PS-119" })).await;
    assert_eq!(stored(&world, &grant).await, GrantStage::Approved);
    // As after a crash: another service finds it, and finds it once.
    let other = world.twin(anteroom::mail::Transport::Log).await;
    let round = other.carry_on(10).await.unwrap();
    assert_eq!((round.settled, round.failed), (1, 0));
    assert_eq!(stored(&world, &grant).await, GrantStage::Active);
    let activated = "SELECT effective_at FROM event WHERE type_code = 'grant.activated'";
    let cleared = instant("2026-11-05T14:00:00Z").timestamp_micros();
    assert_eq!(world.number(activated).await, cleared, "not before the clearance, though the window was open");
    assert_eq!(other.carry_on(10).await.unwrap().settled, 0);
    let open = "SELECT count(*) FROM deadline WHERE kind = 'grant_recertification' AND status = 'open'";
    assert_eq!(world.number(open).await, 1);
}

/// Training ran out while no worker ran; what is recorded afterwards does not undo that it did.
async fn what_ran_out_before_a_renewal_stays_run_out(database: TestDatabase) {
    let world = Light::new(database, START).await;
    let grant = awaiting_the_window(&world).await;
    let (person, train) = (world.account(LENA), (Kind::Prerequisites, "record-training"));
    world.must(SAM, train, Some(person), json!({ "trained_at": "2025-11-10T14:00:00Z" })).await;
    world.at("2026-11-05T14:00:00Z").await;
    assert_eq!(stored(&world, &grant).await, GrantStage::Active);
    world.jump("2026-11-12T14:00:00Z");
    world.must(SAM, train, Some(person), json!({ "trained_at": "2026-11-11T14:00:00Z" })).await;
    assert!(matches!(stored(&world, &grant).await, GrantStage::Suspended { .. }), "{:?}", stored(&world, &grant).await);
    let suspended = "SELECT effective_at FROM event WHERE type_code = 'grant.suspended'";
    assert_eq!(world.number(suspended).await, instant("2026-11-10T14:00:00Z").timestamp_micros());
}

/// D14 may run from training that lies before every framework version; its reminders go out all the same.
async fn a_clock_that_starts_before_any_framework_keeps_its_reminders(database: TestDatabase) {
    let world = Light::new(database, START).await;
    let person = world.account(LENA);
    for trained_at in ["2025-11-10T14:00:00Z", "2026-09-10T14:00:00Z"] {
        let training = json!({ "trained_at": trained_at });
        world.must(SAM, (Kind::Prerequisites, "record-training"), Some(person), training).await;
        world.work().await;
    }
    // 30 days before 10 September 2027, which is a Wednesday; a year after the old training nobody says anything.
    world.at("2027-08-11T13:00:00Z").await;
    let rows = world.outbox().await;
    let told: Vec<_> = rows.iter().filter(|row| row.draft.code == "N19").map(|row| row.draft.queued_at).collect();
    assert_eq!(told, [instant("2027-08-11T12:00:00Z")]);
}
