//! What a mail carries besides its plain link: the secret of a link that works once, for invitations and for people of
//! other sides who act by links where a developer hosts itself (domain section 0), and for nobody else. It is made when
//! the mail is sent, of the mail's id and a key, so that no copy of it waits in the outbox.

use chrono::TimeDelta;

use super::{
    App, AppError, Principal,
    identity::{EXTERNAL, INVITATION, acts_by_links},
    lookup,
    outgoing::{OutgoingFields, SingleUse},
    people::absent,
};
use crate::{
    auth::secret::Opaque,
    domain::{
        actor::Hosting,
        id::{Kind, RecordId},
        notice::Ask,
        time::plus,
    },
    storage::{
        OutboxDraft, ReadTx,
        account::{self, Account},
        one_time_link::{self, OneTimeLink},
        people,
    },
};

/// The most links that are mailed to one person in an hour, reminders and requests together.
const MOST_AN_HOUR: u64 = 30;

/// What a mail carries.
pub(super) enum Carried {
    /// The record's plain address.
    Plain,
    /// The address where a link of this purpose is used, and its secret.
    Link {
        /// The purpose, which is the address's path too.
        purpose: &'static str,
        /// The secret.
        secret: Opaque,
    },
    /// Nothing: it is not to be sent.
    Withheld,
}

impl App {
    /// What the mail carries, as things stand now. A link to a record is made here, so that it is as fresh as the mail.
    pub(super) async fn carried(&self, draft: &OutboxDraft, fields: &OutgoingFields) -> Result<Carried, AppError> {
        match fields.single_use {
            Some(SingleUse::Invitation) => self.invites(draft).await,
            Some(SingleUse::Request) => self.requested(draft).await,
            None => self.asks(draft, fields).await,
        }
    }

    /// An invitation to an address that has an account is not sent, and nobody is told.
    async fn invites(&self, draft: &OutboxDraft) -> Result<Carried, AppError> {
        let secret = self.secret_of(draft);
        let tx = self.store().begin_read().await?;
        let taken = account::by_email(&tx, &draft.address).await;
        let link = one_time_link::find(&tx, &secret.hash(), INVITATION).await;
        tx.end().await?;
        let usable = link?.is_some_and(|link| link.used_at.is_none() && self.clock().system() < link.expires_at);
        let send = usable && taken?.is_none();
        Ok(if send { Carried::Link { purpose: INVITATION, secret } } else { Carried::Withheld })
    }

    /// A notice or a reminder that asks something of a person who acts by links carries one.
    async fn asks(&self, draft: &OutboxDraft, fields: &OutgoingFields) -> Result<Carried, AppError> {
        let quiet = matches!(Ask::parse(&fields.ask), None | Some(Ask::Read | Ask::CheckAccount));
        let (Some(recipient), Some(record), false, Hosting::SingleDeveloper) =
            (draft.recipient, draft.aggregate, quiet, self.hosting())
        else {
            return Ok(Carried::Plain);
        };
        let tx = self.store().begin_read().await?;
        let found = account::by_id(&tx, recipient).await;
        tx.end().await?;
        match found?.filter(acts_by_links) {
            Some(account) => Ok(self.link_to(draft, &account, record).await?.unwrap_or(Carried::Plain)),
            None => Ok(Carried::Plain),
        }
    }

    /// A link that was asked for goes to a person who acts by links and may read the record, and to nobody else.
    async fn requested(&self, draft: &OutboxDraft) -> Result<Carried, AppError> {
        let tx = self.store().begin_read().await?;
        let found = self.requested_record(&tx, draft).await;
        tx.end().await?;
        match found? {
            Some((account, record)) => Ok(self.link_to(draft, &account, record).await?.unwrap_or(Carried::Withheld)),
            None => Ok(Carried::Withheld),
        }
    }

    async fn requested_record(
        &self,
        tx: &ReadTx,
        draft: &OutboxDraft,
    ) -> Result<Option<(Account, RecordId)>, AppError> {
        let Some(name) = draft.reference.as_deref() else { return Ok(None) };
        let Some(account) = account::by_email(tx, &draft.address).await?.filter(acts_by_links) else {
            return Ok(None);
        };
        let Some(person) = people::by_ids(tx, [account.id]).await?.remove(&account.id) else { return Ok(None) };
        let viewer = Principal { actor: absent(person), session: None };
        let kind = lookup::kind_of(name).unwrap_or(Kind::Prerequisites);
        match self.load_readable(tx, &viewer, kind, name).await {
            Ok(readable) => Ok(Some((account, readable.subject.id))),
            // Nor for a record that is locked, or cannot be told: nobody is told, and other mail goes on.
            Err(AppError::NotFound | AppError::Locked | AppError::Refused(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes the link of a mail, unless an earlier attempt to send it did; those that were mailed to the person for the
    /// same record before stop working. `None` for somebody who was mailed too many.
    async fn link_to(
        &self,
        draft: &OutboxDraft,
        account: &Account,
        record: RecordId,
    ) -> Result<Option<Carried>, AppError> {
        let secret = self.secret_of(draft);
        let now = self.clock().system();
        let tx = self.store().begin_write().await?;
        if one_time_link::find(&tx, &secret.hash(), EXTERNAL).await?.is_none() {
            let since = plus(now, -TimeDelta::hours(1));
            if one_time_link::count(&tx, account.id, EXTERNAL, since).await? >= MOST_AN_HOUR {
                tx.rollback().await?;
                return Ok(None);
            }
            one_time_link::void_about(&tx, EXTERNAL, record.0, Some(account.id), now).await?;
            let row = OneTimeLink {
                hash: secret.hash(),
                purpose: EXTERNAL.to_owned(),
                account: Some(account.id),
                about: Some(record.0),
                email: account.email.clone(),
                created_at: now,
                expires_at: plus(now, TimeDelta::hours(self.settings().auth.external_link_hours)),
                used_at: None,
            };
            one_time_link::add(&tx, &row).await?;
        }
        tx.commit().await?;
        Ok(Some(Carried::Link { purpose: EXTERNAL, secret }))
    }

    fn secret_of(&self, draft: &OutboxDraft) -> Opaque {
        Opaque::of_mail(self.settings().auth.seal_key(), draft.id)
    }
}
