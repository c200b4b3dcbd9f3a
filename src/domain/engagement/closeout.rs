//! Close-out (domain section 3.7): what was handed over is listed by reference, returned or destroyed, certified, and
//! accepted by the developer - or excepted under records law.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{
    action::Action,
    actor::By,
    case::Case,
    id::RecordId,
    text::{ExternalReference, Name},
};

/// One item of the register. What it is stands in the developer's own records; here is its reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CloseOutItem {
    /// The developer's reference of the item.
    pub reference: ExternalReference,
    /// What shall become of it.
    pub disposition: Disposition,
    /// Who registered it.
    pub registered_by: By,
    /// Where it stands.
    pub state: ItemState,
}

/// What shall become of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// Given back.
    Return,
    /// Destroyed.
    Destroy,
}

/// How media were sanitized (SP 800-88r2), or that the item went back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Cleared.
    Clear,
    /// Purged.
    Purge,
    /// Destroyed.
    Destroy,
    /// Its keys were destroyed.
    CryptographicErase,
    /// Returned to the developer.
    Returned,
}

/// A certificate of return or destruction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Certificate {
    /// How.
    pub method: Method,
    /// On which date.
    pub done_on: chrono::NaiveDate,
    /// Who did it.
    pub performed_by: Name,
    /// Who checked it; never the same person (AC-5).
    pub validated_by: Name,
    /// Who certified it here.
    pub certified_by: By,
    /// When.
    pub certified_at: DateTime<Utc>,
}

/// Where an item stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum ItemState {
    /// Waits for its certificate.
    Registered,
    /// Certified; waits for the developer.
    Certified {
        /// The certificate.
        certificate: Certificate,
    },
    /// The developer disputes the certificate.
    Disputed {
        /// The disputed certificate.
        certificate: Certificate,
    },
    /// The developer accepted the certificate.
    Accepted {
        /// The accepted certificate.
        certificate: Certificate,
    },
    /// Retained under records law; cannot be destroyed by contract.
    RetainedUnderRecordsLaw {
        /// The authority cited.
        authority: ExternalReference,
        /// Who keeps it.
        custodian: Name,
    },
}

impl ItemState {
    /// The stable name, as the API says it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Certified { .. } => "certified",
            Self::Disputed { .. } => "disputed",
            Self::Accepted { .. } => "accepted",
            Self::RetainedUnderRecordsLaw { .. } => "retained_under_records_law",
        }
    }
}

/// The states of the listed items that a command takes (domain section 3.7); none for a command that names no listed item.
pub fn takes(command: &str) -> &'static [&'static str] {
    match command {
        "certify-item" | "except-item" => &["registered", "disputed"],
        "accept-certificate" => &["certified", "disputed"],
        "dispute-certificate" => &["certified"],
        _ => &[],
    }
}

/// References of the listed items that can be named in this act now; none for an act that names no listed item.
pub fn items_to_name(case: &Case, id: RecordId, action: Action) -> Vec<String> {
    let taken = takes(action.name);
    let listed = case.engagements.get(&id).into_iter().flat_map(|entry| entry.state.items.values());
    let fitting = listed.filter(|item| taken.contains(&item.state.name()));
    fitting.map(|item| item.reference.as_str().to_owned()).collect()
}

impl CloseOutItem {
    /// Whether the item no longer holds the engagement open: accepted, or excepted under records law.
    pub const fn is_settled(&self) -> bool {
        matches!(self.state, ItemState::Accepted { .. } | ItemState::RetainedUnderRecordsLaw { .. })
    }
}
