//! The arithmetic of the access window (domain section 3.3): one function for every edit path. Half-open
//! `[open_at, close_at)`; elapsed and civil cap both apply; nothing ever rolls later.

use chrono::TimeDelta;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::window_end::WindowEnd;
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
        let elapsed = self.elapsed_cap(start, used);
        self.civil_cap(first_opening).map_or(elapsed, |civil| elapsed.min(civil))
    }

    /// Where what is left of the cap ends from `start`, in elapsed time.
    fn elapsed_cap(&self, start: Instant, used: TimeDelta) -> Instant {
        plus(start, self.cap() - used)
    }

    /// Where the cap ends in the program's zone; under a running clock alone.
    fn civil_cap(&self, first_opening: Instant) -> Option<Instant> {
        match self.clock {
            WindowClock::Running => Some(add_calendar_days(first_opening, self.cap_days, self.zone)),
            WindowClock::Paused => None,
        }
    }

    /// When a window would close if it opened at `open_at`; `None` if that leaves no time at all.
    pub fn projected_close(&self, open_at: Instant, planned: Instant, agreed_end: Option<Instant>) -> Option<Instant> {
        self.projected_end(open_at, planned, agreed_end).map(|end| end.at())
    }

    /// The end that such a window would have, with all that bounds it.
    pub fn projected_end(&self, open_at: Instant, planned: Instant, agreed_end: Option<Instant>) -> Option<WindowEnd> {
        Window::open(open_at, planned, agreed_end).end(self).filter(|end| end.at() > open_at)
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
        self.closed_at.or_else(|| self.end(rules).map(|end| end.at()))
    }

    /// The end of a window that is not over, with all that bounds it. `None` once it closed, which is a fact and no
    /// reckoning, and while it is suspended under a paused clock.
    pub fn end(&self, rules: &Rules) -> Option<WindowEnd> {
        if self.closed_at.is_some() {
            return None;
        }
        let (start, open_before) = match rules.clock {
            WindowClock::Running => (self.opened_at, TimeDelta::zero()),
            WindowClock::Paused => {
                let open = self.segments.last().filter(|segment| segment.to.is_none())?;
                (open.from, self.open_time(open.from))
            }
        };
        Some(WindowEnd {
            opened_at: self.opened_at,
            cap_days: rules.cap_days,
            used_before: rules.used_before,
            paused: start - self.opened_at - open_before,
            elapsed_cap: rules.elapsed_cap(start, rules.used_before + open_before),
            civil_cap: rules.civil_cap(self.opened_at),
            planned_release: self.release_bound,
            agreed_end: self.earlier_end,
        })
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
    use super::{super::window_end::EndBound, *};

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

    /// Each bound decides once; expected ends are counted by hand.
    #[test]
    fn the_first_bound_decides_an_end() {
        let at = |text: &str| text.parse::<Instant>().expect("an instant");
        let rules = |clock, used_hours| Rules {
            cap_days: 30,
            clock,
            anchored: true,
            zone: chrono_tz::America::New_York,
            used_before: TimeDelta::hours(used_hours),
        };
        let (autumn, winter, spring) = ("2026-10-26T12:00:00Z", "2026-11-09T14:00:00Z", "2027-02-22T14:00:00Z");
        let far = "2027-06-01T13:00:00Z";
        // The clocks go back on November 1 and forward on March 14: 30 days there are 721 hours, and 719 hours.
        let table = [
            (autumn, 0, far, None, "2026-11-25T12:00:00Z", EndBound::ElapsedCap),
            (autumn, 48, far, None, "2026-11-23T12:00:00Z", EndBound::ElapsedCap),
            (winter, 0, far, None, "2026-12-09T14:00:00Z", EndBound::ElapsedCap),
            (winter, 0, "2026-12-09T14:00:00Z", None, "2026-12-09T14:00:00Z", EndBound::ElapsedCap),
            (spring, 0, far, None, "2027-03-24T13:00:00Z", EndBound::CivilCap),
            (spring, 2, far, None, "2027-03-24T12:00:00Z", EndBound::ElapsedCap),
            (winter, 0, "2026-12-01T14:00:00Z", None, "2026-12-01T14:00:00Z", EndBound::PlannedRelease),
            (winter, 0, far, Some("2026-11-20T14:00:00Z"), "2026-11-20T14:00:00Z", EndBound::AgreedEnd),
            (winter, 0, "2026-11-19T14:00:00Z", Some(far), "2026-11-19T14:00:00Z", EndBound::PlannedRelease),
        ];
        for (opened, used_hours, planned, agreed, ends, bound) in table {
            let window = Window::open(at(opened), at(planned), agreed.map(at));
            let rules = rules(WindowClock::Running, used_hours);
            let end = window.end(&rules).expect("an end");
            assert_eq!(end.first(), (at(ends), bound), "{opened}, {used_hours}, {planned}, {agreed:?}");
            assert_eq!(window.close_at(&rules), Some(at(ends)));
            assert_eq!(
                (end.opened_at, end.used_before, end.paused),
                (at(opened), rules.used_before, TimeDelta::zero())
            );
        }
    }

    #[test]
    fn an_end_tells_how_long_the_clock_stood_still() {
        let at = |text: &str| text.parse::<Instant>().expect("an instant");
        let paused = Rules {
            cap_days: 30,
            clock: WindowClock::Paused,
            anchored: true,
            zone: chrono_tz::America::New_York,
            used_before: TimeDelta::days(3),
        };
        let mut window = Window::open(at("2027-02-22T14:00:00Z"), at("2027-06-01T13:00:00Z"), None);
        assert_eq!(window.end(&paused).map(|end| (end.paused, end.civil_cap)), Some((TimeDelta::zero(), None)));
        window.suspend(at("2027-02-24T14:00:00Z"));
        assert_eq!(window.end(&paused), None, "nobody knows it");
        window.resume(at("2027-02-26T14:00:00Z"));
        window.suspend(at("2027-03-01T14:00:00Z"));
        window.resume(at("2027-03-01T20:00:00Z"));
        let end = window.end(&paused).expect("an end");
        assert_eq!((end.used_before, end.paused), (TimeDelta::days(3), TimeDelta::hours(54)));
        // Thirty days from February 22, less three, and 54 hours on top.
        assert_eq!(end.first(), (at("2027-03-23T20:00:00Z"), EndBound::ElapsedCap));
        window.close(at("2027-03-10T14:00:00Z"));
        assert_eq!(window.end(&paused), None, "that it closed is a fact");
    }
}
