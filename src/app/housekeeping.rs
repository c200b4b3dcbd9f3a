//! What is kept for a while only: answers for repeated requests, sessions and links that ended by time.

use chrono::TimeDelta;

use super::{App, AppError};
use crate::{
    domain::time::{Instant, plus},
    storage::{idempotency, one_time_link, session},
};

/// How long an answer is kept for a repeat of its request.
const ANSWERS: TimeDelta = TimeDelta::hours(24);

/// How long sessions and links are kept after they ended, so that an inquiry about a sign-in finds them.
const ENDED: TimeDelta = TimeDelta::days(30);

impl App {
    /// Answers from before this instant of the system clock are not given again, whether they were forgotten or not.
    pub(super) fn answers_since(&self) -> Instant {
        plus(self.clock().system(), -ANSWERS)
    }

    /// Forgets what has been kept long enough, by system time; answers how much that was.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked; then nothing was forgotten.
    pub async fn forget_expired(&self) -> Result<u64, AppError> {
        let now = self.clock().system();
        let tx = self.store().begin_write().await?;
        let answers = idempotency::forget(&tx, self.answers_since()).await?;
        let sessions = session::forget(&tx, plus(now, -ENDED)).await?;
        let links = one_time_link::forget(&tx, plus(now, -ENDED)).await?;
        tx.commit().await?;
        Ok(answers + sessions + links + self.sweep_contents().await?)
    }
}
