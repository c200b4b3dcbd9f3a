//! What happened of late, over all cases: for the operator of a demonstration, whose clock is moved by hand, and for
//! whom a restart must not turn that clock back.

use anteroom_entity::{
    access_log, aggregate,
    event::{self, Column},
    outbox,
};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait};

use super::{
    codec::{instant, micros},
    error::StorageError,
    store::ReadTx,
};
use crate::domain::time::Instant;

/// Something that was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    /// When it was recorded, business time.
    pub at: Instant,
    /// The event's type code, or the notice's code of a mail.
    pub code: String,
    /// The record's reference; empty for a mail about none.
    pub reference: String,
}

/// The newest business instant at which anything was recorded; `None` in an empty store.
pub async fn newest(tx: &ReadTx) -> Result<Option<Instant>, StorageError> {
    let event: Option<Option<i64>> = event::Entity::find()
        .select_only()
        .column_as(Column::RecordedAt.max(), "newest")
        .into_tuple()
        .one(tx.db())
        .await?;
    let mail: Option<Option<i64>> = outbox::Entity::find()
        .select_only()
        .column_as(outbox::Column::QueuedAt.max(), "newest")
        .into_tuple()
        .one(tx.db())
        .await?;
    let asked: Option<Option<i64>> = access_log::Entity::find()
        .select_only()
        .column_as(access_log::Column::At.max(), "newest")
        .into_tuple()
        .one(tx.db())
        .await?;
    [event, mail, asked].into_iter().flatten().flatten().max().map(instant).transpose()
}

/// Events recorded after an instant, oldest first.
pub async fn events(tx: &ReadTx, after: Instant, limit: u64) -> Result<Vec<Recent>, StorageError> {
    let rows: Vec<(i64, String, String)> = event::Entity::find()
        .select_only()
        .columns([Column::RecordedAt, Column::TypeCode])
        .join(JoinType::InnerJoin, event::Relation::Aggregate.def())
        .column(aggregate::Column::Reference)
        .filter(Column::RecordedAt.gt(micros(after)))
        .order_by_asc(Column::RecordedAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(tx.db())
        .await?;
    rows.into_iter().map(|(at, code, reference)| Ok(Recent { at: instant(at)?, code, reference })).collect()
}

/// Mails queued after an instant, oldest first.
pub async fn mails(tx: &ReadTx, after: Instant, limit: u64) -> Result<Vec<Recent>, StorageError> {
    let rows: Vec<(i64, String, Option<String>)> = outbox::Entity::find()
        .select_only()
        .columns([outbox::Column::QueuedAt, outbox::Column::Code, outbox::Column::Reference])
        .filter(outbox::Column::QueuedAt.gt(micros(after)))
        .order_by_asc(outbox::Column::QueuedAt)
        .order_by_asc(outbox::Column::Id)
        .limit(limit)
        .into_tuple()
        .all(tx.db())
        .await?;
    let read = |(at, code, reference): (i64, String, Option<String>)| {
        Ok(Recent { at: instant(at)?, code, reference: reference.unwrap_or_default() })
    };
    rows.into_iter().map(read).collect()
}
