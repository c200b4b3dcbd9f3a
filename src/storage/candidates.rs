//! What a list or a search may show, in an order, over several kinds at once: names and places of rows, without their
//! state, which the cases give. There are none without a [`Scope`].

use anteroom_entity::aggregate::{self, Column};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryResult, QuerySelect, QueryTrait,
    sea_query::{Alias, Expr, Query, SelectStatement, UnionType},
};

use super::{
    codec::{instant, maybe_uuid, micros, named, uuid},
    error::StorageError,
    list::Cursor,
    order::{Order, Start},
    scope::Scope,
    store::ReadTx,
};
use crate::domain::{
    id::{Kind, RecordId, Subject},
    time::Instant,
};

/// Rows of one kind that are looked for.
#[derive(Clone, Debug)]
pub struct Part {
    /// What the viewer may see at most, of one kind.
    pub scope: Scope,
    /// Only these stages; all if there is none.
    pub stages: Option<Stages>,
}

/// Stages that are looked for, and those rows that may have left theirs since they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stages {
    /// The names.
    pub names: Vec<String>,
    /// Rows of a case that time was to move until then are among those looked for, whatever stage they are stored in.
    pub now: Instant,
}

/// What all rows have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrow {
    /// The reference begins so; letters, digits and hyphens alone.
    pub reference: Option<String>,
    /// The reference is one of these; any where there is none.
    pub references: Vec<String>,
    /// Made at this instant or later.
    pub from: Option<Instant>,
    /// Made before this instant.
    pub to: Option<Instant>,
}

/// A row that may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The aggregate.
    pub subject: Subject,
    /// Its reference.
    pub reference: String,
    /// The model release that it stands under.
    pub release: Option<RecordId>,
    /// When it was made.
    pub created_at: Instant,
}

impl Candidate {
    /// Its place in a list.
    pub const fn place(&self) -> Cursor {
        Cursor { created_at: self.created_at, id: self.subject.id }
    }
}

/// What is read of a row.
const COLUMNS: [Column; 5] = [Column::Id, Column::Kind, Column::Reference, Column::ReleaseId, Column::CreatedAt];

/// At most `limit` rows of any of the parts from the start on, in its order, and whether there are more; one statement.
/// Each part is limited by itself, so that the index of its own rows answers and others' rows cost nothing.
pub async fn candidates(
    tx: &ReadTx,
    parts: &[Part],
    narrow: &Narrow,
    start: Start,
    limit: u64,
) -> Result<(Vec<Candidate>, bool), StorageError> {
    let mut selects = parts.iter().enumerate().map(|(number, part)| {
        let rows = rows(part, narrow, start, limit.saturating_add(1));
        // SQLite limits a part of a union only behind a name of its own.
        let mut named = Query::select();
        named.columns(COLUMNS).from_subquery(rows, Alias::new(format!("part_{number}")));
        named
    });
    let Some(mut select) = selects.next() else { return Ok((Vec::new(), false)) };
    for other in selects {
        select.union(UnionType::All, other);
    }
    put_in(start.order, &mut select);
    select.limit(limit.saturating_add(1));
    let mut found: Vec<Candidate> =
        tx.db().query_all(&select).await?.iter().map(read).collect::<Result<_, StorageError>>()?;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > kept;
    found.truncate(kept);
    Ok((found, more))
}

fn rows(part: &Part, narrow: &Narrow, start: Start, limit: u64) -> SelectStatement {
    let within = Condition::all()
        .add_option(narrow.reference.as_ref().map(|reference| Column::Reference.starts_with(reference)))
        .add_option(
            (!narrow.references.is_empty())
                .then(|| Column::Reference.is_in(narrow.references.iter().map(String::as_str))),
        )
        .add_option(narrow.from.map(|from| Column::CreatedAt.gte(micros(from))))
        .add_option(narrow.to.map(|to| Column::CreatedAt.lt(micros(to))))
        .add_option(start.after.map(|cursor| start.order.behind(cursor)))
        .add_option(part.stages.as_ref().map(in_stages));
    let found = aggregate::Entity::find().select_only().columns(COLUMNS).filter(part.scope.condition()).filter(within);
    let mut select = found.limit(limit).into_query();
    put_in(start.order, &mut select);
    select
}

/// Puts the rows of a statement in an order.
fn put_in(order: Order, select: &mut SelectStatement) {
    for column in order.columns() {
        select.order_by(*column, order.direction());
    }
}

fn in_stages(stages: &Stages) -> Condition {
    let mut moved = Query::select();
    moved
        .column(Column::ReleaseId)
        .from(aggregate::Entity)
        .and_where(Expr::col((aggregate::Entity, Column::NextDueAt)).lte(micros(stages.now)))
        .and_where(Column::ReleaseId.is_not_null());
    Condition::any()
        .add(Column::Stage.is_in(stages.names.iter().map(String::as_str)))
        .add(Column::ReleaseId.in_subquery(moved))
}

fn read(row: &QueryResult) -> Result<Candidate, StorageError> {
    let (id, kind): (String, String) = (row.try_get("", "id")?, row.try_get("", "kind")?);
    let release: Option<String> = row.try_get("", "release_id")?;
    Ok(Candidate {
        subject: Subject::new(named(Kind::from_name(&kind), "a kind")?, RecordId(uuid(&id)?)),
        reference: row.try_get("", "reference")?,
        release: maybe_uuid(release.as_deref())?.map(RecordId),
        created_at: instant(row.try_get("", "created_at")?)?,
    })
}
