//! A person's prerequisites (domain section 3.6): insider-risk attestation and training, screening reference, export
//! screening. One record a person, used by all of the person's grants.

mod command;
mod decide;
mod evolve;
mod transitions;

pub use command::*;
pub use decide::{available, decide};
pub use evolve::evolve;
use serde::{Deserialize, Serialize};
pub use transitions::{Guard, WORKFLOW};

use super::{
    actor::Side,
    audience::Audience,
    id::{AccountId, OrganizationId},
    text::ExternalReference,
    time::Instant,
};

/// What a person attests to before getting access, and again every twelve months (D14).
pub const STATEMENT: &str = "\
I use the access that I am given for the purpose that my access grant names, and for nothing else.
I keep to the conditions that bind my organization and to the texts that I acknowledged myself.
I pass nothing that I learn through the access to anyone who has no need of it.
I report without delay whatever looks like misuse, loss or disclosure, my own mistakes among it.
I know of nothing that keeps me from this, and say so as soon as I do.
I know that my access is recorded.";

/// A person's prerequisites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prerequisites {
    /// The person.
    pub account: AccountId,
    /// The person's organization.
    pub organization: OrganizationId,
    /// The person's side.
    pub side: Side,
    /// The last insider-risk attestation, by the person.
    pub attested_at: Option<Instant>,
    /// The last insider-risk training, as the officer recorded it.
    pub trained_at: Option<Instant>,
    /// Reference of the personnel screening.
    pub screening: Option<ExternalReference>,
    /// Reference of a passed export-control screening. Nationality is never stored.
    pub export_screening: Option<ExternalReference>,
    /// When the record last changed: nothing that waited for it took effect before.
    pub changed_at: Instant,
}

/// What happened to a person's prerequisites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[expect(missing_docs, reason = "the fields are those of the command that each event answers")]
pub enum PrerequisitesEvent {
    /// The record was opened.
    Opened { account: AccountId, organization: OrganizationId, side: Side },
    /// The person attested.
    Attested,
    /// Training was recorded.
    TrainingRecorded { trained_at: Instant },
    /// A screening was recorded or withdrawn.
    ScreeningRecorded { reference: Option<ExternalReference> },
    /// An export-control screening was recorded as passed, or withdrawn.
    ExportScreeningRecorded { reference: Option<ExternalReference> },
}

impl PrerequisitesEvent {
    /// The stable type code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "prerequisites.opened",
            Self::Attested => "prerequisites.attested",
            Self::TrainingRecorded { .. } => "prerequisites.training_recorded",
            Self::ScreeningRecorded { .. } => "prerequisites.screening_recorded",
            Self::ExportScreeningRecorded { .. } => "prerequisites.export_screening_recorded",
        }
    }
}

/// The audience of a person's record: the host, and the person's own organization where it is a partner.
pub fn audience(side: Side, organization: OrganizationId) -> Audience {
    match side {
        Side::Partner => Audience::Partner(organization),
        Side::Developer => Audience::Developer,
        Side::Government => Audience::Government,
    }
}
