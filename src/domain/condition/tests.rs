//! Stories of the condition: redlines, agreement on one digest, signatures, waiver and expiry (domain section 3.5).

use serde_json::json;

use crate::domain::{
    action::Action,
    case::offers_to_name,
    id::{Kind, Subject},
    refusal::{FieldReason, Refusal, Unmet},
    testing::{Who, World, at, framework},
};

const NOW: &str = "2026-11-09T14:00:00Z";

fn attached(template: &str) -> (World, Subject) {
    let (mut world, engagement) = World::ready(framework(&[]), at(NOW), None);
    let body = json!({ "attach_to": world.name(engagement), "template": template });
    let condition = world.create(Who::Dl, Kind::Condition, "attach", &body).expect("a condition");
    (world, condition)
}

fn redline(world: &World, condition: Subject, text: &str) -> serde_json::Value {
    json!({ "text": text, "parent": world.digest(condition), "unclassified_attestation": true })
}

/// Where each side offered, everybody accepts what the other side offered and takes back what the own side did.
#[test]
fn of_two_offers_a_person_is_named_the_one_that_is_theirs_to_accept() {
    let (mut world, condition) = attached("nda");
    let offer = json!({ "digest": world.digest(condition), "effective_at": NOW });
    for who in [Who::Dl, Who::Pl] {
        world.must(who, condition, "offer-agreement", &offer);
    }
    let offers = world.case.conditions[&condition.id].state.offers.clone();
    let (developers, governments) = (offers[0].hash.clone(), offers[1].hash.clone());
    let named = |who: Who, name: &'static str, now| {
        offers_to_name(&world.case, condition, Action::new(Kind::Condition, name), &who.actor(), now)
    };
    for (who, theirs, own) in [
        (Who::Dl, &governments, &developers),
        (Who::Da, &governments, &developers),
        (Who::Pl, &developers, &governments),
    ] {
        assert_eq!(named(who, "accept-agreement", world.now), std::slice::from_ref(theirs), "{who:?}");
        assert_eq!(named(who, "retract-agreement", world.now), std::slice::from_ref(own), "{who:?}");
        assert!(named(who, "sign", world.now).is_empty(), "signing names none");
        assert!(named(who, "accept-agreement", offers[1].lapses_at).is_empty(), "lapsed");
    }
}

/// Both sides accept the same digest, and a redline ends the offers on the text before it.
#[test]
fn both_sides_agree_on_one_digest() {
    let (mut world, condition) = attached("nda");
    let offer = json!({ "digest": world.digest(condition), "effective_at": NOW });
    world.must(Who::Dl, condition, "offer-agreement", &offer);
    let hash = json!({ "hash": world.case.conditions[&condition.id].state.offers[0].hash });
    assert_eq!(world.refused(Who::Dl, condition, "accept-agreement", &hash), Refusal::OwnOffer);
    assert_eq!(world.refused(Who::Da, condition, "accept-agreement", &hash), Refusal::WrongSide);
    assert_eq!(world.refused(Who::Pl, condition, "retract-agreement", &hash), Refusal::WrongSide);
    let stale = redline(&world, condition, "Ours");
    world.must(Who::Pl, condition, "upload-text", &stale);
    assert_eq!(world.refused(Who::Pl, condition, "accept-agreement", &hash), Refusal::NoSuchOffer);
    let parent = world.refused(Who::Dl, condition, "upload-text", &stale);
    assert_eq!(parent, Refusal::field("/parent", FieldReason::WrongDigest));
    let digest = world.refused(Who::Dl, condition, "offer-agreement", &offer);
    assert_eq!(digest, Refusal::field("/digest", FieldReason::WrongDigest));
    assert_eq!(world.refused(Who::Tc, condition, "upload-text", &redline(&world, condition, "X")), Refusal::WrongSide);
    world.agree([Who::Pl, Who::Dl], condition, None);
    let versions = &world.case.conditions[&condition.id].state.versions;
    assert_eq!((versions.len(), versions[1].number, versions[1].parent.as_ref()), (2, 2, Some(&versions[0].digest)));
}

#[test]
fn an_offered_text_lapses_after_ten_working_days() {
    let (mut world, condition) = attached("nda");
    let offer = json!({ "digest": world.digest(condition), "effective_at": NOW });
    world.must(Who::Dl, condition, "offer-agreement", &offer);
    let hash = json!({ "hash": world.case.conditions[&condition.id].state.offers[0].hash });
    world.at(at("2026-11-25T05:00:00Z"));
    assert_eq!(world.refused(Who::Pl, condition, "accept-agreement", &hash), Refusal::OfferLapsed);
}

/// Invariant 20: each side signs once, the digest that both agreed on; whoever redlined for the government does not.
#[test]
fn each_side_signs_the_agreed_digest_once() {
    let (mut world, condition) = attached("nda");
    let text = redline(&world, condition, "The signatory's own words");
    world.must(Who::Gs, condition, "upload-text", &text);
    world.agree([Who::Dl, Who::Pl], condition, None);
    let by_another =
        json!({ "digest": world.digest(condition), "typed_name": "B. Person", "capacity": "B", "intent": true });
    let name = world.refused(Who::Da, condition, "sign", &by_another);
    assert_eq!(name, Refusal::field("/typed_name", FieldReason::NotOwnName));
    let wrong = json!({ "digest": "0".repeat(64), "typed_name": "A", "capacity": "B", "intent": true });
    let refusal = world.refused(Who::Da, condition, "sign", &wrong);
    assert_eq!(refusal, Refusal::field("/digest", FieldReason::WrongDigest));
    assert_eq!(world.sign(Who::Gs, condition).err(), Some(Refusal::OwnRequest));
    assert_eq!(world.sign(Who::Tc, condition).err(), Some(Refusal::WrongSide));
    world.sign(Who::Da, condition).expect("signs");
    assert_eq!(world.sign(Who::SecondDa, condition).err(), Some(Refusal::AlreadySigned));
    let late = redline(&world, condition, "Another text");
    assert!(matches!(world.refused(Who::Dl, condition, "upload-text", &late), Refusal::WrongStage { .. }));
}

/// Invariant 21, and the insider-risk officer's part in cybersecurity and insider risk (domain section 3.5).
#[test]
fn only_the_protected_side_waives() {
    for template in ["nda", "ip_protection", "use_limitation"] {
        let (mut world, condition) = attached(template);
        for who in [Who::Pl, Who::Gs, Who::Ir, Who::Tc] {
            assert_eq!(world.refused(who, condition, "waive", &json!({})), Refusal::NotProtectedSide);
        }
        world.must(Who::Da, condition, "waive", &json!({}));
        assert_eq!(world.stage(condition), "waived");
    }
    for template in ["cybersecurity", "insider_risk"] {
        let (mut world, condition) = attached(template);
        let uncleared = Refusal::Unmet(vec![Unmet::WaiverNotCleared]);
        assert_eq!(world.refused(Who::Da, condition, "waive", &json!({})), uncleared, "{template}");
        world.must(Who::Ir, condition, "clear-waiver", &json!({}));
        assert_eq!(world.refused(Who::Ir, condition, "waive", &json!({})), Refusal::NotProtectedSide);
        // The clearance is for the text that the officer saw.
        let text = redline(&world, condition, "Another text");
        world.must(Who::Dl, condition, "upload-text", &text);
        assert_eq!(world.refused(Who::Da, condition, "waive", &json!({})), uncleared, "{template}");
        world.must(Who::Ir, condition, "clear-waiver", &json!({}));
        world.must(Who::Da, condition, "waive", &json!({}));
        assert_eq!(world.stage(condition), "waived");
    }
}

/// Force and expiry come at their instants; waiving covers nothing that coverage asks for.
#[test]
fn force_comes_at_its_date_and_goes_at_its_expiry() {
    let (mut world, condition) = attached("nda");
    let (from, to) = (at("2026-11-12T09:00:00Z"), at("2026-11-20T09:00:00Z"));
    let offer = json!({ "digest": world.digest(condition), "effective_at": from, "expires_at": to });
    world.must(Who::Dl, condition, "offer-agreement", &offer);
    let hash = json!({ "hash": world.case.conditions[&condition.id].state.offers[0].hash });
    world.must(Who::Pl, condition, "accept-agreement", &hash);
    world.sign(Who::Da, condition).expect("signs");
    world.sign(Who::Gs, condition).expect("signs");
    assert_eq!(world.stage(condition), "signed");
    for (when, stage) in [(from, "in_force"), (to, "expired")] {
        world.at(crate::domain::time::plus(when, chrono::TimeDelta::microseconds(-1)));
        assert_ne!(world.stage(condition), stage);
        world.at(when);
        assert_eq!(world.stage(condition), stage);
    }
    let never = json!({ "digest": "0".repeat(64), "effective_at": to, "expires_at": to });
    let (mut world, condition) = attached("nda");
    let mut never = never;
    never["digest"] = json!(world.digest(condition));
    let refusal = world.refused(Who::Dl, condition, "offer-agreement", &never);
    assert_eq!(refusal, Refusal::field("/expires_at", FieldReason::EndBeforeStart));
}

/// Invariant 7: coverage is in force, not waived.
#[test]
fn waiving_the_only_cover_leaves_the_subject_uncovered() {
    let (mut world, engagement) = World::ready(framework(&[]), at(NOW), None);
    let (id, _) =
        world.case.conditions_of(engagement).find(|(_, c)| c.state.template == "use_limitation").expect("one");
    world.must(Who::Da, Subject::new(Kind::Condition, id), "waive", &json!({}));
    assert_eq!(world.stage(engagement), "conditions");
    world.condition(engagement, "use_limitation", None);
    assert_eq!(world.stage(engagement), "ready");
}
