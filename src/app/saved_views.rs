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
    view::Person,
    worklist::WorkFilter,
};
use crate::{
    domain::{
        id::AccountId,
        text::{Name, Statement},
        time::{Instant, local_date, resolve_local},
    },
    storage::{
        ReadTx, StorageError, constraint, people,
        saved_views::{self, Place, SavedView, ViewAlert},
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
    /// The query, as a search takes it; for the worklist its filter, such as `view:team kind:condition code:D4`, with
    /// the fields `view`, `kind`, `developer`, `next_step` and `code`.
    #[schema(max_length = 500)]
    pub query: String,
    /// Where the query is asked; in the search if left out.
    #[serde(default)]
    pub place: ViewPlace,
    /// Whether the people of the own organization see name and query too.
    #[serde(default)]
    pub shared: bool,
}

/// Where the query of a view is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ViewPlace {
    /// In the search.
    #[default]
    Search,
    /// In the worklist, as a filter.
    Worklist,
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
    /// Where the query is asked.
    pub place: ViewPlace,
    /// Whether the organization's people see it.
    pub shared: bool,
    /// Whether it is the viewer's own, which alone the viewer can delete.
    pub own: bool,
    /// Who keeps it.
    pub owner: Person,
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
        let views = match views {
            Ok(views) => owned(&tx, views).await,
            Err(error) => Err(error),
        };
        let alerted = saved_views::alerted(&tx, account).await;
        tx.end().await?;
        let alerted = alerted?;
        Ok(views?.into_iter().map(|(view, owner)| entry(view, viewer, owner, &alerted)).collect())
    }

    /// Keeps a query under a name, or a filter of the worklist.
    ///
    /// # Errors
    /// [`AppError`] at `/name` for one that is no name or that another of the person's views has, at `/query` for one that
    /// cannot be read; at the body once the person keeps 50.
    pub async fn save_view(&self, viewer: &Principal, new: &NewSavedView) -> Result<SavedViewEntry, AppError> {
        let name = Name::parse(&new.name).map_err(|error| AppError::field("/name", error.to_string()))?;
        let text = canonical(new.place, &new.query).map_err(|error| bad_query(&error))?;
        // One that asks for nothing in particular is no view: it must say something, and nothing that is above CUI.
        Statement::parse(&text).map_err(|error| bad_query(&error.to_string()))?;
        let view = SavedView {
            id: self.ids().uuid(),
            account: viewer.actor.account,
            organization: viewer.actor.organization,
            name: name.as_str().to_owned(),
            place: match new.place {
                ViewPlace::Search => Place::Search,
                ViewPlace::Worklist => Place::Worklist,
            },
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
        Ok(entry(view, viewer, viewer.actor.name.clone(), &BTreeSet::new()))
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
        let found = match found {
            Ok((view, seen, now)) => {
                owned(&tx, vec![view]).await.map(|views| (views, seen, now)).map_err(AppError::from)
            }
            Err(error) => Err(error),
        };
        tx.end().await?;
        let (views, seen, now) = found?;
        let (view, owner) = views.into_iter().next().ok_or(AppError::NotFound)?;
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
        Ok(entry(view, viewer, owner, &alerted))
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

    /// The references that a view finds for this viewer, in their order, divided by spaces; of a search the newest 2,000
    /// rows, of the worklist what it shows.
    pub(super) async fn matches(
        &self,
        tx: &ReadTx,
        viewer: &Principal,
        view: &SavedView,
        now: Instant,
    ) -> Result<String, AppError> {
        // A query that an earlier version took and this one does not finds nothing.
        if view.place == Place::Worklist {
            let Ok(filter) = view.query.parse::<WorkFilter>() else { return Ok(String::new()) };
            let found: Vec<String> = self.worked_on(tx, viewer, &filter).await?.into_iter().collect();
            return Ok(found.join(" "));
        }
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

/// The text of what is asked there, in one form for every way of writing it; or what is wrong with it.
fn canonical(place: ViewPlace, query: &str) -> Result<String, String> {
    match place {
        ViewPlace::Search => query.parse::<Query>().map(|query| query.to_string()).map_err(|error| error.to_string()),
        ViewPlace::Worklist => query.parse::<WorkFilter>().map(|filter| filter.to_string()),
    }
}

/// The views with the names of those who keep them.
async fn owned(tx: &ReadTx, views: Vec<SavedView>) -> Result<Vec<(SavedView, String)>, StorageError> {
    let accounts: BTreeSet<AccountId> = views.iter().map(|view| view.account).collect();
    let people = people::by_ids(tx, accounts).await?;
    let name = |account: AccountId| people.get(&account).map(|person| person.name.clone()).unwrap_or_default();
    let with_name = |view: SavedView| {
        let owner = name(view.account);
        (view, owner)
    };
    Ok(views.into_iter().map(with_name).collect())
}

fn entry(view: SavedView, viewer: &Principal, owner: String, alerted: &BTreeSet<Uuid>) -> SavedViewEntry {
    let alert = if alerted.contains(&view.id) { ViewRhythm::Daily } else { ViewRhythm::Off };
    SavedViewEntry {
        id: view.id,
        name: view.name,
        query: view.query,
        place: match view.place {
            Place::Search => ViewPlace::Search,
            Place::Worklist => ViewPlace::Worklist,
        },
        shared: view.shared,
        own: view.account == viewer.actor.account,
        owner: Person { id: Some(view.account.0), name: owner, via: None },
        alert,
        created_at: view.created_at,
    }
}
