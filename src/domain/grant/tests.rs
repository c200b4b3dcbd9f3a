//! Stories of the grant: prerequisites, recertification, suspension, and the end that access names for itself
//! (domain section 3.6).

use chrono::TimeDelta;
use serde_json::json;

use super::{
    GrantStage, GrantSuspension,
    access::{Access, Asker, access},
};
use crate::domain::{
    actor::Assurance,
    id::{Kind, Subject},
    refusal::{FieldReason, Refusal, Unmet},
    testing::{Who, World, at, framework},
    time::{Instant, plus},
};

const OPENS: &str = "2026-12-01T14:00:00Z";
const PLANNED: &str = "2026-12-30T14:00:00Z";
const JUST: TimeDelta = TimeDelta::microseconds(1);

fn open() -> (World, Subject, Subject) {
    World::open(framework(&[]), at(OPENS), at(PLANNED))
}

fn ready() -> (World, Subject) {
    World::ready(framework(&[]), plus(at(OPENS), TimeDelta::days(-1)), Some(at(PLANNED)))
}

fn condition(world: &World, under: Subject, template: &str) -> Subject {
    let found = world.case.conditions_of(under).find(|(_, c)| c.state.template == template);
    Subject::new(Kind::Condition, found.expect("a condition").0)
}

fn denied(world: &World, grant: Subject) -> Vec<Unmet> {
    match world.access(grant) {
        Access::Denied { unmet } => unmet,
        Access::Allowed { .. } => panic!("access at {}", world.now),
    }
}

/// Access names its own end, and ends there: allowed a microsecond before, denied at it.
fn ends_at(world: &World, grant: Subject, end: Instant, unmet: &[Unmet]) {
    let mut world = world.clone();
    assert_eq!(world.access(grant), Access::Allowed { until: Some(end) });
    world.at(plus(end, -JUST));
    assert_eq!(world.access(grant), Access::Allowed { until: Some(end) });
    world.at(end);
    assert_eq!(denied(&world, grant), unmet);
}

/// D13: fourteen days after activation; recertifying lifts, once more after a lapse too.
#[test]
fn a_missed_recertification_suspends_and_recertifying_lifts() {
    let (mut world, _, grant) = open();
    let due = plus(at(OPENS), TimeDelta::days(14));
    ends_at(&world, grant, due, &[Unmet::RecertificationMissed]);
    world.at(plus(due, -JUST));
    world.must(Who::Da, grant, "recertify", &json!({}));
    world.at(due);
    assert!(world.allowed(grant), "recertified in time");
    world.at(plus(due, TimeDelta::days(14)));
    let reason = GrantSuspension::RecertificationMissed;
    assert_eq!(world.grant(grant).stage, GrantStage::Suspended { by: None, security: false, reason });
    // Invariant 11: neither the holder nor whoever requested it.
    for who in [Who::Ev, Who::Pl] {
        assert_eq!(world.refused(who, grant, "recertify", &json!({})), Refusal::OwnRequest);
    }
    world.must(Who::Da, grant, "recertify", &json!({}));
    assert!(world.allowed(grant));
}

/// D13: lifting certifies nothing. A liaison lifts and does not recertify, so that what is overdue waits for whoever
/// approves.
#[test]
fn lifting_certifies_nothing() {
    let (mut world, _, grant) = open();
    let (none, overdue) = (json!({}), Refusal::Unmet(vec![Unmet::RecertificationMissed]));
    let due = plus(at(OPENS), TimeDelta::days(14));
    world.at(plus(due, TimeDelta::days(-1)));
    world.must(Who::Dl, grant, "suspend", &none);
    let mut early = world.clone();
    early.must(Who::Dl, grant, "lift-suspension", &none);
    ends_at(&early, grant, due, &[Unmet::RecertificationMissed]);
    early.at(due);
    for who in [Who::Dl, Who::Da] {
        assert_eq!(early.refused(who, grant, "lift-suspension", &none), overdue);
    }
    early.must(Who::Da, grant, "recertify", &none);
    assert!(early.allowed(grant), "recertifying lifts");
    // What a person suspended and nobody certified in time takes both.
    world.at(due);
    assert_eq!(world.refused(Who::Dl, grant, "lift-suspension", &none), overdue);
    world.must(Who::Da, grant, "recertify", &none);
    assert!(!world.allowed(grant), "suspended by a person");
    world.must(Who::Dl, grant, "lift-suspension", &none);
    ends_at(&world, grant, plus(due, TimeDelta::days(14)), &[Unmet::RecertificationMissed]);
}

/// Invariant 10: an agreement that expires takes access with it, and the answer says so beforehand.
#[test]
fn no_access_outlives_an_agreement() {
    let (mut world, engagement) = ready();
    let expires = plus(at(OPENS), TimeDelta::days(3));
    let extra = world.condition(engagement, "cybersecurity", Some(expires));
    let grant = world.evaluator(engagement, Who::Ev);
    world.schedule(engagement, at(OPENS), None).expect("can be scheduled");
    world.at(at(OPENS));
    ends_at(&world, grant, expires, &[Unmet::ConditionNotInForce { condition: world.name(extra) }]);
}

/// D14: training runs out twelve months after it was had; the grant is suspended and takes training to lift.
#[test]
fn expired_training_suspends_until_renewed() {
    let (mut world, _, grant) = open();
    let record = World::record(Who::Ev);
    world.must(Who::Ir, record, "record-training", &json!({ "trained_at": "2025-12-04T15:00:00Z" }));
    ends_at(&world, grant, at("2026-12-04T15:00:00Z"), &[Unmet::GrantSuspended, Unmet::NotTrained]);
    world.at(at("2026-12-05T00:00:00Z"));
    let refusal = world.refused(Who::Da, grant, "lift-suspension", &json!({}));
    assert_eq!(refusal, Refusal::Unmet(vec![Unmet::NotTrained]));
    let now = world.now;
    world.must(Who::Ir, record, "record-training", &json!({ "trained_at": now }));
    assert!(!world.allowed(grant), "nothing lifts itself");
    world.must(Who::Da, grant, "lift-suspension", &json!({}));
    assert!(world.allowed(grant));
}

/// A breach suspends every grant under it at once; lifting waits for the cure.
#[test]
fn a_breach_suspends_at_once_and_lifting_waits_for_the_cure() {
    let (mut world, engagement, grant) = open();
    let broken = condition(&world, engagement, "use_limitation");
    world.must(Who::Pl, broken, "report-breach", &json!({}));
    let reason = GrantSuspension::ConditionBreached;
    assert_eq!(world.grant(grant).stage, GrantStage::Suspended { by: None, security: false, reason });
    let refusal = world.refused(Who::Da, grant, "lift-suspension", &json!({}));
    assert_eq!(refusal, Refusal::Unmet(vec![Unmet::ConditionNotInForce { condition: world.name(broken) }]));
    assert_eq!(world.refused(Who::Gs, broken, "cure-breach", &json!({})), Refusal::NotProtectedSide);
    world.must(Who::Da, broken, "cure-breach", &json!({}));
    assert!(!world.allowed(grant), "a cure lifts nothing by itself");
    world.must(Who::Da, grant, "lift-suspension", &json!({}));
    assert!(world.allowed(grant));
}

/// A breach of a condition that need not be in force stops access as well, also before the grant was ever active.
#[test]
fn a_breach_of_any_condition_stops_access() {
    let (mut world, engagement) = ready();
    let body = json!({ "attach_to": world.name(engagement), "template": "cybersecurity", "required": false });
    let extra = world.create(Who::Dl, Kind::Condition, "attach", &body).expect("a condition");
    world.agree([Who::Dl, Who::Pl], extra, None);
    world.sign(Who::Da, extra).expect("signs");
    world.sign(Who::Gs, extra).expect("signs");
    let grant = world.evaluator(engagement, Who::Ev);
    world.must(Who::Dl, extra, "report-breach", &json!({}));
    world.schedule(engagement, at(OPENS), None).expect("can be scheduled");
    world.at(at(OPENS));
    assert_eq!((world.stage(engagement), world.stage(grant)), ("window_open", "approved"));
    assert_eq!(denied(&world, grant), [Unmet::ConditionNotInForce { condition: world.name(extra) }]);
}

/// A waived agreement asks nobody for an acknowledgement that nobody could give any more.
#[test]
fn a_waived_condition_asks_for_no_acknowledgement() {
    let (mut world, engagement) = ready();
    let extra = world.condition(engagement, "nda", None);
    let grant = world.evaluator(engagement, Who::Ev);
    world.schedule(engagement, at(OPENS), None).expect("can be scheduled");
    let later = world.request(Who::Pl, engagement, Who::SecondEv).expect("a grant");
    world.prepare(Who::SecondEv);
    world.must(Who::Ir, later, "clear-prerequisites", &json!({}));
    world.must(Who::Da, later, "approve", &json!({}));
    world.must(Who::Da, extra, "waive", &json!({}));
    world.at(at(OPENS));
    assert!(world.allowed(grant));
    let other = condition(&world, engagement, "nda");
    assert_ne!(other, extra);
    assert_eq!(denied(&world, later), [Unmet::NotAcknowledged { condition: world.name(other) }]);
    world.acknowledge_one(Who::SecondEv, other);
    assert!(world.allowed(later));
}

/// Only the approving side lifts, after the insider-risk officer if that officer suspended.
#[test]
fn the_approving_side_lifts_after_the_officer() {
    let (mut world, _, grant) = open();
    world.must(Who::Pl, grant, "suspend", &json!({}));
    assert_eq!(world.refused(Who::Pl, grant, "lift-suspension", &json!({})), Refusal::NotSuspendingSide);
    world.must(Who::Dl, grant, "lift-suspension", &json!({}));
    world.must(Who::Ir, grant, "suspend", &json!({}));
    world.must(Who::Da, grant, "recertify", &json!({}));
    assert!(!world.allowed(grant), "recertifying lifts nothing that a person suspended");
    assert_eq!(world.refused(Who::Da, grant, "lift-suspension", &json!({})), Refusal::NotSuspendingSide);
    world.must(Who::Ir, grant, "lift-suspension", &json!({}));
    assert!(!world.allowed(grant), "the officer alone does not lift");
    world.must(Who::Da, grant, "lift-suspension", &json!({}));
    assert!(world.allowed(grant));
}

/// Invariant 11, and every prerequisite by itself.
#[test]
fn a_grant_takes_three_people_and_every_prerequisite() {
    let (mut world, engagement) = ready();
    assert_eq!(world.request(Who::Ev, engagement, Who::Ev), Err(Refusal::OwnRequest));
    let no_account = Refusal::field("/holder", FieldReason::NoSuchAccount);
    assert_eq!(world.request(Who::Pl, engagement, Who::Tu), Err(no_account));
    let grant = world.request(Who::Pl, engagement, Who::Ev).expect("a grant");
    assert_eq!(world.request(Who::Pl, engagement, Who::Ev), Err(Refusal::AlreadyUnderWay));
    let missing = [Unmet::NotAttested, Unmet::NotTrained, Unmet::NotScreened, Unmet::ExportNotScreened];
    let record = World::record(Who::Ev);
    let now = world.now;
    let cures = [
        (Who::Ev, "attest", json!({ "intent": true })),
        (Who::Ir, "record-training", json!({ "trained_at": now })),
        (Who::Ir, "record-screening", json!({ "reference": "S" })),
        (Who::Ir, "record-export-screening", json!({ "reference": "X" })),
    ];
    for (index, (who, name, body)) in cures.iter().enumerate() {
        let refusal = world.refused(Who::Ir, grant, "clear-prerequisites", &json!({}));
        assert_eq!(refusal, Refusal::Unmet(missing[index..].to_vec()));
        world.must(*who, record, name, body);
    }
    for who in [Who::Pl, Who::Ev] {
        assert_eq!(world.refused(who, grant, "clear-prerequisites", &json!({})), Refusal::OwnRequest);
    }
    world.must(Who::Ir, grant, "clear-prerequisites", &json!({}));
    assert_eq!(world.refused(Who::Pl, grant, "approve", &json!({})), Refusal::OwnRequest);
    world.must(Who::Da, grant, "approve", &json!({}));
    assert_eq!(world.stage(grant), "approved");
}

/// Officers record for others, and people attest for themselves.
#[test]
fn nobody_records_their_own_training() {
    let (mut world, _) = ready();
    let record = World::record(Who::Ev);
    let now = world.now;
    let body = json!({ "trained_at": now });
    assert_eq!(world.refused(Who::Ev, record, "record-training", &body), Refusal::OwnRequest);
    assert_eq!(world.refused(Who::Ir, record, "attest", &json!({ "intent": true })), Refusal::WrongSide);
    let ahead = world.refused(Who::Ir, record, "record-training", &json!({ "trained_at": PLANNED }));
    assert_eq!(ahead, Refusal::field("/trained_at", FieldReason::InFuture));
}

/// The session of the holder, and the second factor behind the developer's gateway.
#[test]
fn the_asking_session_counts() {
    let (mut world, _, grant) = open();
    let ask = |world: &World, asker| access(&world.case, grant.id, &world.facts, asker, world.now).expect("an answer");
    let only = |unmet| Access::Denied { unmet: vec![unmet] };
    assert_eq!(ask(&world, Asker::Holder(Assurance::Aal1)), only(Unmet::SessionNotAal2));
    assert!(matches!(ask(&world, Asker::Holder(Assurance::Aal2)), Access::Allowed { .. }));
    assert!(matches!(ask(&world, Asker::Gateway), Access::Allowed { .. }));
    let holder = world.facts.people.get_mut(&Who::Ev.account()).expect("a person");
    holder.second_factor = false;
    assert_eq!(ask(&world, Asker::Gateway), only(Unmet::NoSecondFactor));
    world.facts.people.remove(&Who::Ev.account());
    assert_eq!(ask(&world, Asker::Standing), only(Unmet::AccountNotActive));
}

/// A screening that is withdrawn stops access without any further act.
#[test]
fn a_withdrawn_screening_stops_access() {
    let (mut world, _, grant) = open();
    let record = World::record(Who::Ev);
    world.must(Who::Ir, record, "record-export-screening", &json!({ "reference": null }));
    assert_eq!(denied(&world, grant), [Unmet::ExportNotScreened]);
}

/// Current-version NDA signed: other texts cover the engagement, and nobody signed one for persons (domain section 3.6).
#[test]
fn access_takes_a_nondisclosure_agreement_in_force() {
    let mut world = World::new(framework(&[]), plus(at(OPENS), TimeDelta::days(-1)));
    world.register(Some(at(PLANNED)));
    world.determine(true);
    let engagement = world.engage();
    world.condition(engagement, "nondisclosure", None);
    world.condition(engagement, "use_limitation", None);
    assert_eq!(world.stage(engagement), "ready");
    let grant = world.evaluator(engagement, Who::Ev);
    let mut signed = world.clone();
    world.schedule(engagement, at(OPENS), None).expect("can be scheduled");
    world.at(at(OPENS));
    assert_eq!((world.stage(engagement), denied(&world, grant)), ("window_open", vec![Unmet::NdaNotInForce]));
    let optional = json!({ "attach_to": signed.name(engagement), "template": "nda", "required": false });
    let refusal = signed.create(Who::Dl, Kind::Condition, "attach", &optional).expect_err("needed");
    assert_eq!(refusal, Refusal::field("/required", FieldReason::NeededByFramework));
    let nda = signed.condition(engagement, "nda", None);
    signed.schedule(engagement, at(OPENS), None).expect("can be scheduled");
    signed.at(at(OPENS));
    assert_eq!(denied(&signed, grant), [Unmet::NotAcknowledged { condition: signed.name(nda) }]);
    signed.acknowledge_one(Who::Ev, nda);
    assert!(signed.allowed(grant));
}

/// Leaving the role stops access at once, and revokes at the instant at which it was left, whenever that is noticed.
#[test]
fn leaving_a_role_stops_access_and_revokes() {
    let (mut world, _, grant) = open();
    let left = plus(at(OPENS), TimeDelta::hours(5));
    world.at(left);
    let role = Who::Ev.actor().roles.into_iter().next().expect("a role");
    let holder = world.facts.people.get_mut(&Who::Ev.account()).expect("a person");
    holder.roles.clear();
    assert_eq!(denied(&world, grant), [Unmet::RoleNotHeld]);
    let holder = world.facts.people.get_mut(&Who::Ev.account()).expect("a person");
    holder.left.insert(role, left);
    let mut again = world.clone();
    world.hours(30);
    assert_eq!((world.grant(grant).stage.clone(), world.grant(grant).since), (GrantStage::Revoked, left));
    assert_eq!(denied(&world, grant), [Unmet::GrantEnded, Unmet::RoleNotHeld]);
    // Given again before anybody looked, or left before the grant: nothing to revoke.
    let holder = again.facts.people.get_mut(&Who::Ev.account()).expect("a person");
    holder.roles.insert(role);
    again.hours(30);
    assert!(again.allowed(grant));
    let holder = again.facts.people.get_mut(&Who::Ev.account()).expect("a person");
    holder.organization = crate::domain::testing::TREASURY;
    assert_eq!(denied(&again, grant), [Unmet::RoleNotHeld], "of another organization");
}

/// The insider-risk officer also suspends what is suspended; the first reason stays, and both have to let go.
#[test]
fn the_officer_suspends_what_is_suspended() {
    let (mut world, _, grant) = open();
    let missed = plus(at(OPENS), TimeDelta::days(14));
    world.at(missed);
    let none = json!({});
    let wrong = world.refused(Who::Da, grant, "suspend", &none);
    assert!(matches!(wrong, Refusal::WrongStage { stage: "suspended", .. }), "{wrong:?}");
    world.must(Who::Ir, grant, "suspend", &none);
    let reason = GrantSuspension::RecertificationMissed;
    assert_eq!(world.grant(grant).stage, GrantStage::Suspended { by: None, security: true, reason });
    assert_eq!(world.refused(Who::Ir, grant, "suspend", &none), Refusal::AlreadyUnderWay);
    world.must(Who::Da, grant, "recertify", &none);
    assert_eq!(world.refused(Who::Da, grant, "lift-suspension", &none), Refusal::NotSuspendingSide);
    assert!(!world.allowed(grant), "certified, and held by the officer");
    world.must(Who::Ir, grant, "lift-suspension", &none);
    assert!(!world.allowed(grant));
    world.must(Who::Da, grant, "lift-suspension", &none);
    assert!(world.allowed(grant));
}
