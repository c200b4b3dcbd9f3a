//! Views that a person keeps: a query under a name.

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use uuid::Uuid;

use crate::{
    app::{
        AppError,
        saved_views::{NewSavedView, NewViewRhythm, SavedViewEntry, ViewRhythm},
    },
    domain::id::Kind,
    web::{
        Web,
        extract::visitor::{Posted, Visitor},
        next::own_path,
        pages::query_encoded,
    },
};

/// The views of a page, and what it can keep.
pub struct Views {
    /// Those that the person may use.
    pub kept: Vec<SavedViewEntry>,
    /// The query that would be kept.
    pub query: String,
    /// The token of the forms.
    pub csrf: String,
    /// Where the forms come back to.
    pub back: String,
}

impl Views {
    /// Where a view leads.
    pub fn href(view: &SavedViewEntry) -> String {
        format!("/search?q={}", query_encoded(&view.query))
    }

    /// Whether the person is told of changes.
    pub fn is_told(view: &SavedViewEntry) -> bool {
        view.alert == ViewRhythm::Daily
    }
}

/// The views of a page with this query.
///
/// # Errors
/// [`AppError::Busy`] if the store is not at hand.
pub async fn of(web: &Web, visitor: &Visitor, query: &str, kind: Option<Kind>) -> Result<Views, AppError> {
    let query = kind.map_or_else(|| query.to_owned(), |kind| format!("kind:{} {query}", kind.name()));
    Ok(Views {
        kept: web.app.saved_views(visitor.principal()).await?,
        query: query.trim().to_owned(),
        csrf: visitor.csrf.clone(),
        back: visitor.here.clone(),
    })
}

/// Keeps a query under a name.
pub async fn save(State(web): State<Web>, Posted { visitor, fields }: Posted) -> Result<Response, AppError> {
    let new = NewSavedView {
        name: fields.get("name").to_owned(),
        query: fields.get("query").to_owned(),
        shared: fields.get("shared") == "true",
    };
    let kept = web.app.save_view(visitor.principal(), &new).await?;
    Ok(Redirect::to(&format!("/search?q={}&done=saved", query_encoded(&kept.query))).into_response())
}

/// Deletes a view of one's own.
pub async fn delete(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, .. }: Posted,
) -> Result<Response, AppError> {
    web.app.delete_view(visitor.principal(), named(&id)?).await?;
    Ok(Redirect::to("/search?done=deleted").into_response())
}

/// Says whether one is told of changes.
pub async fn alert(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { visitor, fields }: Posted,
) -> Result<Response, AppError> {
    let alert = if fields.get("daily") == "true" { ViewRhythm::Daily } else { ViewRhythm::Off };
    web.app.set_view_alert(visitor.principal(), named(&id)?, NewViewRhythm { alert }).await?;
    Ok(Redirect::to(own_path(fields.get("back"))).into_response())
}

fn named(text: &str) -> Result<Uuid, AppError> {
    Uuid::parse_str(text).map_err(|_| AppError::NotFound)
}
