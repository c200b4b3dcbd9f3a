//! What becomes of a mail that is about to go out, by what its recipient chose. Pure: the instant, the zone and the
//! choices are parameters.
//!
//! Where nothing was chosen every mail goes out at once. What is legally operative always does, and so does what is due
//! within two days, unless the person switched its topic off or muted its record.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{LocalResult, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Timelike as _};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Topic;
use crate::domain::{deadline::Holiday, time::Instant};

/// What is due within this time is neither collected nor held back over quiet hours.
const SOON: TimeDelta = TimeDelta::hours(48);

/// Quiet hours begin at this hour of the person's day.
const QUIET_FROM: u32 = 20;

/// Quiet hours end at this hour.
const QUIET_TO: u32 = 7;

/// The digest goes out at this hour.
const DIGEST_AT: u32 = 8;

/// When mail of a topic goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cadence {
    /// At once.
    Immediate,
    /// Collected, once a day at 08:00.
    Digest,
    /// Never; the record and the worklist show it all the same.
    Off,
}

/// What a person chose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preferences {
    /// By topic; one that does not stand here is [`Cadence::Immediate`].
    pub mail: BTreeMap<Topic, Cadence>,
    /// Whether own task dates are sent as calendar entries.
    pub calendar_entries: bool,
    /// Whether mail waits over nights and federal holidays.
    pub quiet_hours: bool,
    /// The zone of the person's day; the program's if there is none.
    pub zone: Option<Tz>,
}

/// A mail that is about to go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Its topic; none for a digest and a calendar entry.
    pub topic: Option<Topic>,
    /// Whether it is legally operative ([`super::is_legal`]).
    pub legal: bool,
    /// When the task that it reminds of is due.
    pub due_at: Option<Instant>,
    /// Whether the person muted the record.
    pub muted: bool,
    /// Whether mail to this address came back.
    pub undeliverable: bool,
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handling {
    /// It goes out now.
    Send,
    /// It goes out at this instant.
    Wait(Instant),
    /// It is collected for the digest of this instant.
    Collect(Instant),
    /// It does not go out.
    Withhold(Withheld),
}

/// Why a mail does not go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// The person switched its topic off.
    Off,
    /// The person muted the record.
    Muted,
    /// Mail to the address came back, and this one is optional.
    Undeliverable,
}

impl Withheld {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Muted => "muted",
            Self::Undeliverable => "undeliverable",
        }
    }
}

impl Preferences {
    /// When mail of the topic goes out.
    pub fn cadence(&self, topic: Topic) -> Cadence {
        let chosen = self.mail.get(&topic).copied().filter(|_| topic.is_switchable());
        chosen.unwrap_or(Cadence::Immediate)
    }

    /// The topics that go into the digest.
    pub fn collected(&self) -> BTreeSet<Topic> {
        Topic::ALL.into_iter().filter(|topic| self.cadence(*topic) == Cadence::Digest).collect()
    }

    /// What becomes of the mail at `now`; `program` is the program's zone.
    pub fn handling(&self, mail: &Waiting, program: Tz, now: Instant) -> Handling {
        let fixed = mail.topic.is_some_and(|topic| !topic.is_switchable());
        if mail.legal || fixed {
            return Handling::Send;
        }
        if mail.undeliverable {
            return Handling::Withhold(Withheld::Undeliverable);
        }
        let cadence = mail.topic.map_or(Cadence::Immediate, |topic| self.cadence(topic));
        if cadence == Cadence::Off {
            return Handling::Withhold(Withheld::Off);
        }
        if mail.muted {
            return Handling::Withhold(Withheld::Muted);
        }
        if mail.due_at.is_some_and(|due| due - now < SOON) {
            return Handling::Send;
        }
        let zone = self.zone.unwrap_or(program);
        if cadence == Cadence::Digest {
            return Handling::Collect(next_digest(zone, now));
        }
        match quiet_until(zone, now).filter(|_| self.quiet_hours) {
            Some(until) => Handling::Wait(until),
            None => Handling::Send,
        }
    }
}

/// The first 08:00 after `now`, in the person's zone.
fn next_digest(zone: Tz, now: Instant) -> Instant {
    let today = now.with_timezone(&zone).date_naive();
    let days = today.iter_days().map(|day| at_hour(zone, day, DIGEST_AT));
    days.take(3).find(|at| *at > now).unwrap_or(now)
}

/// When the quiet stretch that `now` lies in ends: nights from 20:00 to 07:00 and whole federal holidays. `None` outside
/// of any.
fn quiet_until(zone: Tz, now: Instant) -> Option<Instant> {
    let local = now.with_timezone(&zone);
    let (today, hour) = (local.date_naive(), local.hour());
    let holiday = |day: NaiveDate| Holiday::on(day).is_some();
    let first = match hour {
        _ if holiday(today) || hour >= QUIET_FROM => today.succ_opt()?,
        _ if hour < QUIET_TO => today,
        _ => return None,
    };
    let morning = first.iter_days().find(|day| !holiday(*day))?;
    Some(at_hour(zone, morning, QUIET_TO))
}

/// An hour of a day. Where the clocks jump over it, the hour in UTC: late by hours at most, and never lost.
fn at_hour(zone: Tz, day: NaiveDate, hour: u32) -> Instant {
    let local = day.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default());
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
        LocalResult::None => local.and_utc(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: Tz = chrono_tz::America::New_York;

    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    const MAIL: Waiting =
        Waiting { topic: Some(Topic::Conditions), legal: false, due_at: None, muted: false, undeliverable: false };

    fn chose(cadence: Cadence) -> Preferences {
        Preferences { mail: [(Topic::Conditions, cadence)].into(), ..Preferences::default() }
    }

    /// Monday, 2026-11-23, 09:00 in New York.
    const MORNING: &str = "2026-11-23T14:00:00Z";

    #[test]
    fn where_nothing_was_chosen_everything_goes_out_at_once_at_any_hour() {
        for now in [MORNING, "2026-11-24T03:00:00Z", "2026-11-26T15:00:00Z"] {
            for topic in Topic::ALL {
                let mail = Waiting { topic: Some(topic), ..MAIL };
                assert_eq!(Preferences::default().handling(&mail, ZONE, at(now)), Handling::Send);
            }
        }
    }

    #[test]
    fn a_topic_goes_out_as_it_was_chosen_and_others_do_not() {
        let now = at(MORNING);
        let other = Waiting { topic: Some(Topic::Grants), ..MAIL };
        for (cadence, expected) in [
            (Cadence::Immediate, Handling::Send),
            (Cadence::Digest, Handling::Collect(at("2026-11-24T13:00:00Z"))),
            (Cadence::Off, Handling::Withhold(Withheld::Off)),
        ] {
            assert_eq!(chose(cadence).handling(&MAIL, ZONE, now), expected);
            assert_eq!(chose(cadence).handling(&other, ZONE, now), Handling::Send);
        }
    }

    #[test]
    fn nothing_holds_a_legal_notice_or_one_about_the_account() {
        let hard = Preferences {
            mail: Topic::ALL.into_iter().map(|topic| (topic, Cadence::Off)).collect(),
            quiet_hours: true,
            ..Preferences::default()
        };
        let midnight = at("2026-11-26T05:00:00Z");
        let worst = Waiting { muted: true, undeliverable: true, ..MAIL };
        for topic in Topic::ALL {
            let mail = Waiting { topic: Some(topic), ..worst };
            let sent = hard.handling(&mail, ZONE, midnight) == Handling::Send;
            assert_eq!(sent, !topic.is_switchable(), "{topic:?}");
            assert_eq!(hard.handling(&Waiting { legal: true, ..mail }, ZONE, midnight), Handling::Send);
        }
    }

    #[test]
    fn what_is_due_within_two_days_is_neither_collected_nor_held_back_over_night() {
        let night = at("2026-11-24T03:00:00Z");
        let quiet = Preferences { quiet_hours: true, ..Preferences::default() };
        let due = |hours: i64| Waiting { due_at: Some(night + TimeDelta::hours(hours)), ..MAIL };
        for hours in [-5, 0, 47] {
            assert_eq!(quiet.handling(&due(hours), ZONE, night), Handling::Send, "{hours}");
            assert_eq!(chose(Cadence::Digest).handling(&due(hours), ZONE, night), Handling::Send, "{hours}");
        }
        assert_eq!(quiet.handling(&due(48), ZONE, night), Handling::Wait(at("2026-11-24T12:00:00Z")));
        assert!(matches!(chose(Cadence::Digest).handling(&due(48), ZONE, night), Handling::Collect(_)));
        let off = chose(Cadence::Off).handling(&due(1), ZONE, night);
        assert_eq!(off, Handling::Withhold(Withheld::Off), "what the person switched off is off");
    }

    #[test]
    fn quiet_hours_end_at_seven_of_the_persons_own_day_and_pass_over_holidays() {
        let table = [
            // 19:59, 20:00, 23:59, 06:59 and 07:00 in New York.
            ("2026-11-24T00:59:00Z", None),
            ("2026-11-24T01:00:00Z", Some("2026-11-24T12:00:00Z")),
            ("2026-11-24T04:59:00Z", Some("2026-11-24T12:00:00Z")),
            ("2026-11-24T11:59:00Z", Some("2026-11-24T12:00:00Z")),
            ("2026-11-24T12:00:00Z", None),
            // The evening before Thanksgiving, and Thanksgiving at noon: Friday at 07:00.
            ("2026-11-26T02:00:00Z", Some("2026-11-27T12:00:00Z")),
            ("2026-11-26T17:00:00Z", Some("2026-11-27T12:00:00Z")),
            // In summer the hour is another one in UTC.
            ("2026-07-08T02:00:00Z", Some("2026-07-08T11:00:00Z")),
        ];
        for (now, until) in table {
            assert_eq!(quiet_until(ZONE, at(now)), until.map(at), "{now}");
        }
        let tokyo = Preferences { quiet_hours: true, zone: Some(chrono_tz::Asia::Tokyo), ..Preferences::default() };
        let evening = tokyo.handling(&MAIL, ZONE, at("2026-11-24T12:00:00Z"));
        assert_eq!(evening, Handling::Wait(at("2026-11-24T22:00:00Z")), "21:00 in Tokyo, until 07:00 there");
    }

    #[test]
    fn a_digest_is_that_of_the_next_eight_oclock() {
        for (now, digest) in [
            ("2026-11-23T12:59:59Z", "2026-11-23T13:00:00Z"),
            ("2026-11-23T13:00:00Z", "2026-11-24T13:00:00Z"),
            // The night in which the clocks go back: 08:00 there is 13:00 in UTC again.
            ("2026-10-31T13:00:00Z", "2026-11-01T13:00:00Z"),
        ] {
            assert_eq!(next_digest(ZONE, at(now)), at(digest), "{now}");
        }
    }

    #[test]
    fn muted_records_and_dead_addresses_hold_back_what_is_optional() {
        let now = at(MORNING);
        let chosen = Preferences::default();
        let muted = chosen.handling(&Waiting { muted: true, ..MAIL }, ZONE, now);
        assert_eq!(muted, Handling::Withhold(Withheld::Muted));
        let dead = chosen.handling(&Waiting { undeliverable: true, ..MAIL }, ZONE, now);
        assert_eq!(dead, Handling::Withhold(Withheld::Undeliverable));
    }
}
