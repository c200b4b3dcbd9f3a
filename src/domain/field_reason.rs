//! Why a value of a command does not fit the facts: a closed list, so that no answer carries a sentence of its own.

use serde::Serialize;
use utoipa::ToSchema;

/// Why a value does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldReason {
    /// There is no such record in this case.
    NoSuchRecord,
    /// There is no such account with the role that is needed.
    NoSuchAccount,
    /// There is no such organization of the side that is needed.
    NoSuchOrganization,
    /// The instant is past.
    InPast,
    /// The instant is in the future. A future release is planned with `set-planned-release`.
    InFuture,
    /// The instant is not sooner than the present end.
    NotSooner,
    /// The instant is later than the planned partner release.
    PastPlannedRelease,
    /// The instant is later than a cap.
    PastCap,
    /// The end is not later than the start.
    EndBeforeStart,
    /// The digest is not that of the text in question.
    WrongDigest,
    /// The reference is listed already.
    AlreadyListed,
    /// Both names are the same person's.
    SamePerson,
    /// The declaration does not fit the release's history.
    DeclarationMismatch,
    /// The access mode needs this election or target.
    NeededByAccessMode,
    /// The framework version needs this condition; it cannot be optional.
    NeededByFramework,
    /// The organization is no agency that owns the framework.
    NotAFrameworkOwner,
    /// One of the two is needed.
    OneNeeded,
    /// The number is out of its range.
    OutOfRange,
    /// Only an executed copy says this; and no version follows one.
    ExecutedCopyOnly,
    /// The value is the one that stands already.
    Unchanged,
    /// Each value excludes the other.
    ExcludeEachOther,
    /// The developer's authorized official alone says this.
    OfficialOnly,
    /// Only spillage names a record.
    SpillageOnly,
    /// The release was merged into another one.
    MergedElsewhere,
    /// What the offered terms say is no longer so: a new offer is needed.
    TermsOutdated,
    /// The act cannot be delegated, or is none of the authorized official's.
    NotDelegable,
    /// The instant lies too far ahead.
    TooFarAhead,
    /// The value is not the one that the text itself says.
    NotAsWritten,
    /// A version takes effect on the day after its activation at the earliest.
    Retroactive,
    /// Another version has the name, or takes effect on the same date.
    VersionTaken,
    /// The version is not in force.
    NotInForce,
    /// The engagement is pinned to this version already.
    AlreadyPinned,
    /// The open window could last longer.
    LongerWindow,
    /// Organizations of this kind may not be nominated under the framework version.
    KindNotNominated,
    /// The date or instant is nearer than the framework version allows.
    TooSoon,
    /// It does not fit what was decided.
    DecisionMismatch,
}
