//! Sessions of browsers. The browser holds one opaque cookie, of which the store keeps the hash; a new one takes its
//! place whenever the person proves anew to be it (ASVS 7.2.4). No token is issued, so that the end of the session is
//! the end of everything.

use chrono::TimeDelta;
use uuid::Uuid;

use super::{App, AppError, ExternalLink, SignIn, invalid_token, session::own_side};
use crate::{
    app::Principal,
    auth::secret::{Opaque, SecretKind, equal},
    domain::{
        action::Action,
        id::Kind,
        time::{Instant, plus},
    },
    storage::{
        ReadTx, StorageError,
        session::{self, Session, SessionOwner},
    },
};

/// For so long after a proof the cookie before it is taken for that of a form that was sent at the same time. It is worth
/// no more than before the proof, and is not good for longer by being used.
const GRACE: TimeDelta = TimeDelta::seconds(10);

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
    /// Whether the person proved to be it within the last five minutes. One who asks with the cookie from before the
    /// last proof did not.
    pub fresh: bool,
    /// SHA-256 of the cookie's value, hex.
    pub(super) cookie_hash: String,
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
        let hash = value.hash();
        let tx = self.store().begin_read().await?;
        let found = holder(&tx, &hash, now).await;
        tx.end().await?;
        let owner = found?.filter(|owner| self.lives(owner, now)).ok_or_else(invalid_token)?;
        self.note_request(&owner.session, now).await?;
        Ok(self.browser(owner, hash, now))
    }

    fn browser(&self, owner: SessionOwner, hash: String, now: Instant) -> Browser {
        let Session { id, expires_at, proved_at, cookie_hash, .. } = owner.session;
        let is_current = cookie_hash.is_some_and(|current| equal(&current, &hash));
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
            fresh: is_current && now - proved_at < FRESH,
            cookie_hash: hash,
        }
    }

    /// Signs out: ends every session of the person whose living session this cookie is; another ends nothing.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the store is not at hand.
    pub async fn sign_out_browser(&self, cookie: &str) -> Result<(), AppError> {
        let Some(value) = Opaque::parse(cookie, SecretKind::Session) else { return Ok(()) };
        let (hash, now) = (value.hash(), self.clock().system());
        in_transaction!(self, tx => {
            match holder(tx, &hash, now).await? {
                Some(owner) => self.sign_out(tx, &owner).await,
                None => Ok(()),
            }
        })
        .await
    }
}

/// Whose session has this cookie, or had it until a moment ago.
async fn holder(tx: &ReadTx, hash: &str, now: Instant) -> Result<Option<SessionOwner>, StorageError> {
    match session::owner_of_cookie(tx, hash).await? {
        Some(owner) => Ok(Some(owner)),
        None => session::owner_of_cookie_before(tx, hash, plus(now, -GRACE)).await,
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
