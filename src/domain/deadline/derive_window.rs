//! The dates of an access window, D8 and D9, and what they come of. Their clocks are given: the instant that they start
//! at is the one that they end at, so that a changed date is another deadline. Why it is that date stands beside it.

use super::{
    DeadlineKind as K,
    derive::{Collector, Date, OpenDeadline},
};
use crate::domain::{
    engagement::{Engagement, Stage, rules_of, window_end::WindowEnd},
    id::{Kind, RecordId, Subject},
    refusal::Refusal,
    time::Instant,
};

/// What the date of a deadline comes of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The numbers of the clock.
    Rule,
    /// An instant that an event or a review gave, whatever length the version gives to one that is counted.
    Given,
    /// The opening that both sides scheduled, at this instant.
    Scheduled(Instant),
    /// The end of an open window, with all that bounds it.
    Window(WindowEnd),
}

impl OpenDeadline {
    /// The instant of the event that anchors it: that which the clock counts from, or which gave its instant.
    pub const fn anchored_at(&self) -> Instant {
        match self.source {
            Source::Rule | Source::Given => self.starts_at,
            Source::Scheduled(at) => at,
            Source::Window(end) => end.opened_at,
        }
    }
}

impl Collector<'_> {
    /// D8 until a scheduled window opens, D9 until an open one closes; none while nobody knows when.
    pub(super) fn window(&mut self, id: RecordId, e: &Engagement) -> Result<(), Refusal> {
        let (clock, source) = match &e.stage {
            Stage::WindowScheduled { open_at, missed: false, .. } => {
                ((K::WindowOpens, "window_scheduled", *open_at), Source::Scheduled(e.since))
            }
            Stage::WindowOpen | Stage::Suspended { .. } => {
                let rules = rules_of(self.case, id, self.facts, self.now)?;
                let Some(end) = e.window.as_ref().and_then(|window| window.end(&rules)) else { return Ok(()) };
                ((K::WindowCloses, "window_opened", end.at()), Source::Window(end))
            }
            Stage::Draft
            | Stage::Proposed
            | Stage::Conditions
            | Stage::Ready
            | Stage::WindowScheduled { .. }
            | Stage::CloseOut { .. }
            | Stage::Closed { .. } => return Ok(()),
        };
        let subject = Subject::new(Kind::Engagement, id);
        self.insert(subject, Some(id), clock, Date::OfWindow, Vec::new(), source)
    }
}
