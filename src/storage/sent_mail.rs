//! Which mails about a set of records went out, and to whom, without a word of what they say.

use anteroom_entity::{
    account,
    outbox::{self, Column},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use super::{
    codec::{instant, uuid},
    error::StorageError,
    mail_outcome,
    store::ReadTx,
};
use crate::domain::{
    actor::Side,
    id::{AccountId, OrganizationId, RecordId},
    time::Instant,
};

/// A mail that went out, or could not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentMail {
    /// The record that it is about.
    pub aggregate: RecordId,
    /// Number of the notice, such as `N7`.
    pub code: String,
    /// The template.
    pub template: String,
    /// The recipient.
    pub recipient: AccountId,
    /// The recipient's organization.
    pub organization: OrganizationId,
    /// When it was queued, business time: the same for everybody who is told of one event.
    pub queued_at: Instant,
    /// When the relay took it; until then, when it was queued. Business time.
    pub at: Instant,
    /// `sent`, `failed`, `missed`, `digest`, or what a report said: `bounced` or `expired`.
    pub outcome: String,
}

#[derive(FromQueryResult)]
struct MailRow {
    aggregate_id: String,
    code: String,
    template: String,
    recipient_account: String,
    organization_id: String,
    queued_at: i64,
    accepted_at: Option<i64>,
    status: String,
    set_aside: Option<String>,
    returned: Option<String>,
}

/// The mails about these records to people of the side, the oldest first: those that went out by themselves or in a
/// digest, and those that were tried in vain.
pub async fn about(tx: &ReadTx, aggregates: &[RecordId], side: Side) -> Result<Vec<SentMail>, StorageError> {
    let accepted = Expr::cust(
        "(SELECT MIN(delivery.business_at) FROM delivery WHERE delivery.outbox_id = outbox.id \
         AND delivery.outcome = 'accepted')",
    );
    let digested = Condition::all().add(Column::SetAside.eq("digest")).add(Column::DigestId.is_not_null());
    let went = Condition::any().add(Column::Status.is_in(["sent", "failed", "missed"])).add(digested);
    let rows: Vec<MailRow> = outbox::Entity::find()
        .select_only()
        .columns([
            Column::AggregateId,
            Column::Code,
            Column::Template,
            Column::RecipientAccount,
            Column::QueuedAt,
            Column::Status,
            Column::SetAside,
        ])
        .column(account::Column::OrganizationId)
        .expr_as(accepted, "accepted_at")
        .expr_as(mail_outcome::returned(), "returned")
        .join(JoinType::InnerJoin, mail_outcome::recipient())
        .filter(Column::AggregateId.is_in(aggregates.iter().map(ToString::to_string)))
        .filter(account::Column::Side.eq(side.name()))
        .filter(went)
        .order_by_asc(Column::QueuedAt)
        .order_by_asc(Column::Id)
        .into_model::<MailRow>()
        .all(tx.db())
        .await?;
    rows.into_iter().map(read).collect()
}

fn read(row: MailRow) -> Result<SentMail, StorageError> {
    Ok(SentMail {
        aggregate: RecordId(uuid(&row.aggregate_id)?),
        code: row.code,
        template: row.template,
        recipient: AccountId(uuid(&row.recipient_account)?),
        organization: OrganizationId(uuid(&row.organization_id)?),
        queued_at: instant(row.queued_at)?,
        at: instant(row.accepted_at.unwrap_or(row.queued_at))?,
        outcome: row.returned.or(row.set_aside).unwrap_or(row.status),
    })
}
