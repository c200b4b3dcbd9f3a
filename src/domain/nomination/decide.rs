//! Deciding commands on a nomination (domain section 3.4). Each side turns its own key; neither turns the other's.

use super::{
    Answer, AssignReviewer, BeginConditions, Concurrence, Nomination, NominationCommand as Command,
    NominationEvent as Event, NominationStage as Stage, ProposeNomination, StateCriteria, concurrence, concurring,
    guard::{available, framework, state},
    screening::sign,
};
use crate::{
    authz::permit::Permit,
    domain::{
        actor::{Actor, Role, Side},
        case::{Case, Event as Any, Facts, evolve_nomination},
        engagement::Engagement,
        framework::{DecisionRule, Framework},
        id::{Kind, RecordId, Subject},
        refusal::{FieldReason, Refusal},
        time::Instant,
    },
};

/// Decides a command on the nomination `id`; for `propose`, the id that the new one shall have.
///
/// # Errors
/// A [`Refusal`] that names what stands against it.
pub fn decide(
    case: &Case,
    id: RecordId,
    permit: &Permit,
    command: &Command,
    facts: &Facts,
    now: Instant,
) -> Result<Vec<(Subject, Any)>, Refusal> {
    let actor = permit.actor();
    if let Command::ProposeNomination(c) = command {
        return Ok(on(id, vec![propose(case, c, facts, now)?]));
    }
    available(case, id, command.action(), actor, facts, now)?;
    let nomination = state(case, id)?;
    let framework = framework(case, nomination, facts, now)?;
    let mut events = answer(nomination, actor, command, facts, framework, now)?;
    events.extend(consequence(nomination, &events, actor, framework.quorum, framework.decision_rule, now));
    Ok(on(id, events))
}

fn on(id: RecordId, events: Vec<Event>) -> Vec<(Subject, Any)> {
    events.into_iter().map(|event| (Subject::new(Kind::Nomination, id), Any::Nomination(event))).collect()
}

/// Whether a partner may be nominated under this engagement now.
///
/// # Errors
/// [`Refusal::WrongStage`] with the stages that allow it.
pub fn may_propose(engagement: &Engagement) -> Result<(), Refusal> {
    let stages = ["conditions", "ready", "window_scheduled", "window_open", "suspended", "close_out"];
    Refusal::unless_stage(engagement.stage.name(), &stages)
}

fn propose(case: &Case, command: &ProposeNomination, facts: &Facts, now: Instant) -> Result<Event, Refusal> {
    let engagement = case.resolve(Kind::Engagement, &command.engagement, "/engagement")?;
    let above = &case.engagements.get(&engagement).ok_or(Refusal::NotInFramework)?.state;
    may_propose(above)?;
    let partner = facts.organizations.get(&command.partner).filter(|organization| organization.side == Side::Partner);
    let partner = partner.ok_or(Refusal::field("/partner", FieldReason::NoSuchOrganization))?;
    let framework = facts.pinned(above.framework.as_deref(), now)?;
    if !framework.may_be_nominated(partner.party_kind.as_deref()) {
        return Err(Refusal::field("/partner", FieldReason::KindNotNominated));
    }
    let same = |n: &Nomination| n.engagement == engagement && n.partner == command.partner && !n.stage.is_terminal();
    if case.nominations.values().any(|entry| same(&entry.state)) {
        return Err(Refusal::AlreadyUnderWay);
    }
    Ok(Event::Proposed { developer: above.developer, engagement, partner: command.partner })
}

fn answer(
    nomination: &Nomination,
    actor: &Actor,
    command: &Command,
    facts: &Facts,
    framework: &Framework,
    now: Instant,
) -> Result<Vec<Event>, Refusal> {
    let reviewer = actor.account;
    let event = match command {
        Command::ProposeNomination(_) => return Ok(Vec::new()),
        Command::ConsentApproach(_) => Event::ApproachConsented,
        Command::SignScreeningNda(c) => sign(framework, actor, c)?,
        Command::DiscloseNomination(_) => Event::Disclosed,
        Command::BeginScreening(_) => Event::ScreeningBegun,
        Command::StateCriteria(c) => criteria(framework, c)?,
        Command::BeginVetting(_) => Event::VettingBegun,
        Command::AssignReviewer(c) => assign(nomination, c, facts)?,
        Command::RecuseReviewer(_) => Event::Recused { reviewer },
        Command::OpenDecision(_) => Event::DecisionOpened,
        Command::ConsentNomination(_) => Event::DeveloperAnswered { answer: Answer::Yes },
        Command::DeclineNomination(_) => Event::DeveloperAnswered { answer: Answer::No },
        Command::RevokeConsent(_) => Event::ConsentRevoked,
        Command::ConcurNomination(_) => Event::Voted { reviewer, answer: Answer::Yes },
        Command::DeclineConcurrence(_) => Event::Voted { reviewer, answer: Answer::No },
        Command::RevokeVote(_) => Event::VoteRevoked { reviewer },
        Command::ReconsiderNomination(_) => Event::Reconsidered { developer_side: actor.side == Side::Developer },
        Command::BeginConditions(c) => begin_conditions(c, now)?,
        Command::SuspendNomination(_) => Event::Suspended { security: actor.has(Role::InsiderRiskOfficer) },
        Command::LiftNominationSuspension(_) => {
            let held = matches!(nomination.stage, Stage::Suspended { security: true, over: true, .. });
            if held { Event::SecurityCleared } else { Event::SuspensionLifted }
        }
        Command::RevokeNomination(_) => Event::Revoked,
        Command::WithdrawNomination(_) => Event::Withdrawn,
    };
    Ok(vec![event])
}

/// Statements on criteria of the pinned framework version alone.
fn criteria(framework: &Framework, command: &StateCriteria) -> Result<Event, Refusal> {
    let known = |key: &String| framework.criteria.iter().any(|criterion| criterion.key == *key);
    if !command.criteria.keys().all(known) {
        return Err(Refusal::NotInFramework);
    }
    Ok(Event::CriteriaStated { criteria: command.criteria.clone() })
}

/// A reviewer comes from an agency that owns the framework, and is not the nominator (domain section 2, conflicts).
fn assign(nomination: &Nomination, command: &AssignReviewer, facts: &Facts) -> Result<Event, Refusal> {
    let known = facts.people.get(&command.reviewer).filter(|p| p.active && p.roles.contains(&Role::Reviewer));
    let known = known.ok_or(Refusal::field("/reviewer", FieldReason::NoSuchAccount))?;
    if !facts.organizations.get(&known.organization).is_some_and(|organization| organization.is_framework_owner) {
        return Err(Refusal::field("/reviewer", FieldReason::NotAFrameworkOwner));
    }
    if nomination.proposed_by.is(command.reviewer) {
        return Err(Refusal::OwnRequest);
    }
    if nomination.reviewers.contains_key(&command.reviewer) {
        return Err(Refusal::field("/reviewer", FieldReason::AlreadyListed));
    }
    Ok(Event::ReviewerAssigned { reviewer: command.reviewer, agency: known.organization })
}

fn begin_conditions(command: &BeginConditions, now: Instant) -> Result<Event, Refusal> {
    if command.term_ends_at <= now {
        return Err(Refusal::field("/term_ends_at", FieldReason::InPast));
    }
    Ok(Event::ConditionsPrecedentBegun { term_ends_at: command.term_ends_at })
}

/// What the keys say after the events: selected when both are yes, not selected when one is a final no, and back to
/// decision when a key was turned back before the status was active (invariant 13).
#[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
fn consequence(
    before: &Nomination,
    events: &[Event],
    actor: &Actor,
    quorum: u32,
    rule: DecisionRule,
    now: Instant,
) -> Option<Event> {
    let after = events.iter().fold(before.clone(), |n, event| evolve_nomination(n, event, actor, now));
    let consent = after.consent.as_ref().map(|consent| consent.answer);
    let government = concurrence(&after, quorum);
    // What was decided under an earlier framework version stands: only a vote that is gone takes a selection back.
    let fewer = concurring(&after) < concurring(before);
    let joint = rule == DecisionRule::Joint;
    match after.stage {
        Stage::Decision if consent == Some(Answer::No) => Some(Event::NotSelected),
        // Under `notified` an objection may be taken back until the task deadline, which decides.
        Stage::Decision if joint && government == Concurrence::No => Some(Event::NotSelected),
        Stage::Decision if consent == Some(Answer::Yes) && government == Concurrence::Yes && joint => {
            Some(Event::Selected)
        }
        Stage::Selected | Stage::ConditionsPrecedent
            if consent != Some(Answer::Yes) || (joint && fewer && government != Concurrence::Yes) =>
        {
            Some(Event::ReturnedToDecision)
        }
        _ => None,
    }
}
