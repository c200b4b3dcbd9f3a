//! The secret address of a person's calendar, by hash; one a person.

use anteroom_entity::calendar_feed::{self, Column};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, OnConflict},
};

use super::{
    codec::{instant, maybe_micros, micros, uuid},
    error::StorageError,
    store::{ReadTx, WriteTx},
};
use crate::domain::{id::AccountId, time::Instant};

/// Gives the person a new address; one that was there before is dead from now on.
pub async fn replace(tx: &WriteTx, account: AccountId, hash: &str, now: Instant) -> Result<(), StorageError> {
    let row = calendar_feed::ActiveModel {
        account_id: Set(account.to_string()),
        hash: Set(hash.to_owned()),
        created_at: Set(micros(now)),
        revoked_at: Set(maybe_micros(None)),
    };
    let again = OnConflict::column(Column::AccountId)
        .update_columns([Column::Hash, Column::CreatedAt, Column::RevokedAt])
        .to_owned();
    calendar_feed::Entity::insert(row).on_conflict(again).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Ends the person's address. `false` if there is none that works.
pub async fn revoke(tx: &WriteTx, account: AccountId, now: Instant) -> Result<bool, StorageError> {
    let update = calendar_feed::Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(micros(now)))
        .filter(Column::AccountId.eq(account.to_string()))
        .filter(Column::RevokedAt.is_null());
    Ok(update.exec(tx.db()).await?.rows_affected == 1)
}

/// When the person's address was made, if there is one that works.
pub async fn made(tx: &ReadTx, account: AccountId) -> Result<Option<Instant>, StorageError> {
    let found: Option<i64> = calendar_feed::Entity::find()
        .select_only()
        .column(Column::CreatedAt)
        .filter(Column::AccountId.eq(account.to_string()))
        .filter(Column::RevokedAt.is_null())
        .into_tuple()
        .one(tx.db())
        .await?;
    found.map(instant).transpose()
}

/// Whose calendar has the address with this hash; nobody's once it was revoked or replaced.
pub async fn account(tx: &ReadTx, hash: &str) -> Result<Option<AccountId>, StorageError> {
    let found: Option<String> = calendar_feed::Entity::find()
        .select_only()
        .column(Column::AccountId)
        .filter(Column::Hash.eq(hash))
        .filter(Column::RevokedAt.is_null())
        .into_tuple()
        .one(tx.db())
        .await?;
    found.map(|id| uuid(&id).map(AccountId)).transpose()
}
