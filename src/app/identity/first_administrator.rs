//! The first administrator. There is no default account and no default password: the first start prints a one-time link,
//! or the operator makes the account at the terminal (ASVS 6.3.2). It is the one exception to the rule that the role
//! takes two people, and is recorded as such.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    AccountEntry, App, AppError, Failure, NewAccount, NewOrganization, Note,
    account::{mail_address, one},
    link::FIRST_ADMINISTRATOR,
    organization::hosting_side,
    password::{after_fragment, strong_enough},
};
use crate::{
    auth::secret::{Opaque, SecretKind},
    domain::{actor::Role, text::Name},
    storage::{
        ReadTx, StorageError, WriteTx, one_time_link,
        people::{self, Organization},
    },
};

/// The first administrator to be made.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstAdministrator {
    /// Name of the host organization, which is made with the account unless there is one.
    pub organization: Name,
    /// The person's mail address.
    #[schema(max_length = 254)]
    pub email: String,
    /// The person's name.
    pub name: Name,
    /// The person's password.
    #[schema(format = Password)]
    pub password: String,
}

impl App {
    /// A one-time link for making the first administrator; `None` where there is an administrator.
    ///
    /// # Errors
    /// [`AppError`] if the store fails.
    pub async fn first_administrator_link(&self) -> Result<Option<String>, AppError> {
        in_transaction!(self, tx => {
            if has_administrator(tx).await? {
                return Ok(None);
            }
            let made = self.one_time_link(tx, FIRST_ADMINISTRATOR, None, "", self.invitation_time()).await?;
            self.note(tx, Note::by_operator("first-administrator.link", None, "first-start")).await?;
            Ok(Some(made.link))
        })
        .await
    }

    /// Makes the first administrator, by the link that the first start printed.
    ///
    /// # Errors
    /// [`AppError::Invalid`] at the field; at `/link` also once there is an administrator.
    pub async fn create_first_administrator_by_link(
        &self,
        link: &str,
        new: &FirstAdministrator,
    ) -> Result<AccountEntry, AppError> {
        let secret = Opaque::parse(after_fragment(link), SecretKind::OneTimeLink).ok_or_else(used_up)?;
        self.make_first(new, Some(&secret.hash())).await
    }

    /// Makes the first administrator, at the terminal.
    ///
    /// # Errors
    /// [`AppError::Invalid`] at the field, or of the whole once there is an administrator.
    pub async fn create_first_administrator(&self, new: &FirstAdministrator) -> Result<AccountEntry, AppError> {
        self.make_first(new, None).await
    }

    async fn make_first(&self, new: &FirstAdministrator, link: Option<&str>) -> Result<AccountEntry, AppError> {
        let email = mail_address(&new.email)?;
        let context = [new.name.as_str(), &email, new.organization.as_str()];
        strong_enough("/password", &new.password, &context)?;
        let usable = self.is_open(link).await?;
        if !usable {
            return Err(refused(link));
        }
        let hash = self.passwords().hash(&new.password).await?;
        in_transaction!(self, tx => {
            let now = self.clock().system();
            if let Some(link) = link
                && !one_time_link::take(tx, link, FIRST_ADMINISTRATOR, now).await?
            {
                return Err(used_up().into());
            }
            if has_administrator(tx).await? {
                return Err(refused(link).into());
            }
            self.add_first(tx, new, &email, &hash).await
        })
        .await
    }

    /// Host, account and role.
    async fn add_first(
        &self,
        tx: &WriteTx,
        new: &FirstAdministrator,
        email: &str,
        hash: &str,
    ) -> Result<AccountEntry, Failure> {
        let host: Organization = if let Some(host) = people::host(tx).await? {
            host
        } else {
            let side = hosting_side(self.hosting());
            let host = NewOrganization::plain(new.organization.clone(), side);
            self.add_organization(tx, &host).await?
        };
        let person =
            NewAccount { email: email.to_owned(), name: new.name.clone(), organization: host.id, roles: Vec::new() };
        let account = self.add_operators_account(tx, &person, email, &host, hash).await?;
        self.add_role_as_operator(tx, &account, Role::SystemAdministrator, "first-administrator").await?;
        Ok(one(tx, &account).await?)
    }

    /// Whether a first administrator may be made now, with this link if one is given; asked before the password is
    /// hashed, so that a stranger costs no more than a read.
    async fn is_open(&self, link: Option<&str>) -> Result<bool, AppError> {
        let now = self.clock().system();
        let tx = self.store().begin_read().await?;
        let known = match link {
            Some(hash) => one_time_link::find(&tx, hash, FIRST_ADMINISTRATOR)
                .await
                .map(|found| found.is_some_and(|link| link.used_at.is_none() && now < link.expires_at)),
            None => Ok(true),
        };
        let taken = has_administrator(&tx).await;
        tx.end().await?;
        Ok(known? && !taken?)
    }
}

/// Whether any account holds the role, disabled or not.
async fn has_administrator(tx: &ReadTx) -> Result<bool, StorageError> {
    Ok(!people::with_roles(tx, &[(None, Role::SystemAdministrator)]).await?.is_empty())
}

fn refused(link: Option<&str>) -> AppError {
    if link.is_some() { used_up() } else { AppError::field("", "there is an administrator already") }
}

fn used_up() -> AppError {
    AppError::field("/link", "is not valid any more; the next start prints another one while there is no administrator")
}
