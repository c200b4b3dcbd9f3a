//! The whole ledger, aggregate by aggregate, for verification: what stands there, unjudged.

use std::collections::BTreeMap;

use anteroom_entity::{
    aggregate,
    event::{self, Column},
    event_payload,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait};
use serde_json::Value;

use super::{
    aggregate::read_heads,
    codec::{named, uuid},
    error::StorageError,
    payload,
    store::ReadTx,
};
use crate::{
    domain::{
        audience::Audience,
        case::CaseEvent,
        id::{Kind, RecordId, Subject},
    },
    ledger::{Columns, Head, Sealed, StoredLink},
};

/// An aggregate's row and all of its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AggregateHistory {
    /// The aggregate.
    pub subject: Subject,
    /// Its reference.
    pub reference: String,
    /// The stored state, to compare with the folded events.
    pub state: Value,
    /// How many events the row counts.
    pub event_count: i64,
    /// What the row names as the newest link of each stream.
    pub heads: BTreeMap<Audience, Head>,
    /// The events in the order in which they were recorded.
    pub events: Vec<HistoryEvent>,
}

/// One event of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEvent {
    /// Place among all events of the aggregate, from 1.
    pub seq: i64,
    /// The stream's name.
    pub stream: String,
    /// Its link in the stream.
    pub link: StoredLink,
    /// The event to fold; nothing once erased, or if the payload cannot be read.
    pub event: Option<CaseEvent>,
}

/// At most `limit` aggregates after the given one, in the order of their ids, each with its whole history.
pub async fn histories(
    tx: &ReadTx,
    after: Option<RecordId>,
    limit: u64,
) -> Result<Vec<AggregateHistory>, StorageError> {
    let rows = aggregate::Entity::find()
        .filter(Condition::all().add_option(after.map(|id| aggregate::Column::Id.gt(id.to_string()))))
        .order_by_asc(aggregate::Column::Id)
        .limit(limit)
        .all(tx.db())
        .await?;
    read_histories(tx, rows).await
}

/// The history of some aggregates.
pub async fn histories_of(tx: &ReadTx, ids: &[RecordId]) -> Result<Vec<AggregateHistory>, StorageError> {
    let ids = ids.iter().map(ToString::to_string);
    let find = aggregate::Entity::find().filter(aggregate::Column::Id.is_in(ids));
    let rows = find.order_by_asc(aggregate::Column::Id).all(tx.db()).await?;
    read_histories(tx, rows).await
}

async fn read_histories(tx: &ReadTx, rows: Vec<aggregate::Model>) -> Result<Vec<AggregateHistory>, StorageError> {
    let mut events: BTreeMap<String, Vec<(event::Model, Option<event_payload::Model>)>> = BTreeMap::new();
    let found = event::Entity::find()
        .filter(Column::AggregateId.is_in(rows.iter().map(|row| row.id.as_str())))
        .join(JoinType::LeftJoin, event_payload::Relation::Event.def().rev())
        .select_also(event_payload::Entity)
        .order_by_asc(Column::AggregateId)
        .order_by_asc(Column::AggregateSeq)
        .all(tx.db())
        .await?;
    for (event, payload) in found {
        events.entry(event.aggregate_id.clone()).or_default().push((event, payload));
    }
    let history = |row: aggregate::Model| {
        let events = events.remove(&row.id).unwrap_or_default();
        Ok(AggregateHistory {
            subject: Subject::new(named(Kind::from_name(&row.kind), "a kind")?, RecordId(uuid(&row.id)?)),
            state: serde_json::from_str(&row.state)?,
            event_count: row.event_count,
            heads: read_heads(&row.heads)?,
            events: events.into_iter().map(|(event, payload)| read(&row, event, payload)).collect(),
            reference: row.reference,
        })
    };
    rows.into_iter().map(history).collect()
}

/// Nothing is refused here: whatever is wrong is for the verification to say.
pub(super) fn read(row: &aggregate::Model, event: event::Model, payload: Option<event_payload::Model>) -> HistoryEvent {
    let sealed = match payload {
        Some(event_payload::Model { payload: Some(payload), salt: Some(salt), .. }) => Sealed::Kept { payload, salt },
        Some(event_payload::Model { erased_at: Some(_), .. }) => Sealed::Erased,
        Some(_) | None => Sealed::Missing,
    };
    let folded = match &sealed {
        Sealed::Kept { payload, .. } => payload::read(payload).ok(),
        Sealed::Erased | Sealed::Missing => None,
    };
    let columns = Columns {
        event: event.id,
        kind: row.kind.clone(),
        reference: row.reference.clone(),
        audience: event.audience,
        stream_seq: event.stream_seq,
        type_code: event.type_code,
        schema_version: event.schema_version,
        effective_at: event.effective_at,
        recorded_at: event.recorded_at,
    };
    let (header, commitment, prev_hash, hash) = (event.header, event.commitment, event.prev_hash, event.hash);
    let link = StoredLink { columns, header, commitment, prev_hash, hash, sealed };
    HistoryEvent { seq: event.aggregate_seq, stream: event.stream, link, event: folded }
}
