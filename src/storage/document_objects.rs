//! Which object holds a document's content, and what is to be done about it. An object is entered as staged before its
//! bytes are put anywhere, so that nothing can lie in the object store that no row tells of.

use anteroom_entity::document_object::{self, Column};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    codec::{is_postgres, micros, sql, uuid},
    error::StorageError,
    store::{ReadTx, WriteTx},
};
use crate::domain::{id::RecordId, time::Instant};

/// What is to be done about an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectState {
    /// Its document's event is not recorded; left so for long, it is swept.
    Staged,
    /// The scanner has to look at it.
    Quarantined,
    /// It holds the content.
    Kept,
    /// It is swept.
    Discarded,
}

impl ObjectState {
    /// The name in the column.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Staged => "staged",
            Self::Quarantined => "quarantined",
            Self::Kept => "kept",
            Self::Discarded => "discarded",
        }
    }
}

/// An object that a worker holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leased {
    /// The object's key.
    pub key: Uuid,
    /// The document.
    pub document: RecordId,
    /// How often it was handed to the scanner, this time included.
    pub attempts: i32,
}

/// Enters an object that is about to be put.
pub async fn stage(tx: &WriteTx, key: Uuid, document: RecordId, now: Instant) -> Result<(), StorageError> {
    let row = document_object::ActiveModel {
        id: Set(key.to_string()),
        document_id: Set(document.to_string()),
        state: Set(ObjectState::Staged.name().to_owned()),
        created_at: Set(micros(now)),
        attempts: Set(0),
        next_attempt_at: Set(micros(now)),
        lease_token: Set(None),
        lease_until: Set(None),
    };
    document_object::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Says what is to be done about an object from now on; whoever held it holds it no more.
pub async fn set(tx: &WriteTx, key: Uuid, state: ObjectState) -> Result<(), StorageError> {
    document_object::Entity::update_many()
        .col_expr(Column::State, Expr::value(state.name()))
        .col_expr(Column::LeaseToken, Expr::value(None::<String>))
        .col_expr(Column::LeaseUntil, Expr::value(None::<i64>))
        .filter(Column::Id.eq(key.to_string()))
        .exec(tx.db())
        .await?;
    Ok(())
}

/// Discards what is held for these documents.
pub async fn discard(tx: &WriteTx, documents: &[RecordId]) -> Result<(), StorageError> {
    if documents.is_empty() {
        return Ok(());
    }
    document_object::Entity::update_many()
        .col_expr(Column::State, Expr::value(ObjectState::Discarded.name()))
        .filter(Column::DocumentId.is_in(documents.iter().map(ToString::to_string)))
        .filter(Column::State.is_in([ObjectState::Quarantined.name(), ObjectState::Kept.name()]))
        .exec(tx.db())
        .await?;
    Ok(())
}

/// The key of the object that holds a document's content.
pub async fn of_document(tx: &ReadTx, document: RecordId) -> Result<Option<Uuid>, StorageError> {
    let held = [ObjectState::Quarantined.name(), ObjectState::Kept.name()];
    let row = document_object::Entity::find()
        .filter(Column::DocumentId.eq(document.to_string()))
        .filter(Column::State.is_in(held))
        .order_by_asc(Column::Id)
        .one(tx.db())
        .await?;
    row.map(|row| uuid(&row.id)).transpose()
}

/// Leases up to `limit` objects that the scanner has to look at, until a system time. An attempt counts from the lease,
/// so that a content that kills its worker is not tried without a pause.
pub async fn lease(
    tx: &WriteTx,
    token: Uuid,
    now: Instant,
    until: Instant,
    limit: u64,
) -> Result<Vec<Leased>, StorageError> {
    let skip = if is_postgres(tx) { "FOR UPDATE SKIP LOCKED" } else { "" };
    let text = format!(
        "WITH due AS (
             SELECT id FROM document_object
             WHERE state = 'quarantined' AND next_attempt_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
             ORDER BY next_attempt_at, id LIMIT $2 {skip}
         )
         UPDATE document_object SET lease_token = $3, lease_until = $4, attempts = attempts + 1
         WHERE id IN (SELECT id FROM due) RETURNING *"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [micros(now).into(), limit.into(), token.to_string().into(), micros(until).into()];
    let rows = tx.db().query_all_raw(sql(tx, &text, values)).await?;
    let leased = |row| {
        let row = document_object::Model::from_query_result(&row, "")?;
        let document = RecordId(uuid(&row.document_id)?);
        Ok(Leased { key: uuid(&row.id)?, document, attempts: row.attempts })
    };
    rows.into_iter().map(leased).collect()
}

/// Gives an object back, to be scanned again at a system time; nothing if the lease was lost.
pub async fn retry(tx: &WriteTx, key: Uuid, token: Uuid, at: Instant) -> Result<(), StorageError> {
    document_object::Entity::update_many()
        .col_expr(Column::NextAttemptAt, Expr::value(micros(at)))
        .col_expr(Column::LeaseToken, Expr::value(None::<String>))
        .col_expr(Column::LeaseUntil, Expr::value(None::<i64>))
        .filter(Column::Id.eq(key.to_string()))
        .filter(Column::LeaseToken.eq(token.to_string()))
        .exec(tx.db())
        .await?;
    Ok(())
}

/// Objects that nothing refers to: discarded ones, and those staged before a system time.
pub async fn orphans(tx: &ReadTx, staged_before: Instant, limit: u64) -> Result<Vec<Uuid>, StorageError> {
    let staged = Column::State.eq(ObjectState::Staged.name()).and(Column::CreatedAt.lt(micros(staged_before)));
    let rows = document_object::Entity::find()
        .filter(Column::State.eq(ObjectState::Discarded.name()).or(staged))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(tx.db())
        .await?;
    rows.iter().map(|row| uuid(&row.id)).collect()
}

/// Forgets an object whose bytes are gone; nothing if it holds a content after all.
pub async fn forget(tx: &WriteTx, key: Uuid) -> Result<(), StorageError> {
    document_object::Entity::delete_many()
        .filter(Column::Id.eq(key.to_string()))
        .filter(Column::State.is_in([ObjectState::Discarded.name(), ObjectState::Staged.name()]))
        .exec(tx.db())
        .await?;
    Ok(())
}
