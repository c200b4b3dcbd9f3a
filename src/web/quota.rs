//! How many requests one person, or one gateway, may make: an even rate with a minute's worth at once. Beyond it the
//! answer is 429 with `Retry-After` (ASVS 2.4.1). Counted by each process for itself, so that a
//! request costs no statement.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use chrono::TimeDelta;
use uuid::Uuid;

use crate::{
    app::AppError,
    domain::time::{Instant, plus},
};

/// How many askers are remembered before those who have rested are forgotten.
const REMEMBERED: usize = 10_000;

/// The time over which the rate is reckoned.
const SPAN: TimeDelta = TimeDelta::minutes(1);

/// The requests of every asker. For each is kept the instant at which all of them would have been made at the even rate.
#[derive(Debug)]
pub struct Quota {
    interval: TimeDelta,
    spent_until: Mutex<BTreeMap<Uuid, Instant>>,
}

impl Quota {
    /// A quota of so many requests a minute.
    pub fn per_minute(requests: u32) -> Self {
        let interval = SPAN.checked_div(i32::try_from(requests.max(1)).unwrap_or(i32::MAX)).unwrap_or(SPAN);
        Self { interval, spent_until: Mutex::default() }
    }

    /// Counts a request at `now`, an instant of the system clock.
    ///
    /// # Errors
    /// [`AppError::TooManyRequests`] with the seconds after which the next one will be heard; it is not counted.
    pub fn count(&self, asker: Uuid, now: Instant) -> Result<(), AppError> {
        // Nothing panics while the lock is held; the counts would still be right.
        let mut spent_until = self.spent_until.lock().unwrap_or_else(PoisonError::into_inner);
        if spent_until.len() >= REMEMBERED {
            spent_until.retain(|_, until| *until > now);
        }
        let until = plus(spent_until.get(&asker).copied().unwrap_or(now).max(now), self.interval);
        let over = until - now - SPAN;
        if over > TimeDelta::zero() {
            // Whole seconds, and never so few that the next request is refused again.
            let seconds = u32::try_from(over.num_seconds()).unwrap_or(u32::MAX).saturating_add(1);
            return Err(AppError::TooManyRequests { retry_after_s: seconds });
        }
        spent_until.insert(asker, until);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: Uuid = Uuid::from_u128(1);
    const BEN: Uuid = Uuid::from_u128(2);

    fn at(seconds: i64) -> Instant {
        plus(Instant::default(), TimeDelta::seconds(seconds))
    }

    fn refused(quota: &Quota, asker: Uuid, now: Instant) -> Option<u32> {
        match quota.count(asker, now) {
            Err(AppError::TooManyRequests { retry_after_s }) => Some(retry_after_s),
            _ => None,
        }
    }

    #[test]
    fn a_minutes_worth_may_come_at_once_and_then_the_rate_holds() {
        let quota = Quota::per_minute(6);
        for request in 0..6 {
            assert_eq!(refused(&quota, ADA, at(0)), None, "request {request}");
        }
        assert_eq!(refused(&quota, ADA, at(0)), Some(11), "a refused request is not counted");
        assert_eq!(refused(&quota, ADA, at(0)), Some(11));
        assert_eq!(refused(&quota, BEN, at(0)), None, "another's quota is another's");
        assert_eq!(refused(&quota, ADA, at(9)), Some(2));
        assert_eq!(refused(&quota, ADA, at(11)), None);
        assert_eq!(refused(&quota, ADA, at(11)), Some(10));
        for _ in 0..6 {
            assert_eq!(refused(&quota, ADA, at(200)), None, "who rested has a minute's worth again");
        }
    }

    #[test]
    fn those_who_rested_are_forgotten() {
        let quota = Quota::per_minute(60);
        for number in 0..20_000 {
            quota.count(Uuid::from_u128(number), at(i64::try_from(number).unwrap())).unwrap();
        }
        assert!(quota.spent_until.lock().unwrap().len() <= REMEMBERED);
    }
}
