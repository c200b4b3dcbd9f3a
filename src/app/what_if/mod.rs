//! What if: the answer of the planner, as far as the asker may know. Nothing is written but that it was asked.

mod answer;
mod telling;

use std::collections::BTreeMap;

pub use answer::{
    ComparedWith, DeadlineFate, WhatIfAnswer, WhatIfCommand, WhatIfDate, WhatIfDeadline, WhatIfEvent, WhatIfGrant,
    WhatIfGuard, WhatIfReminder, WhatIfStop,
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use telling::Telling;
use utoipa::ToSchema;

use super::{App, AppError, Principal, command::TargetRef, read::Readable};
use crate::{
    authz::{Denial, Resource, WHAT_IF, decide as authorize},
    domain::{
        action::Action,
        actor::By,
        id::Kind,
        plan::{Question, horizon, project},
    },
    storage::{DeadlineStatus, ReadTx, deadlines},
};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhatIf {
    /// What is supposed.
    pub suppose: Suppose,
    /// How far ahead is looked; 120 days if left out, at most 400.
    #[serde(default, deserialize_with = "crate::domain::given::instant_or_null")]
    pub until: Option<DateTime<Utc>>,
}

/// What is supposed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Suppose {
    /// The planned partner release moves, or becomes undecided.
    PlannedRelease {
        /// The planned instant, or null.
        #[serde(deserialize_with = "crate::domain::given::instant_or_null")]
        to: Option<DateTime<Utc>>,
    },
    /// The condition is not signed by an instant. Compared with its being in force now.
    ConditionUnsigned {
        /// The condition's reference.
        condition: String,
        /// Until when it is not signed.
        #[serde(deserialize_with = "crate::domain::given::instant")]
        by: DateTime<Utc>,
    },
    /// Another framework version is pinned.
    FrameworkVersion {
        /// Its name, such as `v1.1`.
        version: String,
    },
}

impl App {
    /// What would follow from a supposition about the engagement. Denials, refusals and the read itself are logged;
    /// nothing else is written.
    ///
    /// # Errors
    /// [`AppError::NotFound`] and [`AppError::Forbidden`] as for other reads; [`AppError::Refused`] for what cannot be
    /// supposed.
    pub async fn what_if(&self, viewer: &Principal, name: &str, asked: &WhatIf) -> Result<WhatIfAnswer, AppError> {
        let tx = self.store().begin_snapshot().await?;
        let answer = self.supposed(&tx, viewer, name, asked).await;
        tx.end().await?;
        match answer {
            Ok((readable, answer)) => {
                let reference = readable.case.reference(readable.subject).unwrap_or_default();
                self.log_read(viewer, readable.subject, reference, WHAT_IF, readable.looking.now).await?;
                Ok(answer)
            }
            Err(error) => {
                let target = TargetRef::Record(Kind::Engagement, name.to_owned());
                self.log_denied(viewer, Action::new(Kind::Engagement, WHAT_IF), &target, &error).await;
                Err(error)
            }
        }
    }

    async fn supposed(
        &self,
        tx: &ReadTx,
        viewer: &Principal,
        name: &str,
        asked: &WhatIf,
    ) -> Result<(Readable, WhatIfAnswer), AppError> {
        let readable = self.load_readable(tx, viewer, Kind::Engagement, name).await?;
        let resource = Resource::of(&readable.case, readable.subject).ok_or(AppError::NotFound)?;
        let action = Action::new(Kind::Engagement, WHAT_IF);
        authorize(self.engine(), &viewer.actor, action, &resource).map_err(|denial| match denial {
            Denial::Hidden => AppError::NotFound,
            Denial::Forbidden => AppError::Forbidden,
            Denial::Locked => AppError::Locked,
        })?;
        let telling = Telling { app: self, viewer, readable: &readable };
        let suppose = telling.supposition(&asked.suppose)?;
        let now = readable.looking.now;
        let mut known = BTreeMap::new();
        if let Some((release, _)) = readable.case.release() {
            let rows = deadlines::of_release(tx, release).await?.into_iter();
            known =
                rows.filter(|row| row.status == DeadlineStatus::Open).map(|row| (row.key, row.created_at)).collect();
        }
        let question = Question {
            engagement: readable.subject.id,
            suppose: &suppose,
            by: &By::from(&viewer.actor),
            known: &known,
            now,
            until: horizon(asked.until, now)?,
        };
        let plan = project(&readable.case, &question, &readable.looking.facts)?;
        let answer = telling.answer(&plan, &question);
        Ok((readable, answer))
    }
}
