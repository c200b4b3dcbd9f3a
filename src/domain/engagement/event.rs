//! What happened to an engagement.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    AccessMode, Outcome, SecurityLevel, Terms,
    closeout::{Certificate, Disposition},
};
use crate::domain::{
    actor::Side,
    audience::Audience,
    id::{AccountId, OrganizationId, RecordId},
    marking::Designation,
    offer::Offer,
    records::EngagementRecordsEvent,
    refusal::Unmet,
    text::{ExternalReference, Name, Sha256Hex},
    time::Instant,
};

/// Why a window was suspended; coded, since free text would carry details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SuspensionReason {
    /// A security or insider-risk concern.
    Security,
    /// A condition may have been broken.
    ConditionConcern,
    /// Work on the systems.
    Operational,
    /// No reason is given; none is needed.
    Unstated,
}

/// What happened to an engagement. The numbers are those of domain section 3.2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[expect(missing_docs, reason = "the fields are those of the command that each event answers")]
pub enum EngagementEvent {
    /// E1.
    Drafted { developer: OrganizationId, release: RecordId, access_mode: AccessMode },
    /// E2: proposed; the framework version is pinned, by name and by the digest of its text.
    Proposed {
        framework: String,
        new_release: bool,
        weights_target: Option<SecurityLevel>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        same_release_as: Option<String>,
        #[serde(default)]
        framework_digest: Option<Sha256Hex>,
    },
    /// E3 by the developer.
    Recalled,
    /// E3 by the program liaison.
    Returned,
    /// E4.
    Acknowledged,
    /// E4's conflict check; the government's own.
    ConflictChecked,
    /// A program liaison took the engagement from the pool.
    Claimed { liaison: AccountId },
    /// The lead for the government passed to another program liaison.
    Transferred { liaison: AccountId },
    /// The program liaison gave the engagement back to the pool.
    ClaimReleased,
    /// The developer named who leads for it.
    LeadNamed { lead: AccountId },
    /// The program liaison takes the release for another registered one of the same developer.
    SamenessDisputed { release: String },
    /// The program liaison took that back.
    DisputeDropped,
    /// Both sides agreed that another registered release is the same one; its use counts.
    ReleasesMerged { release: String, used_seconds: i64 },
    /// E16.
    Lapsed,
    /// E17: a draft again, pinned to nothing.
    Reopened,
    /// A government signatory was assigned.
    SignatoryAssigned { signatory: AccountId },
    /// E5 and E5b: the program does not take part. The release is unaffected.
    Declined,
    /// E6.
    Ready,
    /// E7.
    WindowScheduled { open_at: Instant, agreed_end: Option<Instant> },
    /// E8. `release_bound` is the planned partner release in force at the opening.
    WindowOpened { release_bound: Instant, earlier_end: Option<Instant> },
    /// E8's guard held the window back at its instant.
    OpeningMissed { unmet: Vec<Unmet> },
    /// E9.
    WindowSuspended { side: Side, security: bool, reason: SuspensionReason },
    /// E10.
    WindowResumed,
    /// The developer moved the planned release to before the bound: the window shrinks at once.
    WindowShrunk { release_bound: Instant },
    /// One side lowered the end.
    EndLowered { earlier_end: Instant },
    /// Both sides raised the bound or the end.
    WindowExtended { release_bound: Option<Instant>, earlier_end: Option<Instant> },
    /// Both sides pinned another framework version; `closes_at` is the end that an open window has from then on.
    FrameworkMigrated { from: String, to: String, framework_digest: Sha256Hex, closes_at: Option<Instant> },
    /// E11, or the end that E12 or E13 brings to an open window.
    WindowClosed { outcome: Outcome },
    /// E12.
    Withdrawn,
    /// E13 before any window: the engagement closes.
    ReleasedBeforeWindow,
    /// E15.
    FellBackToConditions { unmet: Vec<Unmet> },
    /// A two-key act was offered.
    OfferMade { offer: Offer<Terms> },
    /// The second key turned.
    OfferAccepted { hash: Sha256Hex },
    /// The offering side took it back.
    OfferRetracted { hash: Sha256Hex },
    /// An item of the close-out register.
    ItemRegistered { reference: ExternalReference, disposition: Disposition },
    /// An item was certified.
    ItemCertified { reference: ExternalReference, certificate: Certificate },
    /// The developer accepted a certificate.
    CertificateAccepted { reference: ExternalReference },
    /// The developer disputes a certificate.
    CertificateDisputed { reference: ExternalReference },
    /// An item is retained under records law.
    ItemExcepted { reference: ExternalReference, authority: ExternalReference, custodian: Name },
    /// The government designated the marking of its copies; its own.
    MarkingDesignated { designation: Designation },
    /// E14.
    Closed,
    /// Something happened to its records.
    Records { records: EngagementRecordsEvent },
}

impl EngagementEvent {
    /// Drafting and its lead are the developer's own, conflict checks and assignment the government's; all else is shared.
    pub const fn audience(&self) -> Audience {
        match self {
            Self::Drafted { .. } | Self::LeadNamed { .. } => Audience::Developer,
            Self::ConflictChecked
            | Self::Claimed { .. }
            | Self::Transferred { .. }
            | Self::ClaimReleased
            | Self::SignatoryAssigned { .. }
            | Self::MarkingDesignated { .. } => Audience::Government,
            Self::Records { records } => records.audience(),
            Self::Proposed { .. }
            | Self::Recalled
            | Self::Returned
            | Self::Acknowledged
            | Self::Declined
            | Self::SamenessDisputed { .. }
            | Self::DisputeDropped
            | Self::ReleasesMerged { .. }
            | Self::Lapsed
            | Self::Reopened
            | Self::Ready
            | Self::WindowScheduled { .. }
            | Self::WindowOpened { .. }
            | Self::OpeningMissed { .. }
            | Self::WindowSuspended { .. }
            | Self::WindowResumed
            | Self::WindowShrunk { .. }
            | Self::EndLowered { .. }
            | Self::WindowExtended { .. }
            | Self::FrameworkMigrated { .. }
            | Self::WindowClosed { .. }
            | Self::Withdrawn
            | Self::ReleasedBeforeWindow
            | Self::FellBackToConditions { .. }
            | Self::OfferMade { .. }
            | Self::OfferAccepted { .. }
            | Self::OfferRetracted { .. }
            | Self::ItemRegistered { .. }
            | Self::ItemCertified { .. }
            | Self::CertificateAccepted { .. }
            | Self::CertificateDisputed { .. }
            | Self::ItemExcepted { .. }
            | Self::Closed => Audience::Shared,
        }
    }

    /// The stable type code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Drafted { .. } => "engagement.drafted",
            Self::Proposed { .. } => "engagement.proposed",
            Self::Recalled => "engagement.recalled",
            Self::Returned => "engagement.returned",
            Self::Acknowledged => "engagement.acknowledged",
            Self::ConflictChecked => "engagement.conflict_checked",
            Self::Claimed { .. } => "engagement.claimed",
            Self::Transferred { .. } => "engagement.transferred",
            Self::ClaimReleased => "engagement.claim_released",
            Self::LeadNamed { .. } => "engagement.lead_named",
            Self::SamenessDisputed { .. } => "engagement.sameness_disputed",
            Self::DisputeDropped => "engagement.dispute_dropped",
            Self::ReleasesMerged { .. } => "engagement.releases_merged",
            Self::Lapsed => "engagement.lapsed",
            Self::Reopened => "engagement.reopened",
            Self::SignatoryAssigned { .. } => "engagement.signatory_assigned",
            Self::Declined => "engagement.declined",
            Self::Ready => "engagement.ready",
            Self::WindowScheduled { .. } => "engagement.window_scheduled",
            Self::WindowOpened { .. } => "engagement.window_opened",
            Self::OpeningMissed { .. } => "engagement.opening_missed",
            Self::WindowSuspended { .. } => "engagement.window_suspended",
            Self::WindowResumed => "engagement.window_resumed",
            Self::WindowShrunk { .. } => "engagement.window_shrunk",
            Self::EndLowered { .. } => "engagement.end_lowered",
            Self::WindowExtended { .. } => "engagement.window_extended",
            Self::FrameworkMigrated { .. } => "engagement.framework_migrated",
            Self::WindowClosed { .. } => "engagement.window_closed",
            Self::Withdrawn => "engagement.withdrawn",
            Self::ReleasedBeforeWindow => "engagement.released_before_window",
            Self::FellBackToConditions { .. } => "engagement.fell_back_to_conditions",
            Self::OfferMade { .. } => "engagement.offer_made",
            Self::OfferAccepted { .. } => "engagement.offer_accepted",
            Self::OfferRetracted { .. } => "engagement.offer_retracted",
            Self::ItemRegistered { .. } => "engagement.item_registered",
            Self::ItemCertified { .. } => "engagement.item_certified",
            Self::CertificateAccepted { .. } => "engagement.certificate_accepted",
            Self::CertificateDisputed { .. } => "engagement.certificate_disputed",
            Self::ItemExcepted { .. } => "engagement.item_excepted",
            Self::MarkingDesignated { .. } => "engagement.marking_designated",
            Self::Closed => "engagement.closed",
            Self::Records { records } => records.code(),
        }
    }
}
