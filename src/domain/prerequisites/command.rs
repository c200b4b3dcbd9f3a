//! Commands on a person's prerequisites.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{
    action::commands,
    given,
    id::Kind,
    text::{Attested, ExternalReference},
};

commands! {
    /// Commands on a person's prerequisites.
    PrerequisitesCommand of Kind::Prerequisites;
    /// Attests, for oneself, to the insider-risk statement.
    "attest" AttestInsiderRisk No;
    /// Records insider-risk training.
    "record-training" RecordTraining No;
    /// Records a personnel screening by reference, or withdraws it.
    "record-screening" RecordScreening No;
    /// Records a passed export-control screening by reference, or withdraws it.
    "record-export-screening" RecordExportScreening No;
}

/// Attests to the insider-risk statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttestInsiderRisk {
    /// The person has read the statement and means it.
    pub intent: Attested,
}

/// Records training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordTraining {
    /// When it was completed; not in the future.
    #[serde(deserialize_with = "given::instant")]
    pub trained_at: DateTime<Utc>,
}

/// Records a screening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordScreening {
    /// Its reference. Nothing (`null` in a body) withdraws it.
    #[serde(deserialize_with = "given::value_or_null")]
    #[schema(required)]
    pub reference: Option<ExternalReference>,
}

/// Records an export-control screening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordExportScreening {
    /// Reference of the passed screening. Nothing (`null` in a body) withdraws it.
    #[serde(deserialize_with = "given::value_or_null")]
    #[schema(required)]
    pub reference: Option<ExternalReference>,
}
