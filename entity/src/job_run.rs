//! The last run of a job of the worker.

use sea_orm::entity::prelude::*;

/// The last run of a job of the worker.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job_run")]
pub struct Model {
    /// Name of the job.
    #[sea_orm(primary_key, auto_increment = false)]
    pub job: String,
    /// When it began, system time.
    pub started_at: i64,
    /// How many milliseconds it took.
    pub took_ms: i64,
    /// Whether it failed.
    pub failed: bool,
}

impl ActiveModelBehavior for ActiveModel {}
