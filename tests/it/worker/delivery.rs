//! What becomes of one mail: refused for now, refused for good, overtaken by events.

use anteroom::{
    domain::id::Kind,
    storage::{mail_sorting, outbox},
};
use chrono::TimeDelta;
use serde_json::json;

use crate::support::{
    database::TestDatabase,
    light::{DANA, INES, Light, MARCUS, THEO, TOBIAS, smtp},
    smtp::{Fault, SmtpServer},
};

on_both! {
    a_mail_refused_for_now_is_tried_again_later
    a_mail_refused_for_good_is_kept_with_the_reason
    a_mail_that_is_never_taken_is_missed
    a_mail_that_ends_its_workers_is_given_up
    a_reminder_of_a_date_that_moved_is_not_sent
    a_date_that_moves_between_lease_and_sending_takes_its_mail_along
    a_reminder_of_a_task_done_late_is_not_sent
    a_disabled_account_gets_nothing
    a_reviewer_who_recused_gets_nothing_further
    a_mail_that_was_taken_counts_as_sent_whoever_holds_it
}

const BEFORE: &str = "2026-11-02T14:00:00Z";
const DUE: &str = "2026-11-17T13:00:00Z";

/// A world in which two people are to be reminded of one planned date, and the server refuses Ines' mail like this.
async fn refusing(database: TestDatabase, code: u16) -> (Light, SmtpServer, String) {
    let server = SmtpServer::start().await;
    server.fault_for(INES, Some(Fault::AtRecipient(code)));
    let world = Light::with(database, BEFORE, smtp(&server), "").await;
    let release = world.release(TOBIAS, "Heron-3", Some("2026-12-01T14:00:00Z")).await;
    world.jump(DUE);
    world.work().await;
    assert_eq!(server.received().len(), 1, "Tobias has his");
    (world, server, release)
}

async fn of_ines(world: &Light) -> outbox::OutboxRow {
    let rows = world.outbox().await;
    rows.into_iter().find(|row| row.draft.address == INES).unwrap()
}

async fn a_mail_refused_for_now_is_tried_again_later(database: TestDatabase) {
    let (world, server, _) = refusing(database, 451).await;
    let row = of_ines(&world).await;
    assert_eq!((row.status.as_str(), row.attempts), ("queued", 1));
    let wait = row.draft.next_attempt_at - world.clock.system();
    assert!((TimeDelta::minutes(5)..TimeDelta::minutes(7)).contains(&wait), "{wait}");
    server.fault_for(INES, None);
    world.clock.advance_system(wait - TimeDelta::microseconds(1)).unwrap();
    assert_eq!(world.app.deliver(10).await.unwrap(), 0, "not before its time");
    world.clock.advance_system(TimeDelta::microseconds(1)).unwrap();
    assert_eq!(world.app.deliver(10).await.unwrap(), 1);
    let row = of_ines(&world).await;
    assert_eq!((row.status.as_str(), row.attempts), ("sent", 2));
    let deliveries = world.deliveries(&row).await;
    let outcomes: Vec<_> = deliveries.iter().map(|one| one.outcome.as_str()).collect();
    assert_eq!(outcomes, ["transient", "accepted"]);
    assert!(deliveries[0].response.starts_with("451 ") && deliveries[0].response.ends_with("as scripted"));
    assert_eq!(server.received().len(), 2);
}

async fn a_mail_refused_for_good_is_kept_with_the_reason(database: TestDatabase) {
    let (world, server, _) = refusing(database, 550).await;
    server.fault_for(INES, None);
    world.clock.advance_system(TimeDelta::days(7)).unwrap();
    world.work().await;
    let row = of_ines(&world).await;
    assert_eq!((row.status.as_str(), row.attempts), ("failed", 1));
    let deliveries = world.deliveries(&row).await;
    assert_eq!(deliveries.len(), 1);
    let (outcome, response) = (deliveries[0].outcome.as_str(), deliveries[0].response.as_str());
    assert!(outcome == "permanent" && response.starts_with("550 ") && response.ends_with("as scripted"), "{response}");
    assert_eq!(deliveries[0].business_at, world.clock.business());
    assert_eq!(server.received().len(), 1);
}

async fn a_mail_that_is_never_taken_is_missed(database: TestDatabase) {
    let (world, _server, _) = refusing(database, 451).await;
    let mut waits = Vec::new();
    for _ in 0..40 {
        let row = of_ines(&world).await;
        if row.status != "queued" {
            break;
        }
        let wait = row.draft.next_attempt_at - world.clock.system();
        waits.push(wait);
        world.clock.advance_system(wait).unwrap();
        assert_eq!(world.app.deliver(10).await.unwrap(), 1);
    }
    let row = of_ines(&world).await;
    assert_eq!((row.status.as_str(), row.attempts), ("missed", 12));
    assert_eq!(world.deliveries(&row).await.len(), 12, "every attempt is on record");
    assert!(waits.iter().all(|wait| *wait <= TimeDelta::minutes(450)), "{waits:?}");
    assert!(waits.iter().sum::<TimeDelta>() > TimeDelta::days(1));
}

async fn a_mail_that_ends_its_workers_is_given_up(database: TestDatabase) {
    let (world, server, _) = refusing(database, 451).await;
    for _ in 0..12 {
        world.clock.advance_system(TimeDelta::hours(8)).unwrap();
        let tx = world.store().begin_write().await.unwrap();
        let (now, until) = (world.clock.system(), world.clock.system() + TimeDelta::seconds(60));
        let token = world.app.ids().uuid();
        let held = outbox::lease(&tx, token, now, until, world.clock.business(), 9).await.unwrap();
        assert_eq!(held.len(), 1);
        tx.commit().await.unwrap();
    }
    server.fault_for(INES, None);
    world.clock.advance_system(TimeDelta::hours(8)).unwrap();
    assert_eq!(world.app.deliver(10).await.unwrap(), 1);
    assert_eq!(of_ines(&world).await.status, "missed");
    assert_eq!(server.received().len(), 1, "it was not tried once more");
}

async fn a_reminder_of_a_date_that_moved_is_not_sent(database: TestDatabase) {
    let (world, server, release) = refusing(database, 451).await;
    let later = json!({ "to": "2026-12-15T14:00:00Z" });
    world.must(TOBIAS, (Kind::Release, "set-planned-release"), Some(&release), later).await;
    server.fault_for(INES, None);
    world.clock.advance_system(TimeDelta::days(1)).unwrap();
    world.work().await;
    let row = of_ines(&world).await;
    assert_eq!((row.status.as_str(), row.attempts), ("superseded", 1));
    assert_eq!(server.received().len(), 1);
    // The new date has reminders of its own: 1 December, 08:00.
    world.at("2026-12-01T13:00:00Z").await;
    let received: Vec<_> = server.received().iter().map(|mail| mail.recipients[0].clone()).collect();
    assert_eq!(received.len(), 3);
    assert_eq!(received.iter().filter(|to| *to == INES).count(), 1);
}

async fn a_date_that_moves_between_lease_and_sending_takes_its_mail_along(database: TestDatabase) {
    let server = SmtpServer::start().await;
    let world = Light::with(database, BEFORE, smtp(&server), "").await;
    let release = world.release(TOBIAS, "Heron-3", Some("2026-12-01T14:00:00Z")).await;
    world.jump(DUE);
    world.app.carry_on(10).await.unwrap();
    let runtime = tokio::runtime::Handle::current();
    let before_each = || {
        let later = json!({ "to": "2026-12-15T14:00:00Z" });
        let moves = world.act(TOBIAS, (Kind::Release, "set-planned-release"), Some(&release), later);
        tokio::task::block_in_place(|| runtime.block_on(moves)).ok();
        false
    };
    world.app.deliver_until(10, &before_each).await.unwrap();
    assert_eq!(server.received().len(), 0);
    assert!(world.outbox().await.iter().all(|row| row.status == "superseded"));
    assert_eq!(world.number("SELECT count(*) FROM delivery").await, 0);
}

/// D4: the proposal is acknowledged a day after it should have been, while the reminder still waits for the server.
async fn a_reminder_of_a_task_done_late_is_not_sent(database: TestDatabase) {
    let server = SmtpServer::start().await;
    let world = Light::with(database, "2026-11-02T14:00:00Z", smtp(&server), "").await;
    let release = world.release(TOBIAS, "Heron-3", None).await;
    let engagement = world.proposed(&release).await;
    world.work().await;
    server.fault_for(DANA, Some(Fault::AtRecipient(451)));
    world.jump("2026-11-05T13:00:00Z");
    world.work().await;
    let waiting = |rows: Vec<outbox::OutboxRow>| {
        rows.into_iter().find(|row| row.draft.code == "N19" && row.draft.address == DANA).unwrap()
    };
    assert_eq!(waiting(world.outbox().await).status, "queued");
    world.jump("2026-11-10T15:00:00Z");
    let check = json!({ "conflict_check": true });
    world.must(DANA, (Kind::Engagement, "acknowledge"), Some(&engagement), check).await;
    server.fault_for(DANA, None);
    world.clock.advance_system(TimeDelta::days(1)).unwrap();
    world.work().await;
    assert_eq!(waiting(world.outbox().await).status, "superseded");
    let late = "SELECT count(*) FROM deadline WHERE kind = 'proposal_acknowledged' AND status = 'satisfied'";
    assert_eq!(world.number(late).await, 1);
}

async fn a_disabled_account_gets_nothing(database: TestDatabase) {
    let (world, server, _) = refusing(database, 451).await;
    world.app.set_account_disabled_as_operator(INES, true).await.unwrap();
    server.fault_for(INES, None);
    world.clock.advance_system(TimeDelta::days(1)).unwrap();
    world.work().await;
    assert_eq!(of_ines(&world).await.status, "superseded");
    // A week before the date only Tobias is left to be reminded.
    world.at("2026-11-24T13:00:00Z").await;
    let received: Vec<_> = server.received().iter().map(|mail| mail.recipients[0].clone()).collect();
    assert_eq!(received, [TOBIAS, TOBIAS]);
    let nobody = "SELECT count(*) FROM reminder WHERE reason = 'NoRecipient'";
    assert_eq!(world.number(nobody).await, 1, "the history says that nobody was there");
}

async fn a_reviewer_who_recused_gets_nothing_further(database: TestDatabase) {
    let server = SmtpServer::start().await;
    server.fault_for(MARCUS, Some(Fault::AtRecipient(451)));
    let world = Light::with(database, BEFORE, smtp(&server), "").await;
    let release = world.release(TOBIAS, "Heron-3", Some("2026-12-01T14:00:00Z")).await;
    let engagement = world.proposed(&release).await;
    world.acknowledged(&engagement).await;
    let body = json!({ "engagement": engagement, "partner": world.organization("cedar_hollow") });
    let nomination = world.must(INES, (Kind::Nomination, "propose"), None, body).await;
    let reviewer = json!({ "reviewer": world.account(MARCUS) });
    world.must(THEO, (Kind::Nomination, "assign-reviewer"), Some(&nomination), reviewer).await;
    world.work().await;
    let of_marcus = async || {
        let rows = world.outbox().await.into_iter().filter(|row| row.draft.address == MARCUS);
        rows.map(|row| row.status).collect::<Vec<_>>()
    };
    assert_eq!(of_marcus().await, ["queued"]);
    world.must(MARCUS, (Kind::Nomination, "recuse"), Some(&nomination), json!({})).await;
    assert_eq!(of_marcus().await, ["superseded"]);
    server.fault_for(MARCUS, None);
    world.clock.advance_system(TimeDelta::days(1)).unwrap();
    world.work().await;
    assert!(server.received().iter().all(|mail| mail.recipients[0] != MARCUS));
}

/// Its worker was so slow that it lost the lease, but the server has the mail: nobody else may send it again.
async fn a_mail_that_was_taken_counts_as_sent_whoever_holds_it(database: TestDatabase) {
    let (world, server, _) = refusing(database, 451).await;
    server.fault_for(INES, None);
    world.clock.advance_system(TimeDelta::hours(1)).unwrap();
    let lease = async |token| {
        let tx = world.store().begin_write().await.unwrap();
        let (now, until) = (world.clock.system(), world.clock.system() + TimeDelta::seconds(60));
        let held = outbox::lease(&tx, token, now, until, world.clock.business(), 9).await.unwrap();
        tx.commit().await.unwrap();
        held
    };
    let (slow, other) = (world.app.ids().uuid(), world.app.ids().uuid());
    let mail = lease(slow).await.remove(0);
    world.clock.advance_system(TimeDelta::seconds(60)).unwrap();
    assert_eq!(lease(other).await.len(), 1);
    let attempt = outbox::Attempt {
        id: world.app.ids().uuid(),
        at: world.clock.system(),
        business_at: world.clock.business(),
        outcome: outbox::Outcome::Accepted,
        response: "250 ok".to_owned(),
        then: outbox::Then::Sent,
    };
    let tx = world.store().begin_write().await.unwrap();
    outbox::complete(&tx, mail.draft.id, slow, &attempt).await.unwrap();
    tx.commit().await.unwrap();
    let tx = world.store().begin_read().await.unwrap();
    assert_eq!(mail_sorting::held(&tx, mail.draft.id, other).await.unwrap(), mail_sorting::Held::No);
    tx.end().await.unwrap();
    assert_eq!(of_ines(&world).await.status, "sent");
    world.clock.advance_system(TimeDelta::days(1)).unwrap();
    world.work().await;
    assert_eq!(server.received().len(), 1);
}
