//! What time and other records bring to a grant: activation, missed recertification, expired prerequisites, and its end
//! with the window, the partner's status or the holder's role (domain sections 3.3 and 3.6).

use super::{
    Grant, GrantEvent as Event, GrantStage as Stage, GrantSuspension,
    access::{Access, Asker, access, broken, renewals},
};
use crate::domain::{
    case::{Case, Facts},
    deadline::{self, DeadlineKind},
    engagement::Stage as EngagementStage,
    id::RecordId,
    refusal::Refusal,
    time::Instant,
};

/// The next thing that time brings, and when: `from` or later.
///
/// # Errors
/// [`Refusal::NoFramework`] if the pinned version is not known.
#[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
pub fn due(case: &Case, id: RecordId, facts: &Facts, from: Instant) -> Result<Option<(Instant, Event)>, Refusal> {
    let Some(grant) = case.grants.get(&id).map(|entry| &entry.state) else { return Ok(None) };
    if grant.stage.is_terminal() {
        return Ok(None);
    }
    if is_over(case, grant) {
        let was_approved = grant.approved_by.is_some();
        return Ok(Some((from, if was_approved { Event::Expired } else { Event::Closed })));
    }
    let timed = match grant.stage {
        Stage::Approved => {
            let allowed = matches!(access(case, id, facts, Asker::Standing, from)?, Access::Allowed { .. });
            // What the person did last may be what the grant waited for.
            let changed = case.person(grant.holder).map_or(from, |person| person.changed_at.max(from));
            allowed.then_some((changed, Event::Activated))
        }
        Stage::Active => Some(active(case, grant, facts, from)?),
        _ => None,
    };
    let left = left_role(grant, facts).map(|at| (at.max(from), Event::Revoked));
    // `min_by_key` keeps the first of equal ones.
    Ok(timed.into_iter().chain(left).min_by_key(|(at, _)| *at))
}

/// When the holder left the role that the grant was given for; leaving it revokes (domain section 3.6).
fn left_role(grant: &Grant, facts: &Facts) -> Option<Instant> {
    let holder = facts.people.get(&grant.holder).filter(|person| !grant.is_held_by(person))?;
    holder.left.get(&grant.role()).copied()
}

fn is_over(case: &Case, grant: &Grant) -> bool {
    match grant.nomination {
        None => case.engagements.get(&grant.engagement).is_some_and(|entry| {
            matches!(entry.state.stage, EngagementStage::CloseOut { .. } | EngagementStage::Closed { .. })
        }),
        Some(nomination) => case.nominations.get(&nomination).is_some_and(|entry| entry.state.stage.is_terminal()),
    }
}

/// An active grant is suspended by a breach at once, else by the first of recertification, attestation and training
/// that runs out.
fn active(case: &Case, grant: &Grant, facts: &Facts, from: Instant) -> Result<(Instant, Event), Refusal> {
    let suspended = |reason| Event::Suspended { security: false, reason };
    if !broken(case, grant).is_empty() {
        return Ok((from, suspended(GrantSuspension::ConditionBreached)));
    }
    let recertify = recertify_by(case, grant, facts, from)?;
    let renewed = renewals(case, grant, facts, from)?;
    let ends = renewed.map(|ends| ends.unwrap_or(from));
    let prerequisite = ends.into_iter().min().unwrap_or(from);
    Ok(if recertify <= prerequisite {
        (recertify.max(from), suspended(GrantSuspension::RecertificationMissed))
    } else {
        (prerequisite.max(from), suspended(GrantSuspension::PrerequisiteExpired))
    })
}

/// D13: until when the grant must be recertified.
///
/// # Errors
/// [`Refusal::NoFramework`].
pub fn recertify_by(case: &Case, grant: &Grant, facts: &Facts, now: Instant) -> Result<Instant, Refusal> {
    let pinned = case.pinned(grant.engagement);
    let framework = facts.pinned(pinned, now)?;
    let rule = framework.deadline(DeadlineKind::GrantRecertification);
    let start = grant.certified_at.unwrap_or(grant.since);
    Ok(deadline::due(&rule, start, framework.zone, facts.calendar(case)).due_at)
}
