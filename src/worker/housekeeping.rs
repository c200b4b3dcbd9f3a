//! What has been kept long enough is forgotten, and calendars are looked at whose tasks moved without a case telling.

use crate::app::{App, AppError};

/// Forgets; answers how many rows.
pub(super) async fn run(app: &App) -> Result<u64, AppError> {
    let forgotten = app.forget_expired().await?;
    Box::pin(app.review_calendars()).await?;
    Ok(forgotten)
}
