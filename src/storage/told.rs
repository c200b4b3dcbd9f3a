//! Notices that were queued about records: of which event, to whose side, and where each stands.

use anteroom_entity::{account, outbox};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{
    codec::{instant, named, uuid},
    error::StorageError,
    mail_outcome,
    store::ReadTx,
};
use crate::domain::{
    actor::Side,
    id::{AccountId, OrganizationId, RecordId},
    time::Instant,
};

/// One notice to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeMail {
    /// The event that it tells of.
    pub event: Uuid,
    /// Its code, `N1` to `N18`.
    pub code: String,
    /// The reference that it names.
    pub reference: String,
    /// The recipient.
    pub account: AccountId,
    /// The recipient's side.
    pub side: Side,
    /// The recipient's organization.
    pub organization: OrganizationId,
    /// Where it stands, as [`super::deadlines::ReminderMail::status`].
    pub status: String,
    /// When it was queued, business time.
    pub queued_at: Instant,
}

/// Key, code, reference, status, why it was set aside, when it was queued, what a report said, account, side,
/// organization.
type Told = (String, String, Option<String>, String, Option<String>, i64, Option<String>, String, String, String);

/// The notices about these records, in the order of their rows; one statement.
///
/// # Errors
/// [`StorageError`] if the store cannot be asked.
pub async fn of_aggregates(tx: &ReadTx, aggregates: &[RecordId]) -> Result<Vec<NoticeMail>, StorageError> {
    if aggregates.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Told> = outbox::Entity::find()
        .select_only()
        .columns([
            outbox::Column::DedupeKey,
            outbox::Column::Code,
            outbox::Column::Reference,
            outbox::Column::Status,
            outbox::Column::SetAside,
            outbox::Column::QueuedAt,
        ])
        .expr_as(mail_outcome::returned(), "returned")
        .columns([account::Column::Id, account::Column::Side, account::Column::OrganizationId])
        .join(JoinType::InnerJoin, mail_outcome::recipient())
        .filter(outbox::Column::AggregateId.is_in(aggregates.iter().map(ToString::to_string)))
        .filter(outbox::Column::DedupeKey.starts_with("event:"))
        .order_by_asc(outbox::Column::QueuedAt)
        .order_by_asc(outbox::Column::Id)
        .into_tuple()
        .all(tx.db())
        .await?;
    rows.into_iter().filter_map(|row| read(row).transpose()).collect()
}

/// The notice; none where the key names no event.
fn read(row: Told) -> Result<Option<NoticeMail>, StorageError> {
    let (key, code, reference, status, set_aside, queued_at, returned, account, side, organization) = row;
    let Some(event) = key.split(':').nth(1).and_then(|event| event.parse().ok()) else { return Ok(None) };
    Ok(Some(NoticeMail {
        event,
        code,
        reference: reference.unwrap_or_default(),
        account: AccountId(uuid(&account)?),
        side: named(Side::from_name(&side), "a side")?,
        organization: OrganizationId(uuid(&organization)?),
        status: mail_outcome::status(status, set_aside, returned.as_ref()),
        queued_at: instant(queued_at)?,
    }))
}
