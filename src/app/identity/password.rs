//! Setting a password: the first one by a one-time link, later ones by who knows the old one. Nobody sets another
//! person's password, and a new one ends every session that the old one began.

use super::{App, AppError, Failure, Note, link::PASSWORD};
use crate::{
    app::Principal,
    auth::{
        password,
        secret::{Opaque, SecretKind},
    },
    domain::id::AccountId,
    storage::{ReadTx, WriteTx, access_log::AccessOutcome, account, account::Account, one_time_link, people, session},
};

impl App {
    /// Sets the password of the account that a one-time link is for, and uses the link and all others of the account
    /// up. It signs nobody in, and leaves a second factor as it is (ASVS 6.3.6, 6.4.3).
    ///
    /// # Errors
    /// [`AppError::Invalid`] at `/link` or at `/new_password`.
    pub async fn set_password_by_link(&self, link: &str, new: &str) -> Result<(), AppError> {
        let unusable = || AppError::field("/link", "is not valid any more; ask for another one");
        let hash = Opaque::parse(after_fragment(link), SecretKind::OneTimeLink).ok_or_else(unusable)?.hash();
        let tx = self.store().begin_read().await?;
        let found = self.holder(&tx, &hash).await;
        tx.end().await?;
        let (account, organization) = found?.ok_or_else(unusable)?;
        check(new, &account, &organization)?;
        let password = self.passwords().hash(new).await?;
        let now = self.clock().system();
        in_transaction!(self, tx => {
            if !one_time_link::take(tx, &hash, PASSWORD, now).await? {
                return Err(unusable().into());
            }
            one_time_link::void(tx, account.id, PASSWORD, now).await?;
            self.replace(tx, &account, &password, None).await?;
            let note = Note::of(account.id, "password.set", AccessOutcome::Allowed, "one-time-link");
            self.note(tx, note).await?;
            self.tell(tx, &account, "password-set").await
        })
        .await
    }

    /// Changes the person's own password and ends every other session.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] for a wrong old password, [`AppError::Invalid`] at `/new_password`.
    pub async fn change_password(&self, principal: &Principal, old: &str, new: &str) -> Result<(), AppError> {
        let account = self.prove_password(principal.actor.account, old).await?;
        let tx = self.store().begin_read().await?;
        let organization = organization_name(&tx, &account).await;
        tx.end().await?;
        check(new, &account, &organization?)?;
        let password = self.passwords().hash(new).await?;
        let now = self.clock().system();
        in_transaction!(self, tx => {
            one_time_link::void(tx, account.id, PASSWORD, now).await?;
            self.replace(tx, &account, &password, principal.session).await?;
            self.note(tx, Note::by(principal, "password.change", Some(account.id.0), "")).await?;
            self.tell(tx, &account, "password-changed").await
        })
        .await
    }

    /// The new hash first: it waits for, or is waited for by, a sign-in under way, whose session then ends here too.
    async fn replace(
        &self,
        tx: &WriteTx,
        account: &Account,
        hash: &str,
        but: Option<uuid::Uuid>,
    ) -> Result<(), Failure> {
        account::set_password(tx, account.id, hash).await?;
        session::end_all(tx, account.id, but, self.clock().system(), "password-changed").await?;
        Ok(())
    }

    /// The account that a usable link is for, with its organization's name.
    async fn holder(&self, tx: &ReadTx, hash: &str) -> Result<Option<(Account, String)>, AppError> {
        let now = self.clock().system();
        let link = one_time_link::find(tx, hash, PASSWORD).await?;
        let usable = link.filter(|link| link.used_at.is_none() && now < link.expires_at);
        let Some(id): Option<AccountId> = usable.and_then(|link| link.account) else { return Ok(None) };
        let Some(account) = account::by_id(tx, id).await?.filter(|account| account.disabled_at.is_none()) else {
            return Ok(None);
        };
        let name = organization_name(tx, &account).await?;
        Ok(Some((account, name)))
    }
}

async fn organization_name(tx: &ReadTx, account: &Account) -> Result<String, AppError> {
    let found = people::organizations(tx, Some(&[account.organization])).await?;
    Ok(found.into_iter().next().map(|organization| organization.name).unwrap_or_default())
}

/// Whether the password is good enough for this person.
///
/// # Errors
/// [`AppError::Invalid`] at `/new_password` that names what is weak.
fn check(new: &str, account: &Account, organization: &str) -> Result<(), AppError> {
    strong_enough("/new_password", new, &[&account.name, &account.email, organization])
}

/// Whether the password is good enough for somebody of whom others know these words.
///
/// # Errors
/// [`AppError::Invalid`] at `pointer` that names what is weak.
pub(super) fn strong_enough(pointer: &str, new: &str, context: &[&str]) -> Result<(), AppError> {
    password::check(new, context).map_err(|weak| AppError::field(pointer, weak.to_string()))
}

/// The secret of a link, given alone or with the address that it was shown in.
pub(super) fn after_fragment(link: &str) -> &str {
    link.trim().rsplit('#').next().unwrap_or_default()
}
