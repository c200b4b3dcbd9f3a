//! What time and other records bring to a nomination: the status becomes active, ends by its term, or lapses (D12).

use super::{Answer, Nomination, NominationEvent as Event, NominationStage as Stage, guard::framework};
use crate::domain::{
    case::{Case, Facts},
    deadline::{self, DeadlineKind},
    framework::DecisionRule,
    grant::GrantStage,
    id::{Kind, RecordId, Subject},
    refusal::{Refusal, Unmet},
    time::Instant,
};

/// The next thing that time brings, and when: `from` or later.
///
/// # Errors
/// [`Refusal::NoFramework`] if the pinned version is not known.
#[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
pub fn due(case: &Case, id: RecordId, facts: &Facts, from: Instant) -> Result<Option<(Instant, Event)>, Refusal> {
    let Some(nomination) = case.nominations.get(&id).map(|entry| &entry.state) else { return Ok(None) };
    Ok(match nomination.stage {
        Stage::ConditionsPrecedent => {
            if unmet_to_activate(case, id).is_empty() {
                Some((from, Event::Activated))
            } else {
                lapse(case, id, nomination, facts, from)?
            }
        }
        Stage::Active | Stage::Suspended { .. } => nomination.term_ends_at.map(|ends| (ends.max(from), Event::Expired)),
        Stage::Decision => notified(case, nomination, facts, from)?,
        _ => None,
    })
}

/// The partner's own items: its agreements in force, and at least one person cleared.
fn unmet_by_partner(case: &Case, id: RecordId) -> Vec<Unmet> {
    let own = Subject::new(Kind::Nomination, id);
    let waiting = case.conditions_of(own).filter(|(_, c)| c.state.required && !c.state.is_satisfied());
    let mut unmet: Vec<Unmet> =
        waiting.map(|(_, c)| Unmet::ConditionNotInForce { condition: c.reference.clone() }).collect();
    let ready = |stage: &GrantStage| matches!(stage, GrantStage::Prerequisites | GrantStage::Approved);
    if !case.grants.values().any(|g| g.state.nomination == Some(id) && ready(&g.state.stage)) {
        unmet.push(Unmet::NoUserReady);
    }
    if case.conditions_of(own).next().is_none() {
        unmet.push(Unmet::WaitingOnTheOtherSide);
    }
    unmet
}

/// What stands between the partner and its active status.
pub fn unmet_to_activate(case: &Case, id: RecordId) -> Vec<Unmet> {
    let mut unmet = unmet_by_partner(case, id);
    if case.release().is_none_or(|(_, release)| release.state.first_partner_release().is_none()) {
        unmet.push(Unmet::PartnerReleaseNotRecorded);
    }
    unmet
}

/// D12 runs on the partner's own items; waiting for the recorded partner release never lapses.
fn lapse(
    case: &Case,
    id: RecordId,
    nomination: &Nomination,
    facts: &Facts,
    from: Instant,
) -> Result<Option<(Instant, Event)>, Refusal> {
    if unmet_by_partner(case, id).is_empty() {
        return Ok(None);
    }
    let at = task_end(case, nomination, DeadlineKind::PartnerConditions, facts, from)?;
    Ok(Some((at.max(from), Event::Lapsed)))
}

/// Under the `notified` rule the developer's consent and the absence of an objection select, when the task deadline
/// has passed. The record says "no objection recorded", never concurrence.
fn notified(
    case: &Case,
    nomination: &Nomination,
    facts: &Facts,
    from: Instant,
) -> Result<Option<(Instant, Event)>, Refusal> {
    let rule = framework(case, nomination, facts, from)?.decision_rule;
    let consented = nomination.consent.as_ref().is_some_and(|consent| consent.answer == Answer::Yes);
    let objected = nomination
        .reviewers
        .values()
        .any(|reviewer| reviewer.vote.as_ref().is_some_and(|vote| vote.answer == Answer::No));
    if rule != DecisionRule::Notified || !consented || objected {
        return Ok(None);
    }
    let at = task_end(case, nomination, DeadlineKind::PartnerConcurrence, facts, from)?;
    Ok(Some((at.max(from), Event::Selected)))
}

fn task_end(
    case: &Case,
    nomination: &Nomination,
    kind: DeadlineKind,
    facts: &Facts,
    now: Instant,
) -> Result<Instant, Refusal> {
    let framework = framework(case, nomination, facts, now)?;
    let rule = framework.deadline(kind);
    Ok(deadline::due(&rule, nomination.since, framework.zone, &facts.calendar).due_at)
}
