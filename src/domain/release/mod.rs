//! The model release: what the cap attaches to. The developer alone sets its dates (domain sections 1 and 3.0).

mod command;
mod decide;
mod evolve;
mod settle;

use chrono::{DateTime, Utc};
pub use command::*;
pub use decide::{available, decide};
pub use evolve::evolve;
use serde::{Deserialize, Serialize};
pub use settle::due;
use utoipa::ToSchema;

use super::{audience::Audience, id::OrganizationId, text::Name, time::Instant};

/// A model release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The developer that owns it.
    pub developer: OrganizationId,
    /// The developer's name for the model.
    pub name: Name,
    /// When it was registered.
    pub registered_at: Instant,
    /// Planned first release to other trusted partners; `None` while undecided.
    pub planned: Option<Instant>,
    /// Every planned date that was set, oldest first.
    pub planned_history: Vec<PlannedChange>,
    /// Actual releases, oldest record first.
    pub released: Vec<ActualRelease>,
    /// Seconds of model access during an assessment, which the developer chose to count against the cap
    /// (domain section 3.3).
    pub assessment_use_seconds: i64,
    /// The edition of the calendar that the case counts by; the first while none was adopted (domain section 5).
    #[serde(default)]
    pub calendar: Option<String>,
}

/// A planned date and when it came into force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedChange {
    /// When it was set.
    pub at: DateTime<Utc>,
    /// The new planned partner release, or `None` for undecided.
    pub to: Option<DateTime<Utc>>,
}

/// To whom a model was released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseKind {
    /// To other trusted partners.
    Partner,
    /// To the public.
    Public,
}

/// A release that happened: a recorded fact, never a requested state (domain section 3.2, E13).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActualRelease {
    /// To whom.
    pub kind: ReleaseKind,
    /// When it happened.
    pub released_at: DateTime<Utc>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// What happened to a model release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum ReleaseEvent {
    /// It was registered.
    Registered {
        /// The developer.
        developer: OrganizationId,
        /// The model's name.
        name: Name,
    },
    /// The developer set, moved or unset the planned partner release.
    PlannedReleaseSet {
        /// The new planned instant.
        to: Option<Instant>,
    },
    /// The developer counted model access during an assessment against the cap.
    AssessmentUseRecorded {
        /// Seconds of access.
        seconds: i64,
    },
    /// Time brought a later edition of the calendar: open tasks are counted anew (domain section 5).
    CalendarAdopted {
        /// Its version, such as `us-federal.3`.
        version: String,
    },
    /// A release happened.
    Released {
        /// To whom.
        kind: ReleaseKind,
        /// When.
        released_at: Instant,
    },
}

impl ReleaseEvent {
    /// Planned and actual releases are shared; nothing here is one side's alone.
    pub const fn audience(&self) -> Audience {
        Audience::Shared
    }

    /// The stable type code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Registered { .. } => "release.registered",
            Self::PlannedReleaseSet { .. } => "release.planned_release_set",
            Self::AssessmentUseRecorded { .. } => "release.assessment_use_recorded",
            Self::CalendarAdopted { .. } => "release.calendar_adopted",
            Self::Released { .. } => "release.released",
        }
    }
}

impl Release {
    /// The first partner release that happened, if any.
    pub fn first_partner_release(&self) -> Option<Instant> {
        self.released.iter().filter(|r| r.kind == ReleaseKind::Partner).map(|r| r.released_at).min()
    }
}

#[cfg(test)]
mod tests;
