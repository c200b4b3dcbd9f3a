//! Loads a case: all rows under one model release in one statement, and locks it for a command.

use std::collections::BTreeMap;

use anteroom_entity::aggregate::{self, Column};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QuerySelect,
    QueryTrait,
    sea_query::{Expr, LockType, Order, Query, SelectStatement, SimpleExpr, UnionType},
};

use super::{
    aggregate::{RowMeta, read},
    codec::is_postgres,
    error::StorageError,
    store::{ReadTx, WriteTx},
};
use crate::domain::{
    case::Case,
    id::{AccountId, Kind, RecordId, Subject},
};

/// Which case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The one that holds the aggregate with this reference.
    Reference {
        /// The aggregate's kind.
        kind: Kind,
        /// Its reference.
        reference: String,
    },
    /// The one that holds this aggregate.
    Subject(Subject),
    /// The one of this model release.
    Release(RecordId),
    /// One person's prerequisites alone.
    Person(AccountId),
}

/// A case as it stands in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedCase {
    /// Every aggregate.
    pub case: Case,
    /// What the store knows of each besides its state.
    pub rows: BTreeMap<Subject, RowMeta>,
}

impl LoadedCase {
    /// A case that is not in the store yet: a new release, or a person's first record.
    pub fn empty() -> Self {
        Self { case: Case::default(), rows: BTreeMap::new() }
    }
}

/// Where the rows of a target are.
enum Place {
    /// Under the release that this expression gives.
    Release(SimpleExpr),
    /// A person's record, alone.
    Alone(Condition),
}

impl Target {
    fn place(&self) -> Place {
        let found = match self {
            Self::Person(account) => {
                let prerequisites = Column::Kind.eq(Kind::Prerequisites.name());
                return Place::Alone(Condition::all().add(prerequisites).add(Column::HolderId.eq(account.to_string())));
            }
            Self::Release(id) => return Place::Release(Expr::value(id.to_string())),
            Self::Subject(subject) => (subject.kind, Column::Id.eq(subject.id.to_string())),
            Self::Reference { kind, reference } => (*kind, Column::Reference.eq(reference.as_str())),
        };
        let (kind, which) = found;
        let condition = Condition::all().add(Column::Kind.eq(kind.name())).add(which);
        if kind == Kind::Prerequisites {
            return Place::Alone(condition);
        }
        let release = aggregate::Entity::find().select_only().column(Column::ReleaseId).filter(condition);
        Place::Release(SimpleExpr::SubQuery(None, Box::new(release.into_query().into())))
    }
}

/// Reads the case without locks, in one statement. `people` are accounts whose prerequisites are needed besides those of
/// the grants' holders. `None` if there is no such case.
pub async fn read_case(tx: &ReadTx, target: &Target, people: &[AccountId]) -> Result<Option<LoadedCase>, StorageError> {
    load(tx, &target.place(), people).await
}

/// Locks the case and reads it: the release's row first, which every command of the case passes, then for share the
/// records of the people concerned, in the order of their ids. On SQLite the transaction itself is the lock.
pub async fn lock_case(
    tx: &WriteTx,
    target: &Target,
    people: &[AccountId],
) -> Result<Option<LoadedCase>, StorageError> {
    if !is_postgres(tx) {
        return read_case(tx, target, people).await;
    }
    let place = match target.place() {
        Place::Alone(condition) => {
            let lock = aggregate::Entity::find().select_only().column(Column::Id).filter(condition.clone());
            let lock = lock.lock(LockType::NoKeyUpdate).into_query();
            if tx.db().query_one(&lock).await?.is_none() {
                return Ok(None);
            }
            Place::Alone(condition)
        }
        Place::Release(release) => {
            let lock = aggregate::Entity::find().select_only().column(Column::Id).filter(is(Column::Id, release));
            let lock = lock.lock(LockType::NoKeyUpdate).into_query();
            let Some(row) = tx.db().query_one(&lock).await? else { return Ok(None) };
            let release = Expr::value(row.try_get::<String>("", "id")?);
            lock_people(tx, &release, people).await?;
            Place::Release(release)
        }
    };
    load(tx, &place, people).await
}

async fn lock_people(tx: &WriteTx, release: &SimpleExpr, people: &[AccountId]) -> Result<(), StorageError> {
    let concerned = Condition::any()
        .add(Column::HolderId.in_subquery(holders(release)))
        .add(Column::HolderId.is_in(people.iter().map(ToString::to_string)));
    let mut lock = Query::select();
    lock.column(Column::Id)
        .from(aggregate::Entity)
        .cond_where(Column::Kind.eq(Kind::Prerequisites.name()))
        .cond_where(concerned)
        .order_by(Column::Id, Order::Asc)
        .lock(LockType::Share);
    tx.db().query_all(&lock).await?;
    Ok(())
}

/// The accounts that the grants under a release concern.
fn holders(release: &SimpleExpr) -> SelectStatement {
    let under = Condition::all().add(is(Column::ReleaseId, release.clone())).add(Column::HolderId.is_not_null());
    aggregate::Entity::find().select_only().column(Column::HolderId).filter(under).into_query()
}

/// A column compared with an expression rather than a value.
fn is(column: Column, expression: SimpleExpr) -> SimpleExpr {
    Expr::col((aggregate::Entity, column)).eq(expression)
}

fn prerequisites(who: impl Into<Condition>) -> SelectStatement {
    let kind = Column::Kind.eq(Kind::Prerequisites.name());
    aggregate::Entity::find().filter(kind).filter(who.into()).into_query()
}

/// The arms of the union are what each index answers; a person in two of them is read once.
async fn load(tx: &ReadTx, place: &Place, people: &[AccountId]) -> Result<Option<LoadedCase>, StorageError> {
    let mut select = match place {
        Place::Alone(condition) => aggregate::Entity::find().filter(condition.clone()).into_query(),
        Place::Release(release) => {
            let mut rows = aggregate::Entity::find().filter(is(Column::ReleaseId, release.clone())).into_query();
            let held = Condition::all().add(Column::HolderId.in_subquery(holders(release)));
            rows.union(UnionType::All, prerequisites(held));
            rows
        }
    };
    if matches!(place, Place::Release(_)) && !people.is_empty() {
        let named = Condition::all().add(Column::HolderId.is_in(people.iter().map(ToString::to_string)));
        select.union(UnionType::All, prerequisites(named));
    }
    let mut loaded = LoadedCase::empty();
    for row in tx.db().query_all(&select).await? {
        let (subject, meta) = read(aggregate::Model::from_query_result(&row, "")?, &mut loaded.case)?;
        loaded.rows.insert(subject, meta);
    }
    let found = match place {
        Place::Alone(_) => !loaded.rows.is_empty(),
        Place::Release(_) => loaded.case.release().is_some(),
    };
    Ok(found.then_some(loaded))
}
