//! Incidents (domain section 3.8): something went wrong with access or with what was handed over. Reporting suspends the
//! grants that are implicated; the developer is told within a day and has the detail within three (D16). Facts and
//! references only: what happened is told outside of the product.

mod command;
mod decide;
mod evolve;
mod lock;
mod report;
mod transitions;

use std::collections::BTreeSet;

pub use command::*;
pub use decide::{available, decide, implicates, unmet_to_close};
pub use evolve::evolve;
pub use lock::{is_lockable, is_locked};
pub use report::{Place, place};
use serde::{Deserialize, Serialize};
pub use transitions::{Guard, WORKFLOW};
use utoipa::ToSchema;

use super::{
    actor::By,
    audience::Audience,
    id::{OrganizationId, RecordId, Subject},
    text::ExternalReference,
    time::Instant,
};

/// An incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// The developer concerned.
    pub developer: OrganizationId,
    /// What it was reported under: an engagement, nomination, grant, inquiry or release.
    pub under: Subject,
    /// The engagement; none where it was reported before there was one.
    pub engagement: Option<RecordId>,
    /// The nomination, where it concerns one partner alone.
    pub nomination: Option<RecordId>,
    /// That partner, once it knows: it reported, or a grant of its people is implicated.
    pub partner: Option<OrganizationId>,
    /// What happened, by its type.
    pub incident_type: IncidentType,
    /// Where it stands.
    pub stage: IncidentStage,
    /// When the stage was entered.
    pub since: Instant,
    /// When it was reported: both clocks of D16 count from here.
    pub reported_at: Instant,
    /// Who reported it.
    pub reported_by: By,
    /// How severe, once assessed.
    pub severity: Option<Severity>,
    /// The grants that are implicated.
    pub implicated: BTreeSet<RecordId>,
    /// When the notice to the developer was recorded (D16, 24 hours).
    pub notified_at: Option<Instant>,
    /// The detail that the developer got (D16, 72 hours).
    pub detail: Option<Detail>,
    /// The developer's acknowledgement of the notice: N16 is legally operative (domain section 6).
    pub acknowledged: Option<Acknowledgement>,
    /// For spillage, the record that is locked and how the content was handed off.
    pub spillage: Option<Spillage>,
}

/// The detail, by reference: its text is nowhere in the product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// The reference under which the developer got it.
    pub reference: ExternalReference,
    /// When that was recorded.
    pub at: Instant,
}

/// A notice that the developer acknowledged in the product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// Who.
    pub by: By,
    /// When.
    pub at: Instant,
}

/// Classified content got into a record (IR-9): nobody but the insider-risk officer reaches it until the lock is lifted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spillage {
    /// The record.
    pub record: Subject,
    /// To whom the content was handed off, by reference.
    pub handed_off: Option<HandOff>,
    /// When the lock was lifted.
    pub lifted_at: Option<Instant>,
}

/// The hand-off of spilled content to those who may hold it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOff {
    /// Their reference.
    pub reference: ExternalReference,
    /// On which date, program zone.
    pub on: chrono::NaiveDate,
}

/// What happened. No text goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IncidentType {
    /// Somebody had access who should not.
    UnauthorizedAccess,
    /// Something was disclosed.
    Disclosure,
    /// Something was lost.
    Loss,
    /// Access was used for something else than agreed.
    MisuseBeyondScope,
    /// Somebody's credentials are in other hands.
    CredentialCompromise,
    /// Classified content was entered.
    Spillage,
}

impl IncidentType {
    /// Every type.
    pub const ALL: [Self; 6] = [
        Self::UnauthorizedAccess,
        Self::Disclosure,
        Self::Loss,
        Self::MisuseBeyondScope,
        Self::CredentialCompromise,
        Self::Spillage,
    ];

    /// Whether access itself is in question, so that every active grant is implicated unless some are named.
    pub const fn touches_access(self) -> bool {
        matches!(self, Self::UnauthorizedAccess | Self::MisuseBeyondScope | Self::CredentialCompromise)
    }
}

/// How severe an incident is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Low.
    Low,
    /// Moderate.
    Moderate,
    /// High.
    High,
}

/// The stage of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "stage")]
pub enum IncidentStage {
    /// Reported; what it implicates is suspended.
    Reported,
    /// It spreads no further.
    Contained,
    /// Its severity is known.
    Assessed,
    /// Its severity is known, and the notice to the developer is recorded.
    Notified,
    /// Over.
    Closed,
}

impl IncidentStage {
    /// Every stage's name, in the order of the lifecycle.
    pub const NAMES: &'static [&'static str] = &["reported", "contained", "assessed", "notified", "closed"];

    /// The stage's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Contained => "contained",
            Self::Assessed => "assessed",
            Self::Notified => "notified",
            Self::Closed => "closed",
        }
    }
}

/// What happened to an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[expect(missing_docs, reason = "the fields are those of the command that each event answers")]
pub enum IncidentEvent {
    /// Reported.
    Reported { incident: Box<ReportedFacts> },
    /// Contained.
    Contained,
    /// Assessed.
    Assessed { severity: Severity },
    /// The notice to the developer was recorded.
    DeveloperNotified,
    /// The detail for the developer was recorded.
    DetailRecorded { reference: ExternalReference },
    /// The developer acknowledged the notice.
    NoticeAcknowledged,
    /// Further grants are implicated; `partner` where they are a partner's, who thereby knows.
    GrantsImplicated { grants: BTreeSet<RecordId>, partner: Option<OrganizationId> },
    /// Grants are not implicated after all. Their suspension is lifted by acts of its own.
    GrantsCleared { grants: BTreeSet<RecordId> },
    /// Spilled content was handed off; the government's own.
    HandedOff { reference: ExternalReference, on: chrono::NaiveDate },
    /// The lock on the record was lifted.
    LockLifted,
    /// Over.
    Closed,
}

/// What is fixed when an incident is reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the incident")]
pub struct ReportedFacts {
    pub developer: OrganizationId,
    pub under: Subject,
    pub engagement: Option<RecordId>,
    pub nomination: Option<RecordId>,
    pub partner: Option<OrganizationId>,
    pub incident_type: IncidentType,
    pub implicated: BTreeSet<RecordId>,
    /// The record that spillage locks.
    pub locks: Option<Subject>,
}

impl IncidentEvent {
    /// The stable type code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Reported { .. } => "incident.reported",
            Self::Contained => "incident.contained",
            Self::Assessed { .. } => "incident.assessed",
            Self::DeveloperNotified => "incident.developer_notified",
            Self::DetailRecorded { .. } => "incident.detail_recorded",
            Self::NoticeAcknowledged => "incident.notice_acknowledged",
            Self::GrantsImplicated { .. } => "incident.grants_implicated",
            Self::GrantsCleared { .. } => "incident.grants_cleared",
            Self::HandedOff { .. } => "incident.handed_off",
            Self::LockLifted => "incident.lock_lifted",
            Self::Closed => "incident.closed",
        }
    }

    /// Who may know, given the partner that knows of the incident.
    pub fn audience(&self, partner: Option<OrganizationId>) -> Audience {
        match self {
            Self::HandedOff { .. } => Audience::Government,
            Self::Reported { .. }
            | Self::Contained
            | Self::Assessed { .. }
            | Self::DeveloperNotified
            | Self::DetailRecorded { .. }
            | Self::NoticeAcknowledged
            | Self::GrantsImplicated { .. }
            | Self::GrantsCleared { .. }
            | Self::LockLifted
            | Self::Closed => partner.map_or(Audience::Shared, Audience::Partner),
        }
    }
}

impl Incident {
    /// The record that the incident locks now.
    pub fn locks(&self) -> Option<Subject> {
        self.spillage.as_ref().filter(|spillage| spillage.lifted_at.is_none()).map(|spillage| spillage.record)
    }
}

#[cfg(test)]
mod tests;
