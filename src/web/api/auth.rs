//! Signing in and out, passwords, the second factor and the first administrator. None of these honors an idempotency
//! key: their answers hold secrets, which are not kept.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    routing::{MethodRouter, post},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::{
        AppError,
        identity::{
            AccountEntry, ExternalLink, ExternalSession, FirstAdministrator, LinkRequest, SecondFactorSecret, SignIn,
            Tokens,
        },
    },
    domain::text::Sha256Hex,
    web::{
        Web,
        extract::{ApiJson, actor::SignedIn},
        openapi::{RouteDoc, SchemaDoc},
        problem::ProblemType as P,
        routes::Route,
    },
};

/// A refresh token.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    /// The refresh token; it is used up.
    pub refresh_token: String,
}

/// Whose sessions are to be ended.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeRequest {
    /// A refresh token of one of them, which has not ended.
    pub refresh_token: String,
}

/// A new password by the one-time link of an invitation.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPassword {
    /// The one-time link, whole or its part behind the `#`.
    pub link: String,
    /// The new password: 15 characters or more.
    #[schema(format = Password, min_length = 15)]
    pub new_password: String,
}

/// A new password for who is signed in.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The old password.
    #[schema(format = Password)]
    pub old_password: String,
    /// The new password: 15 characters or more.
    #[schema(format = Password, min_length = 15)]
    pub new_password: String,
}

/// Begins to set up a second factor.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginSecondFactor {
    /// The password.
    #[schema(format = Password)]
    pub password: String,
}

/// Confirms the second factor.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmSecondFactor {
    /// The code that the app shows.
    pub code: String,
}

/// Removes the second factor.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveSecondFactor {
    /// The password.
    #[schema(format = Password)]
    pub password: String,
    /// A code that was not used yet.
    pub code: String,
}

/// Makes the first administrator.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateFirstAdministrator {
    /// The link that the first start printed, whole or its part behind the `#`.
    pub link: String,
    /// Who it is.
    pub administrator: FirstAdministrator,
}

/// The routes of this room: those for whoever has no session yet, then those of one's own account.
pub fn routes() -> Vec<Route> {
    let mut routes = public_routes();
    routes.extend(own_routes());
    routes
}

fn public_routes() -> Vec<Route> {
    let public = |path: &'static str, id: &'static str, summary: &'static str| RouteDoc {
        auth: false,
        ..signed_in(path, id, summary)
    };
    vec![
        route(
            RouteDoc {
                errors: &[P::WrongCredentials, P::SecondFactorNeeded],
                ..public("/api/v1/auth/token", "auth_token", "Signs in: password, and a code where one is set up.")
            },
            SchemaDoc::of::<SignIn>(),
            Some(SchemaDoc::of::<Tokens>()),
            post(token),
        ),
        route(
            RouteDoc {
                errors: &[P::Unauthenticated],
                ..public("/api/v1/auth/refresh", "auth_refresh", "The next pair of tokens for a refresh token.")
            },
            SchemaDoc::of::<RefreshRequest>(),
            Some(SchemaDoc::of::<Tokens>()),
            post(refresh),
        ),
        route(
            public(
                "/api/v1/auth/revoke",
                "auth_revoke",
                "Signs out by a refresh token: ends every session of its holder; API tokens stay.",
            ),
            SchemaDoc::of::<RevokeRequest>(),
            None,
            post(revoke),
        ),
        route(
            public("/api/v1/auth/password", "auth_set_password", "Sets a password by a one-time link."),
            SchemaDoc::of::<SetPassword>(),
            None,
            post(set_password),
        ),
        route(
            public("/api/v1/auth/first-administrator", "auth_first_administrator", "Makes the first administrator."),
            SchemaDoc::of::<CreateFirstAdministrator>(),
            Some(SchemaDoc::of::<AccountEntry>()),
            post(first_administrator),
        ),
        route(
            public(
                "/api/v1/auth/external-link",
                "auth_external_link",
                "Opens one record to a person of another side, by a link that was mailed.",
            ),
            SchemaDoc::of::<ExternalLink>(),
            Some(SchemaDoc::of::<ExternalSession>()),
            post(external_link),
        ),
        request_link_route(),
    ]
}

fn request_link_route() -> Route {
    let summary = "Asks for such a link; answered alike for everybody.";
    let doc = signed_in("/api/v1/auth/external-link/request", "auth_external_link_request", summary);
    let doc = RouteDoc { auth: false, ..doc }.request(SchemaDoc::of::<LinkRequest>());
    Route { doc: RouteDoc { status: StatusCode::ACCEPTED, ..doc }, handler: post(request_link) }
}

fn own_routes() -> Vec<Route> {
    vec![
        route(
            proving("/api/v1/auth/password/change", "auth_change_password", "Changes one's password."),
            SchemaDoc::of::<ChangePassword>(),
            None,
            post(change_password),
        ),
        route(
            proving("/api/v1/auth/second-factor", "auth_second_factor_begin", "Begins to set up a second factor."),
            SchemaDoc::of::<BeginSecondFactor>(),
            Some(SchemaDoc::of::<SecondFactorSecret>()),
            post(begin_second_factor),
        ),
        route(
            signed_in(
                "/api/v1/auth/second-factor/confirm",
                "auth_second_factor_confirm",
                "Confirms the second factor with its first code.",
            ),
            SchemaDoc::of::<ConfirmSecondFactor>(),
            None,
            post(confirm_second_factor),
        ),
        route(
            proving("/api/v1/auth/second-factor/remove", "auth_second_factor_remove", "Removes the second factor."),
            SchemaDoc::of::<RemoveSecondFactor>(),
            None,
            post(remove_second_factor),
        ),
    ]
}

fn signed_in(path: &'static str, id: &'static str, summary: &'static str) -> RouteDoc {
    RouteDoc::post(path, id, summary, "auth")
}

/// A route that demands the password again.
fn proving(path: &'static str, id: &'static str, summary: &'static str) -> RouteDoc {
    RouteDoc { errors: &[P::WrongCredentials], ..signed_in(path, id, summary) }
}

fn route(doc: RouteDoc, body: SchemaDoc, answer: Option<SchemaDoc>, handler: MethodRouter<Web>) -> Route {
    let doc = doc.request(body);
    let doc = match answer {
        Some(answer) => doc.response(StatusCode::OK, answer),
        None => RouteDoc { status: StatusCode::NO_CONTENT, ..doc },
    };
    Route { doc, handler }
}

async fn token(
    State(web): State<Web>,
    headers: HeaderMap,
    ApiJson(mut ask): ApiJson<SignIn>,
) -> Result<Json<Tokens>, AppError> {
    let agent = headers.get(header::USER_AGENT).map(|value| Sha256Hex::of(value.as_bytes()));
    ask.user_agent_hash = agent.map(String::from);
    web.app.sign_in(&ask).await.map(Json)
}

async fn refresh(State(web): State<Web>, ApiJson(asked): ApiJson<RefreshRequest>) -> Result<Json<Tokens>, AppError> {
    web.app.refresh(&asked.refresh_token).await.map(Json)
}

async fn revoke(State(web): State<Web>, ApiJson(asked): ApiJson<RevokeRequest>) -> Result<StatusCode, AppError> {
    web.app.revoke(&asked.refresh_token).await.map(done)
}

async fn set_password(State(web): State<Web>, ApiJson(asked): ApiJson<SetPassword>) -> Result<StatusCode, AppError> {
    web.app.set_password_by_link(&asked.link, &asked.new_password).await.map(done)
}

async fn first_administrator(
    State(web): State<Web>,
    ApiJson(asked): ApiJson<CreateFirstAdministrator>,
) -> Result<Json<AccountEntry>, AppError> {
    web.app.create_first_administrator_by_link(&asked.link, &asked.administrator).await.map(Json)
}

async fn external_link(
    State(web): State<Web>,
    ApiJson(asked): ApiJson<ExternalLink>,
) -> Result<Json<ExternalSession>, AppError> {
    web.app.open_by_link(&asked).await.map(Json)
}

async fn request_link(State(web): State<Web>, ApiJson(asked): ApiJson<LinkRequest>) -> Result<StatusCode, AppError> {
    let now = web.app.clock().system();
    web.strangers.count(Uuid::nil(), now)?;
    web.mailboxes.count(of_address(&asked.email), now)?;
    web.app.request_link(&asked).await.map(|()| StatusCode::ACCEPTED)
}

/// What requests for an address are counted under, whether it is anybody's or not.
pub fn of_address(email: &str) -> Uuid {
    let digest = Sha256Hex::of(email.trim().to_ascii_lowercase().as_bytes());
    Uuid::parse_str(digest.as_str().get(..32).unwrap_or_default()).unwrap_or_default()
}

async fn change_password(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiJson(asked): ApiJson<ChangePassword>,
) -> Result<StatusCode, AppError> {
    web.app.change_password(&principal, &asked.old_password, &asked.new_password).await.map(done)
}

async fn begin_second_factor(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiJson(asked): ApiJson<BeginSecondFactor>,
) -> Result<Json<SecondFactorSecret>, AppError> {
    web.app.begin_second_factor(&principal, &asked.password).await.map(Json)
}

async fn confirm_second_factor(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiJson(asked): ApiJson<ConfirmSecondFactor>,
) -> Result<StatusCode, AppError> {
    web.app.confirm_second_factor(&principal, &asked.code).await.map(done)
}

async fn remove_second_factor(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiJson(asked): ApiJson<RemoveSecondFactor>,
) -> Result<StatusCode, AppError> {
    web.app.remove_second_factor(&principal, &asked.password, &asked.code).await.map(done)
}

const fn done((): ()) -> StatusCode {
    StatusCode::NO_CONTENT
}
