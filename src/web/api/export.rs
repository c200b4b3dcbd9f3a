//! The export package of an engagement.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::post,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::{AppError, Principal, export::Purpose},
    web::{
        Web,
        extract::{ApiJson, Path, actor::SignedIn},
        file_body::FileBody,
        openapi::{RouteDoc, SchemaDoc},
        pages,
        problem::ProblemType,
        routes::Route,
    },
};

/// The media type of a package.
const ZIP: &str = "application/zip";

/// What a package is asked for with.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportBody {
    /// What for; written to the access log.
    pub purpose: Purpose,
}

/// A ZIP archive: `package.json`, `record.json`, `record.html`, `audit.json`, the texts in `documents/` and the
/// contents of uploaded documents in `contents/`.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "stands for the bytes in the API's description")]
struct ExportPackage(Vec<u8>);

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let doc = RouteDoc::post(
        "/api/v1/engagements/{reference}/export",
        "engagement_export",
        "Everything under the engagement as one sees it, as a package that can be checked offline.",
        "engagements",
    )
    .request(SchemaDoc::of::<ExportBody>())
    .response(StatusCode::OK, SchemaDoc::of::<ExportPackage>());
    let doc = RouteDoc { media_type: ZIP, errors: &[ProblemType::Forbidden, ProblemType::ContentDamaged], ..doc };
    vec![Route { doc, handler: post(export) }]
}

async fn export(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(reference): Path<String>,
    ApiJson(body): ApiJson<ExportBody>,
) -> Result<Response, AppError> {
    package(&web, &principal, &reference, body.purpose).await
}

/// The package as a file; written to the access log with its purpose.
pub(in crate::web) async fn package(
    web: &Web,
    principal: &Principal,
    reference: &str,
    purpose: Purpose,
) -> Result<Response, AppError> {
    let export = web.app.export(principal, reference, purpose).await?;
    let page = pages::export::page(&export).map_err(AppError::internal)?;
    let name = format!("attachment; filename=\"{}.zip\"", export.about.engagement);
    let (file, turn) = web.app.pack(export, page).await?;
    let body = FileBody::of(file, turn).map_err(AppError::internal)?;
    let headers: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(ZIP)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(AppError::internal)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Body::new(body)).into_response())
}
