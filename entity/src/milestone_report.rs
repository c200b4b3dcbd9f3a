//! What was reported of one of the program's milestones.

use sea_orm::entity::prelude::*;

/// What was reported of one of the program's milestones.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "milestone_report")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Key of the milestone.
    pub milestone: String,
    /// `due`, `reported` or `unknown`.
    pub status: String,
    /// Where it was reported.
    pub source: String,
    /// When the report was entered, business time.
    pub at: i64,
    /// Who entered it.
    pub account_id: String,
}

impl ActiveModelBehavior for ActiveModel {}
