//! The program's milestones, with what somebody reported of each since. No rule depends on them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::{App, AppError, Principal, identity::Note},
    authz::administration::{AdministrativeAction, AdministrativeResource},
    domain::{
        milestone::{Milestone, MilestoneStatus, milestones},
        text::ExternalReference,
    },
    storage::milestones::{self, MilestoneReport},
};

/// A milestone of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MilestoneEntry {
    /// Stable key.
    pub key: String,
    /// What is to be done.
    pub title: String,
    /// By whom.
    pub agency: String,
    /// Its day as it falls, weekend or not; none for what goes on.
    pub day: Option<NaiveDate>,
    /// What is known of it.
    pub status: MilestoneStatus,
    /// Where that is said.
    pub source: String,
    /// When it was entered; none for what came with the product.
    pub reported_at: Option<DateTime<Utc>>,
}

/// What somebody learned of a milestone.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReport {
    /// What is known.
    pub status: MilestoneStatus,
    /// Where it is said, such as a citation or an address.
    pub source: ExternalReference,
}

impl App {
    /// Every milestone with the newest report of each.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked.
    pub async fn milestones(&self) -> Result<Vec<MilestoneEntry>, AppError> {
        let tx = self.store().begin_read().await?;
        let reports = milestones::reports(&tx).await;
        tx.end().await?;
        let reports = reports?;
        let newest = |key: &str| reports.iter().rev().find(|report| report.milestone == key);
        let entry = |milestone: Milestone| {
            let report = newest(&milestone.key);
            MilestoneEntry {
                status: report.map_or(milestone.status, |report| report.status),
                source: report.map_or(milestone.source, |report| report.source.clone()),
                reported_at: report.map(|report| report.at),
                key: milestone.key,
                title: milestone.title,
                agency: milestone.agency,
                day: milestone.day,
            }
        };
        Ok(milestones().map_err(AppError::internal)?.into_iter().map(entry).collect())
    }

    /// Enters what was learned of a milestone. What was entered before stays.
    ///
    /// # Errors
    /// [`AppError::Forbidden`]; [`AppError::NotFound`] for a key that no milestone has.
    pub async fn report_milestone(
        &self,
        principal: &Principal,
        key: &str,
        report: &NewReport,
    ) -> Result<Vec<MilestoneEntry>, AppError> {
        let office = AdministrativeResource::office(self.hosting());
        self.administers(principal, AdministrativeAction::ReportMilestone, &office).await?;
        if !milestones().map_err(AppError::internal)?.iter().any(|milestone| milestone.key == key) {
            return Err(AppError::NotFound);
        }
        in_transaction!(self, tx => {
            let row = MilestoneReport {
                milestone: key.to_owned(),
                status: report.status,
                source: report.source.to_string(),
                at: self.decision_time(tx).await?,
            };
            milestones::add(tx, self.ids().uuid(), &row, principal.actor.account).await?;
            self.note(tx, Note::by(principal, "milestone.report", None, key)).await?;
            Ok(())
        })
        .await?;
        self.milestones().await
    }
}
