//! The store, each story on both databases.

use std::time::Duration;

use anteroom::{
    domain::{
        actor::{By, Side},
        audience::Audience,
        case::{Case, CaseEvent, Event, evolve},
        engagement::{AccessMode, EngagementEvent},
        grant::{GrantEvent, RequestedFacts},
        id::{AccountId, Kind, OrganizationId, RecordId, Subject},
        prerequisites::PrerequisitesEvent,
        release::ReleaseEvent,
        text::{Name, Statement},
        time::Instant,
    },
    ids::Ids,
    storage::{
        self, DeadlineChanges, LoadedCase, NewEvent, OutboxDraft, Recorded, RecordedEvent, StorageError, Store,
        StoreOptions, Target, WriteTx,
    },
};
use chrono::TimeDelta;

use crate::support::database::TestDatabase;

mod people;
mod queues;
mod records;

/// One test for each database, named after the story that both run.
macro_rules! on_both_databases {
    ($($story:ident)*) => { $(
        mod $story {
            #[tokio::test]
            async fn sqlite() {
                super::$story($crate::storage::World::sqlite().await).await;
            }

            #[tokio::test]
            async fn postgres() {
                super::$story($crate::storage::World::postgres().await).await;
            }
        }
    )* };
}
pub(crate) use on_both_databases;

/// A store of its own, with a developer, the host and ids that repeat.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) database: TestDatabase,
    pub(crate) ids: Ids,
    pub(crate) developer: OrganizationId,
    pub(crate) host: OrganizationId,
}

pub(crate) fn at(seconds: i64) -> Instant {
    "2026-11-23T14:00:00Z".parse::<Instant>().unwrap() + TimeDelta::seconds(seconds)
}

impl World {
    pub(crate) async fn sqlite() -> Self {
        Self::new(TestDatabase::sqlite().await).await
    }

    pub(crate) async fn postgres() -> Self {
        Self::new(TestDatabase::postgres().await).await
    }

    async fn new(database: TestDatabase) -> Self {
        let url = database.url().to_owned();
        let options = StoreOptions { url, max_connections: 8, acquire_timeout: Duration::from_secs(20) };
        let store = Store::connect(&options).await.unwrap();
        let ids = Ids::seeded(7);
        let (developer, host) = (OrganizationId(ids.uuid()), OrganizationId(ids.uuid()));
        Self { store, database, ids, developer, host }
    }

    pub(crate) fn account(&self) -> AccountId {
        AccountId(self.ids.uuid())
    }

    /// A new aggregate of a kind.
    pub(crate) fn subject(&self, kind: Kind) -> Subject {
        Subject::new(kind, RecordId(self.ids.uuid()))
    }

    pub(crate) fn event(subject: Subject, audience: Audience, event: Event) -> CaseEvent {
        let tail: String = subject.id.to_string()[..6].to_uppercase();
        let reference = format!("{}-2026-{tail}", subject.kind.prefix());
        CaseEvent { subject, reference, audience, effective_at: at(0), by: By::SCHEDULER, event }
    }

    /// What a use case hands to the store after these events.
    pub(crate) fn recorded(&self, before: &Case, events: Vec<CaseEvent>) -> Recorded {
        let mut after = before.clone();
        for event in &events {
            evolve(&mut after, event);
        }
        let new = |event| NewEvent { id: self.ids.uuid(), salt: self.ids.random_bytes(), event };
        Recorded {
            events: events.into_iter().map(new).collect(),
            after,
            deadlines: DeadlineChanges::default(),
            entries: Vec::new(),
            outbox: Vec::new(),
            next_due: None,
            host: self.host,
            policy: "p1".to_owned(),
        }
    }

    /// Records events about a case in a transaction of their own.
    pub(crate) async fn record(
        &self,
        loaded: &LoadedCase,
        events: Vec<CaseEvent>,
        now: Instant,
    ) -> Result<Vec<RecordedEvent>, StorageError> {
        let tx = self.store.begin_write().await?;
        let written = storage::record(&tx, loaded, self.recorded(&loaded.case, events), now).await?;
        tx.commit().await?;
        Ok(written)
    }

    pub(crate) async fn read(&self, target: &Target) -> Option<LoadedCase> {
        let tx = self.store.begin_read().await.unwrap();
        storage::read_case(&tx, target, &[]).await.unwrap()
    }

    pub(crate) fn registered(&self, release: Subject) -> CaseEvent {
        let name = Name::parse("Nimbus").unwrap();
        let event = ReleaseEvent::Registered { developer: self.developer, name };
        Self::event(release, Audience::Shared, Event::Release(event))
    }

    pub(crate) fn drafted(&self, engagement: Subject, release: Subject) -> CaseEvent {
        let access_mode = AccessMode::DeveloperHostedApi;
        let event = EngagementEvent::Drafted { developer: self.developer, release: release.id, access_mode };
        Self::event(engagement, Audience::Developer, Event::Engagement(event))
    }

    pub(crate) fn of_engagement(engagement: Subject, event: EngagementEvent) -> CaseEvent {
        let audience = event.audience();
        Self::event(engagement, audience, Event::Engagement(event))
    }

    pub(crate) fn requested(&self, grant: Subject, engagement: Subject, holder: AccountId) -> CaseEvent {
        let facts = RequestedFacts {
            developer: self.developer,
            engagement: engagement.id,
            nomination: None,
            holder,
            holder_organization: self.host,
            side: Side::Government,
            need_to_know: Statement::parse("Evaluates defenses.").unwrap(),
        };
        let event = GrantEvent::Requested { grant: Box::new(facts) };
        Self::event(grant, Audience::Shared, Event::Grant(event))
    }

    pub(crate) fn opened(&self, person: Subject, account: AccountId) -> CaseEvent {
        let event = PrerequisitesEvent::Opened { account, organization: self.host, side: Side::Government };
        Self::event(person, Audience::Government, Event::Prerequisites(event))
    }

    /// A release with an engagement that was proposed.
    pub(crate) async fn proposed(&self) -> (Subject, Subject) {
        let (release, engagement) = (self.subject(Kind::Release), self.subject(Kind::Engagement));
        let proposal = EngagementEvent::Proposed {
            framework: "v1.0".to_owned(),
            new_release: true,
            weights_target: None,
            framework_digest: None,
            same_release_as: None,
        };
        let events = vec![
            self.registered(release),
            self.drafted(engagement, release),
            Self::of_engagement(engagement, proposal),
        ];
        self.record(&LoadedCase::empty(), events, at(0)).await.unwrap();
        (release, engagement)
    }

    pub(crate) fn mail(&self, key: &str) -> OutboxDraft {
        let id = self.ids.uuid();
        OutboxDraft {
            id,
            dedupe_key: key.to_owned(),
            code: "N4".to_owned(),
            template: "step".to_owned(),
            reference: Some("ENG-2026-K7Q4MD".to_owned()),
            aggregate: None,
            recipient: None,
            address: "dl@example.org".to_owned(),
            fields: serde_json::json!({"ask": "read"}),
            deadline: None,
            queued_at: at(0),
            send_after: at(0),
            next_attempt_at: at(0),
            message_id: format!("{id}@example.org"),
        }
    }

    pub(crate) async fn write(&self) -> WriteTx {
        self.store.begin_write().await.unwrap()
    }
}
