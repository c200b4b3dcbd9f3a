//! The transaction of an act of administration.

use super::{App, AppError, failure::Failure};
use crate::storage::WriteTx;

/// Runs the work in a transaction, again where another one was in the way. A macro and not a function, because a future
/// that a borrowing closure makes cannot be shown to be `Send`.
macro_rules! in_transaction {
    ($app:expr, $tx:ident => $work:expr) => {
        async {
            for _ in 0..crate::app::TRIES {
                let transaction = $app.store().begin_write().await?;
                let $tx = &transaction;
                let worked: Result<_, crate::app::failure::Failure> = async { $work }.await;
                if let Some(done) = $app.finish(transaction, worked).await? {
                    return Ok(done);
                }
            }
            Err(crate::app::AppError::Busy)
        }
    };
}

impl App {
    /// Commits what succeeded and undoes what did not; `None` where another transaction was in the way.
    pub(in crate::app) async fn finish<T>(
        &self,
        tx: WriteTx,
        worked: Result<T, Failure>,
    ) -> Result<Option<T>, AppError> {
        let failure = match worked {
            Ok(done) => match tx.commit().await {
                Ok(()) => return Ok(Some(done)),
                Err(error) => Failure::from(error),
            },
            Err(failure) => {
                tx.rollback().await?;
                failure
            }
        };
        match failure {
            Failure::Again => Ok(None),
            Failure::Answer(error) => Err(error),
        }
    }
}
