//! Stories of hand-offs and tables of their rules, told through commands.

use serde_json::{Value, json};

use super::claim::{CLAIMS_AT_MOST, canonical, claim, salt};
use crate::domain::{
    actor::Side,
    audience::Audience,
    case::{CaseEvent, Event},
    command::Command,
    id::{Kind, RecordId, Subject},
    refusal::{FieldReason, Refusal, Unmet},
    testing::{Who, World, at, framework},
    text::Sha256Hex,
};

const OPENED: &str = "2026-11-09T14:00:00Z";

fn open() -> (World, Subject) {
    let (world, engagement, _) = World::open(framework(&[]), at(OPENED), at("2026-12-05T14:00:00Z"));
    (world, engagement)
}

fn record(
    world: &mut World,
    who: Who,
    engagement: Subject,
    finding: &str,
    further: &Value,
) -> Result<Subject, Refusal> {
    let mut body = json!({
        "engagement": world.name(engagement), "finding": finding, "channel": "clearinghouse_portal",
        "tlp": "TLP:AMBER", "unclassified_attestation": true,
    });
    body.as_object_mut().expect("an object").extend(further.as_object().expect("an object").clone());
    world.create(who, Kind::Handoff, "record", &body)
}

fn stage(world: &World, handoff: Subject) -> &'static str {
    world.case.promoted(handoff).expect("a hand-off").stage
}

/// Domain section 9, the clearinghouse's row, from the record to its end.
#[test]
fn a_hand_off_is_recorded_delivered_acknowledged_twice_and_closed() {
    let (mut world, engagement) = open();
    let handoff = record(&mut world, Who::Ev, engagement, "F-1", &json!({})).expect("a hand-off");
    world.must(Who::Ev, handoff, "deliver", &json!({ "delivered_on": "2026-11-09" }));
    world.must(Who::Pl, handoff, "state-case-id", &json!({ "case_id": "VU#904411" }));
    let received = |reference: &str| json!({ "acknowledged_on": "2026-11-09", "reference": reference });
    world.must(Who::Dl, handoff, "acknowledge", &received("LC-77"));
    assert_eq!(stage(&world, handoff), "acknowledged");
    world.must(Who::Pl, handoff, "record-acknowledgement", &received("GE-12"));
    world.must(Who::Ev, handoff, "record-outcome", &json!({ "outcome": "track*" }));
    assert_eq!(world.refused(Who::Dl, handoff, "acknowledge", &received("LC-78")), Refusal::AlreadyUnderWay);
    assert_eq!(world.refused(Who::Da, handoff, "close", &json!({})), Refusal::WrongSide);
    world.must(Who::Pl, handoff, "close", &json!({}));
    let state = &world.case.handoffs[&handoff.id].state;
    let references = [&state.acknowledged, &state.clearinghouse].map(|a| a.clone().expect("acknowledged").reference);
    assert_eq!(references.map(String::from), ["LC-77", "GE-12"]);
    assert_eq!(state.case_id.clone().map(String::from).as_deref(), Some("VU#904411"));
    assert_eq!(stage(&world, handoff), "closed");
}

/// Access must have been there; that it is over is no matter. A reference is listed once while it is open.
#[test]
fn only_access_surfaces_something() {
    let (mut world, engagement) = World::ready(framework(&[]), at(OPENED), Some(at("2026-12-05T14:00:00Z")));
    let refused = record(&mut world, Who::Dl, engagement, "F-1", &json!({})).expect_err("no window yet");
    assert_eq!(refused, Refusal::Unmet(vec![Unmet::WindowNotOpen]));
    let (mut world, engagement) = open();
    world.must(Who::Da, engagement, "withdraw", &json!({}));
    let first = record(&mut world, Who::Pl, engagement, "F-1", &json!({})).expect("the window is over");
    let again = record(&mut world, Who::Dl, engagement, "F-1", &json!({})).expect_err("listed");
    assert_eq!(again, Refusal::field("/finding", FieldReason::AlreadyListed));
    world.must(Who::Pl, first, "withdraw", &json!({}));
    record(&mut world, Who::Dl, engagement, "F-1", &json!({})).expect("no longer listed");
}

/// The recorder's side alone lowers, either side raises.
#[test]
fn a_marking_is_never_lowered_without_the_recording_side() {
    let order = ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"];
    for (from, before) in order.iter().enumerate() {
        for (to, after) in order.iter().enumerate() {
            for (who, recorded) in [(Who::Pl, Who::Ev), (Who::Dl, Who::Ev), (Who::Dl, Who::Da), (Who::Ev, Who::Da)] {
                let (mut world, engagement) = open();
                let handoff =
                    record(&mut world, recorded, engagement, "F-1", &json!({ "tlp": before })).expect("a hand-off");
                let answer = world.act(who, handoff, "change-tlp", &json!({ "tlp": after })).err();
                let expected = match to.cmp(&from) {
                    std::cmp::Ordering::Equal => Some(Refusal::field("/tlp", FieldReason::Unchanged)),
                    std::cmp::Ordering::Less if who.side() != recorded.side() => Some(Refusal::WrongSide),
                    std::cmp::Ordering::Less | std::cmp::Ordering::Greater => None,
                };
                assert_eq!(answer, expected, "{before} to {after} by {who:?} of {recorded:?}");
            }
        }
    }
}

#[test]
fn an_embargo_is_shortened_and_lifted_by_the_recording_side_alone() {
    let embargo = |end: &str| json!({ "embargo": { "ends_at": end, "zone": "Europe/Paris" } });
    let (early, late) = ("2026-11-20T17:00:00+01:00", "2026-12-20T17:00:00+01:00");
    let (mut world, engagement) = open();
    let handoff = record(&mut world, Who::Ev, engagement, "F-1", &embargo(early)).expect("a hand-off");
    world.must(Who::Dl, handoff, "change-embargo", &embargo(late));
    for shorter in [embargo(early), json!({ "embargo": null })] {
        assert_eq!(world.refused(Who::Dl, handoff, "change-embargo", &shorter), Refusal::WrongSide);
    }
    let past = world.refused(Who::Ev, handoff, "change-embargo", &embargo(OPENED));
    assert_eq!(past, Refusal::field("/embargo/ends_at", FieldReason::InPast));
    world.must(Who::Pl, handoff, "change-embargo", &embargo(early));
    world.must(Who::Ev, handoff, "change-embargo", &json!({ "embargo": null }));
    assert_eq!(world.case.handoffs[&handoff.id].state.embargo, None);
    world.must(Who::Dl, handoff, "change-embargo", &embargo(early));
    let unknown = br#"{"embargo":{"ends_at":"2026-11-20T17:00:00Z","zone":"Mars/Olympus"}}"#;
    assert!(Command::parse(Kind::Handoff, "change-embargo", unknown).expect("a command").is_err());
}

#[test]
fn dates_of_delivery_and_acknowledgement_follow_each_other_and_are_not_ahead() {
    let (mut world, engagement) = open();
    let handoff = record(&mut world, Who::Ev, engagement, "F-1", &json!({})).expect("a hand-off");
    let deliver = |on: &str| json!({ "delivered_on": on });
    let receive = |on: &str| json!({ "acknowledged_on": on, "reference": "A" });
    let ahead = world.refused(Who::Ev, handoff, "deliver", &deliver("2026-11-10"));
    assert_eq!(ahead, Refusal::field("/delivered_on", FieldReason::InFuture));
    world.must(Who::Ev, handoff, "deliver", &deliver("2026-11-08"));
    for (on, reason) in [("2026-11-07", FieldReason::EndBeforeStart), ("2026-11-10", FieldReason::InFuture)] {
        let refused = world.refused(Who::Dl, handoff, "acknowledge", &receive(on));
        assert_eq!(refused, Refusal::field("/acknowledged_on", reason));
    }
    // 01:00 UTC on the 10th is still the 9th in the program zone.
    world.at(at("2026-11-10T01:00:00Z"));
    let refused = world.refused(Who::Dl, handoff, "acknowledge", &receive("2026-11-10"));
    assert_eq!(refused, Refusal::field("/acknowledged_on", FieldReason::InFuture));
    world.must(Who::Dl, handoff, "acknowledge", &receive("2026-11-09"));
}

/// Invariant 17: the record has references, dates and words from closed lists, and no place for what was found.
#[test]
fn no_command_has_a_field_for_content() {
    for action in Command::actions(Kind::Handoff) {
        for field in ["description", "content", "details", "proof", "patch", "notes", "score", "identifier"] {
            let body = json!({ field: "text" }).to_string();
            let parsed = Command::parse(Kind::Handoff, action.name, body.as_bytes()).expect("a command");
            let error = parsed.expect_err("an unknown field").to_string();
            assert!(error.contains("unknown field"), "{action}: {error}");
        }
    }
}

fn claim_of(engagement: Subject, identifier: &str) -> Value {
    json!({ "claim": claim(&salt(engagement.id), identifier) })
}

fn claimed(world: &World, handoff: Subject, side: Side) -> Option<bool> {
    let claim = world.case.handoffs[&handoff.id].state.claims.get(&side)?;
    Some(claim.matched_at.is_some())
}

fn of_claims(log: &[CaseEvent]) -> impl Iterator<Item = &CaseEvent> {
    log.iter().filter(|happened| matches!(&happened.event, Event::Handoff(e) if e.code().contains("claim")))
}

/// Two hand-offs of one engagement: the developer's and the evaluator's. Nobody asks unseen.
#[test]
fn a_match_is_known_to_both_sides_and_to_nobody_else() {
    let (mut world, engagement) = open();
    let theirs = record(&mut world, Who::Dl, engagement, "L-1", &json!({})).expect("a hand-off");
    let ours = record(&mut world, Who::Ev, engagement, "F-1", &json!({})).expect("a hand-off");
    let missing = world.refused(Who::Ev, ours, "deconflict", &json!({}));
    assert_eq!(missing, Refusal::Unmet(vec![Unmet::ClaimNotRegistered]));
    world.must(Who::Ev, ours, "register-claim", &claim_of(engagement, "CVE-2026-12345"));
    world.must(Who::Ev, ours, "deconflict", &json!({}));
    assert_eq!(claimed(&world, ours, Side::Government), Some(false));
    world.must(Who::Dl, theirs, "register-claim", &claim_of(engagement, " cve-2026-12345 "));
    assert_eq!(claimed(&world, theirs, Side::Developer), Some(false), "registering tells nothing");
    world.must(Who::Da, theirs, "deconflict", &json!({}));
    assert_eq!(claimed(&world, theirs, Side::Developer), Some(true));
    assert_eq!(claimed(&world, ours, Side::Government), Some(true), "whoever is asked about learns that too");
    assert_eq!(claimed(&world, ours, Side::Developer), None);
    let mut audiences: Vec<_> = of_claims(&world.log).map(|happened| (happened.subject, happened.audience)).collect();
    audiences.sort();
    audiences.dedup();
    let mut expected = vec![(theirs, Audience::Developer), (ours, Audience::Government)];
    expected.sort();
    assert_eq!(audiences, expected, "a claim is never in a stream of the other side");
}

#[test]
fn claims_of_one_side_do_not_meet_each_other_and_stand_once_registered() {
    let (mut world, engagement) = open();
    let [one, other] =
        ["F-1", "F-2"].map(|finding| record(&mut world, Who::Ev, engagement, finding, &json!({})).expect("one"));
    let body = claim_of(engagement, "CVE-2026-1");
    world.must(Who::Ev, one, "register-claim", &body);
    world.must(Who::Pl, other, "register-claim", &body);
    world.must(Who::Pl, other, "deconflict", &json!({}));
    assert_eq!(claimed(&world, other, Side::Government), Some(false));
    assert_eq!(world.refused(Who::Ev, one, "register-claim", &body), Refusal::AlreadyUnderWay);
    world.must(Who::Dl, one, "register-claim", &body);
    world.must(Who::Dl, one, "deconflict", &json!({}));
    let matched = [(one, Side::Developer), (one, Side::Government), (other, Side::Government)];
    assert!(matched.iter().all(|(handoff, side)| claimed(&world, *handoff, *side) == Some(true)));
}

/// Guessing takes a claim a guess, and claims run out; withdrawing gives none back.
#[test]
fn a_list_of_identifiers_cannot_be_tried() {
    let (mut world, engagement) = open();
    let next = |world: &mut World, number: usize| {
        let finding = format!("L-{number}");
        let handoff = record(world, Who::Dl, engagement, &finding, &json!({})).expect("a hand-off");
        let body = claim_of(engagement, &format!("CVE-2026-{number}"));
        let answer = world.act(Who::Dl, handoff, "register-claim", &body).map(drop);
        world.must(Who::Dl, handoff, "withdraw", &json!({}));
        answer
    };
    for number in 0..CLAIMS_AT_MOST {
        next(&mut world, number).expect("a claim is left");
    }
    assert_eq!(next(&mut world, CLAIMS_AT_MOST), Err(Refusal::Unmet(vec![Unmet::NoClaimLeft])));
    let ours = record(&mut world, Who::Ev, engagement, "F-1", &json!({})).expect("a hand-off");
    world.must(Who::Ev, ours, "register-claim", &claim_of(engagement, "CVE-2026-1"));
}

/// The digests were computed with another implementation of HMAC-SHA-256.
#[test]
fn a_claim_is_the_keyed_hash_that_other_programs_compute() {
    let salt: Sha256Hex =
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f".to_owned().try_into().expect("digits");
    for (identifier, digest) in [
        ("CVE-2026-12345", "1dd337acf91e031dcd3ac976a5514933fb67856bd9433436e07749f988718cee"),
        ("  cve-2026-12345\n", "1dd337acf91e031dcd3ac976a5514933fb67856bd9433436e07749f988718cee"),
        ("ACME-SA-7", "20cab6708eaf136b9a6d67fb73098f88cc5c0b60913fcd4cfa690afdbc902589"),
    ] {
        assert_eq!(claim(&salt, identifier).as_str(), digest, "{identifier:?}");
    }
    assert_eq!(canonical("\tAcme-sa-7 "), "ACME-SA-7");
}

#[test]
fn every_engagement_has_a_salt_of_its_own_that_never_changes() {
    let of = |number| salt(RecordId(uuid::Uuid::from_u128(number)));
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
    assert_ne!(claim(&of(1), "CVE-2026-1"), claim(&of(2), "CVE-2026-1"), "claims of two engagements never meet");
}
