//! Why a value of a command does not fit the facts: a closed list, so that no answer carries a sentence of its own.

use serde::Serialize;
use utoipa::ToSchema;

/// Declares the reasons with their names and sentences.
macro_rules! reasons {
    ($($variant:ident $name:literal $sentence:literal;)*) => {
        /// Why a value does not fit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum FieldReason { $(#[doc = $sentence] $variant,)* }

        impl FieldReason {
            /// Every reason, in the order of the catalogue.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The reason as a sentence.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }
        }
    };
}

reasons! {
    NoSuchRecord "no_such_record" "There is no such record in this case.";
    NoSuchAccount "no_such_account" "There is no such account with the role that is needed.";
    NoSuchOrganization "no_such_organization" "There is no such organization of the side that is needed.";
    RequiredBefore "required_before" "The condition whose place it takes is required, so this one is too.";
    WeakerThanPredecessor "weaker_than_predecessor" "It covers less than the condition whose place it takes, protects another side, or asks nobody to acknowledge it.";
    NotSupersedable "not_supersedable" "The condition never bound, binds no more, or has a successor already.";
    InPast "in_past" "The instant is past.";
    InFuture "in_future" "The instant is in the future.";
    NotSooner "not_sooner" "The instant is not sooner than the present end.";
    PastPlannedRelease "past_planned_release" "The instant is later than the planned partner release.";
    PastCap "past_cap" "The instant is later than the cap allows.";
    EndBeforeStart "end_before_start" "The end is not later than the start.";
    WrongDigest "wrong_digest" "The digest is not that of the text in question.";
    NotOwnName "not_own_name" "The name typed is not that of the account which signs.";
    AlreadyListed "already_listed" "The reference is listed already.";
    SamePerson "same_person" "Both names are the same person's.";
    DeclarationMismatch "declaration_mismatch" "The declaration does not fit the release's history.";
    NeededByAccessMode "needed_by_access_mode" "The access mode needs this value.";
    NeededByFramework "needed_by_framework" "The framework version needs this condition; it cannot be optional.";
    NotAFrameworkOwner "not_a_framework_owner" "The person belongs to no agency that owns the framework.";
    OneNeeded "one_needed" "One is needed.";
    OutOfRange "out_of_range" "The number is out of its range.";
    ExecutedCopyOnly "executed_copy_only" "Only an executed copy names what it executes, and no version follows one.";
    Unchanged "unchanged" "The value is the one that stands already.";
    ExcludeEachOther "exclude_each_other" "The values exclude each other.";
    OfficialOnly "official_only" "The developer's authorized official alone says this.";
    SpillageOnly "spillage_only" "Only a report of spillage names a record.";
    MergedElsewhere "merged_elsewhere" "The release was merged into another one.";
    TermsOutdated "terms_outdated" "What the offered terms say is no longer so: a new offer is needed.";
    NotDelegable "not_delegable" "The act cannot be delegated, or is none of the authorized official's.";
    TooFarAhead "too_far_ahead" "The instant lies too far ahead.";
    NotAsWritten "not_as_written" "The value is not the one that the text itself says.";
    Retroactive "retroactive" "A version takes effect on the day after its activation at the earliest.";
    VersionTaken "version_taken" "Another version has the name, or takes effect on the same date.";
    NotInForce "not_in_force" "The version is not in force.";
    AlreadyPinned "already_pinned" "The engagement is pinned to this version already.";
    LongerWindow "longer_window" "The open window could last longer; a migration may only shorten it.";
    KindNotNominated "kind_not_nominated" "Organizations of this kind may not be nominated under the framework version.";
    TooSoon "too_soon" "The date is nearer than the framework version allows.";
    DecisionMismatch "decision_mismatch" "It does not fit what was decided.";
}
