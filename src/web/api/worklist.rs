//! The signed-in person's queue.

use axum::{Json, extract::State, http::StatusCode, routing::get};
use serde::{Deserialize, de::IgnoredAny};

use crate::{
    app::{
        AppError,
        worklist::{WorkFilter, WorkView, Worklist},
    },
    domain::id::Kind,
    web::{
        Web,
        extract::{ApiQuery, actor::SignedIn},
        openapi::{QueryDoc, RouteDoc, SchemaDoc, ValueType},
        routes::Route,
    },
};

/// What a queue may be asked for.
const QUERY: &[QueryDoc] = &[
    QueryDoc {
        name: "view",
        description: "Whose steps: one's own, those that one may carry out on a delegation, or those of one's side.",
        value: ValueType::OneOf(&["own", "delegated", "team"]),
    },
    QueryDoc { name: "kind", description: "Only records of this kind.", value: ValueType::OneOf(KINDS) },
    QueryDoc {
        name: "developer",
        description: "Only records of a developer whose name, or a word of it, begins so.",
        value: ValueType::Text,
    },
    QueryDoc { name: "next_step", description: "Only rows with this next step.", value: ValueType::Text },
    QueryDoc { name: "code", description: "Only rows with a deadline of this code.", value: ValueType::Text },
];

/// The names of the kinds.
const KINDS: &[&str] = &{
    let mut names = [""; Kind::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = Kind::ALL[at].name();
        at += 1;
    }
    names
};

/// The routes of this room.
pub fn routes() -> Vec<Route> {
    let doc = RouteDoc::get("/api/v1/worklist", "worklist", "One's own queue.", "worklist")
        .response(StatusCode::OK, SchemaDoc::sections_of::<Worklist>());
    vec![Route { doc: RouteDoc { query: QUERY, ..doc }, handler: get(worklist) }]
}

/// The query of the address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkQuery {
    #[serde(default)]
    view: WorkView,
    kind: Option<Kind>,
    developer: Option<String>,
    next_step: Option<String>,
    code: Option<String>,
    /// The form of the answer, which the door sees to.
    #[serde(default, rename = "format")]
    _format: IgnoredAny,
}

async fn worklist(
    State(web): State<Web>,
    SignedIn(principal): SignedIn,
    ApiQuery(asked): ApiQuery<WorkQuery>,
) -> Result<Json<Worklist>, AppError> {
    let WorkQuery { view, kind, developer, next_step, code, _format } = asked;
    let filter = WorkFilter { view, kind, developer, next_step, code };
    web.app.worklist_of(&principal, &filter).await.map(Json)
}
