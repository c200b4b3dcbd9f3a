//! The signed-in person and the person's own sessions.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    routing::{get, post, put},
};
use uuid::Uuid;

use crate::{
    app::{
        AppError,
        identity::{Me, SessionEntry},
        preferences::{NewPreferences, PreferencesView},
    },
    web::{
        Web,
        extract::{
            ApiJson, Path,
            actor::{Present, SignedIn},
        },
        openapi::{RouteDoc, SchemaDoc},
        routes::Route,
    },
};

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let me = RouteDoc::get("/api/v1/me", "me", "Who is signed in.", "me");
    let sessions = RouteDoc::get("/api/v1/me/sessions", "me_sessions", "One's open sessions, newest first.", "me");
    let end =
        RouteDoc::post("/api/v1/me/sessions/{session}/end", "me_end_session", "Ends one of one's sessions.", "me");
    let preferences = "/api/v1/me/preferences";
    let chosen = RouteDoc::get(preferences, "me_preferences", "What one chose about mail.", "me");
    let choose = RouteDoc::put(preferences, "me_preferences_put", "Chooses about mail, whole.", "me")
        .request(SchemaDoc::of::<NewPreferences>());
    let view = || SchemaDoc::of::<PreferencesView>();
    vec![
        Route { doc: chosen.response(StatusCode::OK, view()), handler: get(read_preferences) },
        Route { doc: choose.response(StatusCode::OK, view()), handler: put(put_preferences) },
        Route { doc: me.response(StatusCode::OK, SchemaDoc::of::<Me>()), handler: get(who) },
        Route { doc: sessions.response(StatusCode::OK, SchemaDoc::list_of::<SessionEntry>()), handler: get(list) },
        Route { doc: RouteDoc { status: StatusCode::NO_CONTENT, ..end }, handler: post(end_session) },
    ]
}

async fn who(State(web): State<Web>, Present(principal): Present) -> Result<Json<Me>, AppError> {
    web.app.me(&principal).await.map(Json)
}

async fn list(State(web): State<Web>, SignedIn(principal): SignedIn) -> Result<Json<Vec<SessionEntry>>, AppError> {
    web.app.sessions(&principal).await.map(Json)
}

async fn end_session(
    State(web): State<Web>,
    Present(principal): Present,
    Path(session): Path<String>,
) -> Result<StatusCode, AppError> {
    let session = Uuid::parse_str(&session).map_err(|_| AppError::NotFound)?;
    web.app.end_session(&principal, session).await.map(|()| StatusCode::NO_CONTENT)
}

async fn read_preferences(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
) -> Result<Json<PreferencesView>, AppError> {
    web.app.preferences(&principal).await.map(Json)
}

async fn put_preferences(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiJson(new): ApiJson<NewPreferences>,
) -> Result<Json<PreferencesView>, AppError> {
    web.app.put_preferences(&principal, &new).await.map(Json)
}
