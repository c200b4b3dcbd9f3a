//! What a deadline's ladder asks to be sent at an instant.
//!
//! It follows from the plan, the clock and the keys already settled; it never matters when somebody last looked. After
//! an outage each recipient therefore gets the most urgent missed reminder and nothing else, and no reminder is lost or
//! repeated (invariant 24).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ladder::{OffsetKey, PlannedReminder};
use super::words::Recipient;
use crate::domain::time::Instant;

/// Why a reminder is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// Its instant lay before the deadline was recorded.
    BeforeStart,
    /// A more urgent one for the same recipient has come due.
    Superseded,
    /// What it announces has happened by itself.
    Moot,
}

/// A reminder to be sent now, with those of its recipients for whom it is the most urgent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Send {
    /// The planned reminder's key.
    pub key: OffsetKey,
    /// When it was meant to go out.
    pub planned_at: Instant,
    /// Who gets it.
    pub recipients: Vec<Recipient>,
}

/// A reminder that will never be sent to these recipients; recorded, so that the history tells why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// The planned reminder's key.
    pub key: OffsetKey,
    /// Who does not get it.
    pub recipients: Vec<Recipient>,
    /// Why.
    pub reason: SkipReason,
}

/// What follows at an instant. Every key named here is settled once both lists are recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// To be queued.
    pub send: Vec<Send>,
    /// To be recorded as skipped.
    pub skip: Vec<Skip>,
}

/// What to send and what to skip of an open deadline's plan at `now`.
///
/// `settled` holds the keys already recorded, sent or skipped. Of the reminders reached, each recipient gets the most
/// urgent only. The caller asks for open deadlines alone: nothing is sent after completion.
pub fn due_now(plan: &[PlannedReminder], settled: &BTreeSet<OffsetKey>, now: Instant) -> Decision {
    let reached: Vec<_> = plan.iter().filter(|planned| planned.at <= now).collect();
    let mut served = BTreeSet::new();
    let mut decision = Decision::default();
    for planned in reached.into_iter().rev() {
        let unusable = unusable(planned, now);
        let open = !settled.contains(&planned.key);
        let (fresh, late): (Vec<_>, Vec<_>) = planned.recipients.iter().partition(|who| !served.contains(*who));
        if unusable.is_none() {
            served.extend(planned.recipients.iter().copied());
        }
        if !open {
            continue;
        }
        let mut skip = |recipients: Vec<Recipient>, reason| {
            if !recipients.is_empty() {
                decision.skip.push(Skip { key: planned.key, recipients, reason });
            }
        };
        skip(late, SkipReason::Superseded);
        match unusable {
            Some(reason) => skip(fresh, reason),
            None if fresh.is_empty() => {}
            None => decision.send.push(Send { key: planned.key, planned_at: planned.at, recipients: fresh }),
        }
    }
    decision.send.reverse();
    decision.skip.reverse();
    decision
}

fn unusable(planned: &PlannedReminder, now: Instant) -> Option<SkipReason> {
    if planned.before_start {
        return Some(SkipReason::BeforeStart);
    }
    planned.moot_from.filter(|end| now >= *end).map(|_| SkipReason::Moot)
}

/// The next instant after `now` at which the plan has something to say.
pub fn next_after(plan: &[PlannedReminder], now: Instant) -> Option<Instant> {
    plan.iter().filter(|planned| !planned.before_start).map(|planned| planned.at).find(|at| *at > now)
}
