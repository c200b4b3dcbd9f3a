//! Deciding commands on a request under the Freedom of Information Act (domain section 7).

use chrono::NaiveDate;

use super::{
    Decision, DecisionKind, FoiaCommand as Command, FoiaEvent as Event, FoiaOutcome as Outcome, FoiaRequest,
    FoiaStage as Stage, Guard, LogFoiaRequest, WORKFLOW, settle::clock,
};
use crate::{
    authz::permit::Permit,
    domain::{
        action::Action,
        case::{Case, Event as Any, Facts},
        deadline::DeadlineKind,
        id::{Kind, RecordId, Subject},
        refusal::{FieldReason, Refusal, Unmet},
        time::{Instant, local_date, start_of_day},
    },
};

/// Whether the command is possible now, as far as that can be said without its body.
///
/// # Errors
/// [`Refusal::WrongStage`] or [`Refusal::Unmet`].
pub fn available(case: &Case, id: RecordId, action: Action, facts: &Facts, now: Instant) -> Result<(), Refusal> {
    let stage = case.foia_requests.get(&id).map_or("none", |entry| entry.state.stage.name());
    WORKFLOW.judge(stage, action.name, |guard| check(guard, case, state(case, id)?, facts, now))
}

/// Judges one guard of the table.
fn check(guard: Guard, case: &Case, request: &FoiaRequest, facts: &Facts, now: Instant) -> Result<(), Refusal> {
    match guard {
        Guard::Responsive if request.responsive != Some(true) => missing(Unmet::NoResponsiveRecords),
        Guard::NoticeOpen if request.undelivered().is_none() => missing(Unmet::NothingToDeliver),
        Guard::Discloses if !discloses(request) => missing(Unmet::NoDecisionToDisclose),
        Guard::MayNotify => Refusal::unless_met(unmet_to_notify(case, request, facts, now)?),
        Guard::Responsive
        | Guard::NoticeOpen
        | Guard::Discloses
        // Judged with the body, or by time.
        | Guard::AgencyHost
        | Guard::NotAhead
        | Guard::PeriodOver
        | Guard::NoticeInTime
        | Guard::OutcomeFits => Ok(()),
    }
}

fn missing(fact: Unmet) -> Result<(), Refusal> {
    Err(Refusal::Unmet(vec![fact]))
}

fn state(case: &Case, id: RecordId) -> Result<&FoiaRequest, Refusal> {
    let none = || Refusal::WrongStage { stage: "none", allowed: Vec::new() };
    case.foia_requests.get(&id).map(|entry| &entry.state).ok_or_else(none)
}

fn discloses(request: &FoiaRequest) -> bool {
    request.decision.as_ref().is_some_and(|decision| decision.decision != DecisionKind::Withhold)
}

/// Decides a command on the request `id`; for `log`, the id that the new one shall have.
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
    let event = if let Command::LogFoiaRequest(c) = command {
        log(case, c, facts, now)?
    } else {
        available(case, id, command.action(), facts, now)?;
        on_existing(case, state(case, id)?, permit, command, facts, now)?
    };
    Ok(vec![(Subject::new(Kind::FoiaRequest, id), Any::FoiaRequest(event))])
}

fn log(case: &Case, command: &LogFoiaRequest, facts: &Facts, now: Instant) -> Result<Event, Refusal> {
    if !facts.agency_host {
        return Err(Refusal::NotForThisHost);
    }
    let engagement = case.resolve(Kind::Engagement, &command.engagement, "/engagement")?;
    let entry = case.engagements.get(&engagement).ok_or(Refusal::field("/engagement", FieldReason::NoSuchRecord))?;
    not_future(command.received_on, "/received_on", today(case, engagement, facts, now)?)?;
    Ok(Event::Logged {
        engagement,
        developer: entry.state.developer,
        request: command.request.clone(),
        received_on: command.received_on,
    })
}

fn on_existing(
    case: &Case,
    request: &FoiaRequest,
    permit: &Permit,
    command: &Command,
    facts: &Facts,
    now: Instant,
) -> Result<Event, Refusal> {
    let today = today(case, request.engagement, facts, now)?;
    let notice = || request.undelivered().ok_or(Refusal::Unmet(vec![Unmet::NothingToDeliver]));
    Ok(match command {
        Command::LogFoiaRequest(c) => log(case, c, facts, now)?,
        Command::RecordSearch(c) => Event::Searched { responsive: c.responsive },
        Command::SendSubmitterNotice(_) => Event::SubmitterNoticeSent { request: request.request.clone() },
        Command::AcknowledgeNotice(_) => Event::NoticeAcknowledged { notice: notice()?, by: permit.actor().account },
        Command::RecordDelivery(c) => Event::DeliveryRecorded { notice: notice()?, reference: c.reference.clone() },
        Command::ObjectToDisclosure(c) => Event::Objected { grounds: c.grounds, statement: c.statement.clone() },
        Command::NoObjection(_) => Event::NotObjected,
        Command::RecordFoiaDecision(c) => {
            not_future(c.decided_on, "/decided_on", today)?;
            let (decision, decided_on, reference) = (c.decision, c.decided_on, c.reference.clone());
            Event::DecisionRecorded { decision: Decision { decision, decided_on, reference } }
        }
        Command::PlanDisclosure(c) => {
            if is_too_late(case, request, facts, c.on, now)? {
                return Err(Refusal::field("/on", FieldReason::TooSoon));
            }
            Event::DisclosurePlanned { on: c.on }
        }
        Command::SendDisclosureNotice(_) => {
            let planned = request.planned_disclosure.ok_or(Refusal::Unmet(vec![Unmet::DisclosureNotPlanned]))?;
            Event::DisclosureNoticeSent { on: planned }
        }
        Command::RecordFoiaOutcome(c) => outcome(request, c.outcome, today)?,
    })
}

/// Whether a notice given now would come less than the version's working days before the disclosure (D19).
fn is_too_late(
    case: &Case,
    request: &FoiaRequest,
    facts: &Facts,
    on: NaiveDate,
    now: Instant,
) -> Result<bool, Refusal> {
    let zone = facts.pinned(case.pinned(request.engagement), now)?.zone;
    let notice = clock(case, request, facts, DeadlineKind::DisclosureNotice, start_of_day(on, zone))?;
    Ok(notice.is_past(now))
}

/// The notice of intent needs a planned date that still leaves the period.
fn unmet_to_notify(case: &Case, request: &FoiaRequest, facts: &Facts, now: Instant) -> Result<Vec<Unmet>, Refusal> {
    let Some(on) = request.planned_disclosure else { return Ok(vec![Unmet::DisclosureNotPlanned]) };
    let late = is_too_late(case, request, facts, on, now)?.then_some(Unmet::DisclosureTooSoon);
    let undelivered = request.undelivered().map(|_| Unmet::NoticeNotAcknowledged);
    Ok(late.into_iter().chain(undelivered).collect())
}

/// Nothing goes out over an objection before the notice of intent reached the submitter and its date has come.
fn outcome(request: &FoiaRequest, outcome: Outcome, today: NaiveDate) -> Result<Event, Refusal> {
    let decided = request.decision.as_ref().map(|decision| decision.decision);
    let fits = match outcome {
        Outcome::WithdrawnByRequester => true,
        Outcome::NoRecords => request.stage == Stage::Searched && request.responsive == Some(false),
        Outcome::Withheld => decided == Some(DecisionKind::Withhold),
        Outcome::DisclosedInPart => decided == Some(DecisionKind::DiscloseInPart),
        Outcome::Disclosed => decided == Some(DecisionKind::Disclose),
    };
    if !fits {
        return Err(Refusal::field("/outcome", FieldReason::DecisionMismatch));
    }
    if outcome.discloses() {
        if request.undelivered().is_some() {
            return Err(Refusal::Unmet(vec![Unmet::NoticeNotAcknowledged]));
        }
        let planned = request.planned_disclosure.filter(|_| request.intent_noticed_at.is_some());
        if request.is_objected() && planned.is_none_or(|planned| today < planned) {
            return Err(Refusal::Unmet(vec![Unmet::DisclosureTooSoon]));
        }
    }
    Ok(Event::OutcomeRecorded { outcome })
}

fn today(case: &Case, engagement: RecordId, facts: &Facts, now: Instant) -> Result<NaiveDate, Refusal> {
    Ok(local_date(now, facts.pinned(case.pinned(engagement), now)?.zone))
}

fn not_future(date: NaiveDate, pointer: &'static str, today: NaiveDate) -> Result<(), Refusal> {
    if date > today { Err(Refusal::field(pointer, FieldReason::InFuture)) } else { Ok(()) }
}
