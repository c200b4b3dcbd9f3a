//! Commands on an engagement, in the order of its life.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    AccessMode, SecurityLevel, SuspensionReason,
    closeout::{Disposition, Method},
};
pub use crate::domain::records::{
    AskDisposal, ConfirmDisposal, DesignateConfidential, ReviewRetention, TakeRecords, WithdrawDesignation,
};
use crate::domain::{
    action::{body, commands},
    actor::Role,
    given,
    id::{AccountId, Kind, OrganizationId},
    marking::{Category, Control},
    release::ReleaseKind,
    text::{Attested, ExternalReference, Name, Sha256Hex},
};

commands! {
    /// Commands on an engagement.
    EngagementCommand of Kind::Engagement;
    /// Begins a draft engagement for one of the developer's releases.
    "draft" DraftEngagement Under;
    /// Proposes the engagement and pins the framework version in force.
    "propose" ProposeEngagement No;
    /// Takes the proposal back into draft.
    "recall" RecallEngagement No;
    /// Returns the proposal to the developer.
    "return" ReturnEngagement No;
    /// Takes an unassigned engagement from the pool, or takes it over.
    "claim" ClaimEngagement No;
    /// Hands the engagement over to another program liaison.
    "transfer" TransferEngagement No;
    /// Gives the engagement back to the pool.
    "release-claim" ReleaseClaim No;
    /// Names the developer liaison who leads for the developer.
    "name-lead" NameLead No;
    /// Assigns the government signatory.
    "assign-signatory" AssignSignatory No;
    /// Says that the release is one that the developer registered before. Holds the acknowledgement back.
    "dispute-sameness" DisputeSameness No;
    /// Takes back what was said with `dispute-sameness`.
    "drop-dispute" DropDispute No;
    /// Offers to merge the earlier registered release, the use of whose cap then counts; takes the other side's key.
    "merge-releases" MergeReleases No;
    /// Acknowledges the proposal after the conflict check.
    "acknowledge" AcknowledgeEngagement No;
    /// Declines to take part. The release is unaffected.
    "decline" DeclineEngagement No;
    /// Offers an opening of the access window; the other side's key schedules it.
    "schedule-window" ScheduleWindow No;
    /// Opens a scheduled window sooner.
    "open-window" OpenWindow No;
    /// Suspends access at once.
    "suspend-window" SuspendWindow No;
    /// Offers to resume a suspended window; takes the second key of the side that suspended.
    "resume-window" ResumeWindow No;
    /// Lowers the end of the window. Either side alone.
    "lower-end" LowerEnd No;
    /// Offers to raise the release bound or the agreed end, never past the caps.
    "extend-window" ExtendWindow No;
    /// Closes the window sooner.
    "close-window" CloseWindow No;
    /// Offers to pin the engagement to the framework version in force; the other side's key does it.
    "migrate-framework" MigrateFramework No;
    /// Turns the second key of the offer with this hash.
    "accept-offer" AcceptOffer No;
    /// Takes back an offer of one's own side.
    "retract-offer" RetractOffer No;
    /// Reopens an engagement that lapsed, as a draft, within 30 days.
    "reopen" ReopenEngagement No;
    /// Withdraws. Needs nothing but the developer official's authentication.
    "withdraw" WithdrawEngagement No;
    /// Records a partner or public release that happened. Needs no government step.
    "record-release" RecordRelease No;
    /// Lists an item to be returned or destroyed.
    "register-item" RegisterItem No;
    /// Certifies the return or destruction of an item.
    "certify-item" CertifyItem No;
    /// Accepts a certificate.
    "accept-certificate" AcceptCertificate No;
    /// Disputes a certificate.
    "dispute-certificate" DisputeCertificate No;
    /// Records that an item is retained under records law.
    "except-item" ExceptItem No;
    /// Designates the marking of the government's copies; the government's act.
    "designate-marking" DesignateMarking No;
    /// Offers to close the engagement; the other side's key closes it.
    "close" CloseEngagement No;
    /// Designates a part of what the developer submitted as confidential.
    "designate-confidential" DesignateConfidential No;
    /// Withdraws such a designation.
    "withdraw-designation" WithdrawDesignation No;
    /// Takes charge of the records of the engagement's release, as a records officer.
    "take-records" TakeRecords No;
    /// Keeps the records of a closed engagement longer.
    "review-retention" ReviewRetention No;
    /// Asks for the disposal of a closed engagement's records; another records officer authorizes it.
    "ask-disposal" AskDisposal No;
    /// Authorizes the disposal that another records officer asked for. Refused while a hold is in force.
    "confirm-disposal" ConfirmDisposal No;
}

body! {
    /// E1.
    DraftEngagement {
        /// Reference of the model release, such as `REL-2026-K7Q4MD`.
        release: String,
        /// How evaluators reach the model.
        #[serde(default)]
        access_mode: AccessMode,
    }
}
/// Which release an engagement is for, as the developer official declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseDeclaration {
    /// No earlier engagement was for this release.
    NewRelease,
    /// Earlier engagements were for the same release: their used time counts.
    SameRelease,
}
body! {
    /// E2.
    ProposeEngagement {
        /// Nothing entered here is classified.
        unclassified_attestation: Attested,
        /// Whether this is a new release or one that earlier engagements were for.
        release_declaration: ReleaseDeclaration,
        /// Reference of another registered release of the same developer that is the same model release. Its use of
        /// the cap counts once both sides merged the two.
        #[serde(default)]
        same_release_as: Option<String>,
        /// The developer elects to hand over weights; needed for that access mode alone.
        #[serde(default)]
        elects_weights_transfer: bool,
        /// Self-asserted weight-security target, 1 to 5; needed for that access mode alone.
        #[serde(default)]
        security_level_target: Option<SecurityLevel>,
    }
}
body! {
    /// E3 by the developer.
    RecallEngagement {}
}
body! {
    /// E3 by the program liaison.
    ReturnEngagement {}
}
body! {
    /// Takes an engagement from the pool.
    ClaimEngagement {}
}
body! {
    /// Hands the lead over.
    TransferEngagement {
        /// An account with the role PL.
        liaison: AccountId,
    }
}
body! {
    /// Gives the lead back to the pool.
    ReleaseClaim {}
}
body! {
    /// Names the developer's lead.
    NameLead {
        /// An account of the developer with the role DL.
        lead: AccountId,
    }
}
body! {
    /// Disputes that the release is a new one.
    DisputeSameness {
        /// Reference of the registered release of the same developer that it is taken for.
        release: String,
    }
}
body! {
    /// Takes the dispute back.
    DropDispute {}
}
body! {
    /// Merges the release that the proposal or the dispute names.
    MergeReleases {}
}
body! {
    /// E17.
    ReopenEngagement {}
}
body! {
    /// Assigns the government signatory.
    AssignSignatory {
        /// An account with the role GS.
        signatory: AccountId,
    }
}
body! {
    /// E4.
    AcknowledgeEngagement {
        /// The conflict check was made and is clear.
        conflict_check: Attested,
    }
}
body! {
    /// E5.
    DeclineEngagement {}
}
body! {
    /// E7.
    ScheduleWindow {
        /// When the window opens, with its offset. At the earliest the planned release less the cap.
        #[serde(deserialize_with = "given::instant")]
        open_at: DateTime<Utc>,
        /// An end that both sides agree, sooner than the caps.
        #[serde(default, deserialize_with = "given::instant_or_null")]
        agreed_end: Option<DateTime<Utc>>,
    }
}
body! {
    /// E8, sooner than scheduled.
    OpenWindow {}
}
body! {
    /// E9.
    SuspendWindow {
        /// Why, by code.
        reason: SuspensionReason,
    }
}
body! {
    /// E10.
    ResumeWindow {}
}
body! {
    /// Lowers the end.
    LowerEnd {
        /// The new end: later than now, sooner than the present one.
        #[serde(deserialize_with = "given::instant")]
        earlier_end: DateTime<Utc>,
    }
}
body! {
    /// Raises the bound or the end.
    ExtendWindow {
        /// The new bound: at most the current planned release. Of the two ends one is needed.
        #[serde(default, deserialize_with = "given::instant_or_null")]
        release_bound: Option<DateTime<Utc>>,
        /// The new agreed end. Of the two ends one is needed.
        #[serde(default, deserialize_with = "given::instant_or_null")]
        earlier_end: Option<DateTime<Utc>>,
    }
}
body! {
    /// E11, sooner.
    CloseWindow {}
}
body! {
    /// Pins another framework version (invariant 22).
    MigrateFramework {
        /// Name of the version, which is in force.
        to: String,
    }
}
body! {
    /// The second key.
    AcceptOffer {
        /// The offer's hash.
        hash: Sha256Hex,
    }
}
body! {
    /// Takes an offer back.
    RetractOffer {
        /// The offer's hash.
        hash: Sha256Hex,
    }
}
body! {
    /// E12.
    WithdrawEngagement {}
}
body! {
    /// E13.
    RecordRelease {
        /// To whom.
        kind: ReleaseKind,
        /// When it happened; now if left out. A future release is a planned one, which another act records.
        #[serde(default, deserialize_with = "given::instant_or_null")]
        released_at: Option<DateTime<Utc>>,
    }
}
body! {
    /// Lists an item.
    RegisterItem {
        /// The developer's reference of the item.
        reference: ExternalReference,
        /// What shall become of it.
        disposition: Disposition,
    }
}
body! {
    /// Certifies an item.
    CertifyItem {
        /// The item's reference.
        reference: ExternalReference,
        /// How.
        method: Method,
        /// On which date.
        #[serde(deserialize_with = "given::date")]
        done_on: chrono::NaiveDate,
        /// Who did it.
        performed_by: Name,
        /// Who checked it; another person.
        validated_by: Name,
    }
}
body! {
    /// Accepts a certificate.
    AcceptCertificate {
        /// The item's reference.
        reference: ExternalReference,
    }
}
body! {
    /// Disputes a certificate.
    DisputeCertificate {
        /// The item's reference.
        reference: ExternalReference,
    }
}
body! {
    /// Excepts an item.
    ExceptItem {
        /// The item's reference.
        reference: ExternalReference,
        /// The authority cited.
        authority: ExternalReference,
        /// Who keeps it.
        custodian: Name,
    }
}
body! {
    /// The marking of the government's copies. What stood before is replaced.
    DesignateMarking {
        /// The categories; at least one.
        categories: BTreeSet<Category>,
        /// Limits of dissemination; may be empty.
        #[serde(default)]
        controls: BTreeSet<Control>,
        /// The designating agency, an organization of the government.
        agency: OrganizationId,
        /// The role to ask about the marking; one of the government's.
        contact: Role,
    }
}
body! {
    /// E14.
    CloseEngagement {}
}
