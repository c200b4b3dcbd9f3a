//! One change of the table of ad hoc closures.

use sea_orm::entity::prelude::*;

/// One change of the table of ad hoc closures.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_closure")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The edition of the calendar that it makes, counting from 1, unique.
    pub edition: i32,
    /// The day, as `2026-12-24`.
    pub day: String,
    /// 1 for closed, 0 for a working day again.
    pub closed: i32,
    /// Code of the reason.
    pub reason: String,
    /// When it was entered, business time.
    pub at: i64,
    /// Who entered it.
    pub account_id: String,
}

impl ActiveModelBehavior for ActiveModel {}
