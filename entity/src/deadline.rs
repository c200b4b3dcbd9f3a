//! One deadline and what became of it.

use sea_orm::entity::prelude::*;

/// One deadline and what became of it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deadline")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// What makes the deadline one and the same, unique.
    pub key: String,
    /// The aggregate.
    pub aggregate_id: String,
    /// The model release of the case.
    pub release_id: Option<String>,
    /// Name of the deadline's kind.
    pub kind: String,
    /// What it counts from.
    pub anchor: String,
    /// When the clock started.
    pub starts_at: i64,
    /// When it is due, exclusive.
    pub due_at: i64,
    /// The day shown to people, ISO.
    pub shown_on: String,
    /// The calendar that it was counted with.
    pub calendar_version: String,
    /// `open`, `satisfied`, `canceled`, `superseded` or `passed`.
    pub status: String,
    /// Since when.
    pub status_at: i64,
    /// The whole deadline as JSON.
    pub facts: String,
    /// When something is to be said next.
    pub next_reminder_at: Option<i64>,
    /// When it was made.
    pub created_at: i64,
    /// The row that `aggregate_id` names.
    #[sea_orm(belongs_to, from = "aggregate_id", to = "id")]
    pub aggregate: BelongsTo<super::aggregate::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
