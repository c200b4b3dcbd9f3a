//! When each job of the worker ran last.

use anteroom_entity::job_run::{self, Column};
use chrono::TimeDelta;
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder, sea_query::OnConflict};

use super::{
    codec::{instant, micros},
    error::StorageError,
    store::{ReadTx, WriteTx},
};
use crate::domain::time::Instant;

/// The last run of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Name of the job.
    pub job: String,
    /// When it began, system time in UTC.
    pub started_at: Instant,
    /// How long it took; kept in whole milliseconds.
    pub took: TimeDelta,
    /// Whether it failed.
    pub failed: bool,
}

/// The last run of every job that ever ran.
pub async fn runs(tx: &ReadTx) -> Result<Vec<Run>, StorageError> {
    let rows = job_run::Entity::find().order_by_asc(Column::Job).all(tx.db()).await?;
    rows.into_iter().map(read).collect()
}

/// Puts these runs in the place of the jobs' runs before; none are no statement.
pub async fn ran(tx: &WriteTx, runs: &[Run]) -> Result<(), StorageError> {
    if runs.is_empty() {
        return Ok(());
    }
    let row = |run: &Run| job_run::ActiveModel {
        job: Set(run.job.clone()),
        started_at: Set(micros(run.started_at)),
        took_ms: Set(run.took.num_milliseconds()),
        failed: Set(run.failed),
    };
    let changing = [Column::StartedAt, Column::TookMs, Column::Failed];
    let replace = OnConflict::column(Column::Job).update_columns(changing).to_owned();
    job_run::Entity::insert_many(runs.iter().map(row)).on_conflict(replace).exec_without_returning(tx.db()).await?;
    Ok(())
}

fn read(row: job_run::Model) -> Result<Run, StorageError> {
    let (started_at, took) = (instant(row.started_at)?, TimeDelta::milliseconds(row.took_ms));
    Ok(Run { job: row.job, started_at, took, failed: row.failed })
}
