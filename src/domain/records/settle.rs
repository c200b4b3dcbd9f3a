//! What time brings to records: an auditor's authorization ends, a designation lapses, a condition's survival ends.

use super::{EngagementRecordsEvent, ReleaseRecordsEvent};
use crate::domain::{
    case::{Case, Event, Facts},
    condition::{Condition, ConditionEvent},
    engagement::EngagementEvent,
    id::{Kind, RecordId, Subject},
    refusal::Refusal,
    release::ReleaseEvent,
    time::{Instant, add_calendar_months},
};

/// Everything that time brings to the records of a case, and when: `from` or later.
///
/// # Errors
/// [`Refusal::NoFramework`] if a pinned version is not known.
pub fn due(case: &Case, facts: &Facts, from: Instant) -> Result<Vec<(Instant, Subject, Event)>, Refusal> {
    let mut due = Vec::new();
    for (id, entry) in &case.releases {
        due.extend(entry.state.records.authorizations.iter().map(|authorization| {
            let what = ReleaseRecordsEvent::AuthorizationEnded { auditor: authorization.auditor };
            let event = Event::Release(ReleaseEvent::Records { records: what });
            (authorization.until.max(from), Subject::new(Kind::Release, *id), event)
        }));
    }
    for (id, entry) in &case.engagements {
        due.extend(entry.state.records.designations.iter().map(|(part, designation)| {
            let what = EngagementRecordsEvent::DesignationLapsed { part: *part };
            let event = Event::Engagement(EngagementEvent::Records { records: what });
            (designation.until.max(from), Subject::new(Kind::Engagement, *id), event)
        }));
    }
    for (id, entry) in &case.conditions {
        if let Some(until) =
            survives_until(case, *id, &entry.state, facts)?.filter(|_| entry.state.survival_ended.is_none())
        {
            let event = Event::Condition(ConditionEvent::SurvivalEnded);
            due.push((until.max(from), Subject::new(Kind::Condition, *id), event));
        }
    }
    Ok(due)
}

/// Until when a condition binds beyond its expiry or the end of what it hung on, whichever came first: its months from
/// there, clamped to the month's end (domain section 3.5). `None` before that, and for a condition that survives nothing,
/// was not in force then, or was superseded.
///
/// # Errors
/// [`Refusal::NoFramework`] if the pinned version is not known.
pub fn survives_until(
    case: &Case,
    id: RecordId,
    condition: &Condition,
    facts: &Facts,
) -> Result<Option<Instant>, Refusal> {
    let Some((months, from)) = condition.survives_months.zip(condition.survives_from) else { return Ok(None) };
    let engagement = case.promoted(Subject::new(Kind::Condition, id)).and_then(|columns| columns.engagement);
    let pinned = engagement.and_then(|engagement| case.pinned(engagement));
    let zone = facts.pinned(pinned, from)?.zone;
    Ok(Some(add_calendar_months(from, months, zone)))
}
