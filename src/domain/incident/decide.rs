//! Deciding commands on an incident (domain section 3.8; D16, N16).

use std::collections::BTreeSet;

use super::{
    Guard, HandOffSpillage, Incident, IncidentCommand as Command, IncidentEvent as Event, WORKFLOW,
    report::{grants, place_of, report, suspensions},
};
use crate::{
    authz::permit::Permit,
    domain::{
        action::Action,
        case::{Case, Event as Any, Facts},
        id::{Kind, RecordId, Subject},
        refusal::{FieldReason, Refusal, Unmet},
        time::{Instant, local_date},
    },
};

/// What stands between the incident and its end: the notice acknowledged by the developer in the product (N16), the
/// detail recorded, and a lock handed off and lifted.
pub fn unmet_to_close(incident: &Incident) -> Vec<Unmet> {
    let handed_off = incident.spillage.as_ref().is_none_or(|spillage| spillage.handed_off.is_some());
    [
        (incident.notified_at.is_none(), Unmet::DeveloperNotNotified),
        (incident.detail.is_none(), Unmet::DetailNotRecorded),
        (incident.acknowledged.is_none(), Unmet::NoticeNotAcknowledged),
        (!handed_off, Unmet::NotHandedOff),
        (incident.locks().is_some(), Unmet::RecordLocked),
    ]
    .into_iter()
    .filter_map(|(holds, fact)| holds.then_some(fact))
    .collect()
}

/// Whether the command is possible now, as far as that can be said without its body.
///
/// # Errors
/// [`Refusal::WrongStage`], [`Refusal::Unmet`] or [`Refusal::AlreadyUnderWay`] for what was done before.
pub fn available(case: &Case, id: RecordId, action: Action) -> Result<(), Refusal> {
    let incident = state(case, id)?;
    WORKFLOW.judge(incident.stage.name(), action.name, |guard| check(guard, incident))
}

/// Judges one guard of the table.
fn check(guard: Guard, incident: &Incident) -> Result<(), Refusal> {
    let missing = |fact| Err(Refusal::Unmet(vec![fact]));
    let spillage = incident.spillage.as_ref();
    match guard {
        Guard::NotNotified if incident.notified_at.is_some() => Err(Refusal::AlreadyUnderWay),
        Guard::NoDetail if incident.detail.is_some() => Err(Refusal::AlreadyUnderWay),
        Guard::Notified if incident.notified_at.is_none() => missing(Unmet::DeveloperNotNotified),
        Guard::NotAcknowledged if incident.acknowledged.is_some() => Err(Refusal::AlreadySigned),
        Guard::LocksRecord if spillage.is_none() => missing(Unmet::NothingLocked),
        Guard::NotLifted if spillage.is_some() && incident.locks().is_none() => Err(Refusal::AlreadyUnderWay),
        Guard::HandedOff if spillage.is_some_and(|spillage| spillage.handed_off.is_none()) => {
            missing(Unmet::NotHandedOff)
        }
        Guard::Closable => Refusal::unless_met(unmet_to_close(incident)),
        Guard::NotNotified
        | Guard::NoDetail
        | Guard::Notified
        | Guard::NotAcknowledged
        | Guard::LocksRecord
        | Guard::NotLifted
        | Guard::HandedOff
        // Judged with the body, or telling which of several transitions it is.
        | Guard::PlaceKnown
        | Guard::RecordNamed
        | Guard::NoticeFirst
        | Guard::GrantsFit
        | Guard::GrantsListed
        | Guard::NotAhead => Ok(()),
    }
}

/// Decides a command on the incident `id`; for `report`, the id that the new one shall have.
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
    if let Command::ReportIncident(c) = command {
        return report(case, id, permit.actor(), c);
    }
    available(case, id, command.action())?;
    let incident = state(case, id)?;
    let event = match command {
        Command::ReportIncident(_) => return Ok(Vec::new()),
        Command::ContainIncident(_) => Event::Contained,
        Command::AssessIncident(c) => Event::Assessed { severity: c.severity },
        Command::NotifyDeveloper(_) => Event::DeveloperNotified,
        Command::RecordDetail(c) => Event::DetailRecorded { reference: c.reference.clone() },
        Command::AcknowledgeNotice(_) => Event::NoticeAcknowledged,
        Command::ImplicateGrants(c) => return implicate(case, id, incident, &c.grants),
        Command::ClearGrants(c) => Event::GrantsCleared { grants: implicated(case, incident, &c.grants)? },
        Command::HandOffSpillage(c) => hand_off(case, incident, c, facts, now)?,
        Command::LiftLock(_) => Event::LockLifted,
        Command::CloseIncident(_) => Event::Closed,
    };
    Ok(vec![on(id, event)])
}

pub(super) const fn on(id: RecordId, event: Event) -> (Subject, Any) {
    (Subject::new(Kind::Incident, id), Any::Incident(event))
}

fn state(case: &Case, id: RecordId) -> Result<&Incident, Refusal> {
    let none = || Refusal::WrongStage { stage: "none", allowed: Vec::new() };
    case.incidents.get(&id).map(|entry| &entry.state).ok_or_else(none)
}

/// Whether an open incident implicates the grant: it is not approved while one does.
pub fn implicates(case: &Case, grant: RecordId) -> bool {
    let open = case.incidents.values().filter(|entry| entry.state.stage.name() != "closed");
    open.into_iter().any(|entry| entry.state.implicated.contains(&grant))
}

fn implicate(
    case: &Case,
    id: RecordId,
    incident: &Incident,
    references: &[String],
) -> Result<Vec<(Subject, Any)>, Refusal> {
    let place = place_of(case, incident);
    let mut further = grants(case, &place, references)?;
    further.retain(|grant| !incident.implicated.contains(grant));
    if further.is_empty() {
        return Err(Refusal::field("/grants", FieldReason::OneNeeded));
    }
    let suspended = suspensions(case, &further);
    let partner = place.nomination.map(|(_, partner)| partner);
    let implicated = on(id, Event::GrantsImplicated { grants: further, partner });
    Ok([implicated].into_iter().chain(suspended).collect())
}

/// Implicated grants with these references.
fn implicated(case: &Case, incident: &Incident, references: &[String]) -> Result<BTreeSet<RecordId>, Refusal> {
    let listed = |reference: &String| {
        let id = case.resolve(Kind::Grant, reference, "/grants")?;
        let known = incident.implicated.contains(&id);
        if known { Ok(id) } else { Err(Refusal::field("/grants", FieldReason::NoSuchRecord)) }
    };
    let found: BTreeSet<RecordId> = references.iter().map(listed).collect::<Result<_, _>>()?;
    if found.is_empty() { Err(Refusal::field("/grants", FieldReason::OneNeeded)) } else { Ok(found) }
}

fn hand_off(
    case: &Case,
    incident: &Incident,
    command: &HandOffSpillage,
    facts: &Facts,
    now: Instant,
) -> Result<Event, Refusal> {
    let engagement = incident.engagement.and_then(|id| case.engagements.get(&id));
    let pinned = engagement.and_then(|entry| entry.state.framework.as_deref());
    if command.date > local_date(now, facts.pinned(pinned, now)?.zone) {
        return Err(Refusal::field("/date", FieldReason::InFuture));
    }
    Ok(Event::HandedOff { reference: command.reference.clone(), on: command.date })
}
