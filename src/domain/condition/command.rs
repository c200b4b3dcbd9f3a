//! Commands on a condition.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{
    action::commands,
    given,
    id::Kind,
    text::{Attested, Markdown, Name, Sha256Hex},
};

commands! {
    /// Commands on a condition.
    ConditionCommand of Kind::Condition;
    /// Attaches a condition from a published template of the pinned framework version.
    "attach" AttachCondition Under;
    /// Uploads a redline: the next version of the text.
    "upload-text" UploadText No;
    /// Offers to agree on a text, its effective date and its expiry.
    "offer-agreement" OfferAgreement No;
    /// Accepts the offered text by the offer's hash: both sides then agreed on the same digest.
    "accept-agreement" AcceptAgreement No;
    /// Takes back an offer of one's own side.
    "retract-agreement" RetractAgreement No;
    /// Signs the agreed text for one's organization.
    "sign" SignCondition No;
    /// Acknowledges the text for oneself.
    "acknowledge" AcknowledgeCondition No;
    /// Agrees, as the insider-risk officer, to a waiver of an insider-risk or cybersecurity condition.
    "clear-waiver" ClearWaiver No;
    /// Waives the condition; only the protected side can.
    "waive" WaiveCondition No;
    /// Reports a breach: access under it stops at once.
    "report-breach" ReportBreach No;
    /// Records that the breach is cured; the protected side's act.
    "cure-breach" CureBreach No;
}

/// Attaches a condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachCondition {
    /// Reference of the engagement or nomination.
    pub attach_to: String,
    /// Key of the template in the pinned framework version.
    pub template: String,
    /// Whether it must be in force before access.
    #[serde(default = "yes")]
    pub required: bool,
    /// Reference of the condition whose place it takes once it is in force: one attached there that is in force,
    /// broken or expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
}

const fn yes() -> bool {
    true
}

/// Uploads a redline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UploadText {
    /// The whole new text in Markdown.
    pub text: Markdown,
    /// SHA-256 of the version that it redlines: the newest one.
    pub parent: Sha256Hex,
    /// The text is unclassified legal text only.
    pub unclassified_attestation: Attested,
}

/// Offers to agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferAgreement {
    /// SHA-256 of the text: the newest version.
    pub digest: Sha256Hex,
    /// From when it binds; with its offset.
    #[serde(deserialize_with = "given::instant")]
    pub effective_at: DateTime<Utc>,
    /// Until when, if it ends by itself.
    #[serde(default, deserialize_with = "given::instant_or_null")]
    pub expires_at: Option<DateTime<Utc>>,
}

/// Accepts an offered text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptAgreement {
    /// The offer's hash.
    pub hash: Sha256Hex,
}

/// Takes an offered text back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetractAgreement {
    /// The offer's hash.
    pub hash: Sha256Hex,
}

/// Signs the agreed text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignCondition {
    /// SHA-256 of the text being signed.
    pub digest: Sha256Hex,
    /// The signatory's name, typed.
    pub typed_name: Name,
    /// In which capacity.
    pub capacity: Name,
    /// The signatory means to sign.
    pub intent: Attested,
}

/// Acknowledges the text for oneself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeCondition {
    /// SHA-256 of the text being acknowledged.
    pub digest: Sha256Hex,
    /// The person has read it and means to be bound.
    pub intent: Attested,
}

/// Agrees to a waiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClearWaiver {}

/// Waives the condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiveCondition {}

/// Reports a breach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportBreach {}

/// Records a cure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CureBreach {}
