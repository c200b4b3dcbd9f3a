//! The facts that may be missing: one table of names, meanings, audiences and of who can clear them. From it come the
//! answers of refused commands, the catalogue at `/problems` and `docs/refusals.md`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    actor::Role,
    audience::Audience,
    condition::{ConditionFunction, ConditionSubject},
};

/// A fact's entry in the catalogue of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactEntry {
    /// The stable name, as `fact` says it in an answer.
    pub name: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Who may know it.
    pub audience: Audience,
    /// The roles that can clear it; empty where time, the other side or one person does.
    pub roles: &'static [Role],
    /// Who or what clears it where no role does; empty elsewhere.
    pub otherwise: &'static str,
}

impl FactEntry {
    /// Who can clear it, in words: codes of roles, or a sentence.
    pub fn cleared_by(&self) -> String {
        let codes: Vec<&str> = self.roles.iter().map(|role| role.code()).collect();
        if codes.is_empty() { self.otherwise.to_owned() } else { codes.join(", ") }
    }
}

/// Declares the facts: the comment is the meaning, then name, audience, roles, and in words who clears it without them.
macro_rules! facts {
    ($(
        $(#[doc = $meaning:literal])+
        $variant:ident $({ $($(#[doc = $of:literal])+ $field:ident: $type:ty,)+ })?
        $name:literal $audience:ident [$($role:ident),*] $($otherwise:literal)?;
    )*) => {
        /// A fact that is missing.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case", tag = "fact")]
        pub enum Unmet {
            $($(#[doc = $meaning])+ $variant $({ $($(#[doc = $of])+ $field: $type,)+ })?,)*
        }

        impl Unmet {
            /// Every fact's entry, in the order of the catalogue.
            pub const ENTRIES: &'static [FactEntry] = &[$(FactEntry {
                name: $name,
                meaning: concat!($($meaning),+).trim_ascii(),
                audience: Audience::$audience,
                roles: &[$(Role::$role),*],
                otherwise: concat!($($otherwise)?),
            },)*];

            /// The stable name.
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $name,)* }
            }

            /// Who may know the fact.
            pub const fn audience(&self) -> Audience {
                match self { $(Self::$variant { .. } => Audience::$audience,)* }
            }

            /// The roles that can clear it; empty where time, the other side or one person does.
            pub const fn cleared_by(&self) -> &'static [Role] {
                match self { $(Self::$variant { .. } => &[$(Role::$role),*],)* }
            }
        }
    };
}

facts! {
    /// No condition in force covers this subject.
    SubjectNotCovered {
        /// The subject.
        subject: ConditionSubject,
    } "subject_not_covered" Shared [DeveloperLiaison, ProgramLiaison];
    /// No condition in force covers this function.
    FunctionNotCovered {
        /// The function.
        function: ConditionFunction,
    } "function_not_covered" Shared [DeveloperLiaison, ProgramLiaison];
    /// A required condition is not in force.
    ConditionNotInForce {
        /// Its reference.
        condition: String,
    } "condition_not_in_force" Shared [DeveloperOfficial, GovernmentSignatory];
    /// No determination attests eligibility.
    EligibilityNotAttested "eligibility_not_attested" Shared [DeterminationRecorder];
    /// The planned partner release is undecided.
    ReleaseNotPlanned "release_not_planned" Shared [DeveloperOfficial];
    /// The opening is earlier than the planned partner release less the cap.
    OpensTooEarly {
        /// The earliest opening.
        earliest: DateTime<Utc>,
    } "opens_too_early" Shared [DeveloperOfficial, ProgramLiaison];
    /// The model was released to other trusted partners: later use needs an agreement of its own (domain section 3.3).
    AlreadyReleased "already_released" Shared [] "Nobody: use after the release to partners needs an agreement of its own.";
    /// Nothing is left of the cap, or the end is not later than the opening.
    NothingLeft "nothing_left" Shared [DeveloperOfficial, ProgramLiaison];
    /// The window is not open.
    WindowNotOpen "window_not_open" Shared [DeveloperOfficial, ProgramLiaison];
    /// The partner's status is not active.
    PartnerNotActive "partner_not_active" Shared [] "Time, or the side that suspended the partner's status.";
    /// The grant is not approved.
    GrantNotApproved "grant_not_approved" Shared [DeveloperOfficial];
    /// The grant is suspended.
    GrantSuspended "grant_suspended" Shared [] "Whoever suspended it, by lifting the suspension.";
    /// The grant is over.
    GrantEnded "grant_ended" Shared [] "Nobody: another grant is requested.";
    /// Recertification was missed (D13).
    RecertificationMissed "recertification_missed" Shared [DeveloperOfficial];
    /// The person has not acknowledged the current text.
    NotAcknowledged {
        /// The condition's reference.
        condition: String,
    } "not_acknowledged" Shared [] "The person, by acknowledging the text.";
    /// No nondisclosure agreement for persons is in force.
    NdaNotInForce "nda_not_in_force" Shared [DeveloperLiaison, ProgramLiaison];
    /// An agreement that the framework version needs of the partner is not in force.
    AgreementNotInForce {
        /// Its template's key.
        template: String,
    } "agreement_not_in_force" Shared [DeveloperLiaison, ProgramLiaison];
    /// The person does not hold the role, or is not of the organization, that the grant was given for.
    RoleNotHeld "role_not_held" Shared [] "The administrator of the person's organization.";
    /// No insider-risk attestation within 12 months.
    NotAttested "not_attested" Government [] "The person, by attesting.";
    /// No insider-risk training within 12 months.
    NotTrained "not_trained" Government [InsiderRiskOfficer];
    /// No screening reference.
    NotScreened "not_screened" Government [InsiderRiskOfficer];
    /// No passed export-control screening.
    ExportNotScreened "export_not_screened" Government [InsiderRiskOfficer];
    /// The asking session has one factor only.
    SessionNotAal2 "session_not_aal2" Shared [] "The person, by giving the second factor.";
    /// The person has no confirmed second factor.
    NoSecondFactor "no_second_factor" Shared [] "The person, by confirming a second factor.";
    /// The person's account is not active.
    AccountNotActive "account_not_active" Shared [] "The administrator of the person's organization.";
    /// The window did not open at its instant, and is scheduled anew by both keys.
    OpeningMissed "opening_missed" Shared [DeveloperOfficial, ProgramLiaison];
    /// No answer is given yet that could be taken back.
    NotAnswered "not_answered" Shared [DeveloperOfficial];
    /// Fewer unrecused reviewers from different agencies than the quorum.
    QuorumNotReached "quorum_not_reached" Government [Reviewer, FrameworkOwner];
    /// The developer official's consent to the approach is missing.
    ApproachNotConsented "approach_not_consented" Shared [DeveloperOfficial];
    /// The partner's signature on the screening NDA is missing.
    ScreeningNdaNotSigned "screening_nda_not_signed" Shared [PartnerContact];
    /// A criterion has no statement.
    CriterionNotStated {
        /// The criterion's key.
        criterion: String,
    } "criterion_not_stated" Shared [PartnerContact];
    /// No partner release is recorded.
    PartnerReleaseNotRecorded "partner_release_not_recorded" Shared [DeveloperOfficial];
    /// No grant request of the partner has its prerequisites cleared.
    NoUserReady "no_user_ready" Shared [InsiderRiskOfficer, PartnerContact];
    /// A close-out item waits for its certificate or its acceptance.
    ItemNotSettled {
        /// The item's reference.
        item: String,
    } "item_not_settled" Shared [DeveloperLiaison, ProgramLiaison];
    /// The insider-risk officer has not agreed to the waiver (domain section 3.5).
    WaiverNotCleared "waiver_not_cleared" Shared [InsiderRiskOfficer];
    /// A grant is not over yet.
    GrantNotEnded {
        /// Its reference.
        grant: String,
    } "grant_not_ended" Shared [] "Time, or whoever revokes the grant.";
    /// Whether the release is another registered one is not settled (domain section 3.0).
    SamenessUnsettled "sameness_unsettled" Shared [DeveloperOfficial, ProgramLiaison];
    /// An engagement of the other release is under way; the developer ends it before the two are merged.
    OtherReleaseBusy "other_release_busy" Developer [DeveloperOfficial];
    /// A legal hold is in force (invariant 25).
    HoldInForce {
        /// The agency's reference of the hold.
        hold: String,
    } "hold_in_force" Government [RecordsOfficer];
    /// A request for the records is open.
    RequestOpen {
        /// Its reference.
        request: String,
    } "request_open" Government [RecordsOfficer];
    /// The records are kept still.
    RetentionRuns {
        /// Until when.
        until: Option<DateTime<Utc>>,
    } "retention_runs" Government [] "Time.";
    /// No disposal is asked for yet; it takes two records officers.
    DisposalNotAsked "disposal_not_asked" Government [RecordsOfficer];
    /// The content still binds somebody, or is needed: a text in force or surviving, a partner, an open incident.
    StillNeeded {
        /// Reference of the record.
        record: String,
    } "still_needed" Government [] "Time, or whoever ends it.";
    /// The records are disposed of; their content is erased.
    DisposedOf "disposed_of" Shared [] "Nobody: what is erased cannot be had back.";
    /// The search found no records of the developer.
    NoResponsiveRecords "no_responsive_records" Government [] "Nobody: there is nothing to give notice of.";
    /// No notice waits to be acknowledged.
    NothingToDeliver "nothing_to_deliver" Shared [] "Nobody: every notice is delivered.";
    /// No decision to disclose is recorded.
    NoDecisionToDisclose "no_decision_to_disclose" Shared [RecordsOfficer];
    /// No date of disclosure is planned.
    DisclosureNotPlanned "disclosure_not_planned" Shared [RecordsOfficer];
    /// The disclosure comes sooner than the notice of it allows (D19).
    DisclosureTooSoon "disclosure_too_soon" Shared [] "Time, or a later date of disclosure.";
    /// The side has registered no claim on the hand-off.
    ClaimNotRegistered "claim_not_registered" Shared [DeveloperLiaison, DeveloperOfficial, ProgramLiaison, Evaluator];
    /// The side has registered as many claims under the engagement as it may.
    NoClaimLeft "no_claim_left" Shared [] "Nobody: the number of claims is bounded.";
    /// Something that is for the other side to settle, of which no more is told.
    WaitingOnTheOtherSide "waiting_on_the_other_side" Shared [] "The other side.";
    /// The developer's notice of an incident is not recorded (D16).
    DeveloperNotNotified "developer_not_notified" Shared [InsiderRiskOfficer];
    /// The detail of an incident is not recorded (D16).
    DetailNotRecorded "detail_not_recorded" Shared [InsiderRiskOfficer];
    /// Nobody of the developer acknowledged a legally operative notice (N16, N17).
    NoticeNotAcknowledged "notice_not_acknowledged" Shared [DeveloperOfficial, DeveloperLiaison, RecordsOfficer];
    /// A record is locked because of spillage.
    RecordLocked "record_locked" Shared [InsiderRiskOfficer];
    /// Spilled content is not handed off yet.
    NotHandedOff "not_handed_off" Shared [InsiderRiskOfficer];
    /// The incident locks no record.
    NothingLocked "nothing_locked" Shared [] "Nobody: there is no lock.";
    /// An open incident implicates the grant.
    ImplicatedInIncident "implicated_in_incident" Shared [InsiderRiskOfficer];
}
