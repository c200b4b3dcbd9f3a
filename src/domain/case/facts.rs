//! Facts from outside the case that a decision needs.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::super::{
    actor::{Role, Side},
    deadline::Calendar,
    document::DocumentLimits,
    framework::Framework,
    id::{AccountId, OrganizationId},
    refusal::Refusal,
    time::Instant,
};

/// What is known of a person whom a command or a grant names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonFacts {
    /// The person's organization.
    pub organization: OrganizationId,
    /// The person's side.
    pub side: Side,
    /// The person's confirmed roles.
    pub roles: BTreeSet<Role>,
    /// Whether the account may sign in.
    pub active: bool,
    /// Whether a second factor is confirmed.
    pub second_factor: bool,
    /// When each role that the person held and holds no more ended last.
    pub left: BTreeMap<Role, Instant>,
}

/// What is known of an organization that a command names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrganizationFacts {
    /// Its side.
    pub side: Side,
    /// Whether it is an agency that owns the framework with others (domain section 2, FO): Treasury, NSA, CISA.
    pub is_framework_owner: bool,
}

/// Facts from outside the case.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Every framework version, oldest first.
    pub frameworks: Arc<Vec<Framework>>,
    /// The calendar of working days.
    pub calendar: Arc<Calendar>,
    /// People by account.
    pub people: BTreeMap<AccountId, PersonFacts>,
    /// Organizations by id.
    pub organizations: BTreeMap<OrganizationId, OrganizationFacts>,
    /// How large documents may be, and how much an organization may leave in a case.
    pub documents: DocumentLimits,
}

impl Facts {
    /// The version with this id.
    ///
    /// # Errors
    /// [`Refusal::NoFramework`] if it is not among the known ones.
    pub fn framework(&self, id: &str) -> Result<&Framework, Refusal> {
        self.frameworks.iter().find(|framework| framework.id == id).ok_or(Refusal::NoFramework)
    }

    /// The version in force at an instant: the one that a proposal made then pins (domain section 10).
    ///
    /// # Errors
    /// [`Refusal::NoFramework`] if none is in force yet.
    pub fn framework_at(&self, at: Instant) -> Result<&Framework, Refusal> {
        Framework::applies_to(&self.frameworks, at).ok_or(Refusal::NoFramework)
    }

    /// The version pinned by an engagement, or the one in force while it is a draft.
    ///
    /// # Errors
    /// [`Refusal::NoFramework`].
    pub fn pinned(&self, pinned: Option<&str>, now: Instant) -> Result<&Framework, Refusal> {
        pinned.map_or_else(|| self.framework_at(now), |id| self.framework(id))
    }
}
