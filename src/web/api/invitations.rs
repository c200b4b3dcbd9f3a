//! Invitations by mail: made, listed, sent again and taken back by those who may invite; accepted by whoever has the
//! mail. None of these honors an idempotency key: an answer may hold a secret, which is not kept.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use uuid::Uuid;

use crate::{
    app::{
        AppError,
        identity::{AcceptInvitation, InvitationAccepted, InvitationEntry, NewInvitation},
    },
    web::{
        Web,
        extract::{ApiJson, Path, actor::SignedIn},
        openapi::{RouteDoc, SchemaDoc},
        problem::ProblemType as P,
        routes::Route,
    },
};

const PATH: &str = "/api/v1/invitations";

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let list = RouteDoc::get(PATH, "invitation_list", "Invitations that one's organization made.", "invitations");
    let list = RouteDoc { errors: &[P::Forbidden], ..list };
    let make = act(PATH, "invitation_make", "Invites somebody by mail.")
        .request(SchemaDoc::of::<NewInvitation>())
        .response(StatusCode::CREATED, SchemaDoc::of::<InvitationEntry>());
    let revoke = act("/api/v1/invitations/{id}/revoke", "invitation_revoke", "Takes an invitation back.")
        .response(StatusCode::OK, SchemaDoc::of::<InvitationEntry>());
    let resend = act(
        "/api/v1/invitations/{id}/resend",
        "invitation_resend",
        "Mails an invitation again with another secret; the one before stops working.",
    )
    .response(StatusCode::OK, SchemaDoc::of::<InvitationEntry>());
    let accept = act("/api/v1/auth/invitation", "auth_accept_invitation", "Accepts an invitation by its link.")
        .request(SchemaDoc::of::<AcceptInvitation>())
        .response(StatusCode::OK, SchemaDoc::of::<InvitationAccepted>());
    let accept = RouteDoc { auth: false, errors: &[], tag: "auth".into(), ..accept };
    vec![
        Route {
            doc: list.response(StatusCode::OK, SchemaDoc::list_of::<InvitationEntry>()),
            handler: get(invitations),
        },
        Route { doc: make, handler: post(make_invitation) },
        Route { doc: revoke, handler: post(revoke_invitation) },
        Route { doc: resend, handler: post(resend_invitation) },
        Route { doc: accept, handler: post(accept_invitation) },
    ]
}

fn act(path: &'static str, id: &'static str, summary: &'static str) -> RouteDoc {
    RouteDoc {
        idempotent: false,
        errors: &[P::Forbidden, P::InvalidBody],
        ..RouteDoc::post(path, id, summary, "invitations")
    }
}

async fn invitations(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
) -> Result<Json<Vec<InvitationEntry>>, AppError> {
    web.app.invitations(&principal).await.map(Json)
}

async fn make_invitation(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiJson(new): ApiJson<NewInvitation>,
) -> Result<(StatusCode, Json<InvitationEntry>), AppError> {
    Ok((StatusCode::CREATED, Json(web.app.make_invitation(&principal, &new).await?)))
}

async fn revoke_invitation(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(id): Path<String>,
) -> Result<Json<InvitationEntry>, AppError> {
    web.app.revoke_invitation(&principal, named(&id)?).await.map(Json)
}

async fn resend_invitation(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(id): Path<String>,
) -> Result<Json<InvitationEntry>, AppError> {
    web.app.resend_invitation(&principal, named(&id)?).await.map(Json)
}

async fn accept_invitation(
    State(web): State<Web>,
    ApiJson(asked): ApiJson<AcceptInvitation>,
) -> Result<Json<InvitationAccepted>, AppError> {
    web.app.accept_invitation(&asked).await.map(Json)
}

/// What is no id names nothing.
fn named(text: &str) -> Result<Uuid, AppError> {
    Uuid::parse_str(text).map_err(|_| AppError::NotFound)
}
