//! Framework versions that the office brought itself: drafts, offers of their activation, and those that count.

use anteroom_entity::framework_version::{self, Column};
use chrono::NaiveDate;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, SimpleExpr},
};

use super::{
    codec::{instant, maybe_instant, maybe_micros, maybe_uuid, micros, parse},
    error::StorageError,
    store::{ReadTx, WriteTx},
};
use crate::domain::{
    framework::{Written, activation::ActivationTerms},
    id::AccountId,
    offer::Offer,
    text::Sha256Hex,
    time::Instant,
};

/// A version as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredVersion {
    /// The version as it is written.
    pub written: Written,
    /// Its name.
    pub version: String,
    /// First date on which it applies.
    pub effective_from: NaiveDate,
    /// Who drafted it; nobody where the operator laid it down.
    pub author: Option<AccountId>,
    /// When it was drafted.
    pub drafted_at: Instant,
    /// The first key's offer.
    pub offer: Option<Offer<ActivationTerms>>,
    /// The second key; nobody where the operator laid it down.
    pub activated_by: Option<AccountId>,
    /// From when it counts.
    pub activated_at: Option<Instant>,
}

/// Adds a draft, or a version that counts at once.
///
/// # Errors
/// [`StorageError::Conflict`] where the same text, or an active version of the name or date, is there already.
pub async fn add(tx: &WriteTx, new: &StoredVersion) -> Result<(), StorageError> {
    let row = framework_version::ActiveModel {
        digest: Set(new.written.digest().as_str().to_owned()),
        version: Set(new.version.clone()),
        effective_from: Set(new.effective_from.to_string()),
        written: Set(serde_json::to_string(&new.written)?),
        author_id: Set(new.author.map(|id| id.to_string())),
        drafted_at: Set(micros(new.drafted_at)),
        offer_hash: Set(new.offer.as_ref().map(|offer| offer.hash.as_str().to_owned())),
        offer: Set(new.offer.as_ref().map(serde_json::to_string).transpose()?),
        activated_by: Set(new.activated_by.map(|id| id.to_string())),
        activated_at: Set(maybe_micros(new.activated_at)),
    };
    framework_version::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Digests of the versions that count: all that a decision needs to ask for, since a digest's text never changes.
pub async fn active_digests(tx: &ReadTx) -> Result<Vec<String>, StorageError> {
    let find = framework_version::Entity::find().select_only().column(Column::Digest);
    Ok(find.filter(Column::ActivatedAt.is_not_null()).into_tuple().all(tx.db()).await?)
}

/// The versions with these digests.
pub async fn by_digests(tx: &ReadTx, digests: &[String]) -> Result<Vec<StoredVersion>, StorageError> {
    find(tx, Condition::all().add(Column::Digest.is_in(digests))).await
}

/// The drafts of this name, and the active version if there is one.
pub async fn of_version(tx: &ReadTx, version: &str) -> Result<Vec<StoredVersion>, StorageError> {
    find(tx, Condition::all().add(Column::Version.eq(version))).await
}

/// Every version, by the instant of its draft.
pub async fn all(tx: &ReadTx) -> Result<Vec<StoredVersion>, StorageError> {
    find(tx, Condition::all()).await
}

/// Sets the first key's offer of a draft, or takes the one with this hash back. `false` if the draft has become active,
/// or the offer is gone.
pub async fn set_offer(
    tx: &WriteTx,
    digest: &Sha256Hex,
    before: Option<&Sha256Hex>,
    offer: Option<&Offer<ActivationTerms>>,
) -> Result<bool, StorageError> {
    let hash = offer.map(|offer| offer.hash.as_str().to_owned());
    let set = [
        (Column::OfferHash, Expr::value(hash)),
        (Column::Offer, Expr::value(offer.map(serde_json::to_string).transpose()?)),
    ];
    update(tx, digest, before, set).await
}

/// Makes the version with this digest count, whose offer has this hash. `false` if it counts already, or the offer is
/// gone.
///
/// # Errors
/// [`StorageError::Conflict`] where an active version of the name or date is there already.
pub async fn activate(
    tx: &WriteTx,
    digest: &Sha256Hex,
    offer: &Sha256Hex,
    by: AccountId,
    at: Instant,
) -> Result<bool, StorageError> {
    let set = [(Column::ActivatedBy, Expr::value(by.to_string())), (Column::ActivatedAt, Expr::value(micros(at)))];
    update(tx, digest, Some(offer), set).await
}

async fn update(
    tx: &WriteTx,
    digest: &Sha256Hex,
    offer: Option<&Sha256Hex>,
    set: [(Column, SimpleExpr); 2],
) -> Result<bool, StorageError> {
    let same = offer.map_or_else(|| Column::OfferHash.is_null(), |hash| Column::OfferHash.eq(hash.as_str()));
    let draft = framework_version::Entity::update_many()
        .filter(Column::Digest.eq(digest.as_str()))
        .filter(Column::ActivatedAt.is_null())
        .filter(same);
    let update = set.into_iter().fold(draft, |update, (column, value)| update.col_expr(column, value));
    Ok(update.exec(tx.db()).await?.rows_affected == 1)
}

async fn find(tx: &ReadTx, which: Condition) -> Result<Vec<StoredVersion>, StorageError> {
    let find = framework_version::Entity::find().filter(which);
    let find = find.order_by_asc(Column::DraftedAt).order_by_asc(Column::Digest);
    find.all(tx.db()).await?.into_iter().map(read).collect()
}

fn read(row: framework_version::Model) -> Result<StoredVersion, StorageError> {
    Ok(StoredVersion {
        written: serde_json::from_str(&row.written)?,
        version: row.version,
        effective_from: parse(&row.effective_from, "a date")?,
        author: maybe_uuid(row.author_id.as_deref())?.map(AccountId),
        drafted_at: instant(row.drafted_at)?,
        offer: row.offer.as_deref().map(serde_json::from_str).transpose()?,
        activated_by: maybe_uuid(row.activated_by.as_deref())?.map(AccountId),
        activated_at: maybe_instant(row.activated_at)?,
    })
}
