//! A link that works once (an invitation, a password, the first administrator, or an act of a person of another side), by
//! hash.

use sea_orm::entity::prelude::*;

/// A link that works once, by hash.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "one_time_link")]
pub struct Model {
    /// SHA-256 of the secret in the link.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    /// What the link is for.
    pub purpose: String,
    /// The account.
    pub account_id: Option<String>,
    /// The invitation that the link accepts, or the record that it opens.
    pub about: Option<String>,
    /// Where the link was sent.
    pub email: String,
    /// When it was made.
    pub created_at: i64,
    /// When it ends by time.
    pub expires_at: i64,
    /// When it was used.
    pub used_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
