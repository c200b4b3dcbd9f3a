//! Sessions of browsers. The browser holds one opaque cookie, of which the store keeps the hash; a new one takes its
//! place whenever the person proves anew to be it (ASVS 7.2.4). No token is issued, so that the end of the session is
//! the end of everything.

use chrono::TimeDelta;
use uuid::Uuid;

use super::{App, AppError, ExternalLink, Note, SignIn, invalid_token, session::own_side};
use crate::{
    app::Principal,
    auth::secret::{Opaque, SecretKind},
    domain::{
        action::Action,
        id::Kind,
        time::{Instant, plus},
    },
    storage::session::{self, Session, SessionOwner},
};

/// How long a proof counts for acts that ask for a fresh one (ASVS 7.5.3).
const FRESH: TimeDelta = TimeDelta::minutes(5);

/// What a browser is given to hold.
pub struct Cookie {
    /// The cookie's value.
    pub value: Opaque,
    /// When its session ends in any case, in UTC.
    pub expires_at: Instant,
}

/// Who asks with a cookie, and how long yet.
#[derive(Clone, Debug)]
pub struct Browser {
    /// Who asks.
    pub principal: Principal,
    /// The session.
    pub session: Uuid,
    /// The address of the account.
    pub email: String,
    /// Name of the organization.
    pub organization: String,
    /// Whether a second factor is confirmed.
    pub second_factor: bool,
    /// The instant of asking, system time in UTC.
    pub now: Instant,
    /// When the session ends if nothing is asked for until then, in UTC.
    pub idle_at: Instant,
    /// When it ends in any case, in UTC.
    pub expires_at: Instant,
    /// Whether the person proved to be it within the last five minutes.
    pub fresh: bool,
}

impl App {
    /// Signs a person in at a browser.
    ///
    /// # Errors
    /// As [`App::sign_in`].
    pub async fn sign_in_browser(&self, ask: &SignIn) -> Result<Cookie, AppError> {
        let value = Opaque::generate(self.ids(), SecretKind::Session);
        let session = self.admit(ask, Some(&value), self.clock().system()).await?;
        Ok(Cookie { value, expires_at: session.expires_at })
    }

    /// Opens one record in a browser by a link that was mailed, and names it.
    ///
    /// # Errors
    /// As [`App::open_by_link`].
    pub async fn open_in_browser(&self, asked: &ExternalLink) -> Result<(Cookie, Kind, String), AppError> {
        let value = Opaque::generate(self.ids(), SecretKind::Session);
        let (session, kind, reference) = self.opened_by_link(asked, Some(&value)).await?;
        Ok((Cookie { value, expires_at: session.expires_at }, kind, reference))
    }

    /// Who holds this cookie, as session and account are at this request.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`], whatever is wrong with cookie, session or account.
    pub async fn authenticate_browser(&self, cookie: &str) -> Result<Browser, AppError> {
        let now = self.clock().system();
        let value = Opaque::parse(cookie, SecretKind::Session).ok_or_else(invalid_token)?;
        let tx = self.store().begin_read().await?;
        let found = session::owner_of_cookie(&tx, &value.hash()).await;
        tx.end().await?;
        let owner = found?.filter(|owner| self.lives(owner, now)).ok_or_else(invalid_token)?;
        self.note_request(&owner.session, now).await?;
        Ok(self.browser(owner, now))
    }

    fn browser(&self, owner: SessionOwner, now: Instant) -> Browser {
        let Session { id, expires_at, proved_at, .. } = owner.session;
        let idle_at = plus(now, TimeDelta::minutes(self.settings().auth.session_idle_minutes));
        Browser {
            principal: Principal { actor: own_side(owner.actor, self.hosting()), session: Some(id) },
            session: id,
            email: owner.email,
            organization: owner.organization_name,
            second_factor: owner.second_factor,
            now,
            idle_at: idle_at.min(expires_at),
            expires_at,
            fresh: now - proved_at < FRESH,
        }
    }

    /// Demands the person's password and, where a second factor is set up, a code of it, and gives the session another
    /// cookie.
    ///
    /// # Errors
    /// As [`App::sign_in`].
    pub async fn prove_again(&self, browser: &Browser, password: &str, code: Option<&str>) -> Result<Cookie, AppError> {
        let account = self.prove_password(browser.principal.actor.account, password).await?;
        if account.totp_confirmed {
            self.prove_code(&account, code.unwrap_or_default()).await?;
        }
        let value = Opaque::generate(self.ids(), SecretKind::Session);
        let now = self.clock().system();
        in_transaction!(self, tx => {
            session::prove(tx, browser.session, &value.hash(), now).await?;
            self.note(tx, Note::by(&browser.principal, "session.prove", Some(browser.session), "")).await
        })
        .await?;
        Ok(Cookie { value, expires_at: browser.expires_at })
    }

    /// Signs out: ends every session of the person whose living session this cookie is; another ends nothing.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the store is not at hand.
    pub async fn sign_out_browser(&self, cookie: &str) -> Result<(), AppError> {
        let Some(value) = Opaque::parse(cookie, SecretKind::Session) else { return Ok(()) };
        let hash = value.hash();
        in_transaction!(self, tx => {
            match session::owner_of_cookie(tx, &hash).await? {
                Some(owner) => self.sign_out(tx, &owner).await,
                None => Ok(()),
            }
        })
        .await
    }
}

/// Whether the act counts as the person's own so much that a browser asks for a fresh proof: a signature, a key of two,
/// an access grant, a determination (ASVS 7.5.3). A program proves itself by its token alone.
pub fn wants_proof(action: Action) -> bool {
    PROVEN.contains(&(action.kind, action.name))
}

/// The acts that want a fresh proof at a browser.
const PROVEN: [(Kind, &str); 15] = [
    (Kind::Inquiry, "record-determination"),
    (Kind::Engagement, "acknowledge"),
    (Kind::Engagement, "accept-offer"),
    (Kind::Engagement, "certify-item"),
    (Kind::Engagement, "confirm-disposal"),
    (Kind::Condition, "accept-agreement"),
    (Kind::Condition, "sign"),
    (Kind::Condition, "acknowledge"),
    (Kind::Condition, "waive"),
    (Kind::Nomination, "sign-screening-nda"),
    (Kind::Nomination, "consent"),
    (Kind::Nomination, "concur"),
    (Kind::Grant, "approve"),
    (Kind::Release, "delegate"),
    (Kind::Prerequisites, "attest"),
];
