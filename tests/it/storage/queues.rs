//! What workers take from the store: cases that are due, deadlines, mail.

use anteroom::{
    domain::id::Kind,
    storage::{
        self, DeadlineChanges, DeadlineRow, DeadlineStatus, Target, deadlines,
        deadlines::ReminderRow,
        due,
        outbox::{self, Attempt, Outcome, Then},
    },
};

use super::{World, at, on_both_databases};

on_both_databases! {
    a_case_is_due_until_it_is_recorded_anew
    a_deadline_is_said_once_and_ends_with_its_mail
    mail_is_leased_to_one_worker
    mail_with_a_known_key_is_queued_once
}

async fn a_case_is_due_until_it_is_recorded_anew(world: World) {
    let (release, _) = world.proposed().await;
    for (next, expected) in [(Some(at(60)), vec![release]), (None, Vec::new())] {
        let loaded = world.read(&Target::Release(release.id)).await.unwrap();
        let tx = world.write().await;
        let mut recorded = world.recorded(&loaded.case, Vec::new());
        recorded.next_due = next;
        storage::record(&tx, &loaded, recorded, at(1)).await.unwrap();
        assert_eq!(due::next(&tx).await.unwrap(), next);
        assert_eq!(due::cases(&tx, at(59), 10).await.unwrap(), []);
        assert_eq!(due::cases(&tx, at(60), 10).await.unwrap(), expected);
        tx.commit().await.unwrap();
    }
}

async fn a_deadline_is_said_once_and_ends_with_its_mail(world: World) {
    let (release, engagement) = world.proposed().await;
    let loaded = world.read(&Target::Release(release.id)).await.unwrap();
    let row = DeadlineRow {
        id: world.ids.uuid(),
        key: "D4".to_owned(),
        aggregate: engagement.id,
        release: Some(release.id),
        kind: "proposal_acknowledged".to_owned(),
        anchor: "engagement_proposed".to_owned(),
        starts_at: at(0),
        due_at: at(500),
        shown_on: "2026-11-30".parse().unwrap(),
        calendar_version: "us-federal.1".to_owned(),
        status: DeadlineStatus::Open,
        status_at: at(0),
        facts: serde_json::json!({"clock": 5}),
        next_reminder_at: Some(at(100)),
        created_at: at(0),
    };
    let tx = world.write().await;
    let mut recorded = world.recorded(&loaded.case, Vec::new());
    recorded.deadlines = DeadlineChanges { opened: vec![row.clone()], ended: Vec::new() };
    recorded.outbox = vec![storage::OutboxDraft { deadline: Some(row.id), ..world.mail("reminder") }];
    storage::record(&tx, &loaded, recorded, at(0)).await.unwrap();
    assert_eq!(deadlines::of_release(&tx, release.id).await.unwrap(), std::slice::from_ref(&row));
    assert_eq!(deadlines::of_aggregates(&tx, &[engagement.id]).await.unwrap(), std::slice::from_ref(&row));
    assert_eq!(deadlines::cases_due(&tx, at(99), 9).await.unwrap(), []);
    assert_eq!(deadlines::cases_due(&tx, at(100), 9).await.unwrap(), [release]);
    assert_eq!(deadlines::due_of_case(&tx, release, at(100)).await.unwrap().len(), 1);

    let said = ReminderRow {
        deadline: row.id,
        offset_key: "wd-2".to_owned(),
        recipient_group: "program_liaison".to_owned(),
        skipped: None,
        at: at(100),
    };
    let later = ReminderRow { skipped: Some("Late".to_owned()), at: at(101), ..said.clone() };
    for reminder in [&said, &later] {
        deadlines::reminded(&tx, row.id, Some(at(200)), std::slice::from_ref(reminder)).await.unwrap();
    }
    assert_eq!(deadlines::reminders(&tx, row.id).await.unwrap(), [said]);
    assert_eq!(deadlines::next_reminder(&tx).await.unwrap(), Some(at(200)));

    deadlines::end(&tx, &[("D4".to_owned(), DeadlineStatus::Satisfied)], at(150)).await.unwrap();
    let ended = deadlines::of_release(&tx, release.id).await.unwrap();
    let [ended] = ended.as_slice() else { panic!("one deadline") };
    assert_eq!((ended.status, ended.status_at, ended.next_reminder_at), (DeadlineStatus::Satisfied, at(150), None));
    assert_eq!(outbox::newest(&tx, 9).await.unwrap()[0].status, "superseded");
    assert_eq!(deadlines::cases_due(&tx, at(900), 9).await.unwrap(), []);
    assert_eq!(release.kind, Kind::Release);
}

async fn mail_is_leased_to_one_worker(world: World) {
    let tx = world.write().await;
    let mails: Vec<_> = (0..20).map(|number| world.mail(&format!("mail {number}"))).collect();
    outbox::queue(&tx, &mails).await.unwrap();
    let later = storage::OutboxDraft { send_after: at(1_000), ..world.mail("later") };
    outbox::queue(&tx, &[later]).await.unwrap();
    tx.commit().await.unwrap();

    // Workers at the same time get different mails, and together all that are due.
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (store, token) = (world.store.clone(), world.ids.uuid());
        workers.spawn(async move {
            let tx = store.begin_write().await.unwrap();
            let leased = outbox::lease(&tx, token, at(0), at(60), at(0), 5).await.unwrap();
            tx.commit().await.unwrap();
            leased.into_iter().map(|mail| (mail.draft.id, token, mail.attempts)).collect::<Vec<_>>()
        });
    }
    let mut leased: Vec<_> = workers.join_all().await.concat();
    leased.sort_unstable();
    leased.dedup_by_key(|(mail, ..)| *mail);
    assert_eq!(leased.len(), 20);
    assert!(leased.iter().all(|(.., attempts)| *attempts == 1));

    let (mail, token, _) = leased[0];
    let attempt = |outcome, then| Attempt {
        id: world.ids.uuid(),
        at: at(1),
        business_at: at(1),
        outcome,
        response: "250 ok".to_owned(),
        then,
    };
    let tx = world.write().await;
    assert!(outbox::lease(&tx, world.ids.uuid(), at(59), at(99), at(59), 99).await.unwrap().is_empty());
    assert!(!outbox::complete(&tx, mail, world.ids.uuid(), &attempt(Outcome::Permanent, Then::Failed)).await.unwrap());
    assert!(outbox::complete(&tx, mail, token, &attempt(Outcome::Transient, Then::Retry(at(90)))).await.unwrap());
    // The other leases end at 60; the mail that failed waits until 90, and the later one for its hour.
    let second = world.ids.uuid();
    assert_eq!(outbox::lease(&tx, second, at(60), at(120), at(60), 99).await.unwrap().len(), 19);
    assert_eq!(outbox::release(&tx, second).await.unwrap(), 19);
    let third = world.ids.uuid();
    let again = outbox::lease(&tx, third, at(90), at(150), at(90), 99).await.unwrap();
    assert_eq!(again.len(), 20);
    assert!(again.iter().all(|mail| mail.attempts == 2));
    assert!(outbox::complete(&tx, mail, third, &attempt(Outcome::Accepted, Then::Sent)).await.unwrap());
    let outcomes: Vec<_> =
        outbox::deliveries(&tx, mail).await.unwrap().into_iter().map(|delivery| delivery.outcome).collect();
    assert_eq!(outcomes.len(), 3);
    assert_eq!(outbox::count(&tx, "sent").await.unwrap(), 1);
}

async fn mail_with_a_known_key_is_queued_once(world: World) {
    let tx = world.write().await;
    let first = world.mail("same");
    outbox::queue(&tx, &[first.clone(), world.mail("other")]).await.unwrap();
    outbox::queue(&tx, &[world.mail("same")]).await.unwrap();
    outbox::queue(&tx, &[]).await.unwrap();
    let queued = outbox::newest(&tx, 9).await.unwrap();
    assert_eq!(queued.len(), 2);
    assert!(queued.iter().any(|mail| mail.draft == first));
}
