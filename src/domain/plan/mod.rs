//! The planner: what would follow if a date moved, a condition stayed unsigned, or another framework version applied
//! (domain section 5; rules as everywhere). It projects a case twice, as it stands and as supposed, through time alone:
//! nobody acts. Nothing here decides anything; a supposition is folded by the same rules as the command that would bring
//! it about, and time by the same `settle`.

mod compare;
mod course;
mod guards;
mod suppose;

pub use compare::{DeadlineChange, EventChange, GrantEnds, NewlyUnmet, TellsReminder};
pub use course::{Course, Foreseen};
pub use guards::GuardKey;
pub use suppose::UNSIGNED;

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{
    actor::By,
    case::{Case, Facts},
    id::RecordId,
    refusal::{FieldReason, Refusal},
    time::{Instant, plus},
};
use course::{Looked, course};

/// How far ahead is looked when nothing is said, in days.
pub const USUAL_DAYS: i64 = 120;

/// How far ahead may be looked, in days: further on, time alone says little.
pub const MOST_DAYS: i64 = 400;

/// What is supposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Supposition {
    /// The developer sets, moves or unsets the planned partner release now.
    PlannedRelease {
        /// The planned instant; none for undecided.
        to: Option<Instant>,
    },
    /// The condition is not signed until this instant. Compared with its being in force now.
    ConditionUnsigned {
        /// The condition.
        condition: RecordId,
        /// Until when it is not signed.
        by: Instant,
    },
    /// Both sides pin this framework version now.
    FrameworkVersion {
        /// Its name.
        version: String,
    },
}

/// What is asked of an engagement.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The engagement.
    pub engagement: RecordId,
    /// What is supposed.
    pub suppose: &'a Supposition,
    /// Who would act. Whoever it is, the act restarts the clock of an idle engagement where the real one would (D22).
    pub by: &'a By,
    /// When each open deadline came into being, by its key; one that is not named came into being now.
    pub known: &'a BTreeMap<String, Instant>,
    /// The instant of asking; the case is settled at it.
    pub now: Instant,
    /// How far ahead is looked, inclusive.
    pub until: Instant,
}

/// Both courses.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What follows without the supposition.
    pub before: Course,
    /// What follows with it.
    pub after: Course,
}

/// The horizon for what was asked: 120 days ahead, or as said, at most 400.
///
/// # Errors
/// [`Refusal::Field`] at `/until`.
pub fn horizon(until: Option<Instant>, now: Instant) -> Result<Instant, Refusal> {
    let Some(until) = until else { return Ok(plus(now, TimeDelta::days(USUAL_DAYS))) };
    if until <= now {
        return Err(Refusal::field("/until", FieldReason::InPast));
    }
    if until > plus(now, TimeDelta::days(MOST_DAYS)) {
        return Err(Refusal::field("/until", FieldReason::TooFarAhead));
    }
    Ok(until)
}

/// Projects the case with and without what is supposed.
///
/// # Errors
/// [`Refusal::Field`] for what cannot be supposed, as the command would refuse it; [`Refusal::NoFramework`].
pub fn project(case: &Case, question: &Question<'_>, facts: &Facts) -> Result<Plan, Refusal> {
    let [before, after] = suppose::both(case, question, facts)?;
    let looked = Looked {
        engagement: question.engagement,
        known: question.known,
        facts,
        now: question.now,
        until: question.until,
        guarded_at: suppose::looked_at(question),
    };
    Ok(Plan { before: course(before, &looked)?, after: course(after, &looked)? })
}

#[cfg(test)]
mod tests;
