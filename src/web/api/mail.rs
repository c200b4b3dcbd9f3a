//! What became of mails, and those that did not arrive.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    app::{
        AppError,
        returned_mail::{MailLogEntry, MailLogFilter, MailProblem},
    },
    web::{
        Web,
        extract::{ApiQuery, Page, PageLimit, Path, actor::SignedIn},
        openapi::{QueryDoc, RouteDoc, SchemaDoc},
        problem::ProblemType as P,
        routes::Route,
        table::Format,
    },
};

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let log = RouteDoc::get("/api/v1/mail-log", "mail_log", "Every mail and what became of it, newest first.", "mail")
        .response(StatusCode::OK, SchemaDoc::page_of::<MailLogEntry>());
    let problems =
        RouteDoc::get("/api/v1/mail-problems", "mail_problem_list", "Mail that did not arrive, oldest first.", "mail")
            .response(StatusCode::OK, SchemaDoc::list_of::<MailProblem>());
    let resolve = RouteDoc::post(
        "/api/v1/mail-problems/{id}/resolve",
        "mail_problem_resolve",
        "Records that the recipient was told otherwise, or the address was corrected.",
        "mail",
    );
    vec![
        Route { doc: RouteDoc { query: QueryDoc::PAGE, errors: &[P::Forbidden], ..log }, handler: get(mail_log) },
        Route { doc: RouteDoc { errors: &[P::Forbidden], ..problems }, handler: get(list) },
        Route {
            doc: RouteDoc { status: StatusCode::NO_CONTENT, errors: &[P::Forbidden], ..resolve },
            handler: post(resolve_problem),
        },
    ]
}

/// Which page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LogQuery {
    limit: Option<PageLimit>,
    cursor: Option<String>,
    format: Option<Format>,
}

async fn mail_log(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiQuery(query): ApiQuery<LogQuery>,
    (uri, headers): (Uri, HeaderMap),
) -> Result<Response, AppError> {
    let name = format!("mail-log:{}", principal.actor.account);
    let after: Option<(DateTime<Utc>, Uuid)> =
        query.cursor.map(|cursor| web.cursors.open(&name, &cursor)).transpose()?;
    let limit = Format::asked(query.format, &headers).limit(query.limit.map(PageLimit::get));
    let limit = u16::try_from(limit).unwrap_or(u16::MAX);
    let page = web.app.mail_log(&principal, &MailLogFilter::default(), after, limit).await?;
    let next_cursor = page.next.map(|next| web.cursors.seal(&name, &next)).transpose()?;
    Ok(Page { items: page.entries, next_cursor }.respond(&uri))
}

async fn list(State(web): State<Web>, SignedIn(principal): SignedIn) -> Result<Json<Vec<MailProblem>>, AppError> {
    web.app.mail_problems(&principal).await.map(Json)
}

async fn resolve_problem(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(id): Path<String>,
) -> Result<StatusCode, AppError> {
    let id = Uuid::parse_str(&id).map_err(|_| AppError::NotFound)?;
    web.app.resolve_mail_problem(&principal, id).await.map(|()| StatusCode::NO_CONTENT)
}
