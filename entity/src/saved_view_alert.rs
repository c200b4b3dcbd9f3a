//! A person who is told when what a saved view finds has changed.

use sea_orm::entity::prelude::*;

/// A person who is told when what a saved view finds has changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "saved_view_alert")]
pub struct Model {
    /// The view.
    #[sea_orm(primary_key, auto_increment = false)]
    pub view_id: String,
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: String,
    /// The references that the person was last told of, in their order, divided by spaces.
    pub seen: String,
    /// When to look again, business time.
    pub next_look_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
