//! Access grants (domain section 3.6): one person's time-limited authorization, and effective access as a pure
//! function of facts and an instant. Authorization records only: no weights, keys, prompts or outputs.

pub mod access;
mod command;
mod decide;
mod evolve;
mod settle;
mod transitions;

pub use command::*;
pub use decide::{available, decide, may_request, opened};
pub use evolve::evolve;
use serde::{Deserialize, Serialize};
pub use settle::{due, recertify_by};
pub use transitions::{Guard, WORKFLOW};

use super::{
    actor::{By, Role, Side},
    audience::Audience,
    case::PersonFacts,
    id::{AccountId, OrganizationId, RecordId},
    records::{Erased, ErasedUnder},
    text::Statement,
    time::Instant,
};

/// One person's access grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The developer.
    pub developer: OrganizationId,
    /// The engagement.
    pub engagement: RecordId,
    /// The nomination, for a partner's user.
    pub nomination: Option<RecordId>,
    /// The person.
    pub holder: AccountId,
    /// The person's organization.
    pub holder_organization: OrganizationId,
    /// Government or partner.
    pub side: Side,
    /// Why this person needs access.
    pub need_to_know: Statement,
    /// Where it stands.
    pub stage: GrantStage,
    /// When the stage was entered.
    pub since: Instant,
    /// When it was requested.
    pub requested_at: Instant,
    /// Who requested it; never its approver or holder (invariant 11).
    pub requested_by: By,
    /// Who approved it.
    pub approved_by: Option<By>,
    /// When it was last certified as needed: at activation, then every 14 days (D13).
    pub certified_at: Option<Instant>,
    /// When the statement of why the person needs access was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Erased>,
}

/// The stage of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "stage")]
pub enum GrantStage {
    /// Requested.
    Requested,
    /// The insider-risk officer cleared the prerequisites.
    Prerequisites,
    /// The developer approved.
    Approved,
    /// Effective while its window (or partner status) is.
    Active,
    /// Suspended.
    Suspended {
        /// The side that suspended; the scheduler suspends for nobody.
        by: Option<Side>,
        /// Whether the insider-risk officer did.
        security: bool,
        /// Why.
        reason: GrantSuspension,
    },
    /// Over with its window, the partner's term or a prerequisite.
    Expired,
    /// Ended by someone.
    Revoked,
    /// Never became active before its engagement ended.
    Closed,
}

/// Why a grant is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantSuspension {
    /// Someone suspended it.
    ByPerson,
    /// Recertification was missed (D13).
    RecertificationMissed,
    /// Attestation or training ran out (D14).
    PrerequisiteExpired,
    /// A condition was breached.
    ConditionBreached,
    /// An incident implicates it (domain section 3.8).
    Incident,
}

impl GrantStage {
    /// Every stage's name.
    pub const NAMES: &'static [&'static str] =
        &["requested", "prerequisites", "approved", "active", "suspended", "expired", "revoked", "closed"];

    /// The stage's name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Prerequisites => "prerequisites",
            Self::Approved => "approved",
            Self::Active => "active",
            Self::Suspended { .. } => "suspended",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Closed => "closed",
        }
    }

    /// The stages of a grant that is not over.
    pub const LIVE: &'static [&'static str] = &["requested", "prerequisites", "approved", "active", "suspended"];

    /// The stages in which access is granted: the developer approved, and the grant is not over.
    pub const GRANTED: &'static [&'static str] = &["approved", "active", "suspended"];

    /// Whether the grant is over.
    pub const fn is_terminal(&self) -> bool {
        matches!(self, Self::Expired | Self::Revoked | Self::Closed)
    }

    /// Whether its holder reads the engagement (domain section 2, "where granted"): not by a mere request, and not
    /// while the insider-risk officer holds the grant.
    pub const fn is_granted(&self) -> bool {
        matches!(self, Self::Approved | Self::Active | Self::Suspended { security: false, .. })
    }
}

/// What happened to a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[expect(missing_docs, reason = "the fields are those of the command that each event answers")]
pub enum GrantEvent {
    /// Requested.
    Requested { grant: Box<RequestedFacts> },
    /// The insider-risk officer cleared the person's prerequisites.
    PrerequisitesCleared,
    /// The developer approved.
    Approved,
    /// It became active.
    Activated,
    /// It was certified as still needed.
    Recertified,
    /// Suspended; by the insider-risk officer also what was suspended already, whose reason then stays.
    Suspended { security: bool, reason: GrantSuspension },
    /// The insider-risk officer no longer holds the suspension; the approving side may lift it.
    SecurityCleared,
    /// The suspension was lifted.
    SuspensionLifted,
    /// Revoked by someone; by time when the holder left the role.
    Revoked,
    /// Its window or the partner's term ended.
    Expired,
    /// Its engagement ended before it was active.
    Closed,
    /// The statement of why the person needs access is erased from now on.
    ContentErased { under: ErasedUnder },
}

/// What is fixed when a grant is requested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the grant")]
pub struct RequestedFacts {
    pub developer: OrganizationId,
    pub engagement: RecordId,
    pub nomination: Option<RecordId>,
    pub holder: AccountId,
    pub holder_organization: OrganizationId,
    pub side: Side,
    pub need_to_know: Statement,
}

impl GrantEvent {
    /// The stable type code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Requested { .. } => "grant.requested",
            Self::PrerequisitesCleared => "grant.prerequisites_cleared",
            Self::Approved => "grant.approved",
            Self::Activated => "grant.activated",
            Self::Recertified => "grant.recertified",
            Self::Suspended { .. } => "grant.suspended",
            Self::SecurityCleared => "grant.security_cleared",
            Self::SuspensionLifted => "grant.suspension_lifted",
            Self::Revoked => "grant.revoked",
            Self::Expired => "grant.expired",
            Self::Closed => "grant.closed",
            Self::ContentErased { .. } => "grant.content_erased",
        }
    }
}

impl Grant {
    /// The role that its holder must hold: evaluator, or partner user.
    pub const fn role(&self) -> Role {
        if self.nomination.is_some() { Role::PartnerUser } else { Role::Evaluator }
    }

    /// Whether the person holds that role in the organization that the grant was given for.
    pub fn is_held_by(&self, person: &PersonFacts) -> bool {
        person.roles.contains(&self.role()) && person.organization == self.holder_organization
    }

    /// A partner's grant is known to the partner too.
    pub fn audience(&self) -> Audience {
        match self.side {
            Side::Partner => Audience::Partner(self.holder_organization),
            Side::Developer | Side::Government => Audience::Shared,
        }
    }
}

#[cfg(test)]
mod tests;
