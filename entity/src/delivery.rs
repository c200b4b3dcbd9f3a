//! One attempt to deliver a mail.

use sea_orm::entity::prelude::*;

/// One attempt to deliver a mail.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The mail.
    pub outbox_id: String,
    /// When, system time.
    pub at: i64,
    /// When, business time.
    pub business_at: i64,
    /// `accepted`, `transient`, `permanent` or `unknown`.
    pub outcome: String,
    /// What the server answered.
    pub response: String,
    /// The row that `outbox_id` names.
    #[sea_orm(belongs_to, from = "outbox_id", to = "id")]
    pub outbox: BelongsTo<super::outbox::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
