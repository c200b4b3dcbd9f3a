//! Organizations.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};

use crate::{
    app::{
        AppError,
        identity::{NewOrganization, OrganizationEntry},
    },
    web::{
        Web,
        extract::{ApiJson, actor::SignedIn},
        openapi::{RouteDoc, SchemaDoc},
        problem::ProblemType as P,
        routes::Route,
    },
};

const PATH: &str = "/api/v1/organizations";

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let list = RouteDoc::get(PATH, "organization_list", "The organizations that one may know of.", "organizations")
        .response(StatusCode::OK, SchemaDoc::list_of::<OrganizationEntry>());
    let create = RouteDoc::post(PATH, "organization_create", "Adds an organization.", "organizations")
        .request(SchemaDoc::of::<NewOrganization>())
        .response(StatusCode::CREATED, SchemaDoc::of::<OrganizationEntry>());
    let create = RouteDoc { errors: &[P::Forbidden], ..create };
    vec![Route { doc: list, handler: get(organizations) }, Route { doc: create, handler: post(create_organization) }]
}

async fn organizations(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
) -> Result<Json<Vec<OrganizationEntry>>, AppError> {
    web.app.organizations(&principal).await.map(Json)
}

async fn create_organization(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiJson(new): ApiJson<NewOrganization>,
) -> Result<(StatusCode, Json<OrganizationEntry>), AppError> {
    Ok((StatusCode::CREATED, Json(web.app.create_organization(&principal, &new).await?)))
}
