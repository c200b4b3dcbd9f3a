//! Figures over many records.

use axum::{Json, extract::State, http::StatusCode, routing::get};

use crate::{
    app::{AppError, figures::Figures},
    web::{
        Web,
        extract::actor::SignedIn,
        openapi::{RouteDoc, SchemaDoc},
        problem::ProblemType,
        routes::Route,
    },
};

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let doc = RouteDoc::get(
        "/api/v1/figures",
        "figures",
        "Counts and turnaround: over all developers with small cells withheld, or of the own organization.",
        "figures",
    )
    .response(StatusCode::OK, SchemaDoc::of::<Figures>());
    vec![Route { doc: RouteDoc { errors: &[ProblemType::Forbidden], ..doc }, handler: get(figures) }]
}

async fn figures(State(web): State<Web>, SignedIn(principal): SignedIn) -> Result<Json<Figures>, AppError> {
    web.app.figures(&principal).await.map(Json)
}
