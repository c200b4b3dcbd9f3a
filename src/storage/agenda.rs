//! What comes up for a viewer: open deadlines and access windows of the records that a [`Scope`] contains.

use anteroom_entity::{
    aggregate::{self, Column},
    deadline::{self, Column as DeadlineColumn},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait as _, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
};

use uuid::Uuid;

use super::{
    codec::{maybe_uuid, micros, named, uuid},
    deadlines,
    error::StorageError,
    scope::Scope,
    store::ReadTx,
    transaction::{DeadlineRow, DeadlineStatus},
};
use crate::domain::{
    id::{Kind, RecordId, Subject},
    time::Instant,
};

/// Which open deadlines: those due in `[from, to)`, the next due first, at most `limit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Due at this instant or later; no bound if none.
    pub from: Option<Instant>,
    /// Due before this instant; no bound if none.
    pub to: Option<Instant>,
    /// Behind this one, by its due instant and id; from the first if none.
    pub after: Option<(Instant, Uuid)>,
    /// How many at most.
    pub limit: u64,
}

/// Open deadlines of the records in the scope, each with its record; of these names of deadlines alone, if there are any.
pub async fn open_deadlines(
    tx: &ReadTx,
    scope: &Scope,
    names: Option<&[String]>,
    span: Span,
) -> Result<Vec<(DeadlineRow, Subject)>, StorageError> {
    let within = Condition::all()
        .add_option(names.map(|names| DeadlineColumn::Kind.is_in(names)))
        .add_option(span.from.map(|from| DeadlineColumn::DueAt.gte(micros(from))))
        .add_option(span.to.map(|to| DeadlineColumn::DueAt.lt(micros(to))))
        .add_option(span.after.map(|(due, id)| {
            let at_once = DeadlineColumn::DueAt.eq(micros(due)).and(DeadlineColumn::Id.gt(id.to_string()));
            DeadlineColumn::DueAt.gt(micros(due)).or(at_once)
        }));
    let rows: Vec<(deadline::Model, Option<aggregate::Model>)> = deadline::Entity::find()
        .join(JoinType::InnerJoin, deadline::Relation::Aggregate.def())
        .select_also(aggregate::Entity)
        .filter(DeadlineColumn::Status.eq(DeadlineStatus::Open.name()))
        .filter(within)
        .filter(scope.condition())
        .order_by_asc(DeadlineColumn::DueAt)
        .order_by_asc(DeadlineColumn::Id)
        .limit(span.limit)
        .all(tx.db())
        .await?;
    let read = |(row, record): (deadline::Model, Option<aggregate::Model>)| {
        let kind = record.and_then(|record| Kind::from_name(&record.kind));
        let row = deadlines::read(row)?;
        Ok((Subject::new(named(kind, "a kind")?, row.aggregate), row))
    };
    rows.into_iter().map(|pair| read(pair).map(|(subject, row)| (row, subject))).collect()
}

/// Engagements in the scope whose window is not scheduled yet, lies ahead, is under way or was over no sooner than `from`,
/// with the release that each stands under; those that changed last come first, at most `limit`.
pub async fn windows(
    tx: &ReadTx,
    scope: &Scope,
    from: Instant,
    limit: u64,
) -> Result<Vec<(RecordId, RecordId)>, StorageError> {
    // A window that closed at `from` or later changed its engagement's row then.
    let over =
        Condition::all().add(Column::Stage.is_in(["close_out", "closed"])).add(Column::UpdatedAt.gte(micros(from)));
    let before = ["draft", "proposed", "conditions", "ready"];
    let under_way = ["window_scheduled", "window_open", "suspended"];
    let under_way = Column::Stage.is_in(before.into_iter().chain(under_way));
    let rows: Vec<(String, Option<String>)> = aggregate::Entity::find()
        .select_only()
        .columns([Column::Id, Column::ReleaseId])
        .filter(Column::Kind.eq(Kind::Engagement.name()))
        .filter(scope.condition())
        .filter(Condition::any().add(under_way).add(over))
        .order_by_desc(Column::UpdatedAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(tx.db())
        .await?;
    let read = |(id, release): (String, Option<String>)| {
        let release = named(maybe_uuid(release.as_deref())?, "a release")?;
        Ok((RecordId(uuid(&id)?), RecordId(release)))
    };
    rows.into_iter().map(read).collect()
}
