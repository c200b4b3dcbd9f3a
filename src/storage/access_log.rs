//! Who asked for what: allowed reads of content, denials and refusals. Rows are kept for ever.

use anteroom_entity::access_log::{self, Column};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{
    codec::{instant, maybe_uuid, micros, named, uuid},
    error::StorageError,
    store::{ReadTx, WriteTx},
};
use crate::domain::{
    id::{AccountId, RecordId},
    time::Instant,
};

/// How a request for something ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessOutcome {
    /// It was granted.
    Allowed,
    /// The asker may not.
    Denied,
    /// The rules of the case refused.
    Refused,
}

impl AccessOutcome {
    /// The name in the column.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
            Self::Refused => "refused",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Allowed, Self::Denied, Self::Refused].into_iter().find(|outcome| outcome.name() == name)
    }
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessEntry {
    /// Random id.
    pub id: Uuid,
    /// When.
    pub at: Instant,
    /// Who, if known.
    pub account: Option<AccountId>,
    /// In which session.
    pub session: Option<Uuid>,
    /// What was asked for.
    pub action: String,
    /// Of what.
    pub reference: Option<String>,
    /// The aggregate.
    pub aggregate: Option<RecordId>,
    /// How it ended.
    pub outcome: AccessOutcome,
    /// Code of the reason.
    pub detail: String,
}

/// Adds entries, in one statement.
pub async fn add(tx: &WriteTx, entries: &[AccessEntry]) -> Result<(), StorageError> {
    if entries.is_empty() {
        return Ok(());
    }
    let rows = entries.iter().map(|entry| access_log::ActiveModel {
        id: Set(entry.id.to_string()),
        at: Set(micros(entry.at)),
        account_id: Set(entry.account.map(|id| id.to_string())),
        session_id: Set(entry.session.map(|id| id.to_string())),
        action: Set(entry.action.clone()),
        reference: Set(entry.reference.clone()),
        aggregate_id: Set(entry.aggregate.map(|id| id.to_string())),
        outcome: Set(entry.outcome.name().to_owned()),
        detail: Set(entry.detail.clone()),
    });
    access_log::Entity::insert_many(rows).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// The newest entries, of one aggregate if one is named, before an entry if one is given.
pub async fn newest(
    tx: &ReadTx,
    aggregate: Option<RecordId>,
    before: Option<(Instant, Uuid)>,
    limit: u64,
) -> Result<Vec<AccessEntry>, StorageError> {
    let older = before.map(|(at, id)| {
        let same = Condition::all().add(Column::At.eq(micros(at))).add(Column::Id.lt(id.to_string()));
        Condition::any().add(Column::At.lt(micros(at))).add(same)
    });
    let of = aggregate.map(|id| Column::AggregateId.eq(id.to_string()));
    let rows = access_log::Entity::find()
        .filter(Condition::all().add_option(of).add_option(older))
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(tx.db())
        .await?;
    rows.into_iter().map(read).collect()
}

fn read(row: access_log::Model) -> Result<AccessEntry, StorageError> {
    Ok(AccessEntry {
        id: uuid(&row.id)?,
        at: instant(row.at)?,
        account: maybe_uuid(row.account_id.as_deref())?.map(AccountId),
        session: maybe_uuid(row.session_id.as_deref())?,
        action: row.action,
        reference: row.reference,
        aggregate: maybe_uuid(row.aggregate_id.as_deref())?.map(RecordId),
        outcome: named(AccessOutcome::from_name(&row.outcome), "an outcome")?,
        detail: row.detail,
    })
}
