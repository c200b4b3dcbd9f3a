//! The engagement: one developer, one model release, one pinned framework version (domain sections 3.2, 3.3, 3.7).

pub mod closeout;
mod command;
mod decide;
mod event;
mod evolve;
mod guard;
mod idle;
mod migration;
mod offers;
mod sameness;
mod security_level;
mod settle;
pub mod slips;
mod transitions;
pub mod window;
pub mod window_end;

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

pub use closeout::items_to_name;
pub use command::*;
pub use decide::{decide, released, shrink_after_planned_change, stop_after_release};
pub use event::{EngagementEvent, SuspensionReason};
pub use evolve::evolve;
pub use guard::{
    UNCONDITIONAL, available, is_eligible, rules as rules_of, state, unmet_for_ready, unmet_to_close, unmet_to_open,
    unmet_to_resume, unmet_to_schedule, used_on_release,
};
pub use idle::{lapses, place_for_engagement};
pub use migration::pin;
pub use offers::offers_to_name;
pub use sameness::{Sameness, other_release};
pub use security_level::SecurityLevel;
use serde::{Deserialize, Serialize};
pub use settle::due;
pub use transitions::{Guard, WORKFLOW};
use utoipa::ToSchema;

use self::{closeout::CloseOutItem, window::Window};
use super::{
    actor::{By, Role, Side},
    id::{AccountId, OrganizationId, RecordId},
    marking::Designation,
    offer::Offer,
    records::EngagementRecords,
    text::Sha256Hex,
    time::Instant,
};

/// An engagement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engagement {
    /// The developer.
    pub developer: OrganizationId,
    /// The model release.
    pub release: RecordId,
    /// How evaluators reach the model.
    pub access_mode: AccessMode,
    /// Where it stands.
    pub stage: Stage,
    /// When the stage was entered.
    pub since: Instant,
    /// The framework version pinned at proposal (invariant 22), such as `v1.1`.
    pub framework: Option<String>,
    /// SHA-256 of the text of that version.
    #[serde(default)]
    pub framework_digest: Option<Sha256Hex>,
    /// Whether both sides pinned another version since (invariant 22).
    #[serde(default)]
    pub migrated: bool,
    /// When it was proposed.
    pub proposed_at: Option<Instant>,
    /// The weight-security level that the developer stated when it elected to hand over weights.
    pub weights_target: Option<SecurityLevel>,
    /// The program liaison who claimed it.
    pub liaison: Option<AccountId>,
    /// The government signatory assigned to it.
    pub signatory: Option<AccountId>,
    /// The developer liaison who leads for the developer, if one is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<AccountId>,
    /// The registered release that this one is taken for, until both sides settled it (domain section 3.0).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sameness: Option<Sameness>,
    /// The window once it opened.
    pub window: Option<Window>,
    /// Open two-key offers.
    pub offers: Vec<Offer<Terms>>,
    /// Items to return or destroy, by their reference.
    pub items: BTreeMap<String, CloseOutItem>,
    /// Who drafted it.
    pub drafted_by: By,
    /// What records law asks of it: designations, retention, disposal.
    #[serde(default)]
    pub records: EngagementRecords,
    /// The marking of the government's copies, once designated.
    #[serde(default)]
    pub marking: Option<Designation>,
}

/// The stage of an engagement, with what only that stage knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "stage")]
pub enum Stage {
    /// Being written by the developer.
    Draft,
    /// With the program liaison.
    Proposed,
    /// Conditions are being agreed and signed.
    Conditions,
    /// Every required condition is in force and eligibility is attested.
    Ready,
    /// An opening is agreed.
    WindowScheduled {
        /// When the window opens.
        open_at: Instant,
        /// The end that both sides agreed, if sooner than the caps.
        agreed_end: Option<Instant>,
        /// Set when `open_at` passed and the guard held the window back: it does not open by itself later (E8).
        missed: bool,
    },
    /// The government has access.
    WindowOpen,
    /// Access is suspended.
    Suspended {
        /// The side that suspended.
        side: Side,
        /// Whether the insider-risk officer did, or security was the reason.
        security: bool,
    },
    /// The window is over; items are returned or destroyed.
    CloseOut {
        /// How the engagement ended.
        outcome: Outcome,
    },
    /// Over.
    Closed {
        /// How it ended.
        outcome: Outcome,
    },
}

/// How an engagement ended, fixed by the first ending act (invariant 1). None of them denotes a permission to release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The window ran and closed.
    Completed,
    /// The model was released while the window was open.
    ReleasedEarly,
    /// The model was released before any window opened.
    ReleasedWithoutWindow,
    /// The developer withdrew. No reason is asked and no mark is made (invariant 26).
    Withdrawn,
    /// The program did not take part. The release is unaffected.
    Declined,
    /// Idle before any window.
    Lapsed,
}

impl Stage {
    /// Every stage's name, in the order of the lifecycle.
    pub const NAMES: &'static [&'static str] = &[
        "draft",
        "proposed",
        "conditions",
        "ready",
        "window_scheduled",
        "window_open",
        "suspended",
        "close_out",
        "closed",
    ];

    /// The stage's name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Proposed => "proposed",
            Self::Conditions => "conditions",
            Self::Ready => "ready",
            Self::WindowScheduled { .. } => "window_scheduled",
            Self::WindowOpen => "window_open",
            Self::Suspended { .. } => "suspended",
            Self::CloseOut { .. } => "close_out",
            Self::Closed { .. } => "closed",
        }
    }

    /// Whether the engagement counts as the release's one live engagement: not closed and not in close-out.
    pub const fn is_live(&self) -> bool {
        !matches!(self, Self::CloseOut { .. } | Self::Closed { .. })
    }

    /// Before any window opened.
    pub const fn is_before_window(&self) -> bool {
        matches!(self, Self::Draft | Self::Proposed | Self::Conditions | Self::Ready | Self::WindowScheduled { .. })
    }

    /// The window is open or suspended.
    pub const fn has_window(&self) -> bool {
        matches!(self, Self::WindowOpen | Self::Suspended { .. })
    }
}

/// How evaluators reach the model (domain section 3.6). The product itself holds no weights, keys or outputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccessMode {
    /// The developer hosts an interface.
    #[default]
    DeveloperHostedApi,
    /// On the developer's premises.
    OnSite,
    /// In a government enclave.
    GovernmentEnclave,
    /// Weights are handed over: needs the developer official's explicit election and a stated weight-security target.
    WeightsTransfer,
}

/// The exact terms of a two-key act (domain section 3.0).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "act")]
pub enum Terms {
    /// E7: the opening, and an agreed end sooner than the caps.
    ScheduleWindow {
        /// When the window opens.
        open_at: DateTime<Utc>,
        /// The agreed end.
        agreed_end: Option<DateTime<Utc>>,
    },
    /// E10: the suspended window resumes.
    ResumeWindow {
        /// The role whose key is still needed.
        needs: Role,
    },
    /// The bound of a slipped release, or an earlier end, is raised.
    ExtendWindow {
        /// The new bound, at most the current planned release.
        release_bound: Option<DateTime<Utc>>,
        /// The new agreed end.
        earlier_end: Option<DateTime<Utc>>,
    },
    /// E14: the engagement closes.
    Close,
    /// Another registered release is the same one: its use counts from now on (domain section 3.0).
    MergeReleases {
        /// Reference of the other release.
        release: String,
        /// What it used of the cap, in seconds.
        used_seconds: i64,
    },
    /// Another framework version is pinned (invariant 22).
    MigrateFramework {
        /// The version.
        to: String,
    },
}

#[cfg(test)]
mod migration_tests;
#[cfg(test)]
mod slips_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_counting;
#[cfg(test)]
mod tests_lead;
#[cfg(test)]
mod tests_lifecycle;
#[cfg(test)]
mod window_tests;
