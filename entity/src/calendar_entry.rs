//! A task date that stands in a person's own calendar.

use sea_orm::entity::prelude::*;

/// A task date that stands in a person's own calendar.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_entry")]
pub struct Model {
    /// What makes it one and the same in every calendar.
    #[sea_orm(primary_key, auto_increment = false)]
    pub uid: String,
    /// The person.
    pub account_id: String,
    /// The model release of the case, or the record of a person where there is none.
    pub case_id: String,
    /// The record.
    pub aggregate_id: String,
    /// Name of the deadline's kind.
    pub kind: String,
    /// The record's reference.
    pub reference: String,
    /// Number of the last change.
    pub sequence: i32,
    /// The day.
    pub shown_on: String,
    /// Whether it stands there now.
    pub stands: bool,
    /// When it was changed last, business time.
    pub changed_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
