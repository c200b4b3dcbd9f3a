//! Ad hoc closures: days without work that no rule foresees, in the order in which they were entered.

use anteroom_entity::{
    aggregate,
    calendar_closure::{self, Column},
    deadline,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, Query},
};
use uuid::Uuid;

use super::{
    codec::{instant, micros, parse},
    error::StorageError,
    store::{ReadTx, WriteTx},
    transaction::DeadlineStatus,
};
use crate::domain::{
    deadline::ClosureChange,
    id::{AccountId, Kind},
    time::Instant,
};

/// A change with the code of its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    /// What it changes.
    pub change: ClosureChange,
    /// Why, by code.
    pub reason: String,
}

/// Every change, oldest first.
pub async fn all(tx: &ReadTx) -> Result<Vec<Closure>, StorageError> {
    let rows = calendar_closure::Entity::find().order_by_asc(Column::Edition).all(tx.db()).await?;
    rows.into_iter().map(read).collect()
}

/// Enters a change; a second one of the same edition is a conflict, [`constraint::EDITION`](super::constraint::EDITION).
pub async fn add(tx: &WriteTx, id: Uuid, closure: &Closure, by: AccountId) -> Result<(), StorageError> {
    let change = &closure.change;
    let row = calendar_closure::ActiveModel {
        id: Set(id.to_string()),
        edition: Set(i32::try_from(change.edition).unwrap_or(i32::MAX)),
        day: Set(change.date.to_string()),
        closed: Set(i32::from(change.closed)),
        reason: Set(closure.reason.clone()),
        at: Set(micros(change.at)),
        account_id: Set(by.to_string()),
    };
    calendar_closure::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Has every case that has an open deadline looked at again at `at`, so that it adopts the new edition.
pub async fn look_again(tx: &WriteTx, at: Instant) -> Result<(), StorageError> {
    let mut open = Query::select();
    open.column(deadline::Column::ReleaseId)
        .from(deadline::Entity)
        .and_where(deadline::Column::Status.eq(DeadlineStatus::Open.name()))
        .and_where(deadline::Column::ReleaseId.is_not_null());
    let due = aggregate::Column::NextDueAt;
    aggregate::Entity::update_many()
        .col_expr(due, Expr::value(micros(at)))
        .filter(aggregate::Column::Kind.eq(Kind::Release.name()))
        .filter(aggregate::Column::Id.in_subquery(open))
        .filter(Condition::any().add(due.is_null()).add(due.gt(micros(at))))
        .exec(tx.db())
        .await?;
    Ok(())
}

fn read(row: calendar_closure::Model) -> Result<Closure, StorageError> {
    let edition = u32::try_from(row.edition).map_err(|_| StorageError::Corrupt { what: "an edition" })?;
    let change =
        ClosureChange { edition, date: parse(&row.day, "a day")?, closed: row.closed != 0, at: instant(row.at)? };
    Ok(Closure { change, reason: row.reason })
}
