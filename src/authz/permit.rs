//! The permit: proof that `authz` allowed an actor to do one thing. The domain's `decide` demands it, and nothing
//! outside `authz` can make one, so that no rule is reached without the question who may (architecture section 3).

use crate::domain::{
    action::Action,
    actor::{Actor, By},
};

/// Proof that the actor may carry out the action on the record that was asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    actor: Actor,
    by: By,
    action: Action,
}

impl Permit {
    /// Made by a decision alone.
    pub(super) fn new(actor: &Actor, action: Action) -> Self {
        Self { actor: actor.clone(), by: By::from(actor), action }
    }

    /// The same, for an act that this person carries out on another one's delegation.
    pub(super) fn by_delegation(self, by: By) -> Self {
        Self { by, ..self }
    }

    /// Made up for tests of the rules that a permit leads to.
    #[cfg(test)]
    pub(crate) fn for_tests(actor: &Actor, action: Action) -> Self {
        Self::new(actor, action)
    }

    /// Who may, with the role that was delegated for this act.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Who it is in the record: with the own roles, and on whose delegation.
    pub const fn by(&self) -> &By {
        &self.by
    }

    /// What they may.
    pub const fn action(&self) -> Action {
        self.action
    }
}
