//! What the service needs to be ready, and what it still has to do.

use super::{App, AppError, Principal, jobs::JobHealth};
use crate::{
    authz::administration::{AdministrativeAction, AdministrativeResource},
    domain::time::Instant,
    storage::{ReadTx, StorageError, due, outbox},
};

/// What waits for the worker, and how its jobs stand. Nothing but counts and instants: no record and no person can be
/// told from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// The instant of asking, business time in UTC.
    pub now: Instant,
    /// When time next brings something to any case, in UTC; before `now` where the worker is behind.
    pub next_due_at: Option<Instant>,
    /// Mails by where they stand: the status and how many.
    pub mails: Vec<(&'static str, u64)>,
    /// How each job of the worker stands.
    pub jobs: Vec<JobHealth>,
}

/// Where a mail may stand, as people read it in order.
const MAILS: [&str; 5] = ["queued", "sent", "missed", "failed", "superseded"];

impl App {
    /// Whether the database answers.
    ///
    /// # Errors
    /// One sentence for the operator, without particulars.
    pub async fn check_database(&self) -> Result<(), String> {
        self.store().ping().await.map_err(|_| "the database does not answer".to_owned())
    }

    /// Whether the database has this version's schema.
    ///
    /// # Errors
    /// One sentence for the operator.
    pub async fn check_migrations(&self) -> Result<(), String> {
        match self.store().pending_migrations().await {
            Ok(0) => Ok(()),
            Ok(pending) => Err(format!("{pending} migrations are pending: run `anteroom migrate`")),
            Err(_) => Err("the schema cannot be read".to_owned()),
        }
    }

    /// What waits for the worker.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for all but system administrators.
    pub async fn backlog(&self, principal: &Principal) -> Result<Backlog, AppError> {
        let office = AdministrativeResource::office(self.hosting());
        self.administers(principal, AdministrativeAction::ReadService, &office).await?;
        let tx = self.store().begin_read().await?;
        let read = self.read_backlog(&tx).await;
        tx.end().await?;
        Ok(read?)
    }

    async fn read_backlog(&self, tx: &ReadTx) -> Result<Backlog, StorageError> {
        let mut mails = Vec::new();
        for status in MAILS {
            mails.push((status, outbox::count(tx, status).await?));
        }
        let (now, next_due_at, jobs) =
            (self.decision_time(tx).await?, due::next(tx).await?, self.job_health(tx).await?);
        Ok(Backlog { now, next_due_at, mails, jobs })
    }
}
