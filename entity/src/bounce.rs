//! What a report said about a mail that was sent.

use sea_orm::entity::prelude::*;

/// What a report said about a mail that was sent.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bounce")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The mail.
    pub outbox_id: String,
    /// When the report came, system time.
    pub at: i64,
    /// The same in business time.
    pub business_at: i64,
    /// `bounced`, `expired` or `delayed`.
    pub outcome: String,
    /// The status code (RFC 3463), such as `5.1.1`.
    pub status: String,
}

impl ActiveModelBehavior for ActiveModel {}
