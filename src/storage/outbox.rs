//! Mail that is to go out. Workers lease rows by the system clock, talk to the mail server without a transaction, and
//! finish with the token of their lease, so that a worker that lost its lease changes nothing.

use anteroom_entity::{
    delivery,
    outbox::{self, Column},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, OnConflict},
};
use serde_json::Value;
use uuid::Uuid;

pub use super::transaction::queue;
use super::{
    codec::{instant, is_postgres, maybe_uuid, micros, sql, uuid},
    error::StorageError,
    store::{ReadTx, WriteTx},
    transaction::OutboxDraft,
};
use crate::domain::{
    id::{AccountId, RecordId},
    time::Instant,
};

/// A mail in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// The mail.
    pub draft: OutboxDraft,
    /// Attempts so far.
    pub attempts: i32,
    /// `queued`, `sent`, `failed`, `superseded` or `missed`.
    pub status: String,
    /// Why it did not go out by itself: `digest`, `off`, `muted` or `undeliverable`.
    pub set_aside: Option<String>,
}

/// One mail by its id.
pub async fn by_id(tx: &ReadTx, mail: Uuid) -> Result<Option<OutboxRow>, StorageError> {
    outbox::Entity::find_by_id(mail.to_string()).one(tx.db()).await?.map(read).transpose()
}

/// What a worker knows after an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Random id of the delivery.
    pub id: Uuid,
    /// When, system time.
    pub at: Instant,
    /// When, business time.
    pub business_at: Instant,
    /// What the server said.
    pub outcome: Outcome,
    /// In its words.
    pub response: String,
    /// What is to become of the mail.
    pub then: Then,
}

/// What the mail server said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It took the mail.
    Accepted,
    /// Not now.
    Transient,
    /// Never.
    Permanent,
    /// The connection was lost before its answer.
    Unknown,
}

/// What becomes of a mail after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// It is sent.
    Sent,
    /// It cannot be sent.
    Failed,
    /// It came too late to matter, and people see that.
    Missed,
    /// It is tried again at this system time.
    Retry(Instant),
}

/// One attempt to deliver a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRow {
    /// When, system time.
    pub at: Instant,
    /// When, business time.
    pub business_at: Instant,
    /// `accepted`, `transient`, `permanent` or `unknown`.
    pub outcome: String,
    /// What the server answered.
    pub response: String,
}

/// Leases up to `limit` mails that are due, until a system time; their attempts count from the lease, so that a mail
/// that kills its worker is not tried for ever.
pub async fn lease(
    tx: &WriteTx,
    token: Uuid,
    system_now: Instant,
    until: Instant,
    business_now: Instant,
    limit: u64,
) -> Result<Vec<OutboxRow>, StorageError> {
    let skip = if is_postgres(tx) { "FOR UPDATE SKIP LOCKED" } else { "" };
    let text = format!(
        "WITH due AS (
             SELECT id FROM outbox
             WHERE status = 'queued' AND next_attempt_at <= $1 AND send_after <= $2
               AND (lease_until IS NULL OR lease_until <= $1)
             ORDER BY next_attempt_at, id LIMIT $3 {skip}
         )
         UPDATE outbox SET lease_token = $4, lease_until = $5, attempts = attempts + 1
         WHERE id IN (SELECT id FROM due) RETURNING *"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [
        micros(system_now).into(),
        micros(business_now).into(),
        limit.into(),
        token.to_string().into(),
        micros(until).into(),
    ];
    let rows = tx.db().query_all_raw(sql(tx, &text, values)).await?;
    rows.iter().map(|row| read(outbox::Model::from_query_result(row, "")?)).collect()
}

/// Prolongs the leases that a worker still has.
pub async fn renew(tx: &WriteTx, token: Uuid, until: Instant) -> Result<(), StorageError> {
    let update = outbox::Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::value(micros(until)))
        .filter(Column::LeaseToken.eq(token.to_string()))
        .filter(Column::Status.eq("queued"));
    update.exec(tx.db()).await?;
    Ok(())
}

/// Takes a leased mail back that is not to be sent any more.
pub async fn take_back(tx: &WriteTx, mail: Uuid, token: Uuid) -> Result<(), StorageError> {
    let update = outbox::Entity::update_many()
        .col_expr(Column::Status, Expr::value("superseded"))
        .col_expr(Column::LeaseToken, Expr::value(Option::<String>::None))
        .col_expr(Column::LeaseUntil, Expr::value(Option::<i64>::None))
        .filter(Column::Id.eq(mail.to_string()))
        .filter(Column::LeaseToken.eq(token.to_string()))
        .filter(Column::Status.eq("queued"));
    update.exec(tx.db()).await?;
    Ok(())
}

/// Takes back every mail about these records that still waits for the person, in a digest too: a later-recused recipient
/// gets nothing further (domain section 6).
pub async fn take_back_from(tx: &WriteTx, records: &[RecordId], recipient: AccountId) -> Result<(), StorageError> {
    let update = outbox::Entity::update_many()
        .col_expr(Column::Status, Expr::value("superseded"))
        .col_expr(Column::LeaseToken, Expr::value(Option::<String>::None))
        .col_expr(Column::LeaseUntil, Expr::value(Option::<i64>::None))
        .col_expr(Column::SetAside, Expr::value(Option::<String>::None))
        .filter(Column::AggregateId.is_in(records.iter().map(ToString::to_string)))
        .filter(Column::RecipientAccount.eq(recipient.to_string()))
        .filter(waits());
    update.exec(tx.db()).await?;
    Ok(())
}

/// Takes back every mail about this record that still waits, whomever it is for: spillage locks the record, and nothing
/// about it leaves (domain section 3.8).
pub async fn take_back_about(tx: &WriteTx, record: RecordId) -> Result<(), StorageError> {
    let update = outbox::Entity::update_many()
        .col_expr(Column::Status, Expr::value("superseded"))
        .col_expr(Column::LeaseToken, Expr::value(Option::<String>::None))
        .col_expr(Column::LeaseUntil, Expr::value(Option::<i64>::None))
        .col_expr(Column::SetAside, Expr::value(Option::<String>::None))
        .filter(Column::AggregateId.eq(record.to_string()))
        .filter(waits());
    update.exec(tx.db()).await?;
    Ok(())
}

/// Queued, or set aside for a digest, which leaves it out if it is taken back before the digest is composed.
fn waits() -> sea_orm::Condition {
    sea_orm::Condition::any().add(Column::Status.eq("queued")).add(Column::SetAside.eq("digest"))
}

/// Records an attempt and what becomes of the mail. `false` if the lease was lost or the mail was taken back: then
/// nothing is changed, and whoever holds the lease now decides; the attempt itself is kept all the same. A mail that the
/// server took is sent whoever holds the lease: nobody may send it again.
pub async fn complete(tx: &WriteTx, mail: Uuid, token: Uuid, attempt: &Attempt) -> Result<bool, StorageError> {
    let (status, next) = match attempt.then {
        Then::Sent => ("sent", None),
        Then::Failed => ("failed", None),
        Then::Missed => ("missed", None),
        Then::Retry(at) => ("queued", Some(at)),
    };
    let mut update = outbox::Entity::update_many()
        .col_expr(Column::Status, Expr::value(status))
        .col_expr(Column::LeaseToken, Expr::value(Option::<String>::None))
        .col_expr(Column::LeaseUntil, Expr::value(Option::<i64>::None))
        .filter(Column::Id.eq(mail.to_string()));
    update = if attempt.then == Then::Sent {
        update.filter(Column::Status.is_in(["queued", "superseded"]))
    } else {
        update.filter(Column::LeaseToken.eq(token.to_string())).filter(Column::Status.eq("queued"))
    };
    if let Some(at) = next {
        update = update.col_expr(Column::NextAttemptAt, Expr::value(micros(at)));
    }
    let changed = update.exec(tx.db()).await?.rows_affected;
    let outcome = match attempt.outcome {
        Outcome::Accepted => "accepted",
        Outcome::Transient => "transient",
        Outcome::Permanent => "permanent",
        Outcome::Unknown => "unknown",
    };
    let delivery = delivery::ActiveModel {
        id: Set(attempt.id.to_string()),
        outbox_id: Set(mail.to_string()),
        at: Set(micros(attempt.at)),
        business_at: Set(micros(attempt.business_at)),
        outcome: Set(outcome.to_owned()),
        response: Set(attempt.response.clone()),
    };
    delivery::Entity::insert(delivery).exec_without_returning(tx.db()).await?;
    Ok(changed == 1)
}

/// Gives leases back unused, as a worker does that stops.
pub async fn release(tx: &WriteTx, token: Uuid) -> Result<u64, StorageError> {
    let update = outbox::Entity::update_many()
        .col_expr(Column::LeaseToken, Expr::value(Option::<String>::None))
        .col_expr(Column::LeaseUntil, Expr::value(Option::<i64>::None))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).sub(1))
        .filter(Column::LeaseToken.eq(token.to_string()))
        .filter(Column::Status.eq("queued"));
    Ok(update.exec(tx.db()).await?.rows_affected)
}

/// The newest mails of any kind.
pub async fn newest(tx: &ReadTx, limit: u64) -> Result<Vec<OutboxRow>, StorageError> {
    let find = outbox::Entity::find().order_by_desc(Column::QueuedAt).order_by_asc(Column::Id).limit(limit);
    find.all(tx.db()).await?.into_iter().map(read).collect()
}

/// How many mails have this status.
pub async fn count(tx: &ReadTx, status: &str) -> Result<u64, StorageError> {
    Ok(outbox::Entity::find().filter(Column::Status.eq(status)).count(tx.db()).await?)
}

/// Every attempt to deliver a mail, oldest first.
pub async fn deliveries(tx: &ReadTx, mail: Uuid) -> Result<Vec<DeliveryRow>, StorageError> {
    let find = delivery::Entity::find().filter(delivery::Column::OutboxId.eq(mail.to_string()));
    let rows = find.order_by_asc(delivery::Column::At).order_by_asc(delivery::Column::Id).all(tx.db()).await?;
    let read = |row: delivery::Model| {
        let (at, business_at) = (instant(row.at)?, instant(row.business_at)?);
        Ok(DeliveryRow { at, business_at, outcome: row.outcome, response: row.response })
    };
    rows.into_iter().map(read).collect()
}

/// A draft with a known key is dropped: it is queued already, or was.
pub(super) fn once() -> OnConflict {
    OnConflict::column(Column::DedupeKey).do_nothing().to_owned()
}

pub(super) fn active(draft: &OutboxDraft) -> outbox::ActiveModel {
    outbox::ActiveModel {
        id: Set(draft.id.to_string()),
        dedupe_key: Set(draft.dedupe_key.clone()),
        code: Set(draft.code.clone()),
        template: Set(draft.template.clone()),
        reference: Set(draft.reference.clone()),
        aggregate_id: Set(draft.aggregate.map(|id| id.to_string())),
        recipient_account: Set(draft.recipient.map(|id| id.to_string())),
        address: Set(draft.address.clone()),
        fields: Set(draft.fields.to_string()),
        deadline_id: Set(draft.deadline.map(|id| id.to_string())),
        queued_at: Set(micros(draft.queued_at)),
        send_after: Set(micros(draft.send_after)),
        attempts: Set(0),
        next_attempt_at: Set(micros(draft.next_attempt_at)),
        lease_token: Set(None),
        lease_until: Set(None),
        status: Set("queued".to_owned()),
        message_id: Set(draft.message_id.clone()),
        set_aside: Set(None),
        digest_id: Set(None),
    }
}

pub(super) fn read(row: outbox::Model) -> Result<OutboxRow, StorageError> {
    let draft = OutboxDraft {
        id: uuid(&row.id)?,
        dedupe_key: row.dedupe_key,
        code: row.code,
        template: row.template,
        reference: row.reference,
        aggregate: maybe_uuid(row.aggregate_id.as_deref())?.map(RecordId),
        recipient: maybe_uuid(row.recipient_account.as_deref())?.map(AccountId),
        address: row.address,
        fields: serde_json::from_str::<Value>(&row.fields)?,
        deadline: maybe_uuid(row.deadline_id.as_deref())?,
        queued_at: instant(row.queued_at)?,
        send_after: instant(row.send_after)?,
        next_attempt_at: instant(row.next_attempt_at)?,
        message_id: row.message_id,
    };
    Ok(OutboxRow { draft, attempts: row.attempts, status: row.status, set_aside: row.set_aside })
}
