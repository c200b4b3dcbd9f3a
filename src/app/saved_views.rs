//! Saved views: a query that a person keeps under a name, alone or for the people of the own organization. Only the text
//! is shared: everybody finds by it what their own sight reaches.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    App, AppError, Order, Principal, calendar,
    rows::Looked,
    search::{MOST_EXPORTED, Query, Wanted},
};
use crate::{
    domain::{
        text::{Name, Statement},
        time::{Instant, local_date, resolve_local},
    },
    storage::{
        ReadTx, constraint,
        saved_views::{self, SavedView, ViewAlert},
    },
};

/// Views that one person keeps at most.
const MOST_VIEWS: u64 = 50;

/// Views that are listed at most, the own ones and those of colleagues.
const MOST_LISTED: u64 = 500;

/// The hour, in the program zone, at which views are looked at for whom is told of changes.
const HOUR: u32 = 8;

/// A view to be kept.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSavedView {
    /// Its name; no two of one's own have the same.
    #[schema(max_length = 120)]
    pub name: String,
    /// The query, as a search takes it.
    #[schema(max_length = 500)]
    pub query: String,
    /// Whether the people of the own organization see name and query too.
    #[serde(default)]
    pub shared: bool,
}

/// A view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SavedViewEntry {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The query in canonical form: a search takes it as it is.
    pub query: String,
    /// Whether the organization's people see it.
    pub shared: bool,
    /// Whether it is the viewer's own, which alone the viewer can delete.
    pub own: bool,
    /// Whether the viewer is told of changes.
    pub alert: ViewRhythm,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// How often somebody is told that what a view finds has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ViewRhythm {
    /// Never.
    Off,
    /// In the morning of a day on which something else is found than when it was last told.
    Daily,
}

/// How often one wants to be told.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewViewRhythm {
    /// How often.
    pub alert: ViewRhythm,
}

impl App {
    /// The person's own views and those shared for the organization, by name.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the store is not at hand.
    pub async fn saved_views(&self, viewer: &Principal) -> Result<Vec<SavedViewEntry>, AppError> {
        let (account, organization) = (viewer.actor.account, viewer.actor.organization);
        let tx = self.store().begin_read().await?;
        let views = saved_views::known(&tx, account, organization, MOST_LISTED).await;
        let alerted = saved_views::alerted(&tx, account).await;
        tx.end().await?;
        let alerted = alerted?;
        Ok(views?.into_iter().map(|view| entry(view, viewer, &alerted)).collect())
    }

    /// Keeps a query under a name.
    ///
    /// # Errors
    /// [`AppError`] at `/name` for one that is no name or that another of the person's views has, at `/query` for one that
    /// cannot be read; at the body once the person keeps 50.
    pub async fn save_view(&self, viewer: &Principal, new: &NewSavedView) -> Result<SavedViewEntry, AppError> {
        let name = Name::parse(&new.name).map_err(|error| AppError::field("/name", error.to_string()))?;
        let query: Query =
            new.query.parse().map_err(|error: super::search::QueryError| bad_query(&error.to_string()))?;
        let text = query.to_string();
        // One that asks for nothing in particular is no view: it must say something, and nothing that is above CUI.
        Statement::parse(&text).map_err(|error| bad_query(&error.to_string()))?;
        let view = SavedView {
            id: self.ids().uuid(),
            account: viewer.actor.account,
            organization: viewer.actor.organization,
            name: name.as_str().to_owned(),
            query: text,
            shared: new.shared,
            created_at: self.clock().system(),
        };
        in_transaction!(self, tx => {
            if saved_views::count(tx, view.account).await? >= MOST_VIEWS {
                let full = format!("{MOST_VIEWS} views are kept already: delete one first");
                return Err(AppError::field("", full).into());
            }
            match saved_views::add(tx, &view).await {
                Err(error) if error.is_conflict(constraint::VIEW_NAME) => {
                    Err(AppError::field("/name", "is the name of another of your views").into())
                }
                added => Ok(added?),
            }
        })
        .await?;
        Ok(entry(view, viewer, &BTreeSet::new()))
    }

    /// Deletes one of the person's own views; nobody is told of its changes any more.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for any other.
    pub async fn delete_view(&self, viewer: &Principal, id: Uuid) -> Result<(), AppError> {
        in_transaction!(self, tx => {
            let removed = saved_views::remove(tx, id, viewer.actor.account).await?;
            if removed { Ok(()) } else { Err(AppError::NotFound.into()) }
        })
        .await
    }

    /// Says how often the person is told of changes: of an own view, or of a colleague's that is shared.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for any other.
    pub async fn set_view_alert(
        &self,
        viewer: &Principal,
        id: Uuid,
        wanted: NewViewRhythm,
    ) -> Result<SavedViewEntry, AppError> {
        let (account, organization) = (viewer.actor.account, viewer.actor.organization);
        let tx = self.store().begin_read().await?;
        let found = self.view_and_matches(&tx, viewer, id).await;
        tx.end().await?;
        let (view, seen, now) = found?;
        let next_look_at = self.next_morning(now);
        in_transaction!(self, tx => {
            // It may have been deleted since.
            if saved_views::one(tx, id, account, organization).await?.is_none() {
                return Err(AppError::NotFound.into());
            }
            match wanted.alert {
                ViewRhythm::Off => saved_views::unwatch(tx, id, account).await?,
                ViewRhythm::Daily => {
                    let alert = ViewAlert { view: id, account, seen: seen.clone(), next_look_at };
                    saved_views::watch(tx, &alert).await?;
                }
            }
            Ok(())
        })
        .await?;
        let alerted = if wanted.alert == ViewRhythm::Daily { BTreeSet::from([id]) } else { BTreeSet::new() };
        Ok(entry(view, viewer, &alerted))
    }

    /// A view that the person may use, with what it finds now.
    async fn view_and_matches(
        &self,
        tx: &ReadTx,
        viewer: &Principal,
        id: Uuid,
    ) -> Result<(SavedView, String, Instant), AppError> {
        let found = saved_views::one(tx, id, viewer.actor.account, viewer.actor.organization).await?;
        let view = found.ok_or(AppError::NotFound)?;
        let now = self.decision_time(tx).await?;
        // As every later look will see it: by the account alone.
        let plain = Principal { actor: calendar::actor(tx, viewer.actor.account).await?, session: None };
        let seen = self.matches(tx, &plain, &view, now).await?;
        Ok((view, seen, now))
    }

    /// The references that a view finds for this viewer, in their order, divided by spaces; of the newest 2,000 rows.
    pub(super) async fn matches(
        &self,
        tx: &ReadTx,
        viewer: &Principal,
        view: &SavedView,
        now: Instant,
    ) -> Result<String, AppError> {
        // A query that an earlier version took and this one does not finds nothing.
        let Ok(query) = view.query.parse::<Query>() else { return Ok(String::new()) };
        let wanted =
            Wanted { limit: MOST_EXPORTED, order: Order::default(), after: None, facets: false, most: MOST_EXPORTED };
        let page = self.found(tx, &Looked::new(viewer, now), &query, wanted).await?;
        let mut references: Vec<String> = page.items.into_iter().map(|item| item.reference).collect();
        references.sort();
        Ok(references.join(" "))
    }

    /// The next morning in the program zone.
    pub(super) fn next_morning(&self, now: Instant) -> Instant {
        let zone = self.settings().program.zone;
        let hour = NaiveTime::from_hms_opt(HOUR, 0, 0).unwrap_or_default();
        let today = local_date(now, zone);
        let at = |day: chrono::NaiveDate| resolve_local(day.and_time(hour), zone);
        let this = at(today);
        if this > now { this } else { at(today.succ_opt().unwrap_or(today)) }
    }
}

fn bad_query(detail: &str) -> AppError {
    AppError::field("/query", detail)
}

fn entry(view: SavedView, viewer: &Principal, alerted: &BTreeSet<Uuid>) -> SavedViewEntry {
    let alert = if alerted.contains(&view.id) { ViewRhythm::Daily } else { ViewRhythm::Off };
    SavedViewEntry {
        id: view.id,
        name: view.name,
        query: view.query,
        shared: view.shared,
        own: view.account == viewer.actor.account,
        alert,
        created_at: view.created_at,
    }
}
