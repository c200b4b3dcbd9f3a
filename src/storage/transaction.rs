//! What is atomic with what: one function writes the state, the events, their ledger links, deadlines and outbox of a
//! decision, and takes away what it erases; nothing else writes any of them.

use anteroom_entity::{aggregate, assignment, deadline, document, event, event_leaf, event_payload, outbox};
use chrono::NaiveDate;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, Insert, IntoActiveModel, Iterable,
    QueryFilter, QueryTrait,
    sea_query::{CommonTableExpression, InsertStatement, OnConflict, WithClause},
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    calendar_entries, case::LoadedCase, codec::is_postgres, deadlines, erasure, error::StorageError,
    outbox as outbox_rows, plan::Plan, store::WriteTx,
};
use crate::{
    domain::{
        case::{Case, CaseEvent},
        id::{AccountId, OrganizationId, RecordId},
        time::Instant,
    },
    ledger::Hash,
};

/// Everything that a decision leaves behind.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// What happened, oldest first.
    pub events: Vec<NewEvent>,
    /// The case after the events.
    pub after: Case,
    /// Deadlines that opened, moved or ended.
    pub deadlines: DeadlineChanges,
    /// Mail to be sent.
    pub outbox: Vec<OutboxDraft>,
    /// Entries of people's own calendars that changed.
    pub entries: Vec<calendar_entries::EntryRow>,
    /// When time alone moves the case next.
    pub next_due: Option<Instant>,
    /// The host: a member of every audience but a developer's own.
    pub host: OrganizationId,
    /// Hash of the access policies that decided.
    pub policy: String,
}

/// An event with the id and the salt that were drawn for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// Random id.
    pub id: Uuid,
    /// Random salt of the payload's commitment.
    pub salt: [u8; 32],
    /// What happened.
    pub event: CaseEvent,
}

/// An event as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Its id.
    pub id: Uuid,
    /// What happened.
    pub event: CaseEvent,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Place in the stream of its audience, from 1.
    pub stream_seq: i64,
    /// Hash of its link.
    pub hash: Hash,
}

/// How the deadlines of a case change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeadlineChanges {
    /// Deadlines that are open from now on; one with a known key replaces what stands under that key.
    pub opened: Vec<DeadlineRow>,
    /// Open deadlines, by key, and what became of them. Mail that only they called for is not sent any more, unless
    /// the deadline passed.
    pub ended: Vec<(String, DeadlineStatus)>,
}

/// A deadline as it stands in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadlineRow {
    /// Random id.
    pub id: Uuid,
    /// What makes it one and the same.
    pub key: String,
    /// The aggregate that it belongs to.
    pub aggregate: RecordId,
    /// The model release of the case.
    pub release: Option<RecordId>,
    /// Name of its kind.
    pub kind: String,
    /// What it counts from.
    pub anchor: String,
    /// When the clock started.
    pub starts_at: Instant,
    /// When it is due, exclusive.
    pub due_at: Instant,
    /// The day shown to people.
    pub shown_on: NaiveDate,
    /// The calendar that it was counted with.
    pub calendar_version: String,
    /// What became of it.
    pub status: DeadlineStatus,
    /// Since when.
    pub status_at: Instant,
    /// The whole deadline.
    pub facts: Value,
    /// When something is to be said next.
    pub next_reminder_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
}

/// What became of a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeadlineStatus {
    /// Not yet met.
    Open,
    /// Met.
    Satisfied,
    /// No longer wanted.
    Canceled,
    /// Another took its place.
    Superseded,
    /// Its instant brought about what it stood for.
    Passed,
}

impl DeadlineStatus {
    /// The name in the column.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Satisfied => "satisfied",
            Self::Canceled => "canceled",
            Self::Superseded => "superseded",
            Self::Passed => "passed",
        }
    }

    /// The status with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Open, Self::Satisfied, Self::Canceled, Self::Superseded, Self::Passed];
        all.into_iter().find(|status| status.name() == name)
    }
}

/// A mail that is to go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxDraft {
    /// Random id.
    pub id: Uuid,
    /// What makes the mail one and the same: a second draft with the same key is dropped.
    pub dedupe_key: String,
    /// Number of the notice, such as `N7`.
    pub code: String,
    /// The template.
    pub template: String,
    /// The reference that the mail names.
    pub reference: Option<String>,
    /// The aggregate that it is about.
    pub aggregate: Option<RecordId>,
    /// The recipient.
    pub recipient: Option<AccountId>,
    /// The recipient's address.
    pub address: String,
    /// The allow-listed fields.
    pub fields: Value,
    /// The deadline that it reminds of.
    pub deadline: Option<Uuid>,
    /// When it was queued, business time.
    pub queued_at: Instant,
    /// Not before this, business time.
    pub send_after: Instant,
    /// When to try first, system time.
    pub next_attempt_at: Instant,
    /// The same in every attempt.
    pub message_id: String,
}

/// Writes a decision about a case that this transaction locked. Nothing is durable until the transaction commits; after
/// an error it must not commit.
///
/// # Errors
/// [`StorageError::Stale`] if somebody else wrote to an aggregate since it was read, [`StorageError::Conflict`] with one
/// of [`super::constraint`], or a failure of the database.
pub async fn record(
    tx: &WriteTx,
    loaded: &LoadedCase,
    recorded: Recorded,
    now: Instant,
) -> Result<Vec<RecordedEvent>, StorageError> {
    let plan = Plan::build(loaded, &recorded, now)?;
    upsert_aggregates(tx, plan.aggregates).await?;
    remove_assignments(tx, &plan.unassigned).await?;
    deadlines::end(tx, &recorded.deadlines.ended, now).await?;
    calendar_entries::put(tx, &recorded.entries).await?;
    let deadlines = recorded.deadlines.opened.iter().map(deadlines::active);
    let outbox = recorded.outbox.iter().map(outbox_rows::active);
    let inserts = [
        insert::<assignment::Entity, _>(plan.assigned, None),
        insert::<event::Entity, _>(plan.events, None),
        insert::<event_payload::Entity, _>(plan.payloads, None),
        insert::<event_leaf::Entity, _>(plan.leaves, None),
        insert::<document::Entity, _>(plan.documents, None),
        insert::<deadline::Entity, _>(deadlines, Some(deadlines::replace())),
        insert::<outbox::Entity, _>(outbox, Some(outbox_rows::once())),
    ];
    run(tx, inserts.into_iter().flatten().collect()).await?;
    erasure::erase(tx, &plan.recorded, now).await?;
    Ok(plan.recorded)
}

/// Drafts that no decision about a case brings, such as reminders and account notices. A draft whose key is known is
/// dropped.
pub async fn queue(tx: &WriteTx, drafts: &[OutboxDraft]) -> Result<(), StorageError> {
    let drafts = drafts.iter().map(outbox_rows::active);
    run(tx, insert::<outbox::Entity, _>(drafts, Some(outbox_rows::once())).into_iter().collect()).await
}

async fn upsert_aggregates(tx: &WriteTx, rows: Vec<aggregate::ActiveModel>) -> Result<(), StorageError> {
    use aggregate::Column::{CreatedAt, Id, Kind, Reference};
    let changing = aggregate::Column::iter().filter(|column| !matches!(column, Id | Kind | Reference | CreatedAt));
    let replace = OnConflict::column(Id).update_columns(changing).to_owned();
    run(tx, insert::<aggregate::Entity, _>(rows, Some(replace)).into_iter().collect()).await
}

async fn remove_assignments(tx: &WriteTx, pairs: &[(String, String)]) -> Result<(), StorageError> {
    if pairs.is_empty() {
        return Ok(());
    }
    let pair = |(aggregate, account): &(String, String)| {
        let aggregate = assignment::Column::AggregateId.eq(aggregate.as_str());
        Condition::all().add(aggregate).add(assignment::Column::AccountId.eq(account.as_str()))
    };
    let gone = pairs.iter().map(pair).fold(Condition::any(), Condition::add);
    assignment::Entity::delete_many().filter(gone).exec(tx.db()).await?;
    Ok(())
}

/// One statement for all rows of a table; none for no rows.
fn insert<E, I>(rows: I, on_conflict: Option<OnConflict>) -> Option<InsertStatement>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
    I: IntoIterator<Item = E::ActiveModel>,
{
    let mut rows = rows.into_iter().peekable();
    rows.peek()?;
    let mut statement = Insert::many(rows).into_query();
    if let Some(on_conflict) = on_conflict {
        statement.on_conflict(on_conflict);
    }
    Some(statement)
}

/// On PostgreSQL all inserts are one statement, because there a statement costs a way to the server and back; foreign
/// keys are checked at its end. SQLite is in the process, and they run one after the other.
async fn run(tx: &WriteTx, mut inserts: Vec<InsertStatement>) -> Result<(), StorageError> {
    if is_postgres(tx) && inserts.len() > 1 {
        let Some(last) = inserts.pop() else { return Ok(()) };
        let mut with = WithClause::new();
        for (index, statement) in inserts.into_iter().enumerate() {
            with.cte(CommonTableExpression::new().table_name(format!("part_{index}")).query(statement).to_owned());
        }
        tx.db().execute(&with.query(last)).await?;
        return Ok(());
    }
    for statement in inserts {
        tx.db().execute(&statement).await?;
    }
    Ok(())
}
