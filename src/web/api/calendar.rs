//! Windows and deadlines in a span of time, and the secret address of a person's own task dates.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, de::IgnoredAny};
use utoipa::ToSchema;

use crate::{
    app::{
        AppError,
        calendar::{CalendarView, FeedAddress},
    },
    domain::given,
    web::{
        Web,
        etag::ETag,
        extract::{ApiQuery, Path, actor::SignedIn},
        openapi::{QueryDoc, RouteDoc, SchemaDoc, ValueType},
        routes::Route,
    },
};

/// The media type of a calendar.
const CALENDAR: &str = "text/calendar; charset=utf-8";

/// The span that may be asked for.
const SPAN: &[QueryDoc] = &[
    QueryDoc { name: "from", description: "The beginning; now if left out.", value: ValueType::Instant },
    QueryDoc {
        name: "to",
        description: "The end, exclusive, at most 400 days after the beginning; 60 days after it if left out.",
        value: ValueType::Instant,
    },
];

/// A calendar in the form of RFC 5545.
#[derive(ToSchema)]
#[schema(value_type = String)]
#[expect(dead_code, reason = "stands for the text in the API's description")]
struct CalendarText(String);

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let view = RouteDoc::get("/api/v1/calendar", "calendar", "Windows and open deadlines in a span.", "calendar")
        .response(StatusCode::OK, SchemaDoc::sections_of::<CalendarView>());
    let make = RouteDoc::post(
        "/api/v1/calendar/feed",
        "calendar_feed_make",
        "Makes the secret address of one's own task dates, in place of the one before.",
        "calendar",
    )
    .response(StatusCode::CREATED, SchemaDoc::of::<FeedAddress>());
    let mut revoke = RouteDoc::post(
        "/api/v1/calendar/feed/revoke",
        "calendar_feed_revoke",
        "Ends the secret address of one's own task dates.",
        "calendar",
    );
    revoke.status = StatusCode::NO_CONTENT;
    let feed = RouteDoc::get("/calendar/{file}", "calendar_feed", "One's own task dates (`<secret>.ics`).", "calendar")
        .response(StatusCode::OK, SchemaDoc::of::<CalendarText>());
    vec![
        Route { doc: RouteDoc { query: SPAN, ..view }, handler: get(calendar) },
        Route { doc: make, handler: post(make_feed) },
        Route { doc: revoke, handler: post(revoke_feed) },
        Route {
            doc: RouteDoc { auth: false, etag: true, media_type: "text/calendar", ..feed },
            handler: get(read_feed),
        },
    ]
}

/// The span that is asked for.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SpanQuery {
    #[serde(default, deserialize_with = "given::instant_or_null")]
    from: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "given::instant_or_null")]
    to: Option<DateTime<Utc>>,
    /// The form of the answer, which the door sees to.
    #[serde(default, rename = "format")]
    _format: IgnoredAny,
}

async fn calendar(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiQuery(query): ApiQuery<SpanQuery>,
) -> Result<Json<CalendarView>, AppError> {
    web.app.calendar(&principal, query.from, query.to).await.map(Json)
}

async fn make_feed(State(web): State<Web>, SignedIn(principal): SignedIn) -> Result<Response, AppError> {
    let address = web.app.make_calendar_feed(&principal).await?;
    let private = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok((StatusCode::CREATED, [private], Json(address)).into_response())
}

async fn revoke_feed(State(web): State<Web>, SignedIn(principal): SignedIn) -> Result<StatusCode, AppError> {
    web.app.revoke_calendar_feed(&principal).await.map(|()| StatusCode::NO_CONTENT)
}

/// The secret in the path is all that a calendar program can send; a path of another form leads nowhere.
async fn read_feed(State(web): State<Web>, Path(file): Path<String>, headers: HeaderMap) -> Result<Response, AppError> {
    let secret = file.strip_suffix(".ics").ok_or(AppError::NotFound)?;
    let feed = web.app.calendar_feed(secret).await?;
    let etag = ETag::new(&feed.etag);
    let common =
        [(header::ETAG, etag.header()), (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"))];
    if is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, common).into_response());
    }
    Ok((common, [(header::CONTENT_TYPE, HeaderValue::from_static(CALENDAR))], feed.body).into_response())
}

/// `If-None-Match`: the comparison is weak (RFC 9110, section 13.1.2).
fn is_known(headers: &HeaderMap, etag: &ETag) -> bool {
    let current = etag.to_string();
    let lines = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.trim_start_matches("W/") == current)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_calendar_is_recognized_among_several_tags() {
        let etag = ETag::new("0a1b");
        for (lines, known) in [
            (&[][..], false),
            (&["\"0a1b\""], true),
            (&["W/\"0a1b\""], true),
            (&["\"x\", \"0a1b\""], true),
            (&["\"x\"", "\"0a1b\""], true),
            (&["*"], true),
            (&["\"0a1\""], false),
            (&["0a1b"], false),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::IF_NONE_MATCH, HeaderValue::from_static(line));
            }
            assert_eq!(is_known(&headers, &etag), known, "{lines:?}");
        }
    }
}
