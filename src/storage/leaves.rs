//! Places of events in the log of each organization of their audience. Numbers are given afterwards by one sequencer,
//! never by the transaction that records, so that recording takes no global lock.

use anteroom_entity::{
    event,
    event_leaf::{self, Column},
};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    codec::{parse, uuid},
    error::StorageError,
    store::{ReadTx, WriteTx},
};
use crate::{domain::id::OrganizationId, ledger::Hash};

/// A leaf that has no number yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsealed {
    /// The event.
    pub event: Uuid,
    /// The organization whose log it belongs to.
    pub organization: OrganizationId,
    /// Hash of the event's link.
    pub hash: Hash,
}

/// Leaves without a number, oldest first.
pub async fn unsealed(tx: &ReadTx, limit: u64) -> Result<Vec<Unsealed>, StorageError> {
    let rows: Vec<(String, String, String)> = event_leaf::Entity::find()
        .select_only()
        .column(Column::EventId)
        .column(Column::OrganizationId)
        .column(event::Column::Hash)
        .join(JoinType::InnerJoin, event_leaf::Relation::Event.def())
        .filter(Column::LeafIndex.is_null())
        .order_by_asc(event::Column::RecordedAt)
        .order_by_asc(Column::EventId)
        .limit(limit)
        .into_tuple()
        .all(tx.db())
        .await?;
    let read = |(event, organization, hash): (String, String, String)| {
        let organization = OrganizationId(uuid(&organization)?);
        Ok(Unsealed { event: uuid(&event)?, organization, hash: parse(&hash, "a hash")? })
    };
    rows.into_iter().map(read).collect()
}

/// Gives a leaf its number, once: `false` if it has one.
///
/// # Errors
/// [`StorageError::Conflict`] if the number is taken, as by a sequencer that was thought dead.
pub async fn number(tx: &WriteTx, event: Uuid, organization: OrganizationId, index: i64) -> Result<bool, StorageError> {
    let update = event_leaf::Entity::update_many()
        .col_expr(Column::LeafIndex, Expr::value(index))
        .filter(Column::EventId.eq(event.to_string()))
        .filter(Column::OrganizationId.eq(organization.to_string()))
        .filter(Column::LeafIndex.is_null());
    Ok(update.exec(tx.db()).await?.rows_affected == 1)
}

/// How many leaves of an organization's log are numbered: the size of the log, internal.
pub async fn size(tx: &ReadTx, organization: OrganizationId) -> Result<i64, StorageError> {
    let newest: Option<Option<i64>> = event_leaf::Entity::find()
        .select_only()
        .column_as(Expr::col(Column::LeafIndex).max(), "newest")
        .filter(Column::OrganizationId.eq(organization.to_string()))
        .into_tuple()
        .one(tx.db())
        .await?;
    Ok(newest.flatten().map_or(0, |newest| newest + 1))
}
