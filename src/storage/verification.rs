//! Everything that stands in the store about a case, unjudged, for verification: also what no honest writer leaves.

use std::collections::{BTreeMap, BTreeSet};

use anteroom_entity::{
    aggregate::{self, Column},
    assignment, deadline, document,
    event::{self, Column as EventColumn},
    event_payload,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
};

use super::{
    aggregate::read_heads,
    codec::{sql, uuid},
    deadlines,
    error::StorageError,
    ledger::{self, HistoryEvent},
    plan::stream,
    store::ReadTx,
    transaction::DeadlineRow,
};
use crate::{
    domain::{
        audience::Audience,
        case::{Case, Promoted},
        id::{Kind, RecordId, Subject},
    },
    ledger::Head,
};

/// Values of promoted columns by the column's name.
pub type Columns = BTreeMap<&'static str, Option<String>>;

/// One case, or the record of one person.
#[derive(Debug)]
pub struct StoredCase {
    /// The release, or the person's record.
    pub id: RecordId,
    /// Its aggregates.
    pub aggregates: Vec<StoredAggregate>,
    /// Its deadlines: the id, and the row unless it cannot be read.
    pub deadlines: Vec<(String, Option<DeadlineRow>)>,
}

/// One aggregate with everything that hangs on it.
#[derive(Clone, Debug)]
pub struct StoredAggregate {
    /// The aggregate; none if its kind is none.
    pub subject: Option<Subject>,
    /// Its reference.
    pub reference: String,
    /// The stored state's text.
    pub state: String,
    /// Its promoted columns.
    pub columns: Columns,
    /// How many events the row counts.
    pub event_count: i64,
    /// The newest link of each stream; none if they cannot be read.
    pub heads: Option<BTreeMap<Audience, Head>>,
    /// The events in the order in which they were recorded.
    pub events: Vec<HistoryEvent>,
    /// The accounts assigned to it.
    pub assigned: BTreeSet<String>,
    /// Its texts.
    pub texts: Vec<StoredText>,
}

/// A text as it stands in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredText {
    /// The event that it came with.
    pub event: String,
    /// SHA-256 of the text, as stored.
    pub digest: String,
    /// The text.
    pub body: String,
}

/// A queue entry that no worker leaves so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OddMail {
    /// Its id.
    pub id: String,
    /// What is odd.
    pub detail: String,
}

/// At most `limit` cases after the given release, or people's records after the given one, in the order of their ids.
pub async fn cases(
    tx: &ReadTx,
    kind: Kind,
    after: Option<RecordId>,
    limit: u64,
) -> Result<Vec<StoredCase>, StorageError> {
    let ids: Vec<String> = aggregate::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Kind.eq(kind.name()))
        .filter(Condition::all().add_option(after.map(|id| Column::Id.gt(id.to_string()))))
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(tx.db())
        .await?;
    let mut cases = BTreeMap::new();
    for id in &ids {
        let id = RecordId(uuid(id)?);
        cases.insert(id.to_string(), StoredCase { id, aggregates: Vec::new(), deadlines: Vec::new() });
    }
    let within = match kind {
        Kind::Release => Condition::any().add(Column::ReleaseId.is_in(&ids)).add(Column::Id.is_in(&ids)),
        _ => Condition::all().add(Column::Id.is_in(&ids)),
    };
    let rows = aggregate::Entity::find().filter(within).order_by_asc(Column::Id).all(tx.db()).await?;
    let own: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let mut hanging = Hanging::read(tx, &own).await?;
    for row in rows {
        let case = if row.kind == kind.name() { Some(row.id.clone()) } else { row.release_id.clone() };
        let case = case.and_then(|case| cases.get_mut(&case));
        let aggregate = hanging.aggregate(row)?;
        if let Some(case) = case {
            case.deadlines.extend(aggregate.1);
            case.aggregates.push(aggregate.0);
        }
    }
    Ok(cases.into_values().collect())
}

/// What hangs on aggregates, by their ids.
struct Hanging {
    events: BTreeMap<String, Vec<(event::Model, Option<event_payload::Model>)>>,
    assigned: BTreeMap<String, BTreeSet<String>>,
    texts: BTreeMap<String, Vec<StoredText>>,
    deadlines: BTreeMap<String, Vec<(String, Option<DeadlineRow>)>>,
}

impl Hanging {
    async fn read(tx: &ReadTx, ids: &[String]) -> Result<Self, StorageError> {
        let mut hanging = Self {
            events: BTreeMap::new(),
            assigned: BTreeMap::new(),
            texts: BTreeMap::new(),
            deadlines: BTreeMap::new(),
        };
        let events = event::Entity::find()
            .filter(EventColumn::AggregateId.is_in(ids))
            .join(JoinType::LeftJoin, event_payload::Relation::Event.def().rev())
            .select_also(event_payload::Entity)
            .order_by_asc(EventColumn::AggregateId)
            .order_by_asc(EventColumn::AggregateSeq);
        for (event, payload) in events.all(tx.db()).await? {
            hanging.events.entry(event.aggregate_id.clone()).or_default().push((event, payload));
        }
        let assigned = assignment::Entity::find().filter(assignment::Column::AggregateId.is_in(ids));
        for row in assigned.all(tx.db()).await? {
            hanging.assigned.entry(row.aggregate_id).or_default().insert(row.account_id);
        }
        let texts = document::Entity::find().filter(document::Column::AggregateId.is_in(ids));
        for row in texts.order_by_asc(document::Column::Id).all(tx.db()).await? {
            let text = StoredText { event: row.event_id, digest: row.digest, body: row.body };
            hanging.texts.entry(row.aggregate_id).or_default().push(text);
        }
        let deadlines = deadline::Entity::find().filter(deadline::Column::AggregateId.is_in(ids));
        for row in deadlines.order_by_asc(deadline::Column::Id).all(tx.db()).await? {
            let (aggregate, id) = (row.aggregate_id.clone(), row.id.clone());
            hanging.deadlines.entry(aggregate).or_default().push((id, deadlines::read(row).ok()));
        }
        Ok(hanging)
    }

    #[expect(clippy::type_complexity, reason = "an aggregate and its deadlines, taken apart at once")]
    fn aggregate(
        &mut self,
        row: aggregate::Model,
    ) -> Result<(StoredAggregate, Vec<(String, Option<DeadlineRow>)>), StorageError> {
        let events = self.events.remove(&row.id).unwrap_or_default();
        let id = RecordId(uuid(&row.id)?);
        let aggregate = StoredAggregate {
            subject: Kind::from_name(&row.kind).map(|kind| Subject::new(kind, id)),
            columns: stored_columns(&row),
            event_count: row.event_count,
            heads: read_heads(&row.heads).ok(),
            events: events.into_iter().map(|(event, payload)| ledger::read(&row, event, payload)).collect(),
            assigned: self.assigned.remove(&row.id).unwrap_or_default(),
            texts: self.texts.remove(&row.id).unwrap_or_default(),
            state: row.state,
            reference: row.reference,
        };
        Ok((aggregate, self.deadlines.remove(&row.id).unwrap_or_default()))
    }
}

fn stored_columns(row: &aggregate::Model) -> Columns {
    Columns::from([
        ("release_id", row.release_id.clone()),
        ("engagement_id", row.engagement_id.clone()),
        ("developer_id", row.developer_id.clone()),
        ("partner_id", row.partner_id.clone()),
        ("holder_id", row.holder_id.clone()),
        ("stage", Some(row.stage.clone())),
        ("government", Some(row.government.to_string())),
        ("live_release", row.live_release.clone()),
        ("state_schema", Some(row.state_schema.to_string())),
    ])
}

/// The columns as they must stand.
pub fn columns_of(promoted: &Promoted) -> Columns {
    Columns::from([
        ("release_id", promoted.release.map(|id| id.to_string())),
        ("engagement_id", promoted.engagement.map(|id| id.to_string())),
        ("developer_id", promoted.developer.map(|id| id.to_string())),
        ("partner_id", promoted.partner.map(|id| id.to_string())),
        ("holder_id", promoted.holder.map(|id| id.to_string())),
        ("stage", Some(promoted.stage.to_owned())),
        ("government", Some(promoted.government.to_string())),
        ("live_release", promoted.live_release.map(|id| id.to_string())),
        ("state_schema", Some(Case::STATE_SCHEMA.to_string())),
    ])
}

/// The name of the stream of an aggregate and an audience.
pub fn stream_of(subject: Subject, audience: &str) -> String {
    stream(subject, audience)
}

/// References of aggregates that stand in no case: no release, and no person's record.
pub async fn orphans(tx: &ReadTx, limit: u64) -> Result<Vec<String>, StorageError> {
    let text = "SELECT reference FROM aggregate AS own
         WHERE kind NOT IN ('release', 'prerequisites') AND NOT EXISTS (
             SELECT 1 FROM aggregate AS above WHERE above.id = own.release_id AND above.kind = 'release'
         )
         ORDER BY reference LIMIT $1";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = tx.db().query_all_raw(sql(tx, text, [limit.into()])).await?;
    rows.iter().map(|row| Ok(row.try_get("", "reference")?)).collect()
}

/// How many mails there are in all.
pub async fn mails(tx: &ReadTx) -> Result<u64, StorageError> {
    Ok(anteroom_entity::outbox::Entity::find().count(tx.db()).await?)
}

/// Mails that are marked sent though no server took them, or still wait although what they remind of is done.
pub async fn odd_mails(tx: &ReadTx, limit: u64) -> Result<Vec<OddMail>, StorageError> {
    let text = "SELECT id, 'is marked sent, but no server took it' AS detail FROM outbox
         WHERE status = 'sent' AND NOT EXISTS (
             SELECT 1 FROM delivery WHERE delivery.outbox_id = outbox.id AND delivery.outcome = 'accepted'
         )
         UNION ALL
         SELECT outbox.id, 'still waits, but its deadline is ' || deadline.status FROM outbox
         JOIN deadline ON deadline.id = outbox.deadline_id
         WHERE outbox.status = 'queued' AND deadline.status IN ('satisfied', 'canceled', 'superseded')
         ORDER BY 1 LIMIT $1";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = tx.db().query_all_raw(sql(tx, text, [limit.into()])).await?;
    rows.iter().map(|row| Ok(OddMail { id: row.try_get("", "id")?, detail: row.try_get("", "detail")? })).collect()
}
