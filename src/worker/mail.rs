//! Mail that waits in the outbox, sent on several lanes at once, each with leases of its own.

use tokio::{sync::watch, task::JoinSet};

use crate::app::{App, AppError};

/// The most mails that one lane holds at a time: few enough that a slow relay takes them all before the lease ends.
const MOST_LEASED: u64 = 25;

/// Sends until nothing is due. Answers how many mails were tried.
pub(super) async fn run(app: &App, stop: &watch::Receiver<bool>) -> Result<usize, AppError> {
    let lanes = app.settings().mail.connections.max(1);
    let share = app.settings().worker.batch / u64::try_from(lanes).unwrap_or(1);
    let limit = share.clamp(1, MOST_LEASED);
    // Most rounds find little; further lanes are worth their transactions only where one is not enough.
    let first = app.deliver_until(limit, &|| *stop.borrow()).await?;
    if u64::try_from(first).is_ok_and(|first| first < limit) {
        return Ok(first);
    }
    let mut running = JoinSet::new();
    for _ in 0..lanes {
        running.spawn(lane(app.clone(), limit, stop.clone()));
    }
    let mut sent = Ok(first);
    while let Some(ended) = running.join_next().await {
        let tried = ended.map_err(AppError::internal).flatten();
        sent = sent.and_then(|sum: usize| tried.map(|tried| sum + tried));
    }
    sent
}

async fn lane(app: App, limit: u64, stop: watch::Receiver<bool>) -> Result<usize, AppError> {
    let mut sent = 0;
    while !*stop.borrow() {
        let tried = app.deliver_until(limit, &|| *stop.borrow()).await?;
        sent += tried;
        if tried == 0 {
            break;
        }
    }
    Ok(sent)
}
