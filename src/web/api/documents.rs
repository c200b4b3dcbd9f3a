//! The content of documents, coming and going, and the texts of conditions. What goes out is never shown in place: it is
//! a download of a type that nothing runs (ASVS 3.2.1).

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, put},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::records::RecordAnswer;
use crate::{
    app::{
        AppError,
        documents::{Content, Difference, TextEntry},
    },
    domain::document::MediaType,
    web::{
        Web,
        download::disposition,
        etag::ETag,
        extract::{ApiQuery, Path, actor::SignedIn, bytes},
        openapi::{QueryDoc, RouteDoc, SchemaDoc, ValueType},
        problem::ProblemType,
        routes::Route,
    },
};

/// What a content may do where a browser shows it: nothing.
const SANDBOX: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// The bytes of a document.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "stands for the bytes in the API's description")]
struct DocumentBytes(Vec<u8>);

const FROM_DOCUMENT: &[QueryDoc] = &[QueryDoc {
    name: "from",
    description: "Reference of the document that it is compared with; the version before it if left out.",
    value: ValueType::Text,
}];

const FROM_TO: &[QueryDoc] = &[
    QueryDoc {
        name: "from",
        description: "Number of the text that is compared with; the one before `to` if left out.",
        value: ValueType::Text,
    },
    QueryDoc {
        name: "to",
        description: "Number of the text that is compared; the newest if left out.",
        value: ValueType::Text,
    },
];

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let document = |part: &str| format!("/api/v1/documents/{{reference}}{part}");
    let condition = |part: &str| format!("/api/v1/conditions/{{reference}}{part}");
    let send = RouteDoc {
        raw: &["text/markdown", "text/plain", "application/pdf"],
        etag: true,
        errors: &[
            ProblemType::Forbidden,
            ProblemType::WrongStage,
            ProblemType::WrongSide,
            ProblemType::ContentRefused,
            ProblemType::PayloadTooLarge,
            ProblemType::SlowBody,
            ProblemType::UnsupportedMediaType,
            ProblemType::InvalidHeader,
        ],
        ..RouteDoc::put(document("/content"), "document_send", "Sends the content that was declared.", "documents")
            .response(StatusCode::OK, SchemaDoc::of::<RecordAnswer>())
    };
    let fetch = RouteDoc {
        etag: true,
        media_type: "application/octet-stream",
        errors: &[ProblemType::WrongStage, ProblemType::ContentErased, ProblemType::ContentDamaged],
        ..RouteDoc::get(document("/content"), "document_content", "The content, as a download.", "documents")
            .response(StatusCode::OK, SchemaDoc::of::<DocumentBytes>())
    };
    let compare = RouteDoc {
        query: FROM_DOCUMENT,
        errors: &[
            ProblemType::WrongStage,
            ProblemType::ContentErased,
            ProblemType::ContentDamaged,
            ProblemType::NoDifference,
        ],
        ..RouteDoc::get(document("/difference"), "document_difference", "What changed since another.", "documents")
            .response(StatusCode::OK, SchemaDoc::of::<Difference>())
    };
    let text = RouteDoc {
        errors: &[ProblemType::ContentErased],
        ..RouteDoc::get(condition("/texts/{number}"), "condition_text", "One of its texts.", "conditions")
            .response(StatusCode::OK, SchemaDoc::of::<TextEntry>())
    };
    let texts = RouteDoc {
        query: FROM_TO,
        errors: &[ProblemType::ContentErased, ProblemType::NoDifference],
        ..RouteDoc::get(condition("/difference"), "condition_difference", "What changed between texts.", "conditions")
            .response(StatusCode::OK, SchemaDoc::of::<Difference>())
    };
    vec![
        Route { doc: send, handler: put(send_content) },
        Route { doc: fetch, handler: get(content) },
        Route { doc: compare, handler: get(difference) },
        Route { doc: text, handler: get(condition_text) },
        Route { doc: texts, handler: get(condition_difference) },
    ]
}

/// Who may send what is known before a byte of it is read, and few contents are read at a time.
async fn send_content(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, AppError> {
    let awaited = web.app.awaited(&principal, &reference).await?;
    let media_type = media_type(&headers)?;
    let _turn = web.app.turn_to_send(principal.actor.account)?;
    let bytes = bytes(body).await?;
    let found = web.app.receive(&principal, &awaited, &media_type, bytes).await?;
    let tag = (header::ETAG, ETag::new(&found.etag).header());
    Ok(([tag], Json(RecordAnswer { record: found.view, allowed_actions: found.actions, as_of: None })).into_response())
}

/// The declared media type in small letters; a text may say that it is UTF-8.
fn media_type(headers: &HeaderMap) -> Result<String, AppError> {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(AppError::UnsupportedMediaType) };
    let text = value.to_str().map_err(|_| AppError::UnsupportedMediaType)?.to_ascii_lowercase();
    let (essence, parameters) = text.split_once(';').unwrap_or((&text, "charset=utf-8"));
    let parameters = parameters.trim().replace('"', "");
    if parameters != "charset=utf-8" {
        return Err(AppError::UnsupportedMediaType);
    }
    Ok(essence.trim().to_owned())
}

async fn content(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(reference): Path<String>,
) -> Result<Response, AppError> {
    let content = web.app.content(&principal, &reference).await?;
    Ok(download(content))
}

/// The answer that is saved to a file.
pub(in crate::web) fn download(content: Content) -> Response {
    let disposition = disposition(&content.name, &content.reference, content.media_type);
    answer(content, disposition)
}

/// The answer that a browser shows, in the same sandbox.
pub(in crate::web) fn in_place(content: Content) -> Response {
    answer(content, HeaderValue::from_static("inline"))
}

fn answer(content: Content, disposition: HeaderValue) -> Response {
    let media_type = match content.media_type {
        MediaType::Pdf => "application/pdf",
        MediaType::Markdown | MediaType::Plain => "text/plain; charset=utf-8",
    };
    let headers: [(HeaderName, HeaderValue); 4] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX)),
        (header::CONTENT_DISPOSITION, disposition),
        (header::ETAG, ETag::new(&content.sha256).header()),
    ];
    (headers, content.bytes).into_response()
}

/// Which document is compared with.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentDifference {
    from: Option<String>,
}

async fn difference(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(reference): Path<String>,
    ApiQuery(query): ApiQuery<DocumentDifference>,
) -> Result<Json<Difference>, AppError> {
    web.app.difference(&principal, query.from.as_deref(), &reference).await.map(Json)
}

async fn condition_text(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path((reference, number)): Path<(String, u32)>,
) -> Result<Json<TextEntry>, AppError> {
    web.app.condition_text(&principal, &reference, number).await.map(Json)
}

/// Which texts are compared.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TextDifference {
    from: Option<u32>,
    to: Option<u32>,
}

async fn condition_difference(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(reference): Path<String>,
    ApiQuery(query): ApiQuery<TextDifference>,
) -> Result<Json<Difference>, AppError> {
    web.app.condition_difference(&principal, &reference, query.from, query.to).await.map(Json)
}
