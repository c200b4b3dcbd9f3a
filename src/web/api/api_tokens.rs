//! API tokens of a developer's gateway.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use uuid::Uuid;

use crate::{
    app::{
        AppError,
        identity::{ApiTokenCreated, ApiTokenEntry, NewApiToken},
    },
    web::{
        Web,
        extract::{ApiJson, Path, actor::SignedIn},
        openapi::{RouteDoc, SchemaDoc},
        problem::ProblemType as P,
        routes::Route,
    },
};

const PATH: &str = "/api/v1/api-tokens";

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let list = RouteDoc::get(PATH, "api_token_list", "The API tokens of one's organization.", "api-tokens")
        .response(StatusCode::OK, SchemaDoc::list_of::<ApiTokenEntry>());
    let create =
        RouteDoc::post(PATH, "api_token_create", "Makes an API token; its secret is shown once.", "api-tokens")
            .request(SchemaDoc::of::<NewApiToken>())
            .response(StatusCode::CREATED, SchemaDoc::of::<ApiTokenCreated>());
    let revoke =
        RouteDoc::post("/api/v1/api-tokens/{token}/revoke", "api_token_revoke", "Revokes an API token.", "api-tokens");
    let act = |doc| RouteDoc { errors: &[P::Forbidden], ..doc };
    vec![
        Route { doc: RouteDoc { errors: &[P::Forbidden], ..list }, handler: get(api_tokens) },
        Route { doc: act(create), handler: post(create_token) },
        Route { doc: RouteDoc { status: StatusCode::NO_CONTENT, ..act(revoke) }, handler: post(revoke_token) },
    ]
}

async fn api_tokens(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
) -> Result<Json<Vec<ApiTokenEntry>>, AppError> {
    web.app.api_tokens(&principal).await.map(Json)
}

async fn create_token(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiJson(new): ApiJson<NewApiToken>,
) -> Result<(StatusCode, Json<ApiTokenCreated>), AppError> {
    Ok((StatusCode::CREATED, Json(web.app.create_api_token(&principal, &new).await?)))
}

async fn revoke_token(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(token): Path<String>,
) -> Result<StatusCode, AppError> {
    let token = Uuid::parse_str(&token).map_err(|_| AppError::NotFound)?;
    web.app.revoke_api_token(&principal, token).await.map(|()| StatusCode::NO_CONTENT)
}
