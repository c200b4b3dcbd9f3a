//! Why a command was not carried out: named refusals and unmet facts, never strings. Each says who can clear it; facts
//! outside the viewer's audience collapse into one (domain section 3.0, "Audience").

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use super::field_reason::FieldReason;
use super::{
    actor::Role,
    audience::Audience,
    condition::{ConditionFunction, ConditionSubject},
};

/// A fact that is missing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "fact")]
pub enum Unmet {
    /// No condition in force covers this subject.
    SubjectNotCovered {
        /// The subject.
        subject: ConditionSubject,
    },
    /// No condition in force covers this function.
    FunctionNotCovered {
        /// The function.
        function: ConditionFunction,
    },
    /// A required condition is not in force.
    ConditionNotInForce {
        /// Its reference.
        condition: String,
    },
    /// No determination attests eligibility.
    EligibilityNotAttested,
    /// The planned partner release is undecided.
    ReleaseNotPlanned,
    /// The opening is earlier than the planned partner release less the cap.
    OpensTooEarly {
        /// The earliest opening.
        earliest: DateTime<Utc>,
    },
    /// The model was released to other trusted partners: later use needs an agreement of its own (domain section 3.3).
    AlreadyReleased,
    /// Nothing is left of the cap, or the end is not later than the opening.
    NothingLeft,
    /// The window is not open.
    WindowNotOpen,
    /// The partner's status is not active.
    PartnerNotActive,
    /// The grant is not approved.
    GrantNotApproved,
    /// The grant is suspended.
    GrantSuspended,
    /// The grant is over.
    GrantEnded,
    /// Recertification was missed (D13).
    RecertificationMissed,
    /// The person has not acknowledged the current text.
    NotAcknowledged {
        /// The condition's reference.
        condition: String,
    },
    /// No nondisclosure agreement for persons is in force.
    NdaNotInForce,
    /// An agreement that the framework version needs of the partner is not in force.
    AgreementNotInForce {
        /// Its template's key.
        template: String,
    },
    /// The person does not hold the role, or is not of the organization, that the grant was given for.
    RoleNotHeld,
    /// No insider-risk attestation within 12 months.
    NotAttested,
    /// No insider-risk training within 12 months.
    NotTrained,
    /// No screening reference.
    NotScreened,
    /// No passed export-control screening.
    ExportNotScreened,
    /// The asking session has one factor only.
    SessionNotAal2,
    /// The person has no confirmed second factor.
    NoSecondFactor,
    /// The person's account is not active.
    AccountNotActive,
    /// The other side's key has not turned.
    OtherKeyMissing,
    /// Fewer unrecused reviewers from different agencies than the quorum.
    QuorumNotReached,
    /// The developer official's consent to the approach is missing.
    ApproachNotConsented,
    /// The partner's signature on the screening NDA is missing.
    ScreeningNdaNotSigned,
    /// A criterion has no statement.
    CriterionNotStated {
        /// The criterion's key.
        criterion: String,
    },
    /// No partner release is recorded.
    PartnerReleaseNotRecorded,
    /// No grant request of the partner has its prerequisites cleared.
    NoUserReady,
    /// A close-out item waits for its certificate or its acceptance.
    ItemNotSettled {
        /// The item's reference.
        item: String,
    },
    /// The insider-risk officer has not agreed to the waiver (domain section 3.5).
    WaiverNotCleared,
    /// A grant is not over yet.
    GrantNotEnded {
        /// Its reference.
        grant: String,
    },
    /// Whether the release is another registered one is not settled (domain section 3.0).
    SamenessUnsettled,
    /// An engagement of the other release is under way; the developer ends it before the two are merged.
    OtherReleaseBusy,
    /// A legal hold is in force (invariant 25).
    HoldInForce {
        /// The agency's reference of the hold.
        hold: String,
    },
    /// A request for the records is open.
    RequestOpen {
        /// Its reference.
        request: String,
    },
    /// The records are kept still.
    RetentionRuns {
        /// Until when.
        until: Option<DateTime<Utc>>,
    },
    /// The search found no records of the developer.
    NoResponsiveRecords,
    /// No notice waits to be acknowledged.
    NothingToDeliver,
    /// No decision to disclose is recorded.
    NoDecisionToDisclose,
    /// No date of disclosure is planned.
    DisclosureNotPlanned,
    /// The disclosure comes sooner than the notice of it allows (D19).
    DisclosureTooSoon,
    /// The side has registered no claim on the hand-off.
    ClaimNotRegistered,
    /// The side has registered as many claims under the engagement as it may.
    NoClaimLeft,
    /// Something that the viewer may not know more of.
    WaitingOnTheOtherSide,
    /// The developer's notice of an incident is not recorded (D16).
    DeveloperNotNotified,
    /// The detail of an incident is not recorded (D16).
    DetailNotRecorded,
    /// Nobody of the developer acknowledged a legally operative notice (N16, N17).
    NoticeNotAcknowledged,
    /// A record is locked because of spillage.
    RecordLocked,
    /// Spilled content is not handed off yet.
    NotHandedOff,
    /// The incident locks no record.
    NothingLocked,
    /// An open incident implicates the grant.
    ImplicatedInIncident,
}

impl Unmet {
    /// Who may know the fact.
    pub const fn audience(&self) -> Audience {
        match self {
            Self::QuorumNotReached
            | Self::NotAttested
            | Self::NotTrained
            | Self::NotScreened
            | Self::ExportNotScreened
            | Self::HoldInForce { .. }
            | Self::RequestOpen { .. }
            | Self::RetentionRuns { .. }
            | Self::NoResponsiveRecords => Audience::Government,
            // The other release may be a draft that was never handed over.
            Self::OtherReleaseBusy => Audience::Developer,
            Self::SubjectNotCovered { .. }
            | Self::FunctionNotCovered { .. }
            | Self::ConditionNotInForce { .. }
            | Self::EligibilityNotAttested
            | Self::ReleaseNotPlanned
            | Self::OpensTooEarly { .. }
            | Self::AlreadyReleased
            | Self::NothingLeft
            | Self::WindowNotOpen
            | Self::PartnerNotActive
            | Self::GrantNotApproved
            | Self::GrantSuspended
            | Self::GrantEnded
            | Self::RecertificationMissed
            | Self::NotAcknowledged { .. }
            | Self::NdaNotInForce
            | Self::AgreementNotInForce { .. }
            | Self::RoleNotHeld
            | Self::SessionNotAal2
            | Self::NoSecondFactor
            | Self::AccountNotActive
            | Self::OtherKeyMissing
            | Self::ApproachNotConsented
            | Self::ScreeningNdaNotSigned
            | Self::CriterionNotStated { .. }
            | Self::PartnerReleaseNotRecorded
            | Self::NoUserReady
            | Self::ItemNotSettled { .. }
            | Self::WaiverNotCleared
            | Self::GrantNotEnded { .. }
            | Self::DeveloperNotNotified
            | Self::DetailNotRecorded
            | Self::NoticeNotAcknowledged
            | Self::RecordLocked
            | Self::NotHandedOff
            | Self::NothingLocked
            | Self::ImplicatedInIncident
            | Self::SamenessUnsettled
            | Self::NothingToDeliver
            | Self::NoDecisionToDisclose
            | Self::DisclosureNotPlanned
            | Self::DisclosureTooSoon
            | Self::ClaimNotRegistered
            | Self::NoClaimLeft
            | Self::WaitingOnTheOtherSide => Audience::Shared,
        }
    }

    /// The roles that can clear it; empty where time or the other side does.
    pub const fn cleared_by(&self) -> &'static [Role] {
        match self {
            Self::SubjectNotCovered { .. }
            | Self::FunctionNotCovered { .. }
            | Self::NdaNotInForce
            | Self::AgreementNotInForce { .. }
            | Self::ItemNotSettled { .. } => &[Role::DeveloperLiaison, Role::ProgramLiaison],
            Self::ConditionNotInForce { .. } => &[Role::DeveloperOfficial, Role::GovernmentSignatory],
            Self::EligibilityNotAttested => &[Role::DeterminationRecorder],
            Self::ReleaseNotPlanned
            | Self::PartnerReleaseNotRecorded
            | Self::ApproachNotConsented
            | Self::GrantNotApproved
            | Self::RecertificationMissed
            | Self::OtherReleaseBusy => &[Role::DeveloperOfficial],
            Self::OpensTooEarly { .. } | Self::NothingLeft | Self::WindowNotOpen | Self::SamenessUnsettled => {
                &[Role::DeveloperOfficial, Role::ProgramLiaison]
            }
            Self::NotTrained
            | Self::NotScreened
            | Self::ExportNotScreened
            | Self::WaiverNotCleared
            | Self::DeveloperNotNotified
            | Self::DetailNotRecorded
            | Self::RecordLocked
            | Self::NotHandedOff
            | Self::ImplicatedInIncident => &[Role::InsiderRiskOfficer],
            Self::NoUserReady => &[Role::InsiderRiskOfficer, Role::PartnerContact],
            Self::ScreeningNdaNotSigned | Self::CriterionNotStated { .. } => &[Role::PartnerContact],
            Self::NoticeNotAcknowledged => &[Role::DeveloperOfficial, Role::DeveloperLiaison, Role::RecordsOfficer],
            Self::HoldInForce { .. }
            | Self::RequestOpen { .. }
            | Self::NoDecisionToDisclose
            | Self::DisclosureNotPlanned => &[Role::RecordsOfficer],
            Self::QuorumNotReached => &[Role::Reviewer, Role::FrameworkOwner],
            Self::ClaimNotRegistered => {
                &[Role::DeveloperLiaison, Role::DeveloperOfficial, Role::ProgramLiaison, Role::Evaluator]
            }
            Self::AlreadyReleased
            | Self::PartnerNotActive
            | Self::GrantSuspended
            | Self::GrantEnded
            | Self::NotAcknowledged { .. }
            | Self::RoleNotHeld
            | Self::NotAttested
            | Self::SessionNotAal2
            | Self::NoSecondFactor
            | Self::AccountNotActive
            | Self::OtherKeyMissing
            | Self::GrantNotEnded { .. }
            | Self::NothingLocked
            | Self::RetentionRuns { .. }
            | Self::NoResponsiveRecords
            | Self::NothingToDeliver
            | Self::DisclosureTooSoon
            | Self::NoClaimLeft
            | Self::WaitingOnTheOtherSide => &[],
        }
    }
}

/// Why a command was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The record is not in a stage that allows the command.
    #[error("the record is in stage {stage}")]
    WrongStage {
        /// The stage it is in.
        stage: &'static str,
        /// The stages that allow the command.
        allowed: Vec<&'static str>,
    },
    /// Facts are missing.
    #[error("facts are missing")]
    Unmet(Vec<Unmet>),
    /// A value of the command does not fit the facts.
    #[error("{pointer} does not fit the facts")]
    Field {
        /// JSON pointer to the value.
        pointer: &'static str,
        /// Why it does not fit.
        reason: FieldReason,
    },
    /// No such offer is open.
    #[error("no such offer is open")]
    NoSuchOffer,
    /// The offer has lapsed.
    #[error("the offer has lapsed")]
    OfferLapsed,
    /// The first key cannot be the second.
    #[error("the second key is another person's")]
    OwnOffer,
    /// The act belongs to another side.
    #[error("the act belongs to another side")]
    WrongSide,
    /// Nobody approves, validates or recertifies what they made themselves (invariant 11).
    #[error("nobody decides on their own request")]
    OwnRequest,
    /// Only the protected side waives, and only it records a cure (invariant 21).
    #[error("only the protected side can")]
    NotProtectedSide,
    /// The side's signature stands already.
    #[error("the side has signed")]
    AlreadySigned,
    /// Only the side that suspended lifts; after the insider-risk officer, that officer too.
    #[error("only the side that suspended lifts")]
    NotSuspendingSide,
    /// A live engagement of the same release exists.
    #[error("another engagement of this release is under way")]
    ReleaseBusy,
    /// The release was merged into another one, under which everything goes on.
    #[error("the release was merged into another")]
    ReleaseMerged,
    /// No question of sameness is open.
    #[error("no question of sameness is open")]
    NoDispute,
    /// Only what lapsed is reopened, within 30 days, and before the model is released (E17).
    #[error("the engagement cannot be reopened any more")]
    NotReopenable,
    /// A live nomination or grant of the same kind exists.
    #[error("the same is under way already")]
    AlreadyUnderWay,
    /// The one reconsideration of this decline was used.
    #[error("the one reconsideration was used")]
    ReconsiderationUsed,
    /// The framework version does not know this.
    #[error("the pinned framework version does not know this")]
    NotInFramework,
    /// No framework version applies at this instant.
    #[error("no framework version applies")]
    NoFramework,
    /// The command is for hosts of another kind.
    #[error("the host is of another kind")]
    NotForThisHost,
    /// A document is larger than the installation takes.
    #[error("the document is too large")]
    PayloadTooLarge,
    /// The documents of the organization in this case would be more than the installation takes.
    #[error("the organization's documents in this case are too many")]
    QuotaExceeded,
    /// Terms that cannot be written down; cannot happen with this product's types.
    #[error("the terms cannot be written down")]
    Unrepresentable,
}

impl Refusal {
    /// The stable name, used as the problem's type.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::WrongStage { .. } => "wrong-stage",
            Self::Unmet(_) => "unmet-facts",
            Self::Field { .. } => "invalid-field",
            Self::NoSuchOffer => "no-such-offer",
            Self::OfferLapsed => "offer-lapsed",
            Self::OwnOffer => "own-offer",
            Self::WrongSide => "wrong-side",
            Self::OwnRequest => "own-request",
            Self::NotProtectedSide => "not-protected-side",
            Self::AlreadySigned => "already-signed",
            Self::NotSuspendingSide => "not-suspending-side",
            Self::ReleaseBusy => "release-busy",
            Self::ReleaseMerged => "release-merged",
            Self::NoDispute => "no-dispute",
            Self::NotReopenable => "not-reopenable",
            Self::AlreadyUnderWay => "already-under-way",
            Self::ReconsiderationUsed => "reconsideration-used",
            Self::NotInFramework => "not-in-framework",
            Self::NoFramework => "no-framework",
            Self::NotForThisHost => "not-for-this-host",
            Self::PayloadTooLarge => "payload-too-large",
            Self::QuotaExceeded => "quota-exceeded",
            Self::Unrepresentable => "unrepresentable",
        }
    }

    /// Refuses unless the record's stage is among `allowed`.
    ///
    /// # Errors
    /// [`Refusal::WrongStage`].
    pub fn unless_stage(stage: &'static str, allowed: &[&'static str]) -> Result<(), Self> {
        if allowed.contains(&stage) { Ok(()) } else { Err(Self::WrongStage { stage, allowed: allowed.to_vec() }) }
    }

    /// Refuses while anything is unmet.
    ///
    /// # Errors
    /// [`Refusal::Unmet`].
    pub fn unless_met(unmet: Vec<Unmet>) -> Result<(), Self> {
        if unmet.is_empty() { Ok(()) } else { Err(Self::Unmet(unmet)) }
    }

    /// A value that does not fit.
    pub const fn field(pointer: &'static str, reason: FieldReason) -> Self {
        Self::Field { pointer, reason }
    }
}
