//! The framework versions: the rules that engagements are pinned to, open to every signed-in person; and for framework
//! owners, how a version of their own comes to count.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    routing::{MethodRouter, get, post},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize, de::IgnoredAny};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    app::{
        AppError,
        framework::{DraftEntry, DraftText, NewFramework},
    },
    domain::{
        framework::{Difference, Framework, FrameworkStatus, Sector},
        text::Sha256Hex,
        time::Instant,
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

/// A framework version.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FrameworkSummary {
    /// Its name, for example `v1.1`.
    pub id: String,
    /// SHA-256 of its text, which names it for ever.
    pub digest: Sha256Hex,
    /// First date, in its zone, on which proposals are pinned to it.
    pub effective_from: NaiveDate,
    /// The authority that it rests on, as cited.
    pub authority: String,
    /// Whether proposals are pinned to it now.
    pub status: FrameworkStatus,
}

/// A framework version with everything that it says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FrameworkAnswer {
    /// The version.
    #[serde(flatten)]
    pub summary: FrameworkSummary,
    /// The cap, clock, quorum, criteria, required coverage, condition templates, kinds of parties and the numbers of every
    /// deadline.
    pub rules: Value,
}

/// The first key's terms: exactly which text, and from when.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferActivation {
    /// SHA-256 of the draft.
    pub digest: Sha256Hex,
    /// First date on which it applies, as the draft says: the day after the second key at the earliest.
    pub effective_from: NaiveDate,
}

/// An offer of activation.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedOffer {
    /// The offer's hash.
    pub hash: Sha256Hex,
}

/// What a difference may start from.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DifferencesQuery {
    /// The version that is compared with.
    pub from: Option<String>,
    /// The form of the answer, which the door sees to.
    #[serde(default, rename = "format")]
    _format: IgnoredAny,
}

const DIFFERENCES_QUERY: &[QueryDoc] = &[QueryDoc {
    name: "from",
    description: "The version that is compared with; if left out, the one before it, and for the first version the one \
                  in force. A framework owner may name a draft by its digest, here and in the path.",
    value: ValueType::Text,
}];

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let list = read("/api/v1/frameworks", "framework_list", "The framework versions.")
        .response(StatusCode::OK, SchemaDoc::list_of::<FrameworkSummary>());
    let one = read("/api/v1/frameworks/{id}", "framework_read", "One framework version.")
        .response(StatusCode::OK, SchemaDoc::of::<FrameworkAnswer>());
    let differs = "What a version says differently, field by field.";
    let differs = RouteDoc {
        query: DIFFERENCES_QUERY,
        ..read("/api/v1/frameworks/{id}/differences", "framework_differences", differs)
    };
    let sectors = read("/api/v1/sectors", "sector_list", "The critical-infrastructure sectors.")
        .response(StatusCode::OK, SchemaDoc::list_of::<Sector>());
    let drafts =
        owners(read("/api/v1/framework-drafts", "framework_draft_list", "The versions that the office brought."))
            .response(StatusCode::OK, SchemaDoc::list_of::<DraftEntry>());
    let draft =
        owners(read("/api/v1/framework-drafts/{digest}", "framework_draft_read", "One of them, with its text."))
            .response(StatusCode::OK, SchemaDoc::of::<DraftText>());
    let write = act("/api/v1/frameworks", "framework_draft", "Keeps a version as a draft.")
        .request(SchemaDoc::of::<NewFramework>());
    let offer = "Turns the first key: offers to activate a draft, named by its digest, on its date.";
    let offer = act("/api/v1/frameworks/{id}/offer-activation", "framework_offer_activation", offer)
        .request(SchemaDoc::of::<OfferActivation>());
    let accept = "Turns the second key: another owner, none who wrote it, makes the offered version count.";
    let accept = act("/api/v1/frameworks/{id}/accept-activation", "framework_accept_activation", accept)
        .request(SchemaDoc::of::<NamedOffer>());
    let retract = "Takes an offer of activation back.";
    let retract = act("/api/v1/frameworks/{id}/retract-activation", "framework_retract_activation", retract)
        .request(SchemaDoc::of::<NamedOffer>());
    vec![
        Route { doc: list, handler: get(versions) },
        Route { doc: one, handler: get(version) },
        Route { doc: differs.response(StatusCode::OK, SchemaDoc::list_of::<Difference>()), handler: get(differences) },
        Route { doc: sectors, handler: get(all_sectors) },
        Route { doc: drafts, handler: get(all_drafts) },
        Route { doc: draft, handler: get(one_draft) },
        entry_route(write, StatusCode::CREATED, post(draft_version)),
        entry_route(offer, StatusCode::OK, post(offer_version)),
        entry_route(accept, StatusCode::OK, post(accept_version)),
        entry_route(retract, StatusCode::OK, post(retract_version)),
    ]
}

fn read(path: &'static str, id: &'static str, summary: &'static str) -> RouteDoc {
    RouteDoc::get(path, id, summary, "frameworks")
}

fn owners(doc: RouteDoc) -> RouteDoc {
    RouteDoc { errors: &[P::Forbidden], ..doc }
}

fn act(path: &'static str, id: &'static str, summary: &'static str) -> RouteDoc {
    RouteDoc {
        errors: &[P::Forbidden, P::InvalidField, P::NoSuchOffer, P::OfferLapsed, P::OwnOffer, P::OwnRequest],
        ..RouteDoc::post(path, id, summary, "frameworks")
    }
}

/// A route that answers with what became of the draft.
fn entry_route(doc: RouteDoc, status: StatusCode, handler: MethodRouter<Web>) -> Route {
    Route { doc: doc.response(status, SchemaDoc::of::<DraftEntry>()), handler }
}

async fn versions(State(web): State<Web>, _: Present) -> Result<Json<Vec<FrameworkSummary>>, AppError> {
    let (versions, now) = web.app.framework_versions().await?;
    Ok(Json(versions.iter().map(|framework| summary(framework, &versions, now)).collect()))
}

async fn version(
    State(web): State<Web>,
    _: Present,
    Path(id): Path<String>,
) -> Result<Json<FrameworkAnswer>, AppError> {
    let (versions, now) = web.app.framework_versions().await?;
    let framework = versions.iter().find(|framework| framework.id == id).ok_or(AppError::NotFound)?;
    let rules = serde_json::to_value(framework).map_err(AppError::internal)?;
    Ok(Json(FrameworkAnswer { summary: summary(framework, &versions, now), rules }))
}

async fn differences(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(id): Path<String>,
    ApiQuery(query): ApiQuery<DifferencesQuery>,
) -> Result<Json<Vec<Difference>>, AppError> {
    let compared = web.app.framework_differences(&principal, &id, query.from.as_deref()).await?;
    Ok(Json(compared.differences))
}

async fn all_sectors(State(web): State<Web>, _: SignedIn) -> Json<Vec<Sector>> {
    Json(web.app.sectors().to_vec())
}

async fn all_drafts(State(web): State<Web>, SignedIn(principal): SignedIn) -> Result<Json<Vec<DraftEntry>>, AppError> {
    web.app.framework_drafts(&principal).await.map(Json)
}

async fn one_draft(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(digest): Path<String>,
) -> Result<Json<DraftText>, AppError> {
    web.app.framework_draft(&principal, &digest).await.map(Json)
}

async fn draft_version(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiJson(new): ApiJson<NewFramework>,
) -> Result<(StatusCode, Json<DraftEntry>), AppError> {
    Ok((StatusCode::CREATED, Json(web.app.draft_framework(&principal, &new).await?)))
}

async fn offer_version(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(id): Path<String>,
    ApiJson(offer): ApiJson<OfferActivation>,
) -> Result<Json<DraftEntry>, AppError> {
    let terms = (&offer.digest, offer.effective_from);
    web.app.offer_framework(&principal, &id, terms).await.map(Json)
}

async fn accept_version(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(id): Path<String>,
    ApiJson(named): ApiJson<NamedOffer>,
) -> Result<Json<DraftEntry>, AppError> {
    web.app.accept_framework(&principal, &id, &named.hash).await.map(Json)
}

async fn retract_version(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(id): Path<String>,
    ApiJson(named): ApiJson<NamedOffer>,
) -> Result<Json<DraftEntry>, AppError> {
    web.app.retract_framework(&principal, &id, &named.hash).await.map(Json)
}

fn summary(framework: &Framework, versions: &[Framework], now: Instant) -> FrameworkSummary {
    FrameworkSummary {
        id: framework.id.clone(),
        digest: framework.digest.clone(),
        effective_from: framework.effective_from,
        authority: framework.authority.clone(),
        status: framework.status(versions, now),
    }
}
