//! Stories of the model release: dates are the developer's, and recorded use counts against the cap.

use serde_json::json;

use crate::domain::{
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
