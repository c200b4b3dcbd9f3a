//! People of other sides where a developer hosts itself: they have no password and never sign in. A link that was mailed
//! to them opens one record for a quarter of an hour, once, to whoever has the mailbox, types its address and knows the
//! personal code that was shown when the invitation was accepted. What they do is theirs, on their own side.

use chrono::{DateTime, TimeDelta, Timelike as _, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    App, AppError, Failure, Note, acceptance::code_hash, account::mail_address, link::EXTERNAL,
    password::after_fragment,
};
use crate::{
    app::outgoing::SingleUse,
    auth::secret::{self, Opaque, SecretKind},
    domain::{
        actor::{Assurance, Hosting},
        id::{Kind, RecordId},
        notice::Ask,
        text::Sha256Hex,
        time::{Instant, plus},
    },
    storage::{
        self, OutboxDraft, ReadTx, WriteTx,
        access_log::AccessOutcome,
        account::{self, Account},
        cases, one_time_link,
        session::{self, Session},
    },
};

/// How long a session lasts that a link began.
const SESSION: TimeDelta = TimeDelta::minutes(15);

/// How long one waits before the same link is mailed again on request.
const AGAIN_MINUTES: u32 = 10;

/// What a person of another side opens a record with.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalLink {
    /// The link of the mail, whole or its part behind the `#`.
    pub link: String,
    /// The address that the mail went to.
    #[schema(max_length = 254)]
    pub email: String,
    /// The personal code that was shown when the invitation was accepted; capitals, spaces and dashes do not matter.
    pub code: String,
}

/// A session on one record. There is no refresh token: the next session takes the next link.
#[derive(Clone, Serialize, ToSchema)]
pub struct ExternalSession {
    /// How to present the access token.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// A JSON Web Token for `Authorization: Bearer`.
    pub access_token: String,
    /// When the session ends.
    pub expires_at: DateTime<Utc>,
    /// The one kind of record that it is for.
    pub kind: Kind,
    /// The record's name in addresses: its reference, or for prerequisites the account.
    pub reference: String,
    /// How strongly the person proved to be it.
    pub assurance: Assurance,
}

/// A person of another side asks for a link to a record.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkRequest {
    /// The address of the person's account.
    #[schema(max_length = 254)]
    pub email: String,
    /// The record's reference.
    pub reference: String,
}

impl App {
    /// Begins a session on the one record that a link was mailed for, and uses the link up with all others that were
    /// mailed to the person for that record.
    ///
    /// # Errors
    /// [`AppError::Invalid`] at `/link`, whatever is wrong: link, whose address it is, code, account.
    pub async fn open_by_link(&self, asked: &ExternalLink) -> Result<ExternalSession, AppError> {
        let (session, kind, reference) = self.opened_by_link(asked, None).await?;
        let issued = self.tokens().issue_until(session.account.0, session.id, session.created_at, session.expires_at);
        Ok(ExternalSession {
            token_type: "Bearer",
            access_token: issued.map_err(AppError::internal)?,
            expires_at: session.expires_at,
            kind,
            reference,
            assurance: session.assurance,
        })
    }

    /// Begins the session, and names the record that it is for; one with a cookie is a browser's.
    pub(super) async fn opened_by_link(
        &self,
        asked: &ExternalLink,
        cookie: Option<&Opaque>,
    ) -> Result<(Session, Kind, String), AppError> {
        let email = mail_address(&asked.email)?;
        let hash = Opaque::parse(after_fragment(&asked.link), SecretKind::OneTimeLink).ok_or_else(unusable)?.hash();
        let code = code_hash(&asked.code);
        let now = self.clock().system();
        let tx = self.store().begin_read().await?;
        let found = self.opened(&tx, &hash, &email, now).await;
        tx.end().await?;
        let (account, record, kind, reference) = match found? {
            Some(found) if found.0.code_hash.as_deref().is_some_and(|kept| secret::equal(kept, &code)) => found,
            other => return Err(self.not_opened(other.map(|found| found.0)).await?),
        };
        let session = in_transaction!(self, tx => {
            if !one_time_link::take(tx, &hash, EXTERNAL, now).await? {
                return Err(unusable().into());
            }
            one_time_link::void_about(tx, EXTERNAL, record.0, Some(account.id), now).await?;
            self.begin_on(tx, &account, record, cookie, now).await
        })
        .await?;
        Ok((session, kind, reference))
    }

    /// Begins the session, unless the account was disabled since.
    async fn begin_on(
        &self,
        tx: &WriteTx,
        account: &Account,
        record: RecordId,
        cookie: Option<&Opaque>,
        now: Instant,
    ) -> Result<Session, Failure> {
        // A statement that locks the row comes first: a removal at the same time comes before or after.
        account::sign_in_succeeded(tx, account.id).await?;
        if account::by_id(tx, account.id).await?.is_none_or(|now| now.disabled_at.is_some()) {
            return Err(unusable().into());
        }
        let session = Session {
            id: self.ids().uuid(),
            account: account.id,
            assurance: Assurance::Aal1,
            created_at: now,
            last_seen_at: now,
            expires_at: plus(now, SESSION),
            ended: None,
            user_agent_hash: None,
            record: Some(record),
            cookie_hash: cookie.map(Opaque::hash),
            cookie_hash_before: None,
            proved_at: now,
        };
        session::begin(tx, &session).await?;
        let note = Note::of(account.id, "external-link.open", AccessOutcome::Allowed, "external-link");
        self.note(tx, Note { session: Some(session.id), about: Some(record.0), ..note }).await?;
        Ok(session)
    }

    /// The account, and the record that a usable link opens to it, if this is the link's address.
    async fn opened(
        &self,
        tx: &ReadTx,
        hash: &str,
        email: &str,
        now: Instant,
    ) -> Result<Option<(Account, RecordId, Kind, String)>, AppError> {
        let link = one_time_link::find(tx, hash, EXTERNAL).await?;
        let usable = link.filter(|link| link.used_at.is_none() && now < link.expires_at && link.email == email);
        let Some((id, record)) = usable.and_then(|link| link.account.zip(link.about)) else { return Ok(None) };
        let Some(account) = account::by_id(tx, id).await?.filter(acts_by_links) else { return Ok(None) };
        let named = cases::name(tx, RecordId(record)).await?;
        Ok(named.map(|(kind, reference)| (account, RecordId(record), kind, reference)))
    }

    /// A wrong code by whoever has the link is written down, and its holder is told.
    async fn not_opened(&self, account: Option<Account>) -> Result<AppError, AppError> {
        if let Some(account) = account {
            in_transaction!(self, tx => {
                let note = Note::of(account.id, "external-link.open", AccessOutcome::Denied, "wrong-code");
                self.note(tx, note).await?;
                self.tell(tx, &account, "wrong-code").await
            })
            .await?;
        }
        Ok(unusable())
    }

    /// Asks for a link to a record. Nobody learns whether there is such a person or record: the same is queued either
    /// way, and who is to get a mail is found out when mails are sent.
    ///
    /// # Errors
    /// [`AppError::Invalid`] at the field for what cannot be an address or a reference, whoever asks.
    pub async fn request_link(&self, asked: &LinkRequest) -> Result<(), AppError> {
        let named = asked.reference.trim().to_ascii_uppercase();
        let fits = (1..=40).contains(&named.len()) && named.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let email = mail_address(&asked.email)?;
        if !fits {
            return Err(AppError::field("/reference", "is not a reference"));
        }
        if self.hosting() != Hosting::SingleDeveloper {
            return Ok(());
        }
        let draft = self.account_mail(&email, Ask::FollowLink, Some(SingleUse::Request))?;
        let now = self.clock().system();
        let slot = now.date_naive().and_hms_opt(now.hour(), now.minute() / AGAIN_MINUTES * AGAIN_MINUTES, 0);
        let slot = slot.map(|slot| slot.and_utc().timestamp()).unwrap_or_default();
        let about = Sha256Hex::of(format!("{email} {named}").as_bytes());
        let draft =
            OutboxDraft { dedupe_key: format!("link:{}:{slot}", about.as_str()), reference: Some(named), ..draft };
        in_transaction!(self, tx => Ok(storage::outbox::queue(tx, std::slice::from_ref(&draft)).await?)).await?;
        self.wake().notify_one();
        Ok(())
    }
}

/// Whether the account is one of a person who acts by links, and may.
pub(in crate::app) fn acts_by_links(account: &Account) -> bool {
    account.external && account.disabled_at.is_none()
}

fn unusable() -> AppError {
    AppError::field("/link", "does not open anything for this address and code; ask for another one")
}
