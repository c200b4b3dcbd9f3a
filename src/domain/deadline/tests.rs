//! Dates worked out by hand from the rules, in the program's default zone.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::America::New_York;

use super::calendar::Holiday;
use super::kind::DeadlineKind as Kind;
use super::*;
use crate::domain::time::Instant;

fn at(text: &str) -> Instant {
    text.parse().expect("a valid instant")
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a valid date")
}

fn key(text: &str) -> OffsetKey {
    text.parse().expect("a valid key")
}

fn computed(kind: Kind, start: &str, calendar: &Calendar) -> Due {
    due(&Rule::default_of(kind), at(start), New_York, calendar)
}

/// Seven years of observed holidays, in the order of `Holiday::ALL`.
const OBSERVED: [(i32, [&str; 11]); 7] = [
    (
        2026,
        [
            "2026-01-01",
            "2026-01-19",
            "2026-02-16",
            "2026-05-25",
            "2026-06-19",
            "2026-07-03",
            "2026-09-07",
            "2026-10-12",
            "2026-11-11",
            "2026-11-26",
            "2026-12-25",
        ],
    ),
    (
        2027,
        [
            "2027-01-01",
            "2027-01-18",
            "2027-02-15",
            "2027-05-31",
            "2027-06-18",
            "2027-07-05",
            "2027-09-06",
            "2027-10-11",
            "2027-11-11",
            "2027-11-25",
            "2027-12-24",
        ],
    ),
    (
        2028,
        [
            "2027-12-31",
            "2028-01-17",
            "2028-02-21",
            "2028-05-29",
            "2028-06-19",
            "2028-07-04",
            "2028-09-04",
            "2028-10-09",
            "2028-11-10",
            "2028-11-23",
            "2028-12-25",
        ],
    ),
    (
        2029,
        [
            "2029-01-01",
            "2029-01-15",
            "2029-02-19",
            "2029-05-28",
            "2029-06-19",
            "2029-07-04",
            "2029-09-03",
            "2029-10-08",
            "2029-11-12",
            "2029-11-22",
            "2029-12-25",
        ],
    ),
    (
        2030,
        [
            "2030-01-01",
            "2030-01-21",
            "2030-02-18",
            "2030-05-27",
            "2030-06-19",
            "2030-07-04",
            "2030-09-02",
            "2030-10-14",
            "2030-11-11",
            "2030-11-28",
            "2030-12-25",
        ],
    ),
    (
        2031,
        [
            "2031-01-01",
            "2031-01-20",
            "2031-02-17",
            "2031-05-26",
            "2031-06-19",
            "2031-07-04",
            "2031-09-01",
            "2031-10-13",
            "2031-11-11",
            "2031-11-27",
            "2031-12-25",
        ],
    ),
    (
        2032,
        [
            "2032-01-01",
            "2032-01-19",
            "2032-02-16",
            "2032-05-31",
            "2032-06-18",
            "2032-07-05",
            "2032-09-06",
            "2032-10-11",
            "2032-11-11",
            "2032-11-25",
            "2032-12-24",
        ],
    ),
];

#[test]
fn holidays_are_observed_on_the_days_the_rule_gives() {
    for (year, days) in OBSERVED {
        for (holiday, day) in Holiday::ALL.into_iter().zip(days) {
            assert_eq!(holiday.observed(year), Some(date(day)), "{holiday:?} {year}");
        }
    }
}

#[test]
fn no_other_day_is_a_holiday() {
    let mut expected: BTreeSet<_> = OBSERVED.into_iter().flat_map(|(_, days)| days).map(date).collect();
    // New Year 2033 falls on a Saturday and closes the last day of 2032.
    expected.insert(date("2032-12-31"));
    let span = date("2026-01-01").iter_days().take_while(|day| *day <= date("2032-12-31"));
    let found: BTreeSet<_> = span.filter(|day| Holiday::on(*day).is_some()).collect();
    assert_eq!(found, expected);
}

#[test]
fn working_days_leave_out_the_day_they_count_from() {
    let calendar = Calendar::new("us-federal.1", [date("2026-12-24")]);
    let later = [
        ("2026-11-20", 0, "2026-11-20"),
        ("2026-11-21", 0, "2026-11-23"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-21", 1, "2026-11-23"),
        ("2026-11-25", 1, "2026-11-27"),
        ("2026-11-26", 1, "2026-11-27"),
        ("2026-12-23", 1, "2026-12-28"),
        ("2027-12-30", 1, "2028-01-03"),
    ];
    for (from, n, expected) in later {
        assert_eq!(calendar.add_working_days(date(from), n), date(expected), "{from} + {n}");
    }
    let earlier = [
        ("2026-11-26", 0, "2026-11-25"),
        ("2026-11-30", 1, "2026-11-27"),
        ("2026-11-30", 2, "2026-11-25"),
        ("2026-11-28", 1, "2026-11-27"),
        ("2026-12-28", 1, "2026-12-23"),
        ("2028-01-03", 1, "2027-12-30"),
    ];
    for (from, n, expected) in earlier {
        assert_eq!(calendar.subtract_working_days(date(from), n), date(expected), "{from} - {n}");
    }
    assert_eq!(calendar.next_working_day(NaiveDate::MAX), NaiveDate::MAX);
    assert_eq!(calendar.add_working_days(NaiveDate::MAX, 5), NaiveDate::MAX);
    assert_eq!(calendar.subtract_working_days(NaiveDate::MIN, 5), NaiveDate::MIN);
}

#[test]
fn tasks_end_with_a_working_day() {
    let cases = [
        // The demo's acknowledgement, across Thanksgiving; the second is the same evening, already Saturday in UTC.
        (Kind::ProposalAcknowledged, "2026-11-20T20:00:00Z", "2026-11-30", "2026-12-01T05:00:00Z"),
        (Kind::ProposalAcknowledged, "2026-11-21T03:00:00Z", "2026-11-30", "2026-12-01T05:00:00Z"),
        // The demo's close-out: the tenth day is Thanksgiving itself.
        (Kind::ReturnOrDestruction, "2026-11-16T21:00:00Z", "2026-11-27", "2026-11-28T05:00:00Z"),
        // The demo's redline turn.
        (Kind::RedlineTurn, "2026-11-18T15:00:00Z", "2026-11-25", "2026-11-26T05:00:00Z"),
        // Begun on a holiday, on a Saturday, and across a New Year observed in the old year.
        (Kind::InquiryAcknowledged, "2026-11-26T15:00:00Z", "2026-12-01", "2026-12-02T05:00:00Z"),
        (Kind::InquiryAcknowledged, "2026-11-21T15:00:00Z", "2026-11-25", "2026-11-26T05:00:00Z"),
        (Kind::InquiryAcknowledged, "2027-12-29T15:00:00Z", "2028-01-04", "2028-01-05T05:00:00Z"),
        // The fourteenth day is Christmas, a Friday.
        (Kind::InquiryStatusUpdate, "2026-12-11T15:00:00Z", "2026-12-28", "2026-12-29T05:00:00Z"),
        // Counted backward: ten working days before a Tuesday across Thanksgiving; the last one before a Sunday, and before
        // a Monday.
        (Kind::DisclosureNotice, "2026-12-01T15:00:00Z", "2026-11-16", "2026-11-17T05:00:00Z"),
        (Kind::PersonalNda, "2026-11-29T15:00:00Z", "2026-11-27", "2026-11-28T05:00:00Z"),
        (Kind::PersonalNda, "2026-11-30T15:00:00Z", "2026-11-27", "2026-11-28T05:00:00Z"),
        // A due day just before the clocks change still ends at its own midnight.
        (Kind::BreachCure, "2026-10-23T15:00:00Z", "2026-10-30", "2026-10-31T04:00:00Z"),
        (Kind::BreachCure, "2026-10-26T15:00:00Z", "2026-11-02", "2026-11-03T05:00:00Z"),
    ];
    for (kind, start, shown_on, due_at) in cases {
        let due = computed(kind, start, &Calendar::default());
        assert_eq!((due.shown_on, due.due_at), (date(shown_on), at(due_at)), "{kind:?} from {start}");
        assert!(!due.is_past(at(due_at) - TimeDelta::microseconds(1)) && due.is_past(at(due_at)));
    }
}

#[test]
fn caps_end_at_their_instant_and_never_roll() {
    let cases = [
        // The demo's idle engagement.
        (Kind::IdleLapse, "2026-07-15T13:00:00Z", "2026-10-13T13:00:00Z", "2026-10-13"),
        // In autumn elapsed time ends first, in spring local time does. The first ends on a Sunday.
        (Kind::IdleLapse, "2026-10-05T13:00:00Z", "2027-01-03T13:00:00Z", "2027-01-03"),
        (Kind::GrantRecertification, "2027-03-08T14:00:00Z", "2027-03-22T13:00:00Z", "2027-03-22"),
        (Kind::PersonalAttestation, "2028-02-29T15:00:00Z", "2029-02-28T15:00:00Z", "2029-02-28"),
        (Kind::ConfidentialityLapse, "2026-11-23T14:00:00Z", "2036-11-23T14:00:00Z", "2036-11-23"),
        (Kind::IncidentNotice, "2026-10-31T16:00:00Z", "2026-11-01T16:00:00Z", "2026-11-01"),
        (Kind::IncidentDetail, "2026-11-25T23:30:00Z", "2026-11-28T23:30:00Z", "2026-11-28"),
        (Kind::WindowCloses, "2026-12-26T14:00:00Z", "2026-12-26T14:00:00Z", "2026-12-26"),
        (Kind::PlannedDateCheck, "2026-12-10T03:00:00Z", "2026-12-10T03:00:00Z", "2026-12-09"),
    ];
    for (kind, start, due_at, shown_on) in cases {
        let due = computed(kind, start, &Calendar::default());
        assert_eq!((due.due_at, due.shown_on), (at(due_at), date(shown_on)), "{kind:?} from {start}");
    }
}

#[test]
fn a_closure_moves_a_task_but_no_cap() {
    let closed = Calendar::new("us-federal.2", [date("2026-11-30")]);
    let task = computed(Kind::ProposalAcknowledged, "2026-11-20T20:00:00Z", &closed);
    assert_eq!((task.shown_on, task.calendar_version.as_str()), (date("2026-12-01"), "us-federal.2"));
    let cap = computed(Kind::GrantRecertification, "2026-11-16T14:00:00Z", &closed);
    assert_eq!(cap.due_at, at("2026-11-30T14:00:00Z"));
}

#[test]
fn every_clock_names_its_four_facts() {
    let facts = |kind| ClockFacts::of(&Rule::default_of(kind));
    let backward = facts(Kind::DisclosureNotice);
    assert_eq!((backward.day_kind, backward.roll), (DayKind::WorkingDays, RollRule::PreviousWorkingDay));
    let elapsed = facts(Kind::IncidentNotice);
    assert_eq!((elapsed.day_kind, elapsed.roll), (DayKind::Hours, RollRule::Never));
    let partner = facts(Kind::PartnerConditions);
    assert_eq!((partner.starts, partner.pauses), ("partner_item_opened", "awaiting_others"));
    assert_eq!((partner.roll, partner.certified_by), (RollRule::NextWorkingDay, Certifier::System));
}

#[test]
fn every_kind_has_its_own_row_and_name() {
    let kinds: Vec<_> = Kind::all().collect();
    for kind in &kinds {
        assert_eq!(kind.row().kind, *kind);
        assert_eq!(kind.row().escalation.is_some(), !kind.row().escalates_to.is_empty(), "{kind:?}");
        let name = serde_json::to_string(kind).expect("a name");
        assert_eq!(serde_json::from_str::<Kind>(&name).expect("a kind"), *kind);
    }
    let numbers: Vec<_> = kinds.iter().map(ToString::to_string).collect();
    let expected: Vec<_> =
        (1..=22).flat_map(|n| vec![format!("D{n}"); if n == 11 || n == 16 { 2 } else { 1 }]).collect();
    assert_eq!(numbers, expected);
    let caps: BTreeSet<_> =
        kinds.iter().filter(|kind| kind.row().nature == Nature::Cap).map(|kind| kind.row().number).collect();
    assert_eq!(caps, BTreeSet::from([8, 9, 10, 13, 14, 16, 20, 21, 22]));
}

#[test]
fn lengths_offsets_and_keys_read_back_as_written() {
    for text in ["5 wd", "10 wd before", "14 d", "24 h", "120 mo", "given"] {
        assert_eq!(text.parse::<Length>().map(|length| length.to_string()), Ok(text.to_owned()));
    }
    for text in ["-2 wd", "0 wd", "+1 d", "-4 h", "0 h"] {
        assert_eq!(text.parse::<Offset>().map(|offset| offset.to_string()), Ok(text.to_owned()));
    }
    for text in ["", "5", "wd", "5wd", "-5 wd", "+5 d", "5  d", "10000 d", "5 weeks", "99999999999 d", "5 d before"] {
        assert!(text.parse::<Length>().is_err(), "{text}");
    }
    for text in ["", "2 wd", "-0 d", "+-2 d", "--2 d", "-2", "-2 mo", "-10000 d", "\u{661} d"] {
        assert!(text.parse::<Offset>().is_err(), "{text}");
    }
    for text in ["reminder:-2 wd", "escalation:0 h", "repeat:+6 wd"] {
        assert_eq!(key(text).to_string(), text);
    }
    assert!("other:-2 wd".parse::<OffsetKey>().is_err());
}
