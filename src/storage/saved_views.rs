//! Queries that people keep under a name, and who is told when what they find has changed.

use std::collections::BTreeSet;

use anteroom_entity::{
    saved_view::{self, Column},
    saved_view_alert::{self, Column as Alert},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{
    codec::{instant, micros, named, uuid},
    error::StorageError,
    store::{ReadTx, WriteTx},
};
use crate::domain::{
    id::{AccountId, OrganizationId},
    time::Instant,
};

/// A query under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub account: AccountId,
    /// The person's organization.
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// Where its query is asked.
    pub place: Place,
    /// The query in canonical form.
    pub query: String,
    /// Whether the organization's people see it.
    pub shared: bool,
    /// When it was made.
    pub created_at: Instant,
}

/// Where the query of a view is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the search.
    Search,
    /// In the worklist, as a filter.
    Worklist,
}

impl Place {
    const fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Worklist => "worklist",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Search, Self::Worklist].into_iter().find(|place| place.name() == name)
    }
}

/// A person who is told of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewAlert {
    /// The view.
    pub view: Uuid,
    /// The person.
    pub account: AccountId,
    /// The references that the person was last told of, in their order, divided by spaces.
    pub seen: String,
    /// When to look again, business time.
    pub next_look_at: Instant,
}

/// Keeps a view.
///
/// # Errors
/// [`StorageError::Conflict`] of [`VIEW_NAME`](super::constraint::VIEW_NAME) if the person has one of this name.
pub async fn add(tx: &WriteTx, view: &SavedView) -> Result<(), StorageError> {
    let row = saved_view::ActiveModel {
        id: Set(view.id.to_string()),
        account_id: Set(view.account.to_string()),
        organization_id: Set(view.organization.to_string()),
        name: Set(view.name.clone()),
        place: Set(view.place.name().to_owned()),
        query: Set(view.query.clone()),
        shared: Set(view.shared),
        created_at: Set(micros(view.created_at)),
    };
    saved_view::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// How many views the person keeps.
pub async fn count(tx: &ReadTx, account: AccountId) -> Result<u64, StorageError> {
    Ok(saved_view::Entity::find().filter(Column::AccountId.eq(account.to_string())).count(tx.db()).await?)
}

/// The person's own views and those shared for the organization, by name; at most `limit`.
pub async fn known(
    tx: &ReadTx,
    account: AccountId,
    organization: OrganizationId,
    limit: u64,
) -> Result<Vec<SavedView>, StorageError> {
    let find = saved_view::Entity::find().filter(known_to(account, organization));
    let find = find.order_by_asc(Column::Name).order_by_asc(Column::Id).limit(limit);
    find.all(tx.db()).await?.into_iter().map(read).collect()
}

/// One of them.
pub async fn one(
    tx: &ReadTx,
    id: Uuid,
    account: AccountId,
    organization: OrganizationId,
) -> Result<Option<SavedView>, StorageError> {
    let find = saved_view::Entity::find_by_id(id.to_string()).filter(known_to(account, organization));
    find.one(tx.db()).await?.map(read).transpose()
}

/// Forgets one of the person's own views, and whoever is told of its changes. `false` if there is none such.
pub async fn remove(tx: &WriteTx, id: Uuid, account: AccountId) -> Result<bool, StorageError> {
    let own = saved_view::Entity::find_by_id(id.to_string()).filter(Column::AccountId.eq(account.to_string()));
    if own.one(tx.db()).await?.is_none() {
        return Ok(false);
    }
    saved_view_alert::Entity::delete_many().filter(Alert::ViewId.eq(id.to_string())).exec(tx.db()).await?;
    saved_view::Entity::delete_by_id(id.to_string()).exec(tx.db()).await?;
    Ok(true)
}

/// The views of whose changes the person is told.
pub async fn alerted(tx: &ReadTx, account: AccountId) -> Result<BTreeSet<Uuid>, StorageError> {
    let find = saved_view_alert::Entity::find().filter(Alert::AccountId.eq(account.to_string()));
    find.all(tx.db()).await?.into_iter().map(|row| uuid(&row.view_id)).collect()
}

/// From now on the person is told of changes.
pub async fn watch(tx: &WriteTx, alert: &ViewAlert) -> Result<(), StorageError> {
    let row = saved_view_alert::ActiveModel {
        view_id: Set(alert.view.to_string()),
        account_id: Set(alert.account.to_string()),
        seen: Set(alert.seen.clone()),
        next_look_at: Set(micros(alert.next_look_at)),
    };
    let again = OnConflict::columns([Alert::ViewId, Alert::AccountId]).do_nothing().to_owned();
    saved_view_alert::Entity::insert(row).on_conflict(again).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// From now on the person is not told of changes.
pub async fn unwatch(tx: &WriteTx, view: Uuid, account: AccountId) -> Result<(), StorageError> {
    saved_view_alert::Entity::delete_by_id((view.to_string(), account.to_string())).exec(tx.db()).await?;
    Ok(())
}

/// From now on the person is told of changes of no view.
pub async fn unwatch_all(tx: &WriteTx, account: AccountId) -> Result<(), StorageError> {
    let rows = saved_view_alert::Entity::delete_many().filter(Alert::AccountId.eq(account.to_string()));
    rows.exec(tx.db()).await?;
    Ok(())
}

/// The views that are to be looked at by now, each with the person, the longest due first; at most `limit`. One that the
/// person may not see any more is among them, so that it is not looked at for ever.
pub async fn due(tx: &ReadTx, now: Instant, limit: u64) -> Result<Vec<ViewAlert>, StorageError> {
    let find = saved_view_alert::Entity::find().filter(Alert::NextLookAt.lte(micros(now)));
    let find = find.order_by_asc(Alert::NextLookAt).order_by_asc(Alert::ViewId).order_by_asc(Alert::AccountId);
    find.limit(limit).all(tx.db()).await?.into_iter().map(read_alert).collect()
}

/// When the next view is to be looked at.
pub async fn next_look(tx: &ReadTx) -> Result<Option<Instant>, StorageError> {
    let find = saved_view_alert::Entity::find().order_by_asc(Alert::NextLookAt).limit(1);
    Ok(find.one(tx.db()).await?.map(read_alert).transpose()?.map(|alert| alert.next_look_at))
}

/// Remembers what was seen and when to look again, unless another worker did so before: then `false`.
pub async fn looked(tx: &WriteTx, alert: &ViewAlert, seen: &str, next: Instant) -> Result<bool, StorageError> {
    let update = saved_view_alert::Entity::update_many()
        .col_expr(Alert::Seen, Expr::value(seen))
        .col_expr(Alert::NextLookAt, Expr::value(micros(next)))
        .filter(Alert::ViewId.eq(alert.view.to_string()))
        .filter(Alert::AccountId.eq(alert.account.to_string()))
        .filter(Alert::NextLookAt.eq(micros(alert.next_look_at)));
    Ok(update.exec(tx.db()).await?.rows_affected == 1)
}

fn known_to(account: AccountId, organization: OrganizationId) -> Condition {
    let shared = Condition::all().add(Column::OrganizationId.eq(organization.to_string())).add(Column::Shared.eq(true));
    Condition::any().add(Column::AccountId.eq(account.to_string())).add(shared)
}

fn read(row: saved_view::Model) -> Result<SavedView, StorageError> {
    Ok(SavedView {
        id: uuid(&row.id)?,
        account: AccountId(uuid(&row.account_id)?),
        organization: OrganizationId(uuid(&row.organization_id)?),
        name: row.name,
        place: named(Place::from_name(&row.place), "a place")?,
        query: row.query,
        shared: row.shared,
        created_at: instant(row.created_at)?,
    })
}

fn read_alert(row: saved_view_alert::Model) -> Result<ViewAlert, StorageError> {
    Ok(ViewAlert {
        view: uuid(&row.view_id)?,
        account: AccountId(uuid(&row.account_id)?),
        seen: row.seen,
        next_look_at: instant(row.next_look_at)?,
    })
}
