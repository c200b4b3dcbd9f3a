//! What time brings to a document: one whose content never comes lapses, so that it holds no quota for ever.

use chrono::TimeDelta;

use super::{DocumentEvent as Event, DocumentStage as Stage};
use crate::domain::{
    case::Case,
    id::RecordId,
    time::{Instant, plus},
};

/// How long the content of a declared document is waited for.
const WAIT: TimeDelta = TimeDelta::hours(24);

/// The next thing that time brings, and when: `from` or later.
pub fn due(case: &Case, id: RecordId, from: Instant) -> Option<(Instant, Event)> {
    let document = &case.documents.get(&id)?.state;
    (document.stage == Stage::AwaitingContent).then(|| (plus(document.since, WAIT).max(from), Event::Lapsed))
}
