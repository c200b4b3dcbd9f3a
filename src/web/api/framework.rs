//! The framework versions: the rules that engagements are pinned to, open to every signed-in person.

use axum::{Json, extract::State, http::StatusCode, routing::get};
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    app::{App, AppError},
    domain::framework::{Framework, FrameworkStatus},
    web::{
        Web,
        extract::{Path, actor::Present},
        openapi::{RouteDoc, SchemaDoc},
        routes::Route,
    },
};

/// A framework version.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FrameworkSummary {
    /// Its name, for example `v1.1`.
    pub id: String,
    /// First date, in its zone, on which proposals are pinned to it.
    pub effective_from: NaiveDate,
    /// The authority that it rests on, as cited.
    pub authority: String,
    /// Whether proposals are pinned to it now.
    pub status: FrameworkStatus,
}

/// A framework version with everything that it says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FrameworkAnswer {
    /// The version.
    #[serde(flatten)]
    pub summary: FrameworkSummary,
    /// The cap, clock, quorum, criteria, required coverage, condition templates and the numbers of every deadline.
    pub rules: Value,
}

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let list = RouteDoc::get("/api/v1/frameworks", "framework_list", "The framework versions.", "frameworks")
        .response(StatusCode::OK, SchemaDoc::list_of::<FrameworkSummary>());
    let one = RouteDoc::get("/api/v1/frameworks/{id}", "framework_read", "One framework version.", "frameworks")
        .response(StatusCode::OK, SchemaDoc::of::<FrameworkAnswer>());
    vec![Route { doc: list, handler: get(versions) }, Route { doc: one, handler: get(version) }]
}

async fn versions(State(web): State<Web>, _: Present) -> Json<Vec<FrameworkSummary>> {
    Json(web.app.frameworks().iter().map(|framework| summary(&web.app, framework)).collect())
}

async fn version(
    State(web): State<Web>,
    _: Present,
    Path(id): Path<String>,
) -> Result<Json<FrameworkAnswer>, AppError> {
    let framework = web.app.frameworks().iter().find(|framework| framework.id == id).ok_or(AppError::NotFound)?;
    let rules = serde_json::to_value(framework).map_err(AppError::internal)?;
    Ok(Json(FrameworkAnswer { summary: summary(&web.app, framework), rules }))
}

fn summary(app: &App, framework: &Framework) -> FrameworkSummary {
    FrameworkSummary {
        id: framework.id.clone(),
        effective_from: framework.effective_from,
        authority: framework.authority.clone(),
        status: framework.status(app.frameworks(), app.clock().business()),
    }
}
