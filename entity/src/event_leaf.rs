//! An event's place in the log of one organization of its audience.

use sea_orm::entity::prelude::*;

/// An event's place in the log of one organization of its audience.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_leaf")]
pub struct Model {
    /// The event.
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: String,
    /// The organization.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: String,
    /// Number in the organization's log; none until sealed.
    pub leaf_index: Option<i64>,
    /// The row that `event_id` names.
    #[sea_orm(belongs_to, from = "event_id", to = "id")]
    pub event: BelongsTo<super::event::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
