//! Folding events into a document: total, and without rules.

use super::{Document, DocumentEvent as Event, DocumentStage as Stage};
use crate::domain::{actor::By, records::Erased, time::Instant};

/// The document after the event; `None` until it was declared.
pub fn evolve(before: Option<Document>, event: &Event, by: &By, at: Instant) -> Option<Document> {
    if let Event::Declared { document } = event {
        return Some(Document {
            declared: (**document).clone(),
            by: by.clone(),
            declared_at: at,
            stage: Stage::AwaitingContent,
            since: at,
            erased: None,
        });
    }
    let before = before?;
    let stage = match event {
        Event::Declared { .. } => Stage::AwaitingContent,
        Event::ContentReceived => Stage::Quarantined,
        Event::Released => Stage::Available,
        Event::Rejected => Stage::Rejected,
        Event::Superseded { .. } => Stage::Superseded,
        Event::Withdrawn => Stage::Withdrawn,
        Event::Lapsed => Stage::Lapsed,
        Event::ContentErased { under } => {
            return Some(Document { stage: Stage::Erased, since: at, erased: Some(Erased::new(at, under)), ..before });
        }
    };
    Some(Document { stage, since: at, ..before })
}
