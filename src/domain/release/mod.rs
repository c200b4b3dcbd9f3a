//! The model release: what the cap attaches to. The developer alone sets its dates (domain sections 1 and 3.0).

mod command;
mod decide;
mod delegation;
mod evolve;
mod settle;
mod transitions;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
pub use command::*;
pub use decide::{available, decide, set_planned};
pub use delegation::{DELEGABLE, Delegation};
pub use evolve::evolve;
use serde::{Deserialize, Serialize};
pub use settle::due;
pub use transitions::{Guard, WORKFLOW};
use utoipa::ToSchema;

use super::{
    audience::Audience,
    id::{AccountId, OrganizationId},
    records::{ReleaseRecords, ReleaseRecordsEvent},
    text::{ExternalReference, Name},
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
    /// The edition of the calendar that the case counts by; the first while none was adopted (domain section 5).
    #[serde(default)]
    pub calendar: Option<String>,
    /// Other registered releases that both sides agreed are this one, oldest first (domain section 3.0).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<Merged>,
    /// Reference of the release that this one was merged into: everything goes on there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<String>,
    /// Acts of the authorized official that liaisons carry out for a time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegations: Vec<Delegation>,
    /// External events that were noted, oldest record first. They change no state.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_events: Vec<ExternalEvent>,
    /// What records law asks of everything under it: charge, holds, auditors.
    #[serde(default)]
    pub records: ReleaseRecords,
}

/// Another registered release that is the same model release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Merged {
    /// Its reference.
    pub release: String,
    /// What it used of the cap, in seconds.
    pub used_seconds: i64,
    /// Its first partner release, if it had happened.
    pub partner_released_at: Option<DateTime<Utc>>,
    /// When both sides agreed.
    pub merged_at: DateTime<Utc>,
}

/// What an external event is (domain section 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExternalEventKind {
    /// An export-control measure.
    ExportControl,
    /// A court's order.
    CourtOrder,
    /// Other legal action.
    OtherLegal,
}

/// A noted external event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExternalEvent {
    /// What it is.
    pub kind: ExternalEventKind,
    /// Its date.
    pub date: NaiveDate,
    /// Its reference where it comes from.
    pub reference: ExternalReference,
    /// When it was noted.
    pub noted_at: DateTime<Utc>,
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
    /// Both sides agreed that another registered release is this one: what it used counts here.
    Merged {
        /// Its reference.
        release: String,
        /// What it used of the cap, in seconds.
        used_seconds: i64,
        /// Its first partner release, if it had happened.
        partner_released_at: Option<Instant>,
    },
    /// Both sides agreed that this is another registered release, under which everything goes on.
    MergedInto {
        /// The other one's reference.
        release: String,
    },
    /// The official delegated acts to a liaison.
    Delegated {
        /// To whom, which, and until when.
        delegation: Delegation,
    },
    /// What was delegated to a liaison ended.
    DelegationEnded {
        /// The liaison.
        delegate: AccountId,
    },
    /// An external event was noted; no state changes.
    ExternalEventNoted {
        /// What it is.
        kind: ExternalEventKind,
        /// Its date.
        date: NaiveDate,
        /// Its reference where it comes from.
        reference: ExternalReference,
    },
    /// Something happened to its records; the government's own.
    Records {
        /// What.
        records: ReleaseRecordsEvent,
    },
}

impl ReleaseEvent {
    /// Delegations are the developer's own, holds and audits the government's; planned and actual releases are shared.
    pub const fn audience(&self) -> Audience {
        match self {
            Self::Records { records } => records.audience(),
            Self::Delegated { .. } | Self::DelegationEnded { .. } => Audience::Developer,
            Self::Registered { .. }
            | Self::PlannedReleaseSet { .. }
            | Self::AssessmentUseRecorded { .. }
            | Self::CalendarAdopted { .. }
            | Self::Released { .. }
            | Self::Merged { .. }
            | Self::MergedInto { .. }
            | Self::ExternalEventNoted { .. } => Audience::Shared,
        }
    }

    /// The stable type code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Registered { .. } => "release.registered",
            Self::PlannedReleaseSet { .. } => "release.planned_release_set",
            Self::AssessmentUseRecorded { .. } => "release.assessment_use_recorded",
            Self::CalendarAdopted { .. } => "release.calendar_adopted",
            Self::Released { .. } => "release.released",
            Self::Merged { .. } => "release.merged",
            Self::MergedInto { .. } => "release.merged_into",
            Self::Delegated { .. } => "release.delegated",
            Self::DelegationEnded { .. } => "release.delegation_ended",
            Self::ExternalEventNoted { .. } => "release.external_event_noted",
            Self::Records { records } => records.code(),
        }
    }
}

impl Release {
    /// The first partner release that happened, if any; of a merged release too.
    pub fn first_partner_release(&self) -> Option<Instant> {
        let own = self.released.iter().filter(|r| r.kind == ReleaseKind::Partner).map(|r| r.released_at);
        own.chain(self.merged.iter().filter_map(|merged| merged.partner_released_at)).min()
    }

    /// Use of the cap that is recorded here rather than measured by a window: assessments, and what the releases that
    /// were merged into this one used.
    pub fn recorded_use(&self) -> TimeDelta {
        let merged: i64 = self.merged.iter().map(|merged| merged.used_seconds).sum();
        TimeDelta::seconds(self.assessment_use_seconds + merged)
    }
}

#[cfg(test)]
mod calendar_tests;
#[cfg(test)]
mod tests;
