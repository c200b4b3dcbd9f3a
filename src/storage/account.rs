//! Organizations, accounts and roles as they are administered, and what signing in needs of an account.

use anteroom_entity::{
    account::{self, Column},
    organization,
    role_assignment::{self, Column as RoleColumn},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, SimpleExpr},
};
use uuid::Uuid;

use super::{
    codec::{instant, maybe_instant, maybe_micros, maybe_uuid, micros, named, uuid},
    error::StorageError,
    people::Organization,
    store::{ReadTx, WriteTx},
};
use crate::domain::{
    actor::{Role, Side},
    id::{AccountId, OrganizationId},
    time::Instant,
};

/// An account with what signing in needs.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Lower-case address.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The one organization.
    pub organization: OrganizationId,
    /// The one side.
    pub side: Side,
    /// Whether the person acts by links that are mailed, without a password.
    pub external: bool,
    /// SHA-256 of the personal code that such a link asks for.
    pub code_hash: Option<String>,
    /// Password hash in PHC form; none until the invitation is accepted.
    pub password_hash: Option<String>,
    /// Sealed secret of the second factor.
    pub totp_sealed: Option<String>,
    /// Whether the second factor was confirmed.
    pub totp_confirmed: bool,
    /// The last time step used.
    pub totp_last_step: Option<i64>,
    /// When it was disabled.
    pub disabled_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// Failed sign-ins since the last success.
    pub failed_sign_ins: i32,
    /// Until when further attempts wait.
    pub locked_until: Option<Instant>,
}

/// A role that was asked for, and perhaps given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleAssignment {
    /// Random id.
    pub id: Uuid,
    /// The account.
    pub account: AccountId,
    /// The role.
    pub role: Role,
    /// Who asked for it.
    pub asked_by: Option<AccountId>,
    /// When.
    pub asked_at: Instant,
    /// Who confirmed it, and when: from then on it counts.
    pub confirmed: Option<(Option<AccountId>, Instant)>,
    /// When it ended.
    pub ended_at: Option<Instant>,
}

/// Adds an organization.
pub async fn add_organization(tx: &WriteTx, new: &Organization, at: Instant) -> Result<(), StorageError> {
    let row = organization::ActiveModel {
        id: Set(new.id.to_string()),
        name: Set(new.name.clone()),
        side: Set(new.side.name().to_owned()),
        agency_of: Set(new.agency_of.map(|id| id.to_string())),
        is_host: Set(new.is_host),
        framework_owner: Set(new.framework_owner),
        party_kind: Set(new.party_kind.clone()),
        sector: Set(new.sector.clone()),
        created_at: Set(micros(at)),
    };
    organization::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Adds an account. The address must be in lower case.
///
/// # Errors
/// [`StorageError::Conflict`] with [`super::constraint::EMAIL`].
pub async fn add(tx: &WriteTx, new: &Account) -> Result<(), StorageError> {
    let row = account::ActiveModel {
        id: Set(new.id.to_string()),
        email: Set(new.email.clone()),
        name: Set(new.name.clone()),
        organization_id: Set(new.organization.to_string()),
        side: Set(new.side.name().to_owned()),
        is_external: Set(new.external),
        code_hash: Set(new.code_hash.clone()),
        password_hash: Set(new.password_hash.clone()),
        totp_sealed: Set(new.totp_sealed.clone()),
        totp_confirmed: Set(new.totp_confirmed),
        totp_last_step: Set(new.totp_last_step),
        disabled_at: Set(maybe_micros(new.disabled_at)),
        created_at: Set(micros(new.created_at)),
        failed_sign_ins: Set(new.failed_sign_ins),
        locked_until: Set(maybe_micros(new.locked_until)),
    };
    account::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// The account with this lower-case address.
pub async fn by_email(tx: &ReadTx, email: &str) -> Result<Option<Account>, StorageError> {
    account::Entity::find().filter(Column::Email.eq(email)).one(tx.db()).await?.map(read).transpose()
}

/// The account with this id.
pub async fn by_id(tx: &ReadTx, id: AccountId) -> Result<Option<Account>, StorageError> {
    account::Entity::find_by_id(id.to_string()).one(tx.db()).await?.map(read).transpose()
}

/// Sets the password's hash and forgets failed sign-ins.
pub async fn set_password(tx: &WriteTx, id: AccountId, hash: &str) -> Result<(), StorageError> {
    let set = [
        (Column::PasswordHash, Expr::value(hash)),
        (Column::FailedSignIns, Expr::value(0)),
        (Column::LockedUntil, Expr::value(Option::<i64>::None)),
    ];
    update(tx, id, set, Condition::all()).await.map(drop)
}

/// Sets (or with none removes) the sealed secret of a second factor, which must be confirmed before it counts.
pub async fn set_totp(tx: &WriteTx, id: AccountId, sealed: Option<&str>) -> Result<(), StorageError> {
    let set = [
        (Column::TotpSealed, Expr::value(sealed.map(str::to_owned))),
        (Column::TotpConfirmed, Expr::value(false)),
        (Column::TotpLastStep, Expr::value(Option::<i64>::None)),
    ];
    update(tx, id, set, Condition::all()).await.map(drop)
}

/// Confirms the second factor.
pub async fn confirm_totp(tx: &WriteTx, id: AccountId) -> Result<(), StorageError> {
    update(tx, id, [(Column::TotpConfirmed, Expr::value(true))], Condition::all()).await.map(drop)
}

/// Uses up a time step: `false` if it, or a later one, was used before, also by a request at the same time.
pub async fn use_totp_step(tx: &WriteTx, id: AccountId, step: i64) -> Result<bool, StorageError> {
    let fresh = Condition::any().add(Column::TotpLastStep.is_null()).add(Column::TotpLastStep.lt(step));
    update(tx, id, [(Column::TotpLastStep, Expr::value(step))], fresh).await
}

/// Counts a failed sign-in and says until when the next has to wait.
pub async fn sign_in_failed(tx: &WriteTx, id: AccountId, locked_until: Option<Instant>) -> Result<(), StorageError> {
    let set = [
        (Column::FailedSignIns, Expr::col(Column::FailedSignIns).add(1)),
        (Column::LockedUntil, Expr::value(maybe_micros(locked_until))),
    ];
    update(tx, id, set, Condition::all()).await.map(drop)
}

/// Forgets failed sign-ins.
pub async fn sign_in_succeeded(tx: &WriteTx, id: AccountId) -> Result<(), StorageError> {
    let set = [(Column::FailedSignIns, Expr::value(0)), (Column::LockedUntil, Expr::value(Option::<i64>::None))];
    update(tx, id, set, Condition::all()).await.map(drop)
}

/// Disables the account, or with none enables it again.
pub async fn set_disabled(tx: &WriteTx, id: AccountId, at: Option<Instant>) -> Result<(), StorageError> {
    update(tx, id, [(Column::DisabledAt, Expr::value(maybe_micros(at)))], Condition::all()).await.map(drop)
}

async fn update(
    tx: &WriteTx,
    id: AccountId,
    set: impl IntoIterator<Item = (Column, SimpleExpr)>,
    only: Condition,
) -> Result<bool, StorageError> {
    let update = account::Entity::update_many().filter(Column::Id.eq(id.to_string())).filter(only);
    let update = set.into_iter().fold(update, |update, (column, value)| update.col_expr(column, value));
    Ok(update.exec(tx.db()).await?.rows_affected == 1)
}

/// Adds a role, asked for or confirmed.
///
/// # Errors
/// [`StorageError::Conflict`] with [`super::constraint::ROLE`] if the account has it, or is being given it.
pub async fn add_role(tx: &WriteTx, new: &RoleAssignment) -> Result<(), StorageError> {
    let row = role_assignment::ActiveModel {
        id: Set(new.id.to_string()),
        account_id: Set(new.account.to_string()),
        role: Set(new.role.code().to_owned()),
        asked_by: Set(new.asked_by.map(|id| id.to_string())),
        asked_at: Set(micros(new.asked_at)),
        confirmed_by: Set(new.confirmed.and_then(|(by, _)| by).map(|id| id.to_string())),
        confirmed_at: Set(new.confirmed.map(|(_, at)| micros(at))),
        ended_at: Set(maybe_micros(new.ended_at)),
    };
    role_assignment::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Confirms a role that was asked for: `false` if it is confirmed or ended, also by a request at the same time.
pub async fn confirm_role(tx: &WriteTx, id: Uuid, by: AccountId, at: Instant) -> Result<bool, StorageError> {
    let update = role_assignment::Entity::update_many()
        .col_expr(RoleColumn::ConfirmedBy, Expr::value(by.to_string()))
        .col_expr(RoleColumn::ConfirmedAt, Expr::value(micros(at)))
        .filter(RoleColumn::Id.eq(id.to_string()))
        .filter(RoleColumn::ConfirmedAt.is_null())
        .filter(RoleColumn::EndedAt.is_null());
    Ok(update.exec(tx.db()).await?.rows_affected == 1)
}

/// Ends a role: `false` if it had ended.
pub async fn end_role(tx: &WriteTx, id: Uuid, at: Instant) -> Result<bool, StorageError> {
    let update = role_assignment::Entity::update_many()
        .col_expr(RoleColumn::EndedAt, Expr::value(micros(at)))
        .filter(RoleColumn::Id.eq(id.to_string()))
        .filter(RoleColumn::EndedAt.is_null());
    Ok(update.exec(tx.db()).await?.rows_affected == 1)
}

/// The roles of these accounts that have not ended, confirmed or not, oldest first.
pub async fn roles(tx: &ReadTx, accounts: &[AccountId]) -> Result<Vec<RoleAssignment>, StorageError> {
    let find = role_assignment::Entity::find()
        .filter(RoleColumn::AccountId.is_in(accounts.iter().map(ToString::to_string)))
        .filter(RoleColumn::EndedAt.is_null())
        .order_by_asc(RoleColumn::AskedAt)
        .order_by_asc(RoleColumn::Id);
    find.all(tx.db()).await?.iter().map(read_role).collect()
}

fn read_role(row: &role_assignment::Model) -> Result<RoleAssignment, StorageError> {
    let by = maybe_uuid(row.confirmed_by.as_deref())?.map(AccountId);
    Ok(RoleAssignment {
        id: uuid(&row.id)?,
        account: AccountId(uuid(&row.account_id)?),
        role: named(Role::from_code(&row.role), "a role")?,
        asked_by: maybe_uuid(row.asked_by.as_deref())?.map(AccountId),
        asked_at: instant(row.asked_at)?,
        confirmed: maybe_instant(row.confirmed_at)?.map(|at| (by, at)),
        ended_at: maybe_instant(row.ended_at)?,
    })
}

fn read(row: account::Model) -> Result<Account, StorageError> {
    Ok(Account {
        id: AccountId(uuid(&row.id)?),
        email: row.email,
        name: row.name,
        organization: OrganizationId(uuid(&row.organization_id)?),
        side: named(Side::from_name(&row.side), "a side")?,
        external: row.is_external,
        code_hash: row.code_hash,
        password_hash: row.password_hash,
        totp_sealed: row.totp_sealed,
        totp_confirmed: row.totp_confirmed,
        totp_last_step: row.totp_last_step,
        disabled_at: maybe_instant(row.disabled_at)?,
        created_at: instant(row.created_at)?,
        failed_sign_ins: row.failed_sign_ins,
        locked_until: maybe_instant(row.locked_until)?,
    })
}
