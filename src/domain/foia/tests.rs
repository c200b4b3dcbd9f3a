//! Stories of a request under the Freedom of Information Act, and the tables of its two clocks (D18, D19).

use serde_json::{Value, json};

use super::{FoiaEvent, SubmitterAnswer};
use crate::domain::{
    audience::Audience,
    case::{Event, audience},
    deadline::{DeadlineKind, derive},
    id::{Kind, Subject},
    notice::{NoticeKind, notices},
    refusal::{FieldReason, Refusal, Unmet},
    testing::{Who, World, at, framework},
};

const NOW: &str = "2026-11-09T14:00:00Z";

fn world(now: &str) -> (World, Subject) {
    World::ready(framework(&[]), at(now), None)
}

fn objection() -> Value {
    json!({ "grounds": "commercial_confidential", "statement": "Kept private.", "unclassified_attestation": true })
}

fn decision(what: &str) -> Value {
    json!({ "decision": what, "decided_on": "2020-01-02", "reference": "D-9" })
}

/// A request that the developer objects to, at `now`, with the decision to disclose recorded.
fn objected(now: &str) -> (World, Subject) {
    let (mut world, engagement) = world(now);
    let request = world.request_records(engagement).expect("a request");
    world.notify_submitter(request);
    world.must(Who::Da, request, "acknowledge-notice", &json!({}));
    world.must(Who::Da, request, "object", &objection());
    world.must(Who::Rf, request, "record-decision", &decision("disclose"));
    (world, request)
}

/// When the deadline of this kind on the record is due and shown.
fn clock(world: &World, on: Subject, kind: DeadlineKind) -> Option<(String, String)> {
    let open = derive(&world.case, &world.facts, world.now).expect("deadlines");
    let found = open.values().find(|deadline| deadline.subject == on && deadline.kind == kind)?;
    let due = found.due.due_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    Some((found.due.shown_on.to_string(), due))
}

/// D18: ten working days, the day of the notice left out; Veterans Day and Thanksgiving on the way, and New Year 2028
/// observed on the last day of 2027. Silence ends the period at its instant and is recorded as what it is.
#[test]
fn silence_ends_the_period_and_is_never_consent() {
    let rows = [
        ("2026-11-09T14:00:00Z", "2026-11-24", "2026-11-25T05:00:00Z"),
        ("2026-11-13T14:00:00Z", "2026-11-30", "2026-12-01T05:00:00Z"),
        ("2026-11-14T14:00:00Z", "2026-11-30", "2026-12-01T05:00:00Z"),
        ("2027-12-20T14:00:00Z", "2028-01-05", "2028-01-06T05:00:00Z"),
        ("2026-03-02T14:00:00Z", "2026-03-16", "2026-03-17T04:00:00Z"),
    ];
    for (noticed, shown, due) in rows {
        let (mut world, engagement) = world(noticed);
        let request = world.request_records(engagement).expect("a request");
        world.notify_submitter(request);
        let told = clock(&world, request, DeadlineKind::SubmitterObjection).expect("D18 runs");
        assert_eq!(told, (shown.to_owned(), due.to_owned()), "{noticed}");
        let just_before = crate::domain::time::plus(at(due), chrono::TimeDelta::microseconds(-1));
        world.at(just_before);
        assert_eq!(world.stage(request), "submitter_notice", "{noticed}");
        world.at(at(due));
        assert_eq!(world.stage(request), "objection", "{noticed}");
        assert_eq!(clock(&world, request, DeadlineKind::SubmitterObjection), None);
        let state = &world.case.foia_requests[&request.id].state;
        assert_eq!(state.answer, Some(SubmitterAnswer::NoObjectionRecorded));
        assert!(!state.is_objected());
        let late = world.refused(Who::Da, request, "object", &objection());
        assert_eq!(late, Refusal::WrongStage { stage: "objection", allowed: vec!["submitter_notice"] });
    }
}

/// D19: over an objection nothing goes out sooner than ten working days after the notice of intent, Thanksgiving and
/// weekends left out; a date without work counts back to the working day before it.
#[test]
fn disclosure_over_an_objection_leaves_ten_working_days() {
    let rows = [
        // From Monday 9 November: Veterans Day is out, so 24 November is the tenth day after.
        (NOW, "2026-11-23", false),
        (NOW, "2026-11-24", true),
        // From Friday 13 November, Thanksgiving on the way.
        ("2026-11-13T14:00:00Z", "2026-11-27", false),
        ("2026-11-13T14:00:00Z", "2026-11-30", true),
        // A Saturday counts like the working day before it.
        ("2026-11-13T14:00:00Z", "2026-12-05", true),
        // The year's turn: Christmas and New Year observed on Friday 31 December 2027.
        ("2027-12-20T14:00:00Z", "2028-01-04", false),
        ("2027-12-20T14:00:00Z", "2028-01-05", true),
    ];
    for (now, on, allowed) in rows {
        let (mut world, request) = objected(now);
        let answer = world.act(Who::Rf, request, "plan-disclosure", &json!({ "on": on }));
        let refused = Refusal::field("/on", FieldReason::TooSoon);
        assert_eq!(answer.map(|_| ()), if allowed { Ok(()) } else { Err(refused) }, "{now} {on}");
    }
}

#[test]
fn a_plan_gives_the_notice_its_own_deadline_and_the_notice_its_own_delivery() {
    let (mut world, request) = objected(NOW);
    let unplanned = world.refused(Who::Rf, request, "send-disclosure-notice", &json!({}));
    assert_eq!(unplanned, Refusal::Unmet(vec![Unmet::DisclosureNotPlanned]));
    world.must(Who::Rf, request, "plan-disclosure", &json!({ "on": "2026-12-15" }));
    let due = clock(&world, request, DeadlineKind::DisclosureNotice).expect("D19 runs");
    assert_eq!(due, ("2026-12-01".to_owned(), "2026-12-02T05:00:00Z".to_owned()));
    // A notice that comes late does not leave the period: another date is to be planned.
    let mut late = world.clone();
    late.at(at("2026-12-02T05:00:00Z"));
    let refusal = late.refused(Who::Rf, request, "send-disclosure-notice", &json!({}));
    assert_eq!(refusal, Refusal::Unmet(vec![Unmet::DisclosureTooSoon]));
    world.must(Who::Rf, request, "send-disclosure-notice", &json!({}));
    assert_eq!(clock(&world, request, DeadlineKind::DisclosureNotice), None);
    let disclosed = json!({ "outcome": "disclosed" });
    world.at(at("2026-12-16T15:00:00Z"));
    let unacknowledged = world.refused(Who::Rf, request, "record-outcome", &disclosed);
    assert_eq!(unacknowledged, Refusal::Unmet(vec![Unmet::NoticeNotAcknowledged]));
    world.must(Who::Rf, request, "record-delivery", &json!({ "reference": "Certified mail 7" }));
    world.must(Who::Rf, request, "record-outcome", &disclosed);
    assert_eq!(world.stage(request), "closed");
}

#[test]
fn nothing_goes_out_over_an_objection_before_its_date() {
    let (mut world, request) = objected(NOW);
    let (disclosed, withheld) = (json!({ "outcome": "disclosed" }), json!({ "outcome": "withheld" }));
    let unplanned = world.refused(Who::Rf, request, "record-outcome", &disclosed);
    assert_eq!(unplanned, Refusal::Unmet(vec![Unmet::DisclosureTooSoon]));
    let other = world.refused(Who::Rf, request, "record-outcome", &withheld);
    assert_eq!(other, Refusal::field("/outcome", FieldReason::DecisionMismatch));
    world.must(Who::Rf, request, "plan-disclosure", &json!({ "on": "2026-12-15" }));
    world.must(Who::Rf, request, "send-disclosure-notice", &json!({}));
    world.must(Who::Dl, request, "acknowledge-notice", &json!({}));
    // The last instant of 14 December in the program zone, and the first of the 15th.
    world.at(at("2026-12-15T04:59:59Z"));
    let early = world.refused(Who::Rf, request, "record-outcome", &disclosed);
    assert_eq!(early, Refusal::Unmet(vec![Unmet::DisclosureTooSoon]));
    // Another date takes another notice.
    let mut again = world.clone();
    again.must(Who::Rf, request, "plan-disclosure", &json!({ "on": "2027-01-15" }));
    assert_eq!(again.stage(request), "decided");
    world.at(at("2026-12-15T05:00:00Z"));
    world.must(Who::Rf, request, "record-outcome", &disclosed);
}

/// Section 7: where the developer does not object, and where the agency withholds, no notice of intent is needed.
#[test]
fn without_an_objection_the_decision_is_carried_out_at_once() {
    for (answered, what, outcome) in [
        (true, "disclose_in_part", "disclosed_in_part"),
        (false, "disclose", "disclosed"),
        (true, "withhold", "withheld"),
    ] {
        let (mut world, engagement) = world(NOW);
        let request = world.request_records(engagement).expect("a request");
        world.notify_submitter(request);
        world.must(Who::Dl, request, "acknowledge-notice", &json!({}));
        if answered {
            world.must(Who::Da, request, "no-objection", &json!({}));
        } else {
            world.at(at("2026-12-01T00:00:00Z"));
        }
        world.must(Who::Rf, request, "record-decision", &decision(what));
        world.must(Who::Rf, request, "record-outcome", &json!({ "outcome": outcome }));
        assert_eq!(world.stage(request), "closed");
    }
}

#[test]
fn a_search_without_records_tells_nobody() {
    let (mut world, engagement) = world(NOW);
    let request = world.request_records(engagement).expect("a request");
    world.must(Who::Rf, request, "record-search", &json!({ "responsive": false }));
    let refusal = world.refused(Who::Rf, request, "send-submitter-notice", &json!({}));
    assert_eq!(refusal, Refusal::Unmet(vec![Unmet::NoResponsiveRecords]));
    let events = world.act(Who::Rf, request, "record-outcome", &json!({ "outcome": "no_records" })).expect("closes");
    assert!(events.iter().all(|event| event.audience == Audience::Government));
    assert!(events.iter().flat_map(|event| notices(&world.case, event)).next().is_none());
    assert_eq!(world.case.promoted(request).expect("a record").developer, None, "the developer never knew");
}

/// Section 7: the Freedom of Information Act binds agencies. Another host has nothing to log.
#[test]
fn a_host_that_is_no_agency_logs_no_request() {
    let (mut world, engagement) = world(NOW);
    world.facts.agency_host = false;
    assert_eq!(world.request_records(engagement), Err(Refusal::NotForThisHost));
}

/// N17 goes to the official and the liaison of the developer, and the request is the government's own until then.
#[test]
fn the_developer_learns_of_a_request_with_its_notice_and_not_before() {
    let (mut world, engagement) = world(NOW);
    let request = world.request_records(engagement).expect("a request");
    world.notify_submitter(request);
    let told: Vec<_> = world
        .log
        .iter()
        .filter(|event| event.subject.kind == Kind::FoiaRequest)
        .map(|event| (event.event.code(), event.audience, notices(&world.case, event)))
        .collect();
    let [(_, first, none), (_, second, neither), (code, third, notice)] = &told[..] else { panic!("{told:?}") };
    assert_eq!((first, second, third), (&Audience::Government, &Audience::Government, &Audience::Shared));
    assert!(none.is_empty() && neither.is_empty() && *code == "foia_request.submitter_notice_sent");
    assert_eq!((notice.len(), notice[0].kind, notice[0].to.len()), (1, NoticeKind::N17, 2));
    let ended = Event::FoiaRequest(FoiaEvent::ObjectionPeriodEnded);
    assert_eq!(audience(&world.case, request, &ended), Audience::Shared);
}
