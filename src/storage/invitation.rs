//! Invitations by mail: who is asked into which organization, and what became of it. The secret of the mailed link
//! stands hashed among the one-time links.

use anteroom_entity::invitation::{self, Column};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    codec::{instant, maybe_instant, maybe_micros, maybe_uuid, micros, named, uuid},
    error::StorageError,
    store::{ReadTx, WriteTx},
};
use crate::domain::{
    actor::Role,
    id::{AccountId, OrganizationId},
    time::Instant,
};

/// An invitation, without its secret. Its instants are of the system clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Random id.
    pub id: Uuid,
    /// Lower-case address.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The organization that the person will be of.
    pub organization: OrganizationId,
    /// Whether the person will act by links, without a password.
    pub external: bool,
    /// The roles that are asked for.
    pub roles: Vec<Role>,
    /// Who invited.
    pub invited_by: AccountId,
    /// The organization of who invited.
    pub invited_from: OrganizationId,
    /// When the last mail was queued.
    pub sent_at: Instant,
    /// When it ends by time.
    pub expires_at: Instant,
    /// When it was accepted, and the account that came of it.
    pub accepted: Option<(Instant, Option<AccountId>)>,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
}

impl Invitation {
    /// Whether it was neither accepted nor revoked; it may have ended by time.
    pub const fn is_open(&self) -> bool {
        self.accepted.is_none() && self.revoked_at.is_none()
    }
}

/// Adds an invitation.
pub async fn add(tx: &WriteTx, new: &Invitation) -> Result<(), StorageError> {
    let codes: Vec<&str> = new.roles.iter().map(|role| role.code()).collect();
    let row = invitation::ActiveModel {
        id: Set(new.id.to_string()),
        email: Set(new.email.clone()),
        name: Set(new.name.clone()),
        organization_id: Set(new.organization.to_string()),
        is_external: Set(new.external),
        roles: Set(codes.join(",")),
        invited_by: Set(new.invited_by.to_string()),
        invited_from: Set(new.invited_from.to_string()),
        sent_at: Set(micros(new.sent_at)),
        expires_at: Set(micros(new.expires_at)),
        accepted_at: Set(maybe_micros(new.accepted.map(|(at, _)| at))),
        account_id: Set(new.accepted.and_then(|(_, account)| account).map(|id| id.to_string())),
        revoked_at: Set(maybe_micros(new.revoked_at)),
    };
    invitation::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// The invitation with this id, open or not.
pub async fn by_id(tx: &ReadTx, id: Uuid) -> Result<Option<Invitation>, StorageError> {
    invitation::Entity::find_by_id(id.to_string()).one(tx.db()).await?.map(|row| read(&row)).transpose()
}

/// The invitations that people of an organization made, newest first.
pub async fn from(tx: &ReadTx, organization: OrganizationId, limit: u64) -> Result<Vec<Invitation>, StorageError> {
    let find = invitation::Entity::find()
        .filter(Column::InvitedFrom.eq(organization.to_string()))
        .order_by_desc(Column::SentAt)
        .order_by_desc(Column::Id)
        .limit(limit);
    find.all(tx.db()).await?.iter().map(read).collect()
}

/// How many invitations of a person were mailed since an instant.
pub async fn count(tx: &ReadTx, inviter: AccountId, since: Instant) -> Result<u64, StorageError> {
    let find = invitation::Entity::find()
        .filter(Column::InvitedBy.eq(inviter.to_string()))
        .filter(Column::SentAt.gt(micros(since)));
    Ok(find.count(tx.db()).await?)
}

/// Notes that it was mailed again: `false` unless it is open and was mailed before `last` for the last time.
pub async fn sent(
    tx: &WriteTx,
    id: Uuid,
    last: Instant,
    at: Instant,
    expires_at: Instant,
) -> Result<bool, StorageError> {
    let update = invitation::Entity::update_many()
        .col_expr(Column::SentAt, Expr::value(micros(at)))
        .col_expr(Column::ExpiresAt, Expr::value(micros(expires_at)))
        .filter(Column::Id.eq(id.to_string()))
        .filter(Column::SentAt.lte(micros(last)))
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null());
    Ok(update.exec(tx.db()).await?.rows_affected == 1)
}

/// Revokes it: `false` unless it is open.
pub async fn revoke(tx: &WriteTx, id: Uuid, at: Instant) -> Result<bool, StorageError> {
    let update = invitation::Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(micros(at)))
        .filter(Column::Id.eq(id.to_string()))
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null());
    Ok(update.exec(tx.db()).await?.rows_affected == 1)
}

/// Notes that it was accepted: `false` unless it is open.
pub async fn accept(tx: &WriteTx, id: Uuid, account: AccountId, at: Instant) -> Result<bool, StorageError> {
    let update = invitation::Entity::update_many()
        .col_expr(Column::AcceptedAt, Expr::value(micros(at)))
        .col_expr(Column::AccountId, Expr::value(account.to_string()))
        .filter(Column::Id.eq(id.to_string()))
        .filter(Column::AcceptedAt.is_null())
        .filter(Column::RevokedAt.is_null());
    Ok(update.exec(tx.db()).await?.rows_affected == 1)
}

fn read(row: &invitation::Model) -> Result<Invitation, StorageError> {
    let roles = row.roles.split(',').filter(|code| !code.is_empty());
    let accepted = maybe_instant(row.accepted_at)?;
    let account = maybe_uuid(row.account_id.as_deref())?.map(AccountId);
    Ok(Invitation {
        id: uuid(&row.id)?,
        email: row.email.clone(),
        name: row.name.clone(),
        organization: OrganizationId(uuid(&row.organization_id)?),
        external: row.is_external,
        roles: roles.map(|code| named(Role::from_code(code), "a role")).collect::<Result<_, _>>()?,
        invited_by: AccountId(uuid(&row.invited_by)?),
        invited_from: OrganizationId(uuid(&row.invited_from)?),
        sent_at: instant(row.sent_at)?,
        expires_at: instant(row.expires_at)?,
        accepted: accepted.map(|at| (at, account)),
        revoked_at: maybe_instant(row.revoked_at)?,
    })
}
