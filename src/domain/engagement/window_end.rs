//! What bounds the end of a window (domain section 3.3). The end is the bound that comes first, so that an end and what
//! is told of it are one reckoning.

use chrono::TimeDelta;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::time::Instant;

/// A bound of a window's end. Of several at one instant the one that is named first here decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndBound {
    /// The days of the cap, each of 24 hours, less what was used before.
    ElapsedCap,
    /// The days of the cap in the program's zone, from the first opening; under a running clock alone.
    CivilCap,
    /// The smallest planned partner release in force at or since the first opening, as far as both keys did not raise it.
    PlannedRelease,
    /// An end that was agreed or lowered.
    AgreedEnd,
}

/// The end of a window that is not over, with all that bounds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowEnd {
    /// The first opening, from which the days are counted.
    pub opened_at: Instant,
    /// The cap in days.
    pub cap_days: u32,
    /// What earlier windows of the release and recorded assessments used of the cap.
    pub used_before: TimeDelta,
    /// How long the clock stood still since the first opening; nothing under a running clock.
    pub paused: TimeDelta,
    /// Where the elapsed cap ends.
    pub elapsed_cap: Instant,
    /// Where the civil cap ends, where it counts.
    pub civil_cap: Option<Instant>,
    /// The planned partner release that bounds the window.
    pub planned_release: Instant,
    /// The end that was agreed or lowered, if one was.
    pub agreed_end: Option<Instant>,
}

impl WindowEnd {
    /// Every bound with its instant.
    pub fn bounds(&self) -> impl Iterator<Item = (Instant, EndBound)> {
        let bounds = [
            Some((self.elapsed_cap, EndBound::ElapsedCap)),
            self.civil_cap.map(|at| (at, EndBound::CivilCap)),
            Some((self.planned_release, EndBound::PlannedRelease)),
            self.agreed_end.map(|at| (at, EndBound::AgreedEnd)),
        ];
        bounds.into_iter().flatten()
    }

    /// The bound that decides, with its instant.
    pub fn first(&self) -> (Instant, EndBound) {
        let elapsed = (self.elapsed_cap, EndBound::ElapsedCap);
        self.bounds().fold(elapsed, Ord::min)
    }

    /// When the window closes.
    pub fn at(&self) -> Instant {
        self.first().0
    }
}
