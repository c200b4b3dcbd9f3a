//! Sessions of other people: whoever runs an organization sees where its people are signed in and ends that, without
//! disabling anybody. Of a session nothing is told that could be used to act in it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{App, AppError, Note};
use crate::{
    app::Principal,
    authz::administration::AdministrativeAction,
    domain::{actor::Assurance, id::AccountId},
    storage::{
        account::Account,
        session::{self, Session},
    },
};

/// Why such a session ended, as session, log and notice have it.
const BY_ADMINISTRATOR: &str = "ended-by-administrator";

/// What holds a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionHolder {
    /// A browser, by its cookie.
    Browser,
    /// A program, by tokens.
    Token,
}

/// An open session of somebody, as whoever runs the organization sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OtherSession {
    /// Its id.
    pub id: Uuid,
    /// What holds it.
    pub held_by: SessionHolder,
    /// How strongly it was signed in.
    pub assurance: Assurance,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// The last request, give or take a minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends in any case.
    pub expires_at: DateTime<Utc>,
}

impl App {
    /// The open sessions of somebody else, newest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`] or [`AppError::Forbidden`]; one's own are told by [`App::sessions`].
    pub async fn sessions_of(&self, principal: &Principal, of: AccountId) -> Result<Vec<OtherSession>, AppError> {
        let account = self.account_with_sessions(principal, of).await?;
        let now = self.clock().system();
        let tx = self.store().begin_read().await?;
        let found = session::of_account(&tx, account.id, now).await;
        tx.end().await?;
        Ok(found?.iter().filter(|one| self.is_running(one, now)).map(entry).collect())
    }

    /// Ends one session of somebody else, who is told of it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] unless it is open and that person's, or [`AppError::Forbidden`].
    pub async fn end_session_of(&self, principal: &Principal, of: AccountId, id: Uuid) -> Result<(), AppError> {
        let account = self.account_with_sessions(principal, of).await?;
        let now = self.clock().system();
        in_transaction!(self, tx => {
            let open = session::of_account(tx, account.id, now).await?;
            if !open.iter().any(|one| one.id == id) || !session::end(tx, id, now, BY_ADMINISTRATOR).await? {
                return Err(AppError::NotFound.into());
            }
            self.note(tx, Note::by(principal, "session.end", Some(id), BY_ADMINISTRATOR)).await?;
            self.tell(tx, &account, BY_ADMINISTRATOR).await
        })
        .await
    }

    /// Ends every session of somebody else, who is told of it; answers how many ended.
    ///
    /// # Errors
    /// [`AppError::NotFound`] or [`AppError::Forbidden`].
    pub async fn end_sessions_of(&self, principal: &Principal, of: AccountId) -> Result<u64, AppError> {
        let account = self.account_with_sessions(principal, of).await?;
        let now = self.clock().system();
        in_transaction!(self, tx => {
            let ended = session::end_all(tx, account.id, None, now, BY_ADMINISTRATOR).await?;
            self.note(tx, Note::by(principal, "session.end-all", Some(account.id.0), BY_ADMINISTRATOR)).await?;
            if ended > 0 {
                self.tell(tx, &account, BY_ADMINISTRATOR).await?;
            }
            Ok(ended)
        })
        .await
    }

    /// The account, for whoever may look after its sessions.
    async fn account_with_sessions(&self, principal: &Principal, of: AccountId) -> Result<Account, AppError> {
        let account = self.account(of).await?;
        self.administers(principal, AdministrativeAction::ManageSessions, &self.resource_of(&account)).await?;
        Ok(account)
    }
}

fn entry(session: &Session) -> OtherSession {
    OtherSession {
        id: session.id,
        held_by: if session.cookie_hash.is_some() { SessionHolder::Browser } else { SessionHolder::Token },
        assurance: session.assurance,
        created_at: session.created_at,
        last_seen_at: session.last_seen_at,
        expires_at: session.expires_at,
    }
}
