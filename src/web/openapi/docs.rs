//! Where the description is served, and the viewer for it. The viewer's files are part of the binary; its policy
//! allows nothing from elsewhere.

use axum::{
    Router,
    body::Bytes,
    http::{HeaderValue, header},
    middleware::map_response,
    response::Response,
    routing::get,
};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::{app::error::AppError, web::middleware::DOCS_POLICY};

/// Where the document is.
pub const DOCUMENT_PATH: &str = "/api/openapi.json";

/// Where it can be browsed.
pub const DOCS_PATH: &str = "/api/docs";

/// The document and its viewer.
///
/// # Errors
/// [`AppError::Internal`] where the document cannot be written as JSON.
pub fn routes(document: &OpenApi) -> Result<Router, AppError> {
    let json = Bytes::from(document.to_json().map_err(AppError::internal)?);
    let served = get(move || async move { ([(header::CONTENT_TYPE, "application/json")], json) });
    // Without "none" the viewer would send the document's address to a validator on somebody else's host.
    let viewer = SwaggerUi::new(DOCS_PATH).config(Config::new([DOCUMENT_PATH]).validator_url("none"));
    let viewer = Router::from(viewer).layer(map_response(with_policy));
    Ok(Router::new().route(DOCUMENT_PATH, served).merge(viewer))
}

async fn with_policy(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOCS_POLICY));
    response
}
