//! Cases that time moves.

use anteroom_entity::aggregate::{self, Column};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Query},
};

use super::{
    codec::{instant, micros, named, uuid},
    error::StorageError,
    store::{ReadTx, WriteTx},
};
use crate::domain::{
    id::{AccountId, Kind, RecordId, Subject},
    time::Instant,
};

/// Releases (and people without one) whose case is due at `now`, the longest overdue first. Each is to be locked, settled
/// and recorded in a transaction of its own, which moves it out of this list.
pub async fn cases(tx: &ReadTx, now: Instant, limit: u64) -> Result<Vec<Subject>, StorageError> {
    let find = aggregate::Entity::find()
        .select_only()
        .columns([Column::Kind, Column::Id])
        .filter(Column::NextDueAt.lte(micros(now)))
        .order_by_asc(Column::NextDueAt)
        .limit(limit);
    let rows: Vec<(String, String)> = find.into_tuple().all(tx.db()).await?;
    let read =
        |(kind, id): (String, String)| Ok(Subject::new(named(Kind::from_name(&kind), "a kind")?, RecordId(uuid(&id)?)));
    rows.into_iter().map(read).collect()
}

/// Releases with a grant of the person whose record this is, in the order of their ids.
pub async fn held_under(tx: &ReadTx, person: RecordId) -> Result<Vec<RecordId>, StorageError> {
    let mut holder = Query::select();
    holder.column(Column::HolderId).from(aggregate::Entity).and_where(Column::Id.eq(person.to_string()));
    let find = aggregate::Entity::find()
        .select_only()
        .column(Column::ReleaseId)
        .distinct()
        .filter(Column::Kind.eq(Kind::Grant.name()))
        .filter(Column::HolderId.in_subquery(holder))
        .filter(Column::ReleaseId.is_not_null())
        .order_by_asc(Column::ReleaseId);
    let ids: Vec<String> = find.into_tuple().all(tx.db()).await?;
    ids.iter().map(|id| Ok(RecordId(uuid(id)?))).collect()
}

/// When time next brings something to any case.
pub async fn next(tx: &ReadTx) -> Result<Option<Instant>, StorageError> {
    let find = aggregate::Entity::find().select_only().column_as(Column::NextDueAt.min(), "next");
    let next: Option<Option<i64>> = find.into_tuple().one(tx.db()).await?;
    next.flatten().map(instant).transpose()
}

/// Has the cases in which the account holds a grant looked at again at `at`, because something about the person changed
/// that no event of theirs tells.
pub async fn look_again(tx: &WriteTx, holder: AccountId, at: Instant) -> Result<(), StorageError> {
    let mut releases = Query::select();
    releases
        .column(Column::ReleaseId)
        .from(aggregate::Entity)
        .cond_where(Column::Kind.eq(Kind::Grant.name()))
        .cond_where(Column::HolderId.eq(holder.to_string()));
    aggregate::Entity::update_many()
        .col_expr(Column::NextDueAt, Expr::value(micros(at)))
        .filter(Column::Id.in_subquery(releases))
        .filter(Condition::any().add(Column::NextDueAt.is_null()).add(Column::NextDueAt.gt(micros(at))))
        .exec(tx.db())
        .await?;
    Ok(())
}
