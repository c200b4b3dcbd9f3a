//! Who is reminded when, worked out by hand, also after an outage.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use chrono_tz::America::New_York;

use super::kind::DeadlineKind as Kind;
use super::*;
use crate::domain::time::Instant;

fn at(text: &str) -> Instant {
    text.parse().expect("a valid instant")
}

fn key(text: &str) -> OffsetKey {
    text.parse().expect("a valid key")
}

/// The plan of a deadline with default numbers, recorded when its clock starts.
fn planned(kind: Kind, start: &str, recorded_at: &str) -> Vec<PlannedReminder> {
    let (rule, calendar) = (Rule::default_of(kind), Calendar::default());
    let due = due(&rule, at(start), New_York, &calendar);
    plan(&rule, &due, at(recorded_at), New_York, &calendar)
}

fn sent(decision: &Decision) -> Vec<(String, Vec<Recipient>)> {
    decision.send.iter().map(|send| (send.key.to_string(), send.recipients.clone())).collect()
}

fn skipped(decision: &Decision) -> Vec<(String, SkipReason)> {
    decision.skip.iter().map(|skip| (skip.key.to_string(), skip.reason)).collect()
}

/// A kind, the start of its clock, and its steps with their instants.
type Ladder = (Kind, &'static str, &'static [(&'static str, &'static str)]);

const LADDERS: [Ladder; 9] = [
    (
        Kind::WindowOpens,
        "2026-12-01T14:00:00Z",
        &[
            ("reminder:-7 d", "2026-11-24T13:00:00Z"),
            ("reminder:-3 d", "2026-11-27T13:00:00Z"),
            ("reminder:-1 d", "2026-11-30T13:00:00Z"),
            ("reminder:-2 h", "2026-12-01T12:00:00Z"),
            ("escalation:0 h", "2026-12-01T14:00:00Z"),
        ],
    ),
    (
        Kind::WindowCloses,
        "2026-12-09T14:00:00Z",
        &[
            ("reminder:-7 d", "2026-12-02T13:00:00Z"),
            ("reminder:-3 d", "2026-12-04T13:00:00Z"),
            ("reminder:-1 d", "2026-12-08T13:00:00Z"),
            ("reminder:-2 h", "2026-12-09T12:00:00Z"),
        ],
    ),
    // Across the end of daylight saving time 08:00 stays 08:00; hours never roll, not even from a Sunday.
    (
        Kind::WindowCloses,
        "2026-11-04T13:00:00Z",
        &[
            ("reminder:-7 d", "2026-10-28T12:00:00Z"),
            ("reminder:-3 d", "2026-10-30T12:00:00Z"),
            ("reminder:-1 d", "2026-11-03T13:00:00Z"),
            ("reminder:-2 h", "2026-11-04T11:00:00Z"),
        ],
    ),
    (
        Kind::WindowCloses,
        "2027-03-14T14:00:00Z",
        &[
            ("reminder:-7 d", "2027-03-05T13:00:00Z"),
            ("reminder:-3 d", "2027-03-11T13:00:00Z"),
            ("reminder:-1 d", "2027-03-12T13:00:00Z"),
            ("reminder:-2 h", "2027-03-14T12:00:00Z"),
        ],
    ),
    (
        Kind::RedlineTurn,
        "2026-11-18T15:00:00Z",
        &[
            ("reminder:-2 wd", "2026-11-23T13:00:00Z"),
            ("reminder:0 wd", "2026-11-25T13:00:00Z"),
            ("escalation:+2 wd", "2026-11-30T13:00:00Z"),
        ],
    ),
    // Due on a Friday: one day after must not be rolled back to before the end.
    (
        Kind::ReturnOrDestruction,
        "2026-11-16T21:00:00Z",
        &[
            ("reminder:-5 d", "2026-11-20T13:00:00Z"),
            ("reminder:-1 d", "2026-11-25T13:00:00Z"),
            ("escalation:+1 d", "2026-11-30T13:00:00Z"),
        ],
    ),
    // Due on Friday 9 October, three days later is Columbus Day; due on a Wednesday, a Saturday rolls back.
    (
        Kind::InquiryStatusUpdate,
        "2026-09-25T15:00:00Z",
        &[("reminder:-2 d", "2026-10-07T12:00:00Z"), ("escalation:+3 d", "2026-10-13T12:00:00Z")],
    ),
    (
        Kind::InquiryStatusUpdate,
        "2026-09-23T15:00:00Z",
        &[("reminder:-2 d", "2026-10-05T12:00:00Z"), ("escalation:+3 d", "2026-10-09T12:00:00Z")],
    ),
    (
        Kind::IncidentNotice,
        "2026-11-27T23:30:00Z",
        &[("reminder:-4 h", "2026-11-28T19:30:00Z"), ("escalation:0 h", "2026-11-28T23:30:00Z")],
    ),
];

#[test]
fn reminders_go_out_at_eight_on_working_days() {
    for (kind, start, expected) in LADDERS {
        let plan = planned(kind, start, "2026-09-01T00:00:00Z");
        let found: Vec<_> = plan.iter().map(|planned| (planned.key.to_string(), planned.at)).collect();
        let expected: Vec<_> = expected.iter().map(|(key, instant)| ((*key).to_owned(), at(instant))).collect();
        assert_eq!(found, expected, "{kind:?} from {start}");
    }
}

#[test]
fn the_personal_nda_reminds_every_third_working_day_until_signed() {
    let plan = planned(Kind::PersonalNda, "2026-12-04T15:00:00Z", "2026-11-20T15:00:00Z");
    let first: Vec<_> = plan.iter().take(4).map(|planned| (planned.key, planned.at)).collect();
    let expected = [
        (key("repeat:+3 wd"), at("2026-11-25T13:00:00Z")),
        (key("repeat:+6 wd"), at("2026-12-01T13:00:00Z")),
        // The requester hears the day after the last one before the opening; the person is reminded on.
        (key("repeat:+9 wd"), at("2026-12-04T13:00:00Z")),
        (key("escalation:+1 wd"), at("2026-12-04T13:00:00Z")),
    ];
    assert_eq!(first, expected);
    assert_eq!(plan[3].recipients, [Recipient::Requester]);
    assert!(plan[3].is_escalation() && !plan[2].is_escalation());
}

/// Invariant 24: each step goes out once, whoever looks how often.
#[test]
fn a_watch_every_hour_sends_each_step_once_and_on_time() {
    for kind in Kind::all() {
        let start = match kind.row().length {
            Length::Given | Length::WorkingDaysBefore(_) => "2027-05-21T14:00:00Z",
            Length::WorkingDays(_) | Length::CalendarDays(_) | Length::Hours(_) | Length::Months(_) => {
                "2026-11-02T14:00:00Z"
            }
        };
        let plan = planned(kind, start, "2026-11-02T14:00:00Z");
        let last = plan.last().map_or_else(|| at(start), |last| last.at);
        let (mut settled, mut now, mut delivered) = (BTreeSet::new(), at("2026-11-02T14:00:00Z"), Vec::new());
        while now <= last + TimeDelta::hours(1) {
            let decision = due_now(&plan, &settled, now);
            for send in &decision.send {
                assert!(now - send.planned_at < TimeDelta::hours(1), "{kind:?} {send:?}");
                delivered.push(send.key);
            }
            settled.extend(decision.send.iter().map(|send| send.key).chain(decision.skip.iter().map(|skip| skip.key)));
            now += TimeDelta::hours(1);
        }
        let unique: BTreeSet<_> = delivered.iter().copied().collect();
        assert_eq!(unique.len(), delivered.len(), "{kind:?}");
        let all: BTreeSet<_> = plan.iter().map(|planned| planned.key).collect();
        assert_eq!(settled, all, "{kind:?}");
    }
}

#[test]
fn after_nine_days_of_outage_each_recipient_gets_the_most_urgent_only() {
    let plan = planned(Kind::RedlineTurn, "2026-11-18T15:00:00Z", "2026-11-18T15:00:00Z");
    let now = at("2026-12-01T15:00:00Z");
    let decision = due_now(&plan, &BTreeSet::new(), now);
    let expected = vec![
        ("reminder:0 wd".to_owned(), vec![Recipient::Responsible]),
        ("escalation:+2 wd".to_owned(), vec![Recipient::BothLeads]),
    ];
    assert_eq!(sent(&decision), expected);
    assert_eq!(skipped(&decision), [("reminder:-2 wd".to_owned(), SkipReason::Superseded)]);

    let settled: BTreeSet<_> = plan.iter().map(|planned| planned.key).collect();
    assert_eq!(due_now(&plan, &settled, now), Decision::default());
    assert_eq!(next_after(&plan, now), None);
    assert_eq!(next_after(&plan, at("2026-11-23T13:00:00Z")), Some(at("2026-11-25T13:00:00Z")));

    // Had the most urgent been sent already, an older one left behind is not sent after it.
    let sent_before = BTreeSet::from([key("reminder:0 wd"), key("escalation:+2 wd")]);
    let rest = due_now(&plan, &sent_before, now);
    assert_eq!((sent(&rest), skipped(&rest).len()), (vec![], 1));
}

#[test]
fn one_recipient_of_reminder_and_escalation_hears_once() {
    let plan = planned(Kind::DisclosureNotice, "2026-12-01T15:00:00Z", "2026-10-01T15:00:00Z");
    let decision = due_now(&plan, &BTreeSet::new(), at("2026-11-18T15:00:00Z"));
    assert_eq!(sent(&decision), [("escalation:+1 wd".to_owned(), vec![Recipient::Records])]);
    assert_eq!(skipped(&decision), [("reminder:-5 wd".to_owned(), SkipReason::Superseded)]);
}

#[test]
fn reminders_rolled_onto_one_instant_become_one() {
    // Due on a Monday: three days before is Friday, one day before is Sunday and rolls to the same Friday.
    let plan = planned(Kind::GrantRecertification, "2026-11-16T14:00:00Z", "2026-11-16T14:00:00Z");
    let decision = due_now(&plan, &BTreeSet::new(), at("2026-11-27T13:00:00Z"));
    assert_eq!(sent(&decision), [("reminder:-1 d".to_owned(), vec![Recipient::Approver])]);
    assert_eq!(skipped(&decision), [("reminder:-3 d".to_owned(), SkipReason::Superseded)]);
}

#[test]
fn what_lay_before_the_start_is_never_sent_late() {
    // A window scheduled four days ahead: the reminder of seven days before is skipped, the rest go out.
    let plan = planned(Kind::WindowOpens, "2026-12-01T14:00:00Z", "2026-11-27T12:00:00Z");
    let decision = due_now(&plan, &BTreeSet::new(), at("2026-11-27T12:00:00Z"));
    assert_eq!(sent(&decision), []);
    assert_eq!(skipped(&decision), [("reminder:-7 d".to_owned(), SkipReason::BeforeStart)]);
    assert_eq!(next_after(&plan, at("2026-11-01T00:00:00Z")), Some(at("2026-11-27T13:00:00Z")));
    let later = due_now(&plan, &BTreeSet::from([key("reminder:-7 d")]), at("2026-11-27T13:00:00Z"));
    assert_eq!(sent(&later).len(), 1);
}

#[test]
fn a_reminder_of_what_happened_by_itself_is_moot() {
    let cap = planned(Kind::WindowOpens, "2026-12-01T14:00:00Z", "2026-11-01T14:00:00Z");
    let decision = due_now(&cap, &BTreeSet::new(), at("2026-12-01T14:00:00Z"));
    // Still open at its instant means that the guard failed: the leads hear that, and nobody a reminder.
    assert_eq!(sent(&decision), [("escalation:0 h".to_owned(), vec![Recipient::BothLeads])]);
    assert!(decision.skip.iter().all(|skip| skip.reason == SkipReason::Moot));
    assert_eq!(decision.skip.len(), 4);

    // A task that nobody did remains worth a reminder after its end.
    let task = planned(Kind::InquiryAcknowledged, "2026-11-16T15:00:00Z", "2026-11-16T15:00:00Z");
    let late = due_now(&task, &BTreeSet::new(), at("2026-11-23T15:00:00Z"));
    assert_eq!(sent(&late).len(), 2);
}
