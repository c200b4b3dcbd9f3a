//! The payload of an event: everything about it, in JSON. It is what erasure may take.

use serde::{Deserialize, Serialize};

use super::error::StorageError;
use crate::domain::{
    actor::By,
    audience::Audience,
    case::{CaseEvent, Event},
    id::Subject,
    time::Instant,
};

/// Schema version of every payload written by this version of the product.
pub const EVENT_SCHEMA: i32 = 1;

#[derive(Serialize)]
struct Written<'a> {
    subject: Subject,
    reference: &'a str,
    audience: Audience,
    effective_at: Instant,
    by: &'a By,
    event: &'a Event,
}

#[derive(Deserialize)]
struct Stored {
    subject: Subject,
    reference: String,
    audience: Audience,
    effective_at: Instant,
    by: By,
    event: Event,
}

pub(super) fn write(event: &CaseEvent) -> Result<String, StorageError> {
    let CaseEvent { subject, reference, audience, effective_at, by, event } = event;
    let written = Written { subject: *subject, reference, audience: *audience, effective_at: *effective_at, by, event };
    Ok(serde_json::to_string(&written)?)
}

pub(super) fn read(text: &str) -> Result<CaseEvent, StorageError> {
    let Stored { subject, reference, audience, effective_at, by, event } = serde_json::from_str(text)?;
    Ok(CaseEvent { subject, reference, audience, effective_at, by, event })
}
