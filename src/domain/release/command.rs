//! Commands on a model release.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ExternalEventKind;
pub use crate::domain::records::{AuthorizeAuditor, EndAuthorization, LiftHold, PlaceHold};
use crate::domain::{
    action::commands,
    given,
    id::{AccountId, Kind},
    text::{ExternalReference, Name},
};

commands! {
    /// Commands on a model release.
    ReleaseCommand of Kind::Release;
    /// Registers a model release of one's own organization.
    "register" RegisterRelease Alone;
    /// Sets, moves or unsets the planned release to other trusted partners. The developer's act alone.
    "set-planned-release" SetPlannedRelease No;
    /// Counts model access during an assessment against the cap of this release.
    "record-assessment-use" RecordAssessmentUse No;
    /// Lets a liaison of the own organization carry out named acts of the authorized official for a time.
    "delegate" Delegate No;
    /// Ends what was delegated to a liaison.
    "end-delegation" EndDelegation No;
    /// Notes an external event, such as legal action against the developer. Changes no state.
    "note-external-event" NoteExternalEvent No;
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
    /// The new planned instant with its offset. Nothing (`null` in a body) stands for undecided.
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

/// Delegates acts of the authorized official.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Delegate {
    /// An account of the own organization with the role DL. What was delegated to it before is replaced.
    pub delegate: AccountId,
    /// The acts, such as `grant.recertify`. Signing is no such act, nor is delegating.
    #[schema(min_items = 1)]
    pub acts: BTreeSet<String>,
    /// Until when, with its offset; at most 365 days ahead.
    #[serde(deserialize_with = "given::instant")]
    pub until: DateTime<Utc>,
}

/// Ends a delegation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndDelegation {
    /// The account to which acts were delegated; one's own for a liaison.
    pub delegate: AccountId,
}

/// Notes an external event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteExternalEvent {
    /// What it is, by code.
    pub kind: ExternalEventKind,
    /// Its date, not in the future.
    #[serde(deserialize_with = "given::date")]
    pub date: NaiveDate,
    /// Its reference where it comes from, such as a docket number.
    pub reference: ExternalReference,
}
