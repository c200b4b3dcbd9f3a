//! A record that a person muted.

use sea_orm::entity::prelude::*;

/// A record that a person muted.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_mute")]
pub struct Model {
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: String,
    /// The record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub aggregate_id: String,
}

impl ActiveModelBehavior for ActiveModel {}
