//! What if: the answer of the planner, as far as the asker may know. Nothing is written but that it was asked.

mod answer;
mod telling;

use std::collections::BTreeMap;

pub use answer::{
    ComparedWith, DeadlineFate, WhatIfAnswer, WhatIfCommand, WhatIfDate, WhatIfDeadline, WhatIfEvent, WhatIfGrant,
    WhatIfGuard, WhatIfReminder, WhatIfStop,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};
use telling::Telling;
use utoipa::ToSchema;

use super::{App, AppError, Principal, read::Readable};
use crate::{
    authz::{Resource, WHAT_IF, decide as authorize},
    domain::{
        action::Action,
        actor::By,
        case::{Case, known_to},
        given::instant_or_null,
        id::{Kind, Subject},
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
    #[serde(default, deserialize_with = "instant_or_null")]
    pub until: Option<DateTime<Utc>>,
}

/// What is supposed: its kind, and the members of that kind and no other.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Suppose {
    /// Which supposition.
    pub kind: SupposeKind,
    /// For `planned_release`: the planned instant, or null for undecided; it must be said.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub to: Said,
    /// For `condition_unsigned`: the condition's reference.
    #[serde(default)]
    pub condition: Option<String>,
    /// For `condition_unsigned`: until when it is not signed.
    #[serde(default, deserialize_with = "instant_or_null")]
    pub by: Option<DateTime<Utc>>,
    /// For `framework_version`: its name, such as `v1.1`.
    #[serde(default)]
    pub version: Option<String>,
}

/// Which supposition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SupposeKind {
    /// The planned partner release moves, or becomes undecided.
    PlannedRelease,
    /// The condition is not signed by an instant. Compared with its being in force now.
    ConditionUnsigned,
    /// Another framework version is pinned.
    FrameworkVersion,
}

/// An instant or null, or nothing said at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Said {
    /// The member is not there.
    #[default]
    LeftOut,
    /// It is.
    To(Option<DateTime<Utc>>),
}

fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Said, D::Error> {
    instant_or_null(from).map(Said::To)
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
        let action = Action::new(Kind::Engagement, WHAT_IF);
        let (readable, answer) = self.logged(viewer, action, name, answer).await?;
        let reference = readable.case.reference(readable.subject).unwrap_or_default();
        self.log_read(viewer, readable.subject, reference, WHAT_IF, readable.looking.now).await?;
        Ok(answer)
    }

    /// Whether the person may ask what would follow from a supposition about the record; about an engagement alone.
    pub(super) fn may_plan(&self, viewer: &Principal, case: &Case, subject: Subject) -> bool {
        let action = Action::new(Kind::Engagement, WHAT_IF);
        let resource = Resource::of(case, subject).filter(|_| subject.kind == action.kind);
        resource.is_some_and(|resource| authorize(self.engine(), &viewer.actor, action, &resource).is_ok())
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
        authorize(self.engine(), &viewer.actor, action, &resource)?;
        let telling = Telling { app: self, viewer, readable: &readable };
        let suppose = telling.supposition(&asked.suppose)?;
        let now = readable.looking.now;
        let mut stored = BTreeMap::new();
        if let Some((release, _)) = readable.case.release() {
            let rows = deadlines::of_release(tx, release).await?.into_iter();
            stored =
                rows.filter(|row| row.status == DeadlineStatus::Open).map(|row| (row.key, row.created_at)).collect();
        }
        let question = Question {
            engagement: readable.subject.id,
            suppose: &suppose,
            by: &By::from(&viewer.actor),
            known: &stored,
            now,
            until: horizon(asked.until, now)?,
        };
        // What another side did for itself decides nothing of what is foretold.
        let known = known_to(&readable.case, viewer.actor.side);
        let plan = project(&known, &question, &readable.looking.facts)?;
        let answer = telling.answer(&plan, &question);
        Ok((readable, answer))
    }
}
