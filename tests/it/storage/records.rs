//! Cases: recorded, read back, listed, verified, guarded.

use anteroom::{
    authz::Scope as Readable,
    domain::{
        actor::{Actor, Assurance, Role, Side},
        audience::Audience,
        case::Event,
        engagement::EngagementEvent,
        id::{Kind, Subject},
        release::ReleaseEvent,
    },
    ledger::{Head, verify_stream},
    storage::{
        self, LoadedCase, StorageError, Target, constraint, leaves,
        ledger::{AggregateHistory, histories},
        list::{Filter, aggregates},
        scope::Scope,
        timeline,
    },
};
use anteroom_migration::Migrator;
use sea_orm::{ConnectionTrait, Database};
use sea_orm_migration::MigratorTrait;

use super::{World, at, on_both_databases};

on_both_databases! {
    the_schema_goes_up_and_down_and_up
    a_case_reads_back_as_it_was_recorded
    what_a_command_costs_in_statements
    a_case_that_moved_on_is_stale
    commands_of_one_case_follow_each_other
    a_release_has_one_live_engagement
    the_ledger_verifies_and_shows_forgeries
    what_is_kept_for_ever_cannot_be_changed
    each_event_is_a_leaf_of_its_audience
    a_timeline_shows_what_its_audiences_may_know
    lists_show_the_scope_page_by_page
}

async fn the_schema_goes_up_and_down_and_up(world: World) {
    let database = Database::connect(world.database.url()).await.unwrap();
    Migrator::down(&database, None).await.unwrap();
    assert_eq!(world.store.pending_migrations().await.unwrap(), Migrator::migrations().len());
    world.store.migrate().await.unwrap();
    world.store.migrate().await.unwrap();
    assert_eq!(world.store.pending_migrations().await.unwrap(), 0);
    world.proposed().await;
    database.close().await.unwrap();
}

async fn a_case_reads_back_as_it_was_recorded(world: World) {
    let (release, engagement) = world.proposed().await;
    let loaded = world.read(&Target::Release(release.id)).await.unwrap();
    assert_eq!(loaded.case.subjects(), [release, engagement]);
    assert_eq!(loaded.rows[&engagement].event_count, 2);
    assert_eq!(
        loaded.rows[&engagement].heads.keys().copied().collect::<Vec<_>>(),
        [Audience::Shared, Audience::Developer]
    );
    let reference = loaded.case.reference(engagement).unwrap().to_owned();
    for target in [Target::Subject(engagement), Target::Reference { kind: Kind::Engagement, reference }] {
        assert_eq!(world.read(&target).await.as_ref(), Some(&loaded), "{target:?}");
        let tx = world.write().await;
        assert_eq!(storage::lock_case(&tx, &target, &[]).await.unwrap().as_ref(), Some(&loaded), "{target:?}");
    }
    assert_eq!(world.read(&Target::Subject(Subject::new(Kind::Grant, engagement.id))).await, None);

    // A person's record comes with the case of a grant, with an account that is named, and alone.
    let (account, person) = (world.account(), world.subject(Kind::Prerequisites));
    world.record(&LoadedCase::empty(), vec![world.opened(person, account)], at(1)).await.unwrap();
    assert_eq!(world.read(&Target::Person(account)).await.unwrap().case.subjects(), [person]);
    assert_eq!(world.read(&Target::Release(release.id)).await.unwrap().case.people.len(), 0);
    let tx = world.write().await;
    let named = storage::lock_case(&tx, &Target::Release(release.id), &[account]).await.unwrap().unwrap();
    assert_eq!(named.case.people.len(), 1);
    tx.rollback().await.unwrap();
    let grant = world.subject(Kind::Grant);
    world.record(&named, vec![world.requested(grant, engagement, account)], at(2)).await.unwrap();
    let granted = world.read(&Target::Release(release.id)).await.unwrap();
    assert_eq!(granted.case.subjects(), [release, engagement, grant, person]);
    let tx = world.write().await;
    let locked = storage::lock_case(&tx, &Target::Subject(grant), &[account]).await.unwrap().unwrap();
    assert_eq!(locked, granted);
}

/// At most 8 statements a command and 4 a record read, each a way to the server and back; on SQLite, where a statement does not
/// leave the process, as many as there are tables.
async fn what_a_command_costs_in_statements(world: World) {
    let (release, engagement) = world.proposed().await;
    let before = world.store.statements();
    let loaded = world.read(&Target::Release(release.id)).await.unwrap();
    assert_eq!(world.store.statements() - before, 1);

    let before = world.store.statements();
    let tx = world.write().await;
    let loaded_again = storage::lock_case(&tx, &Target::Subject(engagement), &[]).await.unwrap().unwrap();
    assert_eq!(loaded_again, loaded);
    let claimed = World::of_engagement(engagement, EngagementEvent::Claimed { liaison: world.account() });
    let mut recorded = world.recorded(&loaded.case, vec![claimed]);
    recorded.outbox = vec![world.mail("one"), world.mail("two")];
    storage::record(&tx, &loaded, recorded, at(1)).await.unwrap();
    tx.commit().await.unwrap();
    let cost = world.store.statements() - before;
    let most = if world.database.url().starts_with("sqlite") { 7 } else { 5 };
    assert!((3..=most).contains(&cost), "{cost} statements");
}

async fn a_case_that_moved_on_is_stale(world: World) {
    let (release, engagement) = world.proposed().await;
    let loaded = world.read(&Target::Release(release.id)).await.unwrap();
    let event = || World::of_engagement(engagement, EngagementEvent::Acknowledged);
    world.record(&loaded, vec![event()], at(1)).await.unwrap();
    let error = world.record(&loaded, vec![event()], at(2)).await.unwrap_err();
    assert!(matches!(error, StorageError::Stale) && error.is_transient(), "{error:?}");
    let after = world.read(&Target::Release(release.id)).await.unwrap();
    assert_eq!(after.rows[&engagement].event_count, 3);
    assert_eq!(after.rows[&engagement].updated_at, at(1));
}

async fn commands_of_one_case_follow_each_other(world: World) {
    let (release, _) = world.proposed().await;
    let world = &std::sync::Arc::new(world);
    let commands = (1..=12).map(|second| {
        let world = std::sync::Arc::clone(world);
        async move {
            let tx = world.write().await;
            let loaded = storage::lock_case(&tx, &Target::Release(release.id), &[]).await.unwrap().unwrap();
            let seconds = loaded.case.releases[&release.id].state.assessment_use_seconds + 1;
            let event = Event::Release(ReleaseEvent::AssessmentUseRecorded { seconds });
            let event = World::event(release, Audience::Shared, event);
            let recorded = world.recorded(&loaded.case, vec![event]);
            storage::record(&tx, &loaded, recorded, at(second)).await.unwrap();
            tx.commit().await.unwrap();
        }
    });
    let mut running = tokio::task::JoinSet::new();
    commands.for_each(|command| {
        running.spawn(command);
    });
    running.join_all().await;
    let after = world.read(&Target::Release(release.id)).await.unwrap();
    assert_eq!(after.rows[&release].event_count, 13);
    assert_eq!(after.rows[&release].heads[&Audience::Shared].seq, 13);
}

async fn a_release_has_one_live_engagement(world: World) {
    let (release, engagement) = world.proposed().await;
    let loaded = world.read(&Target::Release(release.id)).await.unwrap();
    let second = world.subject(Kind::Engagement);
    let error = world.record(&loaded, vec![world.drafted(second, release)], at(1)).await.unwrap_err();
    assert!(error.is_conflict(constraint::LIVE_RELEASE), "{error:?}");
    assert_eq!(world.read(&Target::Release(release.id)).await.as_ref(), Some(&loaded), "nothing of it happened");

    // The one that ends makes room in the same transaction.
    let events = vec![World::of_engagement(engagement, EngagementEvent::Declined), world.drafted(second, release)];
    world.record(&loaded, events, at(2)).await.unwrap();
    assert_eq!(world.read(&Target::Subject(second)).await.unwrap().case.engagements.len(), 2);
}

async fn read_histories(world: &World) -> Vec<AggregateHistory> {
    let tx = world.store.begin_read().await.unwrap();
    let first = histories(&tx, None, 1).await.unwrap();
    let rest = histories(&tx, Some(first[0].subject.id), 10).await.unwrap();
    first.into_iter().chain(rest).collect()
}

/// How many findings the ledger has.
async fn findings(world: &World) -> usize {
    let mut found = 0;
    for history in read_histories(world).await {
        for (audience, head) in &history.heads {
            let code = audience.code();
            let links: Vec<_> = history.events.iter().map(|event| &event.link).collect();
            let links = links.into_iter().filter(|link| link.columns.audience == code);
            found += verify_stream(links, *head).len();
            assert_ne!(*head, Head::EMPTY);
        }
    }
    found
}

async fn the_ledger_verifies_and_shows_forgeries(world: World) {
    let (release, engagement) = world.proposed().await;
    assert_eq!(findings(&world).await, 0);
    let stored = world.read(&Target::Release(release.id)).await.unwrap();
    for history in read_histories(&world).await {
        let mut case = anteroom::domain::case::Case::default();
        for event in &history.events {
            anteroom::domain::case::evolve(&mut case, event.event.as_ref().unwrap());
        }
        assert_eq!(case.state(history.subject).unwrap(), history.state);
        assert_eq!(stored.case.state(history.subject).unwrap(), history.state);
    }
    let database = Database::connect(world.database.url()).await.unwrap();
    let erase = format!(
        "UPDATE event_payload SET payload = NULL, salt = NULL, erased_at = 1 WHERE event_id =
         (SELECT id FROM event WHERE aggregate_id = '{}' AND aggregate_seq = 1)",
        engagement.id
    );
    database.execute_unprepared(&erase).await.unwrap();
    assert_eq!(findings(&world).await, 0, "an erased payload leaves the chain whole");
    database.execute_unprepared("UPDATE aggregate SET heads = replace(heads, '\"seq\":1', '\"seq\":9')").await.unwrap();
    assert_eq!(findings(&world).await, 3, "every stream has one event");
    database.close().await.unwrap();
}

async fn what_is_kept_for_ever_cannot_be_changed(world: World) {
    world.proposed().await;
    let database = Database::connect(world.database.url()).await.unwrap();
    for (statement, permitted) in [
        ("UPDATE event SET type_code = 'x'", false),
        ("DELETE FROM event_leaf", false),
        ("DELETE FROM event_payload", false),
        ("UPDATE event_payload SET payload = '{}'", false),
        ("UPDATE event_payload SET payload = NULL, salt = NULL, erased_at = 1", true),
        ("UPDATE event_payload SET erased_at = 2", false),
        ("UPDATE event_leaf SET organization_id = 'x'", false),
        ("UPDATE event_leaf SET leaf_index = 0 WHERE event_id = (SELECT min(id) FROM event)", true),
        ("UPDATE event_leaf SET leaf_index = 1 WHERE event_id = (SELECT min(id) FROM event)", false),
        ("DELETE FROM event", false),
    ] {
        let changed = database.execute_unprepared(statement).await;
        assert_eq!(changed.is_ok(), permitted, "{statement}: {changed:?}");
    }
    database.close().await.unwrap();
}

async fn each_event_is_a_leaf_of_its_audience(world: World) {
    let (_, engagement) = world.proposed().await;
    let loaded = world.read(&Target::Subject(engagement)).await.unwrap();
    let claimed = World::of_engagement(engagement, EngagementEvent::Claimed { liaison: world.account() });
    world.record(&loaded, vec![claimed], at(1)).await.unwrap();
    let tx = world.write().await;
    let unsealed = leaves::unsealed(&tx, 100).await.unwrap();
    let of = |organization| unsealed.iter().filter(|leaf| leaf.organization == organization).count();
    // Registered and proposed are shared, drafted is the developer's own, claimed the government's.
    assert_eq!((of(world.developer), of(world.host), unsealed.len()), (3, 3, 6));
    let leaf = unsealed[0];
    assert_eq!(leaves::size(&tx, leaf.organization).await.unwrap(), 0);
    assert!(leaves::number(&tx, leaf.event, leaf.organization, 0).await.unwrap());
    assert!(!leaves::number(&tx, leaf.event, leaf.organization, 1).await.unwrap());
    assert_eq!(leaves::size(&tx, leaf.organization).await.unwrap(), 1);
    assert_eq!(leaves::unsealed(&tx, 100).await.unwrap().len(), 5);
}

async fn a_timeline_shows_what_its_audiences_may_know(world: World) {
    let (release, engagement) = world.proposed().await;
    let tx = world.store.begin_read().await.unwrap();
    let ids = [release.id, engagement.id];
    let mut codes = Vec::new();
    for audiences in [&[Audience::Shared][..], &[Audience::Shared, Audience::Developer], &[Audience::Government]] {
        let events = timeline::of_aggregates(&tx, &ids, audiences).await.unwrap();
        assert!(events.iter().all(|event| event.event.is_some() && audiences.contains(&event.audience)));
        let mut seen: Vec<_> = events.into_iter().map(|event| event.type_code).collect();
        seen.sort();
        codes.push(seen.join(" "));
    }
    assert_eq!(
        codes,
        ["engagement.proposed release.registered", "engagement.drafted engagement.proposed release.registered", ""]
    );
}

fn actor(world: &World, side: Side, role: Role) -> Actor {
    let organization = if side == Side::Developer { world.developer } else { world.host };
    Actor {
        account: world.account(),
        organization,
        side,
        roles: [role].into(),
        assurance: Assurance::Aal2,
        name: "Ada".to_owned(),
        link: None,
    }
}

async fn lists_show_the_scope_page_by_page(world: World) {
    let mut engagements = Vec::new();
    for _ in 0..5 {
        engagements.push(world.proposed().await.1);
    }
    let draft = world.subject(Kind::Engagement);
    let release = world.subject(Kind::Release);
    let events = vec![world.registered(release), world.drafted(draft, release)];
    world.record(&LoadedCase::empty(), events, at(9)).await.unwrap();
    let liaison = actor(&world, Side::Government, Role::ProgramLiaison);
    let claimed = World::of_engagement(engagements[0], EngagementEvent::Claimed { liaison: liaison.account });
    let loaded = world.read(&Target::Subject(engagements[0])).await.unwrap();
    world.record(&loaded, vec![claimed], at(10)).await.unwrap();

    let tx = world.store.begin_read().await.unwrap();
    let count = async |actor: &Actor, kind| {
        let scope = Scope::of(&Readable::of(actor, kind));
        aggregates(&tx, &scope, &Filter::default(), None, 50).await.unwrap().rows.len()
    };
    let other = actor(&world, Side::Government, Role::ProgramLiaison);
    let developer = actor(&world, Side::Developer, Role::DeveloperLiaison);
    let foreign = Actor { organization: world.host, ..developer.clone() };
    let auditor = actor(&world, Side::Government, Role::Auditor);
    let seen = [
        count(&liaison, Kind::Engagement).await,
        count(&other, Kind::Engagement).await,
        count(&developer, Kind::Engagement).await,
        count(&foreign, Kind::Engagement).await,
        count(&auditor, Kind::Engagement).await,
        count(&liaison, Kind::Release).await,
        count(&other, Kind::Release).await,
    ];
    assert_eq!(seen, [5, 4, 6, 0, 0, 1, 0]);

    let scope = Scope::of(&Readable::of(&developer, Kind::Engagement));
    let (mut pages, mut after, mut all) = (Vec::new(), None, Vec::new());
    loop {
        let page = aggregates(&tx, &scope, &Filter::default(), after, 2).await.unwrap();
        pages.push(page.rows.len());
        all.extend(page.rows.into_iter().map(|row| row.subject));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(pages, [2, 2, 2]);
    assert_eq!(all[0], draft, "the newest comes first");
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 6);
    let drafts = Filter { stages: vec!["draft".to_owned()], ..Filter::default() };
    assert_eq!(aggregates(&tx, &scope, &drafts, None, 50).await.unwrap().rows.len(), 1);
}
