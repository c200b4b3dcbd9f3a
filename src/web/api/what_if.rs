//! The planner's door: what would follow from a supposition about an engagement.

use axum::{Json, extract::State, http::StatusCode, routing::post};

use crate::{
    app::{
        AppError,
        what_if::{WhatIf, WhatIfAnswer},
    },
    web::{
        Web,
        extract::{ApiJson, Path, actor::SignedIn},
        openapi::{RouteDoc, SchemaDoc},
        problem::ProblemType as P,
        routes::Route,
    },
};

const PATH: &str = "/api/v1/engagements/{reference}/what-if";

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let summary = "What would follow if a date moved, a condition stayed unsigned or another version applied.";
    let doc = RouteDoc::post(PATH, "engagement_what_if", summary, "engagements")
        .request(SchemaDoc::of::<WhatIf>())
        .response(StatusCode::OK, SchemaDoc::of::<WhatIfAnswer>());
    let errors = &[P::Forbidden, P::InvalidField, P::WrongStage];
    vec![Route { doc: RouteDoc { errors, ..doc }, handler: post(what_if) }]
}

async fn what_if(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(reference): Path<String>,
    ApiJson(asked): ApiJson<WhatIf>,
) -> Result<Json<WhatIfAnswer>, AppError> {
    web.app.what_if(&principal, &reference, &asked).await.map(Json)
}
