//! THE route table: every method and path of the service with its handler and its description. The router and the API's
//! description are both made from it, so that neither can lack what the other has.

use std::{convert::Infallible, sync::Arc};

use axum::{Router, middleware::from_fn_with_state, routing::MethodRouter};
use tower_http::compression::CompressionLayer;
use utoipa::openapi::OpenApi;

use super::{
    Web, api, assets,
    csrf::CsrfKey,
    cursor::CursorKey,
    done,
    health::{self, Check, Readiness},
    listing,
    middleware::{RequestIds, Shell},
    openapi::{self, RouteDoc},
    pages, parameters, problem,
    quota::Quota,
};
use crate::app::{App, AppError};

/// Links that one address may ask for in a minute.
const LINKS_BY_ADDRESS: u32 = 10;

/// Links that whoever is not signed in may ask for in a minute, all together.
const LINKS: u32 = 120;

/// One route: what it is described as, and what handles it.
pub struct Route {
    /// Method, path, summary, bodies.
    pub doc: RouteDoc,
    /// The handler.
    pub handler: MethodRouter<Web>,
}

/// Every route of the API.
pub fn table() -> Vec<Route> {
    let rooms = [
        api::auth::routes(),
        api::me::routes(),
        api::organizations::routes(),
        api::accounts::routes(),
        api::account_sessions::routes(),
        api::invitations::routes(),
        api::api_tokens::routes(),
        api::records::routes(),
        api::documents::routes(),
        api::ledger::routes(),
        api::mail::routes(),
        api::export::routes(),
        api::figures::routes(),
        api::search::routes(),
        api::saved_views::routes(),
        api::bulk::routes(),
        api::worklist::routes(),
        api::calendar::routes(),
        api::office::routes(),
        api::reminders::routes(),
        api::what_if::routes(),
        api::framework::routes(),
        api::access::routes(),
    ];
    rooms.into_iter().flatten().collect()
}

/// The API's description, of these routes.
fn description() -> OpenApi {
    let docs: Vec<RouteDoc> = table().into_iter().map(|route| route.doc).collect();
    openapi::document(env!("CARGO_PKG_VERSION"), &docs)
}

/// The whole service: API, its description, problems and health, in its shell.
///
/// # Errors
/// [`AppError::Internal`] if a key cannot be derived.
pub fn router(app: App, readiness: Readiness) -> Result<Router, AppError> {
    router_with(app, readiness, None)
}

/// The whole service, and with it the routes that only the demonstration has.
///
/// # Errors
/// As [`router`].
pub fn router_with(app: App, readiness: Readiness, demo: Option<Router>) -> Result<Router, AppError> {
    let settings = app.settings().server.clone();
    let health = health::routes(readiness, checks(&app));
    let ids = app.ids().clone();
    let request_ids: RequestIds = Arc::new(move || ids.uuid());
    let cursors = Arc::new(CursorKey::derive(app.settings().auth.token_key().as_bytes())?);
    let quota = Arc::new(Quota::per_minute(settings.requests_per_minute));
    let mailboxes = Arc::new(Quota::per_minute(LINKS_BY_ADDRESS));
    let strangers = Arc::new(Quota::per_minute(LINKS));
    let content_most = usize::try_from(app.settings().documents.max_bytes).unwrap_or(usize::MAX);
    let csrf = Arc::new(CsrfKey::derive(app.settings().auth.token_key().as_bytes())?);
    let web = Web { app, cursors, quota, mailboxes, strangers, csrf, demo: demo.is_some() };
    let api = table().iter().fold(Router::new(), |router, route| router.route(&route.doc.path, guarded(route)));
    let said = from_fn_with_state(web.clone(), done::keep);
    let packed = |page: pages::PageRoute| {
        (page.path, page.handler.layer::<_, Infallible>(said.clone()).layer(CompressionLayer::new()))
    };
    let pages = pages::table().into_iter().map(packed).fold(api, |router, (path, page)| router.route(&path, page));
    let pages = pages.merge(pages::unsubscribe::routes()).merge(problem::routes());
    let routes = pages.with_state(web.clone()).merge(openapi::routes(description));
    let routes = routes.merge(assets::routes()).merge(demo.unwrap_or_default());
    let mut shell = Shell::new(request_ids);
    shell.pages = Some(web);
    shell.handler_timeout = std::time::Duration::from_secs(settings.handler_timeout_s);
    shell.body_timeout = std::time::Duration::from_secs(settings.body_timeout_s);
    shell.content_timeout = std::time::Duration::from_secs(settings.content_timeout_s);
    shell.body_most = settings.body_limit_bytes;
    shell.content_most = content_most;
    shell.concurrency = settings.max_requests;
    Ok(shell.wrap(routes, health))
}

/// The handler, behind the check of its query parameters; a list also answers as a table. What is no API answers whatever
/// a program adds.
fn guarded(route: &Route) -> MethodRouter<Web> {
    let handler = route.handler.clone();
    if !route.doc.path.starts_with("/api/") {
        return handler;
    }
    let handler = if route.doc.rows().is_some() {
        handler.route_layer(from_fn_with_state(Arc::new(route.doc.clone()), listing::answer))
    } else {
        handler
    };
    handler.route_layer(from_fn_with_state(parameters::known(&route.doc), parameters::check))
}

/// What the service needs to be ready: its database, migrated.
fn checks(app: &App) -> Vec<Check> {
    let (database, migrations) = (app.clone(), app.clone());
    vec![
        Check::new("database", move || {
            let app = database.clone();
            async move { app.check_database().await }
        }),
        Check::new("migrations", move || {
            let app = migrations.clone();
            async move { app.check_migrations().await }
        }),
    ]
}
