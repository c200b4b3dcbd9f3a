//! Delegated acts (domain section 3.2): for an act that the authorized official delegated, and for that act alone, a
//! liaison counts as an official too. The policies and the domain then see one actor, and neither knows of delegation.

use std::borrow::Cow;

use super::{Denial, Engine, Permit, Resource, decide};
use crate::domain::{
    action::Action,
    actor::{Actor, By, Role, Side},
    case::{Case, Facts},
    id::{AccountId, Kind, Subject},
    time::Instant,
};

/// An actor as it counts for one act.
#[derive(Clone, Debug)]
pub struct Acting<'a> {
    own: &'a Actor,
    counted: Cow<'a, Actor>,
    delegated_by: Option<AccountId>,
}

impl<'a> Acting<'a> {
    /// The actor as it counts for this act on this record now.
    pub fn of(actor: &'a Actor, case: &Case, on: Subject, action: Action, facts: &Facts, now: Instant) -> Self {
        let by = delegated(actor, case, on, action, facts, now);
        let counted = match by {
            Some(_) => {
                let mut counted = actor.clone();
                counted.roles.insert(Role::DeveloperOfficial);
                Cow::Owned(counted)
            }
            None => Cow::Borrowed(actor),
        };
        Self { own: actor, counted, delegated_by: by }
    }

    /// The actor with the role that was delegated for the act.
    pub fn actor(&self) -> &Actor {
        &self.counted
    }

    /// Whether the act is another one's, and delegated.
    pub const fn is_delegated(&self) -> bool {
        self.delegated_by.is_some()
    }

    /// As [`decide()`], for the actor as it counts.
    ///
    /// # Errors
    /// As [`decide()`].
    pub fn decide(&self, engine: &Engine, action: Action, resource: &Resource) -> Result<Permit, Denial> {
        let permit = decide(engine, &self.counted, action, resource)?;
        Ok(match self.delegated_by {
            Some(_) => permit.by_delegation(By { delegated_by: self.delegated_by, ..By::from(self.own) }),
            None => permit,
        })
    }
}

/// Who delegated the act to the actor. An official needs no delegation; nobody decides by delegation on a nomination of
/// their own (invariant 11).
fn delegated(
    actor: &Actor,
    case: &Case,
    on: Subject,
    action: Action,
    facts: &Facts,
    now: Instant,
) -> Option<AccountId> {
    let is_liaison = actor.side == Side::Developer && actor.has(Role::DeveloperLiaison);
    let nominated = case.nominations.get(&on.id).filter(|_| on.kind == Kind::Nomination);
    let own = nominated.is_some_and(|entry| entry.state.proposed_by.is(actor.account));
    if !is_liaison || actor.has(Role::DeveloperOfficial) || own {
        return None;
    }
    let release = &case.release()?.1.state;
    let given = release.delegation(actor.account, action, facts, now)?;
    (release.developer == actor.organization).then_some(given.by)
}
