//! Hand-offs: what access surfaced and who was told of it, by reference alone (domain sections 3.7 and 9, the row of the
//! clearinghouse). One record serves the finding that the developer acknowledges and the case at the clearinghouse.
//! There is no field for what was found: no detail, no proof, no patch and no free text (invariant 17).

pub mod claim;
mod command;
mod decide;
mod evolve;
mod transitions;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
pub use command::*;
pub use decide::{available, decide, may_record};
pub use evolve::evolve;
use serde::{Deserialize, Serialize};
pub use transitions::{Guard, WORKFLOW};
use utoipa::ToSchema;

use super::{
    actor::{By, Side},
    audience::Audience,
    id::{OrganizationId, RecordId},
    text::{ExternalReference, Sha256Hex},
    time::Instant,
};

/// A hand-off record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handoff {
    /// The developer.
    pub developer: OrganizationId,
    /// The engagement whose access surfaced it.
    pub engagement: RecordId,
    /// The recording side's own reference of the finding.
    pub finding: ExternalReference,
    /// The case id at the clearinghouse, once there is one.
    pub case_id: Option<ExternalReference>,
    /// How it is delivered.
    pub channel: Channel,
    /// The marking of what is delivered (TLP 2.0).
    pub tlp: Tlp,
    /// Until when the other side keeps it to itself.
    pub embargo: Option<Embargo>,
    /// The decision on it.
    pub outcome: Option<Ssvc>,
    /// When it was delivered, as a date in the program zone.
    pub delivered_on: Option<NaiveDate>,
    /// The clearinghouse's acknowledgement, as the government recorded it.
    pub clearinghouse: Option<Acknowledgement>,
    /// The developer's acknowledgement.
    pub acknowledged: Option<Acknowledgement>,
    /// Claims of prior knowledge, one a side.
    pub claims: BTreeMap<Side, Claim>,
    /// Who recorded it. Its side alone lowers the marking, shortens the embargo, closes and withdraws.
    pub recorded_by: By,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Where it stands.
    pub stage: HandoffStage,
    /// When the stage was entered.
    pub since: Instant,
}

/// How something is delivered. The product records the channel and carries nothing on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The portal of the clearinghouse.
    ClearinghousePortal,
    /// The programming interface of the clearinghouse.
    ClearinghouseApi,
    /// The developer's own intake for vulnerability reports.
    DeveloperIntake,
    /// Encrypted mail.
    EncryptedMail,
    /// By telephone.
    Telephone,
    /// In person.
    InPerson,
}

/// The markings of the Traffic Light Protocol, version 2.0, from the widest sharing to the narrowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub enum Tlp {
    /// No limit.
    #[serde(rename = "TLP:CLEAR")]
    Clear,
    /// The community.
    #[serde(rename = "TLP:GREEN")]
    Green,
    /// The organization and its clients, on a need-to-know basis.
    #[serde(rename = "TLP:AMBER")]
    Amber,
    /// The organization alone.
    #[serde(rename = "TLP:AMBER+STRICT")]
    AmberStrict,
    /// The individual recipients alone.
    #[serde(rename = "TLP:RED")]
    Red,
}

/// The end of an embargo: an instant, and the zone in which its hour was agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Embargo {
    /// The embargo ends at this instant, with its offset.
    #[serde(deserialize_with = "super::given::instant")]
    pub ends_at: chrono::DateTime<chrono::Utc>,
    /// The zone, by its IANA name, such as `America/New_York`: the end is shown in it.
    #[serde(deserialize_with = "zone")]
    #[schema(value_type = String, format = "iana-time-zone", example = "America/New_York")]
    pub zone: Tz,
}

/// A zone by its name. What somebody typed instead of one is not repeated to them, however long it is.
fn zone<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Tz, D::Error> {
    let unknown = |_| serde::de::Error::custom("must be the IANA name of a time zone, such as America/New_York");
    String::deserialize(from)?.parse().map_err(unknown)
}

/// The decision of a stakeholder-specific vulnerability categorization (SSVC), as BOD 26-04 asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub enum Ssvc {
    /// Nothing beyond the usual.
    #[serde(rename = "track")]
    Track,
    /// To be watched more closely.
    #[serde(rename = "track*")]
    TrackStar,
    /// Needs the attention of supervisors.
    #[serde(rename = "attend")]
    Attend,
    /// Needs action as soon as possible.
    #[serde(rename = "act")]
    Act,
}

/// That something was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// On which date, in the program zone.
    pub on: NaiveDate,
    /// The receiver's own reference.
    pub reference: ExternalReference,
    /// Who recorded it.
    pub by: By,
}

/// That a side knew already, without telling what: see [`claim`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The keyed hash.
    pub hash: Sha256Hex,
    /// When it was registered.
    pub registered_at: Instant,
    /// When it was compared last by the side's own act.
    pub compared_at: Option<Instant>,
    /// When an equal claim of the other side was found, by an act of either.
    pub matched_at: Option<Instant>,
}

/// The stage of a hand-off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "stage")]
pub enum HandoffStage {
    /// Recorded, not delivered.
    Recorded,
    /// Delivered by the government.
    Delivered,
    /// Acknowledged by the developer or the clearinghouse.
    Acknowledged,
    /// Done.
    Closed,
    /// Taken back by the side that recorded it.
    Withdrawn,
}

impl HandoffStage {
    /// Every stage's name.
    pub const NAMES: &'static [&'static str] = &["recorded", "delivered", "acknowledged", "closed", "withdrawn"];

    /// The stage's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Delivered => "delivered",
            Self::Acknowledged => "acknowledged",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether nothing follows.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Closed | Self::Withdrawn)
    }
}

/// What happened to a hand-off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[expect(missing_docs, reason = "the fields are those of the command that each event answers")]
pub enum HandoffEvent {
    /// Recorded.
    Recorded { handoff: Box<RecordedFacts> },
    /// Delivered.
    Delivered { on: NaiveDate, case_id: Option<ExternalReference> },
    /// The clearinghouse gave it a case id.
    CaseIdStated { case_id: ExternalReference },
    /// The developer acknowledged.
    Acknowledged { on: NaiveDate, reference: ExternalReference },
    /// The clearinghouse acknowledged.
    ClearinghouseAcknowledged { on: NaiveDate, reference: ExternalReference },
    /// Another marking.
    TlpChanged { tlp: Tlp },
    /// Another embargo, or none.
    EmbargoChanged { embargo: Option<Embargo> },
    /// The decision on it.
    OutcomeRecorded { outcome: Ssvc },
    /// A side states that it knew; that side's own.
    ClaimRegistered { side: Side, hash: Sha256Hex },
    /// A side compared its claim; that side's own.
    ClaimCompared { side: Side, matched: bool },
    /// The other side's comparison found this side's claim; this side's own.
    ClaimMatched { side: Side },
    /// Done.
    Closed,
    /// Taken back.
    Withdrawn,
}

/// What is fixed when a hand-off is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the hand-off")]
pub struct RecordedFacts {
    pub developer: OrganizationId,
    pub engagement: RecordId,
    pub finding: ExternalReference,
    pub channel: Channel,
    pub tlp: Tlp,
    pub embargo: Option<Embargo>,
}

impl HandoffEvent {
    /// Developer and government share everything but claims: with the public salt, whoever saw a claim could find out
    /// what it says by trying every known identifier. A partner knows of nothing.
    pub const fn audience(&self) -> Audience {
        match self {
            Self::ClaimRegistered { side, .. } | Self::ClaimCompared { side, .. } | Self::ClaimMatched { side } => {
                match side {
                    Side::Developer => Audience::Developer,
                    Side::Government | Side::Partner => Audience::Government,
                }
            }
            Self::Recorded { .. }
            | Self::Delivered { .. }
            | Self::CaseIdStated { .. }
            | Self::Acknowledged { .. }
            | Self::ClearinghouseAcknowledged { .. }
            | Self::TlpChanged { .. }
            | Self::EmbargoChanged { .. }
            | Self::OutcomeRecorded { .. }
            | Self::Closed
            | Self::Withdrawn => Audience::Shared,
        }
    }

    /// The stable type code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Recorded { .. } => "handoff.recorded",
            Self::Delivered { .. } => "handoff.delivered",
            Self::CaseIdStated { .. } => "handoff.case_id_stated",
            Self::Acknowledged { .. } => "handoff.acknowledged",
            Self::ClearinghouseAcknowledged { .. } => "handoff.clearinghouse_acknowledged",
            Self::TlpChanged { .. } => "handoff.tlp_changed",
            Self::EmbargoChanged { .. } => "handoff.embargo_changed",
            Self::OutcomeRecorded { .. } => "handoff.outcome_recorded",
            Self::ClaimRegistered { .. } => "handoff.claim_registered",
            Self::ClaimCompared { .. } => "handoff.claim_compared",
            Self::ClaimMatched { .. } => "handoff.claim_matched",
            Self::Closed => "handoff.closed",
            Self::Withdrawn => "handoff.withdrawn",
        }
    }
}

#[cfg(test)]
mod tests;
