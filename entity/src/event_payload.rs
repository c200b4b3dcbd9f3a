//! The payload and salt of an event; the only thing that erasure may take.

use sea_orm::entity::prelude::*;

/// The payload and salt of an event; the only thing that erasure may take.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_payload")]
pub struct Model {
    /// The event.
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: String,
    /// Payload as JSON; none once erased.
    pub payload: Option<String>,
    /// 32 random bytes, hex; none once erased.
    pub salt: Option<String>,
    /// When it was erased.
    pub erased_at: Option<i64>,
    /// The row that `event_id` names.
    #[sea_orm(belongs_to, from = "event_id", to = "id")]
    pub event: BelongsTo<super::event::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
