//! Deciding commands on a hand-off; each answers a row of the table in the rules, section 9.

use chrono::NaiveDate;

use super::{
    Embargo, Guard, Handoff, HandoffCommand as Command, HandoffEvent as Event, RecordHandoff, RecordedFacts, Tlp,
    WORKFLOW,
    claim::{CLAIMS_AT_MOST, matching, registered},
};
use crate::{
    authz::permit::Permit,
    domain::{
        action::Action,
        actor::{Actor, Side},
        case::{Case, Event as Any, Facts},
        engagement::Engagement,
        id::{Kind, RecordId, Subject},
        refusal::{FieldReason, Refusal, Unmet},
        text::ExternalReference,
        time::{Instant, local_date},
    },
};

/// What a command brings about, in order.
type Drafts = Vec<(Subject, Any)>;

/// Whether the command is possible now, as far as that can be said without its body.
///
/// # Errors
/// [`Refusal::WrongStage`], [`Refusal::WrongSide`], [`Refusal::AlreadyUnderWay`] or [`Refusal::Unmet`].
pub fn available(case: &Case, id: RecordId, action: Action, actor: &Actor) -> Result<(), Refusal> {
    let handoff = state(case, id)?;
    WORKFLOW.judge(handoff.stage.name(), action.name, |guard| check(guard, case, handoff, actor))
}

/// Judges one guard of the table.
fn check(guard: Guard, case: &Case, handoff: &Handoff, actor: &Actor) -> Result<(), Refusal> {
    let once = |done: bool| if done { Err(Refusal::AlreadyUnderWay) } else { Ok(()) };
    let claimed = handoff.claims.contains_key(&actor.side);
    match guard {
        Guard::NotAcknowledged => once(handoff.acknowledged.is_some()),
        Guard::ClearinghouseSilent => once(handoff.clearinghouse.is_some()),
        Guard::RecordingSide => unless_recording_side(handoff, actor),
        Guard::NoClaimYet => once(claimed),
        Guard::ClaimLeft if registered(case, handoff.engagement, actor.side) >= CLAIMS_AT_MOST => {
            Err(Refusal::Unmet(vec![Unmet::NoClaimLeft]))
        }
        Guard::ClaimRegistered if !claimed => Err(Refusal::Unmet(vec![Unmet::ClaimNotRegistered])),
        Guard::ClaimLeft
        | Guard::ClaimRegistered
        // Judged with the body.
        | Guard::WindowOpened
        | Guard::NewFinding
        | Guard::DateFits
        | Guard::Changed
        | Guard::MayLower => Ok(()),
    }
}

fn unless_recording_side(handoff: &Handoff, actor: &Actor) -> Result<(), Refusal> {
    if handoff.recorded_by.side == Some(actor.side) { Ok(()) } else { Err(Refusal::WrongSide) }
}

fn state(case: &Case, id: RecordId) -> Result<&Handoff, Refusal> {
    let none = || Refusal::WrongStage { stage: "none", allowed: Vec::new() };
    case.handoffs.get(&id).map(|entry| &entry.state).ok_or_else(none)
}

/// Decides a command on the hand-off `id`; for `record`, the id that the new one shall have.
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
) -> Result<Drafts, Refusal> {
    let actor = permit.actor();
    if let Command::RecordHandoff(c) = command {
        return record(case, id, c, now);
    }
    available(case, id, command.action(), actor)?;
    let handoff = state(case, id)?;
    let today = || today(case, handoff, facts, now);
    let event = match command {
        Command::RecordHandoff(_) => return Ok(Vec::new()),
        Command::DeliverHandoff(c) => {
            not_after(c.delivered_on, today()?, "/delivered_on")?;
            Event::Delivered { on: c.delivered_on, case_id: c.case_id.clone() }
        }
        Command::StateCaseId(c) => {
            unless_same(handoff.case_id.as_ref() == Some(&c.case_id), "/case_id")?;
            Event::CaseIdStated { case_id: c.case_id.clone() }
        }
        Command::AcknowledgeHandoff(c) => {
            let (on, reference) = received(handoff, c.acknowledged_on, &c.reference, today()?)?;
            Event::Acknowledged { on, reference }
        }
        Command::RecordAcknowledgement(c) => {
            let (on, reference) = received(handoff, c.acknowledged_on, &c.reference, today()?)?;
            Event::ClearinghouseAcknowledged { on, reference }
        }
        Command::ChangeTlp(c) => change_tlp(handoff, actor, c.tlp)?,
        Command::ChangeEmbargo(c) => change_embargo(handoff, actor, c.embargo, now)?,
        Command::RecordOutcome(c) => {
            unless_same(handoff.outcome == Some(c.outcome), "/outcome")?;
            Event::OutcomeRecorded { outcome: c.outcome }
        }
        Command::RegisterClaim(c) => Event::ClaimRegistered { side: actor.side, hash: c.claim.clone() },
        Command::Deconflict(_) => return Ok(deconflict(case, id, handoff, actor.side)),
        Command::CloseHandoff(_) => Event::Closed,
        Command::WithdrawHandoff(_) => Event::Withdrawn,
    };
    Ok(vec![on(id, event)])
}

const fn on(id: RecordId, event: Event) -> (Subject, Any) {
    (Subject::new(Kind::Handoff, id), Any::Handoff(event))
}

/// Only access surfaces something: the window must have opened, and may be over.
///
/// # Errors
/// [`Refusal::Unmet`].
pub fn may_record(engagement: &Engagement) -> Result<(), Refusal> {
    let never = engagement.window.is_none().then_some(Unmet::WindowNotOpen);
    Refusal::unless_met(never.into_iter().collect())
}

fn record(case: &Case, id: RecordId, command: &RecordHandoff, now: Instant) -> Result<Drafts, Refusal> {
    let above = case.resolve(Kind::Engagement, &command.engagement, "/engagement")?;
    let engagement = case.engagements.get(&above).map(|entry| &entry.state);
    let engagement = engagement.ok_or(Refusal::field("/engagement", FieldReason::NoSuchRecord))?;
    may_record(engagement)?;
    let same = |h: &Handoff| h.engagement == above && h.finding == command.finding && !h.stage.is_terminal();
    if case.handoffs.values().any(|entry| same(&entry.state)) {
        return Err(Refusal::field("/finding", FieldReason::AlreadyListed));
    }
    if command.embargo.is_some_and(|embargo| embargo.ends_at <= now) {
        return Err(Refusal::field("/embargo/ends_at", FieldReason::InPast));
    }
    let handoff = RecordedFacts {
        developer: engagement.developer,
        engagement: above,
        finding: command.finding.clone(),
        channel: command.channel,
        tlp: command.tlp,
        embargo: command.embargo,
    };
    Ok(vec![on(id, Event::Recorded { handoff: Box::new(handoff) })])
}

/// The date in the zone of the engagement's framework version.
fn today(case: &Case, handoff: &Handoff, facts: &Facts, now: Instant) -> Result<NaiveDate, Refusal> {
    let pinned = case.pinned(handoff.engagement);
    Ok(local_date(now, facts.pinned(pinned, now)?.zone))
}

fn not_after(given: NaiveDate, today: NaiveDate, pointer: &'static str) -> Result<(), Refusal> {
    if given > today { Err(Refusal::field(pointer, FieldReason::InFuture)) } else { Ok(()) }
}

fn unless_same(same: bool, pointer: &'static str) -> Result<(), Refusal> {
    if same { Err(Refusal::field(pointer, FieldReason::Unchanged)) } else { Ok(()) }
}

/// Nothing is acknowledged before it was delivered.
fn received(
    handoff: &Handoff,
    on: NaiveDate,
    reference: &ExternalReference,
    today: NaiveDate,
) -> Result<(NaiveDate, ExternalReference), Refusal> {
    not_after(on, today, "/acknowledged_on")?;
    if handoff.delivered_on.is_some_and(|delivered| on < delivered) {
        return Err(Refusal::field("/acknowledged_on", FieldReason::EndBeforeStart));
    }
    Ok((on, reference.clone()))
}

/// Raising protects and is open to either side; lowering takes the side whose finding it is.
fn change_tlp(handoff: &Handoff, actor: &Actor, tlp: Tlp) -> Result<Event, Refusal> {
    unless_same(tlp == handoff.tlp, "/tlp")?;
    if tlp < handoff.tlp {
        unless_recording_side(handoff, actor)?;
    }
    Ok(Event::TlpChanged { tlp })
}

/// As with the marking: prolonging is open to either side, shortening and lifting take the side whose finding it is.
fn change_embargo(handoff: &Handoff, actor: &Actor, embargo: Option<Embargo>, now: Instant) -> Result<Event, Refusal> {
    unless_same(embargo == handoff.embargo, "/embargo")?;
    if embargo.is_some_and(|embargo| embargo.ends_at <= now) {
        return Err(Refusal::field("/embargo/ends_at", FieldReason::InPast));
    }
    let end = |embargo: Option<Embargo>| embargo.map(|embargo| embargo.ends_at);
    if end(embargo) < end(handoff.embargo) {
        unless_recording_side(handoff, actor)?;
    }
    Ok(Event::EmbargoChanged { embargo })
}

/// Both sides learn of a match, each on its own record: nobody finds out unseen what the other side knows.
fn deconflict(case: &Case, id: RecordId, handoff: &Handoff, side: Side) -> Drafts {
    let found = matching(case, handoff, side);
    let compared = on(id, Event::ClaimCompared { side, matched: !found.is_empty() });
    let told = found.into_iter().filter(|(other, of)| {
        let claim = case.handoffs.get(other).and_then(|entry| entry.state.claims.get(of));
        claim.is_some_and(|claim| claim.matched_at.is_none())
    });
    let told: Drafts = told.map(|(other, side)| on(other, Event::ClaimMatched { side })).collect();
    [compared].into_iter().chain(told).collect()
}
