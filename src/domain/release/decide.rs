//! Deciding commands on a model release. Its dates are the developer's alone.

use super::{Guard, Release, ReleaseCommand as Command, ReleaseEvent as Event, WORKFLOW, delegation};
use crate::{
    authz::permit::Permit,
    domain::{
        action::Action,
        actor::{Actor, Role},
        case::{Case, Event as Any, Facts},
        engagement::shrink_after_planned_change,
        id::{Kind, RecordId, Subject},
        records::decide_release,
        refusal::{FieldReason, Refusal},
        time::{Instant, local_date},
    },
};

/// The longest assessment use that one record may add: the order's cap, in seconds.
const MOST_USE: u32 = 2_592_000;

/// Whether the command is possible now, as far as that can be said without its body: a release has one stage. What was
/// merged into another one goes on there: it takes neither dates nor further use. What ends something needs it to be there.
///
/// # Errors
/// [`Refusal::ReleaseMerged`] or [`Refusal::NothingToEnd`].
pub fn available(case: &Case, id: RecordId, action: Action, actor: &Actor, now: Instant) -> Result<(), Refusal> {
    let release = case.releases.get(&id).map(|entry| &entry.state);
    let stands = |of: fn(&Release, &Actor, Instant) -> bool| {
        let any = release.is_some_and(|release| of(release, actor, now));
        if any { Ok(()) } else { Err(Refusal::NothingToEnd) }
    };
    let check = |guard| match guard {
        Guard::NotMerged if release.is_some_and(|release| release.merged_into.is_some()) => {
            Err(Refusal::ReleaseMerged)
        }
        Guard::DelegationStands => stands(delegation::any_to_end),
        Guard::HoldStands => stands(|release, _, _| release.records.held().next().is_some()),
        Guard::AuditStands => stands(|release, _, _| !release.records.authorizations.is_empty()),
        Guard::NotMerged
        // Judged with the body.
        | Guard::NotPast
        | Guard::OfficialOnly
        | Guard::WithinRange
        | Guard::DelegationFits
        | Guard::DelegationKnown
        | Guard::NotAhead
        | Guard::HoldFits
        | Guard::AuditorFits
        | Guard::AuditorKnown
        // Of time, and of other records.
        | Guard::NextEdition
        | Guard::AuthorizationOver
        | Guard::MergeAccepted => Ok(()),
    };
    WORKFLOW.guards_of("registered", action.name).into_iter().try_for_each(check)
}

/// Decides a command on the release `id`; for `register`, the id that the new one shall have.
///
/// # Errors
/// [`Refusal::Field`] or [`Refusal::ReleaseMerged`].
pub fn decide(
    case: &Case,
    id: RecordId,
    permit: &Permit,
    command: &Command,
    facts: &Facts,
    now: Instant,
) -> Result<Vec<(Subject, Any)>, Refusal> {
    let on = |event| (Subject::new(Kind::Release, id), Any::Release(event));
    available(case, id, command.action(), permit.actor(), now)?;
    match command {
        Command::RegisterRelease(c) => {
            not_past(c.planned_partner_release, "/planned_partner_release", now)?;
            // A liaison registers; the date is the official's (domain section 2).
            if c.planned_partner_release.is_some() && !permit.actor().has(Role::DeveloperOfficial) {
                return Err(Refusal::field("/planned_partner_release", FieldReason::OfficialOnly));
            }
            let registered = Event::Registered { developer: permit.actor().organization, name: c.name.clone() };
            let planned = c.planned_partner_release.map(|to| Event::PlannedReleaseSet { to: Some(to) });
            Ok([registered].into_iter().chain(planned).map(on).collect())
        }
        Command::SetPlannedRelease(c) => set_planned(case, id, c.to, "/to", now),
        Command::RecordAssessmentUse(c) => {
            if c.seconds == 0 || c.seconds > MOST_USE {
                return Err(Refusal::field("/seconds", FieldReason::OutOfRange));
            }
            Ok(vec![on(Event::AssessmentUseRecorded { seconds: i64::from(c.seconds) })])
        }
        Command::Delegate(c) => Ok(vec![on(delegation::delegate(state(case, id)?, permit.actor(), c, facts, now)?)]),
        Command::EndDelegation(c) => Ok(vec![on(delegation::end(state(case, id)?, permit.actor(), c)?)]),
        Command::NoteExternalEvent(c) => {
            if c.date > local_date(now, facts.framework_at(now)?.zone) {
                return Err(Refusal::field("/date", FieldReason::InFuture));
            }
            let (kind, date, reference) = (c.kind, c.date, c.reference.clone());
            Ok(vec![on(Event::ExternalEventNoted { kind, date, reference })])
        }
        Command::PlaceHold(_) | Command::LiftHold(_) | Command::AuthorizeAuditor(_) | Command::EndAuthorization(_) => {
            let records = case.releases.get(&id).map(|entry| entry.state.records.clone()).unwrap_or_default();
            let events = decide_release(&records, permit, command, facts, now)?;
            Ok(events.into_iter().map(|records| on(Event::Records { records })).collect())
        }
    }
}

/// What follows from setting, moving or unsetting the planned partner release; open windows shrink to it. `pointer` names
/// the instant in what was asked.
///
/// # Errors
/// [`Refusal::Field`] for an instant that is past.
pub fn set_planned(
    case: &Case,
    id: RecordId,
    to: Option<Instant>,
    pointer: &'static str,
    now: Instant,
) -> Result<Vec<(Subject, Any)>, Refusal> {
    not_past(to, pointer, now)?;
    let set = (Subject::new(Kind::Release, id), Any::Release(Event::PlannedReleaseSet { to }));
    Ok([set].into_iter().chain(shrink_after_planned_change(case, to)).collect())
}

fn state(case: &Case, id: RecordId) -> Result<&Release, Refusal> {
    let none = || Refusal::WrongStage { stage: "none", allowed: Vec::new() };
    case.releases.get(&id).map(|entry| &entry.state).ok_or_else(none)
}

/// A plan is about the future; a release that happened is recorded with `record-release`.
fn not_past(planned: Option<Instant>, pointer: &'static str, now: Instant) -> Result<(), Refusal> {
    if planned.is_some_and(|planned| planned < now) {
        return Err(Refusal::field(pointer, FieldReason::InPast));
    }
    Ok(())
}
