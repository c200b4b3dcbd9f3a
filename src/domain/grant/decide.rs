//! Deciding commands on a grant (domain section 3.6). Requester, approver and holder are three people.

use super::{
    Grant, GrantCommand as Command, GrantEvent as Event, GrantStage as Stage, GrantSuspension, Guard, RequestGrant,
    RequestedFacts, WORKFLOW,
    access::{broken, person},
    recertify_by,
};
use crate::{
    authz::permit::Permit,
    domain::{
        action::Action,
        actor::{Actor, Role, Side},
        case::{Case, Event as Any, Facts, PersonFacts},
        id::{Kind, OrganizationId, RecordId, Subject},
        incident::implicates,
        prerequisites::PrerequisitesEvent,
        refusal::{FieldReason, Refusal, Unmet},
        suspension::suspend_again,
        time::Instant,
    },
};

/// Whether the command is possible now, as far as that can be said without its body.
///
/// # Errors
/// [`Refusal::WrongStage`], [`Refusal::Unmet`], [`Refusal::OwnRequest`] or [`Refusal::NotSuspendingSide`].
pub fn available(
    case: &Case,
    id: RecordId,
    action: Action,
    actor: &Actor,
    facts: &Facts,
    now: Instant,
) -> Result<(), Refusal> {
    let grant = state(case, id)?;
    WORKFLOW.judge(grant.stage.name(), action.name, |guard| check(guard, case, id, actor, facts, now))
}

/// Judges one guard of the table.
fn check(guard: Guard, case: &Case, id: RecordId, actor: &Actor, facts: &Facts, now: Instant) -> Result<(), Refusal> {
    let grant = state(case, id)?;
    match guard {
        Guard::NotOwn if grant.holder == actor.account || grant.requested_by.is(actor.account) => {
            Err(Refusal::OwnRequest)
        }
        Guard::NotImplicated if implicates(case, id) => Err(Refusal::Unmet(vec![Unmet::ImplicatedInIncident])),
        Guard::PersonReady => Refusal::unless_met(personal(case, grant, facts, now)?),
        Guard::MayLift => lifted_by(case, grant, actor, facts, now),
        Guard::OfficerNotHolding => suspended_by(grant, actor),
        Guard::NotOwn
        | Guard::NotImplicated
        // Judged with the body or by time, or telling which of several transitions it is.
        | Guard::PlaceStands
        | Guard::HolderFits
        | Guard::AccessEffective
        | Guard::WasMissed
        | Guard::Implicated
        | Guard::RecertificationMissed
        | Guard::PrerequisiteOver
        | Guard::ConditionBreached
        | Guard::WasActive
        | Guard::NeverActive
        | Guard::OfficersHold
        | Guard::HolderLeft
        | Guard::PlaceOver => Ok(()),
    }
}

/// What is suspended already, only the insider-risk officer suspends, once.
fn suspended_by(grant: &Grant, actor: &Actor) -> Result<(), Refusal> {
    let Stage::Suspended { security, .. } = grant.stage else { return Ok(()) };
    suspend_again(security, actor, grant.stage.name(), &["approved", "active"])
}

/// Attestation, training and screenings; agreement and acknowledgements follow when the texts are in force.
fn personal(case: &Case, grant: &Grant, facts: &Facts, now: Instant) -> Result<Vec<Unmet>, Refusal> {
    let mut unmet = person(case, grant, facts, now)?;
    unmet.retain(|fact| !matches!(fact, Unmet::NotAcknowledged { .. } | Unmet::NdaNotInForce));
    Ok(unmet)
}

/// Only the approving side lifts, after the insider-risk officer if that officer suspended.
fn lifted_by(case: &Case, grant: &Grant, actor: &Actor, facts: &Facts, now: Instant) -> Result<(), Refusal> {
    let Stage::Suspended { security, reason, .. } = grant.stage else { return Ok(()) };
    let holds_key = if security { actor.has(Role::InsiderRiskOfficer) } else { actor.side == Side::Developer };
    if !holds_key {
        return Err(Refusal::NotSuspendingSide);
    }
    if security {
        // The officer lets go of the own hold alone; what else suspended it is the approving side's to look at.
        return Ok(());
    }
    // What is overdue or still broken would suspend again at once. Lifting certifies nothing: that is whoever's who
    // approves, and a liaison who lifts does not.
    let mut unmet = match reason {
        GrantSuspension::PrerequisiteExpired => personal(case, grant, facts, now)?,
        GrantSuspension::ConditionBreached => broken(case, grant),
        GrantSuspension::ByPerson | GrantSuspension::RecertificationMissed | GrantSuspension::Incident => Vec::new(),
    };
    if grant.certified_at.is_some() && recertify_by(case, grant, facts, now)? <= now {
        unmet.push(Unmet::RecertificationMissed);
    }
    Refusal::unless_met(unmet)
}

/// Decides a command on the grant `id`; for `request`, the id that the new one shall have.
///
/// # Errors
/// A [`Refusal`] that names what stands against it.
#[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
pub fn decide(
    case: &Case,
    id: RecordId,
    permit: &Permit,
    command: &Command,
    facts: &Facts,
    now: Instant,
) -> Result<Vec<(Subject, Any)>, Refusal> {
    let actor = permit.actor();
    if let Command::RequestGrant(c) = command {
        return request(case, id, actor, c, facts);
    }
    available(case, id, command.action(), actor, facts, now)?;
    let event = match command {
        Command::RequestGrant(_) => return Ok(Vec::new()),
        Command::ClearPrerequisites(_) => Event::PrerequisitesCleared,
        Command::ApproveGrant(_) => Event::Approved,
        Command::RecertifyGrant(_) => Event::Recertified,
        Command::SuspendGrant(_) => {
            let reason = match state(case, id)?.stage {
                Stage::Suspended { reason, .. } => reason,
                _ => GrantSuspension::ByPerson,
            };
            Event::Suspended { security: actor.has(Role::InsiderRiskOfficer), reason }
        }
        Command::LiftGrantSuspension(_) => match state(case, id)?.stage {
            Stage::Suspended { security: true, .. } => Event::SecurityCleared,
            _ => Event::SuspensionLifted,
        },
        Command::RevokeGrant(_) => Event::Revoked,
    };
    Ok(vec![on(id, event)])
}

const fn on(id: RecordId, event: Event) -> (Subject, Any) {
    (Subject::new(Kind::Grant, id), Any::Grant(event))
}

fn state(case: &Case, id: RecordId) -> Result<&Grant, Refusal> {
    let none = || Refusal::WrongStage { stage: "none", allowed: Vec::new() };
    case.grants.get(&id).map(|entry| &entry.state).ok_or_else(none)
}

/// Where the grant shall stand: an engagement for an evaluator, a selected nomination for a partner's user.
#[expect(clippy::wildcard_enum_match_arm, reason = "only engagements and nominations carry grants")]
fn place(case: &Case, subject: Subject) -> Result<(RecordId, Option<(RecordId, OrganizationId)>), Refusal> {
    let missing = Refusal::field("/under", FieldReason::NoSuchRecord);
    match subject.kind {
        Kind::Engagement => {
            let stage = case.engagements.get(&subject.id).map_or("none", |entry| entry.state.stage.name());
            let stages = ["conditions", "ready", "window_scheduled", "window_open", "suspended"];
            Refusal::unless_stage(stage, &stages)?;
            Ok((subject.id, None))
        }
        Kind::Nomination => {
            let nomination = &case.nominations.get(&subject.id).ok_or(missing)?.state;
            let stages = ["selected", "conditions_precedent", "active", "suspended"];
            Refusal::unless_stage(nomination.stage.name(), &stages)?;
            Ok((nomination.engagement, Some((subject.id, nomination.partner))))
        }
        _ => Err(missing),
    }
}

/// Whether access may be asked for there now.
///
/// # Errors
/// [`Refusal::WrongStage`] with the stages that allow it.
pub fn may_request(case: &Case, under: Subject) -> Result<(), Refusal> {
    place(case, under).map(drop)
}

fn request(
    case: &Case,
    id: RecordId,
    actor: &Actor,
    command: &RequestGrant,
    facts: &Facts,
) -> Result<Vec<(Subject, Any)>, Refusal> {
    let under = case.find(&command.under).ok_or(Refusal::field("/under", FieldReason::NoSuchRecord))?;
    let (engagement, partner) = place(case, under)?;
    let above = &case.engagements.get(&engagement).ok_or(Refusal::NotInFramework)?.state;
    let no_account = Refusal::field("/holder", FieldReason::NoSuchAccount);
    let holder = facts.people.get(&command.holder).filter(|person| fits(person, partner.map(|(_, org)| org)));
    let holder = holder.ok_or(no_account)?;
    if command.holder == actor.account {
        return Err(Refusal::OwnRequest);
    }
    let nomination = partner.map(|(nomination, _)| nomination);
    let same = |g: &Grant| {
        g.engagement == engagement && g.nomination == nomination && g.holder == command.holder && !g.stage.is_terminal()
    };
    if case.grants.values().any(|entry| same(&entry.state)) {
        return Err(Refusal::AlreadyUnderWay);
    }
    let grant = RequestedFacts {
        developer: above.developer,
        engagement,
        nomination,
        holder: command.holder,
        holder_organization: holder.organization,
        side: holder.side,
        need_to_know: command.need_to_know.clone(),
    };
    Ok(vec![on(id, Event::Requested { grant: Box::new(grant) })])
}

/// An evaluator of the government, or a user of the nominated partner.
fn fits(person: &PersonFacts, partner: Option<OrganizationId>) -> bool {
    let role = if partner.is_some() { Role::PartnerUser } else { Role::Evaluator };
    let organization = partner.is_none_or(|partner| person.organization == partner);
    person.active && person.roles.contains(&role) && organization
}

/// The event that opens a person's record; made by the application when an account is created.
pub const fn opened(account: crate::domain::id::AccountId, person: &PersonFacts) -> PrerequisitesEvent {
    PrerequisitesEvent::Opened { account, organization: person.organization, side: person.side }
}
