//! What happened to aggregates, as far as given audiences may know.

use std::collections::BTreeMap;

use anteroom_entity::{
    event::{self, Column},
    event_payload,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait};
use uuid::Uuid;

use super::{
    codec::{instant, named, parse, uuid},
    error::StorageError,
    payload,
    store::ReadTx,
};
use crate::{
    domain::{
        actor::Side,
        audience::Audience,
        case::CaseEvent,
        id::{OrganizationId, RecordId},
        time::Instant,
    },
    ledger::Hash,
};

/// One event of a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineEvent {
    /// Its id.
    pub id: Uuid,
    /// The aggregate that it happened to.
    pub aggregate: RecordId,
    /// Who may know.
    pub audience: Audience,
    /// Place in the stream of that audience, from 1.
    pub stream_seq: i64,
    /// What happened, as a stable code.
    pub type_code: String,
    /// When it took effect.
    pub effective_at: Instant,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Hash of its link.
    pub hash: Hash,
    /// Everything about it; nothing once erased.
    pub event: Option<CaseEvent>,
}

/// The events of these aggregates for these audiences, oldest first.
pub async fn of_aggregates(
    tx: &ReadTx,
    aggregates: &[RecordId],
    audiences: &[Audience],
) -> Result<Vec<TimelineEvent>, StorageError> {
    let known = Column::Audience.is_in(audiences.iter().map(|audience| audience.code()));
    events(tx, aggregates, Condition::all().add(known)).await
}

/// The events of these types that developer and government share, of these aggregates, oldest first.
pub async fn shared(
    tx: &ReadTx,
    aggregates: &[RecordId],
    type_codes: &[&str],
) -> Result<Vec<TimelineEvent>, StorageError> {
    if aggregates.is_empty() {
        return Ok(Vec::new());
    }
    let told = Condition::all()
        .add(Column::Audience.eq(Audience::Shared.code()))
        .add(Column::TypeCode.is_in(type_codes.iter().copied()));
    events(tx, aggregates, told).await
}

/// The events of these aggregates that fit, oldest first.
async fn events(tx: &ReadTx, aggregates: &[RecordId], fits: Condition) -> Result<Vec<TimelineEvent>, StorageError> {
    let rows: Vec<(event::Model, Option<event_payload::Model>)> = event::Entity::find()
        .filter(Column::AggregateId.is_in(aggregates.iter().map(ToString::to_string)))
        .filter(fits)
        .join(JoinType::LeftJoin, event_payload::Relation::Event.def().rev())
        .select_also(event_payload::Entity)
        .order_by_asc(Column::RecordedAt)
        .order_by_asc(Column::AggregateSeq)
        .all(tx.db())
        .await?;
    rows.into_iter().map(|(event, payload)| read(event, payload)).collect()
}

/// When each of these aggregates changed last, as far as people of this side and organization may know: a newer change
/// of another audience is not seen.
pub async fn newest(
    tx: &ReadTx,
    aggregates: &[RecordId],
    side: Side,
    organization: OrganizationId,
) -> Result<BTreeMap<RecordId, Instant>, StorageError> {
    if aggregates.is_empty() {
        return Ok(BTreeMap::new());
    }
    let codes: Vec<String> =
        [Audience::Shared, Audience::Developer, Audience::Government, Audience::Partner(organization)]
            .into_iter()
            .filter(|audience| audience.includes(side, organization))
            .map(Audience::code)
            .collect();
    // Developer and government belong to the audience of every partner under their own records.
    let partners = (side != Side::Partner).then(|| Column::Audience.starts_with("partner:"));
    let known = Condition::any().add(Column::Audience.is_in(codes)).add_option(partners);
    let rows: Vec<(String, i64)> = event::Entity::find()
        .select_only()
        .column(Column::AggregateId)
        .column_as(Column::RecordedAt.max(), "newest")
        .filter(Column::AggregateId.is_in(aggregates.iter().map(ToString::to_string)))
        .filter(known)
        .group_by(Column::AggregateId)
        .into_tuple()
        .all(tx.db())
        .await?;
    rows.into_iter().map(|(id, at)| Ok((RecordId(uuid(&id)?), instant(at)?))).collect()
}

fn read(event: event::Model, payload: Option<event_payload::Model>) -> Result<TimelineEvent, StorageError> {
    let text = payload.and_then(|payload| payload.payload);
    Ok(TimelineEvent {
        id: uuid(&event.id)?,
        aggregate: RecordId(uuid(&event.aggregate_id)?),
        audience: named(Audience::from_code(&event.audience), "an audience")?,
        stream_seq: event.stream_seq,
        type_code: event.type_code,
        effective_at: instant(event.effective_at)?,
        recorded_at: instant(event.recorded_at)?,
        hash: parse(&event.hash, "a hash")?,
        event: text.as_deref().map(payload::read).transpose()?,
    })
}
