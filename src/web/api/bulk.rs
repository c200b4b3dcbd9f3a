//! One act on many records, with a result for each.

use axum::{Json, extract::State, http::StatusCode, routing::post};
use serde::Serialize;
use utoipa::ToSchema;

use super::records::CommandQuery;
use crate::{
    app::{
        AppError,
        bulk::{BulkAssign, BulkDone, BulkHow, BulkRemind, BulkRow},
    },
    web::{
        Web,
        extract::{ApiJson, ApiQuery, actor::SignedIn},
        openapi::{RouteDoc, SchemaDoc},
        problem::{Problem, ProblemType as P},
        routes::Route,
    },
};

/// What came of one record.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BulkEntry {
    /// Its reference, as it was given.
    pub reference: String,
    /// Whether it was done, or with `?preview=true` would be.
    pub done: bool,
    /// What was done, or would be.
    #[serde(flatten)]
    pub what: BulkDone,
    /// What stands against it: the problem that the act on this record alone would have been answered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let assign = act("/api/v1/bulk/assign", "bulk_assign", "Names who leads engagements for one's own side.")
        .request(SchemaDoc::of::<BulkAssign>());
    let remind = act("/api/v1/bulk/remind", "bulk_remind", "Reminds people of one's own side of what is open.")
        .request(SchemaDoc::of::<BulkRemind>());
    vec![Route { doc: assign, handler: post(bulk_assign) }, Route { doc: remind, handler: post(bulk_remind) }]
}

fn act(path: &'static str, id: &'static str, summary: &'static str) -> RouteDoc {
    let doc = RouteDoc::post(path, id, summary, "bulk").response(StatusCode::OK, SchemaDoc::list_of::<BulkEntry>());
    RouteDoc { preview: true, errors: &[P::Forbidden, P::InvalidBody, P::InvalidField], ..doc }
}

async fn bulk_assign(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiQuery(query): ApiQuery<CommandQuery>,
    ApiJson(asked): ApiJson<BulkAssign>,
) -> Result<Json<Vec<BulkEntry>>, AppError> {
    web.app.bulk_assign(&principal, &asked, &BulkHow::previewed(query.preview)).await.map(entries)
}

async fn bulk_remind(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiQuery(query): ApiQuery<CommandQuery>,
    ApiJson(asked): ApiJson<BulkRemind>,
) -> Result<Json<Vec<BulkEntry>>, AppError> {
    web.app.bulk_remind(&principal, &asked, &BulkHow::previewed(query.preview)).await.map(entries)
}

fn entries(rows: Vec<BulkRow>) -> Json<Vec<BulkEntry>> {
    let entry = |BulkRow { reference, result }| match result {
        Ok(what) => BulkEntry { reference, done: true, what, problem: None },
        Err(error) => {
            BulkEntry { reference, done: false, what: BulkDone::default(), problem: Some(Problem::from(error)) }
        }
    };
    Json(rows.into_iter().map(entry).collect())
}
