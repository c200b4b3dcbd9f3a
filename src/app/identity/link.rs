//! One-time links: 256 random bits, kept hashed, good for one use and a day at most. The secret stands behind the `#` of
//! the address, which browsers send to nobody. Those of this file never travel by mail (domain section 6): whoever
//! invites hands them over. The two that do are bound to the address and ask for more than the secret: the invitation
//! by mail, and the link of a person of another side.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{App, AppError, Failure, Note};
use crate::{
    app::Principal,
    auth::secret::{Opaque, SecretKind},
    authz::administration::AdministrativeAction,
    domain::{id::AccountId, time::plus},
    storage::{
        WriteTx,
        account::{self, Account},
        one_time_link::{self, OneTimeLink},
    },
};

/// Sets the password of an account.
pub(super) const PASSWORD: &str = "password";

/// Accepts an invitation that was mailed.
pub(in crate::app) const INVITATION: &str = "invitation";

/// Opens one record to a person of another side.
pub(in crate::app) const EXTERNAL: &str = "link";

/// Makes the first administrator.
pub(super) const FIRST_ADMINISTRATOR: &str = "first-administrator";

/// A one-time link. Shown once, to be handed to the person.
#[derive(Clone, Serialize, ToSchema)]
pub struct Invitation {
    /// The link.
    pub link: String,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
}

impl App {
    /// Another invitation for an account that has no password yet; earlier ones stop working.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`], or [`AppError::Invalid`] once the account has a password:
    /// who forgot it is helped by the operator, so that no administrator can take an account over.
    pub async fn invite(&self, principal: &Principal, account: AccountId) -> Result<Invitation, AppError> {
        let account = self.account(account).await?;
        self.administers(principal, AdministrativeAction::InviteAccount, &self.resource_of(&account)).await?;
        in_transaction!(self, tx => {
            // Looked at again: the holder may have set a password meanwhile.
            let has_password = account::by_id(tx, account.id).await?.is_none_or(|now| now.password_hash.is_some());
            if has_password {
                let detail = "the invitation was accepted; the operator resets a lost password";
                return Err(AppError::field("", detail).into());
            }
            self.note(tx, Note::by(principal, "account.invite", Some(account.id.0), "")).await?;
            self.invitation(tx, &account, self.invitation_time()).await
        })
        .await
    }

    /// A link with which the account's holder sets a password, made by the operator on the machine.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn password_link_as_operator(&self, email: &str) -> Result<Invitation, AppError> {
        let email = email.trim().to_ascii_lowercase();
        in_transaction!(self, tx => {
            let account = account::by_email(tx, &email).await?.ok_or(AppError::NotFound)?;
            if self.resource_of(&account).is_external() {
                return Err(AppError::field("", "its holder comes in by an invitation by mail alone").into());
            }
            let lifetime = match account.password_hash {
                Some(_) => TimeDelta::minutes(self.settings().auth.reset_minutes),
                None => self.invitation_time(),
            };
            self.note(tx, Note::by_operator("account.password-link", Some(account.id.0), "operator")).await?;
            self.tell(tx, &account, "password-link").await?;
            self.invitation(tx, &account, lifetime).await
        })
        .await
    }

    pub(super) fn invitation_time(&self) -> TimeDelta {
        TimeDelta::hours(self.settings().auth.invitation_hours)
    }

    /// Makes a link for setting the account's password, and voids all earlier ones.
    pub(super) async fn invitation(
        &self,
        tx: &WriteTx,
        account: &Account,
        lifetime: TimeDelta,
    ) -> Result<Invitation, Failure> {
        one_time_link::void(tx, account.id, PASSWORD, self.clock().system()).await?;
        self.one_time_link(tx, PASSWORD, Some(account.id), &account.email, lifetime).await
    }

    pub(super) async fn one_time_link(
        &self,
        tx: &WriteTx,
        purpose: &str,
        account: Option<AccountId>,
        email: &str,
        lifetime: TimeDelta,
    ) -> Result<Invitation, Failure> {
        let now = self.clock().system();
        let secret = Opaque::generate(self.ids(), SecretKind::OneTimeLink);
        let expires_at = plus(now, lifetime);
        let row = OneTimeLink {
            hash: secret.hash(),
            purpose: purpose.to_owned(),
            account,
            about: None,
            email: email.to_owned(),
            created_at: now,
            expires_at,
            used_at: None,
        };
        one_time_link::add(tx, &row).await?;
        let base = self.settings().server.public_url.trim_end_matches('/');
        Ok(Invitation { link: format!("{base}/{purpose}#{}", secret.expose()), expires_at })
    }
}
