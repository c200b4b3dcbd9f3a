//! Answers kept for repeats of the same request, written in the transaction that the request itself writes in.

use anteroom_entity::idempotency_key::{self, Column};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};

use super::{
    codec::micros,
    error::StorageError,
    store::{ReadTx, WriteTx},
};
use crate::domain::{id::AccountId, time::Instant};

/// What makes two requests one: scoped to the account, so that nobody learns of another's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// Who asks.
    pub account: AccountId,
    /// The route.
    pub route: String,
    /// What the request is sent to.
    pub target: String,
    /// The key that the client chose.
    pub key: String,
}

/// The kept answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// SHA-256 of the request: another request under the same key is an error of the client.
    pub request_hash: String,
    /// Status code.
    pub status: i32,
    /// Body.
    pub body: String,
}

/// The answer kept under the key at `since` or later.
pub async fn find(tx: &ReadTx, key: &RequestKey, since: Instant) -> Result<Option<KeptAnswer>, StorageError> {
    let found = idempotency_key::Entity::find()
        .filter(of(key))
        .filter(Column::CreatedAt.gte(micros(since)))
        .one(tx.db())
        .await?;
    Ok(found.map(|row| KeptAnswer { request_hash: row.request_hash, status: row.status, body: row.body }))
}

/// Keeps an answer, in place of one from before `since`.
///
/// # Errors
/// [`StorageError::Conflict`] with `idempotency_key_pkey` if another request got there first: undo this one, and give
/// the kept answer.
pub async fn keep(
    tx: &WriteTx,
    key: &RequestKey,
    answer: &KeptAnswer,
    at: Instant,
    since: Instant,
) -> Result<(), StorageError> {
    let outlived = idempotency_key::Entity::delete_many().filter(of(key)).filter(Column::CreatedAt.lt(micros(since)));
    outlived.exec(tx.db()).await?;
    let row = idempotency_key::ActiveModel {
        account_id: Set(key.account.to_string()),
        route: Set(key.route.clone()),
        target: Set(key.target.clone()),
        key: Set(key.key.clone()),
        request_hash: Set(answer.request_hash.clone()),
        status: Set(answer.status),
        body: Set(answer.body.clone()),
        created_at: Set(micros(at)),
    };
    idempotency_key::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

fn of(key: &RequestKey) -> Condition {
    Condition::all()
        .add(Column::AccountId.eq(key.account.to_string()))
        .add(Column::Route.eq(key.route.as_str()))
        .add(Column::Target.eq(key.target.as_str()))
        .add(Column::Key.eq(key.key.as_str()))
}

/// Forgets the answers from before an instant.
pub async fn forget(tx: &WriteTx, before: Instant) -> Result<u64, StorageError> {
    let delete = idempotency_key::Entity::delete_many().filter(Column::CreatedAt.lt(micros(before)));
    Ok(delete.exec(tx.db()).await?.rows_affected)
}
