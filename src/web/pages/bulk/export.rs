//! The rows of the chosen records as a file.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};

use super::Choice;
use crate::{
    app::AppError,
    web::{Web, extract::visitor::MemberPosted, table},
};

/// The rows as CSV or JSON, as a list shows them to the person.
pub async fn take(
    State(web): State<Web>,
    MemberPosted { visitor, fields }: MemberPosted,
) -> Result<Response, AppError> {
    let choice = Choice::of(&fields);
    if let Some(why) = choice.wrong() {
        return choice.refused(&web, &visitor, "Export chosen", why);
    }
    let rows = web.app.bulk_rows(visitor.principal(), &choice.references).await?;
    match fields.get("format") {
        "csv" => Ok(table::answer(&rows, "chosen", None)),
        "json" => {
            Ok(([(header::CONTENT_DISPOSITION, "attachment; filename=\"chosen.json\"")], Json(rows)).into_response())
        }
        _ => Err(AppError::field("/format", "is neither csv nor json")),
    }
}
