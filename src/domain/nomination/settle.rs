//! What time and other records bring to a nomination: the status becomes active, ends by its term, or lapses (D12).

use super::{
    Answer, Nomination, NominationEvent as Event, NominationStage as Stage,
    guard::framework,
    items::{has_user, open_since, unmet_agreements},
};
use crate::domain::{
    case::{Case, Facts},
    deadline::{self, DeadlineKind},
    framework::{DecisionRule, Framework},
    id::RecordId,
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
            if unmet_to_activate(case, id, framework(case, nomination, facts, from)?).is_empty() {
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

/// What stands between the partner and its active status (domain section 3.4).
fn unmet_to_activate(case: &Case, id: RecordId, framework: &Framework) -> Vec<Unmet> {
    let mut unmet = unmet_agreements(case, id, framework);
    if !has_user(case, id) {
        unmet.push(Unmet::NoUserReady);
    }
    if case.release().is_none_or(|(_, release)| release.state.first_partner_release().is_none()) {
        unmet.push(Unmet::PartnerReleaseNotRecorded);
    }
    unmet
}

/// D12 runs while an item waits for the partner's own act; waiting for others, and for the recorded partner release,
/// never lapses.
fn lapse(
    case: &Case,
    id: RecordId,
    nomination: &Nomination,
    facts: &Facts,
    from: Instant,
) -> Result<Option<(Instant, Event)>, Refusal> {
    let Some(since) = open_since(case, id, nomination) else { return Ok(None) };
    let at = task_end(case, nomination, (DeadlineKind::PartnerConditions, since), facts, from)?;
    Ok(Some((at.max(from), Event::Lapsed)))
}

/// Under the `notified` rule the task deadline decides: an objection that stands then is the government's no; without
/// one the developer's consent selects. The record says "no objection recorded", never concurrence (invariant 13). What
/// is objected later counts no more. Where nobody is assigned there is nobody to object: so a side knows the nomination
/// that does not know the reviewers, and nothing is foretold to it (see [`known_to`](crate::domain::case::known_to)).
fn notified(
    case: &Case,
    nomination: &Nomination,
    facts: &Facts,
    from: Instant,
) -> Result<Option<(Instant, Event)>, Refusal> {
    let rule = framework(case, nomination, facts, from)?.decision_rule;
    if rule != DecisionRule::Notified || nomination.reviewers.is_empty() {
        return Ok(None);
    }
    let ends = task_end(case, nomination, (DeadlineKind::PartnerConcurrence, nomination.since), facts, from)?;
    let mut votes = nomination.reviewers.values().filter_map(|reviewer| reviewer.vote.as_ref());
    if votes.any(|vote| vote.answer == Answer::No && vote.at < ends) {
        return Ok(Some((ends.max(from), Event::NotSelected)));
    }
    let consented = nomination.consent.as_ref().is_some_and(|consent| consent.answer == Answer::Yes);
    Ok(consented.then(|| (ends.max(from), Event::NoObjectionRecorded)))
}

fn task_end(
    case: &Case,
    nomination: &Nomination,
    (kind, start): (DeadlineKind, Instant),
    facts: &Facts,
    now: Instant,
) -> Result<Instant, Refusal> {
    let framework = framework(case, nomination, facts, now)?;
    let rule = framework.deadline(kind);
    Ok(deadline::due(&rule, start, framework.zone, facts.calendar(case)).due_at)
}
