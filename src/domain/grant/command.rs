//! Commands on a grant.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{
    action::commands,
    id::{AccountId, Kind},
    text::{Attested, Statement},
};

commands! {
    /// Commands on a grant.
    GrantCommand of Kind::Grant;
    /// Requests access for one person.
    "request" RequestGrant Under;
    /// Clears the person's prerequisites; the insider-risk officer's act.
    "clear-prerequisites" ClearPrerequisites No;
    /// Approves the grant; the developer's act.
    "approve" ApproveGrant No;
    /// Certifies that the person still needs access.
    "recertify" RecertifyGrant No;
    /// Suspends the grant at once.
    "suspend" SuspendGrant No;
    /// Lifts the suspension.
    "lift-suspension" LiftGrantSuspension No;
    /// Ends the grant at once.
    "revoke" RevokeGrant No;
}

/// Requests access for one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestGrant {
    /// Reference of the engagement (for an evaluator) or of the nomination (for a partner's user).
    pub under: String,
    /// The person who shall have access.
    pub holder: AccountId,
    /// Why this person needs access.
    pub need_to_know: Statement,
    /// Nothing entered here is classified.
    pub unclassified_attestation: Attested,
}

/// Clears prerequisites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClearPrerequisites {}

/// Approves the grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveGrant {}

/// Recertifies the grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecertifyGrant {}

/// Suspends the grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuspendGrant {}

/// Lifts the suspension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftGrantSuspension {}

/// Revokes the grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeGrant {}
