//! The second factor: set up in two steps, so that nobody is locked out by a code that was never right, and removed only
//! by who can still use it.

use serde::Serialize;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::{App, AppError, Note};
use crate::{
    app::Principal,
    auth::{seal::Place, totp::TotpSecret},
    domain::{actor::Assurance, id::AccountId},
    storage::{
        account::{self, Account},
        session,
    },
};

/// The column that the seal binds the secret to, with the account's row.
const COLUMN: &str = "account.totp";

/// The secret of a second factor that is being set up. Shown once.
#[derive(Serialize, ToSchema)]
pub struct SecondFactorSecret {
    /// For typing into an authenticator app.
    pub secret: String,
    /// The address that an authenticator app reads from a QR code.
    pub url: String,
}

impl App {
    /// Begins to set up a second factor. It counts from its first right code on.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] for a wrong password, [`AppError::Invalid`] where a second factor is confirmed
    /// already.
    pub async fn begin_second_factor(
        &self,
        principal: &Principal,
        password: &str,
    ) -> Result<SecondFactorSecret, AppError> {
        let account = self.prove_password(principal.actor.account, password).await?;
        let secret = TotpSecret::generate(self.ids());
        let sealed = self.seal_totp(account.id, &secret)?;
        in_transaction!(self, tx => {
            // A statement that locks the row comes first: the check below then holds until the commit.
            account::sign_in_succeeded(tx, account.id).await?;
            let now = account::by_id(tx, account.id).await?.ok_or(AppError::NotFound)?;
            if now.totp_confirmed {
                return Err(AppError::field("", "a second factor is set up already; remove it first").into());
            }
            account::set_totp(tx, account.id, Some(&sealed)).await?;
            self.note(tx, Note::by(principal, "second-factor.begin", Some(account.id.0), "")).await
        })
        .await?;
        self.shown_once(&secret, &account)
    }

    /// The secret as its holder is shown it, once.
    pub(super) fn shown_once(&self, secret: &TotpSecret, account: &Account) -> Result<SecondFactorSecret, AppError> {
        let url = secret.url(&self.settings().site.title, &account.email).map_err(AppError::internal)?;
        Ok(SecondFactorSecret { secret: secret.base32().to_string(), url: url.to_string() })
    }

    /// Confirms the second factor with its first code; the session counts as signed in with two factors from now on.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a wrong code or where nothing waits to be confirmed.
    pub async fn confirm_second_factor(&self, principal: &Principal, code: &str) -> Result<(), AppError> {
        let account = self.account(principal.actor.account).await?;
        let wrong = || AppError::field("/code", "is not the code that the app shows now");
        let sealed = account.totp_sealed.as_deref().filter(|_| !account.totp_confirmed);
        let sealed = sealed.ok_or_else(|| AppError::field("", "no second factor waits to be confirmed"))?;
        let secret = self.open_totp(account.id, sealed)?;
        let step = secret.verify(code, self.clock().system(), account.totp_last_step).ok_or_else(wrong)?;
        in_transaction!(self, tx => {
            if !account::use_totp_step(tx, account.id, step).await? {
                return Err(wrong().into());
            }
            // The row is locked from here on; another secret may have been begun before.
            let now = account::by_id(tx, account.id).await?.ok_or(AppError::NotFound)?;
            if now.totp_sealed != account.totp_sealed || now.totp_confirmed {
                return Err(wrong().into());
            }
            account::confirm_totp(tx, account.id).await?;
            if let Some(session) = principal.session {
                session::raise(tx, session, Assurance::Aal2).await?;
            }
            self.note(tx, Note::by(principal, "second-factor.confirm", Some(account.id.0), "")).await?;
            self.tell(tx, &account, "second-factor-confirmed").await
        })
        .await
    }

    /// Removes the second factor; ends every other session, and this one counts as signed in with one factor.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] for a wrong password or code.
    pub async fn remove_second_factor(
        &self,
        principal: &Principal,
        password: &str,
        code: &str,
    ) -> Result<(), AppError> {
        let account = self.prove_password(principal.actor.account, password).await?;
        self.prove_code(&account, code).await?;
        let now = self.clock().system();
        in_transaction!(self, tx => {
            account::set_totp(tx, account.id, None).await?;
            session::end_all(tx, account.id, principal.session, now, "second-factor-removed").await?;
            if let Some(session) = principal.session {
                session::raise(tx, session, Assurance::Aal1).await?;
            }
            self.note(tx, Note::by(principal, "second-factor.remove", Some(account.id.0), "")).await?;
            self.tell(tx, &account, "second-factor-removed").await
        })
        .await
    }

    /// The secret as it is to stand in the account's row.
    pub(super) fn seal_totp(&self, account: AccountId, secret: &TotpSecret) -> Result<String, AppError> {
        self.sealer().seal(secret.as_bytes(), &place(account)).map_err(AppError::internal)
    }

    /// The secret as it stands in the account's row.
    pub(super) fn open_totp(&self, account: AccountId, sealed: &str) -> Result<TotpSecret, AppError> {
        let bytes: Zeroizing<Vec<u8>> = self.sealer().open(sealed, &place(account)).map_err(AppError::internal)?;
        TotpSecret::from_bytes(&bytes).map_err(AppError::internal)
    }
}

const fn place(account: AccountId) -> Place<'static> {
    Place { column: COLUMN, row: account.0 }
}
