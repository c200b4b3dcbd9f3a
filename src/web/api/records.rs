//! Records of every kind: lists, one record, what may be done with it, and one `POST` a command.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::{
        AppError, AsOf, DeadlineEntry, DocumentEntry, Idempotency, Kept, Listed, Outcome, Preview, Principal, Request,
        TargetRef, TimelineEntry,
        error::BadRequest,
        view::{ActionView, RecordView},
    },
    domain::{
        action::{Action, Creates},
        command::Command,
        id::Kind,
        text::Sha256Hex,
    },
    web::{
        Web,
        cursor::next_link,
        etag::{ETag, IfMatch},
        extract::{
            ApiQuery, IdempotencyKey, IfMatchHeader, Path, RawJson,
            actor::{Present, SignedIn},
            page::{Page, PageLimit},
            parse_error,
        },
        openapi::{QueryDoc, RouteDoc, SchemaDoc, ValueType},
        routes::Route,
        sort::Sort,
        table::{self, Format},
    },
};

/// A record with what may be done with it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecordAnswer {
    /// The record.
    #[serde(flatten)]
    pub record: RecordView,
    /// Every action, allowed or with what stands against it; none where the record is shown for an earlier instant.
    pub allowed_actions: Vec<ActionView>,
    /// The instant that the record is shown for, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<AsOf>,
}

/// The answer to a command: the record after it, or with `?preview=true` what would happen.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum CommandAnswer {
    /// The record.
    Record(Box<RecordView>),
    /// What would happen.
    Preview(Box<Preview>),
}

/// The routes of this room: those of every kind, then those of every command.
pub fn routes() -> Vec<Route> {
    let records = Kind::ALL.into_iter().flat_map(kind_routes);
    records.chain(command_routes()).collect()
}

fn kind_routes(kind: Kind) -> Vec<Route> {
    let plural = kind.plural();
    let one = |part: &str| format!("/api/v1/{plural}/{{reference}}{part}");
    let id = |what: &str| format!("{}_{what}", kind.name());
    let doc = |part: &str, what: &str, summary: &'static str, answer: SchemaDoc| {
        let doc = RouteDoc::get(one(part), id(what), summary, plural).response(StatusCode::OK, answer);
        RouteDoc { etag: part.is_empty(), query: if part.is_empty() { READ_QUERY } else { &[] }, ..doc }
    };
    let mut list_doc = RouteDoc::get(format!("/api/v1/{plural}"), id("list"), "The records that one may read.", plural)
        .response(StatusCode::OK, SchemaDoc::page_of::<Listed>());
    list_doc.query = LIST_QUERY;
    vec![
        Route {
            doc: list_doc,
            handler: get(move |web, who, query, uri, headers| list(web, who, query, (uri, headers), kind)),
        },
        Route {
            doc: doc("", "read", "One record.", SchemaDoc::of::<RecordAnswer>()),
            handler: get(move |web, who, path, query| read(web, who, path, query, kind)),
        },
        Route {
            doc: doc("/actions", "actions", "What may be done with it.", SchemaDoc::list_of::<ActionView>()),
            handler: get(move |web, who, path| actions(web, who, path, kind)),
        },
        Route {
            doc: doc("/timeline", "timeline", "What happened to it.", SchemaDoc::list_of::<TimelineEntry>()),
            handler: get(move |web, who, path| timeline(web, who, path, kind)),
        },
        Route {
            doc: doc("/deadlines", "deadlines", "Its deadlines and reminders.", SchemaDoc::list_of::<DeadlineEntry>()),
            handler: get(move |web, who, path| deadlines(web, who, path, kind)),
        },
        Route {
            doc: doc("/documents", "documents", "Its texts.", SchemaDoc::list_of::<DocumentEntry>()),
            handler: get(move |web, who, path| documents(web, who, path, kind)),
        },
    ]
}

/// What a record may be asked for.
const READ_QUERY: &[QueryDoc] = &[QueryDoc {
    name: "as_of",
    description: "The record as it stood at this instant, of what was recorded by then; without ETag and actions.",
    value: ValueType::Instant,
}];

/// What lists may be asked for.
const LIST_QUERY: &[QueryDoc] = &[
    QueryDoc::LIMIT,
    QueryDoc::CURSOR,
    Sort::DOC,
    QueryDoc { name: "stage", description: "Only records in these stages, divided by commas.", value: ValueType::Text },
    Format::DOC,
];

/// One route a command. Commands that make a record share the path of their kind's list.
fn command_routes() -> Vec<Route> {
    let answer = SchemaDoc::of::<CommandAnswer>();
    let docs = crate::web::openapi::command_docs(&answer);
    Command::catalog()
        .into_iter()
        .zip(docs)
        .map(|(facts, doc)| Route { handler: command_handler(facts.action, facts.creates), doc })
        .collect()
}

fn command_handler(action: Action, creates: Creates) -> MethodRouter<Web> {
    if creates == Creates::No {
        post(move |web, who, asks, Path(reference): Path<String>, body| {
            command(web, who, asks, TargetRef::Record(action.kind, reference), action, body)
        })
    } else {
        post(move |web, who, asks, body| command(web, who, asks, TargetRef::New(action.kind), action, body))
    }
}

/// What may come with a command besides its body.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandQuery {
    /// Only tell what would happen.
    #[serde(default)]
    pub preview: bool,
}

type Asks = (ApiQuery<CommandQuery>, IfMatchHeader, IdempotencyKey);

async fn command(
    State(web): State<Web>,
    Present(principal): Present,
    (ApiQuery(query), IfMatchHeader(if_match), IdempotencyKey(key)): Asks,
    target: TargetRef,
    action: Action,
    RawJson(body): RawJson,
) -> Result<Response, AppError> {
    let command = Command::parse(action.kind, action.name, &body).ok_or(AppError::NotFound)?.map_err(parse_error)?;
    // What a link opens ends with it: an answer to another one's request is not given again.
    let key = match (key, principal.actor.link.and(principal.session)) {
        (Some(key), Some(session)) => Some(format!("{session}:{key}")),
        (key, _) => key,
    };
    let request = Request {
        principal,
        preview: query.preview,
        if_match: if_match.map(tags),
        idempotency: key.map(|key| idempotency(key, action, &target, &body)),
    };
    let outcome = web.app.execute(&request, &target, &command).await?;
    render(action.kind, outcome)
}

fn tags(if_match: IfMatch) -> Vec<String> {
    match if_match {
        IfMatch::Any => vec!["*".to_owned()],
        IfMatch::Strong(tags) => tags,
    }
}

/// A key is scoped to account, route and target, and bound to the body.
fn idempotency(key: String, action: Action, target: &TargetRef, body: &Bytes) -> Idempotency {
    let target = match target {
        TargetRef::New(kind) => kind.plural().to_owned(),
        TargetRef::Record(_, reference) => reference.clone(),
    };
    Idempotency { key, route: action.to_string(), target, request_hash: Sha256Hex::of(body).as_str().to_owned() }
}

fn render(kind: Kind, outcome: Outcome) -> Result<Response, AppError> {
    Ok(match outcome {
        Outcome::Preview(preview) => Json(preview).into_response(),
        Outcome::Replayed(kept) => answer(kind, kept),
        Outcome::Done(done) => answer(kind, done.kept()?),
    })
}

/// The first answer and every repetition of it.
fn answer(kind: Kind, kept: Kept) -> Response {
    let status = if kept.created { StatusCode::CREATED } else { StatusCode::OK };
    let mut headers = HeaderMap::new();
    headers.insert(header::ETAG, ETag::new(&kept.etag).header());
    let location = format!("/api/v1/{}/{}", kind.plural(), kept.reference);
    if let (true, Ok(location)) = (kept.created, HeaderValue::from_str(&location)) {
        headers.insert(header::LOCATION, location);
    }
    (status, headers, Json(kept.body)).into_response()
}

/// What a record may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadQuery {
    /// The instant that it is to be shown for.
    #[serde(default, deserialize_with = "crate::domain::given::instant_or_null")]
    as_of: Option<DateTime<Utc>>,
}

async fn read(
    State(web): State<Web>,
    Present(principal): Present,
    Path(reference): Path<String>,
    ApiQuery(query): ApiQuery<ReadQuery>,
    kind: Kind,
) -> Result<Response, AppError> {
    if let Some(at) = query.as_of {
        let found = web.app.record_as_of(&principal, kind, &reference, at).await?;
        let (record, as_of) = (found.view, Some(found.as_of));
        return Ok(Json(RecordAnswer { record, allowed_actions: Vec::new(), as_of }).into_response());
    }
    let found = web.app.record(&principal, kind, &reference).await?;
    let tag = (header::ETAG, ETag::new(&found.etag).header());
    Ok(([tag], Json(RecordAnswer { record: found.view, allowed_actions: found.actions, as_of: None })).into_response())
}

async fn actions(
    State(web): State<Web>,
    Present(principal): Present,
    Path(reference): Path<String>,
    kind: Kind,
) -> Result<Json<Vec<ActionView>>, AppError> {
    Ok(Json(web.app.record(&principal, kind, &reference).await?.actions))
}

async fn timeline(
    State(web): State<Web>,
    Present(principal): Present,
    Path(reference): Path<String>,
    kind: Kind,
) -> Result<Json<Vec<TimelineEntry>>, AppError> {
    web.app.timeline(&principal, kind, &reference).await.map(Json)
}

async fn deadlines(
    State(web): State<Web>,
    Present(principal): Present,
    Path(reference): Path<String>,
    kind: Kind,
) -> Result<Json<Vec<DeadlineEntry>>, AppError> {
    web.app.deadlines(&principal, kind, &reference).await.map(Json)
}

async fn documents(
    State(web): State<Web>,
    Present(principal): Present,
    Path(reference): Path<String>,
    kind: Kind,
) -> Result<Json<Vec<DocumentEntry>>, AppError> {
    web.app.documents(&principal, kind, &reference).await.map(Json)
}

/// What a list may be asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// How many rows.
    pub limit: Option<PageLimit>,
    /// Where to go on.
    pub cursor: Option<String>,
    /// The order of the rows.
    #[serde(default)]
    pub sort: Sort,
    /// Only these stages, divided by commas.
    pub stage: Option<String>,
    /// The form of the answer.
    pub format: Option<Format>,
}

/// Where the next page begins; sealed before it leaves the house.
type After = (DateTime<Utc>, Uuid);

async fn list(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiQuery(query): ApiQuery<ListQuery>,
    (uri, headers): (Uri, HeaderMap),
    kind: Kind,
) -> Result<Response, AppError> {
    let name = cursor_name(&principal, kind, query.sort, query.stage.as_deref());
    let after: Option<After> = query.cursor.map(|cursor| web.cursors.open(&name, &cursor)).transpose()?;
    let stages = query.stage.as_deref().map(stages).transpose()?.unwrap_or_default();
    let format = Format::asked(query.format, &headers);
    let limit = u64::try_from(format.limit(query.limit.map(PageLimit::get))).unwrap_or(u64::MAX);
    let page = web.app.list(&principal, kind, stages, (query.sort.order(), after), limit).await?;
    let next_cursor = page.next.map(|next: After| web.cursors.seal(&name, &next)).transpose()?;
    if format == Format::Csv {
        let link = next_cursor.as_deref().and_then(|cursor| next_link(&uri, cursor));
        return Ok(table::answer(&page.items, kind.plural(), link));
    }
    Ok(Page { items: page.items, next_cursor }.respond(&uri))
}

/// The names of stages, which have small letters and underscores alone.
fn stages(list: &str) -> Result<Vec<String>, AppError> {
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if !list.split(',').all(is_name) {
        let detail = "must be names of stages, divided by commas".to_owned();
        return Err(BadRequest::Parameter { name: "stage".to_owned(), detail }.into());
    }
    Ok(list.split(',').map(str::to_owned).collect())
}

/// A cursor is good for the same viewer, kind, order and filter only.
fn cursor_name(principal: &Principal, kind: Kind, sort: Sort, stage: Option<&str>) -> String {
    format!("{}:{}:{}:{}", kind.plural(), principal.actor.account, sort.name(), stage.unwrap_or_default())
}
