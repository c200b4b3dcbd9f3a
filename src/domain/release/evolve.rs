//! Folding events into a model release: total, and without rules.

use super::{ActualRelease, ExternalEvent, Merged, PlannedChange, Release, ReleaseEvent as Event};
use crate::domain::time::Instant;

/// The release after the event; `None` until it was registered.
pub fn evolve(before: Option<Release>, event: &Event, at: Instant) -> Option<Release> {
    if let Event::Registered { developer, name } = event {
        return Some(Release {
            developer: *developer,
            name: name.clone(),
            registered_at: at,
            planned: None,
            planned_history: Vec::new(),
            released: Vec::new(),
            assessment_use_seconds: 0,
            calendar: None,
            merged: Vec::new(),
            merged_into: None,
            delegations: Vec::new(),
            external_events: Vec::new(),
            records: crate::domain::records::ReleaseRecords::default(),
        });
    }
    let mut release = before?;
    match event {
        Event::Registered { .. } => {}
        Event::PlannedReleaseSet { to } => {
            release.planned = *to;
            release.planned_history.push(PlannedChange { at, to: *to });
        }
        Event::AssessmentUseRecorded { seconds } => release.assessment_use_seconds += seconds,
        Event::CalendarAdopted { version } => release.calendar = Some(version.clone()),
        Event::Released { kind, released_at } => {
            release.released.push(ActualRelease { kind: *kind, released_at: *released_at, recorded_at: at });
        }
        Event::Merged { release: other, used_seconds, partner_released_at } => release.merged.push(Merged {
            release: other.clone(),
            used_seconds: *used_seconds,
            partner_released_at: *partner_released_at,
            merged_at: at,
        }),
        Event::MergedInto { release: other } => release.merged_into = Some(other.clone()),
        Event::Delegated { delegation } => {
            release.delegations.retain(|given| given.delegate != delegation.delegate);
            release.delegations.push(delegation.clone());
        }
        Event::DelegationEnded { delegate } => release.delegations.retain(|given| given.delegate != *delegate),
        Event::ExternalEventNoted { kind, date, reference } => release.external_events.push(ExternalEvent {
            kind: *kind,
            date: *date,
            reference: reference.clone(),
            noted_at: at,
        }),
        Event::Records { records } => release.records.apply(records, at),
    }
    Some(release)
}
