//! Folding events into a model release: total, and without rules.

use super::{ActualRelease, PlannedChange, Release, ReleaseEvent as Event};
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
        Event::Released { kind, released_at } => {
            release.released.push(ActualRelease { kind: *kind, released_at: *released_at, recorded_at: at });
        }
        Event::Records { records } => release.records.apply(records, at),
    }
    Some(release)
}
