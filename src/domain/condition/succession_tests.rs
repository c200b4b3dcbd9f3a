//! Stories of one condition in the place of another (domain section 3.5, `superseded`).

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::domain::{
    grant::access::Access,
    id::{Kind, Subject},
    refusal::{FieldReason, Refusal, Unmet},
    testing::{Who, World, at, framework},
    time::{Instant, plus},
};

const NOW: &str = "2026-11-09T14:00:00Z";
const PLANNED: &str = "2026-12-31T14:00:00Z";
const OPENS: &str = "2026-12-01T14:00:00Z";
const EXPIRES: &str = "2026-12-10T14:00:00Z";

/// A ready engagement, one of whose two conditions ends on 10 December.
fn expiring() -> (World, Subject, Subject) {
    let mut world = World::new(framework(&[]), at(NOW));
    world.register(Some(at(PLANNED)));
    world.determine(true);
    let engagement = world.engage();
    let nda = world.condition(engagement, "nda", Some(at(EXPIRES)));
    world.condition(engagement, "use_limitation", None);
    assert_eq!(world.stage(engagement), "ready");
    (world, engagement, nda)
}

fn renewing(world: &World, engagement: Subject, before: Subject) -> Value {
    json!({ "attach_to": world.name(engagement), "template": "nda", "supersedes": world.name(before) })
}

/// Agrees on the text and signs it on both sides, with force from `effective_at` on.
fn sign(world: &mut World, condition: Subject, effective_at: Instant) {
    let body = json!({ "digest": world.digest(condition), "effective_at": effective_at });
    world.must(Who::Dl, condition, "offer-agreement", &body);
    let hash = world.case.conditions[&condition.id].state.offers[0].hash.clone();
    world.must(Who::Pl, condition, "accept-agreement", &json!({ "hash": hash }));
    for who in [Who::Da, Who::Gs] {
        world.sign(who, condition).expect("can be signed");
    }
}

fn renew(world: &mut World, engagement: Subject, before: Subject) -> Subject {
    let body = renewing(world, engagement, before);
    world.create(Who::Dl, Kind::Condition, "attach", &body).expect("a successor")
}

/// Prepared during access and in force at the instant at which the text before it ends: nobody is without access for a
/// moment, and the window, the stage and the grant stay as they are.
#[test]
fn a_renewal_takes_the_place_without_a_gap() {
    let (mut world, engagement, nda) = expiring();
    world.schedule(engagement, at(OPENS), None).expect("can be scheduled");
    let grant = world.evaluator(engagement, Who::Ev);
    world.at(at(OPENS));
    assert_eq!((world.stage(engagement), world.stage(grant)), ("window_open", "active"));
    let renewal = renew(&mut world, engagement, nda);
    assert!(world.allowed(grant), "what is prepared holds nothing back");
    sign(&mut world, renewal, at(EXPIRES));
    world.acknowledge_one(Who::Ev, renewal);
    world.at(plus(at(EXPIRES), TimeDelta::microseconds(-1)));
    assert_eq!((world.stage(nda), world.stage(renewal)), ("in_force", "signed"));
    world.at(at(EXPIRES));
    assert_eq!((world.stage(nda), world.stage(renewal)), ("superseded", "in_force"));
    assert_eq!((world.stage(engagement), world.stage(grant)), ("window_open", "active"));
    assert!(world.allowed(grant));
}

/// PS-6: whoever did not acknowledge the new text is without access from its first instant on.
#[test]
fn a_renewal_asks_each_person_anew() {
    let (mut world, engagement, nda) = expiring();
    world.schedule(engagement, at(OPENS), None).expect("can be scheduled");
    let grant = world.evaluator(engagement, Who::Ev);
    world.at(at(OPENS));
    let renewal = renew(&mut world, engagement, nda);
    let now = world.now;
    sign(&mut world, renewal, now);
    assert_eq!(world.stage(nda), "superseded");
    let unmet = Unmet::NotAcknowledged { condition: world.name(renewal) };
    assert_eq!(world.access(grant), Access::Denied { unmet: vec![unmet] });
}

/// A required condition that expired, or was broken, holds the engagement back until another one has its place.
#[test]
fn what_expired_or_was_broken_is_made_good_by_its_successor() {
    for broken in [false, true] {
        let (mut world, engagement, nda) = expiring();
        if broken {
            world.must(Who::Da, nda, "report-breach", &json!({}));
        } else {
            world.at(at(EXPIRES));
        }
        assert_eq!(world.stage(engagement), "conditions");
        let another = world.condition(engagement, "nda", None);
        assert_eq!(world.stage(engagement), "conditions", "a second text does not make the first one good");
        assert_eq!(world.stage(another), "in_force");
        let renewal = renew(&mut world, engagement, nda);
        assert_eq!(world.stage(engagement), "conditions");
        let now = world.now;
        sign(&mut world, renewal, now);
        assert_eq!((world.stage(nda), world.stage(engagement)), ("superseded", "ready"));
    }
}

/// A text that both sides sign after its own end is over at the instant at which it takes force: it never has the place
/// of the one before it, whichever record is older.
#[test]
fn a_text_that_is_signed_after_its_end_takes_no_place() {
    let (mut world, engagement, nda) = expiring();
    let renewal = renew(&mut world, engagement, nda);
    let ends = plus(at(NOW), TimeDelta::days(3));
    let body = json!({ "digest": world.digest(renewal), "effective_at": at(NOW), "expires_at": ends });
    world.must(Who::Dl, renewal, "offer-agreement", &body);
    let hash = world.case.conditions[&renewal.id].state.offers[0].hash.clone();
    world.must(Who::Pl, renewal, "accept-agreement", &json!({ "hash": hash }));
    world.sign(Who::Da, renewal).expect("can be signed");
    world.at(ends);
    world.sign(Who::Gs, renewal).expect("can be signed");
    assert_eq!((world.stage(nda), world.stage(renewal)), ("in_force", "expired"));
    assert_eq!(world.stage(engagement), "ready");
}

/// Waived by the side that it protects, the successor makes good as well.
#[test]
fn a_waived_successor_takes_the_place_too() {
    let (mut world, engagement, nda) = expiring();
    let second = world.condition(engagement, "nda", None);
    world.at(at(EXPIRES));
    let renewal = renew(&mut world, engagement, nda);
    world.must(Who::Da, renewal, "waive", &json!({}));
    assert_eq!((world.stage(nda), world.stage(second), world.stage(engagement)), ("superseded", "in_force", "ready"));
}

/// One successor, attached to the same engagement, of a text that bound, and no weaker.
#[test]
fn a_successor_fits_what_it_follows() {
    let (mut world, engagement, nda) = expiring();
    let attach = |world: &mut World, body: &Value| world.create(Who::Dl, Kind::Condition, "attach", body).err();
    let not = |reason| Some(Refusal::field("/supersedes", reason));
    let renewal = renewing(&world, engagement, nda);

    let mut optional = renewal.clone();
    optional["required"] = json!(false);
    optional["template"] = json!("nondisclosure");
    assert_eq!(attach(&mut world, &optional), Some(Refusal::field("/required", FieldReason::RequiredBefore)));
    let mut unknown = renewal.clone();
    unknown["supersedes"] = json!("CON-2026-ZZZZZZ");
    assert_eq!(attach(&mut world, &unknown), not(FieldReason::NoSuchRecord));
    unknown["supersedes"] = json!(world.name(engagement));
    assert_eq!(attach(&mut world, &unknown), not(FieldReason::NoSuchRecord));

    let first = world.create(Who::Dl, Kind::Condition, "attach", &renewal).expect("a successor");
    assert_eq!(attach(&mut world, &renewal), not(FieldReason::NotSupersedable), "has one already");
    let of_unsigned = renewing(&world, engagement, first);
    assert_eq!(attach(&mut world, &of_unsigned), not(FieldReason::NotSupersedable), "never bound");
}

/// During access a text may follow another one; a further one, which would hold access back, may not be attached.
#[test]
fn only_a_successor_is_attached_during_access() {
    let (mut world, engagement, nda) = expiring();
    world.schedule(engagement, at(OPENS), None).expect("can be scheduled");
    world.at(at(OPENS));
    assert_eq!(world.stage(engagement), "window_open");
    let further = json!({ "attach_to": world.name(engagement), "template": "nda" });
    let refused = world.create(Who::Dl, Kind::Condition, "attach", &further).err();
    assert!(matches!(refused, Some(Refusal::WrongStage { .. })), "{refused:?}");
    renew(&mut world, engagement, nda);
}

/// Invariant 21 and the officer's part: a text that covers less, protects another side or asks nobody to acknowledge it
/// is no successor, because its waiver would put away what only others may waive.
#[test]
fn a_successor_is_no_way_around_a_waiver() {
    let (mut world, engagement, nda) = expiring();
    let officers = world.condition(engagement, "insider_risk", None);
    for (before, template) in [(officers, "use_limitation"), (officers, "nda"), (nda, "nondisclosure")] {
        let mut body = renewing(&world, engagement, before);
        body["template"] = json!(template);
        let refused = world.create(Who::Dl, Kind::Condition, "attach", &body).err();
        assert_eq!(refused, Some(Refusal::field("/template", FieldReason::WeakerThanPredecessor)), "{template}");
    }
    let mut body = renewing(&world, engagement, officers);
    body["template"] = json!("insider_risk");
    let successor = world.create(Who::Dl, Kind::Condition, "attach", &body).expect("as strong");
    let uncleared = Refusal::Unmet(vec![Unmet::WaiverNotCleared]);
    assert_eq!(world.refused(Who::Da, successor, "waive", &json!({})), uncleared);
}

/// What spillage locks is named by nobody: whether it binds is not told.
#[test]
fn a_locked_condition_has_no_successor() {
    let (mut world, engagement, nda) = expiring();
    let report = json!({
        "under": world.name(engagement), "incident_type": "spillage", "record": world.name(nda),
    });
    world.create(Who::Ir, Kind::Incident, "report", &report).expect("an incident");
    let body = renewing(&world, engagement, nda);
    let refused = world.create(Who::Dl, Kind::Condition, "attach", &body).err();
    assert_eq!(refused, Some(Refusal::field("/supersedes", FieldReason::NoSuchRecord)));
}

/// A required text in the place of an optional one that ended counts from its attachment on, like any required one.
#[test]
fn a_required_successor_of_an_optional_text_is_required() {
    let (mut world, engagement, _) = expiring();
    let body = json!({ "attach_to": world.name(engagement), "template": "ip_protection", "required": false });
    let optional = world.create(Who::Dl, Kind::Condition, "attach", &body).expect("a condition");
    world.agree([Who::Dl, Who::Pl], optional, Some(at("2026-11-20T14:00:00Z")));
    for who in [Who::Da, Who::Gs] {
        world.sign(who, optional).expect("can be signed");
    }
    world.at(at("2026-11-20T14:00:00Z"));
    assert_eq!((world.stage(optional), world.stage(engagement)), ("expired", "ready"));
    let mut body = renewing(&world, engagement, optional);
    body["template"] = json!("ip_protection");
    let successor = world.create(Who::Dl, Kind::Condition, "attach", &body).expect("a successor");
    assert_eq!(world.stage(engagement), "conditions");
    let now = world.now;
    sign(&mut world, successor, now);
    assert_eq!((world.stage(optional), world.stage(engagement)), ("superseded", "ready"));
}
