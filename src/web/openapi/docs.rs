//! Where the description is served, and the viewer for it. The viewer's files are part of the binary; its policy
//! allows nothing from elsewhere.

use std::sync::{Arc, OnceLock};

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

/// The document and its viewer. The document is made when it is first asked for: few ask, and no start waits for it.
pub fn routes(document: fn() -> OpenApi) -> Router {
    let made = Arc::new(OnceLock::new());
    let served = get(move || async move {
        let json = written(&made, document)?;
        Ok::<_, AppError>(([(header::CONTENT_TYPE, "application/json")], json))
    });
    // Without "none" the viewer would send the document's address to a validator on somebody else's host.
    let viewer = SwaggerUi::new(DOCS_PATH).config(Config::new([DOCUMENT_PATH]).validator_url("none"));
    let viewer = Router::from(viewer).layer(map_response(with_policy));
    Router::new().route(DOCUMENT_PATH, served).merge(viewer)
}

/// The document as JSON; of two that are asked for at once the first that is done counts.
fn written(made: &OnceLock<Bytes>, document: fn() -> OpenApi) -> Result<Bytes, AppError> {
    if let Some(json) = made.get() {
        return Ok(json.clone());
    }
    let json = Bytes::from(document().to_json().map_err(AppError::internal)?);
    Ok(made.get_or_init(|| json).clone())
}

async fn with_policy(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOCS_POLICY));
    response
}
