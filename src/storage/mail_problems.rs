//! Mail that did not arrive: what reports said, and what somebody has to look after because of it.

use anteroom_entity::{
    bounce,
    mail_problem::{self, Column},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait as _, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{
    codec::{instant, maybe_instant, maybe_uuid, micros, sql, uuid},
    error::StorageError,
    outbox::OutboxRow,
    store::{ReadTx, WriteTx},
};
use crate::domain::{
    id::{AccountId, RecordId},
    time::Instant,
};

/// What a report says about a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BounceRow {
    /// Random id.
    pub id: Uuid,
    /// The mail.
    pub mail: Uuid,
    /// When the report came, system time.
    pub at: Instant,
    /// The same in business time.
    pub business_at: Instant,
    /// What it says.
    pub outcome: BounceOutcome,
    /// The status code (RFC 3463).
    pub status: String,
}

/// What a report says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BounceOutcome {
    /// The address does not take mail.
    Bounced,
    /// It was tried for too long.
    Expired,
    /// It is still being tried.
    Delayed,
}

impl BounceOutcome {
    /// The name in the column.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bounced => "bounced",
            Self::Expired => "expired",
            Self::Delayed => "delayed",
        }
    }
}

/// Something to look after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemRow {
    /// Random id.
    pub id: Uuid,
    /// The mail.
    pub mail: Uuid,
    /// The recipient.
    pub account: Option<AccountId>,
    /// The record.
    pub aggregate: Option<RecordId>,
    /// Its reference.
    pub reference: Option<String>,
    /// Number of the notice.
    pub code: String,
    /// The address that it was sent to.
    pub address: String,
    /// Whether it was legally operative.
    pub legal: bool,
    /// `bounced`, `expired`, `refused` or `missed`.
    pub reason: String,
    /// The status code (RFC 3463); empty where none is known.
    pub status: String,
    /// When it was found, business time.
    pub opened_at: Instant,
    /// When somebody looked after it.
    pub resolved_at: Option<Instant>,
    /// Who did.
    pub resolved_by: Option<AccountId>,
}

/// Keeps what a report said.
pub async fn add_bounce(tx: &WriteTx, row: &BounceRow) -> Result<(), StorageError> {
    let row = bounce::ActiveModel {
        id: Set(row.id.to_string()),
        outbox_id: Set(row.mail.to_string()),
        at: Set(micros(row.at)),
        business_at: Set(micros(row.business_at)),
        outcome: Set(row.outcome.name().to_owned()),
        status: Set(row.status.clone()),
    };
    bounce::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Opens a problem; one a mail, however often it is reported. `false` if there was one.
pub async fn open(tx: &WriteTx, row: &ProblemRow) -> Result<bool, StorageError> {
    let active = mail_problem::ActiveModel {
        id: Set(row.id.to_string()),
        outbox_id: Set(row.mail.to_string()),
        account_id: Set(row.account.map(|id| id.to_string())),
        aggregate_id: Set(row.aggregate.map(|id| id.to_string())),
        reference: Set(row.reference.clone()),
        code: Set(row.code.clone()),
        address: Set(row.address.clone()),
        is_legal: Set(row.legal),
        reason: Set(row.reason.clone()),
        status: Set(row.status.clone()),
        opened_at: Set(micros(row.opened_at)),
        resolved_at: Set(row.resolved_at.map(micros)),
        resolved_by: Set(row.resolved_by.map(|id| id.to_string())),
    };
    let once = OnConflict::column(Column::OutboxId).do_nothing().to_owned();
    let inserted = mail_problem::Entity::insert(active).on_conflict(once).exec_without_returning(tx.db()).await?;
    Ok(inserted == 1)
}

/// Open problems, the oldest first; only those of legally operative mail if asked for.
pub async fn unresolved(tx: &ReadTx, legal_alone: bool, limit: u64) -> Result<Vec<ProblemRow>, StorageError> {
    let mut find = mail_problem::Entity::find().filter(Column::ResolvedAt.is_null());
    if legal_alone {
        find = find.filter(Column::IsLegal.eq(true));
    }
    let find = find.order_by_asc(Column::OpenedAt).order_by_asc(Column::Id).limit(limit);
    find.all(tx.db()).await?.into_iter().map(read).collect()
}

/// One problem.
pub async fn by_id(tx: &ReadTx, problem: Uuid) -> Result<Option<ProblemRow>, StorageError> {
    mail_problem::Entity::find_by_id(problem.to_string()).one(tx.db()).await?.map(read).transpose()
}

/// Records that somebody looked after a problem; `false` if somebody did before.
pub async fn resolve(tx: &WriteTx, problem: Uuid, by: AccountId, now: Instant) -> Result<bool, StorageError> {
    let update = mail_problem::Entity::update_many()
        .col_expr(Column::ResolvedAt, Expr::value(micros(now)))
        .col_expr(Column::ResolvedBy, Expr::value(by.to_string()))
        .filter(Column::Id.eq(problem.to_string()))
        .filter(Column::ResolvedAt.is_null());
    Ok(update.exec(tx.db()).await?.rows_affected == 1)
}

/// Since when mail to the present addresses of people comes back; only those whose does.
pub async fn undeliverable(tx: &ReadTx) -> Result<Vec<(AccountId, Instant)>, StorageError> {
    let text = "SELECT problem.account_id AS account, MIN(problem.opened_at) AS since
         FROM mail_problem AS problem JOIN account ON account.id = problem.account_id AND account.email = problem.address
         WHERE problem.resolved_at IS NULL AND problem.reason = 'bounced' GROUP BY problem.account_id";
    let rows = tx.db().query_all_raw(sql(tx, text, [])).await?;
    let read = |row: &sea_orm::QueryResult| {
        let account: String = row.try_get("", "account")?;
        Ok((AccountId(uuid(&account)?), instant(row.try_get("", "since")?)?))
    };
    rows.iter().map(read).collect()
}

/// A mail and what became of it, without a word of what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    /// The mail.
    pub mail: OutboxRow,
    /// What was reported last: `bounced`, `expired` or `delayed`.
    pub reported: Option<String>,
}

#[derive(FromQueryResult)]
struct Reported {
    reported: Option<String>,
}

/// Which mails of the log are wanted: all of them unless something is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Those of the notice with this code.
    pub code: Option<String>,
    /// Those that this became of, in the words of the log.
    pub outcome: Option<String>,
    /// Those about the record with this reference.
    pub reference: Option<String>,
}

/// Mails that are wanted, the newest first, behind the one with this instant of queueing and id.
pub async fn log(
    tx: &ReadTx,
    wanted: &LogFilter,
    after: Option<(Instant, Uuid)>,
    limit: u64,
) -> Result<Vec<LogRow>, StorageError> {
    let text = "SELECT mail.* FROM
             (SELECT outbox.*,
                 (SELECT bounce.outcome FROM bounce WHERE bounce.outbox_id = outbox.id
                  ORDER BY bounce.at DESC, bounce.id DESC LIMIT 1) AS reported
              FROM outbox) AS mail
         WHERE (mail.queued_at < $1 OR (mail.queued_at = $1 AND mail.id < $2))
           AND ($4 = '' OR mail.code = $4)
           AND ($5 = '' OR mail.reference = $5)
           AND ($6 = '' OR $6 = COALESCE(mail.reported,
                CASE WHEN mail.status = 'superseded' THEN mail.set_aside END, mail.status))
         ORDER BY mail.queued_at DESC, mail.id DESC LIMIT $3";
    let (at, id) = after.map_or((i64::MAX, String::new()), |(at, id)| (micros(at), id.to_string()));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let named = [&wanted.code, &wanted.reference, &wanted.outcome].map(|one| one.clone().unwrap_or_default().into());
    let [code, reference, outcome] = named;
    let values = [at.into(), id.into(), limit.into(), code, reference, outcome];
    let rows = tx.db().query_all_raw(sql(tx, text, values)).await?;
    let read = |row: &sea_orm::QueryResult| {
        let mail = super::outbox::read(anteroom_entity::outbox::Model::from_query_result(row, "")?)?;
        Ok(LogRow { mail, reported: Reported::from_query_result(row, "")?.reported })
    };
    rows.iter().map(read).collect()
}

fn read(row: mail_problem::Model) -> Result<ProblemRow, StorageError> {
    Ok(ProblemRow {
        id: uuid(&row.id)?,
        mail: uuid(&row.outbox_id)?,
        account: maybe_uuid(row.account_id.as_deref())?.map(AccountId),
        aggregate: maybe_uuid(row.aggregate_id.as_deref())?.map(RecordId),
        reference: row.reference,
        code: row.code,
        address: row.address,
        legal: row.is_legal,
        reason: row.reason,
        status: row.status,
        opened_at: instant(row.opened_at)?,
        resolved_at: maybe_instant(row.resolved_at)?,
        resolved_by: maybe_uuid(row.resolved_by.as_deref())?.map(AccountId),
    })
}
