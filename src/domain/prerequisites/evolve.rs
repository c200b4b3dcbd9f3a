//! Folding events into a person's prerequisites: total, and without rules.

use super::{Prerequisites, PrerequisitesEvent as Event};
use crate::domain::time::Instant;

/// The record after the event; `None` until it was opened.
pub fn evolve(before: Option<Prerequisites>, event: &Event, at: Instant) -> Option<Prerequisites> {
    if let Event::Opened { account, organization, side } = event {
        return Some(Prerequisites {
            account: *account,
            organization: *organization,
            side: *side,
            attested_at: None,
            trained_at: None,
            screening: None,
            export_screening: None,
            changed_at: at,
        });
    }
    let mut person = before?;
    person.changed_at = at;
    match event {
        Event::Opened { .. } => {}
        Event::Attested => person.attested_at = Some(at),
        Event::TrainingRecorded { trained_at } => person.trained_at = Some(*trained_at),
        Event::ScreeningRecorded { reference } => person.screening.clone_from(reference),
        Event::ExportScreeningRecorded { reference } => person.export_screening.clone_from(reference),
    }
    Some(person)
}
