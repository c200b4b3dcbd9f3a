//! One event: canonical header, commitment of the payload, and its link in the chain of its stream.

use sea_orm::entity::prelude::*;

/// One event: canonical header, commitment of the payload, and its link in the chain of its stream.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The aggregate.
    pub aggregate_id: String,
    /// Place among all events of the aggregate, from 1; internal, never shown.
    pub aggregate_seq: i64,
    /// The aggregate and the audience.
    pub stream: String,
    /// Place in the stream, from 1, without gaps.
    pub stream_seq: i64,
    /// Code of the audience.
    pub audience: String,
    /// What happened.
    pub type_code: String,
    /// Schema version of the payload.
    pub schema_version: i32,
    /// When it took effect.
    pub effective_at: i64,
    /// When it was recorded.
    pub recorded_at: i64,
    /// Canonical JSON bytes of the header.
    pub header: String,
    /// HMAC-SHA-256 of the payload under the salt, hex.
    pub commitment: String,
    /// Hash of the event before it in the stream, hex.
    pub prev_hash: String,
    /// Hash of this link, hex.
    pub hash: String,
    /// The row that `aggregate_id` names.
    #[sea_orm(belongs_to, from = "aggregate_id", to = "id")]
    pub aggregate: BelongsTo<super::aggregate::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
