//! One row of an aggregate, read and written.

use std::collections::BTreeMap;

use anteroom_entity::aggregate;
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};

use super::{
    codec::{instant, maybe_instant, maybe_micros, micros, named, parse, uuid},
    error::StorageError,
};
use crate::{
    domain::{
        audience::Audience,
        case::{Case, Promoted},
        id::{Kind, RecordId, Subject},
        time::Instant,
    },
    ledger::Head,
};

/// What the store knows of an aggregate besides its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowMeta {
    /// The newest link of each stream.
    pub heads: BTreeMap<Audience, Head>,
    /// How many events it has; internal, never shown.
    pub event_count: i64,
    /// When time alone moves the case next; stands in the row of the release, or of the person.
    pub next_due_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// When it changed last.
    pub updated_at: Instant,
}

impl RowMeta {
    /// The row of an aggregate that comes into being now.
    pub(super) const fn new(now: Instant) -> Self {
        Self { heads: BTreeMap::new(), event_count: 0, next_due_at: None, created_at: now, updated_at: now }
    }
}

/// A head as it stands in the row.
#[derive(Serialize, Deserialize)]
struct StoredHead {
    seq: i64,
    hash: String,
}

/// Adds a row to a case.
pub(super) fn read(row: aggregate::Model, case: &mut Case) -> Result<(Subject, RowMeta), StorageError> {
    let subject = Subject::new(named(Kind::from_name(&row.kind), "a kind")?, RecordId(uuid(&row.id)?));
    let meta = RowMeta {
        heads: read_heads(&row.heads)?,
        event_count: row.event_count,
        next_due_at: maybe_instant(row.next_due_at)?,
        created_at: instant(row.created_at)?,
        updated_at: instant(row.updated_at)?,
    };
    case.insert(subject, row.reference, serde_json::from_str(&row.state)?)?;
    Ok((subject, meta))
}

pub(super) fn read_heads(text: &str) -> Result<BTreeMap<Audience, Head>, StorageError> {
    let stored: BTreeMap<String, StoredHead> = serde_json::from_str(text)?;
    let read = |(code, head): (String, StoredHead)| {
        let audience = named(Audience::from_code(&code), "an audience")?;
        Ok((audience, Head { seq: head.seq, hash: parse(&head.hash, "a hash")? }))
    };
    stored.into_iter().map(read).collect()
}

fn write_heads(heads: &BTreeMap<Audience, Head>) -> Result<String, StorageError> {
    let stored: BTreeMap<String, StoredHead> = heads
        .iter()
        .map(|(audience, head)| (audience.code(), StoredHead { seq: head.seq, hash: head.hash.to_string() }))
        .collect();
    Ok(serde_json::to_string(&stored)?)
}

/// The row of an aggregate of this case.
pub(super) fn write(
    case: &Case,
    subject: Subject,
    promoted: &Promoted,
    meta: &RowMeta,
) -> Result<aggregate::ActiveModel, StorageError> {
    let reference = case.reference(subject).ok_or(StorageError::Corrupt { what: "a reference" })?;
    Ok(aggregate::ActiveModel {
        id: Set(subject.id.to_string()),
        kind: Set(subject.kind.name().to_owned()),
        reference: Set(reference.to_owned()),
        release_id: Set(promoted.release.map(|id| id.to_string())),
        engagement_id: Set(promoted.engagement.map(|id| id.to_string())),
        developer_id: Set(promoted.developer.map(|id| id.to_string())),
        partner_id: Set(promoted.partner.map(|id| id.to_string())),
        holder_id: Set(promoted.holder.map(|id| id.to_string())),
        stage: Set(promoted.stage.to_owned()),
        government: Set(promoted.government),
        live_release: Set(promoted.live_release.map(|id| id.to_string())),
        state: Set(case.state(subject)?.to_string()),
        state_schema: Set(Case::STATE_SCHEMA),
        heads: Set(write_heads(&meta.heads)?),
        event_count: Set(meta.event_count),
        next_due_at: Set(maybe_micros(meta.next_due_at)),
        created_at: Set(micros(meta.created_at)),
        updated_at: Set(micros(meta.updated_at)),
    })
}
