//! The one place that asks what time it is.
//!
//! Time is a parameter everywhere else, so that every deadline, session and lease can be proven at the second before
//! and the second after. There are two clocks. The **business** clock rules the workflow: deadlines, access,
//! reminders; the demo and the tests may move it. The **system** clock rules what must follow real time whatever the
//! demo does: sessions, tokens, leases, backoff. Both give whole microseconds, because that is what both databases hold.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// Why a clock did not move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// Time never runs backwards: what was recorded at an instant must stay in the past.
    #[error("the clock stands at {now} and cannot move back to {asked}")]
    MovesBack {
        /// Where the clock stood.
        now: DateTime<Utc>,
        /// Where it was asked to go.
        asked: DateTime<Utc>,
    },
    /// Real time cannot be moved, and the demo's system clock is real time.
    #[error("this clock follows real time and cannot be moved")]
    NotMovable,
}

/// Business time and system time, cheap to clone; every clone shows and moves the same time.
#[derive(Debug, Clone)]
pub struct Clock {
    kind: Arc<Kind>,
}

#[derive(Debug)]
enum Kind {
    Real,
    Demo(Mutex<Running>),
    Fixed(Mutex<Hands>),
}

/// A business time that runs on with real time from where it was last set, unless it stands there.
#[derive(Debug, Clone, Copy)]
struct Running {
    set_to: DateTime<Utc>,
    /// When it was set; `None` while it stands.
    set_at: Option<std::time::Instant>,
}

impl Running {
    fn from(set_to: DateTime<Utc>) -> Self {
        Self { set_to, set_at: Some(std::time::Instant::now()) }
    }

    const fn standing(set_to: DateTime<Utc>) -> Self {
        Self { set_to, set_at: None }
    }

    /// Set to another time; what stood stands there, what ran runs on.
    fn moved(self, to: DateTime<Utc>) -> Self {
        if self.set_at.is_some() { Self::from(to) } else { Self::standing(to) }
    }

    fn now(self) -> DateTime<Utc> {
        let Some(set_at) = self.set_at else { return self.set_to };
        let run = TimeDelta::from_std(set_at.elapsed()).unwrap_or(TimeDelta::MAX);
        self.set_to.checked_add_signed(run).unwrap_or(DateTime::<Utc>::MAX_UTC).trunc_subsecs(6)
    }
}

/// The two hands of a clock that stands still until it is moved.
#[derive(Debug, Clone, Copy)]
struct Hands {
    business: DateTime<Utc>,
    system: DateTime<Utc>,
}

impl Clock {
    /// The clock of production: business time and system time are both real time.
    pub fn real() -> Self {
        Self { kind: Arc::new(Kind::Real) }
    }

    /// The clock of the demo: business time starts at `start` and runs on at the pace of real time, and may be moved
    /// forward; system time is real time, so that moving the story along does not end the visitor's session.
    pub fn demo(start: DateTime<Utc>) -> Self {
        Self { kind: Arc::new(Kind::Demo(Mutex::new(Running::from(start.trunc_subsecs(6))))) }
    }

    /// The clock of the demo while its story is told: business time stands at `start`, and at each instant that it is
    /// moved to, until [`Clock::run`] lets it go. System time is real time.
    pub fn demo_standing(start: DateTime<Utc>) -> Self {
        Self { kind: Arc::new(Kind::Demo(Mutex::new(Running::standing(start.trunc_subsecs(6))))) }
    }

    /// Lets a standing business time run on with real time; one that runs is left alone.
    ///
    /// # Errors
    /// [`ClockError::NotMovable`] unless it is a clock of the demo.
    pub fn run(&self) -> Result<(), ClockError> {
        let Kind::Demo(running) = &*self.kind else { return Err(ClockError::NotMovable) };
        let mut running = lock(running);
        *running = Running::from(running.now());
        Ok(())
    }

    /// The clock of tests: both hands stand at `start` until they are moved, each on its own.
    pub fn fixed(start: DateTime<Utc>) -> Self {
        let start = start.trunc_subsecs(6);
        Self { kind: Arc::new(Kind::Fixed(Mutex::new(Hands { business: start, system: start }))) }
    }

    /// Whether business time is real time, which instances on one database must agree on.
    pub fn is_real(&self) -> bool {
        matches!(*self.kind, Kind::Real)
    }

    /// The business time now, in whole microseconds UTC.
    pub fn business(&self) -> DateTime<Utc> {
        match &*self.kind {
            Kind::Real => real_now(),
            Kind::Demo(running) => lock(running).now(),
            Kind::Fixed(hands) => lock(hands).business,
        }
    }

    /// The system time now, in whole microseconds UTC.
    pub fn system(&self) -> DateTime<Utc> {
        match &*self.kind {
            Kind::Real | Kind::Demo(_) => real_now(),
            Kind::Fixed(hands) => lock(hands).system,
        }
    }

    /// Moves the business clock forward to `instant`; staying where it stands is allowed.
    ///
    /// # Errors
    /// [`ClockError::MovesBack`] if `instant` is past, [`ClockError::NotMovable`] on the clock of production.
    pub fn advance_to(&self, instant: DateTime<Utc>) -> Result<(), ClockError> {
        let asked = instant.trunc_subsecs(6);
        match &*self.kind {
            Kind::Real => Err(ClockError::NotMovable),
            Kind::Demo(running) => {
                let mut running = lock(running);
                forward(running.now(), asked)?;
                *running = running.moved(asked);
                Ok(())
            }
            Kind::Fixed(hands) => {
                let mut hands = lock(hands);
                forward(hands.business, asked)?;
                hands.business = asked;
                Ok(())
            }
        }
    }

    /// Moves the business clock forward by `step`.
    ///
    /// # Errors
    /// As [`Clock::advance_to`]; a negative step moves back.
    pub fn advance(&self, step: TimeDelta) -> Result<(), ClockError> {
        self.advance_to(self.business().checked_add_signed(step).unwrap_or(DateTime::<Utc>::MAX_UTC))
    }

    /// Moves the system clock of a fixed clock forward by `step`; business time stays.
    ///
    /// # Errors
    /// [`ClockError::MovesBack`] if `step` is negative, [`ClockError::NotMovable`] unless the clock is fixed.
    pub fn advance_system(&self, step: TimeDelta) -> Result<(), ClockError> {
        let Kind::Fixed(hands) = &*self.kind else { return Err(ClockError::NotMovable) };
        let mut hands = lock(hands);
        let asked = hands.system.checked_add_signed(step).unwrap_or(DateTime::<Utc>::MAX_UTC);
        forward(hands.system, asked)?;
        hands.system = asked;
        Ok(())
    }

    /// Sets both hands of a fixed clock to `instant`.
    ///
    /// # Errors
    /// [`ClockError::MovesBack`] if either hand is already past it, [`ClockError::NotMovable`] unless the clock is
    /// fixed.
    pub fn set(&self, instant: DateTime<Utc>) -> Result<(), ClockError> {
        let Kind::Fixed(hands) = &*self.kind else { return Err(ClockError::NotMovable) };
        let asked = instant.trunc_subsecs(6);
        let mut hands = lock(hands);
        forward(hands.business.max(hands.system), asked)?;
        *hands = Hands { business: asked, system: asked };
        Ok(())
    }
}

fn forward(now: DateTime<Utc>, asked: DateTime<Utc>) -> Result<(), ClockError> {
    if asked < now { Err(ClockError::MovesBack { now, asked }) } else { Ok(()) }
}

/// A poisoned lock still holds a whole time: each change is one assignment, so there is nothing half done to fear.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(clippy::disallowed_methods, reason = "this is the clock: the one reading of real time that all others use")]
fn real_now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn real_time_has_whole_microseconds_and_does_not_move() {
        let clock = Clock::real();
        assert_eq!(clock.business().timestamp_subsec_nanos() % 1_000, 0);
        assert!(clock.system() <= clock.business());
        assert_eq!(clock.advance_to(at("2100-01-01T00:00:00Z")), Err(ClockError::NotMovable));
        assert_eq!(clock.advance_system(TimeDelta::seconds(1)), Err(ClockError::NotMovable));
        assert_eq!(clock.set(at("2100-01-01T00:00:00Z")), Err(ClockError::NotMovable));
    }

    #[test]
    fn the_hands_of_a_fixed_clock_move_apart_and_only_forward() {
        let start = at("2026-11-23T14:00:00.123456789Z");
        let clock = Clock::fixed(start);
        let twin = clock.clone();
        assert_eq!(clock.business(), at("2026-11-23T14:00:00.123456Z"));

        clock.advance_to(at("2026-11-24T00:00:00Z")).unwrap();
        assert_eq!(twin.business(), at("2026-11-24T00:00:00Z"));
        assert_eq!(twin.system(), at("2026-11-23T14:00:00.123456Z"));

        twin.advance_system(TimeDelta::seconds(5)).unwrap();
        assert_eq!(clock.system(), at("2026-11-23T14:00:05.123456Z"));
        assert_eq!(clock.business(), at("2026-11-24T00:00:00Z"));

        let back = clock.advance_to(at("2026-11-23T23:59:59Z"));
        assert!(matches!(back, Err(ClockError::MovesBack { .. })));
        assert!(clock.advance_system(TimeDelta::seconds(-1)).is_err());
        assert!(clock.set(at("2026-11-23T20:00:00Z")).is_err());
        assert_eq!(clock.business(), at("2026-11-24T00:00:00Z"));

        clock.set(at("2026-12-01T00:00:00Z")).unwrap();
        assert_eq!((clock.business(), clock.system()), (at("2026-12-01T00:00:00Z"), at("2026-12-01T00:00:00Z")));
    }

    #[test]
    fn the_demo_starts_at_its_instant_runs_on_and_moves_forward() {
        let start = at("2026-11-23T14:00:00Z");
        let clock = Clock::demo(start);
        let first = clock.business();
        assert!(first >= start && first < start + TimeDelta::minutes(5));
        while clock.business() == first {
            std::hint::spin_loop();
        }
        assert!(clock.business() > first);

        clock.advance(TimeDelta::days(30)).unwrap();
        assert!(clock.business() >= first + TimeDelta::days(30));
        assert!(clock.advance_to(start).is_err());
        assert_eq!(clock.advance_system(TimeDelta::days(1)), Err(ClockError::NotMovable));
    }

    #[test]
    fn the_demo_stands_at_each_instant_until_it_is_let_go() {
        let start = at("2026-08-03T12:00:00Z");
        let clock = Clock::demo_standing(start);
        let system = clock.system();
        while clock.system() == system {
            std::hint::spin_loop();
        }
        assert_eq!(clock.business(), start);
        clock.advance(TimeDelta::days(1)).unwrap();
        assert_eq!(clock.business(), start + TimeDelta::days(1));
        assert!(clock.advance_to(start).is_err());
        clock.run().unwrap();
        let first = clock.business();
        while clock.business() == first {
            std::hint::spin_loop();
        }
        assert!(clock.business() > first && first >= start + TimeDelta::days(1));
        assert_eq!(Clock::fixed(start).run(), Err(ClockError::NotMovable));
    }
}
