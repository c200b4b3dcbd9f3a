//! Mail that came back, or never left: reports are taken in, people see what did not arrive, and look after it. What is
//! said of a mail here is its id, notice, reference and recipient, and nothing that stands in it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    App, AppError, Principal,
    agenda::Cases,
    identity::Note,
    lookup,
    sorting::{legal, sort_of},
    worklist::WorkItem,
};
use crate::{
    auth::secret::MailToken,
    authz::{
        Sight,
        administration::{AdministrativeAction, AdministrativeResource, may},
    },
    domain::{
        actor::Role,
        id::{AccountId, Subject},
        time::Instant,
    },
    mail::report::{self, Action},
    storage::{
        OutboxDraft, ReadTx, WriteTx, cases, deadlines,
        mail_problems::{self, BounceOutcome, BounceRow, LogRow, ProblemRow},
        outbox::{self, Then},
    },
};

pub use crate::{mail::report::MOST_BYTES, storage::mail_problems::LogFilter as MailLogFilter};

/// Problems that are shown at most, the oldest first.
const MOST: u64 = 200;

/// What became of a message that was handed in as a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Intake {
    /// The mail did not arrive and never will.
    Bounced,
    /// The mail was given up after it was tried for long.
    Expired,
    /// The mail is still tried.
    Delayed,
    /// The message is no report about a mail of this service; nothing was done.
    Ignored,
}

/// A mail that did not arrive, to be looked after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MailProblem {
    /// Its id.
    pub id: Uuid,
    /// The notice's code, `N1` to `N20`.
    pub code: String,
    /// The record; none for a mail about an account.
    pub reference: Option<String>,
    /// The recipient's account.
    pub account: Option<AccountId>,
    /// Whether the mail was legally operative: then the recipient has to be told otherwise.
    pub legal: bool,
    /// `bounced`, `expired`, `refused` or `missed`.
    pub reason: String,
    /// The status code of the report (RFC 3463).
    pub status: Option<String>,
    /// When it was found.
    pub opened_at: DateTime<Utc>,
}

/// A mail of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MailLogEntry {
    /// The mail's id, which is the left part of its `Message-ID`.
    pub id: Uuid,
    /// The whole `Message-ID`.
    pub message_id: String,
    /// The notice's code, `N1` to `N20`.
    pub code: String,
    /// The record; none for a mail about an account.
    pub reference: Option<String>,
    /// The recipient's account; none for an invitation.
    pub account: Option<AccountId>,
    /// When it was queued.
    pub queued_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i32,
    /// `queued`, `sent`, `failed`, `superseded`, `missed`, `digest`, `off`, `muted`, `undeliverable`, or what a report
    /// said: `bounced`, `expired` or `delayed`.
    pub outcome: String,
}

/// Mails of the log, with where the next page begins.
pub struct MailLogPage {
    /// The mails, newest first.
    pub entries: Vec<MailLogEntry>,
    /// Instant and id of the last one, if there are more.
    pub next: Option<(Instant, Uuid)>,
}

impl App {
    /// Takes in a message that came to the bounce address. A message that is no report is ignored: whoever hands it in
    /// can do nothing about it, and answering it would be mail about mail.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the store is not at hand; then it may be handed in again.
    pub async fn take_report(&self, raw: &[u8]) -> Result<Intake, AppError> {
        let Some(address) = self.settings().mail.bounce_address.as_deref() else { return Ok(ignored("no address")) };
        let report = match report::read(raw, address) {
            Ok(report) => report,
            Err(why) => return Ok(ignored(&why.to_string())),
        };
        let mail = report.tokens.iter().find_map(|token| self.mail_of(MailToken::Bounce, token));
        let Some(mail) = mail else { return Ok(ignored("the token is not one of this service")) };
        let outcome = match (report.action, report.class) {
            (Action::Delayed, _) => BounceOutcome::Delayed,
            (Action::Failed, 5) => BounceOutcome::Bounced,
            (Action::Failed, _) => BounceOutcome::Expired,
        };
        in_transaction!(self, tx => Ok(self.record_report(tx, mail, outcome, &report.status).await?)).await
    }

    async fn record_report(
        &self,
        tx: &WriteTx,
        mail: Uuid,
        outcome: BounceOutcome,
        status: &str,
    ) -> Result<Intake, AppError> {
        let Some(row) = outbox::by_id(tx, mail).await? else { return Ok(ignored("the mail is not known")) };
        let now = self.decision_time(tx).await?;
        let bounce = BounceRow {
            id: self.ids().uuid(),
            mail,
            at: self.clock().system(),
            business_at: now,
            outcome,
            status: status.to_owned(),
        };
        mail_problems::add_bounce(tx, &bounce).await?;
        let intake = match outcome {
            BounceOutcome::Bounced => Intake::Bounced,
            BounceOutcome::Expired => Intake::Expired,
            BounceOutcome::Delayed => return Ok(Intake::Delayed),
        };
        self.open_problem(tx, &row.draft, outcome.name(), status, now).await?;
        Ok(intake)
    }

    /// Opens a problem where sending ended without success and the mail was legally operative.
    pub(super) async fn note_unsent(
        &self,
        tx: &WriteTx,
        draft: &OutboxDraft,
        then: Then,
        now: Instant,
    ) -> Result<(), AppError> {
        let reason = match then {
            Then::Failed => "refused",
            Then::Missed => "missed",
            Then::Sent | Then::Retry(_) => return Ok(()),
        };
        if self.is_legal(tx, draft).await? {
            self.open_problem(tx, draft, reason, "", now).await?;
        }
        Ok(())
    }

    async fn open_problem(
        &self,
        tx: &WriteTx,
        draft: &OutboxDraft,
        reason: &str,
        status: &str,
        now: Instant,
    ) -> Result<(), AppError> {
        let problem = ProblemRow {
            id: self.ids().uuid(),
            mail: draft.id,
            account: draft.recipient,
            aggregate: draft.aggregate,
            reference: draft.reference.clone(),
            code: draft.code.clone(),
            address: draft.address.clone(),
            legal: self.is_legal(tx, draft).await?,
            reason: reason.to_owned(),
            status: status.to_owned(),
            opened_at: now,
            resolved_at: None,
            resolved_by: None,
        };
        if mail_problems::open(tx, &problem).await? {
            tracing::warn!(mail = %draft.id, code = %draft.code, reason, "a mail did not arrive");
        }
        Ok(())
    }

    async fn is_legal(&self, tx: &ReadTx, draft: &OutboxDraft) -> Result<bool, AppError> {
        let kind = match draft.deadline {
            Some(deadline) => deadlines::kind_of(tx, deadline).await?,
            None => None,
        };
        Ok(sort_of(draft).is_some() && legal(draft, kind.as_deref()))
    }

    /// Every mail that is wanted, the newest first: for the system administrator.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for everybody else.
    pub async fn mail_log(
        &self,
        principal: &Principal,
        wanted: &MailLogFilter,
        after: Option<(Instant, Uuid)>,
        limit: u16,
    ) -> Result<MailLogPage, AppError> {
        let office = AdministrativeResource::office(self.hosting());
        self.administers(principal, AdministrativeAction::ReadMailLog, &office).await?;
        let tx = self.store().begin_read().await?;
        let rows = mail_problems::log(&tx, wanted, after, u64::from(limit) + 1).await;
        tx.end().await?;
        let mut rows = rows?;
        let more = rows.len() > usize::from(limit);
        rows.truncate(usize::from(limit));
        let last = rows.last().map(|row| (row.mail.draft.queued_at, row.mail.draft.id));
        Ok(MailLogPage { next: last.filter(|_| more), entries: rows.into_iter().map(log_entry).collect() })
    }

    /// Mail that did not arrive and that nobody looked after yet, the oldest first: all of it for the system
    /// administrator; for a program liaison what was legally operative, on records that the liaison may read.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for everybody else.
    pub async fn mail_problems(&self, principal: &Principal) -> Result<Vec<MailProblem>, AppError> {
        let office = AdministrativeResource::office(self.hosting());
        self.administers(principal, AdministrativeAction::LookAfterMail, &office).await?;
        let tx = self.store().begin_read().await?;
        let now = self.decision_time(&tx).await?;
        let found = self.problems_for(&tx, principal, now).await;
        tx.end().await?;
        Ok(found?.into_iter().map(problem).collect())
    }

    /// Records that somebody looked after a problem: told the recipient otherwise, or corrected the address. Optional
    /// mail to the address goes out again.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a problem that the person does not see, or that is resolved.
    pub async fn resolve_mail_problem(&self, principal: &Principal, id: Uuid) -> Result<(), AppError> {
        let office = AdministrativeResource::office(self.hosting());
        self.administers(principal, AdministrativeAction::LookAfterMail, &office).await?;
        in_transaction!(self, tx => {
            let now = self.decision_time(tx).await?;
            let one = mail_problems::by_id(tx, id).await?.filter(|problem| problem.resolved_at.is_none());
            let seen = self.problems_seen_by(tx, principal, one.into_iter().collect(), now).await?;
            if seen.is_empty() || !mail_problems::resolve(tx, id, principal.actor.account, now).await? {
                return Err(AppError::NotFound.into());
            }
            self.note(tx, Note::by(principal, "mail-problem.resolve", Some(id), "")).await
        })
        .await
    }

    /// The rows of a worklist: legally operative mail that did not arrive.
    pub(super) async fn mail_work(
        &self,
        tx: &ReadTx,
        principal: &Principal,
        now: Instant,
    ) -> Result<Vec<WorkItem>, AppError> {
        let office = AdministrativeResource::office(self.hosting());
        if may(&principal.actor, AdministrativeAction::LookAfterMail, &office).is_err() {
            return Ok(Vec::new());
        }
        let item = |problem: ProblemRow| {
            let reference = problem.reference.filter(|_| problem.legal)?;
            Some(WorkItem {
                people: Vec::new(),
                kind: lookup::kind_of(&reference)?,
                reference,
                title: None,
                developer: None,
                next_step: "resolve_mail_problem".to_owned(),
                due_on: None,
                due_at: None,
                who: vec!["me".to_owned()],
                acts: Vec::new(),
                why: None,
                mail_problem: Some(problem.id),
            })
        };
        Ok(self.problems_for(tx, principal, now).await?.into_iter().filter_map(item).collect())
    }

    async fn problems_for(
        &self,
        tx: &ReadTx,
        principal: &Principal,
        now: Instant,
    ) -> Result<Vec<ProblemRow>, AppError> {
        let administers = principal.actor.has(Role::SystemAdministrator);
        let rows = mail_problems::unresolved(tx, !administers, MOST).await?;
        self.problems_seen_by(tx, principal, rows, now).await
    }

    /// Those of the problems that the person may know of: a liaison, those on records that are the liaison's to read.
    async fn problems_seen_by(
        &self,
        tx: &ReadTx,
        principal: &Principal,
        rows: Vec<ProblemRow>,
        now: Instant,
    ) -> Result<Vec<ProblemRow>, AppError> {
        if principal.actor.has(Role::SystemAdministrator) || rows.is_empty() {
            return Ok(rows);
        }
        let records = rows.iter().filter_map(|row| row.aggregate).collect();
        let releases = cases::releases_of(tx, &records).await?;
        let ids = releases.values().copied().collect();
        let Cases { cases, .. } = self.cases(tx, &ids, &std::collections::BTreeSet::new(), now).await?;
        let sees = |row: &ProblemRow| {
            let kind = row.reference.as_deref().and_then(lookup::kind_of)?;
            let subject = Subject::new(kind, row.aggregate?);
            let case = cases.get(releases.get(&subject.id)?)?;
            self.sight(&principal.actor, case, subject).filter(|sight| *sight != Sight::Locked)
        };
        Ok(rows.into_iter().filter(|row| row.legal && sees(row).is_some()).collect())
    }
}

fn ignored(why: &str) -> Intake {
    tracing::info!(why, "a message that was handed in as a report was ignored");
    Intake::Ignored
}

fn problem(row: ProblemRow) -> MailProblem {
    MailProblem {
        id: row.id,
        code: row.code,
        reference: row.reference,
        account: row.account,
        legal: row.legal,
        reason: row.reason,
        status: Some(row.status).filter(|status| !status.is_empty()),
        opened_at: row.opened_at,
    }
}

fn log_entry(row: LogRow) -> MailLogEntry {
    let draft = row.mail.draft;
    let set_aside = row.mail.set_aside.filter(|_| row.mail.status == "superseded");
    MailLogEntry {
        id: draft.id,
        message_id: draft.message_id,
        code: draft.code,
        reference: draft.reference,
        account: draft.recipient,
        queued_at: draft.queued_at,
        attempts: row.mail.attempts,
        outcome: row.reported.or(set_aside).unwrap_or(row.mail.status),
    }
}
