//! Effective access, asked by its holder or by the developer's gateway.

use axum::{Json, extract::State, http::StatusCode, routing::post};

use crate::{
    app::{AccessAnswer, AccessQuestion, AppError},
    web::{
        Web,
        extract::{ApiJson, actor::Asker},
        openapi::{RouteDoc, SchemaDoc},
        routes::Route,
    },
};

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let doc = RouteDoc::post("/api/v1/access-check", "access_check", "Whether a grant gives access now.", "access")
        .request(SchemaDoc::of::<AccessQuestion>())
        .response(StatusCode::OK, SchemaDoc::of::<AccessAnswer>());
    // A question is asked anew each time: an answer that is kept would not be the answer for now.
    vec![Route { doc: RouteDoc { idempotent: false, ..doc }, handler: post(check) }]
}

async fn check(
    State(web): State<Web>,
    Asker(asker): Asker,
    ApiJson(question): ApiJson<AccessQuestion>,
) -> Result<Json<AccessAnswer>, AppError> {
    web.app.access_check(&asker, &question).await.map(Json)
}
