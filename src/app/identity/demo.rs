//! Accounts of the demonstration. Everybody there has the one password, which is hashed once; those who may hold a grant
//! have a second factor too, whose codes the demonstration shows, because access takes two factors and a visitor has no
//! authenticator app for people who do not exist. Nothing here works on a clock that follows real time.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{App, AppError, NewAccount, Note, account::Adder, password::strong_enough};
use crate::{
    auth::totp::TotpSecret,
    domain::{id::AccountId, time::plus},
    storage::account,
};

/// Seconds that a code counts.
const STEP: i64 = 30;

impl App {
    /// Hashes the demonstration's password, unless one of these people's names, or anything else, makes it weak.
    ///
    /// # Errors
    /// [`AppError::Invalid`] at `/password`.
    pub(in crate::app) async fn demo_password(&self, password: &str, context: &[&str]) -> Result<String, AppError> {
        strong_enough("/password", password, context)?;
        Ok(self.passwords().hash(password).await?)
    }

    /// Adds an account with a password that is hashed already, and with a second factor if wanted.
    ///
    /// # Errors
    /// As [`App::create_account_as_operator`].
    pub(in crate::app) async fn demo_account(
        &self,
        new: &NewAccount,
        hash: &str,
        second_factor: bool,
    ) -> Result<AccountId, AppError> {
        let organization = self.organization_at_field(new.organization).await?;
        let secret = second_factor.then(|| TotpSecret::generate(self.ids()));
        in_transaction!(self, tx => {
            let made = self.add_account(tx, new, &new.email, &organization, Some(hash), &Adder::Operator).await?;
            if let Some(secret) = &secret {
                let sealed = self.seal_totp(made.id, secret)?;
                account::set_totp(tx, made.id, Some(&sealed)).await?;
                account::confirm_totp(tx, made.id).await?;
                self.note(tx, Note::by_operator("second-factor.confirm", Some(made.id.0), "demo")).await?;
            }
            Ok(made.id)
        })
        .await
    }

    /// The code that each person with a second factor signs in with now, by address. None on a clock that follows real
    /// time: outside of the demonstration nobody but the holder ever sees a code.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked.
    pub async fn demo_codes(&self) -> Result<BTreeMap<String, String>, AppError> {
        if self.clock().is_real() {
            return Ok(BTreeMap::new());
        }
        let now = self.clock().system();
        let mut codes = BTreeMap::new();
        let holders = self.accounts_as_operator().await?.into_iter().filter(|account| account.second_factor);
        for holder in holders {
            let account = self.account(holder.id).await?;
            let Some(sealed) = account.totp_sealed.as_deref() else { continue };
            // A code counts once: after its use the next one is shown, which counts half a minute ahead.
            let used = account.totp_last_step.is_some_and(|last| last >= now.timestamp().div_euclid(STEP));
            let at = if used { plus(now, TimeDelta::seconds(STEP)) } else { now };
            codes.insert(account.email, self.open_totp(account.id, sealed)?.code(at));
        }
        Ok(codes)
    }
}
