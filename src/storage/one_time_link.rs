//! Links that work once: invitations, passwords, the first administrator, and the acts of people of other sides.

use anteroom_entity::one_time_link::{self, Column};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{
    codec::{instant, maybe_instant, maybe_micros, maybe_uuid, micros},
    error::StorageError,
    store::{ReadTx, WriteTx},
};
use crate::domain::{id::AccountId, time::Instant};

/// A link, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneTimeLink {
    /// SHA-256 of the secret, hex.
    pub hash: String,
    /// What it is for.
    pub purpose: String,
    /// The account that it is for.
    pub account: Option<AccountId>,
    /// The invitation that it accepts, or the record that it opens.
    pub about: Option<Uuid>,
    /// Where it was sent.
    pub email: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it ends by time.
    pub expires_at: Instant,
    /// When it was used.
    pub used_at: Option<Instant>,
}

/// Adds a link.
pub async fn add(tx: &WriteTx, new: &OneTimeLink) -> Result<(), StorageError> {
    let row = one_time_link::ActiveModel {
        hash: Set(new.hash.clone()),
        purpose: Set(new.purpose.clone()),
        account_id: Set(new.account.map(|id| id.to_string())),
        about: Set(new.about.map(|id| id.to_string())),
        email: Set(new.email.clone()),
        created_at: Set(micros(new.created_at)),
        expires_at: Set(micros(new.expires_at)),
        used_at: Set(maybe_micros(new.used_at)),
    };
    one_time_link::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// The link with this hash and purpose, valid or not.
pub async fn find(tx: &ReadTx, hash: &str, purpose: &str) -> Result<Option<OneTimeLink>, StorageError> {
    let find = one_time_link::Entity::find_by_id(hash).filter(Column::Purpose.eq(purpose));
    find.one(tx.db()).await?.map(read).transpose()
}

/// Uses a link up: `false` if it was used, has expired or is for something else, also if a request at the same time was
/// first.
pub async fn take(tx: &WriteTx, hash: &str, purpose: &str, now: Instant) -> Result<bool, StorageError> {
    let update = one_time_link::Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(micros(now)))
        .filter(Column::Hash.eq(hash))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(micros(now)));
    Ok(update.exec(tx.db()).await?.rows_affected == 1)
}

/// Makes every unused link of an account and purpose useless, as before a new one is sent.
pub async fn void(tx: &WriteTx, account: AccountId, purpose: &str, now: Instant) -> Result<u64, StorageError> {
    let update = one_time_link::Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(micros(now)))
        .filter(Column::AccountId.eq(account.to_string()))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::UsedAt.is_null());
    Ok(update.exec(tx.db()).await?.rows_affected)
}

/// Makes every unused link of a purpose that is about the same invitation, or about the same record for the same
/// account, useless.
pub async fn void_about(
    tx: &WriteTx,
    purpose: &str,
    about: Uuid,
    account: Option<AccountId>,
    now: Instant,
) -> Result<u64, StorageError> {
    let of = account.map(|id| Column::AccountId.eq(id.to_string()));
    let update = one_time_link::Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(micros(now)))
        .filter(Condition::all().add(Column::About.eq(about.to_string())).add_option(of))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::UsedAt.is_null());
    Ok(update.exec(tx.db()).await?.rows_affected)
}

/// How many links of a purpose were made for the account since an instant.
pub async fn count(tx: &ReadTx, account: AccountId, purpose: &str, since: Instant) -> Result<u64, StorageError> {
    let find = one_time_link::Entity::find()
        .filter(Column::AccountId.eq(account.to_string()))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::CreatedAt.gte(micros(since)));
    Ok(find.count(tx.db()).await?)
}

/// Forgets links that ended by time before an instant.
pub async fn forget(tx: &WriteTx, before: Instant) -> Result<u64, StorageError> {
    let delete = one_time_link::Entity::delete_many().filter(Column::ExpiresAt.lt(micros(before)));
    Ok(delete.exec(tx.db()).await?.rows_affected)
}

fn read(row: one_time_link::Model) -> Result<OneTimeLink, StorageError> {
    Ok(OneTimeLink {
        hash: row.hash,
        purpose: row.purpose,
        account: maybe_uuid(row.account_id.as_deref())?.map(AccountId),
        about: maybe_uuid(row.about.as_deref())?,
        email: row.email,
        created_at: instant(row.created_at)?,
        expires_at: instant(row.expires_at)?,
        used_at: maybe_instant(row.used_at)?,
    })
}
