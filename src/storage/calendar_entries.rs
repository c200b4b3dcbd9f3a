//! Task dates that stand in people's own calendars.

use anteroom_entity::{
    calendar_entry::{self, Column},
    outbox,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, ExprTrait as _, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

use super::{
    codec::{instant, micros, parse, uuid},
    error::StorageError,
    store::{ReadTx, WriteTx},
};
use crate::domain::{
    id::{AccountId, RecordId},
    time::Instant,
};

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRow {
    /// What makes it one and the same in every calendar.
    pub uid: String,
    /// The person.
    pub account: AccountId,
    /// The model release of the case, or the record of a person where there is none.
    pub case: RecordId,
    /// The record.
    pub aggregate: RecordId,
    /// Name of the deadline's kind.
    pub kind: String,
    /// The record's reference.
    pub reference: String,
    /// Number of the last change.
    pub sequence: u32,
    /// The day.
    pub shown_on: chrono::NaiveDate,
    /// Whether it stands there now.
    pub stands: bool,
    /// When it was changed last.
    pub changed_at: Instant,
}

/// Every entry of a case, also those that were taken out.
pub async fn of_case(tx: &ReadTx, case: RecordId) -> Result<Vec<EntryRow>, StorageError> {
    found(tx, Column::CaseId.eq(case.to_string())).await
}

/// Every entry of a person, also those that were taken out.
pub async fn of_account(tx: &ReadTx, account: AccountId) -> Result<Vec<EntryRow>, StorageError> {
    found(tx, Column::AccountId.eq(account.to_string())).await
}

async fn found(tx: &ReadTx, filter: impl sea_orm::sea_query::IntoCondition) -> Result<Vec<EntryRow>, StorageError> {
    let find = calendar_entry::Entity::find().filter(filter).order_by_asc(Column::Uid);
    find.all(tx.db()).await?.into_iter().map(read).collect()
}

/// Writes entries as they are from now on. A change that another transaction wrote with the same or a higher number
/// stays. Mail about earlier changes of them that was not sent yet is not sent any more: of two changes a calendar needs
/// the newer one alone, and mail may overtake mail.
pub async fn put(tx: &WriteTx, entries: &[EntryRow]) -> Result<(), StorageError> {
    if entries.is_empty() {
        return Ok(());
    }
    let of = |entry: &EntryRow| outbox::Column::DedupeKey.starts_with(mail_key(&entry.uid));
    let earlier = entries.iter().map(of).fold(Condition::any(), Condition::add);
    let update = outbox::Entity::update_many()
        .col_expr(outbox::Column::Status, Expr::value("superseded"))
        .filter(earlier)
        .filter(outbox::Column::Status.eq("queued"));
    update.exec(tx.db()).await?;
    let changing =
        [Column::CaseId, Column::Reference, Column::Sequence, Column::ShownOn, Column::Stands, Column::ChangedAt];
    let newer = Expr::col((calendar_entry::Entity, Column::Sequence))
        .lt(Expr::col((sea_orm::sea_query::Alias::new("excluded"), Column::Sequence)));
    let replace = OnConflict::column(Column::Uid).update_columns(changing).action_and_where(newer).to_owned();
    let rows = entries.iter().map(active);
    calendar_entry::Entity::insert_many(rows).on_conflict(replace).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// What the keys of mails about an entry begin with; the number of the change follows.
pub fn mail_key(uid: &str) -> String {
    format!("calendar:{uid}:")
}

fn active(entry: &EntryRow) -> calendar_entry::ActiveModel {
    calendar_entry::ActiveModel {
        uid: Set(entry.uid.clone()),
        account_id: Set(entry.account.to_string()),
        case_id: Set(entry.case.to_string()),
        aggregate_id: Set(entry.aggregate.to_string()),
        kind: Set(entry.kind.clone()),
        reference: Set(entry.reference.clone()),
        sequence: Set(i32::try_from(entry.sequence).unwrap_or(i32::MAX)),
        shown_on: Set(entry.shown_on.to_string()),
        stands: Set(entry.stands),
        changed_at: Set(micros(entry.changed_at)),
    }
}

fn read(row: calendar_entry::Model) -> Result<EntryRow, StorageError> {
    Ok(EntryRow {
        uid: row.uid,
        account: AccountId(uuid(&row.account_id)?),
        case: RecordId(uuid(&row.case_id)?),
        aggregate: RecordId(uuid(&row.aggregate_id)?),
        kind: row.kind,
        reference: row.reference,
        sequence: u32::try_from(row.sequence).map_err(|_| StorageError::Corrupt { what: "a sequence number" })?,
        shown_on: parse(&row.shown_on, "a date")?,
        stands: row.stands,
        changed_at: instant(row.changed_at)?,
    })
}
