//! The secret address of a person's calendar, by hash.

use sea_orm::entity::prelude::*;

/// The secret address of a person's calendar, by hash.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_feed")]
pub struct Model {
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: String,
    /// SHA-256 of the secret in the address, unique.
    pub hash: String,
    /// When it was made.
    pub created_at: i64,
    /// When the person revoked it.
    pub revoked_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
