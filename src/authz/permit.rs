//! The permit: a value that only `authz` can make and that every decision demands.

use crate::domain::{action::Action, actor::Actor};

/// Proof that `authz` allowed this actor this action.
#[derive(Clone, Debug)]
pub struct Permit {
    actor: Actor,
    action: Action,
}

impl Permit {
    /// Made by `authz` alone.
    pub(in crate::authz) const fn new(actor: Actor, action: Action) -> Self {
        Self { actor, action }
    }

    /// Made by tests of the rules, which stand behind the door.
    #[cfg(test)]
    pub(crate) const fn for_tests(actor: Actor, action: Action) -> Self {
        Self::new(actor, action)
    }

    /// Who may.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What.
    pub const fn action(&self) -> Action {
        self.action
    }
}
