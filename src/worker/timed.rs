//! What time brings: transitions that are due, reminders and digests.

use tokio::sync::watch;

use crate::app::{App, AppError};

/// Carries cases on until nothing is due. Answers how often something was.
pub(super) async fn run(app: &App, stop: &watch::Receiver<bool>) -> Result<usize, AppError> {
    let batch = app.settings().worker.batch;
    let (mut done, mut failed) = (0, 0);
    while !*stop.borrow() {
        // A case that fails stays due, at the head of the list: the next batch has room for it and for as many others.
        let room = u64::try_from(failed).unwrap_or(u64::MAX);
        let round = app.carry_on(batch.saturating_add(room)).await?;
        done += round.settled + round.reminded + round.views + round.digests;
        // Counting only what was done, and going on only for more room, keeps failures from turning the loop for ever.
        if round.is_idle() && round.failed <= failed {
            break;
        }
        failed = round.failed;
    }
    Ok(done)
}
