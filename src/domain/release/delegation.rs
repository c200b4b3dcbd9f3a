//! Delegation: the authorized official lets a liaison of the own organization carry out named acts for a time, for the
//! records of one release (domain section 3.2, "DA may delegate any act except signature to named DLs").

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Delegate, EndDelegation, Release, ReleaseEvent as Event};
use crate::domain::{
    action::Action,
    actor::{Actor, Role},
    case::Facts,
    id::AccountId,
    refusal::{FieldReason, Refusal},
    time::{Instant, plus},
};

/// The acts of the authorized official that may be delegated. Not among them: signing, which nobody does for another;
/// delegating itself; and what every liaison may do anyway. A test in `authz` holds the list to the policies.
pub const DELEGABLE: [&str; 28] = [
    "release.set-planned-release",
    "release.record-assessment-use",
    "engagement.propose",
    "engagement.merge-releases",
    "engagement.schedule-window",
    "engagement.open-window",
    "engagement.resume-window",
    "engagement.lower-end",
    "engagement.extend-window",
    "engagement.close-window",
    "engagement.migrate-framework",
    "engagement.accept-offer",
    "engagement.retract-offer",
    "engagement.reopen",
    "engagement.withdraw",
    "engagement.record-release",
    "condition.waive",
    "condition.cure-breach",
    "nomination.consent-approach",
    "nomination.consent",
    "nomination.decline",
    "nomination.revoke-consent",
    "nomination.reconsider",
    "nomination.revoke",
    "grant.approve",
    "grant.recertify",
    "foia_request.object",
    "foia_request.no-objection",
];

/// The longest delegation.
const LONGEST: TimeDelta = TimeDelta::days(365);

/// Acts of the authorized official that a liaison carries out for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Delegation {
    /// The liaison.
    pub delegate: AccountId,
    /// The official who delegated.
    pub by: AccountId,
    /// The acts, such as `grant.recertify`.
    pub acts: BTreeSet<String>,
    /// From this instant on it is over.
    pub until: DateTime<Utc>,
}

impl Release {
    /// The delegation on which this account may carry out the act now. It is void while the official who gave it does
    /// not hold the role, or cannot sign in.
    pub fn delegation(&self, account: AccountId, action: Action, facts: &Facts, now: Instant) -> Option<&Delegation> {
        let stands = |by: AccountId| {
            facts.people.get(&by).is_some_and(|official| {
                official.active
                    && official.organization == self.developer
                    && official.roles.contains(&Role::DeveloperOfficial)
            })
        };
        let name = action.to_string();
        self.delegations.iter().find(|delegation| {
            delegation.delegate == account
                && delegation.acts.contains(&name)
                && now < delegation.until
                && stands(delegation.by)
        })
    }
}

/// `delegate`: to an active liaison of the own organization, acts that can be delegated, for 365 days at most.
pub(super) fn delegate(
    release: &Release,
    actor: &Actor,
    command: &Delegate,
    facts: &Facts,
    now: Instant,
) -> Result<Event, Refusal> {
    let liaison = facts.people.get(&command.delegate).filter(|person| {
        person.active && person.organization == release.developer && person.roles.contains(&Role::DeveloperLiaison)
    });
    if liaison.is_none() {
        return Err(Refusal::field("/delegate", FieldReason::NoSuchAccount));
    }
    if command.delegate == actor.account {
        return Err(Refusal::field("/delegate", FieldReason::SamePerson));
    }
    if command.acts.is_empty() {
        return Err(Refusal::field("/acts", FieldReason::OneNeeded));
    }
    if command.acts.iter().any(|act| !DELEGABLE.contains(&act.as_str())) {
        return Err(Refusal::field("/acts", FieldReason::NotDelegable));
    }
    if command.until <= now {
        return Err(Refusal::field("/until", FieldReason::InPast));
    }
    if command.until > plus(now, LONGEST) {
        return Err(Refusal::field("/until", FieldReason::TooFarAhead));
    }
    let (delegate, acts, until) = (command.delegate, command.acts.clone(), command.until);
    Ok(Event::Delegated { delegation: Delegation { delegate, by: actor.account, acts, until } })
}

/// Whether a delegation is in force that the actor may end.
pub(super) fn any_to_end(release: &Release, actor: &Actor, now: Instant) -> bool {
    let own = |delegation: &Delegation| actor.has(Role::DeveloperOfficial) || delegation.delegate == actor.account;
    release.delegations.iter().any(|delegation| now < delegation.until && own(delegation))
}

/// `end-delegation`: by an official, or by the liaison itself.
pub(super) fn end(release: &Release, actor: &Actor, command: &EndDelegation) -> Result<Event, Refusal> {
    if !actor.has(Role::DeveloperOfficial) && command.delegate != actor.account {
        return Err(Refusal::field("/delegate", FieldReason::OfficialOnly));
    }
    if !release.delegations.iter().any(|delegation| delegation.delegate == command.delegate) {
        return Err(Refusal::field("/delegate", FieldReason::NoSuchRecord));
    }
    Ok(Event::DelegationEnded { delegate: command.delegate })
}
