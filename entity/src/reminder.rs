//! What became of one planned reminder for one group of recipients.

use sea_orm::entity::prelude::*;

/// What became of one planned reminder for one group of recipients.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reminder")]
pub struct Model {
    /// The deadline.
    #[sea_orm(primary_key, auto_increment = false)]
    pub deadline_id: String,
    /// Which of the deadline's offsets.
    #[sea_orm(primary_key, auto_increment = false)]
    pub offset_key: String,
    /// Which group of recipients.
    #[sea_orm(primary_key, auto_increment = false)]
    pub recipient_group: String,
    /// `queued` or `skipped`.
    pub outcome: String,
    /// Why it was skipped.
    pub reason: Option<String>,
    /// When that was decided, business time.
    pub at: i64,
    /// The row that `deadline_id` names.
    #[sea_orm(belongs_to, from = "deadline_id", to = "id")]
    pub deadline: BelongsTo<super::deadline::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
