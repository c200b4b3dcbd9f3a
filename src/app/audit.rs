//! The access log: denials, refusals and reads of content, each in a short transaction of its own (architecture section
//! 3, invariant 19).

use super::{App, AppError, Principal, command::TargetRef};
use crate::{
    domain::{action::Action, id::Subject, time::Instant},
    storage::access_log::{self, AccessEntry, AccessOutcome},
};

impl App {
    /// Adds an entry.
    pub(super) async fn log(&self, entry: AccessEntry) -> Result<(), AppError> {
        self.log_all(&[entry]).await
    }

    /// Adds entries, all or none.
    pub(super) async fn log_all(&self, entries: &[AccessEntry]) -> Result<(), AppError> {
        let tx = self.store().begin_write().await?;
        access_log::add(&tx, entries).await?;
        Ok(tx.commit().await?)
    }

    /// Logs that a record was read.
    pub(super) async fn log_read(
        &self,
        principal: &Principal,
        subject: Subject,
        reference: &str,
        detail: &str,
        now: Instant,
    ) -> Result<(), AppError> {
        self.log(AccessEntry {
            id: self.ids().uuid(),
            at: now,
            account: Some(principal.actor.account),
            session: principal.session,
            action: Action::read(subject.kind).to_string(),
            reference: Some(reference.to_owned()),
            aggregate: Some(subject.id),
            outcome: AccessOutcome::Allowed,
            detail: detail.to_owned(),
        })
        .await
    }

    /// Logs a denial or a refusal. That it could not be logged does not change the answer, and is itself logged.
    pub(super) async fn log_denied(&self, principal: &Principal, action: Action, target: &TargetRef, error: &AppError) {
        let (outcome, detail) = match error {
            AppError::NotFound => (AccessOutcome::Denied, "hidden"),
            AppError::Forbidden => (AccessOutcome::Denied, "forbidden"),
            AppError::Locked => (AccessOutcome::Denied, "locked"),
            AppError::Refused(refusal) => (AccessOutcome::Refused, refusal.name()),
            _ => return,
        };
        let entry = AccessEntry {
            id: self.ids().uuid(),
            at: self.clock().business(),
            account: Some(principal.actor.account),
            session: principal.session,
            action: action.to_string(),
            reference: match target {
                TargetRef::Record(_, reference) => Some(shortened(reference)),
                TargetRef::New(_) => None,
            },
            aggregate: None,
            outcome,
            detail: detail.to_owned(),
        };
        if let Err(error) = self.log(entry).await {
            tracing::error!(%error, "a denial could not be logged");
        }
    }

    /// The answer about a record that somebody named; a denial or a refusal is logged first.
    pub(super) async fn logged<T>(
        &self,
        principal: &Principal,
        action: Action,
        name: &str,
        answer: Result<T, AppError>,
    ) -> Result<T, AppError> {
        if let Err(error) = &answer {
            let target = TargetRef::Record(action.kind, name.to_owned());
            self.log_denied(principal, action, &target, error).await;
        }
        answer
    }
}

/// What somebody typed as a reference, no longer than one can be and without control characters, which PostgreSQL does
/// not all take.
fn shortened(reference: &str) -> String {
    reference.chars().filter(|c| !c.is_control()).take(40).collect()
}
