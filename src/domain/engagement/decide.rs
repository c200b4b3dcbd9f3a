//! Deciding commands on an engagement. Each function answers one row of domain section 3.2.

use super::{
    AccessMode, DesignateMarking, Engagement, EngagementCommand as Command, EngagementEvent as Event, Outcome,
    ProposeEngagement, RecordRelease, ReleaseDeclaration, Stage,
    closeout::{Certificate, takes},
    guard::{available, rules, state},
    idle::place_for_engagement,
    offers, sameness,
};
use crate::{
    authz::permit::Permit,
    domain::{
        actor::{By, Role, Side},
        case::{Case, Event as Any, Facts, PersonFacts},
        id::{AccountId, Kind, RecordId, Subject},
        marking::Designation,
        records::{ReleaseRecordsEvent, decide_engagement, erased_with},
        refusal::{FieldReason, Refusal},
        release::{ReleaseEvent, ReleaseKind},
        text::ExternalReference,
        time::{Instant, local_date},
    },
};

/// What a command brings about, in order.
pub type Drafts = Vec<(Subject, Any)>;

/// Decides a command on the engagement `id`; for `draft`, the id that the new one shall have.
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
    if let Command::DraftEngagement(draft) = command {
        let release = case.resolve(Kind::Release, &draft.release, "/release")?;
        return self::draft(case, id, release, draft.access_mode);
    }
    available(case, id, command.action(), permit.actor(), facts, now)?;
    let engagement = state(case, id)?;
    let events = match command {
        Command::DraftEngagement(_) => Vec::new(),
        Command::ProposeEngagement(c) => propose(case, id, c, facts, now)?,
        Command::RecallEngagement(_) => vec![Event::Recalled],
        Command::ReturnEngagement(_) => vec![Event::Returned],
        Command::ClaimEngagement(_) => vec![Event::Claimed { liaison: permit.actor().account }],
        Command::TransferEngagement(c) => transfer(engagement, c.liaison, facts)?,
        Command::ReleaseClaim(_) => vec![Event::ClaimReleased],
        Command::NameLead(c) => name_lead(engagement, c.lead, facts)?,
        Command::DisputeSameness(c) => sameness::dispute(case, &c.release, facts)?,
        Command::DropDispute(_) => vec![Event::DisputeDropped],
        Command::ReopenEngagement(_) => vec![Event::Reopened],
        Command::AssignSignatory(c) => assign_signatory(c.signatory, facts)?,
        Command::AcknowledgeEngagement(_) => acknowledge(engagement, permit),
        Command::DeclineEngagement(_) => vec![Event::Declined],
        Command::OpenWindow(_) => open(case, engagement),
        Command::SuspendWindow(c) => suspend(permit, c.reason),
        Command::DesignateMarking(c) => designate_marking(c, facts)?,
        Command::LowerEnd(c) => lower_end(case, id, c.earlier_end, facts, now)?,
        Command::CloseWindow(_) => vec![Event::WindowClosed { outcome: Outcome::Completed }],
        Command::ScheduleWindow(_)
        | Command::ResumeWindow(_)
        | Command::ExtendWindow(_)
        | Command::MergeReleases(_)
        | Command::CloseEngagement(_)
        | Command::MigrateFramework(_)
        | Command::AcceptOffer(_)
        | Command::RetractOffer(_) => offers::decide(case, id, permit, command, facts, now)?,
        Command::WithdrawEngagement(_) => withdraw(engagement),
        Command::TakeRecords(_) => return Ok(take_records(engagement, permit)),
        Command::DesignateConfidential(_)
        | Command::WithdrawDesignation(_)
        | Command::ReviewRetention(_)
        | Command::AskDisposal(_)
        | Command::ConfirmDisposal(_) => return on_records(case, id, permit, command, facts, now),
        Command::RecordRelease(c) => return record_release(case, id, c, now),
        Command::RegisterItem(_)
        | Command::CertifyItem(_)
        | Command::AcceptCertificate(_)
        | Command::DisputeCertificate(_)
        | Command::ExceptItem(_) => close_out(engagement, permit, command, facts, now)?,
    };
    let follows = sameness::follow(case, &events, facts);
    Ok(on(id, events).into_iter().chain(follows).collect())
}

/// Wraps events of one engagement.
fn on(id: RecordId, events: Vec<Event>) -> Drafts {
    events.into_iter().map(|event| (Subject::new(Kind::Engagement, id), Any::Engagement(event))).collect()
}

/// What is decided about the engagement's records; a disposal erases content of what stands under it.
fn on_records(
    case: &Case,
    id: RecordId,
    permit: &Permit,
    command: &Command,
    facts: &Facts,
    now: Instant,
) -> Result<Drafts, Refusal> {
    let records = decide_engagement(case, id, permit, command, facts, now)?;
    let erased = erased_with(case, id, &records);
    let own = on(id, records.into_iter().map(|records| Event::Records { records }).collect());
    Ok(own.into_iter().chain(erased).collect())
}

/// A records officer takes charge of everything under the release (domain section 2, RF).
fn take_records(engagement: &Engagement, permit: &Permit) -> Drafts {
    let records = ReleaseRecordsEvent::OfficerAssigned { officer: permit.actor().account };
    vec![(Subject::new(Kind::Release, engagement.release), Any::Release(ReleaseEvent::Records { records }))]
}

fn draft(case: &Case, id: RecordId, release: RecordId, access_mode: AccessMode) -> Result<Drafts, Refusal> {
    place_for_engagement(case)?;
    let owner = case.releases.get(&release).ok_or(Refusal::field("/release", FieldReason::NoSuchRecord))?;
    Ok(on(id, vec![Event::Drafted { developer: owner.state.developer, release, access_mode }]))
}

/// E2: pins the framework version in force.
fn propose(
    case: &Case,
    id: RecordId,
    command: &ProposeEngagement,
    facts: &Facts,
    now: Instant,
) -> Result<Vec<Event>, Refusal> {
    let same_release_as = sameness::declared(case, id, command, facts)?;
    let new_release = command.release_declaration == ReleaseDeclaration::NewRelease;
    if state(case, id)?.access_mode == AccessMode::WeightsTransfer {
        if !command.elects_weights_transfer {
            return Err(Refusal::field("/elects_weights_transfer", FieldReason::NeededByAccessMode));
        }
        if command.security_level_target.is_none() {
            return Err(Refusal::field("/security_level_target", FieldReason::NeededByAccessMode));
        }
    }
    let pinned = facts.framework_at(now)?;
    let (framework, framework_digest) = (pinned.id.clone(), Some(pinned.digest.clone()));
    // The target stands for the election too: without that it was refused above.
    let weights_target = command.security_level_target.filter(|_| command.elects_weights_transfer);
    Ok(vec![Event::Proposed { framework, new_release, weights_target, framework_digest, same_release_as }])
}

/// The lead passes to another active program liaison (domain section 2, "claims or transfers").
fn transfer(engagement: &Engagement, liaison: AccountId, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let known = facts.people.get(&liaison).filter(|p| p.active && p.roles.contains(&Role::ProgramLiaison));
    if known.is_none() {
        return Err(Refusal::field("/liaison", FieldReason::NoSuchAccount));
    }
    if engagement.liaison == Some(liaison) {
        return Err(Refusal::field("/liaison", FieldReason::SamePerson));
    }
    Ok(vec![Event::Transferred { liaison }])
}

/// The developer's lead is one of its own active liaisons.
fn name_lead(engagement: &Engagement, lead: AccountId, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let own = |person: &&PersonFacts| {
        person.active && person.organization == engagement.developer && person.roles.contains(&Role::DeveloperLiaison)
    };
    let missing = Refusal::field("/lead", FieldReason::NoSuchAccount);
    facts.people.get(&lead).filter(own).map(|_| vec![Event::LeadNamed { lead }]).ok_or(missing)
}

fn assign_signatory(signatory: AccountId, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let known = facts.people.get(&signatory).filter(|p| p.active && p.roles.contains(&Role::GovernmentSignatory));
    let missing = Refusal::field("/signatory", FieldReason::NoSuchAccount);
    known.map(|_| vec![Event::SignatoryAssigned { signatory }]).ok_or(missing)
}

/// Domain section 7: only a government role designates, in the name of an agency.
fn designate_marking(command: &DesignateMarking, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let agency = facts.organizations.get(&command.agency).filter(|agency| agency.side == Side::Government);
    agency.ok_or(Refusal::field("/agency", FieldReason::NoSuchOrganization))?;
    let designation = Designation {
        categories: command.categories.clone(),
        controls: command.controls.clone(),
        agency: command.agency,
        contact: command.contact,
    };
    designation.check()?;
    Ok(vec![Event::MarkingDesignated { designation }])
}

/// E4: whoever acknowledges an unclaimed proposal takes it.
fn acknowledge(engagement: &Engagement, permit: &Permit) -> Vec<Event> {
    let claim = Event::Claimed { liaison: permit.actor().account };
    let claim = engagement.liaison.is_none().then_some(claim);
    [Event::ConflictChecked].into_iter().chain(claim).chain([Event::Acknowledged]).collect()
}

/// E8 by the developer official, sooner than scheduled; the guard was looked at by `available`.
fn open(case: &Case, engagement: &Engagement) -> Vec<Event> {
    opening(case, &engagement.stage).into_iter().collect()
}

/// The opening that the facts in force make: bound by the planned release, ended by the agreed end.
#[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
pub(super) fn opening(case: &Case, stage: &Stage) -> Option<Event> {
    let release_bound = case.release().and_then(|(_, release)| release.state.planned)?;
    match stage {
        Stage::WindowScheduled { agreed_end, .. } => {
            Some(Event::WindowOpened { release_bound, earlier_end: *agreed_end })
        }
        _ => None,
    }
}

fn suspend(permit: &Permit, reason: super::SuspensionReason) -> Vec<Event> {
    let actor = permit.actor();
    // A security concern takes the insider-risk officer to resume, whoever raised it (E10).
    let officer = actor.side == Side::Government && actor.has(Role::InsiderRiskOfficer);
    let security = officer || reason == super::SuspensionReason::Security;
    vec![Event::WindowSuspended { side: actor.side, security, reason }]
}

fn lower_end(case: &Case, id: RecordId, to: Instant, facts: &Facts, now: Instant) -> Result<Vec<Event>, Refusal> {
    let refused = |reason| Err(Refusal::field("/earlier_end", reason));
    if to <= now {
        return refused(FieldReason::InPast);
    }
    let rules = rules(case, id, facts, now)?;
    let engagement = state(case, id)?;
    let (starts, ends) = match (&engagement.stage, &engagement.window) {
        (Stage::WindowScheduled { open_at, agreed_end, .. }, _) => {
            let planned = case.release().and_then(|(_, release)| release.state.planned);
            (*open_at, planned.and_then(|planned| rules.projected_close(*open_at, planned, *agreed_end)))
        }
        (_, Some(window)) => {
            let bounds = window.earlier_end.map_or(window.release_bound, |end| end.min(window.release_bound));
            (now, Some(window.close_at(&rules).map_or(bounds, |close| close.min(bounds))))
        }
        (_, None) => (now, None),
    };
    if to <= starts {
        return refused(FieldReason::EndBeforeStart);
    }
    match ends {
        Some(end) if to < end => Ok(vec![Event::EndLowered { earlier_end: to }]),
        _ => refused(FieldReason::NotSooner),
    }
}

/// E12: needs nothing. The window closes with it; in close-out it is recorded only.
fn withdraw(engagement: &Engagement) -> Vec<Event> {
    let close = engagement.stage.has_window().then_some(Event::WindowClosed { outcome: Outcome::Withdrawn });
    [Event::Withdrawn].into_iter().chain(close).collect()
}

/// E13: needs nothing but an instant that is not in the future.
fn record_release(case: &Case, id: RecordId, command: &RecordRelease, now: Instant) -> Result<Drafts, Refusal> {
    let released_at = command.released_at.unwrap_or(now);
    if released_at > now {
        return Err(Refusal::field("/released_at", FieldReason::InFuture));
    }
    Ok(released(case, state(case, id)?.release, command.kind, released_at))
}

/// What a release that happened brings about in a case: also in that of the release which the one that it was recorded
/// on was merged into, because both are one model.
pub fn released(case: &Case, release: RecordId, kind: ReleaseKind, released_at: Instant) -> Drafts {
    let released = Any::Release(ReleaseEvent::Released { kind, released_at });
    [(Subject::new(Kind::Release, release), released)].into_iter().chain(stop_after_release(case)).collect()
}

/// What a recorded release does to the release's engagements: an open window closes at the recording instant, one
/// before any window closes the engagement.
pub fn stop_after_release(case: &Case) -> Drafts {
    let stop = |stage: &Stage| match stage {
        stage if stage.has_window() => Some(Event::WindowClosed { outcome: Outcome::ReleasedEarly }),
        stage if stage.is_before_window() => Some(Event::ReleasedBeforeWindow),
        _ => None,
    };
    let stopped = case.engagements.iter().filter_map(|(id, entry)| Some((*id, stop(&entry.state.stage)?)));
    stopped.flat_map(|(id, event)| on(id, vec![event])).collect()
}

/// What an earlier planned release does to open windows: they shrink at once.
pub fn shrink_after_planned_change(case: &Case, to: Option<Instant>) -> Drafts {
    let Some(release_bound) = to else { return Vec::new() };
    let shrinks = |e: &Engagement| {
        e.stage.has_window() && e.window.as_ref().is_some_and(|window| release_bound < window.release_bound)
    };
    let shrunk = case.engagements.iter().filter(|(_, entry)| shrinks(&entry.state));
    shrunk.flat_map(|(id, _)| on(*id, vec![Event::WindowShrunk { release_bound }])).collect()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
fn close_out(
    engagement: &Engagement,
    permit: &Permit,
    command: &Command,
    facts: &Facts,
    now: Instant,
) -> Result<Vec<Event>, Refusal> {
    let today = local_date(now, facts.pinned(engagement.framework.as_deref(), now)?.zone);
    let event = match command {
        Command::RegisterItem(c) => {
            if engagement.items.contains_key(c.reference.as_str()) {
                return Err(Refusal::field("/reference", FieldReason::AlreadyListed));
            }
            Event::ItemRegistered { reference: c.reference.clone(), disposition: c.disposition }
        }
        Command::CertifyItem(c) => {
            item(engagement, &c.reference, command)?;
            if c.performed_by.as_str().to_lowercase() == c.validated_by.as_str().to_lowercase() {
                return Err(Refusal::field("/validated_by", FieldReason::SamePerson));
            }
            if c.done_on > today {
                return Err(Refusal::field("/done_on", FieldReason::InFuture));
            }
            let certificate = Certificate {
                method: c.method,
                done_on: c.done_on,
                performed_by: c.performed_by.clone(),
                validated_by: c.validated_by.clone(),
                certified_by: By::from(permit.actor()),
                certified_at: now,
            };
            Event::ItemCertified { reference: c.reference.clone(), certificate }
        }
        Command::AcceptCertificate(c) => {
            item(engagement, &c.reference, command)?;
            Event::CertificateAccepted { reference: c.reference.clone() }
        }
        Command::DisputeCertificate(c) => {
            item(engagement, &c.reference, command)?;
            Event::CertificateDisputed { reference: c.reference.clone() }
        }
        Command::ExceptItem(c) => {
            item(engagement, &c.reference, command)?;
            Event::ItemExcepted {
                reference: c.reference.clone(),
                authority: c.authority.clone(),
                custodian: c.custodian.clone(),
            }
        }
        _ => return Ok(Vec::new()),
    };
    Ok(vec![event])
}

/// The item is listed, and stands where the command takes it.
fn item(engagement: &Engagement, reference: &ExternalReference, command: &Command) -> Result<(), Refusal> {
    let missing = Refusal::field("/reference", FieldReason::NoSuchRecord);
    let item = engagement.items.get(reference.as_str()).ok_or(missing)?;
    Refusal::unless_stage(item.state.name(), takes(command.action().name))
}
