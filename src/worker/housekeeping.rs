//! What has been kept long enough is forgotten.

use crate::app::{App, AppError};

/// Forgets; answers how many rows.
pub(super) async fn run(app: &App) -> Result<u64, AppError> {
    app.forget_expired().await
}
