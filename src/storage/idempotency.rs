//! Answers kept for repeats of the same request, written in the transaction that the request itself writes in.

use anteroom_entity::idempotency_key::{self, Column};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::{
    codec::{instant, micros, uuid},
    error::StorageError,
    store::{ReadTx, WriteTx},
};
use crate::domain::{id::AccountId, time::Instant};

/// The answer to a request. Two requests are one if account, route, target and key agree; the key is scoped to the
/// account, so that nobody learns of another's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Who asked.
    pub account: AccountId,
    /// The route.
    pub route: String,
    /// What the request was sent to.
    pub target: String,
    /// The key that the client chose.
    pub key: String,
    /// SHA-256 of the request: another request under the same key is an error of the client.
    pub request_hash: String,
    /// Status code of the answer.
    pub status: u16,
    /// Body of the answer.
    pub body: String,
    /// When it was given, system time.
    pub created_at: Instant,
}

/// The answer kept under the key.
pub async fn find(
    tx: &ReadTx,
    account: AccountId,
    route: &str,
    target: &str,
    key: &str,
) -> Result<Option<Kept>, StorageError> {
    let found = idempotency_key::Entity::find()
        .filter(Column::AccountId.eq(account.to_string()))
        .filter(Column::Route.eq(route))
        .filter(Column::Target.eq(target))
        .filter(Column::Key.eq(key))
        .one(tx.db())
        .await?;
    found.map(read).transpose()
}

/// Keeps an answer.
///
/// # Errors
/// [`StorageError::Conflict`] with `idempotency_key_pkey` if another request got there first: undo this one, and give
/// the kept answer.
pub async fn keep(tx: &WriteTx, answer: &Kept) -> Result<(), StorageError> {
    let row = idempotency_key::ActiveModel {
        account_id: Set(answer.account.to_string()),
        route: Set(answer.route.clone()),
        target: Set(answer.target.clone()),
        key: Set(answer.key.clone()),
        request_hash: Set(answer.request_hash.clone()),
        status: Set(i32::from(answer.status)),
        body: Set(answer.body.clone()),
        created_at: Set(micros(answer.created_at)),
    };
    idempotency_key::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Forgets the answers from before an instant.
pub async fn forget(tx: &WriteTx, before: Instant) -> Result<u64, StorageError> {
    let delete = idempotency_key::Entity::delete_many().filter(Column::CreatedAt.lt(micros(before)));
    Ok(delete.exec(tx.db()).await?.rows_affected)
}

fn read(row: idempotency_key::Model) -> Result<Kept, StorageError> {
    Ok(Kept {
        account: AccountId(uuid(&row.account_id)?),
        route: row.route,
        target: row.target,
        key: row.key,
        request_hash: row.request_hash,
        status: u16::try_from(row.status).map_err(|_| StorageError::Corrupt { what: "a status code" })?,
        body: row.body,
        created_at: instant(row.created_at)?,
    })
}
