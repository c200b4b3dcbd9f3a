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
    matters::screening_signature,
    world::instant,
};

/// A life from the first question to a closed engagement with a partner selected, and another under way.
struct Lives {
    world: Light,
    release: String,
    inquiry: String,
    engagement: String,
    condition: String,
    /// A condition whose redline turn is open.
    redlined: String,
}

async fn lives(database: TestDatabase) -> Lives {
    let world = Light::new(database, "2026-11-02T14:00:00Z").await;
    let release = world.release(TOBIAS, "Heron-3", Some("2026-12-01T14:00:00Z")).await;
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
    let second = world.release(TOBIAS, "Heron-4", Some("2027-02-01T14:00:00Z")).await;
    let other = world.proposed(&second).await;
    world.at("2026-12-02T14:00:00Z").await;
    world.acknowledged(&other).await;
    world.must(TOBIAS, (Kind::Engagement, "record-release"), Some(&engagement), json!({ "kind": "partner" })).await;
    let attach = json!({ "attach_to": other, "template": "nda" });
    let redlined = world.must(DANA, (Kind::Condition, "attach"), None, attach).await;
    world.work().await;
    let condition = conditions[0].clone();
    Lives { world, release, inquiry, engagement, condition, redlined }
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
        (BEA, "sign-screening-nda", screening_signature()),
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

/// A change behind the product's back, its undoing, and what must be reported about which record.
struct Tampering {
    change: String,
    undo: Option<String>,
    what: What,
    reference: String,
    detail: &'static str,
}

/// The id of the aggregate with this reference, as SQL.
fn id_of(reference: &str) -> String {
    format!("(SELECT id FROM aggregate WHERE reference = '{reference}')")
}

/// In the row of a record: `set` and `back` are assignments.
fn of_row(reference: &str, set: &str, back: &str, what: What, detail: &'static str) -> Tampering {
    let statement = |set: &str| format!("UPDATE aggregate SET {set} WHERE reference = '{reference}'");
    Tampering { change: statement(set), undo: Some(statement(back)), what, reference: reference.to_owned(), detail }
}

/// In a table that hangs on a record.
fn beside(
    reference: &str,
    table: &str,
    (set, when): (&str, &str),
    (back, then): (&str, &str),
    what: What,
    detail: &'static str,
) -> Tampering {
    let own = format!("aggregate_id = {}", id_of(reference));
    Tampering {
        change: format!("UPDATE {table} SET {set} WHERE {own} AND {when}"),
        undo: Some(format!("UPDATE {table} SET {back} WHERE {own} AND {then}")),
        what,
        reference: reference.to_owned(),
        detail,
    }
}

fn payload(reference: &str) -> Tampering {
    let statement = |from: &str, to: &str| {
        format!(
            "UPDATE event_payload SET payload = replace(payload, '{from}', '{to}')
             WHERE payload LIKE '%{from}%' AND event_id IN (SELECT id FROM event WHERE aggregate_id = {})",
            id_of(reference)
        )
    };
    Tampering {
        change: statement("D-4471", "D-4472"),
        undo: Some(statement("D-4472", "D-4471")),
        what: What::Stream,
        reference: reference.to_owned(),
        detail: "event",
    }
}

fn tamperings(lives: &Lives) -> Vec<Tampering> {
    let Lives { release, inquiry, engagement, condition, redlined, .. } = lives;
    let renamed = ("state = replace(state, 'Heron-3', 'Heron-9')", "state = replace(state, 'Heron-9', 'Heron-3')");
    let (open, met) = ("kind = 'return_or_destruction' AND status = 'open'", "kind = 'return_or_destruction'");
    let turn = "kind = 'redline_turn' AND status = 'open'";
    let a_day = ("due_at = due_at + 86400000000", "due_at = due_at - 86400000000");
    vec![
        of_row(release, renamed.0, renamed.1, What::State, "name"),
        of_row(engagement, "stage = 'ready'", "stage = 'close_out'", What::Column, "stage"),
        of_row(inquiry, "event_count = event_count + 1", "event_count = event_count - 1", What::Order, "events"),
        payload(inquiry),
        beside(
            engagement,
            "event",
            ("effective_at = effective_at - 1", "aggregate_seq = 3"),
            ("effective_at = effective_at + 1", "aggregate_seq = 3"),
            What::Stream,
            "column effective_at",
        ),
        beside(
            condition,
            "document",
            ("body = 'Other terms.' || body", "1 = 1"),
            ("body = substr(body, 13)", "1 = 1"),
            What::Text,
            "",
        ),
        beside(redlined, "deadline", (a_day.0, turn), (a_day.1, turn), What::Deadline, "due_at of redline_turn"),
        beside(
            engagement,
            "deadline",
            ("status = 'satisfied'", open),
            ("status = 'open'", met),
            What::Deadline,
            "return_or_destruction",
        ),
        Tampering {
            change: format!("DELETE FROM assignment WHERE aggregate_id = {}", id_of(engagement)),
            undo: None,
            what: What::Assignment,
            reference: engagement.clone(),
            detail: "",
        },
    ]
}

async fn tampering_is_found(database: TestDatabase) {
    let lives = Box::pin(lives(database)).await;
    let world = &lives.world;
    let clean = world.app.verify().await.unwrap();
    assert!(clean.is_clean(), "{clean}");
    assert!(clean.checked.events > 80 && clean.checked.deadlines > 10 && clean.checked.mails > 50, "{clean}");
    assert_eq!(clean.checked.erased, 0);
    for Tampering { change, undo, what, reference, detail } in tamperings(&lives) {
        tamper(world, &[&change]).await;
        let differences = found(world).await;
        let named = |difference: &Difference| {
            difference.what == what && difference.reference == reference && difference.detail.contains(detail)
        };
        assert!(differences.iter().any(named), "{change}: {differences:#?}");
        let others = differences.iter().filter(|difference| difference.reference != reference);
        assert_eq!(others.count(), 0, "{change} touches one record: {differences:#?}");
        if let Some(undo) = undo {
            tamper(world, &[&undo]).await;
            assert_eq!(found(world).await, [], "{undo}");
        }
    }
}

async fn dropped_and_forged_events_are_found(database: TestDatabase) {
    let Lives { world, inquiry, engagement, .. } = Box::pin(lives(database)).await;
    // The newest event of a stream, so that no link points to it, and its number taken from the row as well.
    let last = format!("SELECT max(aggregate_seq) FROM event WHERE aggregate_id = {}", id_of(&inquiry));
    let last = world.number(&last).await;
    let event = format!("(SELECT id FROM event WHERE aggregate_id = {} AND aggregate_seq = {last})", id_of(&inquiry));
    tamper(
        &world,
        &[
            &format!("DELETE FROM event_leaf WHERE event_id = {event}"),
            &format!("DELETE FROM event_payload WHERE event_id = {event}"),
            &format!("DELETE FROM event WHERE aggregate_id = {} AND aggregate_seq = {last}", id_of(&inquiry)),
            &format!("UPDATE aggregate SET event_count = event_count - 1 WHERE reference = '{inquiry}'"),
        ],
    )
    .await;
    let kinds: Vec<_> =
        found(&world).await.into_iter().filter(|one| one.reference == inquiry).map(|one| one.what).collect();
    assert!(kinds.contains(&What::Stream) && kinds.contains(&What::State), "{kinds:?}");

    // One in the middle.
    let event = format!("(SELECT id FROM event WHERE aggregate_id = {} AND aggregate_seq = 4)", id_of(&engagement));
    tamper(
        &world,
        &[
            &format!("DELETE FROM event_leaf WHERE event_id = {event}"),
            &format!("DELETE FROM event_payload WHERE event_id = {event}"),
            &format!("DELETE FROM event WHERE aggregate_id = {} AND aggregate_seq = 4", id_of(&engagement)),
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
