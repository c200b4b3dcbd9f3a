//! Search over records of every kind.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::{
        AppError, Listed,
        error::BadRequest,
        search::{Facets, Jump, MOST_EXPORTED, MOST_LOOKED, Query, SearchPage, Wanted},
    },
    web::{
        Web,
        cursor::next_link,
        extract::{ApiQuery, actor::SignedIn, page::PageLimit},
        openapi::{QueryDoc, RouteDoc, SchemaDoc, ValueType},
        routes::Route,
        sort::Sort,
        table::{self, Format},
    },
};

/// One page of a search.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SearchAnswer {
    /// The query as it was understood, in canonical form.
    pub query: String,
    /// The one record that the query names by its whole reference, if one may know of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jump: Option<Jump>,
    /// The rows, in the order that was asked for; the newest first if none was.
    pub items: Vec<Listed>,
    /// The cursor of the next page; null on the last.
    pub next_cursor: Option<String>,
    /// Whether the page ends because 500 rows were looked at; more may fit behind `next_cursor`.
    pub cut: bool,
    /// What fits, counted; with the first page, where `facets=true` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facets: Option<Facets>,
}

/// What a search may be asked for.
const QUERY: &[QueryDoc] = &[
    QueryDoc {
        name: "q",
        description: "Terms divided by spaces, all of which must hold: field:value, words, \"quoted text\". Fields are \
                      kind, stage, due, developer, owner, is, reference, created, updated. All that one may read if left \
                      out.",
        value: ValueType::Text,
    },
    QueryDoc::LIMIT,
    QueryDoc::CURSOR,
    Sort::DOC,
    QueryDoc { name: "facets", description: "Whether what fits is counted.", value: ValueType::Flag },
    Format::DOC,
];

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let doc = RouteDoc::get("/api/v1/search", "search", "Records of every kind that one may read.", "search")
        .response(StatusCode::OK, SchemaDoc::of::<SearchAnswer>());
    vec![Route { doc: RouteDoc { query: QUERY, ..doc }, handler: get(search) }]
}

/// The query of the address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SearchQuery {
    #[serde(default)]
    q: String,
    limit: Option<PageLimit>,
    cursor: Option<String>,
    #[serde(default)]
    sort: Sort,
    #[serde(default)]
    facets: bool,
    format: Option<Format>,
}

/// Where the next page begins; sealed before it leaves the house.
type After = (DateTime<Utc>, Uuid);

async fn search(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiQuery(asked): ApiQuery<SearchQuery>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let query: Query = asked.q.parse().map_err(|error| refused(&error))?;
    // A cursor is good for the same viewer, order and query only.
    let name = format!("search:{}:{}:{query}", principal.actor.account, asked.sort.name());
    let after: Option<After> = asked.cursor.map(|cursor| web.cursors.open(&name, &cursor)).transpose()?;
    let format = Format::asked(asked.format, &headers);
    let most = if format == Format::Csv { MOST_EXPORTED } else { MOST_LOOKED };
    let limit = format.limit(asked.limit.map(PageLimit::get));
    let facets = asked.facets && format == Format::Json;
    let wanted = Wanted { limit, order: asked.sort.order(), after, facets, most };
    let SearchPage { items, next, cut, facets, jump } = web.app.search(&principal, &query, wanted).await?;
    let next_cursor = next.map(|next: After| web.cursors.seal(&name, &next)).transpose()?;
    let link = next_cursor.as_deref().and_then(|cursor| next_link(&uri, cursor));
    if format == Format::Csv {
        return Ok(table::answer(&items, "search", link));
    }
    let answer = SearchAnswer { query: query.to_string(), jump, items, next_cursor, cut, facets };
    let mut response = Json(answer).into_response();
    if let Some(link) = link {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// What is wrong with the query, at its parameter.
fn refused(error: &crate::app::search::QueryError) -> AppError {
    BadRequest::Parameter { name: "q".to_owned(), detail: error.to_string() }.into()
}
