//! What only the demonstration has: its clock, which a visitor moves forward, and the mail that it captured. Nothing of
//! this is routed in any other mode.

mod letter;

use std::{collections::BTreeMap, sync::Arc};

use askama::Template;
use axum::{
    Form, Json, Router,
    extract::{FromRequest as _, Path, Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tower_http::compression::CompressionLayer;

use super::time::PageClock;
use crate::{
    app::{
        Advanced, App, AppError, CapturedMail,
        error::BadRequest,
        view::{Moment, moment},
    },
    domain::time::{Instant, plus},
    web::extract::{ApiJson, ApiQuery},
};

/// The policy of these pages: one style sheet and forms to this host, nothing else.
const PAGE_POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The farthest that one move may go.
const FARTHEST: TimeDelta = TimeDelta::days(400);

/// The buttons that move the clock.
const STEPS: &[(&str, u32)] = &[("One hour", 3_600), ("One day", 86_400), ("One week", 604_800)];

/// Mails of a page.
const MAILS: usize = 50;

/// Somebody whom a visitor may sign in as.
#[derive(Clone, Debug, Serialize)]
pub struct DemoPerson {
    /// Role codes.
    pub roles: Vec<String>,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// Name of the organization.
    pub organization: String,
}

/// What the pages of the demonstration hold.
#[derive(Clone)]
pub struct Demo {
    app: App,
    people: Arc<[DemoPerson]>,
    /// Held while the clock moves: two visitors' moves follow one another.
    moving: Arc<Mutex<()>>,
    /// What the last move brought.
    last: Arc<Mutex<Option<Advanced>>>,
}

impl Demo {
    /// Pages over these use cases, whose clock must be movable.
    pub fn new(app: App, people: Vec<DemoPerson>) -> Self {
        Self { app, people: people.into(), moving: Arc::default(), last: Arc::default() }
    }

    /// The routes, to be merged into those of the service.
    pub fn routes(self) -> Router {
        Router::new()
            .route("/demo", get(overview))
            .route("/demo/style.css", get(style))
            .route("/demo/clock", post(move_clock).get(clock))
            .route("/demo/codes", get(codes))
            .route("/demo/mail", get(mails))
            .route("/demo/mail/{number}", get(mail))
            .layer(CompressionLayer::new())
            .with_state(self)
    }

    fn moment(&self, at: Instant) -> Moment {
        moment(at, self.app.settings().program.zone)
    }

    async fn page(&self) -> Result<Response, AppError> {
        let moved = self.last.lock().await.clone();
        let next = self.app.next_instant().await?.map(|next| self.moment(next));
        let now = self.moment(self.app.clock().business());
        let codes = self.app.demo_codes().await?;
        let people = self.people.iter().map(|person| (person, codes.get(&person.email))).collect();
        let clock = PageClock::at(&self.app, now.at);
        let said = |moment: &Moment| clock.plain(moment.at).text;
        let told = Told {
            now: said(&now),
            next: next.as_ref().map(said).unwrap_or_default(),
            moved: moved.as_ref().map(|moved| (said(&moved.from), said(&moved.now))).unwrap_or_default(),
        };
        html(&Overview { now, next, told, steps: STEPS, moved, people })
    }
}

#[derive(Template)]
#[template(path = "pages/demo/index.html")]
struct Overview<'a> {
    now: Moment,
    next: Option<Moment>,
    told: Told,
    steps: &'a [(&'a str, u32)],
    moved: Option<Advanced>,
    /// Everybody, with the one-time code of who has a second factor.
    people: Vec<(&'a DemoPerson, Option<&'a String>)>,
}

/// Instants as people read them.
struct Told {
    now: String,
    next: String,
    /// From when to when the clock was moved.
    moved: (String, String),
}

#[derive(Template)]
#[template(path = "pages/demo/mail_list.html")]
struct MailList {
    mails: Vec<MailEntry>,
    /// How many were captured.
    all: usize,
    /// The number before which the next page begins, if there is one.
    before: Option<u64>,
    /// Whether this is the first page.
    first: bool,
}

/// Which mails are listed.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    /// Those with smaller numbers.
    before: Option<u64>,
}

#[derive(Template)]
#[template(path = "pages/demo/mail.html")]
struct MailPage {
    mail: MailEntry,
    /// The parts of its HTML.
    html: String,
}

/// A captured mail, as JSON shows it.
#[derive(Serialize)]
struct MailEntry {
    number: u64,
    at: DateTime<Utc>,
    to: String,
    subject: String,
    code: &'static str,
    reference: String,
    message_id: String,
    text: String,
    #[serde(skip)]
    html: String,
    /// The calendar entry that it brings.
    #[serde(skip_serializing_if = "Option::is_none")]
    calendar: Option<String>,
}

impl From<CapturedMail> for MailEntry {
    fn from(mail: CapturedMail) -> Self {
        Self {
            number: mail.number,
            at: mail.at,
            to: mail.to,
            subject: mail.subject,
            code: mail.code.as_str(),
            reference: mail.reference,
            message_id: mail.message_id,
            text: mail.text,
            html: mail.html,
            calendar: mail.calendar,
        }
    }
}

/// Where the clock stands.
#[derive(Serialize)]
struct ClockAnswer {
    now: Moment,
    /// When time next brings something.
    next: Option<Moment>,
}

/// Where the clock shall go; exactly one of the two.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    /// An instant.
    to: Option<DateTime<Utc>>,
    /// Or so many seconds on.
    seconds: Option<u32>,
}

async fn overview(State(demo): State<Demo>) -> Result<Response, AppError> {
    demo.page().await
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../../../../templates/pages/demo/style.css"))
        .into_response()
}

/// Where the clock stands: for a browser on the page that moves it.
async fn clock(State(demo): State<Demo>, headers: HeaderMap) -> Result<Response, AppError> {
    if names(&headers, &header::ACCEPT, "text/html") {
        return demo.page().await;
    }
    let next = demo.app.next_instant().await?.map(|next| demo.moment(next));
    Ok(Json(ClockAnswer { now: demo.moment(demo.app.clock().business()), next }).into_response())
}

/// The code that each person with a second factor signs in with now, by address.
async fn codes(State(demo): State<Demo>) -> Result<Json<BTreeMap<String, String>>, AppError> {
    demo.app.demo_codes().await.map(Json)
}

async fn move_clock(State(demo): State<Demo>, request: Request) -> Result<Response, AppError> {
    if from_elsewhere(request.headers()) {
        return Err(AppError::Forbidden);
    }
    let is_form = names(request.headers(), &header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let asked = if is_form { form(request).await? } else { ApiJson::<Move>::from_request(request, &()).await?.0 };
    let turn = demo.moving.lock().await;
    let target = demo.target(&asked)?;
    let moved = demo.app.advance_to(target).await?;
    *demo.last.lock().await = Some(moved.clone());
    drop(turn);
    if is_form { Ok(Redirect::to("/demo#moved").into_response()) } else { Ok(Json(moved).into_response()) }
}

async fn form(request: Request) -> Result<Move, AppError> {
    let unreadable = |_| AppError::from(BadRequest::MalformedJson("the form cannot be read".to_owned()));
    Form::<Move>::from_request(request, &()).await.map(|Form(asked)| asked).map_err(unreadable)
}

impl Demo {
    fn target(&self, asked: &Move) -> Result<Instant, AppError> {
        let target = match (asked.to, asked.seconds) {
            (Some(to), None) => to,
            (None, Some(seconds)) => self.app.ahead(seconds),
            (Some(_), Some(_)) | (None, None) => return Err(AppError::field("/to", "give either `to` or `seconds`")),
        };
        if target > plus(self.app.clock().business(), FARTHEST) {
            return Err(AppError::field("/to", format!("is more than {} days ahead", FARTHEST.num_days())));
        }
        Ok(target)
    }
}

async fn mails(
    State(demo): State<Demo>,
    ApiQuery(asked): ApiQuery<Listed>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let mut mails: Vec<MailEntry> = demo.app.captured().into_iter().rev().map(MailEntry::from).collect();
    if !names(&headers, &header::ACCEPT, "text/html") {
        return Ok(Json(mails).into_response());
    }
    let all = mails.len();
    mails.retain(|mail| asked.before.is_none_or(|before| mail.number < before));
    let more = mails.len() > MAILS;
    mails.truncate(MAILS);
    let before = mails.last().map(|mail| mail.number).filter(|_| more);
    html(&MailList { mails, all, before, first: asked.before.is_none() })
}

async fn mail(State(demo): State<Demo>, Path(number): Path<String>, headers: HeaderMap) -> Result<Response, AppError> {
    let found = number.parse().ok().and_then(|number| demo.app.captured_mail(number));
    let mail = MailEntry::from(found.ok_or(AppError::NotFound)?);
    if names(&headers, &header::ACCEPT, "text/html") {
        html(&MailPage { html: letter::part(&mail.html), mail })
    } else {
        Ok(Json(mail).into_response())
    }
}

fn html(page: &impl Template) -> Result<Response, AppError> {
    let text = page.render().map_err(AppError::internal)?;
    let policy = (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_POLICY));
    Ok(([policy], Html(text)).into_response())
}

fn names(headers: &HeaderMap, header: &header::HeaderName, media_type: &str) -> bool {
    headers.get(header).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(media_type))
}

/// Whether a browser says that another site's page sends the request; what says nothing is no browser of today.
fn from_elsewhere(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none")
}
