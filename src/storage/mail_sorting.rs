//! Between lease and sending: what a worker has to know of a mail's recipient, what is set aside or waits because of it,
//! and the digests that take up what was set aside for them.

use anteroom_entity::outbox::{self, Column};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait as _, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    UpdateMany, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    codec::{instant, maybe_instant, micros, sql, uuid},
    error::StorageError,
    mail_choices,
    outbox::{OutboxRow, read},
    store::{ReadTx, WriteTx},
};
use crate::domain::{id::AccountId, notice::Preferences, time::Instant};

/// Why a mail that a digest takes up did not go out by itself.
const DIGEST: &str = "digest";

/// What a worker that is about to send a mail learns about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// It still waits and the lease is the worker's: it may be sent, unless its recipient wants otherwise.
    Yes(Box<Reception>),
    /// Somebody else has it, or it was sent or taken back meanwhile.
    No,
    /// The recipient's account was disabled meanwhile.
    RecipientDisabled,
}

/// How its recipient takes a mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reception {
    /// What the recipient chose.
    pub preferences: Preferences,
    /// Whether the recipient muted the record.
    pub muted: bool,
    /// Whether an earlier mail to this address came back, and nobody looked after it yet.
    pub undeliverable: bool,
    /// Kind of the deadline that the mail reminds of.
    pub deadline: Option<String>,
    /// When that is due.
    pub due_at: Option<Instant>,
}

#[derive(FromQueryResult)]
struct HeldRow {
    disabled_at: Option<i64>,
    choices: Option<String>,
    quiet_hours: Option<bool>,
    zone: Option<String>,
    muted: Option<String>,
    problem: Option<String>,
    deadline: Option<String>,
    due_at: Option<i64>,
}

/// Whether a leased mail may still be sent, and how its recipient takes it. Between lease and sending a deadline may have
/// moved, and the mail with it.
pub async fn held(tx: &ReadTx, mail: Uuid, token: Uuid) -> Result<Held, StorageError> {
    let text = "SELECT account.disabled_at, chosen.choices, chosen.quiet_hours, chosen.zone,
             mute.account_id AS muted, deadline.kind AS deadline, deadline.due_at,
             (SELECT MIN(problem.id) FROM mail_problem AS problem
              WHERE problem.account_id = outbox.recipient_account AND problem.address = outbox.address
                AND problem.reason = 'bounced' AND problem.resolved_at IS NULL) AS problem
         FROM outbox
         LEFT JOIN account ON account.id = outbox.recipient_account
         LEFT JOIN mail_preference AS chosen ON chosen.account_id = outbox.recipient_account
         LEFT JOIN mail_mute AS mute
             ON mute.account_id = outbox.recipient_account AND mute.aggregate_id = outbox.aggregate_id
         LEFT JOIN deadline ON deadline.id = outbox.deadline_id
         WHERE outbox.id = $1 AND outbox.lease_token = $2 AND outbox.status = 'queued'";
    let row = tx.db().query_one_raw(sql(tx, text, [mail.to_string().into(), token.to_string().into()])).await?;
    let Some(row) = row else { return Ok(Held::No) };
    let row = HeldRow::from_query_result(&row, "")?;
    if row.disabled_at.is_some() {
        return Ok(Held::RecipientDisabled);
    }
    // Whether entries are wanted was asked before the mail was queued.
    let quiet = row.quiet_hours.unwrap_or(false);
    Ok(Held::Yes(Box::new(Reception {
        preferences: mail_choices::read(row.choices.as_deref(), false, quiet, row.zone.as_deref())?,
        muted: row.muted.is_some(),
        undeliverable: row.problem.is_some(),
        deadline: row.deadline,
        due_at: maybe_instant(row.due_at)?,
    })))
}

/// Has a leased mail wait until an instant of business time. The lease was no attempt.
pub async fn wait(tx: &WriteTx, mail: Uuid, token: Uuid, until: Instant) -> Result<(), StorageError> {
    let update = given_back(mail, token)
        .col_expr(Column::SendAfter, Expr::value(micros(until)))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).sub(1));
    update.exec(tx.db()).await?;
    Ok(())
}

/// Sets a leased mail aside for good, for this reason.
pub async fn withhold(tx: &WriteTx, mail: Uuid, token: Uuid, reason: &str) -> Result<(), StorageError> {
    let update = given_back(mail, token)
        .col_expr(Column::Status, Expr::value("superseded"))
        .col_expr(Column::SetAside, Expr::value(reason));
    update.exec(tx.db()).await?;
    Ok(())
}

/// Sets a leased mail aside for the digest of this instant.
pub async fn collect(tx: &WriteTx, mail: Uuid, token: Uuid, digest: Instant) -> Result<(), StorageError> {
    let update = given_back(mail, token)
        .col_expr(Column::Status, Expr::value("superseded"))
        .col_expr(Column::SetAside, Expr::value(DIGEST))
        .col_expr(Column::SendAfter, Expr::value(micros(digest)));
    update.exec(tx.db()).await?;
    Ok(())
}

fn given_back(mail: Uuid, token: Uuid) -> UpdateMany<outbox::Entity> {
    outbox::Entity::update_many()
        .col_expr(Column::LeaseToken, Expr::value(Option::<String>::None))
        .col_expr(Column::LeaseUntil, Expr::value(Option::<i64>::None))
        .filter(Column::Id.eq(mail.to_string()))
        .filter(Column::LeaseToken.eq(token.to_string()))
        .filter(Column::Status.eq("queued"))
}

/// People whose digest is due.
pub async fn digests_due(tx: &ReadTx, now: Instant, limit: u64) -> Result<Vec<AccountId>, StorageError> {
    let ids: Vec<Option<String>> = outbox::Entity::find()
        .select_only()
        .column(Column::RecipientAccount)
        .distinct()
        .filter(waits_for_digest())
        .filter(Column::SendAfter.lte(micros(now)))
        .order_by_asc(Column::RecipientAccount)
        .limit(limit)
        .into_tuple()
        .all(tx.db())
        .await?;
    ids.iter().flatten().map(|id| uuid(id).map(AccountId)).collect()
}

/// Has the digest take up everything that waits for one of this person; answers how much that is.
pub async fn take_up(tx: &WriteTx, account: AccountId, digest: Uuid, now: Instant) -> Result<u64, StorageError> {
    let update = outbox::Entity::update_many()
        .col_expr(Column::DigestId, Expr::value(digest.to_string()))
        .filter(waits_for_digest())
        .filter(Column::RecipientAccount.eq(account.to_string()))
        .filter(Column::SendAfter.lte(micros(now)));
    Ok(update.exec(tx.db()).await?.rows_affected)
}

/// What the digest took up and still stands, the oldest first: a reminder of what was done meanwhile does not.
pub async fn taken_up(tx: &ReadTx, digest: Uuid) -> Result<Vec<OutboxRow>, StorageError> {
    let text = "SELECT outbox.* FROM outbox LEFT JOIN deadline ON deadline.id = outbox.deadline_id
         WHERE outbox.digest_id = $1 AND outbox.set_aside = 'digest'
           AND (deadline.status IS NULL OR deadline.status IN ('open', 'passed'))
         ORDER BY outbox.queued_at, outbox.id";
    let rows = tx.db().query_all_raw(sql(tx, text, [digest.to_string().into()])).await?;
    rows.iter().map(|row| read(outbox::Model::from_query_result(row, "")?)).collect()
}

/// The next instant after `now` at which a mail that waits goes out, or a digest.
pub async fn next(tx: &ReadTx, now: Instant) -> Result<Option<Instant>, StorageError> {
    let text = "SELECT MIN(due) AS next FROM (
             SELECT MIN(send_after) AS due FROM outbox WHERE status = 'queued' AND send_after > $1
             UNION ALL
             SELECT MIN(send_after) AS due FROM outbox WHERE set_aside = 'digest' AND digest_id IS NULL
         ) AS waiting";
    let row = tx.db().query_one_raw(sql(tx, text, [micros(now).into()])).await?;
    let next: Option<i64> = row.map(|row| row.try_get("", "next")).transpose()?.flatten();
    next.map(instant).transpose()
}

fn waits_for_digest() -> sea_orm::Condition {
    sea_orm::Condition::all().add(Column::SetAside.eq(DIGEST)).add(Column::DigestId.is_null())
}
