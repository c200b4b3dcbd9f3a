//! Queries that people keep under a name.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    routing::{delete, get, post, put},
};
use uuid::Uuid;

use crate::{
    app::{
        AppError,
        saved_views::{NewSavedView, NewViewRhythm, SavedViewEntry},
    },
    web::{
        Web,
        extract::{ApiJson, Path, actor::SignedIn},
        openapi::{RouteDoc, SchemaDoc},
        problem::ProblemType as P,
        routes::Route,
    },
};

const PATH: &str = "/api/v1/saved-views";

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let list = RouteDoc::get(PATH, "saved_view_list", "One's own views, and those shared by colleagues.", "search")
        .response(StatusCode::OK, SchemaDoc::list_of::<SavedViewEntry>());
    let save = RouteDoc::post(PATH, "saved_view_save", "Keeps a query under a name.", "search")
        .request(SchemaDoc::of::<NewSavedView>())
        .response(StatusCode::CREATED, SchemaDoc::of::<SavedViewEntry>());
    let mut remove =
        RouteDoc::delete("/api/v1/saved-views/{id}", "saved_view_delete", "Deletes one of one's own views.", "search");
    remove.status = StatusCode::NO_CONTENT;
    let alert = RouteDoc::put(
        "/api/v1/saved-views/{id}/alert",
        "saved_view_alert",
        "Says how often one is told that what a view finds has changed.",
        "search",
    )
    .request(SchemaDoc::of::<NewViewRhythm>())
    .response(StatusCode::OK, SchemaDoc::of::<SavedViewEntry>());
    vec![
        Route { doc: list, handler: get(saved_views) },
        Route { doc: RouteDoc { errors: &[P::InvalidBody], ..save }, handler: post(save_view) },
        Route { doc: remove, handler: delete(delete_view) },
        Route { doc: RouteDoc { errors: &[P::InvalidBody], ..alert }, handler: put(set_alert) },
    ]
}

async fn saved_views(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
) -> Result<Json<Vec<SavedViewEntry>>, AppError> {
    web.app.saved_views(&principal).await.map(Json)
}

async fn save_view(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiJson(new): ApiJson<NewSavedView>,
) -> Result<(StatusCode, Json<SavedViewEntry>), AppError> {
    Ok((StatusCode::CREATED, Json(web.app.save_view(&principal, &new).await?)))
}

async fn delete_view(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(id): Path<String>,
) -> Result<StatusCode, AppError> {
    web.app.delete_view(&principal, named(&id)?).await.map(|()| StatusCode::NO_CONTENT)
}

async fn set_alert(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(id): Path<String>,
    ApiJson(wanted): ApiJson<NewViewRhythm>,
) -> Result<Json<SavedViewEntry>, AppError> {
    web.app.set_view_alert(&principal, named(&id)?, wanted).await.map(Json)
}

/// What is no id names nothing.
fn named(text: &str) -> Result<Uuid, AppError> {
    Uuid::parse_str(text).map_err(|_| AppError::NotFound)
}
