//! What was reported of the program's milestones.

use anteroom_entity::milestone_report::{self, Column};
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder};
use uuid::Uuid;

use super::{
    codec::{instant, micros, named},
    error::StorageError,
    store::{ReadTx, WriteTx},
};
use crate::domain::{id::AccountId, milestone::MilestoneStatus, time::Instant};

/// A report on a milestone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MilestoneReport {
    /// Key of the milestone.
    pub milestone: String,
    /// What is reported.
    pub status: MilestoneStatus,
    /// Where.
    pub source: String,
    /// When it was entered, business time.
    pub at: Instant,
}

/// Every report, oldest first.
pub async fn reports(tx: &ReadTx) -> Result<Vec<MilestoneReport>, StorageError> {
    let find = milestone_report::Entity::find().order_by_asc(Column::At).order_by_asc(Column::Id);
    find.all(tx.db()).await?.into_iter().map(read).collect()
}

/// Enters a report.
pub async fn add(tx: &WriteTx, id: Uuid, report: &MilestoneReport, by: AccountId) -> Result<(), StorageError> {
    let row = milestone_report::ActiveModel {
        id: Set(id.to_string()),
        milestone: Set(report.milestone.clone()),
        status: Set(report.status.name().to_owned()),
        source: Set(report.source.clone()),
        at: Set(micros(report.at)),
        account_id: Set(by.to_string()),
    };
    milestone_report::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

fn read(row: milestone_report::Model) -> Result<MilestoneReport, StorageError> {
    Ok(MilestoneReport {
        status: named(MilestoneStatus::from_name(&row.status), "a status of a milestone")?,
        milestone: row.milestone,
        source: row.source,
        at: instant(row.at)?,
    })
}
