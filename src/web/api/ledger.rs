//! The ledger of records of every kind.

use axum::{Json, extract::State, http::StatusCode, routing::get};

use crate::{
    app::{AppError, ledger_view::RecordLedger},
    domain::id::Kind,
    web::{
        Web,
        extract::{Path, actor::SignedIn},
        openapi::{RouteDoc, SchemaDoc},
        routes::Route,
    },
};

/// The routes of this room: one a kind.
pub fn routes() -> Vec<Route> {
    Kind::ALL.into_iter().map(kind_route).collect()
}

fn kind_route(kind: Kind) -> Route {
    let plural = kind.plural();
    let path = format!("/api/v1/{plural}/{{reference}}/ledger");
    let doc = RouteDoc::get(path, format!("{}_ledger", kind.name()), "The links of its streams.", plural)
        .response(StatusCode::OK, SchemaDoc::of::<RecordLedger>());
    Route { doc, handler: get(move |web, who, path| ledger(web, who, path, kind)) }
}

async fn ledger(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    Path(reference): Path<String>,
    kind: Kind,
) -> Result<Json<RecordLedger>, AppError> {
    web.app.ledger(&principal, kind, &reference).await.map(Json)
}
