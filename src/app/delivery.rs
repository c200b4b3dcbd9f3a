//! Mail leaves: leased from the outbox, composed, sent, and its delivery recorded for ever. No transaction is held while
//! a relay is spoken to; a worker that dies gives its lease back by time. At least once: a duplicate arises only where
//! the relay accepted and the worker died before recording it, and has the same Message-ID (invariant 24).

use chrono::TimeDelta;
use uuid::Uuid;

use super::{App, AppError, composing::Made};
use crate::{
    domain::{
        notice::NoticeKind,
        time::{Instant, plus},
    },
    mail::{
        Message, SendError, Transport,
        transport::{CapturedMail, capture::CAPACITY},
    },
    storage::{
        OutboxDraft,
        mail_sorting::{Held, Reception, held},
        outbox::{self, Attempt, OutboxRow, Outcome, Then},
    },
};

/// Attempts after which a mail counts as failed; with the backoff below they span about two days.
const MOST_ATTEMPTS: i32 = 12;

/// The first wait after a transient failure.
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(5);

/// The longest wait between two attempts.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(6);

/// The lease of the mails that are being sent.
struct Lease {
    token: Uuid,
    until: Instant,
    business: Instant,
}

impl App {
    /// Sends up to `limit` mails that are due; answers how many were tried.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked; a mail that fails is recorded as such.
    pub async fn deliver(&self, limit: u64) -> Result<usize, AppError> {
        self.deliver_until(limit, &|| false).await
    }

    /// Sends up to `limit` mails that are due, until `stop` says that the worker stops: then the leases of those that
    /// were not tried are given back, so that another worker need not wait for their end.
    ///
    /// # Errors
    /// As [`App::deliver`].
    pub async fn deliver_until(&self, limit: u64, stop: &(dyn Fn() -> bool + Sync)) -> Result<usize, AppError> {
        let mut lease = Lease { token: self.ids().uuid(), until: self.lease_end(), business: Instant::MIN_UTC };
        let tx = self.store().begin_write().await?;
        lease.business = self.decision_time(&tx).await?;
        let system = self.clock().system();
        let mails = outbox::lease(&tx, lease.token, system, lease.until, lease.business, limit).await?;
        tx.commit().await?;
        for (tried, mail) in mails.iter().enumerate() {
            if stop() {
                self.give_back(&lease).await?;
                return Ok(tried);
            }
            if let Err(error) = self.deliver_one(&mut lease, mail).await {
                // The store is not at hand. What was leased is given back if it comes again, else the lease runs out.
                self.give_back(&lease).await.ok();
                return Err(error);
            }
        }
        Ok(mails.len())
    }

    async fn give_back(&self, lease: &Lease) -> Result<(), AppError> {
        let tx = self.store().begin_write().await?;
        outbox::release(&tx, lease.token).await?;
        Ok(tx.commit().await?)
    }

    fn lease_length(&self) -> TimeDelta {
        TimeDelta::seconds(i64::try_from(self.settings().worker.lease_s).unwrap_or(60))
    }

    fn lease_end(&self) -> Instant {
        plus(self.clock().system(), self.lease_length())
    }

    /// How long one mail may take. Less than a lease lasts: were a slow relay allowed more, another worker would take
    /// the mail over and both would send it.
    fn longest_sending(&self) -> TimeDelta {
        self.lease_length() * 3 / 4
    }

    /// Captured mail, oldest first; nothing unless mail is captured.
    pub fn captured(&self) -> Vec<CapturedMail> {
        match self.transport() {
            Transport::Capture(captured) => captured.all(),
            Transport::Smtp(_) | Transport::Log => Vec::new(),
        }
    }

    /// One captured mail by its number.
    pub fn captured_mail(&self, number: u64) -> Option<CapturedMail> {
        match self.transport() {
            Transport::Capture(captured) => captured.get(number),
            Transport::Smtp(_) | Transport::Log => None,
        }
    }

    /// Puts mail that was sent before a restart back into the box of captured mail, which is kept in memory alone. The
    /// delivery ledger is not touched: nothing is sent again.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked.
    pub async fn recapture(&self) -> Result<usize, AppError> {
        let Transport::Capture(captured) = self.transport() else { return Ok(0) };
        let most = u64::try_from(CAPACITY).unwrap_or(u64::MAX);
        let tx = self.store().begin_read().await?;
        let rows = outbox::newest(&tx, most).await?;
        tx.end().await?;
        for row in rows.iter().rev().filter(|row| row.status == "sent") {
            match self.made_again(row).await? {
                Made::Message(message) => drop(self.send(*message).await),
                Made::Broken(reason) => tracing::warn!(reason, "a mail that was sent cannot be shown"),
                Made::Nothing => {}
            }
        }
        Ok(captured.len())
    }

    async fn deliver_one(&self, lease: &mut Lease, mail: &OutboxRow) -> Result<(), AppError> {
        let Some(reception) = self.may_send(lease, mail).await? else { return Ok(()) };
        if !self.wanted_now(&mail.draft, &reception, lease.token, lease.business).await? {
            return Ok(());
        }
        let sent = if mail.attempts > MOST_ATTEMPTS {
            // So often leased and never answered for: it ends the worker that tries it.
            Err(SendError::Transient { code: None, text: "given up".to_owned() })
        } else {
            match Box::pin(self.made(mail, &reception, lease.business)).await {
                Ok(Made::Message(message)) => self.send(*message).await,
                Ok(Made::Nothing) => return self.take_back(lease.token, mail.draft.id).await,
                Ok(Made::Broken(reason)) => Err(SendError::Permanent { code: None, text: reason }),
                Err(AppError::Busy) => return Err(AppError::Busy),
                // One mail's own trouble is its own failed attempt, and never keeps the others waiting.
                Err(error) => {
                    tracing::error!(mail = %mail.draft.id, %error, "what a mail carries cannot be told");
                    Err(SendError::Transient { code: None, text: "what it carries cannot be told".to_owned() })
                }
            }
        };
        let (outcome, response, then) = self.judge_delivery(mail, sent);
        let attempt = Attempt {
            id: self.ids().uuid(),
            at: self.clock().system(),
            business_at: lease.business,
            outcome,
            response,
            then,
        };
        self.complete(lease.token, &mail.draft, &attempt).await
    }

    /// How its recipient takes a leased mail that is still to be sent, with enough of the lease left to do so.
    async fn may_send(&self, lease: &mut Lease, mail: &OutboxRow) -> Result<Option<Reception>, AppError> {
        if plus(self.clock().system(), self.longest_sending()) > lease.until {
            let until = self.lease_end();
            let tx = self.store().begin_write().await?;
            outbox::renew(&tx, lease.token, until).await?;
            tx.commit().await?;
            lease.until = until;
        }
        let tx = self.store().begin_read().await?;
        let held = held(&tx, mail.draft.id, lease.token).await;
        tx.end().await?;
        match held? {
            Held::Yes(reception) => Ok(Some(*reception)),
            Held::No => Ok(None),
            // Who lost the account is told that alone.
            Held::RecipientDisabled if mail.draft.code == NoticeKind::N20.as_str() => Ok(Some(Reception::default())),
            Held::RecipientDisabled => {
                self.take_back(lease.token, mail.draft.id).await?;
                Ok(None)
            }
        }
    }

    /// Has a leased mail not sent.
    async fn take_back(&self, token: Uuid, mail: Uuid) -> Result<(), AppError> {
        let tx = self.store().begin_write().await?;
        outbox::take_back(&tx, mail, token).await?;
        Ok(tx.commit().await?)
    }

    /// Records an attempt. Not recording that the relay took a mail would send it twice, so that a store which is busy is
    /// asked again.
    async fn complete(&self, token: Uuid, mail: &OutboxDraft, attempt: &Attempt) -> Result<(), AppError> {
        let mut last = AppError::Busy;
        for _ in 0..super::TRIES {
            match self.complete_once(token, mail, attempt).await {
                Ok(()) => return Ok(()),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn complete_once(&self, token: Uuid, mail: &OutboxDraft, attempt: &Attempt) -> Result<(), AppError> {
        let tx = self.store().begin_write().await?;
        if outbox::complete(&tx, mail.id, token, attempt).await? {
            self.note_unsent(&tx, mail, attempt.then, attempt.business_at).await?;
        }
        Ok(tx.commit().await?)
    }

    /// A message that makes the library panic is that message's failure, never the worker's; one that takes too long may
    /// have arrived.
    async fn send(&self, message: Message) -> Result<String, SendError> {
        let transport = self.transport().clone();
        let longest = self.longest_sending().to_std().unwrap_or_default();
        #[expect(clippy::disallowed_methods, reason = "a task of its own keeps a panic away from the other mails")]
        let task = tokio::spawn(async move { tokio::time::timeout(longest, transport.send(&message)).await });
        match task.await {
            Ok(Ok(answer)) => answer.map(|accepted| accepted.response),
            Ok(Err(_)) => Err(SendError::Unknown { text: "the relay took too long".to_owned() }),
            Err(ended) if ended.is_panic() => {
                Err(SendError::Permanent { code: None, text: "the message could not be built".to_owned() })
            }
            Err(_) => Err(SendError::Unknown { text: "the process was stopping".to_owned() }),
        }
    }

    fn judge_delivery(&self, mail: &OutboxRow, sent: Result<String, SendError>) -> (Outcome, String, Then) {
        let again = |app: &Self| {
            if mail.attempts >= MOST_ATTEMPTS {
                Then::Missed
            } else {
                Then::Retry(plus(app.clock().system(), app.wait(mail.attempts)))
            }
        };
        match sent {
            Ok(response) => (Outcome::Accepted, response, Then::Sent),
            Err(SendError::Permanent { code, text }) => (Outcome::Permanent, said(code, &text), Then::Failed),
            Err(SendError::Transient { code, text }) => (Outcome::Transient, said(code, &text), again(self)),
            Err(SendError::Unknown { text }) => (Outcome::Unknown, text, again(self)),
        }
    }

    /// Doubling waits with up to a quarter of jitter, so that mails that failed together do not come back together.
    fn wait(&self, attempts: i32) -> TimeDelta {
        let doublings = u32::try_from(attempts.clamp(1, 10) - 1).unwrap_or(0);
        let wait = (FIRST_WAIT * 2_i32.pow(doublings)).min(LONGEST_WAIT);
        let [draw] = self.ids().random_bytes::<1>();
        wait + wait * i32::from(draw) / 1024
    }
}

fn said(code: Option<u16>, text: &str) -> String {
    code.map_or_else(|| text.to_owned(), |code| format!("{code} {text}"))
}
