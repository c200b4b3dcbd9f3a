//! Why a command was not carried out: named refusals and unmet facts, never strings. Each says who can clear it; facts
//! outside the viewer's audience collapse into one (domain section 3.0, "Audience").

pub use super::{
    field_reason::FieldReason,
    unmet::{FactEntry, Unmet},
};

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
    /// There is nothing that the act would end.
    #[error("there is nothing to end")]
    NothingToEnd,
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
            Self::NothingToEnd => "nothing-to-end",
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
