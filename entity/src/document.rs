//! A text that came with an event, by digest.

use sea_orm::entity::prelude::*;

/// A text that came with an event, by digest.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The event.
    pub event_id: String,
    /// The aggregate.
    pub aggregate_id: String,
    /// Code of the audience.
    pub audience: String,
    /// SHA-256 of the text, hex.
    pub digest: String,
    /// Its title.
    pub title: String,
    /// Its media type.
    pub media_type: String,
    /// The text.
    pub body: String,
    /// When it was made.
    pub created_at: i64,
    /// The row that `event_id` names.
    #[sea_orm(belongs_to, from = "event_id", to = "id")]
    pub event: BelongsTo<super::event::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
