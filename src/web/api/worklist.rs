//! The signed-in person's queue.

use axum::{Json, extract::State, http::StatusCode, routing::get};

use crate::{
    app::{AppError, worklist::Worklist},
    web::{
        Web,
        extract::actor::SignedIn,
        openapi::{RouteDoc, SchemaDoc},
        routes::Route,
    },
};

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let doc = RouteDoc::get("/api/v1/worklist", "worklist", "One's own queue.", "worklist")
        .response(StatusCode::OK, SchemaDoc::of::<Worklist>());
    vec![Route { doc, handler: get(worklist) }]
}

async fn worklist(State(web): State<Web>, SignedIn(principal): SignedIn) -> Result<Json<Worklist>, AppError> {
    web.app.worklist(&principal).await.map(Json)
}
