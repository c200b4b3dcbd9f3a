//! Contents of documents that wait for the scanner.

use tokio::sync::watch;

use crate::app::{App, AppError};

/// Has the scanner look at what is due. Answers how much that was.
pub(super) async fn run(app: &App, stop: &watch::Receiver<bool>) -> Result<usize, AppError> {
    app.scan_until(app.settings().worker.batch, &|| *stop.borrow()).await
}
