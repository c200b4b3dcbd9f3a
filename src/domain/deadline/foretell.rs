//! What a ladder will say if the deadline stays open and a worker is always there in time: the same decisions that
//! reminding makes, made for every instant that lies ahead.

use std::collections::BTreeSet;

use super::{Due, OffsetKey, OpenDeadline, PlannedReminder, Recipient, due_now, plan};
use crate::domain::{case::Facts, refusal::Refusal, time::Instant};

/// A reminder that will go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foretold {
    /// When.
    pub at: Instant,
    /// Which step of the ladder.
    pub key: OffsetKey,
    /// Who gets it.
    pub recipients: Vec<Recipient>,
}

/// The stretch during which a deadline is open and its ladder may speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// What was planned up to this instant, itself included, was dealt with; nothing for a deadline that opens later.
    pub told_until: Option<Instant>,
    /// When it ends, exclusive.
    pub ended: Option<Instant>,
    /// How far ahead is looked, inclusive.
    pub until: Instant,
}

impl OpenDeadline {
    /// The reminders of a deadline that came into being at `since`.
    ///
    /// # Errors
    /// [`Refusal::NoFramework`] if its version is not known.
    pub fn plan(&self, facts: &Facts, since: Instant) -> Result<Vec<PlannedReminder>, Refusal> {
        let framework = facts.framework(&self.framework)?;
        let Due { calendar_version, .. } = &self.due;
        let calendar = facts.calendars.adopted(Some(calendar_version));
        Ok(plan(&self.rule(framework), &self.due, since, framework.zone, calendar))
    }
}

/// The reminders of a plan that will go out during the stretch.
pub fn foretell(plan: &[PlannedReminder], stretch: Stretch) -> Vec<Foretold> {
    let is_told = |planned: &&PlannedReminder| stretch.told_until.is_some_and(|told| planned.at <= told);
    let mut settled: BTreeSet<OffsetKey> = plan.iter().filter(is_told).map(|planned| planned.key).collect();
    let ahead = plan.iter().filter(|planned| !planned.before_start && !is_told(planned)).map(|planned| planned.at);
    let instants: BTreeSet<Instant> =
        ahead.filter(|at| *at <= stretch.until && stretch.ended.is_none_or(|ended| *at < ended)).collect();
    let mut foretold = Vec::new();
    for at in instants {
        let decision = due_now(plan, &settled, at);
        settled.extend(decision.send.iter().map(|send| send.key).chain(decision.skip.iter().map(|skip| skip.key)));
        foretold.extend(decision.send.into_iter().map(|send| Foretold {
            at,
            key: send.key,
            recipients: send.recipients,
        }));
    }
    foretold
}
