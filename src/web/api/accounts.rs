//! Accounts and their roles, for those who run organizations and those who confirm.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    routing::{MethodRouter, get, post},
};
use serde::{Deserialize, de::IgnoredAny};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::{
        AppError,
        identity::{AccountCreated, AccountEntry, Invitation, NewAccount},
    },
    domain::{
        actor::Role,
        id::{AccountId, OrganizationId},
    },
    web::{
        Web,
        extract::{
            ApiJson, ApiQuery, Path,
            actor::{Present, SignedIn},
        },
        openapi::{QueryDoc, RouteDoc, SchemaDoc, ValueType},
        problem::ProblemType as P,
        routes::Route,
    },
};

/// A role to be asked for.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskRole {
    /// The role.
    pub role: Role,
}

/// What the list may be narrowed to.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountsQuery {
    /// Only accounts of this organization.
    pub organization: Option<OrganizationId>,
    /// The form of the answer, which the door sees to.
    #[serde(default, rename = "format")]
    _format: IgnoredAny,
}

const LIST_QUERY: &[QueryDoc] = &[QueryDoc {
    name: "organization",
    description: "Only accounts of the organization with this id.",
    value: ValueType::Text,
}];

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let list = RouteDoc {
        query: LIST_QUERY,
        ..RouteDoc::get("/api/v1/accounts", "account_list", "The accounts that one may know of.", "accounts")
    };
    let create = act("/api/v1/accounts", "account_create", "Adds an account and invites its holder.")
        .request(SchemaDoc::of::<NewAccount>())
        .response(StatusCode::CREATED, SchemaDoc::of::<AccountCreated>());
    let invite = act("/api/v1/accounts/{account}/invite", "account_invite", "Another invitation; earlier ones end.")
        .response(StatusCode::OK, SchemaDoc::of::<Invitation>());
    let disable = act("/api/v1/accounts/{account}/disable", "account_disable", "Disables it and ends its sessions.");
    let enable = act("/api/v1/accounts/{account}/enable", "account_enable", "Enables it again.");
    let remove = act(
        "/api/v1/accounts/{account}/remove",
        "account_remove",
        "Removes a person: roles, sessions and what was granted for the roles end.",
    );
    let ask = act("/api/v1/accounts/{account}/roles", "role_ask", "Gives a role, or asks for one that takes two.")
        .request(SchemaDoc::of::<AskRole>());
    let confirm =
        act("/api/v1/accounts/{account}/roles/{role}/confirm", "role_confirm", "Confirms a role as the second person.");
    let end = act("/api/v1/accounts/{account}/roles/{role}/end", "role_end", "Ends a role, or takes back the request.");
    vec![
        Route { doc: list.response(StatusCode::OK, SchemaDoc::list_of::<AccountEntry>()), handler: get(accounts) },
        Route { doc: create, handler: post(create_account) },
        Route { doc: invite, handler: post(invite_account) },
        account_route(disable, post(|web, who, path| switch(web, who, path, true))),
        account_route(enable, post(|web, who, path| switch(web, who, path, false))),
        account_route(remove, post(remove_account)),
        account_route(ask, post(ask_role)),
        account_route(confirm, post(confirm_role)),
        account_route(end, post(end_role)),
    ]
}

fn act(path: &'static str, id: &'static str, summary: &'static str) -> RouteDoc {
    RouteDoc { errors: &[P::Forbidden, P::InvalidBody], ..RouteDoc::post(path, id, summary, "accounts") }
}

/// A route that answers with the account.
fn account_route(doc: RouteDoc, handler: MethodRouter<Web>) -> Route {
    Route { doc: doc.response(StatusCode::OK, SchemaDoc::of::<AccountEntry>()), handler }
}

async fn accounts(
    State(web): State<Web>,
    Present(principal): Present,
    ApiQuery(query): ApiQuery<AccountsQuery>,
) -> Result<Json<Vec<AccountEntry>>, AppError> {
    web.app.accounts(&principal, query.organization).await.map(Json)
}

async fn create_account(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiJson(new): ApiJson<NewAccount>,
) -> Result<(StatusCode, Json<AccountCreated>), AppError> {
    Ok((StatusCode::CREATED, Json(web.app.create_account(&principal, &new).await?)))
}

async fn invite_account(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(account): Path<String>,
) -> Result<Json<Invitation>, AppError> {
    web.app.invite(&principal, account_id(&account)?).await.map(Json)
}

async fn switch(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(account): Path<String>,
    disabled: bool,
) -> Result<Json<AccountEntry>, AppError> {
    web.app.set_account_disabled(&principal, account_id(&account)?, disabled).await.map(Json)
}

async fn remove_account(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(account): Path<String>,
) -> Result<Json<AccountEntry>, AppError> {
    web.app.remove_account(&principal, account_id(&account)?).await.map(Json)
}

async fn ask_role(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(account): Path<String>,
    ApiJson(asked): ApiJson<AskRole>,
) -> Result<Json<AccountEntry>, AppError> {
    web.app.ask_role(&principal, account_id(&account)?, asked.role).await.map(Json)
}

async fn confirm_role(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path((account, role)): Path<(String, String)>,
) -> Result<Json<AccountEntry>, AppError> {
    web.app.confirm_role(&principal, account_id(&account)?, id(&role)?).await.map(Json)
}

async fn end_role(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path((account, role)): Path<(String, String)>,
) -> Result<Json<AccountEntry>, AppError> {
    web.app.end_role(&principal, account_id(&account)?, id(&role)?).await.map(Json)
}

/// What is no id names nothing.
fn id(text: &str) -> Result<Uuid, AppError> {
    Uuid::parse_str(text).map_err(|_| AppError::NotFound)
}

fn account_id(text: &str) -> Result<AccountId, AppError> {
    id(text).map(AccountId)
}
