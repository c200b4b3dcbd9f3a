//! Stories of the inquiry: questions and answers, determination, and the eligibility that the newest one attests
//! (domain section 3.1).

use serde_json::json;

use crate::domain::{
    audience::Audience,
    engagement::is_eligible,
    id::{Kind, Subject},
    refusal::{FieldReason, Refusal},
    testing::{Who, World, at, framework},
    text::Statement,
};

fn world() -> World {
    let mut world = World::new(framework(&[]), at("2026-11-09T14:00:00Z"));
    world.register(None);
    world
}

fn assessing(world: &mut World) -> Subject {
    let body = json!({ "release": world.name(world.release()), "question": "Is it covered?" });
    let inquiry = world.create(Who::Dl, Kind::Inquiry, "draft", &body).expect("an inquiry");
    let attested = json!({ "unclassified_attestation": true, "no_weights_or_scores_attestation": true });
    world.must(Who::Dl, inquiry, "submit", &attested);
    world.must(Who::Pl, inquiry, "acknowledge", &json!({}));
    let ask = json!({ "question": "Which checkpoint?", "unclassified_attestation": true });
    world.must(Who::Dt, inquiry, "request-info", &ask);
    let answer = json!({ "answer": "The second.", "unclassified_attestation": true });
    world.must(Who::Dl, inquiry, "answer-info", &answer);
    world.must(Who::Dt, inquiry, "begin-assessment", &json!({}));
    inquiry
}

fn determination(date: &str, consulted: &str) -> serde_json::Value {
    json!({
        "reference": "D-7", "date": date, "result": "not_stated", "framework_eligible": true,
        "releasability_confirmed": true, "consultations": [{ "office": "cisa", "on": consulted }],
    })
}

#[test]
fn a_determination_bears_no_future_date_and_keeps_consultations_apart() {
    let mut world = world();
    let inquiry = assessing(&mut world);
    let exchange = &world.case.inquiries[&inquiry.id].state.exchanges[0];
    assert_eq!(exchange.answer.as_ref().map(Statement::as_str), Some("The second."));
    for (date, consulted, pointer) in
        [("2026-11-11", "2026-11-01", "/date"), ("2026-11-09", "2026-11-11", "/consultations")]
    {
        let refusal = world.refused(Who::Dt, inquiry, "record-determination", &determination(date, consulted));
        assert_eq!(refusal, Refusal::field(pointer, FieldReason::InFuture));
    }
    let mut unconsulted = determination("2026-11-09", "2026-11-02");
    unconsulted["consultations"] = json!([]);
    let refusal = world.refused(Who::Dt, inquiry, "record-determination", &unconsulted);
    assert_eq!(refusal, Refusal::field("/consultations", FieldReason::OneNeeded));
    world.must(Who::Dt, inquiry, "record-determination", &determination("2026-11-09", "2026-11-02"));
    let audiences: Vec<_> = world.log.iter().rev().take(2).map(|happened| happened.audience).collect();
    assert_eq!(audiences, [Audience::Shared, Audience::Government]);
}

/// The newest determination that is not superseded decides eligibility (domain section 3.0).
#[test]
fn the_newest_determination_attests() {
    let mut world = world();
    assert!(!is_eligible(&world.case));
    let mut determined = Vec::new();
    for eligible in [true, false, true] {
        world.hours(1);
        determined.push(world.determine(eligible));
        assert_eq!(is_eligible(&world.case), eligible);
    }
    let newest = world.name(determined[2]);
    let itself =
        world.refused(Who::Dt, determined[2], "supersede", &json!({ "by": newest, "reason": "model_changed" }));
    assert_eq!(itself, Refusal::field("/by", FieldReason::NoSuchRecord));
    let middle = world.name(determined[1]);
    let reason = "threshold_maintained";
    let older = world.refused(Who::Dt, determined[2], "supersede", &json!({ "by": middle, "reason": reason }));
    assert_eq!(older, Refusal::field("/by", FieldReason::NoSuchRecord), "an older one replaces nothing");
    world.must(Who::Dt, determined[0], "supersede", &json!({ "by": middle, "reason": reason }));
    let replaced = world.name(determined[0]);
    let gone = world.refused(Who::Dt, determined[1], "supersede", &json!({ "by": replaced, "reason": reason }));
    assert_eq!(gone, Refusal::field("/by", FieldReason::NoSuchRecord), "nor does one that was replaced");
    world.must(Who::Dt, determined[1], "supersede", &json!({ "by": newest, "reason": reason }));
    assert!(is_eligible(&world.case));
}
