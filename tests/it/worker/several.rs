//! Two services on one database: together they send everything, and nothing twice.

use std::collections::BTreeMap;

use anteroom::{storage::outbox, worker::Worker};
use chrono::TimeDelta;
use tokio::sync::oneshot;

use crate::support::{
    database::TestDatabase,
    light::{INES, Light, TOBIAS, smtp},
    smtp::{Fault, Mail, SmtpServer},
};

on_both! {
    two_workers_send_each_of_a_thousand_reminders_once
    a_worker_that_dies_before_sending_is_relieved
    a_worker_that_dies_after_the_final_dot_leaves_the_same_message_id
    a_worker_that_stops_gives_back_what_it_did_not_send
    a_slow_relay_does_not_outlast_the_lease
}

/// 14 days before it, the planned date of each release is brought to mind of two people.
async fn releases(world: &Light, number: usize) -> Vec<String> {
    let mut releases = Vec::new();
    for index in 0..number {
        releases.push(world.release(TOBIAS, &format!("Model {index}"), Some("2026-12-01T14:00:00Z")).await);
    }
    releases
}

const BEFORE: &str = "2026-11-02T14:00:00Z";

/// 17 November, 08:00 in Washington.
const DUE: &str = "2026-11-17T13:00:00Z";

fn by_recipient_and_id(mails: &[Mail]) -> BTreeMap<(String, String), usize> {
    let mut counted = BTreeMap::new();
    for mail in mails {
        let id = mail.header("message-id").unwrap().to_owned();
        *counted.entry((mail.recipients[0].clone(), id)).or_default() += 1;
    }
    counted
}

async fn two_workers_send_each_of_a_thousand_reminders_once(database: TestDatabase) {
    let server = SmtpServer::start().await;
    let world = Light::with(database, BEFORE, smtp(&server), "").await;
    let releases = releases(&world, 500).await;
    world.work().await;
    assert_eq!(server.received().len(), 0, "nothing is said before it is due");
    world.jump(DUE);
    let workers = [Worker::new(world.app.clone()), Worker::new(world.twin(smtp(&server)).await)];
    let (one, other) = tokio::join!(workers[0].once(), workers[1].once());
    let (one, other) = (one.unwrap(), other.unwrap());
    assert!(one.mails > 0 && other.mails > 0, "both had a share: {one:?} {other:?}");
    // Whoever came last finds nothing more to do.
    for worker in &workers {
        let done = worker.once().await.unwrap();
        assert_eq!((done.timed, done.mails), (0, 0));
    }

    let received = server.received();
    assert_eq!(received.len(), 1_000);
    assert!(by_recipient_and_id(&received).values().all(|times| *times == 1));
    let rows = world.outbox().await;
    let mut of: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for row in &rows {
        assert_eq!((row.status.as_str(), row.attempts), ("sent", 1), "{row:?}");
        *of.entry((row.draft.reference.as_deref().unwrap(), row.draft.address.as_str())).or_default() += 1;
    }
    let expected: BTreeMap<(&str, &str), usize> =
        releases.iter().flat_map(|release| [INES, TOBIAS].map(|who| ((release.as_str(), who), 1))).collect();
    assert_eq!(of, expected, "one mail a person and release");
    assert_eq!(world.number("SELECT count(*) FROM delivery WHERE outcome = 'accepted'").await, 1_000);
    assert_eq!(world.number("SELECT count(*) FROM reminder WHERE outcome = 'queued'").await, 1_000);
}

async fn a_worker_that_dies_before_sending_is_relieved(database: TestDatabase) {
    let server = SmtpServer::start().await;
    let world = Light::with(database, BEFORE, smtp(&server), "").await;
    releases(&world, 1).await;
    world.jump(DUE);
    world.app.carry_on(10).await.unwrap();
    // The one that dies: its lease is all that it leaves.
    let tx = world.store().begin_write().await.unwrap();
    let (now, lease) = (world.clock.system(), TimeDelta::seconds(60));
    let held = outbox::lease(&tx, world.app.ids().uuid(), now, now + lease, world.clock.business(), 10).await.unwrap();
    assert_eq!(held.len(), 2);
    tx.commit().await.unwrap();

    let other = world.twin(smtp(&server)).await;
    world.clock.advance_system(lease - TimeDelta::microseconds(1)).unwrap();
    assert_eq!(other.deliver(10).await.unwrap(), 0, "the lease holds");
    world.clock.advance_system(TimeDelta::microseconds(1)).unwrap();
    assert_eq!(other.deliver(10).await.unwrap(), 2);
    assert_eq!(other.deliver(10).await.unwrap(), 0);
    let received = server.received();
    let ids: Vec<_> = received.iter().map(|mail| mail.header("message-id").unwrap().to_owned()).collect();
    let expected: Vec<_> = held.iter().map(|mail| format!("<{}>", mail.draft.message_id)).collect();
    assert_eq!(received.len(), 2);
    assert!(expected.iter().all(|id| ids.contains(id)), "the Message-ID stays: {ids:?} {expected:?}");
}

async fn a_worker_that_dies_after_the_final_dot_leaves_the_same_message_id(database: TestDatabase) {
    let server = SmtpServer::start().await;
    let world = Light::with(database, BEFORE, smtp(&server), "").await;
    releases(&world, 1).await;
    world.jump(DUE);
    world.app.carry_on(10).await.unwrap();
    server.fault_for(INES, Some(Fault::HangAfterDot));
    server.fault_for(TOBIAS, Some(Fault::HangAfterDot));
    tokio::select! {
        sent = world.app.deliver(1) => panic!("the server never answers: {sent:?}"),
        _ = server.wait_for(1) => {}
    }
    server.fault_for(INES, None);
    server.fault_for(TOBIAS, None);
    let other = world.twin(smtp(&server)).await;
    assert_eq!(other.deliver(10).await.unwrap(), 1, "the other mail was never leased");
    world.clock.advance_system(TimeDelta::seconds(60)).unwrap();
    assert_eq!(other.deliver(10).await.unwrap(), 1);
    let counted = by_recipient_and_id(&server.received());
    // The one duplicate that cannot be avoided, recognizable by its Message-ID.
    assert_eq!(counted.len(), 2);
    assert_eq!(counted.values().sum::<usize>(), 3);
    assert!(world.outbox().await.iter().all(|row| row.status == "sent"));
}

async fn a_worker_that_stops_gives_back_what_it_did_not_send(database: TestDatabase) {
    let server = SmtpServer::start().await;
    let world = Light::with(database, BEFORE, smtp(&server), "").await;
    releases(&world, 150).await;
    world.jump(DUE);
    while !world.app.carry_on(100).await.unwrap().is_idle() {}
    let worker = Worker::new(world.app.clone());
    let (stop, stopped) = oneshot::channel::<()>();
    let run = worker.run(async {
        stopped.await.ok();
    });
    let interrupt = async {
        server.wait_for(5).await;
        stop.send(()).unwrap();
    };
    tokio::join!(run, interrupt);
    let before = server.received().len();
    assert!((5..300).contains(&before), "it stopped on the way: {before}");
    assert_eq!(world.number("SELECT count(*) FROM outbox WHERE lease_token IS NOT NULL").await, 0);
    assert_eq!(world.number("SELECT count(*) FROM outbox WHERE status = 'queued' AND attempts > 0").await, 0);
    assert_eq!(world.number("SELECT count(*) FROM outbox WHERE status = 'sent'").await, i64::try_from(before).unwrap());

    // Another takes over at once.
    Worker::new(world.twin(smtp(&server)).await).once().await.unwrap();
    let counted = by_recipient_and_id(&server.received());
    assert_eq!((counted.len(), counted.values().sum::<usize>()), (300, 300));
}

/// Each mail takes 50 of the lease's 60 seconds; another worker looks for work all the while.
async fn a_slow_relay_does_not_outlast_the_lease(database: TestDatabase) {
    let server = SmtpServer::start().await;
    let world = Light::with(database, BEFORE, smtp(&server), "").await;
    releases(&world, 4).await;
    world.jump(DUE);
    world.app.carry_on(10).await.unwrap();
    let other = world.twin(smtp(&server)).await;
    let runtime = tokio::runtime::Handle::current();
    let between_mails = || {
        let taken = tokio::task::block_in_place(|| runtime.block_on(other.deliver(10))).unwrap();
        assert_eq!(taken, 0, "the mails are leased");
        world.clock.advance_system(TimeDelta::seconds(50)).unwrap();
        false
    };
    assert_eq!(world.app.deliver_until(10, &between_mails).await.unwrap(), 8);
    let counted = by_recipient_and_id(&server.received());
    assert_eq!((counted.len(), counted.values().sum::<usize>()), (8, 8));
    assert!(world.outbox().await.iter().all(|row| (row.status.as_str(), row.attempts) == ("sent", 1)));
}
