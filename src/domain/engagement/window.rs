//! The arithmetic of the access window (domain section 3.3): one function for every edit path. Half-open
//! `[open_at, close_at)`; elapsed and civil cap both apply; nothing ever rolls later.

use chrono::TimeDelta;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::domain::{
    framework::{Framework, WindowClock},
    time::{Instant, add_calendar_days, plus},
};

/// A window that opened at least once. `segments` are the stretches during which access was open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The first opening.
    pub opened_at: Instant,
    /// Open stretches, oldest first; the last one has no end while the window is open.
    pub segments: Vec<Segment>,
    /// The smallest planned partner release in force at or since the first opening, as far as both keys did not
    /// raise it.
    pub release_bound: Instant,
    /// An end that was agreed or lowered.
    pub earlier_end: Option<Instant>,
    /// When it closed.
    pub closed_at: Option<Instant>,
}

/// A stretch during which access was open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// From this instant on.
    pub from: Instant,
    /// Up to, not including.
    pub to: Option<Instant>,
}

/// The rules that a window runs under, from the pinned framework version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The cap in calendar days; the elapsed cap is as many times 86,400 seconds.
    pub cap_days: u32,
    /// Whether the clock runs while access is suspended.
    pub clock: WindowClock,
    /// Whether an opening lies at most the cap before the planned partner release.
    pub anchored: bool,
    /// The program zone, for the civil cap.
    pub zone: Tz,
    /// Time already used on the same model release: earlier windows and recorded assessment use.
    pub used_before: TimeDelta,
}

impl Rules {
    /// The rules of a framework version for a release of which `used_before` is used.
    pub fn of(framework: &Framework, used_before: TimeDelta) -> Self {
        Self {
            cap_days: framework.window_cap_days,
            clock: framework.window_clock,
            anchored: framework.window_anchored,
            zone: framework.zone,
            used_before,
        }
    }

    /// The elapsed cap.
    pub fn cap(&self) -> TimeDelta {
        TimeDelta::seconds(i64::from(self.cap_days) * 86_400)
    }

    /// The earliest opening for a planned release under anchored windows: the order's days before release are counted
    /// back from it. Without the anchor a window may open and end sooner; the caps and the release bind it all the same.
    pub fn earliest_opening(&self, planned: Instant) -> Option<Instant> {
        self.anchored.then(|| plus(planned, -self.cap()))
    }

    /// The ceiling that no key raises: what is left of the cap from `start`, and under a running clock the civil cap
    /// from the first opening.
    pub fn ceiling(&self, first_opening: Instant, start: Instant, used: TimeDelta) -> Instant {
        let elapsed = plus(start, self.cap() - used);
        match self.clock {
            WindowClock::Running => elapsed.min(add_calendar_days(first_opening, self.cap_days, self.zone)),
            WindowClock::Paused => elapsed,
        }
    }

    /// When a window would close if it opened at `open_at`; `None` if that leaves no time at all.
    pub fn projected_close(&self, open_at: Instant, planned: Instant, agreed_end: Option<Instant>) -> Option<Instant> {
        let close = Window::open(open_at, planned, agreed_end).close_at(self)?;
        (close > open_at).then_some(close)
    }
}

impl Window {
    /// A window opening now, bound by the planned release in force.
    pub fn open(at: Instant, release_bound: Instant, earlier_end: Option<Instant>) -> Self {
        let segments = vec![Segment { from: at, to: None }];
        Self { opened_at: at, segments, release_bound, earlier_end, closed_at: None }
    }

    /// When the window closes, or closed. `None` while it is suspended under a paused clock: the end is computed anew
    /// when both keys resume it.
    pub fn close_at(&self, rules: &Rules) -> Option<Instant> {
        if self.closed_at.is_some() {
            return self.closed_at;
        }
        let ceiling = match rules.clock {
            WindowClock::Running => Some(self.ceiling_from(rules, self.opened_at, rules.used_before)),
            WindowClock::Paused => {
                let open = self.segments.last().filter(|segment| segment.to.is_none())?;
                Some(self.ceiling_from(rules, open.from, rules.used_before + self.open_time(open.from)))
            }
        };
        ceiling.map(|ceiling| self.bounded(ceiling))
    }

    fn ceiling_from(&self, rules: &Rules, start: Instant, used: TimeDelta) -> Instant {
        rules.ceiling(self.opened_at, start, used)
    }

    fn bounded(&self, ceiling: Instant) -> Instant {
        let end = ceiling.min(self.release_bound);
        self.earlier_end.map_or(end, |earlier| end.min(earlier))
    }

    /// When the window would close if it resumed at `at`; `None` if nothing is left.
    pub fn close_if_resumed(&self, rules: &Rules, at: Instant) -> Option<Instant> {
        let mut resumed = self.clone();
        resumed.resume(at);
        resumed.close_at(rules).filter(|close| *close > at)
    }

    /// The latest end that both keys together may set: the caps, not the bounds. `None` while suspended under a
    /// paused clock.
    pub fn latest_end(&self, rules: &Rules) -> Option<Instant> {
        let unbounded = Self { release_bound: Instant::MAX_UTC, earlier_end: None, ..self.clone() };
        unbounded.close_at(rules)
    }

    /// Where the cap alone ends the window, or would have ended one that closed before. `None` while or after it is
    /// suspended under a paused clock.
    pub fn limit(&self, rules: &Rules) -> Option<Instant> {
        Self { closed_at: None, ..self.clone() }.latest_end(rules)
    }

    /// Ends the open stretch.
    pub fn suspend(&mut self, at: Instant) {
        if let Some(segment) = self.segments.last_mut() {
            segment.to = segment.to.or(Some(at));
        }
    }

    /// Begins another open stretch.
    pub fn resume(&mut self, at: Instant) {
        self.segments.push(Segment { from: at, to: None });
    }

    /// Closes the window.
    pub fn close(&mut self, at: Instant) {
        self.suspend(at);
        self.closed_at = self.closed_at.or(Some(at));
    }

    /// Whether access is open at `at`: in a stretch, and before the end (half-open).
    pub fn is_open_at(&self, rules: &Rules, at: Instant) -> bool {
        let in_stretch = self.segments.iter().any(|s| s.from <= at && s.to.is_none_or(|to| at < to));
        let before_end = self.close_at(rules).is_none_or(|close| at < close);
        in_stretch && before_end
    }

    /// Open time up to `at`.
    pub fn open_time(&self, at: Instant) -> TimeDelta {
        let stretch = |s: &Segment| s.to.map_or(at, |to| to.min(at)) - s.from;
        self.segments.iter().map(stretch).fold(TimeDelta::zero(), |sum, one| sum + one.max(TimeDelta::zero()))
    }

    /// What the window counts against the release's cap as of `at`: under a running clock first opening to last
    /// close, suspended or not; under a paused clock open time alone.
    pub fn used(&self, clock: WindowClock, at: Instant) -> TimeDelta {
        let until = self.closed_at.map_or(at, |closed| closed.min(at));
        match clock {
            WindowClock::Running => (until - self.opened_at).max(TimeDelta::zero()),
            WindowClock::Paused => self.open_time(until),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_where_the_cap_alone_ends_a_window_whatever_ended_it() {
        let at = |text: &str| text.parse::<Instant>().expect("an instant");
        let (opened, limit) = (at("2026-11-09T14:00:00Z"), at("2026-12-09T14:00:00Z"));
        let running = Rules {
            cap_days: 30,
            clock: WindowClock::Running,
            anchored: true,
            zone: chrono_tz::America::New_York,
            used_before: TimeDelta::zero(),
        };
        let mut window = Window::open(opened, at("2026-12-01T14:00:00Z"), None);
        assert_eq!(window.limit(&running), Some(limit), "the release bounds the window, not the limit");
        let used = Rules { used_before: TimeDelta::days(10), ..running };
        assert_eq!(window.limit(&used), Some(at("2026-11-29T14:00:00Z")), "earlier use counts");
        let paused = Rules { clock: WindowClock::Paused, ..running };
        assert_eq!(window.limit(&paused), Some(limit));
        window.suspend(at("2026-11-11T14:00:00Z"));
        assert_eq!(window.limit(&paused), None, "nobody knows it while the clock is paused");
        window.close(at("2026-11-15T14:00:00Z"));
        assert_eq!(window.limit(&running), Some(limit), "and after the window closed");
    }
}
