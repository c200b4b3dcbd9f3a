//! Stories of the model release: dates are the developer's, and recorded use counts against the cap.

use serde_json::json;

use crate::domain::{
    action::Action,
    id::Kind,
    refusal::{FieldReason, Refusal, Unmet},
    testing::{Who, World, at, framework},
};

const NOW: &str = "2026-11-09T14:00:00Z";

#[test]
fn a_plan_is_about_the_future_and_its_history_stays() {
    let mut world = World::new(framework(&[]), at(NOW));
    let past = json!({ "name": "Heron-3", "planned_partner_release": "2026-11-09T13:59:59.999999Z" });
    let refusal = world.create(Who::Da, Kind::Release, "register", &past).expect_err("refused");
    assert_eq!(refusal, Refusal::field("/planned_partner_release", FieldReason::InPast));
    let release = world.register(Some(at(NOW)));
    world.must(Who::Da, release, "set-planned-release", &json!({ "to": null }));
    world.must(Who::Da, release, "set-planned-release", &json!({ "to": "2026-12-01T14:00:00Z" }));
    let (_, entry) = world.case.release().expect("a release");
    let planned: Vec<_> = entry.state.planned_history.iter().map(|change| change.to).collect();
    assert_eq!(planned, [Some(at(NOW)), None, Some(at("2026-12-01T14:00:00Z"))]);
    assert_eq!(entry.state.planned, planned[2]);
}

/// Assessment use counts (domain section 3.3): with the cap used up, nothing is left to schedule.
#[test]
fn assessment_use_counts_against_the_cap() {
    let (mut world, engagement) = World::ready(framework(&[]), at(NOW), Some(at("2026-12-05T14:00:00Z")));
    let release = world.release();
    for seconds in [0_u32, 2_592_001] {
        let refusal = world.refused(Who::Da, release, "record-assessment-use", &json!({ "seconds": seconds }));
        assert_eq!(refusal, Refusal::field("/seconds", FieldReason::OutOfRange));
    }
    world.must(Who::Da, release, "record-assessment-use", &json!({ "seconds": 2_592_000 }));
    let refusal = world.schedule(engagement, at("2026-11-10T14:00:00Z"), None).expect_err("refused");
    assert_eq!(refusal, Refusal::Unmet(vec![Unmet::NothingLeft]));
}

/// Domain section 3.2: named acts to a liaison of the own organization, never signing or delegating, for 365 days at
/// most; a newer delegation takes the place of the one before, and either of the two ends it.
#[test]
fn an_official_delegates_named_acts_to_a_liaison_for_a_time() {
    let mut world = World::new(framework(&[]), at(NOW));
    let release = world.register(None);
    let body =
        |who: Who, acts: &[&str], until: &str| json!({ "delegate": who.account(), "acts": acts, "until": until });
    let year = "2027-11-09T14:00:00Z";
    let refused = [
        (body(Who::Pl, &["grant.approve"], year), "/delegate", FieldReason::NoSuchAccount),
        (body(Who::SecondDa, &["grant.approve"], year), "/delegate", FieldReason::NoSuchAccount),
        (body(Who::Dl, &[], year), "/acts", FieldReason::OneNeeded),
        (body(Who::Dl, &["condition.sign"], year), "/acts", FieldReason::NotDelegable),
        (body(Who::Dl, &["release.delegate"], year), "/acts", FieldReason::NotDelegable),
        (body(Who::Dl, &["grant.approve", "grant.request"], year), "/acts", FieldReason::NotDelegable),
        (body(Who::Dl, &["grant.approve"], NOW), "/until", FieldReason::InPast),
        (body(Who::Dl, &["grant.approve"], "2027-11-09T14:00:00.000001Z"), "/until", FieldReason::TooFarAhead),
    ];
    for (body, pointer, reason) in refused {
        assert_eq!(world.refused(Who::Da, release, "delegate", &body), Refusal::field(pointer, reason), "{body}");
    }
    world.must(Who::Da, release, "delegate", &body(Who::Dl, &["grant.approve"], year));
    world.must(Who::SecondDa, release, "delegate", &body(Who::Dl, &["grant.recertify"], year));
    let given = |world: &World, name: &'static str, now: &str| {
        let (_, entry) = world.case.release().expect("a release");
        let action = Action::new(Kind::Grant, name);
        entry.state.delegation(Who::Dl.account(), action, &world.facts, at(now)).map(|given| given.by)
    };
    assert_eq!(given(&world, "approve", NOW), None, "replaced");
    assert_eq!(given(&world, "recertify", "2027-11-09T13:59:59.999999Z"), Some(Who::SecondDa.account()));
    assert_eq!(given(&world, "recertify", year), None, "over");
    let mut left = world.clone();
    left.facts.people.get_mut(&Who::SecondDa.account()).expect("a person").roles.clear();
    assert_eq!(given(&left, "recertify", NOW), None, "void while the official does not hold the role");
    let mut disabled = world.clone();
    disabled.facts.people.get_mut(&Who::SecondDa.account()).expect("a person").active = false;
    assert_eq!(given(&disabled, "recertify", NOW), None, "void while the official cannot sign in");
    let end = |who: Who| json!({ "delegate": who.account() });
    let foreign = world.refused(Who::Dl, release, "end-delegation", &end(Who::Da));
    assert_eq!(foreign, Refusal::field("/delegate", FieldReason::OfficialOnly));
    let nobody = world.refused(Who::Da, release, "end-delegation", &end(Who::Da));
    assert_eq!(nobody, Refusal::field("/delegate", FieldReason::NoSuchRecord));
    world.must(Who::Dl, release, "end-delegation", &end(Who::Dl));
    assert_eq!(given(&world, "recertify", NOW), None, "ended by the liaison");
}

/// Domain section 3.2, the end: legal action from outside is noted by code, date and reference, and changes no state.
#[test]
fn an_external_event_is_noted_and_changes_no_state() {
    let (mut world, engagement) = World::ready(framework(&[]), at(NOW), Some(at("2026-12-05T14:00:00Z")));
    let release = world.release();
    let note = |date: &str| json!({ "kind": "export_control", "date": date, "reference": "BIS-2026-7" });
    let refusal = world.refused(Who::Dl, release, "note-external-event", &note("2026-11-10"));
    assert_eq!(refusal, Refusal::field("/date", FieldReason::InFuture));
    let before = world.engagement(engagement).clone();
    for who in [Who::Dl, Who::Da, Who::Pl] {
        world.must(who, release, "note-external-event", &note("2026-11-09"));
    }
    assert_eq!(world.engagement(engagement), &before);
    assert_eq!(world.case.release().expect("a release").1.state.external_events.len(), 3);
}
