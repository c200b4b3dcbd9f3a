//! What a partner's status needs besides the recorded release: agreements in force and a cleared person; and which of
//! that waits for the partner's own act, so that nobody else's delay makes it lapse (domain section 5, D12).

use std::collections::BTreeSet;

use super::Nomination;
use crate::domain::{
    actor::Side,
    case::Case,
    condition::{Condition, ConditionStage, is_ahead_of_time, unsatisfied},
    framework::Framework,
    grant::{Grant, GrantStage},
    id::{Kind, RecordId, Subject},
    refusal::Unmet,
    time::Instant,
};

/// Agreements that stand between the partner and its status: required ones that are neither in force nor waived, and
/// those that the framework version needs of partners and that are not in force, attached or not.
pub fn unmet_agreements(case: &Case, id: RecordId, framework: &Framework) -> Vec<Unmet> {
    let own = Subject::new(Kind::Nomination, id);
    let waiting = unsatisfied(case, own);
    let waiting = waiting.map(|c| Unmet::ConditionNotInForce { condition: c.reference.clone() });
    let in_force = case.conditions_of(own).filter(|(_, c)| c.state.stage == ConditionStage::InForce);
    let in_force: BTreeSet<&str> = in_force.map(|(_, c)| c.state.template.as_str()).collect();
    let missing = framework.needed(Side::Partner).filter(|template| !in_force.contains(template.key.as_str()));
    let missing = missing.map(|template| Unmet::AgreementNotInForce { template: template.key.clone() });
    waiting.chain(missing).collect()
}

/// Whether a person's prerequisites are cleared, so that somebody could use the status.
pub(super) fn has_user(case: &Case, id: RecordId) -> bool {
    let ready = |grant: &Grant| matches!(grant.stage, GrantStage::Prerequisites | GrantStage::Approved);
    grants(case, id).any(ready)
}

fn grants(case: &Case, id: RecordId) -> impl Iterator<Item = &Grant> {
    case.grants.values().map(|entry| &entry.state).filter(move |grant| grant.nomination == Some(id))
}

/// Since when the longest open item waits for the partner's own act; none while everything waits for others or for the
/// recorded release. Each item has its own clock, which starts anew whenever it becomes the partner's turn.
pub fn open_since(case: &Case, id: RecordId, nomination: &Nomination) -> Option<Instant> {
    let own = case.conditions_of(Subject::new(Kind::Nomination, id));
    // A renewal of what is in force keeps nobody waiting.
    let awaited = |c: &Condition| c.required && !is_ahead_of_time(case, c);
    let texts = own.filter(|(_, c)| awaited(&c.state)).filter_map(|(_, c)| text_since(&c.state));
    let person = person_since(case, id);
    // What was the partner's turn before the conditions precedent is its own item only from then on.
    texts.chain(person).map(|since| since.max(nomination.since)).min()
}

/// The partner's turn on a text, or its signature.
fn text_since(condition: &Condition) -> Option<Instant> {
    if condition.stage == ConditionStage::Agreed && !condition.is_signed_by(Side::Partner) {
        return Some(condition.since);
    }
    condition.turn().filter(|(side, _)| *side == Side::Partner).map(|(_, since)| since)
}

/// The contact requests a grant for somebody, and that person attests; the rest is others' to do.
fn person_since(case: &Case, id: RecordId) -> Option<Instant> {
    let mut open = grants(case, id).filter(|grant| !grant.stage.is_terminal()).peekable();
    if open.peek().is_none() {
        let ended = grants(case, id).map(|grant| grant.since).max();
        return Some(ended.unwrap_or(Instant::MIN_UTC));
    }
    let mut since: Option<Instant> = None;
    for grant in open {
        let attested = case.person(grant.holder).is_some_and(|person| person.attested_at.is_some());
        if attested || grant.stage != GrantStage::Requested {
            return None;
        }
        since = Some(since.map_or(grant.requested_at, |since| since.min(grant.requested_at)));
    }
    since
}
