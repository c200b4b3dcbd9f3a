//! What must hold before an act on a nomination (domain section 3.4).

use super::{Answer, Guard, Nomination, NominationStage as Stage, WORKFLOW, quorum::possible_agencies};
use crate::domain::{
    action::Action,
    actor::{Actor, Role, Side},
    case::{Case, Facts},
    framework::{DecisionRule, Framework},
    id::RecordId,
    refusal::{Refusal, Unmet},
    suspension::suspend_again,
    time::Instant,
};

/// Whether the command is possible now, as far as that can be said without its body.
///
/// # Errors
/// [`Refusal::WrongStage`], [`Refusal::Unmet`], or a rule about the person.
pub fn available(
    case: &Case,
    id: RecordId,
    action: Action,
    actor: &Actor,
    facts: &Facts,
    now: Instant,
) -> Result<(), Refusal> {
    let nomination = state(case, id)?;
    let stage = nomination.stage.name();
    WORKFLOW.in_stage(stage, action.name)?;
    let framework = framework(case, nomination, facts, now)?;
    WORKFLOW.judge(stage, action.name, |guard| check(guard, nomination, actor, framework))
}

/// Judges one guard of the table.
fn check(guard: Guard, nomination: &Nomination, actor: &Actor, framework: &Framework) -> Result<(), Refusal> {
    let refused = match guard {
        Guard::NotApproached => nomination.is_approached().then_some(Refusal::AlreadyUnderWay),
        Guard::NotSigned => nomination.screening_nda.is_some().then_some(Refusal::AlreadySigned),
        Guard::Approached => return Refusal::unless_met(unmet_approach(nomination)),
        Guard::MayDisclose => return Refusal::unless_met(unmet_to_disclose(nomination)),
        Guard::CriteriaStated => return Refusal::unless_met(unmet_criteria(nomination, framework)),
        Guard::QuorumPossible => return Refusal::unless_met(unmet_quorum(nomination, framework)),
        // Under `notified` the government objects or is silent; it never concurs (invariant 13).
        Guard::JointRule => (framework.decision_rule == DecisionRule::Notified).then_some(Refusal::NotInFramework),
        Guard::NotNominator => nomination.proposed_by.is(actor.account).then_some(Refusal::OwnRequest),
        Guard::Answered => nomination.consent.is_none().then(|| Refusal::Unmet(vec![Unmet::NotAnswered])),
        Guard::ReconsiderationLeft => return reconsidered(nomination, actor.side, framework),
        Guard::OfficerNotHolding => return suspended_by(nomination, actor),
        Guard::HoldsSuspension => return lifted_by(nomination, actor),
        Guard::NominatingSide => (nomination.proposed_by.side != Some(actor.side)).then_some(Refusal::WrongSide),
        // Judged with the body or by time, or telling which of several transitions it is.
        Guard::EngagementStands
        | Guard::PartnerFits
        | Guard::ShownText
        | Guard::CriteriaKnown
        | Guard::ReviewerFits
        | Guard::BothKeys
        | Guard::NoQuorumLeft
        | Guard::KeyTurnedBack
        | Guard::NoObjection
        | Guard::Objection
        | Guard::TermAhead
        | Guard::PartnerReady
        | Guard::ItemsOverdue
        | Guard::HeldOnTop
        | Guard::TermOver => None,
    };
    refused.map_or(Ok(()), Err)
}

/// The nomination, or the refusal that there is none.
///
/// # Errors
/// [`Refusal::WrongStage`] with stage `none`.
pub fn state(case: &Case, id: RecordId) -> Result<&Nomination, Refusal> {
    let none = || Refusal::WrongStage { stage: "none", allowed: Vec::new() };
    case.nominations.get(&id).map(|entry| &entry.state).ok_or_else(none)
}

/// The framework version that the nomination's engagement is pinned to.
///
/// # Errors
/// [`Refusal::NoFramework`].
pub fn framework<'a>(
    case: &Case,
    nomination: &Nomination,
    facts: &'a Facts,
    now: Instant,
) -> Result<&'a Framework, Refusal> {
    let pinned = case.pinned(nomination.engagement);
    facts.pinned(pinned, now)
}

fn unmet_approach(nomination: &Nomination) -> Vec<Unmet> {
    (!nomination.is_approached()).then_some(Unmet::ApproachNotConsented).into_iter().collect()
}

/// Nothing is disclosed before the developer's consent and the partner's screening NDA (invariant 16).
fn unmet_to_disclose(nomination: &Nomination) -> Vec<Unmet> {
    let nda = nomination.screening_nda.is_none().then_some(Unmet::ScreeningNdaNotSigned);
    unmet_approach(nomination).into_iter().chain(nda).collect()
}

fn unmet_criteria(nomination: &Nomination, framework: &Framework) -> Vec<Unmet> {
    let missing = framework.criteria.iter().filter(|criterion| !nomination.criteria.contains_key(&criterion.key));
    missing.map(|criterion| Unmet::CriterionNotStated { criterion: criterion.key.clone() }).collect()
}

fn unmet_quorum(nomination: &Nomination, framework: &Framework) -> Vec<Unmet> {
    let short = possible_agencies(nomination) < framework.quorum;
    short.then_some(Unmet::QuorumNotReached).into_iter().collect()
}

/// One reconsideration a decline, by the side that declined.
fn reconsidered(nomination: &Nomination, side: Side, framework: &Framework) -> Result<(), Refusal> {
    let developer_declined = nomination.consent.as_ref().is_some_and(|consent| consent.answer == Answer::No);
    let used = match (developer_declined, side) {
        (true, Side::Developer) => nomination.reconsidered.developer,
        (false, Side::Government) => nomination.reconsidered.government,
        (true, Side::Government | Side::Partner) | (false, Side::Developer | Side::Partner) => {
            return Err(Refusal::WrongSide);
        }
    };
    if used >= framework.reconsiderations { Err(Refusal::ReconsiderationUsed) } else { Ok(()) }
}

fn lifted_by(nomination: &Nomination, actor: &Actor) -> Result<(), Refusal> {
    let Stage::Suspended { by, security, .. } = &nomination.stage else { return Ok(()) };
    let holds_key = if *security { actor.has(Role::InsiderRiskOfficer) } else { by.side == Some(actor.side) };
    if holds_key { Ok(()) } else { Err(Refusal::NotSuspendingSide) }
}

/// What is suspended already, only the insider-risk officer suspends, once.
fn suspended_by(nomination: &Nomination, actor: &Actor) -> Result<(), Refusal> {
    let Stage::Suspended { security, .. } = &nomination.stage else { return Ok(()) };
    suspend_again(*security, actor, nomination.stage.name(), &["active"])
}
