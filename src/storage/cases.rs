//! Many cases at once, for what looks over more than one record: two statements, however many cases.

use std::collections::{BTreeMap, BTreeSet};

use anteroom_entity::aggregate::{self, Column};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect as _};

use super::{
    aggregate::read,
    codec::{named, uuid},
    error::StorageError,
    store::ReadTx,
};
use crate::domain::{
    case::{Case, Entries},
    id::{AccountId, Kind, RecordId},
    prerequisites::Prerequisites,
};

/// The cases of these releases, each with the prerequisites of the people who hold its grants. A release that does not
/// exist is left out.
pub async fn of_releases(tx: &ReadTx, releases: &BTreeSet<RecordId>) -> Result<BTreeMap<RecordId, Case>, StorageError> {
    let mut cases: BTreeMap<RecordId, Case> = BTreeMap::new();
    if releases.is_empty() {
        return Ok(cases);
    }
    let under = Column::ReleaseId.is_in(releases.iter().map(ToString::to_string));
    for row in find(tx, Condition::all().add(under)).await? {
        let Some(release) = row.release_id.as_deref().and_then(|id| id.parse().ok()) else { continue };
        read(row, cases.entry(RecordId(release)).or_default())?;
    }
    cases.retain(|_, case| case.release().is_some());
    let holders: BTreeSet<AccountId> = cases.values().flat_map(holders).collect();
    let people = of_accounts(tx, &holders).await?;
    for case in cases.values_mut() {
        let own: BTreeSet<AccountId> = holders_of(case);
        let concerned = people.iter().filter(|(_, entry)| own.contains(&entry.state.account));
        case.people = concerned.map(|(id, entry)| (*id, entry.clone())).collect();
    }
    Ok(cases)
}

/// The release that each of these records stands under; a person's record stands under none.
pub async fn releases_of(
    tx: &ReadTx,
    records: &BTreeSet<RecordId>,
) -> Result<BTreeMap<RecordId, RecordId>, StorageError> {
    if records.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(String, Option<String>)> = aggregate::Entity::find()
        .select_only()
        .columns([Column::Id, Column::ReleaseId])
        .filter(Column::Id.is_in(records.iter().map(ToString::to_string)))
        .into_tuple()
        .all(tx.db())
        .await?;
    let under = rows.iter().filter_map(|(id, release)| Some((id, release.as_ref()?)));
    under.map(|(id, release)| Ok((RecordId(uuid(id)?), RecordId(uuid(release)?)))).collect()
}

/// Prerequisites by their ids, each as a case of its own.
pub async fn of_people(tx: &ReadTx, ids: &BTreeSet<RecordId>) -> Result<BTreeMap<RecordId, Case>, StorageError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let among = Column::Id.is_in(ids.iter().map(ToString::to_string));
    let mut cases = BTreeMap::new();
    for row in find(tx, Condition::all().add(prerequisites()).add(among)).await? {
        let mut case = Case::default();
        let (subject, _) = read(row, &mut case)?;
        cases.insert(subject.id, case);
    }
    Ok(cases)
}

/// The prerequisites of these people.
pub async fn of_accounts(tx: &ReadTx, accounts: &BTreeSet<AccountId>) -> Result<Entries<Prerequisites>, StorageError> {
    let mut found = Case::default();
    if accounts.is_empty() {
        return Ok(found.people);
    }
    let held = Column::HolderId.is_in(accounts.iter().map(ToString::to_string));
    for row in find(tx, Condition::all().add(prerequisites()).add(held)).await? {
        read(row, &mut found)?;
    }
    Ok(found.people)
}

/// A record's kind and the name that addresses have of it: its reference, or for prerequisites the account.
pub async fn name(tx: &ReadTx, id: RecordId) -> Result<Option<(Kind, String)>, StorageError> {
    let Some(row) = aggregate::Entity::find_by_id(id.to_string()).one(tx.db()).await? else { return Ok(None) };
    let kind = named(Kind::from_name(&row.kind), "a kind")?;
    let holder = row.holder_id.filter(|_| kind == Kind::Prerequisites);
    Ok(Some((kind, holder.unwrap_or(row.reference))))
}

async fn find(tx: &ReadTx, which: Condition) -> Result<Vec<aggregate::Model>, StorageError> {
    Ok(aggregate::Entity::find().filter(which).order_by_asc(Column::Id).all(tx.db()).await?)
}

fn prerequisites() -> sea_orm::sea_query::SimpleExpr {
    Column::Kind.eq(Kind::Prerequisites.name())
}

fn holders(case: &Case) -> impl Iterator<Item = AccountId> {
    case.grants.values().map(|entry| entry.state.holder)
}

fn holders_of(case: &Case) -> BTreeSet<AccountId> {
    holders(case).collect()
}
