//! Sessions of other people, for those who run their organization.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use uuid::Uuid;

use crate::{
    app::{AppError, identity::OtherSession},
    domain::id::AccountId,
    web::{
        Web,
        extract::{Path, actor::SignedIn},
        openapi::{RouteDoc, SchemaDoc},
        problem::ProblemType as P,
        routes::Route,
    },
};

const LIST: &str = "/api/v1/accounts/{account}/sessions";
const END: &str = "/api/v1/accounts/{account}/sessions/{session}/end";
const END_ALL: &str = "/api/v1/accounts/{account}/sessions/end";

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let list = RouteDoc::get(LIST, "account_sessions", "The open sessions of somebody, newest first.", "accounts")
        .response(StatusCode::OK, SchemaDoc::list_of::<OtherSession>());
    let end = |path: &'static str, id: &'static str, summary: &'static str| RouteDoc {
        status: StatusCode::NO_CONTENT,
        errors: &[P::Forbidden],
        ..RouteDoc::post(path, id, summary, "accounts")
    };
    let one = end(END, "account_end_session", "Ends one session of somebody; the account stays open.");
    let all = end(END_ALL, "account_end_sessions", "Ends every session of somebody; the account stays open.");
    vec![
        Route { doc: RouteDoc { errors: &[P::Forbidden], ..list }, handler: get(sessions) },
        Route { doc: one, handler: post(end_one) },
        Route { doc: all, handler: post(end_all) },
    ]
}

async fn sessions(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(account): Path<String>,
) -> Result<Json<Vec<OtherSession>>, AppError> {
    web.app.sessions_of(&principal, account_id(&account)?).await.map(Json)
}

async fn end_one(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path((account, session)): Path<(String, String)>,
) -> Result<StatusCode, AppError> {
    web.app.end_session_of(&principal, account_id(&account)?, id(&session)?).await.map(|()| StatusCode::NO_CONTENT)
}

async fn end_all(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(account): Path<String>,
) -> Result<StatusCode, AppError> {
    web.app.end_sessions_of(&principal, account_id(&account)?).await.map(|_| StatusCode::NO_CONTENT)
}

/// What is no id names nothing.
fn id(text: &str) -> Result<Uuid, AppError> {
    Uuid::parse_str(text).map_err(|_| AppError::NotFound)
}

fn account_id(text: &str) -> Result<AccountId, AppError> {
    id(text).map(AccountId)
}
