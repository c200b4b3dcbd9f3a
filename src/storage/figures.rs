//! Rows for figures, in batches: counts by stage, the ended engagements, and the events between which turnaround is
//! measured. However many records there are, a batch is one statement.

use std::collections::BTreeMap;

use anteroom_entity::{
    aggregate::{self, Column},
    event::{self, Column as EventColumn},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait};

use super::{
    codec::{instant, uuid},
    error::StorageError,
    store::ReadTx,
};
use crate::domain::{
    id::{Kind, OrganizationId, RecordId},
    time::Instant,
};

/// Rows of one statement.
const BATCH: u64 = 2_000;

/// Which records count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Those of every developer that were handed over.
    HandedOver,
    /// Those of one developer, its drafts too.
    Of(OrganizationId),
}

impl Counted {
    fn condition(self) -> Condition {
        let condition = Condition::all();
        match self {
            Self::HandedOver => condition.add(Column::Government.eq(true)),
            Self::Of(developer) => condition.add(Column::DeveloperId.eq(developer.to_string())),
        }
    }
}

/// An event that begins or ends a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The record.
    pub record: RecordId,
    /// The event's code.
    pub code: String,
    /// When it took effect.
    pub at: Instant,
}

/// How many records there are by stage, kind by kind.
pub async fn stages(
    tx: &ReadTx,
    counted: Counted,
    kinds: &[Kind],
) -> Result<BTreeMap<String, BTreeMap<String, u64>>, StorageError> {
    let rows: Vec<(String, String, i64)> = aggregate::Entity::find()
        .select_only()
        .column(Column::Kind)
        .column(Column::Stage)
        .column_as(Column::Id.count(), "records")
        .filter(counted.condition())
        .filter(Column::Kind.is_in(kinds.iter().map(|kind| kind.name())))
        .group_by(Column::Kind)
        .group_by(Column::Stage)
        .into_tuple()
        .all(tx.db())
        .await?;
    let mut found: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for (kind, stage, records) in rows {
        found.entry(kind).or_default().insert(stage, u64::try_from(records).unwrap_or_default());
    }
    Ok(found)
}

/// The states of closed engagements after the one with this id, and the id that the next batch comes after.
pub async fn closed_engagements(
    tx: &ReadTx,
    counted: Counted,
    after: Option<String>,
) -> Result<(Vec<serde_json::Value>, Option<String>), StorageError> {
    let rows: Vec<(String, String)> = aggregate::Entity::find()
        .select_only()
        .column(Column::Id)
        .column(Column::State)
        .filter(counted.condition())
        .filter(Column::Kind.eq(Kind::Engagement.name()))
        .filter(Column::Stage.eq("closed"))
        .filter(Condition::all().add_option(after.map(|id| Column::Id.gt(id))))
        .order_by_asc(Column::Id)
        .limit(BATCH)
        .into_tuple()
        .all(tx.db())
        .await?;
    let next = next(&rows, |(id, _)| id.clone());
    let states = rows.iter().map(|(_, state)| serde_json::from_str(state)).collect::<Result<_, _>>()?;
    Ok((states, next))
}

/// Where a batch of events goes on: after this place of this record.
pub type Place = (String, i64);

/// Events with these codes after a place, record by record and each record's in order, and where the next batch begins.
pub async fn passed(
    tx: &ReadTx,
    counted: Counted,
    codes: &[&str],
    after: Option<Place>,
) -> Result<(Vec<Passed>, Option<Place>), StorageError> {
    let later = after.map(|(record, place)| {
        let same =
            Condition::all().add(EventColumn::AggregateId.eq(record.as_str())).add(EventColumn::AggregateSeq.gt(place));
        Condition::any().add(EventColumn::AggregateId.gt(record)).add(same)
    });
    let rows: Vec<(String, i64, String, i64)> = event::Entity::find()
        .select_only()
        .column(EventColumn::AggregateId)
        .column(EventColumn::AggregateSeq)
        .column(EventColumn::TypeCode)
        .column(EventColumn::EffectiveAt)
        .join(JoinType::InnerJoin, event::Relation::Aggregate.def())
        .filter(counted.condition())
        .filter(EventColumn::TypeCode.is_in(codes.iter().copied()))
        .filter(Condition::all().add_option(later))
        .order_by_asc(EventColumn::AggregateId)
        .order_by_asc(EventColumn::AggregateSeq)
        .limit(BATCH)
        .into_tuple()
        .all(tx.db())
        .await?;
    let next = next(&rows, |(record, place, ..)| (record.clone(), *place));
    let passed = rows.into_iter().map(|(record, _, code, at)| {
        Ok::<_, StorageError>(Passed { record: RecordId(uuid(&record)?), code, at: instant(at)? })
    });
    Ok((passed.collect::<Result<_, _>>()?, next))
}

/// The place of the last row, if the batch was full.
fn next<T, P>(rows: &[T], place: impl FnOnce(&T) -> P) -> Option<P> {
    let full = u64::try_from(rows.len()).is_ok_and(|rows| rows >= BATCH);
    rows.last().filter(|_| full).map(place)
}
