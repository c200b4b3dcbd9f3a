//! Deadlines and what became of their reminders.

use std::collections::BTreeMap;

use anteroom_entity::{
    account,
    deadline::{self, Column},
    outbox, reminder,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict, Query},
};
use uuid::Uuid;

use super::{
    codec::{instant, maybe_instant, maybe_micros, maybe_uuid, micros, named, parse, uuid},
    error::StorageError,
    mail_outcome,
    store::{ReadTx, WriteTx},
    transaction::{DeadlineRow, DeadlineStatus},
};
use crate::domain::{
    actor::Side,
    id::{Kind, RecordId, Subject},
    time::Instant,
};

/// What became of one planned reminder for one group of recipients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReminderRow {
    /// The deadline.
    pub deadline: Uuid,
    /// Which of its offsets.
    pub offset_key: String,
    /// Which group of recipients.
    pub recipient_group: String,
    /// Why it was skipped; nothing if it was queued.
    pub skipped: Option<String>,
    /// When that was decided, business time.
    pub at: Instant,
}

/// The deadlines of these aggregates, the next due first.
pub async fn of_aggregates(tx: &ReadTx, aggregates: &[RecordId]) -> Result<Vec<DeadlineRow>, StorageError> {
    let ids = aggregates.iter().map(ToString::to_string);
    let find = deadline::Entity::find().filter(Column::AggregateId.is_in(ids));
    let rows = find.order_by_asc(Column::DueAt).order_by_asc(Column::Id).all(tx.db()).await?;
    rows.into_iter().map(read).collect()
}

/// Every deadline of a case, the next due first.
pub async fn of_release(tx: &ReadTx, release: RecordId) -> Result<Vec<DeadlineRow>, StorageError> {
    let find = deadline::Entity::find().filter(Column::ReleaseId.eq(release.to_string()));
    let rows = find.order_by_asc(Column::DueAt).order_by_asc(Column::Id).all(tx.db()).await?;
    rows.into_iter().map(read).collect()
}

/// Cases about whose deadlines something is to be said at `now`, the longest waiting first: their releases, or the record
/// of a person where there is none.
pub async fn cases_due(tx: &ReadTx, now: Instant, limit: u64) -> Result<Vec<Subject>, StorageError> {
    let rows: Vec<(Option<String>, String)> = deadline::Entity::find()
        .select_only()
        .columns([Column::ReleaseId, Column::AggregateId])
        .filter(Column::NextReminderAt.lte(micros(now)))
        .order_by_asc(Column::NextReminderAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(tx.db())
        .await?;
    let mut cases: Vec<Subject> = Vec::new();
    for (release, aggregate) in rows {
        let case = match release {
            Some(release) => Subject::new(Kind::Release, RecordId(uuid(&release)?)),
            None => Subject::new(Kind::Prerequisites, RecordId(uuid(&aggregate)?)),
        };
        if !cases.contains(&case) {
            cases.push(case);
        }
    }
    Ok(cases)
}

/// The deadlines of a case about which something is to be said at `now`; the case must be locked.
pub async fn due_of_case(tx: &ReadTx, case: Subject, now: Instant) -> Result<Vec<DeadlineRow>, StorageError> {
    let id = case.id.to_string();
    let own = match case.kind {
        Kind::Release => Column::ReleaseId.eq(id),
        _ => Column::AggregateId.eq(id),
    };
    let find = deadline::Entity::find().filter(own).filter(Column::NextReminderAt.lte(micros(now)));
    let rows = find.order_by_asc(Column::NextReminderAt).order_by_asc(Column::Id).all(tx.db()).await?;
    rows.into_iter().map(read).collect()
}

/// The stored name of a deadline's kind.
pub async fn kind_of(tx: &ReadTx, deadline: Uuid) -> Result<Option<String>, StorageError> {
    let find = deadline::Entity::find_by_id(deadline.to_string()).select_only().column(Column::Kind);
    Ok(find.into_tuple().one(tx.db()).await?)
}

/// When something is to be said next about any deadline.
pub async fn next_reminder(tx: &ReadTx) -> Result<Option<Instant>, StorageError> {
    let find = deadline::Entity::find().select_only().column_as(Column::NextReminderAt.min(), "next");
    let next: Option<Option<i64>> = find.into_tuple().one(tx.db()).await?;
    next.flatten().map(instant).transpose()
}

/// Records what became of reminders and when the next is due. A reminder that was recorded before stays as it was.
pub async fn reminded(
    tx: &WriteTx,
    deadline: Uuid,
    next: Option<Instant>,
    reminders: &[ReminderRow],
) -> Result<(), StorageError> {
    let update = deadline::Entity::update_many()
        .col_expr(Column::NextReminderAt, Expr::value(maybe_micros(next)))
        .filter(Column::Id.eq(deadline.to_string()));
    update.exec(tx.db()).await?;
    if reminders.is_empty() {
        return Ok(());
    }
    let key = [reminder::Column::DeadlineId, reminder::Column::OffsetKey, reminder::Column::RecipientGroup];
    let rows = reminders.iter().map(|row| reminder::ActiveModel {
        deadline_id: Set(row.deadline.to_string()),
        offset_key: Set(row.offset_key.clone()),
        recipient_group: Set(row.recipient_group.clone()),
        outcome: Set(if row.skipped.is_some() { "skipped" } else { "queued" }.to_owned()),
        reason: Set(row.skipped.clone()),
        at: Set(micros(row.at)),
    });
    let insert = reminder::Entity::insert_many(rows).on_conflict(OnConflict::columns(key).do_nothing().to_owned());
    insert.exec_without_returning(tx.db()).await?;
    Ok(())
}

/// What became of the reminders of a deadline.
pub async fn reminders(tx: &ReadTx, deadline: Uuid) -> Result<Vec<ReminderRow>, StorageError> {
    Ok(reminders_of(tx, &[deadline]).await?.remove(&deadline).unwrap_or_default())
}

/// What became of the reminders of several deadlines, by deadline; one statement.
pub async fn reminders_of(tx: &ReadTx, deadlines: &[Uuid]) -> Result<BTreeMap<Uuid, Vec<ReminderRow>>, StorageError> {
    let mut found: BTreeMap<Uuid, Vec<ReminderRow>> = BTreeMap::new();
    if deadlines.is_empty() {
        return Ok(found);
    }
    let among = reminder::Column::DeadlineId.is_in(deadlines.iter().map(ToString::to_string));
    let find = reminder::Entity::find().filter(among);
    let rows = find.order_by_asc(reminder::Column::At).order_by_asc(reminder::Column::OffsetKey).all(tx.db()).await?;
    for row in rows {
        let row = ReminderRow {
            deadline: uuid(&row.deadline_id)?,
            offset_key: row.offset_key,
            recipient_group: row.recipient_group,
            skipped: row.reason,
            at: instant(row.at)?,
        };
        found.entry(row.deadline).or_default().push(row);
    }
    Ok(found)
}

/// A mail that a reminder became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReminderMail {
    /// Which of the deadline's offsets.
    pub offset_key: String,
    /// The recipient's side.
    pub side: Side,
    /// Where the mail stands: `queued`, `sent`, `failed`, which it is also once it came back, `superseded` or `missed`; or
    /// why its recipient did not get it by itself: `digest`, `off`, `muted` or `undeliverable`.
    pub status: String,
}

/// Deadline, key, status, why it was set aside, what a report said, and the recipient's side.
type MailRow = (String, String, String, Option<String>, Option<String>, String);

/// The mails that the reminders of several deadlines became, by deadline; one statement.
pub async fn mails_of(tx: &ReadTx, deadlines: &[Uuid]) -> Result<BTreeMap<Uuid, Vec<ReminderMail>>, StorageError> {
    let mut found: BTreeMap<Uuid, Vec<ReminderMail>> = BTreeMap::new();
    if deadlines.is_empty() {
        return Ok(found);
    }
    let rows: Vec<MailRow> = outbox::Entity::find()
        .select_only()
        .columns([
            outbox::Column::DeadlineId,
            outbox::Column::DedupeKey,
            outbox::Column::Status,
            outbox::Column::SetAside,
        ])
        .expr_as(mail_outcome::returned(), "returned")
        .column(account::Column::Side)
        .join(JoinType::InnerJoin, mail_outcome::recipient())
        .filter(outbox::Column::DeadlineId.is_in(deadlines.iter().map(ToString::to_string)))
        .order_by_asc(outbox::Column::Id)
        .into_tuple()
        .all(tx.db())
        .await?;
    for (deadline, key, status, set_aside, returned, side) in rows {
        let status = mail_outcome::status(status, set_aside, returned.as_ref());
        let side = named(Side::from_name(&side), "a side")?;
        let mail = ReminderMail { offset_key: offset_of(&key).to_owned(), side, status };
        found.entry(uuid(&deadline)?).or_default().push(mail);
    }
    Ok(found)
}

/// The offset within the key of a reminder's mail, which ends in offset and recipient: `...:reminder:-2 wd:<account>`.
fn offset_of(key: &str) -> &str {
    let before = key.rsplit_once(':').map_or(key, |(before, _)| before);
    let start = before.rmatch_indices(':').nth(1).map_or(0, |(at, _)| at + 1);
    &before[start..]
}

/// Ends open deadlines, by key: nothing more is said about them. Mail that is queued for one that was met, canceled or
/// superseded is taken back; that for one that passed still goes out.
pub async fn end(tx: &WriteTx, ended: &[(String, DeadlineStatus)], now: Instant) -> Result<(), StorageError> {
    let mut by_status: BTreeMap<DeadlineStatus, Vec<&str>> = BTreeMap::new();
    for (key, status) in ended {
        by_status.entry(*status).or_default().push(key);
    }
    for (status, keys) in by_status {
        let update = deadline::Entity::update_many()
            .col_expr(Column::Status, Expr::value(status.name()))
            .col_expr(Column::StatusAt, Expr::value(micros(now)))
            .col_expr(Column::NextReminderAt, Expr::value(Option::<i64>::None))
            .filter(Column::Key.is_in(keys.iter().copied()))
            .filter(Column::Status.eq(DeadlineStatus::Open.name()));
        update.exec(tx.db()).await?;
        if status != DeadlineStatus::Passed {
            supersede_mail(tx, &keys).await?;
        }
    }
    Ok(())
}

async fn supersede_mail(tx: &WriteTx, keys: &[&str]) -> Result<(), StorageError> {
    let mut deadlines = Query::select();
    deadlines.column(Column::Id).from(deadline::Entity).and_where(Column::Key.is_in(keys.iter().copied()));
    let mut update = Query::update();
    update
        .table(outbox::Entity)
        .value(outbox::Column::Status, "superseded")
        .and_where(outbox::Column::Status.eq("queued"))
        .and_where(outbox::Column::DeadlineId.in_subquery(deadlines));
    tx.db().execute(&update).await?;
    Ok(())
}

/// A deadline with a known key takes the place of what stands there, and keeps its id.
pub(super) fn replace() -> OnConflict {
    use Column::{
        Anchor, CalendarVersion, DueAt, Facts, NextReminderAt, ReleaseId, ShownOn, StartsAt, Status, StatusAt,
    };
    let changing =
        [Anchor, CalendarVersion, DueAt, Facts, NextReminderAt, ReleaseId, ShownOn, StartsAt, Status, StatusAt];
    OnConflict::column(Column::Key).update_columns(changing).to_owned()
}

pub(super) fn active(row: &DeadlineRow) -> deadline::ActiveModel {
    deadline::ActiveModel {
        id: Set(row.id.to_string()),
        key: Set(row.key.clone()),
        aggregate_id: Set(row.aggregate.to_string()),
        release_id: Set(row.release.map(|id| id.to_string())),
        kind: Set(row.kind.clone()),
        anchor: Set(row.anchor.clone()),
        starts_at: Set(micros(row.starts_at)),
        due_at: Set(micros(row.due_at)),
        shown_on: Set(row.shown_on.to_string()),
        calendar_version: Set(row.calendar_version.clone()),
        status: Set(row.status.name().to_owned()),
        status_at: Set(micros(row.status_at)),
        facts: Set(row.facts.to_string()),
        next_reminder_at: Set(maybe_micros(row.next_reminder_at)),
        created_at: Set(micros(row.created_at)),
    }
}

pub(super) fn read(row: deadline::Model) -> Result<DeadlineRow, StorageError> {
    Ok(DeadlineRow {
        id: uuid(&row.id)?,
        key: row.key,
        aggregate: RecordId(uuid(&row.aggregate_id)?),
        release: maybe_uuid(row.release_id.as_deref())?.map(RecordId),
        kind: row.kind,
        anchor: row.anchor,
        starts_at: instant(row.starts_at)?,
        due_at: instant(row.due_at)?,
        shown_on: parse(&row.shown_on, "a date")?,
        calendar_version: row.calendar_version,
        status: named(DeadlineStatus::from_name(&row.status), "a deadline's status")?,
        status_at: instant(row.status_at)?,
        facts: serde_json::from_str(&row.facts)?,
        next_reminder_at: maybe_instant(row.next_reminder_at)?,
        created_at: instant(row.created_at)?,
    })
}
