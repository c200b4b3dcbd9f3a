//! Sessions: who asks with a token, how tokens follow each other, and how a session ends. A token is only as good as its
//! session at this request, so that an end holds at the next one on every instance.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{App, AppError, Failure, Note, Tokens, invalid_token};
use crate::{
    app::Principal,
    auth::secret::{self, Opaque, SecretKind},
    authz::administration::may_hold,
    domain::{
        actor::{Actor, Assurance, Hosting, Role, Side},
        id::{AccountId, OrganizationId},
        time::Instant,
    },
    storage::{
        WriteTx,
        access_log::AccessOutcome,
        account,
        session::{self, RefreshToken, Session, SessionOwner},
    },
};

/// For so long after its use a spent refresh token, whose successor is unused, is taken for a request that was sent
/// twice and not for a theft.
const GRACE: TimeDelta = TimeDelta::seconds(10);

/// A session's last request is noted at most this often.
pub(super) const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Who is signed in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Me {
    /// The account.
    pub account: AccountId,
    /// The person's name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The one organization.
    pub organization: OrganizationId,
    /// Its name.
    pub organization_name: String,
    /// The one side.
    pub side: Side,
    /// The roles that count.
    pub roles: Vec<Role>,
    /// How strongly this session was signed in.
    pub assurance: Assurance,
    /// Whether a second factor is confirmed.
    pub second_factor: bool,
    /// This session.
    pub session: SessionEntry,
}

/// A session, as its owner sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionEntry {
    /// Its id.
    pub id: Uuid,
    /// Whether it is the one that asks.
    pub current: bool,
    /// How strongly it was signed in.
    pub assurance: Assurance,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// The last request, give or take a minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends in any case.
    pub expires_at: DateTime<Utc>,
}

/// What came of a refresh token.
enum Turn {
    Next(Tokens),
    Refused,
}

impl App {
    /// Who holds this access token, as session and account are at this request.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`], whatever is wrong with token, session or account.
    pub async fn authenticate(&self, bearer: &str) -> Result<Principal, AppError> {
        let now = self.clock().system();
        let claims = self.tokens().verify(bearer, now).map_err(|refusal| {
            tracing::info!(%refusal, "an access token was refused");
            invalid_token()
        })?;
        let owner = self.session_owner(claims.sid).await?.filter(|owner| owner.session.account.0 == claims.sub);
        let owner = owner.filter(|owner| self.lives(owner, now)).ok_or_else(invalid_token)?;
        self.note_request(&owner.session, now).await?;
        Ok(Principal { actor: own_side(owner.actor, self.hosting()), session: Some(claims.sid) })
    }

    /// Notes that the session asked for something, from time to time.
    pub(super) async fn note_request(&self, session: &Session, now: Instant) -> Result<(), AppError> {
        if now - session.last_seen_at >= NOTED_EVERY {
            in_transaction!(self, tx => Ok(session::seen(tx, session.id, now).await?)).await?;
        }
        Ok(())
    }

    /// The next pair of tokens for an unused refresh token. A spent one ends the session, unless it is plainly the same
    /// request sent twice at once.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`], whatever is wrong.
    pub async fn refresh(&self, presented: &str) -> Result<Tokens, AppError> {
        let token = Opaque::parse(presented, SecretKind::RefreshToken).ok_or_else(invalid_token)?;
        match in_transaction!(self, tx => self.turn(tx, &token.hash()).await).await? {
            Turn::Next(tokens) => Ok(tokens),
            Turn::Refused => Err(invalid_token()),
        }
    }

    async fn turn(&self, tx: &WriteTx, hash: &str) -> Result<Turn, Failure> {
        let now = self.clock().system();
        let Some(row) = session::refresh(tx, hash).await? else { return Ok(Turn::Refused) };
        let owner = session::owner(tx, row.session).await?.filter(|owner| self.lives(owner, now));
        let Some(owner) = owner else { return Ok(Turn::Refused) };
        if row.used.is_some() {
            if !sent_twice(tx, &row, now).await? {
                self.end_family(tx, &owner, now).await?;
            }
            return Ok(Turn::Refused);
        }
        let next = Opaque::generate(self.ids(), SecretKind::RefreshToken);
        // Of two requests at the same time one comes here first; the other is refused and its session lives on.
        if !session::use_refresh(tx, hash, &next.hash(), now).await? {
            return Ok(Turn::Refused);
        }
        session::seen(tx, owner.session.id, now).await?;
        Ok(Turn::Next(self.issue(tx, &owner.session, &next, now).await?))
    }

    /// A token was used twice, by its holder and by somebody else: nobody can tell which, so that both are out.
    async fn end_family(&self, tx: &WriteTx, owner: &SessionOwner, now: Instant) -> Result<(), Failure> {
        const REUSED: &str = "refresh-token-reused";
        session::end(tx, owner.session.id, now, REUSED).await?;
        let note = Note::of(owner.session.account, "session.refresh", AccessOutcome::Denied, REUSED);
        self.note(tx, Note { session: Some(owner.session.id), ..note }).await?;
        match account::by_id(tx, owner.session.account).await? {
            Some(account) => self.tell(tx, &account, REUSED).await,
            None => Ok(()),
        }
    }

    /// Signs out by a refresh token of a living session, spent or not: ends every session of its holder. Another token ends
    /// nothing and is no error, as RFC 7009 has it.
    pub async fn revoke(&self, presented: &str) -> Result<(), AppError> {
        let hash = secret::hash(presented);
        in_transaction!(self, tx => {
            let Some(row) = session::refresh(tx, &hash).await? else { return Ok(()) };
            match session::owner(tx, row.session).await? {
                Some(owner) => self.sign_out(tx, &owner).await,
                None => Ok(()),
            }
        })
        .await
    }

    /// Ends every session of the account, and with them every access and refresh token, at browsers and programs alike;
    /// API tokens have no session and stay. A session that is over signs nobody out: its cookie or token may have come
    /// into other hands since.
    pub(super) async fn sign_out(&self, tx: &WriteTx, owner: &SessionOwner) -> Result<(), Failure> {
        const SIGNED_OUT: &str = "signed-out";
        let now = self.clock().system();
        if !self.lives(owner, now) {
            return Ok(());
        }
        let account = owner.session.account;
        session::end_all(tx, account, None, now, SIGNED_OUT).await?;
        let note = Note::of(account, "session.end-all", AccessOutcome::Allowed, SIGNED_OUT);
        self.note(tx, Note { session: Some(owner.session.id), ..note }).await
    }

    /// Who is signed in.
    pub async fn me(&self, principal: &Principal) -> Result<Me, AppError> {
        let session = principal.session.ok_or_else(invalid_token)?;
        let owner = self.session_owner(session).await?.ok_or_else(invalid_token)?;
        let actor = own_side(owner.actor, self.hosting());
        Ok(Me {
            account: actor.account,
            name: actor.name,
            email: owner.email,
            organization: actor.organization,
            organization_name: owner.organization_name,
            side: actor.side,
            roles: actor.roles.into_iter().collect(),
            assurance: actor.assurance,
            second_factor: owner.second_factor,
            session: entry(&owner.session, Some(session)),
        })
    }

    /// The person's open sessions, newest first.
    pub async fn sessions(&self, principal: &Principal) -> Result<Vec<SessionEntry>, AppError> {
        let tx = self.store().begin_read().await?;
        let found = session::of_account(&tx, principal.actor.account, self.clock().system()).await;
        tx.end().await?;
        Ok(found?.iter().map(|one| entry(one, principal.session)).collect())
    }

    /// Ends one of the person's sessions.
    ///
    /// # Errors
    /// [`AppError::NotFound`] unless it is open and the person's own.
    pub async fn end_session(&self, principal: &Principal, id: Uuid) -> Result<(), AppError> {
        let now = self.clock().system();
        in_transaction!(self, tx => {
            let open = session::of_account(tx, principal.actor.account, now).await?;
            if !open.iter().any(|one| one.id == id) || !session::end(tx, id, now, "signed-out").await? {
                return Err(AppError::NotFound.into());
            }
            self.note(tx, Note::by(principal, "session.end", Some(id), "signed-out")).await
        })
        .await
    }

    async fn session_owner(&self, id: Uuid) -> Result<Option<SessionOwner>, AppError> {
        let tx = self.store().begin_read().await?;
        let found = session::owner(&tx, id).await;
        tx.end().await?;
        Ok(found?)
    }

    pub(super) fn lives(&self, owner: &SessionOwner, now: Instant) -> bool {
        owner.active && self.is_running(&owner.session, now)
    }

    /// Whether the session has ended neither by anybody nor by time.
    pub(super) fn is_running(&self, session: &Session, now: Instant) -> bool {
        let idle = TimeDelta::minutes(self.settings().auth.session_idle_minutes);
        session.ended.is_none() && now < session.expires_at && now - session.last_seen_at < idle
    }
}

/// Whether a spent token was spent a moment ago by a request whose answer nobody used yet.
async fn sent_twice(tx: &WriteTx, row: &RefreshToken, now: Instant) -> Result<bool, Failure> {
    let Some((at, Some(successor))) = &row.used else { return Ok(false) };
    let successor = session::refresh(tx, successor).await?;
    Ok(now - *at <= GRACE && successor.is_some_and(|next| next.used.is_none()))
}

/// The actor with the roles that its side may hold; another cannot have been given, and would not count.
pub(super) fn own_side(mut actor: Actor, hosting: Hosting) -> Actor {
    actor.roles.retain(|role| may_hold(hosting, actor.side, *role));
    actor
}

fn entry(session: &Session, current: Option<Uuid>) -> SessionEntry {
    SessionEntry {
        id: session.id,
        current: current == Some(session.id),
        assurance: session.assurance,
        created_at: session.created_at,
        last_seen_at: session.last_seen_at,
        expires_at: session.expires_at,
    }
}
