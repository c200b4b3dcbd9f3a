//! Commands on a model release.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use crate::domain::records::{AuthorizeAuditor, EndAuthorization, LiftHold, PlaceHold};
use crate::domain::{action::commands, given, id::Kind, text::Name};

commands! {
    /// Commands on a model release.
    ReleaseCommand of Kind::Release;
    /// Registers a model release of one's own organization.
    "register" RegisterRelease Alone;
    /// Sets, moves or unsets the planned release to other trusted partners. The developer's act alone.
    "set-planned-release" SetPlannedRelease No;
    /// Counts model access during an assessment against the cap of this release.
    "record-assessment-use" RecordAssessmentUse No;
    /// Places a legal hold on everything under the release.
    "place-hold" PlaceHold No;
    /// Lifts a legal hold.
    "lift-hold" LiftHold No;
    /// Authorizes an auditor to read everything under the release, for 30 days at most.
    "authorize-auditor" AuthorizeAuditor No;
    /// Ends an auditor's authorization.
    "end-authorization" EndAuthorization No;
}

/// Registers a model release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterRelease {
    /// The developer's name for the model. Shown to both sides, never mailed.
    pub name: Name,
    /// Planned first release to other trusted partners, with its offset; left out while undecided. The
    /// authorized official alone may say it.
    #[serde(default, deserialize_with = "given::instant_or_null")]
    pub planned_partner_release: Option<DateTime<Utc>>,
}

/// Sets the planned partner release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPlannedRelease {
    /// The new planned instant with its offset; `null` for undecided.
    #[serde(deserialize_with = "given::instant_or_null")]
    #[schema(required)]
    pub to: Option<DateTime<Utc>>,
}

/// Counts assessment use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordAssessmentUse {
    /// Seconds of model access during the assessment, 1 to 2,592,000 (30 days).
    #[schema(minimum = 1, maximum = 2_592_000)]
    pub seconds: u32,
}
