//! The quarantine: the scanner looks at contents, one after the other, under a lease that a dead worker gives back by
//! time. And what no document refers to is swept out of the object store.

use std::time::Duration;

use bytes::Bytes;
use chrono::TimeDelta;
use uuid::Uuid;

use super::{
    super::{App, AppError},
    Step, scanner,
};
use crate::{
    domain::{
        document::Verdict,
        refusal::Refusal,
        time::{Instant, plus},
    },
    storage::document_objects::{self, Leased, ObjectState},
};

/// The first wait after a scanner that gave no verdict; it doubles up to the longest.
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(1);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// What a lease lasts longer than the scanner may take: time to read the content and to record the verdict.
const MARGIN: TimeDelta = TimeDelta::seconds(60);

/// How long an object may be staged before it counts as left behind.
const STAGED: TimeDelta = TimeDelta::hours(1);

/// Objects that are swept in one go.
const SWEPT: u64 = 1_000;

impl App {
    /// Has the scanner look at up to `limit` contents that are in quarantine; answers how many were looked at. Without a
    /// scanner they pass: they were taken while one was configured.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked; what the scanner could not judge stays in quarantine.
    pub async fn scan(&self, limit: u64) -> Result<usize, AppError> {
        self.scan_until(limit, &|| false).await
    }

    /// As [`App::scan`], until `stop` says that the worker stops.
    ///
    /// # Errors
    /// As [`App::scan`].
    pub async fn scan_until(&self, limit: u64, stop: &(dyn Fn() -> bool + Sync)) -> Result<usize, AppError> {
        let mut looked_at = 0;
        while u64::try_from(looked_at).is_ok_and(|looked_at| looked_at < limit) && !stop() {
            let token = self.ids().uuid();
            let Some(leased) = self.lease_content(token).await? else { break };
            looked_at += 1;
            if let Some(verdict) = self.verdict(leased).await {
                self.judge_content(leased, verdict).await?;
            } else {
                let tx = self.store().begin_write().await?;
                document_objects::retry(&tx, leased.key, token, self.again_at(leased.attempts)).await?;
                tx.commit().await?;
            }
        }
        Ok(looked_at)
    }

    async fn lease_content(&self, token: Uuid) -> Result<Option<Leased>, AppError> {
        let now = self.clock().system();
        let patience = i64::try_from(self.settings().documents.scanner_timeout_s).unwrap_or(600);
        let until = plus(now, TimeDelta::seconds(patience) + MARGIN);
        let tx = self.store().begin_write().await?;
        let leased = document_objects::lease(&tx, token, now, until, 1).await?;
        tx.commit().await?;
        Ok(leased.into_iter().next())
    }

    /// What the scanner says; none if it says nothing, or the content is not at hand.
    async fn verdict(&self, leased: Leased) -> Option<Verdict> {
        let settings = &self.settings().documents;
        let Some(words) = settings.scanner_words() else { return Some(Verdict::Clean) };
        let bytes: Bytes = match self.objects().get(self.store(), leased.key).await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                tracing::error!(object = %leased.key, "a content in quarantine is missing");
                return None;
            }
            Err(error) => {
                tracing::error!(object = %leased.key, %error, "a content in quarantine cannot be read");
                return None;
            }
        };
        let timeout = Duration::from_secs(settings.scanner_timeout_s);
        tokio::task::spawn_blocking(move || scanner::run(&words, bytes, timeout)).await.ok().flatten()
    }

    /// Records the verdict. A document that was taken back meanwhile, or judged by another worker whose lease ran out,
    /// is no longer in quarantine: its object is set right by whoever recorded that.
    async fn judge_content(&self, leased: Leased, verdict: Verdict) -> Result<(), AppError> {
        let state = match verdict {
            Verdict::Clean => ObjectState::Kept,
            Verdict::Infected => ObjectState::Discarded,
        };
        match self.happened(leased.document, &[Step::Judged(verdict)], (leased.key, state)).await {
            Err(AppError::Refused(Refusal::WrongStage { stage, .. })) => {
                let kept = matches!(stage, "available" | "superseded");
                let state = if kept { ObjectState::Kept } else { ObjectState::Discarded };
                let tx = self.store().begin_write().await?;
                document_objects::set(&tx, leased.key, state).await?;
                Ok(tx.commit().await?)
            }
            done => done,
        }
    }

    fn again_at(&self, attempts: i32) -> Instant {
        let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(6);
        plus(self.clock().system(), (FIRST_WAIT * 2_i32.pow(doublings)).min(LONGEST_WAIT))
    }

    /// Takes away what no document refers to: contents whose document was not recorded, was refused, taken back or erased.
    /// Answers how many. One that cannot be taken away keeps none of the others.
    ///
    /// # Errors
    /// [`AppError`] if a store cannot be asked; what was not taken away is found again.
    pub async fn sweep_contents(&self) -> Result<u64, AppError> {
        let before = plus(self.clock().system(), -STAGED);
        let tx = self.store().begin_read().await?;
        let orphans = document_objects::orphans(&tx, before, SWEPT).await?;
        tx.end().await?;
        let (mut swept, mut failed) = (0, None);
        for key in orphans {
            match self.sweep(key).await {
                Ok(()) => swept += 1,
                Err(error) => {
                    tracing::error!(object = %key, %error, "an object that nothing refers to could not be taken away");
                    failed = Some(error);
                }
            }
        }
        failed.map_or(Ok(swept), Err)
    }

    /// The bytes first, then the row that tells of them: whoever dies in between is followed by another who finds it.
    async fn sweep(&self, key: Uuid) -> Result<(), AppError> {
        self.objects().delete(self.store(), key).await?;
        let tx = self.store().begin_write().await?;
        document_objects::forget(&tx, key).await?;
        Ok(tx.commit().await?)
    }
}
