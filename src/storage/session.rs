//! Sessions and their refresh tokens. Who asks is read with roles and organization in one statement at every request,
//! so that a revocation holds at the next one on every instance.

use std::collections::BTreeSet;

use anteroom_entity::{
    account, organization,
    refresh_token::{self, Column as TokenColumn},
    session::{self, Column},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, ExprTrait as _, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
    sea_query::{Expr, SimpleExpr},
};
use uuid::Uuid;

use super::{
    codec::{instant, maybe_instant, maybe_micros, maybe_uuid, micros, named, uuid},
    error::StorageError,
    people::WithRoles,
    store::{ReadTx, WriteTx},
};
use crate::domain::{
    actor::{Actor, Assurance, Role, Side},
    id::{AccountId, OrganizationId, RecordId},
    time::Instant,
};

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Random id.
    pub id: Uuid,
    /// Whose.
    pub account: AccountId,
    /// How the person proved to be it.
    pub assurance: Assurance,
    /// When it began.
    pub created_at: Instant,
    /// The last request.
    pub last_seen_at: Instant,
    /// When it ends by time.
    pub expires_at: Instant,
    /// When it was ended, and why.
    pub ended: Option<(Instant, String)>,
    /// SHA-256 of the user agent, hex.
    pub user_agent_hash: Option<String>,
    /// The one record that it is limited to, for a session that a link began.
    pub record: Option<RecordId>,
    /// SHA-256 of the cookie's value, hex, for a session of a browser.
    pub cookie_hash: Option<String>,
    /// The same of the value that it had before the last proof.
    pub cookie_hash_before: Option<String>,
    /// When the person last proved to be it.
    pub proved_at: Instant,
}

/// A session with everything that a request needs to know of who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOwner {
    /// The session.
    pub session: Session,
    /// Who asks.
    pub actor: Actor,
    /// The address.
    pub email: String,
    /// Name of the organization.
    pub organization_name: String,
    /// Whether the account may sign in.
    pub active: bool,
    /// Whether a second factor is confirmed.
    pub second_factor: bool,
}

/// A refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// SHA-256 of the token, hex.
    pub hash: String,
    /// Its session.
    pub session: Uuid,
    /// When it was issued.
    pub issued_at: Instant,
    /// When it was used, and the hash of the token that followed.
    pub used: Option<(Instant, Option<String>)>,
}

#[derive(FromQueryResult)]
struct OwnerRow {
    #[sea_orm(nested)]
    session: session::Model,
    email: String,
    name: String,
    organization_id: String,
    side: String,
    totp_confirmed: bool,
    disabled_at: Option<i64>,
    organization_name: String,
    role: Option<String>,
}

/// Begins a session.
pub async fn begin(tx: &WriteTx, new: &Session) -> Result<(), StorageError> {
    let row = session::ActiveModel {
        id: Set(new.id.to_string()),
        account_id: Set(new.account.to_string()),
        assurance: Set(assurance_name(new.assurance).to_owned()),
        created_at: Set(micros(new.created_at)),
        last_seen_at: Set(micros(new.last_seen_at)),
        expires_at: Set(micros(new.expires_at)),
        ended_at: Set(new.ended.as_ref().map(|(at, _)| micros(*at))),
        ended_reason: Set(new.ended.as_ref().map(|(_, why)| why.clone())),
        user_agent_hash: Set(new.user_agent_hash.clone()),
        record_id: Set(new.record.map(|id| id.to_string())),
        cookie_hash: Set(new.cookie_hash.clone()),
        cookie_hash_before: Set(new.cookie_hash_before.clone()),
        proved_at: Set(micros(new.proved_at)),
    };
    session::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// The session, ended or not, with its owner: one statement.
pub async fn owner(tx: &ReadTx, id: Uuid) -> Result<Option<SessionOwner>, StorageError> {
    owner_where(tx, Column::Id.eq(id.to_string())).await
}

/// The same of the session whose cookie hashes to this: one statement.
pub async fn owner_of_cookie(tx: &ReadTx, hash: &str) -> Result<Option<SessionOwner>, StorageError> {
    owner_where(tx, Column::CookieHash.eq(hash)).await
}

/// The same of the session whose cookie hashed to this until the person proved anew to be it, at `since` or later.
pub async fn owner_of_cookie_before(
    tx: &ReadTx,
    hash: &str,
    since: Instant,
) -> Result<Option<SessionOwner>, StorageError> {
    owner_where(tx, Column::CookieHashBefore.eq(hash).and(Column::ProvedAt.gte(micros(since)))).await
}

async fn owner_where(tx: &ReadTx, which: SimpleExpr) -> Result<Option<SessionOwner>, StorageError> {
    let rows: Vec<OwnerRow> = session::Entity::find()
        .join(JoinType::InnerJoin, session::Relation::Account.def())
        .join(JoinType::InnerJoin, account::Relation::Organization.def())
        .columns([
            account::Column::Email,
            account::Column::Name,
            account::Column::OrganizationId,
            account::Column::Side,
            account::Column::TotpConfirmed,
            account::Column::DisabledAt,
        ])
        .column_as(organization::Column::Name, "organization_name")
        .with_roles()
        .filter(which)
        .into_model()
        .all(tx.db())
        .await?;
    let roles = rows.iter().filter_map(|row| row.role.as_deref());
    let roles: BTreeSet<Role> = roles.map(|code| named(Role::from_code(code), "a role")).collect::<Result<_, _>>()?;
    rows.into_iter().next().map(|row| read_owner(row, roles)).transpose()
}

/// The sessions of an account that have not ended, newest first.
pub async fn of_account(tx: &ReadTx, account: AccountId, now: Instant) -> Result<Vec<Session>, StorageError> {
    let find = session::Entity::find()
        .filter(Column::AccountId.eq(account.to_string()))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(micros(now)))
        .order_by_desc(Column::CreatedAt);
    find.all(tx.db()).await?.into_iter().map(read).collect()
}

/// Notes a request.
pub async fn seen(tx: &WriteTx, id: Uuid, at: Instant) -> Result<(), StorageError> {
    let update = session::Entity::update_many()
        .col_expr(Column::LastSeenAt, Expr::value(micros(at)))
        .filter(Column::Id.eq(id.to_string()));
    update.exec(tx.db()).await?;
    Ok(())
}

/// The person proved anew to be it: from now on another cookie is the session's, and the one before it is kept.
pub async fn prove(tx: &WriteTx, id: Uuid, cookie_hash: &str, at: Instant) -> Result<(), StorageError> {
    let update = session::Entity::update_many()
        .col_expr(Column::CookieHashBefore, Expr::col(Column::CookieHash))
        .col_expr(Column::CookieHash, Expr::value(cookie_hash))
        .col_expr(Column::ProvedAt, Expr::value(micros(at)))
        .filter(Column::Id.eq(id.to_string()));
    update.exec(tx.db()).await?;
    Ok(())
}

/// Raises the assurance level after a second factor.
pub async fn raise(tx: &WriteTx, id: Uuid, to: Assurance) -> Result<(), StorageError> {
    let update = session::Entity::update_many()
        .col_expr(Column::Assurance, Expr::value(assurance_name(to)))
        .filter(Column::Id.eq(id.to_string()));
    update.exec(tx.db()).await?;
    Ok(())
}

/// Ends a session: `false` if it had ended.
pub async fn end(tx: &WriteTx, id: Uuid, at: Instant, why: &str) -> Result<bool, StorageError> {
    Ok(end_where(tx, Condition::all().add(Column::Id.eq(id.to_string())), at, why).await? == 1)
}

/// Ends every session of an account but the one named, and says how many.
pub async fn end_all(
    tx: &WriteTx,
    account: AccountId,
    but: Option<Uuid>,
    at: Instant,
    why: &str,
) -> Result<u64, StorageError> {
    let which = Condition::all()
        .add(Column::AccountId.eq(account.to_string()))
        .add_option(but.map(|id| Column::Id.ne(id.to_string())));
    end_where(tx, which, at, why).await
}

async fn end_where(tx: &WriteTx, which: Condition, at: Instant, why: &str) -> Result<u64, StorageError> {
    let update = session::Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(micros(at)))
        .col_expr(Column::EndedReason, Expr::value(why))
        .filter(which)
        .filter(Column::EndedAt.is_null());
    Ok(update.exec(tx.db()).await?.rows_affected)
}

/// Forgets sessions that ended by time before an instant, with their refresh tokens.
pub async fn forget(tx: &WriteTx, before: Instant) -> Result<u64, StorageError> {
    let delete = session::Entity::delete_many().filter(Column::ExpiresAt.lt(micros(before)));
    Ok(delete.exec(tx.db()).await?.rows_affected)
}

/// Adds a refresh token.
pub async fn add_refresh(tx: &WriteTx, new: &RefreshToken) -> Result<(), StorageError> {
    let row = refresh_token::ActiveModel {
        hash: Set(new.hash.clone()),
        session_id: Set(new.session.to_string()),
        issued_at: Set(micros(new.issued_at)),
        used_at: Set(maybe_micros(new.used.as_ref().map(|(at, _)| *at))),
        replaced_by: Set(new.used.as_ref().and_then(|(_, by)| by.clone())),
    };
    refresh_token::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// The refresh token with this hash, used or not.
pub async fn refresh(tx: &ReadTx, hash: &str) -> Result<Option<RefreshToken>, StorageError> {
    let Some(row) = refresh_token::Entity::find_by_id(hash).one(tx.db()).await? else { return Ok(None) };
    let used = maybe_instant(row.used_at)?.map(|at| (at, row.replaced_by));
    Ok(Some(RefreshToken { hash: row.hash, session: uuid(&row.session_id)?, issued_at: instant(row.issued_at)?, used }))
}

/// Uses a refresh token up: `false` if it was used before, also by a request at the same time.
pub async fn use_refresh(tx: &WriteTx, hash: &str, replaced_by: &str, at: Instant) -> Result<bool, StorageError> {
    let update = refresh_token::Entity::update_many()
        .col_expr(TokenColumn::UsedAt, Expr::value(micros(at)))
        .col_expr(TokenColumn::ReplacedBy, Expr::value(replaced_by))
        .filter(TokenColumn::Hash.eq(hash))
        .filter(TokenColumn::UsedAt.is_null());
    Ok(update.exec(tx.db()).await?.rows_affected == 1)
}

const fn assurance_name(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::Aal1 => "aal1",
        Assurance::Aal2 => "aal2",
    }
}

fn read(row: session::Model) -> Result<Session, StorageError> {
    let assurance = [Assurance::Aal1, Assurance::Aal2].into_iter().find(|one| assurance_name(*one) == row.assurance);
    Ok(Session {
        id: uuid(&row.id)?,
        account: AccountId(uuid(&row.account_id)?),
        assurance: named(assurance, "an assurance level")?,
        created_at: instant(row.created_at)?,
        last_seen_at: instant(row.last_seen_at)?,
        expires_at: instant(row.expires_at)?,
        ended: maybe_instant(row.ended_at)?.map(|at| (at, row.ended_reason.unwrap_or_default())),
        user_agent_hash: row.user_agent_hash,
        record: maybe_uuid(row.record_id.as_deref())?.map(RecordId),
        cookie_hash: row.cookie_hash,
        cookie_hash_before: row.cookie_hash_before,
        proved_at: instant(row.proved_at)?,
    })
}

fn read_owner(row: OwnerRow, roles: BTreeSet<Role>) -> Result<SessionOwner, StorageError> {
    let session = read(row.session)?;
    let actor = Actor {
        account: session.account,
        organization: OrganizationId(uuid(&row.organization_id)?),
        side: named(Side::from_name(&row.side), "a side")?,
        roles,
        assurance: session.assurance,
        name: row.name,
        link: session.record,
    };
    Ok(SessionOwner {
        session,
        actor,
        email: row.email,
        organization_name: row.organization_name,
        active: row.disabled_at.is_none(),
        second_factor: row.totp_confirmed,
    })
}
