//! Working days and milestones: what a program office keeps beside its cases.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use serde::{Deserialize, de::IgnoredAny};

use crate::{
    app::{
        AppError,
        office::{MilestoneEntry, NewClosure, NewReport, ReopenedDay, WorkingDays},
    },
    web::{
        Web,
        extract::{ApiJson, ApiQuery, Path, actor::SignedIn},
        openapi::{QueryDoc, RouteDoc, SchemaDoc, ValueType},
        problem::ProblemType as P,
        routes::Route,
    },
};

const DAYS: &str = "/api/v1/working-days";
const MILESTONES: &str = "/api/v1/milestones";
const REPORT: &str = "/api/v1/milestones/{key}/report";

/// The year that is asked for.
const YEAR: &[QueryDoc] =
    &[QueryDoc { name: "year", description: "The year; the present one if left out.", value: ValueType::Year }];

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let days = RouteDoc::get(DAYS, "working_days", "Holidays and closures of a year.", "calendar")
        .response(StatusCode::OK, SchemaDoc::sections_of::<WorkingDays>());
    let change = |path: &'static str, id: &'static str, summary: &'static str, body: SchemaDoc| {
        let doc = RouteDoc::post(path, id, summary, "calendar").request(body);
        let doc = doc.response(StatusCode::OK, SchemaDoc::of::<WorkingDays>());
        RouteDoc { errors: &[P::Forbidden], ..doc }
    };
    let close = change(
        "/api/v1/working-days/close",
        "working_days_close",
        "Closes a day: open tasks are counted anew.",
        SchemaDoc::of::<NewClosure>(),
    );
    let reopen = change(
        "/api/v1/working-days/reopen",
        "working_days_reopen",
        "Makes a closed day a working day again.",
        SchemaDoc::of::<ReopenedDay>(),
    );
    let milestones = RouteDoc::get(MILESTONES, "milestone_list", "The program's milestones.", "milestones")
        .response(StatusCode::OK, SchemaDoc::list_of::<MilestoneEntry>());
    let report = RouteDoc::post(REPORT, "milestone_report", "Enters what was learned of a milestone.", "milestones")
        .request(SchemaDoc::of::<NewReport>())
        .response(StatusCode::OK, SchemaDoc::list_of::<MilestoneEntry>());
    vec![
        Route { doc: RouteDoc { query: YEAR, ..days }, handler: get(working_days) },
        Route { doc: close, handler: post(close_day) },
        Route { doc: reopen, handler: post(reopen_day) },
        Route { doc: milestones, handler: get(milestone_list) },
        Route { doc: RouteDoc { errors: &[P::Forbidden], ..report }, handler: post(report_milestone) },
    ]
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct YearQuery {
    year: Option<i32>,
    /// The form of the answer, which the door sees to.
    #[serde(default, rename = "format")]
    _format: IgnoredAny,
}

async fn working_days(
    State(web): State<Web>,
    SignedIn(_): SignedIn,
    ApiQuery(query): ApiQuery<YearQuery>,
) -> Result<Json<WorkingDays>, AppError> {
    web.app.working_days(query.year).await.map(Json)
}

async fn close_day(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiJson(new): ApiJson<NewClosure>,
) -> Result<Json<WorkingDays>, AppError> {
    web.app.close_day(&principal, &new).await.map(Json)
}

async fn reopen_day(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiJson(reopened): ApiJson<ReopenedDay>,
) -> Result<Json<WorkingDays>, AppError> {
    web.app.reopen_day(&principal, &reopened).await.map(Json)
}

async fn milestone_list(State(web): State<Web>, SignedIn(_): SignedIn) -> Result<Json<Vec<MilestoneEntry>>, AppError> {
    web.app.milestones().await.map(Json)
}

async fn report_milestone(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(key): Path<String>,
    ApiJson(report): ApiJson<NewReport>,
) -> Result<Json<Vec<MilestoneEntry>>, AppError> {
    web.app.report_milestone(&principal, &key, &report).await.map(Json)
}
