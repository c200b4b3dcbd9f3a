//! Roles: asked for by who runs the organization; some count only once a second person has confirmed them, and nobody
//! gives one to themselves (domain section 2).

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{AccountEntry, App, AppError, Failure, Note, account::one};
use crate::{
    app::Principal,
    authz::administration::{AdministrativeAction, AdministrativeResource, may_hold},
    domain::{actor::Role, id::AccountId},
    storage::{
        StorageError, WriteTx,
        account::{self, Account, RoleAssignment},
        constraint, due,
    },
};

/// A role that an account has, or is being given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RoleEntry {
    /// Its id, for confirming and ending it.
    pub id: Uuid,
    /// The role.
    pub role: Role,
    /// Who asked for it; nobody where the operator gave it.
    pub asked_by: Option<AccountId>,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// Who confirmed it.
    pub confirmed_by: Option<AccountId>,
    /// From when it counts; without it, a second person has to confirm it.
    pub confirmed_at: Option<DateTime<Utc>>,
}

impl App {
    /// Asks for a role for an account; one that does not take two people counts at once.
    ///
    /// # Errors
    /// [`AppError::Invalid`] at `/role`, [`AppError::NotFound`], or [`AppError::Forbidden`].
    pub async fn ask_role(
        &self,
        principal: &Principal,
        account: AccountId,
        role: Role,
    ) -> Result<AccountEntry, AppError> {
        let account = self.account(account).await?;
        let resource = self.resource_of(&account);
        if !may_hold(self.hosting(), account.side, role) {
            self.administers(principal, AdministrativeAction::EndRole, &resource).await?;
            return Err(AppError::field("/role", "is not a role of the account's side"));
        }
        if account.external && needs_second_factor(role) {
            return Err(AppError::field("/role", "takes an account that signs in with a second factor"));
        }
        self.administers(principal, AdministrativeAction::AskRole(role), &resource).await?;
        in_transaction!(self, tx => {
            self.add_role(tx, principal, &account, role).await?;
            Ok(one(tx, &account).await?)
        })
        .await
    }

    /// Confirms, as the second person, a role that was asked for.
    ///
    /// # Errors
    /// [`AppError::NotFound`] unless it waits for it, [`AppError::Forbidden`] for the holder and for who asked.
    pub async fn confirm_role(
        &self,
        principal: &Principal,
        account: AccountId,
        id: Uuid,
    ) -> Result<AccountEntry, AppError> {
        let (account, asked) = self.assignment(account, id).await?;
        let resource = AdministrativeResource { asked_by: asked.asked_by, ..self.resource_of(&account) };
        self.administers(principal, AdministrativeAction::ConfirmRole, &resource).await?;
        in_transaction!(self, tx => {
            if !account::confirm_role(tx, id, principal.actor.account, self.decision_time(tx).await?).await? {
                return Err(AppError::field("", "the role is confirmed already, or has ended").into());
            }
            self.note(tx, Note::by(principal, "role.confirm", Some(account.id.0), asked.role.code())).await?;
            self.tell(tx, &account, "role-given").await?;
            Ok(one(tx, &account).await?)
        })
        .await
    }

    /// Ends a role, or takes back that it was asked for. It stops counting at the next request.
    ///
    /// # Errors
    /// [`AppError::NotFound`] or [`AppError::Forbidden`].
    pub async fn end_role(
        &self,
        principal: &Principal,
        account: AccountId,
        id: Uuid,
    ) -> Result<AccountEntry, AppError> {
        let (account, asked) = self.assignment(account, id).await?;
        self.administers(principal, AdministrativeAction::EndRole, &self.resource_of(&account)).await?;
        in_transaction!(self, tx => {
            let now = self.decision_time(tx).await?;
            if !account::end_role(tx, id, now).await? {
                return Err(AppError::NotFound.into());
            }
            // Leaving a role revokes what was granted for it (domain section 3.6): at the next round, not some day.
            due::look_again(tx, account.id, now).await?;
            self.note(tx, Note::by(principal, "role.end", Some(account.id.0), asked.role.code())).await?;
            Ok(one(tx, &account).await?)
        })
        .await
    }

    /// Adds a role that a person asks for.
    pub(super) async fn add_role(
        &self,
        tx: &WriteTx,
        principal: &Principal,
        account: &Account,
        role: Role,
    ) -> Result<(), Failure> {
        self.add_asked_role(tx, principal.actor.account, account, role).await?;
        self.note(tx, Note::by(principal, "role.ask", Some(account.id.0), role.code())).await
    }

    /// Adds a role that `asker` asks for, or asked for by an invitation; it counts at once unless it takes two people.
    pub(super) async fn add_asked_role(
        &self,
        tx: &WriteTx,
        asker: AccountId,
        account: &Account,
        role: Role,
    ) -> Result<(), Failure> {
        let (asker, now) = (Some(asker), self.decision_time(tx).await?);
        let confirmed = (!role.takes_two()).then_some((asker, now));
        let new = self.assigned((account, role), asker, now, confirmed);
        account::add_role(tx, &new).await.map_err(held)
    }

    /// Adds a role that the operator gives: nobody asked and nobody confirmed, and `origin` says in the log why it
    /// counts nevertheless.
    pub(super) async fn add_role_as_operator(
        &self,
        tx: &WriteTx,
        account: &Account,
        role: Role,
        origin: &str,
    ) -> Result<(), Failure> {
        let now = self.decision_time(tx).await?;
        let new = self.assigned((account, role), None, now, Some((None, now)));
        account::add_role(tx, &new).await.map_err(held)?;
        let detail = format!("{} {origin}", role.code());
        self.note(tx, Note::by_operator("role.give", Some(account.id.0), &detail)).await
    }

    fn assigned(
        &self,
        (account, role): (&Account, Role),
        asked_by: Option<AccountId>,
        asked_at: DateTime<Utc>,
        confirmed: Option<(Option<AccountId>, DateTime<Utc>)>,
    ) -> RoleAssignment {
        RoleAssignment {
            id: self.ids().uuid(),
            account: account.id,
            role,
            asked_by,
            asked_at,
            confirmed,
            ended_at: None,
        }
    }

    /// A role of an account that has not ended.
    async fn assignment(&self, account: AccountId, id: Uuid) -> Result<(Account, RoleAssignment), AppError> {
        let account = self.account(account).await?;
        let tx = self.store().begin_read().await?;
        let roles = account::roles(&tx, &[account.id]).await;
        tx.end().await?;
        let found = roles?.into_iter().find(|one| one.id == id).ok_or(AppError::NotFound)?;
        Ok((account, found))
    }
}

/// Who holds access proves it with two factors (domain section 3.6), so that these roles take an account that can.
pub(super) const fn needs_second_factor(role: Role) -> bool {
    matches!(role, Role::Evaluator | Role::PartnerUser)
}

fn held(error: StorageError) -> Failure {
    if error.is_conflict(constraint::ROLE) {
        return Failure::Answer(AppError::field("/role", "is held already, or is being given"));
    }
    error.into()
}

pub(super) fn entry(assignment: &RoleAssignment) -> RoleEntry {
    RoleEntry {
        id: assignment.id,
        role: assignment.role,
        asked_by: assignment.asked_by,
        asked_at: assignment.asked_at,
        confirmed_by: assignment.confirmed.and_then(|(by, _)| by),
        confirmed_at: assignment.confirmed.map(|(_, at)| at),
    }
}
