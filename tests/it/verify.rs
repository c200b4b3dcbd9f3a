//! Everything stored can be folded again from its events, and whoever changes a row behind the product's back is found
//! out by name.

use anteroom::{
    app::verify::{Difference, What},
    domain::id::Kind,
};
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::json;

use crate::support::{
    database::TestDatabase,
    light::{BEA, DANA, INES, Light, MARCUS, SAM, THEO, TOBIAS, YUKI},
    world::instant,
};

/// A life from the first question to a closed engagement with a partner selected, and another under way.
struct Lives {
    world: Light,
    release: String,
    inquiry: String,
    engagement: String,
    condition: String,
}

async fn lives(database: TestDatabase) -> Lives {
    let world = Light::new(database, "2026-11-02T14:00:00Z").await;
    let release = world.release(INES, "Heron-3", Some("2026-12-01T14:00:00Z")).await;
    let inquiry = world.eligible(INES, &release).await;
    let engagement = world.proposed(&release).await;
    world.acknowledged(&engagement).await;
    let conditions = world.ready(&engagement).await;
    world.scheduled(&engagement, instant("2026-11-10T14:00:00Z")).await;
    let grant = world.granted(&engagement, &conditions).await;
    world.at("2026-11-12T14:00:00Z").await;
    partner(&world, &engagement).await;
    let suspended = (Kind::Engagement, "suspend-window");
    world.must(SAM, suspended, Some(&engagement), json!({ "reason": "security" })).await;
    world.at("2026-11-14T14:00:00Z").await;
    world.must(SAM, (Kind::Engagement, "resume-window"), Some(&engagement), json!({})).await;
    let hash = world.offer(&engagement).await.unwrap();
    world.must(TOBIAS, (Kind::Engagement, "accept-offer"), Some(&engagement), json!({ "hash": hash })).await;
    world.must(TOBIAS, (Kind::Grant, "recertify"), Some(&grant), json!({})).await;
    // A second one, still early in its life when the first ends.
    let second = world.release(INES, "Heron-4", Some("2027-02-01T14:00:00Z")).await;
    let other = world.proposed(&second).await;
    world.at("2026-12-02T14:00:00Z").await;
    world.acknowledged(&other).await;
    world.must(TOBIAS, (Kind::Engagement, "record-release"), Some(&engagement), json!({ "kind": "partner" })).await;
    world.must(DANA, (Kind::Condition, "attach"), None, json!({ "attach_to": other, "template": "nda" })).await;
    world.work().await;
    let condition = conditions[0].clone();
    Lives { world, release, inquiry, engagement, condition }
}

async fn partner(world: &Light, engagement: &str) {
    let body = json!({ "engagement": engagement, "partner": world.organizations["cedar_hollow"] });
    let nomination = world.must(INES, (Kind::Nomination, "propose"), None, body).await;
    let criteria: serde_json::Map<String, serde_json::Value> = anteroom::domain::framework::Framework::builtin()
        .unwrap()
        .last()
        .unwrap()
        .criteria
        .iter()
        .map(|criterion| (criterion.key.clone(), json!("We do.")))
        .collect();
    let reviewer = |who: &str| json!({ "reviewer": world.account(who) });
    for (who, name, body) in [
        (TOBIAS, "consent-approach", json!({})),
        (BEA, "sign-screening-nda", json!({ "intent": true })),
        (DANA, "disclose", json!({})),
        (DANA, "begin-screening", json!({})),
        (BEA, "state-criteria", json!({ "criteria": criteria, "unclassified_attestation": true })),
        (DANA, "begin-vetting", json!({})),
        (THEO, "assign-reviewer", reviewer(MARCUS)),
        (THEO, "assign-reviewer", reviewer(YUKI)),
        (DANA, "open-decision", json!({})),
        (TOBIAS, "consent", json!({})),
        (MARCUS, "concur", json!({})),
        (YUKI, "concur", json!({})),
    ] {
        world.must(who, (Kind::Nomination, name), Some(&nomination), body).await;
        world.pass(TimeDelta::minutes(10)).await;
    }
}

/// What somebody with the keys of the database could do.
async fn tamper(world: &Light, statements: &[&str]) {
    let raw = world.raw().await;
    let backend = raw.get_database_backend();
    // The owner of a database can take its guards away.
    let guards: &[&str] = if backend == DbBackend::Sqlite {
        &[
            "event_refuses_update",
            "event_refuses_delete",
            "event_payload_refuses_update",
            "event_payload_refuses_delete",
            "event_leaf_refuses_delete",
        ]
    } else {
        &[]
    };
    for guard in guards {
        raw.execute_unprepared(&format!("DROP TRIGGER IF EXISTS {guard}")).await.unwrap();
    }
    let free = if backend == DbBackend::Sqlite {
        "PRAGMA foreign_keys = OFF"
    } else {
        "SET session_replication_role = replica"
    };
    raw.execute_unprepared(free).await.unwrap();
    for statement in statements {
        let done = raw.execute_raw(Statement::from_string(backend, *statement)).await;
        assert!(done.unwrap().rows_affected() > 0, "{statement} changes nothing");
    }
    raw.close().await.unwrap();
}

async fn found(world: &Light) -> Vec<Difference> {
    world.app.verify().await.unwrap().differences
}

async fn tampering_is_found(database: TestDatabase) {
    let Lives { world, release, inquiry, engagement, condition } = lives(database).await;
    let clean = world.app.verify().await.unwrap();
    assert!(clean.is_clean(), "{clean}");
    assert!(clean.checked.events > 80 && clean.checked.deadlines > 10 && clean.checked.mails > 50, "{clean}");
    assert_eq!(clean.checked.erased, 0);

    let aggregate = |reference: &str| format!("(SELECT id FROM aggregate WHERE reference = '{reference}')");
    // Each tampering, its undoing, and what must be reported about which record.
    let table: Vec<(String, String, What, String, &str)> = vec![
        (
            format!("UPDATE aggregate SET state = replace(state, 'Heron-3', 'Heron-9') WHERE reference = '{release}'"),
            format!("UPDATE aggregate SET state = replace(state, 'Heron-9', 'Heron-3') WHERE reference = '{release}'"),
            What::State,
            release.clone(),
            "name",
        ),
        (
            format!("UPDATE aggregate SET stage = 'ready' WHERE reference = '{engagement}'"),
            format!("UPDATE aggregate SET stage = 'close_out' WHERE reference = '{engagement}'"),
            What::Column,
            engagement.clone(),
            "stage",
        ),
        (
            format!("UPDATE aggregate SET event_count = event_count + 1 WHERE reference = '{inquiry}'"),
            format!("UPDATE aggregate SET event_count = event_count - 1 WHERE reference = '{inquiry}'"),
            What::Order,
            inquiry.clone(),
            "events",
        ),
        (
            format!(
                "UPDATE event_payload SET payload = replace(payload, 'D-4471', 'D-4472')
                 WHERE event_id IN (SELECT id FROM event WHERE aggregate_id = {}
                     AND type_code = 'inquiry.determined')",
                aggregate(&inquiry)
            ),
            format!(
                "UPDATE event_payload SET payload = replace(payload, 'D-4472', 'D-4471')
                 WHERE event_id IN (SELECT id FROM event WHERE aggregate_id = {})",
                aggregate(&inquiry)
            ),
            What::Stream,
            inquiry.clone(),
            "event",
        ),
        (
            format!(
                "UPDATE event SET effective_at = effective_at - 1 WHERE aggregate_id = {} AND aggregate_seq = 3",
                aggregate(&engagement)
            ),
            format!(
                "UPDATE event SET effective_at = effective_at + 1 WHERE aggregate_id = {} AND aggregate_seq = 3",
                aggregate(&engagement)
            ),
            What::Stream,
            engagement.clone(),
            "column effective_at",
        ),
        (
            format!("UPDATE document SET body = 'Other terms.' || body WHERE aggregate_id = {}", aggregate(&condition)),
            format!("UPDATE document SET body = substr(body, 13) WHERE aggregate_id = {}", aggregate(&condition)),
            What::Text,
            condition.clone(),
            "",
        ),
        (
            "UPDATE deadline SET due_at = due_at + 86400000000 WHERE status = 'open' AND kind = 'redline_turn'"
                .to_owned(),
            "UPDATE deadline SET due_at = due_at - 86400000000 WHERE status = 'open' AND kind = 'redline_turn'"
                .to_owned(),
            What::Deadline,
            "CON-".to_owned(),
            "due_at of redline_turn",
        ),
        (
            "UPDATE deadline SET status = 'satisfied' WHERE status = 'open' AND kind = 'return_or_destruction'"
                .to_owned(),
            "UPDATE deadline SET status = 'open' WHERE status = 'satisfied' AND kind = 'return_or_destruction'"
                .to_owned(),
            What::Deadline,
            engagement.clone(),
            "return_or_destruction",
        ),
        (
            format!("DELETE FROM assignment WHERE aggregate_id = {}", aggregate(&engagement)),
            String::new(),
            What::Assignment,
            engagement.clone(),
            "",
        ),
    ];
    for (change, undo, what, reference, detail) in table {
        tamper(&world, &[&change]).await;
        let differences = found(&world).await;
        let named = |difference: &Difference| {
            difference.what == what
                && difference.reference.starts_with(&reference)
                && difference.detail.contains(detail)
        };
        assert!(differences.iter().any(named), "{change}: {differences:#?}");
        assert!(
            differences.iter().all(|difference| difference.reference.starts_with(&reference)),
            "{change} touches one record: {differences:#?}"
        );
        if !undo.is_empty() {
            tamper(&world, &[&undo]).await;
            assert_eq!(found(&world).await, [], "{undo}");
        }
    }
}

async fn dropped_and_forged_events_are_found(database: TestDatabase) {
    let Lives { world, inquiry, engagement, .. } = lives(database).await;
    let of = |reference: &str| format!("(SELECT id FROM aggregate WHERE reference = '{reference}')");
    // The newest event of a stream, so that no link points to it, and its number taken from the row as well.
    let last = format!("SELECT max(aggregate_seq) FROM event WHERE aggregate_id = {}", of(&inquiry));
    let last = world.number(&last).await;
    let event = format!("(SELECT id FROM event WHERE aggregate_id = {} AND aggregate_seq = {last})", of(&inquiry));
    tamper(
        &world,
        &[
            &format!("DELETE FROM event_leaf WHERE event_id = {event}"),
            &format!("DELETE FROM event_payload WHERE event_id = {event}"),
            &format!("DELETE FROM event WHERE aggregate_id = {} AND aggregate_seq = {last}", of(&inquiry)),
            &format!("UPDATE aggregate SET event_count = event_count - 1 WHERE reference = '{inquiry}'"),
        ],
    )
    .await;
    let kinds: Vec<_> =
        found(&world).await.into_iter().filter(|one| one.reference == inquiry).map(|one| one.what).collect();
    assert!(kinds.contains(&What::Stream) && kinds.contains(&What::State), "{kinds:?}");

    // One in the middle.
    let event = format!("(SELECT id FROM event WHERE aggregate_id = {} AND aggregate_seq = 4)", of(&engagement));
    tamper(
        &world,
        &[
            &format!("DELETE FROM event_leaf WHERE event_id = {event}"),
            &format!("DELETE FROM event_payload WHERE event_id = {event}"),
            &format!("DELETE FROM event WHERE aggregate_id = {} AND aggregate_seq = 4", of(&engagement)),
        ],
    )
    .await;
    let kinds: Vec<_> =
        found(&world).await.into_iter().filter(|one| one.reference == engagement).map(|one| one.what).collect();
    assert!(kinds.contains(&What::Stream) && kinds.contains(&What::Order), "{kinds:?}");

    // A mail that is said to be sent, and one that waits for a task that is done.
    tamper(
        &world,
        &["UPDATE outbox SET status = 'queued' WHERE deadline_id IN
        (SELECT id FROM deadline WHERE status = 'satisfied')"],
    )
    .await;
    assert!(found(&world).await.iter().any(|one| one.what == What::Mail && one.detail.contains("satisfied")));
}

#[tokio::test]
async fn tampering_is_found_on_sqlite() {
    tampering_is_found(TestDatabase::sqlite().await).await;
}

#[tokio::test]
async fn tampering_is_found_on_postgresql() {
    tampering_is_found(TestDatabase::postgres().await).await;
}

#[tokio::test]
async fn dropped_and_forged_events_are_found_on_sqlite() {
    dropped_and_forged_events_are_found(TestDatabase::sqlite().await).await;
}

#[tokio::test]
async fn dropped_and_forged_events_are_found_on_postgresql() {
    dropped_and_forged_events_are_found(TestDatabase::postgres().await).await;
}
