//! The answer to one request, kept for its repeats.

use sea_orm::entity::prelude::*;

/// The answer to one request, kept for its repeats.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// The account.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: String,
    /// The route.
    #[sea_orm(primary_key, auto_increment = false)]
    pub route: String,
    /// What it was sent to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub target: String,
    /// The key that the client chose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// SHA-256 of the request.
    pub request_hash: String,
    /// Status code of the answer.
    pub status: i32,
    /// Body of the answer.
    pub body: String,
    /// When it was made.
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
