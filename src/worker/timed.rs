//! What time brings: transitions that are due, and reminders.

use tokio::sync::watch;

use crate::app::{App, AppError};

/// Carries cases on until nothing is due. Answers how often something was.
pub(super) async fn run(app: &App, stop: &watch::Receiver<bool>) -> Result<usize, AppError> {
    let batch = app.settings().worker.batch;
    let mut done = 0;
    while !*stop.borrow() {
        let round = app.carry_on(batch).await?;
        done += round.settled + round.reminded;
        // A case that fails stays due; counting only what was done keeps it from turning the loop for ever.
        if round.is_idle() {
            break;
        }
    }
    Ok(done)
}
