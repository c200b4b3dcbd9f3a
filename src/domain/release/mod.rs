//! The model release: what the cap attaches to. The developer alone sets its dates (domain sections 1 and 3.0).

mod command;
mod decide;
mod evolve;

use chrono::{DateTime, Utc};
pub use command::*;
pub use decide::{available, decide};
pub use evolve::evolve;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    audience::Audience,
    id::OrganizationId,
    records::{ReleaseRecords, ReleaseRecordsEvent},
    text::Name,
    time::Instant,
};

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
    /// What records law asks of everything under it: charge, holds, auditors.
    #[serde(default)]
    pub records: ReleaseRecords,
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
    /// A release happened.
    Released {
        /// To whom.
        kind: ReleaseKind,
        /// When.
        released_at: Instant,
    },
    /// Something happened to its records; the government's own.
    Records {
        /// What.
        records: ReleaseRecordsEvent,
    },
}

impl ReleaseEvent {
    /// Planned and actual releases are shared; holds and audits are the government's own.
    pub const fn audience(&self) -> Audience {
        match self {
            Self::Records { records } => records.audience(),
            Self::Registered { .. }
            | Self::PlannedReleaseSet { .. }
            | Self::AssessmentUseRecorded { .. }
            | Self::Released { .. } => Audience::Shared,
        }
    }

    /// The stable type code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Registered { .. } => "release.registered",
            Self::PlannedReleaseSet { .. } => "release.planned_release_set",
            Self::AssessmentUseRecorded { .. } => "release.assessment_use_recorded",
            Self::Released { .. } => "release.released",
            Self::Records { records } => records.code(),
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
