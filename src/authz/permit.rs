//! The permit: proof that `authz` allowed an actor to do one thing. The domain's `decide` demands it, and nothing
//! outside `authz` can make one, so that no rule is reached without the question who may (architecture section 3).

use crate::domain::{action::Action, actor::Actor};

/// Proof that the actor may carry out the action on the record that was asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    actor: Actor,
    action: Action,
}

impl Permit {
    /// Made by a decision alone.
    pub(super) fn new(actor: &Actor, action: Action) -> Self {
        Self { actor: actor.clone(), action }
    }

    /// Made up for tests of the rules that a permit leads to.
    #[cfg(test)]
    pub(crate) fn for_tests(actor: Actor, action: Action) -> Self {
        Self { actor, action }
    }

    /// Who may.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What they may.
    pub const fn action(&self) -> Action {
        self.action
    }
}
