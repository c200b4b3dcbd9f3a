//! Why a window ends when it does.

use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Moment, moment};
use crate::domain::{
    deadline::{OpenDeadline, Source},
    engagement::window_end::{EndBound, WindowEnd},
};

/// Why a window ends when it does: all that bounds it. The bound that comes first decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WindowEndView {
    /// The bound that decides.
    pub decided_by: EndBound,
    /// Every bound with its instant, the first to come first.
    pub bounds: Vec<BoundView>,
    /// The first opening, from which the days of the cap are counted.
    pub counted_from: Moment,
    /// The cap in days.
    pub cap_days: u32,
    /// Seconds of the cap that earlier windows of the release and recorded assessments used.
    pub used_before_seconds: i64,
    /// Seconds that the clock stood still since the first opening; none under a running clock.
    pub paused_seconds: i64,
}

/// One bound of a window's end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BoundView {
    /// Which one.
    pub bound: EndBound,
    /// When it would end the window.
    pub at: Moment,
}

impl WindowEndView {
    /// The end as people of a zone read it.
    pub fn of(end: &WindowEnd, zone: Tz) -> Self {
        let mut bounds: Vec<_> = end.bounds().collect();
        bounds.sort_unstable();
        Self {
            decided_by: end.first().1,
            bounds: bounds.into_iter().map(|(at, bound)| BoundView { bound, at: moment(at, zone) }).collect(),
            counted_from: moment(end.opened_at, zone),
            cap_days: end.cap_days,
            used_before_seconds: end.used_before.num_seconds(),
            paused_seconds: end.paused.num_seconds(),
        }
    }

    /// The end of the window that a deadline stands for, if it does.
    pub fn of_deadline(open: &OpenDeadline, zone: Tz) -> Option<Self> {
        match open.source {
            Source::Window(end) => Some(Self::of(&end, zone)),
            Source::Rule | Source::Given | Source::Scheduled(_) => None,
        }
    }
}
