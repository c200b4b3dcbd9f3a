//! Stories of incidents: the table of domain section 3.8, what is suspended with the report, both clocks of D16, whom N16
//! tells, and the lock that spillage puts on a record.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::*;
use crate::domain::{
    actor::{Role, Side},
    case::{CaseEvent, Event},
    deadline::{DeadlineKind, derive},
    engagement::{Outcome, Stage},
    grant::{GrantStage, GrantSuspension},
    id::Kind,
    notice::{Addressee, Ask, NoticeKind, notices},
    refusal::{FieldReason, Refusal, Unmet},
    testing::{PARTNER, Who, World, at, framework},
    time::plus,
};

const OPEN: &str = "2026-11-09T14:00:00Z";

/// An open window with one evaluator's active grant.
fn open() -> (World, Subject, Subject) {
    World::open(framework(&[]), at(OPEN), at("2026-12-09T14:00:00Z"))
}

fn report(world: &mut World, who: Who, under: Subject, incident_type: &str, more: &Value) -> Result<Subject, Refusal> {
    let mut body = json!({ "under": world.name(under), "incident_type": incident_type });
    let members = more.as_object().cloned().unwrap_or_default();
    body.as_object_mut().expect("an object").extend(members);
    world.create(who, Kind::Incident, "report", &body)
}

fn incident(world: &World, subject: Subject) -> &Incident {
    &world.case.incidents[&subject.id].state
}

fn detail() -> Value {
    json!({ "reference": "IR-77", "unclassified_attestation": true })
}

fn hand_off(date: &str) -> Value {
    json!({ "reference": "SSO-12", "date": date, "unclassified_attestation": true })
}

/// Section 3.8: every step of the life with who takes it, in order.
#[test]
fn an_incident_goes_from_report_to_close() {
    let (mut world, engagement, _) = open();
    let found = report(&mut world, Who::Pl, engagement, "disclosure", &json!({})).expect("reported");
    let steps = [
        (Who::Ir, "contain", json!({}), "contained"),
        (Who::Ir, "assess", json!({ "severity": "high" }), "assessed"),
        (Who::Ir, "notify-developer", json!({}), "notified"),
        (Who::Ir, "record-detail", detail(), "notified"),
        (Who::Dl, "acknowledge-notice", json!({}), "notified"),
        (Who::Ir, "close", json!({}), "closed"),
    ];
    assert_eq!(world.stage(found), "reported");
    for (who, command, body, stage) in steps {
        world.must(who, found, command, &body);
        assert_eq!(world.stage(found), stage, "{command}");
    }
    let state = incident(&world, found);
    assert_eq!(
        (state.severity, state.detail.as_ref().map(|d| d.reference.as_str())),
        (Some(Severity::High), Some("IR-77"))
    );
    assert!(state.implicated.is_empty(), "a disclosure implicates no grant by itself");
}

/// D16: the notice does not wait for the assessment.
#[test]
fn the_notice_may_come_before_the_assessment() {
    let (mut world, engagement, _) = open();
    let found = report(&mut world, Who::Dl, engagement, "loss", &json!({})).expect("reported");
    world.must(Who::Ir, found, "notify-developer", &json!({}));
    assert_eq!(world.stage(found), "reported");
    assert_eq!(world.refused(Who::Ir, found, "notify-developer", &json!({})), Refusal::AlreadyUnderWay);
    world.must(Who::Ir, found, "contain", &json!({}));
    world.must(Who::Ir, found, "assess", &json!({ "severity": "low" }));
    assert_eq!(world.stage(found), "notified");
}

/// N16 is legally operative: without an acknowledgement in the product, and without the detail, nothing is closed.
#[test]
fn an_incident_stays_open_until_the_developer_acknowledged() {
    let (mut world, engagement, _) = open();
    let found = report(&mut world, Who::Ir, engagement, "loss", &json!({})).expect("reported");
    let early = world.refused(Who::Da, found, "acknowledge-notice", &json!({}));
    assert_eq!(early, Refusal::Unmet(vec![Unmet::DeveloperNotNotified]));
    world.must(Who::Ir, found, "contain", &json!({}));
    world.must(Who::Ir, found, "assess", &json!({ "severity": "moderate" }));
    world.must(Who::Ir, found, "notify-developer", &json!({}));
    let open = vec![Unmet::DetailNotRecorded, Unmet::NoticeNotAcknowledged];
    assert_eq!(world.refused(Who::Ir, found, "close", &json!({})), Refusal::Unmet(open.clone()));
    assert_eq!(unmet_to_close(incident(&world, found)), open);
    world.must(Who::Ir, found, "record-detail", &detail());
    assert_eq!(world.refused(Who::Ir, found, "record-detail", &detail()), Refusal::AlreadyUnderWay);
    world.must(Who::Da, found, "acknowledge-notice", &json!({}));
    assert_eq!(world.refused(Who::Dl, found, "acknowledge-notice", &json!({})), Refusal::AlreadySigned);
    world.must(Who::Ir, found, "close", &json!({}));
}

/// Invariants 8 and 9: what is implicated loses access with the report itself, whoever reports; both lifts are needed.
#[test]
fn implicated_grants_are_suspended_with_the_report_and_take_two_lifts() {
    for who in [Who::Dl, Who::Da, Who::Pl, Who::Ev, Who::Gs, Who::Ir] {
        let (mut world, engagement, grant) = open();
        assert!(world.allowed(grant));
        let found = report(&mut world, who, engagement, "unauthorized_access", &json!({})).expect("reported");
        assert_eq!(incident(&world, found).implicated, [grant.id].into());
        let suspended = |world: &World| {
            let stage = world.grant(grant).stage.clone();
            if let GrantStage::Suspended { security, reason, .. } = stage { Some((security, reason)) } else { None }
        };
        assert_eq!(suspended(&world), Some((true, GrantSuspension::Incident)), "{who:?}");
        assert!(!world.allowed(grant), "{who:?}");
        let last: Vec<_> = world.log.iter().rev().take(2).collect();
        assert!(last.iter().all(|event| event.effective_at == world.now), "one decision brings both");
        assert_eq!(world.refused(Who::Da, grant, "lift-suspension", &json!({})), Refusal::NotSuspendingSide);
        world.must(Who::Ir, grant, "lift-suspension", &json!({}));
        assert!(!world.allowed(grant), "the approving side has not lifted");
        assert_eq!(world.refused(Who::Ir, grant, "lift-suspension", &json!({})), Refusal::NotSuspendingSide);
        world.must(Who::Da, grant, "lift-suspension", &json!({}));
        assert!(world.allowed(grant));
    }
}

/// Which grants a report implicates by itself, by type.
#[test]
fn a_type_that_touches_access_implicates_every_active_grant() {
    for incident_type in IncidentType::ALL {
        let (mut world, engagement, grant) = open();
        let second = world.evaluator(engagement, Who::SecondEv);
        world.at(world.now);
        assert_eq!(world.stage(second), "active");
        let name = serde_json::to_value(incident_type).expect("a name");
        let record = (incident_type == IncidentType::Spillage).then(|| world.name(engagement));
        let body = json!({ "record": record });
        let found = report(&mut world, Who::Pl, engagement, name.as_str().expect("text"), &body).expect("reported");
        let expected = if incident_type.touches_access() { 2 } else { 0 };
        assert_eq!(incident(&world, found).implicated.len(), expected, "{name}");
        assert_eq!(world.allowed(grant), expected == 0, "{name}");
    }
}

/// Named grants alone are implicated; the officer adds and clears, and clearing lifts no suspension.
#[test]
fn the_officer_adds_and_clears_implicated_grants() {
    let (mut world, engagement, grant) = open();
    let second = world.evaluator(engagement, Who::SecondEv);
    let named = json!({ "grants": [world.name(second)] });
    let found = report(&mut world, Who::Da, engagement, "credential_compromise", &named).expect("reported");
    assert_eq!((world.allowed(grant), world.allowed(second)), (true, false));
    let first = json!({ "grants": [world.name(grant)] });
    world.must(Who::Ir, found, "implicate", &first);
    assert!(!world.allowed(grant));
    let twice = world.refused(Who::Ir, found, "implicate", &first);
    assert_eq!(twice, Refusal::field("/grants", FieldReason::OneNeeded));
    world.must(Who::Ir, found, "clear-grants", &first);
    assert_eq!(incident(&world, found).implicated, [second.id].into());
    assert!(!world.allowed(grant), "the suspension is lifted by its own acts");
    let unknown = world.refused(Who::Ir, found, "clear-grants", &first);
    assert_eq!(unknown, Refusal::field("/grants", FieldReason::NoSuchRecord));
}

/// A grant that is not approved yet gives no access to suspend; while it is implicated nobody approves it.
#[test]
fn an_implicated_request_is_not_approved() {
    let (mut world, engagement, _) = open();
    let grant = world.request(Who::Pl, engagement, Who::SecondEv).expect("a grant");
    world.prepare(Who::SecondEv);
    world.acknowledge(Who::SecondEv, engagement);
    world.must(Who::Ir, grant, "clear-prerequisites", &json!({}));
    let named = json!({ "grants": [world.name(grant)] });
    let found = report(&mut world, Who::Pl, engagement, "misuse_beyond_scope", &named).expect("reported");
    assert_eq!(world.stage(grant), "prerequisites");
    let refused = world.refused(Who::Da, grant, "approve", &json!({}));
    assert_eq!(refused, Refusal::Unmet(vec![Unmet::ImplicatedInIncident]));
    world.must(Who::Ir, found, "clear-grants", &named);
    world.must(Who::Da, grant, "approve", &json!({}));
}

/// The officer's hold comes on top of a suspension that stands already.
#[test]
fn a_suspended_grant_is_held_by_the_officer_too() {
    let (mut world, engagement, grant) = open();
    world.must(Who::Da, grant, "suspend", &json!({}));
    let named = json!({ "grants": [world.name(grant)] });
    report(&mut world, Who::Pl, engagement, "loss", &named).expect("reported");
    let stage = &world.grant(grant).stage;
    assert!(matches!(stage, GrantStage::Suspended { security: true, reason: GrantSuspension::ByPerson, .. }));
}

/// E9 with the report, by the option; security was the reason, so that the officer's key is needed to resume (E10).
#[test]
fn a_report_may_suspend_the_window() {
    let (mut world, engagement, _) = open();
    let ask = json!({ "suspend_window": true });
    report(&mut world, Who::Dl, engagement, "unauthorized_access", &ask).expect("reported");
    assert_eq!(world.engagement(engagement).stage, Stage::Suspended { side: Side::Developer, security: true });
    // A report never fails because the window is not open any more.
    report(&mut world, Who::Dl, engagement, "unauthorized_access", &ask).expect("reported");
    // What was suspended for another reason takes the officer to resume from now on; the side stays.
    let (mut world, engagement, _) = open();
    world.must(Who::Pl, engagement, "suspend-window", &json!({ "reason": "operational" }));
    report(&mut world, Who::Dl, engagement, "unauthorized_access", &json!({})).expect("reported");
    assert_eq!(world.engagement(engagement).stage, Stage::Suspended { side: Side::Government, security: false });
    report(&mut world, Who::Dl, engagement, "unauthorized_access", &ask).expect("reported");
    assert_eq!(world.engagement(engagement).stage, Stage::Suspended { side: Side::Government, security: true });
    let (mut world, engagement, _) = open();
    report(&mut world, Who::Dl, engagement, "unauthorized_access", &json!({})).expect("reported");
    assert_eq!(world.stage(engagement), "window_open");
}

fn due(world: &World, kind: DeadlineKind) -> Option<crate::domain::time::Instant> {
    let open = derive(&world.case, &world.facts, world.now).expect("derives");
    open.into_values().find(|open| open.kind == kind).map(|open| open.due.due_at)
}

/// D16: 24 and 72 hours elapsed, across the end of daylight saving time; each clock ends with its own act.
#[test]
fn both_clocks_run_elapsed_across_a_change_of_the_clocks() {
    for (opened, planned, reported, notice, detail_due) in [
        // 2026-11-01 02:00 EDT becomes 01:00 EST.
        (
            "2026-10-26T13:00:00Z",
            "2026-11-25T13:00:00Z",
            "2026-10-31T20:30:00Z",
            "2026-11-01T20:30:00Z",
            "2026-11-03T20:30:00Z",
        ),
        // 2027-03-14 02:00 EST becomes 03:00 EDT.
        (
            "2027-03-08T14:00:00Z",
            "2027-04-06T14:00:00Z",
            "2027-03-13T18:00:00Z",
            "2027-03-14T18:00:00Z",
            "2027-03-16T18:00:00Z",
        ),
    ] {
        let (mut world, engagement, _) = World::open(framework(&[]), at(opened), at(planned));
        world.at(at(reported));
        let found = report(&mut world, Who::Pl, engagement, "loss", &json!({})).expect("reported");
        assert_eq!(due(&world, DeadlineKind::IncidentNotice), Some(at(notice)));
        assert_eq!(due(&world, DeadlineKind::IncidentDetail), Some(at(detail_due)));
        world.must(Who::Ir, found, "notify-developer", &json!({}));
        assert_eq!(due(&world, DeadlineKind::IncidentNotice), None);
        assert_eq!(due(&world, DeadlineKind::IncidentDetail), Some(at(detail_due)));
        world.must(Who::Ir, found, "record-detail", &detail());
        assert_eq!(due(&world, DeadlineKind::IncidentDetail), None);
    }
}

fn told(world: &World, event: &CaseEvent) -> Vec<(NoticeKind, Ask, Vec<Addressee>)> {
    notices(&world.case, event).into_iter().map(|notice| (notice.kind, notice.ask, notice.to)).collect()
}

/// N16 goes to DA, DL, IR and PL; the notice itself asks the developer to acknowledge.
#[test]
fn n16_tells_both_sides_and_asks_the_developer_to_acknowledge() {
    use crate::domain::testing::DEVELOPER;
    let (mut world, engagement, _) = open();
    let found = report(&mut world, Who::Ev, engagement, "loss", &json!({})).expect("reported");
    let developer = |role| Addressee::Organization(DEVELOPER, role);
    let (dl, da) = (developer(Role::DeveloperLiaison), developer(Role::DeveloperOfficial));
    let (ir, pl) = (Addressee::Host(Role::InsiderRiskOfficer), Addressee::Account(Who::Pl.account()));
    let reported = world.log.last().expect("an event").clone();
    let expected = vec![(NoticeKind::N16, Ask::Complete, vec![ir]), (NoticeKind::N16, Ask::Read, vec![pl, dl, da])];
    assert_eq!(told(&world, &reported), expected);
    world.must(Who::Ir, found, "notify-developer", &json!({}));
    let notified = world.log.last().expect("an event").clone();
    let expected = vec![(NoticeKind::N16, Ask::Acknowledge, vec![dl, da]), (NoticeKind::N16, Ask::Read, vec![pl, ir])];
    assert_eq!(told(&world, &notified), expected);
}

/// Invariant 15: an incident concerns one partner or none, and a partner sees it once it reported or is implicated.
#[test]
fn a_partner_knows_of_what_it_reported_or_is_implicated_in() {
    let (mut world, engagement) = World::ready(framework(&[]), at(OPEN), Some(at("2026-12-05T14:00:00Z")));
    let evaluator = world.evaluator(engagement, Who::Ev);
    let nomination = world.nominate(engagement).expect("a nomination");
    world.select(nomination);
    let grant = world.partner_ready(nomination, at("2027-03-01T00:00:00Z"));
    let knows = |world: &World, found: Subject| incident(world, found).partner;

    let own = report(&mut world, Who::Tc, nomination, "loss", &json!({})).expect("reported");
    assert_eq!(knows(&world, own), Some(PARTNER));
    let by_user = report(&mut world, Who::Tu, grant, "loss", &json!({})).expect("reported");
    assert_eq!(knows(&world, by_user), Some(PARTNER));
    let quiet = report(&mut world, Who::Da, nomination, "loss", &json!({})).expect("reported");
    assert_eq!(knows(&world, quiet), None);
    let audience = |world: &World| world.log.iter().rev().find(|e| e.subject == quiet).expect("an event").audience;
    assert_eq!(audience(&world), Audience::Shared);
    // No evaluator's grant stands under a nomination, so that its reference reaches no partner.
    let foreign = json!({ "grants": [world.name(evaluator)] });
    let refused = world.refused(Who::Ir, quiet, "implicate", &foreign);
    assert_eq!(refused, Refusal::field("/grants", FieldReason::NoSuchRecord));
    let named = json!({ "grants": [world.name(grant)] });
    world.must(Who::Ir, quiet, "implicate", &named);
    assert_eq!(knows(&world, quiet), Some(PARTNER));
    assert_eq!(audience(&world), Audience::Partner(PARTNER));
    // What is reported under the engagement is no partner's, whatever it implicates.
    let wide = report(&mut world, Who::Da, engagement, "credential_compromise", &named).expect("reported");
    assert_eq!((knows(&world, wide), world.stage(grant)), (None, "suspended"));
}

/// Spillage names the record that holds the content; nothing else does.
#[test]
fn spillage_alone_names_a_record() {
    let (mut world, engagement, grant) = open();
    let field = |reason| Refusal::field("/record", reason);
    let name = world.name(engagement);
    let missing = report(&mut world, Who::Pl, engagement, "spillage", &json!({}));
    assert_eq!(missing, Err(field(FieldReason::OneNeeded)));
    let unknown = report(&mut world, Who::Pl, engagement, "spillage", &json!({ "record": "ENG-2026-XXXXXX" }));
    assert_eq!(unknown, Err(field(FieldReason::NoSuchRecord)));
    let other = report(&mut world, Who::Pl, engagement, "loss", &json!({ "record": name }));
    assert_eq!(other, Err(field(FieldReason::SpillageOnly)));
    let person = world.name(World::record(Who::Ev));
    let person = report(&mut world, Who::Pl, engagement, "spillage", &json!({ "record": person }));
    assert_eq!(person, Err(field(FieldReason::NoSuchRecord)));
    let inquiry = *world.case.inquiries.keys().next().expect("an inquiry");
    let inquiry = Subject::new(Kind::Inquiry, inquiry);
    let condition = Subject::new(Kind::Condition, *world.case.conditions.keys().next().expect("a condition"));
    for record in [world.release(), inquiry, engagement, condition, grant] {
        let body = json!({ "record": world.name(record) });
        let found = report(&mut world, Who::Pl, engagement, "spillage", &body).expect("reported");
        assert!(is_locked(&world.case, record));
        assert_eq!(incident(&world, found).locks(), Some(record));
    }
    assert!(!is_locked(&world.case, World::record(Who::Ev)));
}

/// What was spilled before there is any engagement is reported under the inquiry or the release.
#[test]
fn spillage_in_an_inquiry_needs_no_engagement() {
    let mut world = World::new(framework(&[]), at(OPEN));
    world.register(None);
    let inquiry = world.determine(true);
    let body = json!({ "record": world.name(inquiry) });
    for under in [inquiry, world.release()] {
        let found = report(&mut world, Who::Dl, under, "spillage", &body).expect("reported");
        let columns = world.case.promoted(found).expect("columns");
        assert_eq!((columns.engagement, columns.release), (None, Some(world.release().id)));
        assert!(columns.government && columns.developer.is_some());
    }
    assert!(due(&world, DeadlineKind::IncidentNotice).is_some());
}

/// IR-9: the lock is lifted after the hand-off, which is told by reference and date; the incident closes after that.
#[test]
fn a_lock_is_lifted_after_the_hand_off() {
    let (mut world, engagement, _) = open();
    let body = json!({ "record": world.name(engagement) });
    let found = report(&mut world, Who::Pl, engagement, "spillage", &body).expect("reported");
    for (command, body) in [
        ("contain", json!({})),
        ("assess", json!({ "severity": "high" })),
        ("notify-developer", json!({})),
        ("record-detail", detail()),
    ] {
        world.must(Who::Ir, found, command, &body);
    }
    world.must(Who::Dl, found, "acknowledge-notice", &json!({}));
    let open = Refusal::Unmet(vec![Unmet::NotHandedOff, Unmet::RecordLocked]);
    assert_eq!(world.refused(Who::Ir, found, "close", &json!({})), open);
    let early = world.refused(Who::Ir, found, "lift-lock", &json!({}));
    assert_eq!(early, Refusal::Unmet(vec![Unmet::NotHandedOff]));
    let future = world.refused(Who::Ir, found, "hand-off", &hand_off("2026-11-10"));
    assert_eq!(future, Refusal::field("/date", FieldReason::InFuture));
    world.must(Who::Ir, found, "hand-off", &hand_off("2026-11-09"));
    assert!(is_locked(&world.case, engagement));
    assert_eq!(world.log.last().expect("an event").audience, Audience::Government);
    world.must(Who::Ir, found, "lift-lock", &json!({}));
    assert!(!is_locked(&world.case, engagement));
    assert_eq!(world.refused(Who::Ir, found, "lift-lock", &json!({})), Refusal::AlreadyUnderWay);
    world.must(Who::Ir, found, "close", &json!({}));
    let other = report(&mut world, Who::Pl, engagement, "loss", &json!({})).expect("reported");
    for (command, body) in [("hand-off", hand_off("2026-11-09")), ("lift-lock", json!({}))] {
        assert_eq!(world.refused(Who::Ir, other, command, &body), Refusal::Unmet(vec![Unmet::NothingLocked]));
    }
}

/// Two reports of spillage in one record are two locks.
#[test]
fn a_record_is_locked_until_the_last_lock_is_lifted() {
    let (mut world, engagement, _) = open();
    let body = json!({ "record": world.name(engagement) });
    let reports =
        [Who::Pl, Who::Dl].map(|who| report(&mut world, who, engagement, "spillage", &body).expect("reported"));
    for (found, still) in [(reports[0], true), (reports[1], false)] {
        world.must(Who::Ir, found, "hand-off", &hand_off("2026-11-09"));
        world.must(Who::Ir, found, "lift-lock", &json!({}));
        assert_eq!(is_locked(&world.case, engagement), still);
    }
}

/// Time goes on under a lock, and of a locked record nobody but the officer is told (section 3.8, invariant 1).
#[test]
fn a_locked_window_closes_in_time_and_only_the_officer_is_told() {
    let (mut world, engagement, grant) = open();
    let body = json!({ "record": world.name(engagement) });
    report(&mut world, Who::Pl, engagement, "spillage", &body).expect("reported");
    world.must(Who::Da, grant, "recertify", &json!({}));
    let before = world.log.len();
    world.at(plus(world.now, TimeDelta::days(30)));
    assert_eq!(world.engagement(engagement).stage, Stage::CloseOut { outcome: Outcome::Completed });
    let own: Vec<CaseEvent> = world.log[before..].iter().filter(|event| event.subject == engagement).cloned().collect();
    assert!(own.iter().any(|event| matches!(event.event, Event::Engagement(_))));
    let officer = Addressee::Host(Role::InsiderRiskOfficer);
    let to: Vec<Addressee> =
        own.iter().flat_map(|event| notices(&world.case, event)).flat_map(|notice| notice.to).collect();
    assert!(!to.is_empty() && to.iter().all(|addressee| *addressee == officer), "{to:?}");
    // Invariant 1: withdrawing and recording a release are possible under the lock.
    world.must(Who::Da, engagement, "record-release", &json!({ "kind": "partner" }));
}

/// An incident is about a place, not about a text or a person.
#[test]
fn incidents_stand_under_what_people_work_on() {
    let (mut world, engagement, _) = open();
    let condition = Subject::new(Kind::Condition, *world.case.conditions.keys().next().expect("a condition"));
    let first = report(&mut world, Who::Pl, engagement, "loss", &json!({})).expect("reported");
    for under in [condition, World::record(Who::Ev), first] {
        let refused = report(&mut world, Who::Ir, under, "loss", &json!({}));
        assert_eq!(refused, Err(Refusal::field("/under", FieldReason::NoSuchRecord)));
    }
}
