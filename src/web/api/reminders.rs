//! The reminders of an engagement, planned and past.

use axum::{Json, extract::State, http::StatusCode, routing::get};

use crate::{
    app::{AppError, EngagementReminder},
    web::{
        Web,
        extract::{Path, actor::SignedIn},
        openapi::{RouteDoc, SchemaDoc},
        routes::Route,
    },
};

const PATH: &str = "/api/v1/engagements/{reference}/reminders";

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let summary = "Every reminder of the engagement and of what stands under it: planned, or what became of it.";
    let doc = RouteDoc::get(PATH, "engagement_reminders", summary, "engagements")
        .response(StatusCode::OK, SchemaDoc::list_of::<EngagementReminder>());
    vec![Route { doc, handler: get(reminders) }]
}

async fn reminders(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(reference): Path<String>,
) -> Result<Json<Vec<EngagementReminder>>, AppError> {
    web.app.reminders(&principal, &reference).await.map(Json)
}
