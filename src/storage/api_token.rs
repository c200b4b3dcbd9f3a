//! Tokens with which an organization's programs ask, such as the developer's gateway.

use anteroom_entity::api_token::{self, Column};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use uuid::Uuid;

use super::{
    codec::{instant, maybe_instant, maybe_micros, micros, uuid},
    error::StorageError,
    store::{ReadTx, WriteTx},
};
use crate::domain::{
    id::{AccountId, OrganizationId},
    time::Instant,
};

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Random id.
    pub id: Uuid,
    /// SHA-256 of the secret, hex.
    pub hash: String,
    /// The organization that it speaks for.
    pub organization: OrganizationId,
    /// Who made it.
    pub created_by: AccountId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: Instant,
    /// When it ends by time.
    pub expires_at: Instant,
    /// When it was used last.
    pub last_used_at: Option<Instant>,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
}

/// Adds a token.
pub async fn add(tx: &WriteTx, new: &ApiToken) -> Result<(), StorageError> {
    let row = api_token::ActiveModel {
        id: Set(new.id.to_string()),
        hash: Set(new.hash.clone()),
        organization_id: Set(new.organization.to_string()),
        created_by: Set(new.created_by.to_string()),
        name: Set(new.name.clone()),
        scopes: Set(serde_json::to_string(&new.scopes)?),
        created_at: Set(micros(new.created_at)),
        expires_at: Set(micros(new.expires_at)),
        last_used_at: Set(maybe_micros(new.last_used_at)),
        revoked_at: Set(maybe_micros(new.revoked_at)),
    };
    api_token::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// The token with this hash, valid or not.
pub async fn by_hash(tx: &ReadTx, hash: &str) -> Result<Option<ApiToken>, StorageError> {
    api_token::Entity::find().filter(Column::Hash.eq(hash)).one(tx.db()).await?.map(read).transpose()
}

/// The tokens of an organization, newest first.
pub async fn of_organization(tx: &ReadTx, organization: OrganizationId) -> Result<Vec<ApiToken>, StorageError> {
    let find = api_token::Entity::find().filter(Column::OrganizationId.eq(organization.to_string()));
    let rows = find.order_by_desc(Column::CreatedAt).order_by_asc(Column::Id).all(tx.db()).await?;
    rows.into_iter().map(read).collect()
}

/// Notes that a token was used.
pub async fn used(tx: &WriteTx, id: Uuid, at: Instant) -> Result<(), StorageError> {
    let update = api_token::Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(micros(at)))
        .filter(Column::Id.eq(id.to_string()));
    update.exec(tx.db()).await?;
    Ok(())
}

/// Revokes a token of this organization: `false` if there is none that was not revoked before.
pub async fn revoke(tx: &WriteTx, id: Uuid, organization: OrganizationId, at: Instant) -> Result<bool, StorageError> {
    let update = api_token::Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(micros(at)))
        .filter(Column::Id.eq(id.to_string()))
        .filter(Column::OrganizationId.eq(organization.to_string()))
        .filter(Column::RevokedAt.is_null());
    Ok(update.exec(tx.db()).await?.rows_affected == 1)
}

fn read(row: api_token::Model) -> Result<ApiToken, StorageError> {
    Ok(ApiToken {
        id: uuid(&row.id)?,
        hash: row.hash,
        organization: OrganizationId(uuid(&row.organization_id)?),
        created_by: AccountId(uuid(&row.created_by)?),
        name: row.name,
        scopes: serde_json::from_str(&row.scopes)?,
        created_at: instant(row.created_at)?,
        expires_at: instant(row.expires_at)?,
        last_used_at: maybe_instant(row.last_used_at)?,
        revoked_at: maybe_instant(row.revoked_at)?,
    })
}
