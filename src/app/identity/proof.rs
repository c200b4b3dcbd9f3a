//! The fresh proof of who acts at a browser. It changes the session's cookie; the new one follows from the one before it
//! and from what was proven with, so that a form that is sent twice is proven once and brings the same cookie both times.

use super::{App, AppError, Browser, Cookie, Failure, Note, invalid_token, wrong_credentials};
use crate::{
    app::error::Unauthenticated,
    auth::{
        secret::{Opaque, SecretKind, equal},
        totp::Step,
    },
    domain::time::Instant,
    storage::{
        WriteTx, account,
        session::{self, Session},
    },
};

impl App {
    /// Demands the person's password and, where a second factor is set up, a code of it, and gives the session another
    /// cookie. What was proven a moment ago, by the same form sent twice, is not asked for again.
    ///
    /// # Errors
    /// As [`App::sign_in`].
    pub async fn prove_again(&self, browser: &Browser, password: &str, code: Option<&str>) -> Result<Cookie, AppError> {
        if let Some(same) = self.proven_before(browser, password, code).await? {
            return Ok(same);
        }
        let account = self.prove_password(browser.principal.actor.account, password).await?;
        let now = self.clock().system();
        let cookie = self.cookie_of_proof(browser, password, code);
        let turned = match self.step_of(&account, code.unwrap_or_default(), now) {
            Ok(step) => {
                in_transaction!(self, tx => self.turn_cookie(tx, browser, step, &cookie.value, now).await).await
            }
            Err(error) => Err(error),
        };
        match turned {
            Ok(()) => Ok(cookie),
            Err(AppError::Unauthenticated { reason: Unauthenticated::WrongCredentials }) => {
                // The code may have been used by the same form, sent at the same time.
                match self.proven_before(browser, password, code).await? {
                    Some(same) => Ok(same),
                    None => Err(self.wrong(Some(&account), "wrong-code", now).await?),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// The cookie that the same proof brought a moment ago, if it did: for who asks with the one before it.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the store is not at hand.
    pub async fn proven_before(
        &self,
        browser: &Browser,
        password: &str,
        code: Option<&str>,
    ) -> Result<Option<Cookie>, AppError> {
        let cookie = self.cookie_of_proof(browser, password, code);
        let tx = self.store().begin_read().await?;
        let found = session::owner(&tx, browser.session).await;
        tx.end().await?;
        Ok(found?.filter(|owner| is_cookie_of(&owner.session, &cookie.value)).map(|_| cookie))
    }

    fn cookie_of_proof(&self, browser: &Browser, password: &str, code: Option<&str>) -> Cookie {
        let session = browser.session.to_string();
        let sent = [session.as_str(), &browser.cookie_hash, password, code.unwrap_or_default()];
        let value = Opaque::of_form(self.settings().auth.token_key(), SecretKind::Session, &sent);
        Cookie { value, expires_at: browser.expires_at }
    }

    /// Uses the code up and gives the session its next cookie, both or neither. The first statement locks the session, so
    /// that of two forms sent at once the second finds what the first did.
    async fn turn_cookie(
        &self,
        tx: &WriteTx,
        browser: &Browser,
        step: Option<Step>,
        next: &Opaque,
        now: Instant,
    ) -> Result<(), Failure> {
        session::seen(tx, browser.session, now).await?;
        let owner = session::owner(tx, browser.session).await?.ok_or_else(invalid_token)?;
        if is_cookie_of(&owner.session, next) {
            return Ok(());
        }
        if let Some(step) = step
            && !account::use_totp_step(tx, owner.session.account, step).await?
        {
            return Err(wrong_credentials().into());
        }
        session::prove(tx, browser.session, &next.hash(), now).await?;
        self.note(tx, Note::by(&browser.principal, "session.prove", Some(browser.session), "")).await
    }
}

fn is_cookie_of(session: &Session, value: &Opaque) -> bool {
    session.cookie_hash.as_deref().is_some_and(|current| equal(current, &value.hash()))
}
