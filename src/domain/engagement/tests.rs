//! Stories of the engagement: two-key acts, falling back, openings that are missed, suspension, endings and close-out.

use serde_json::json;

use super::{EngagementEvent, Outcome, Stage};
use crate::domain::{
    action::Action,
    actor::{By, Role, Side},
    case::{Event, items_to_name},
    id::{Kind, Subject},
    refusal::{FieldReason, Refusal, Unmet},
    testing::{Who, World, at, framework},
};

const NOW: &str = "2026-11-09T14:00:00Z";
const PLANNED: &str = "2026-12-20T14:00:00Z";
const OPENS: &str = "2026-12-01T14:00:00Z";

fn ready() -> (World, Subject) {
    World::ready(framework(&[]), at(NOW), Some(at(PLANNED)))
}

fn scheduled() -> (World, Subject) {
    let (mut world, engagement) = ready();
    world.schedule(engagement, at(OPENS), None).expect("can be scheduled");
    (world, engagement)
}

fn open() -> (World, Subject, Subject) {
    World::open(framework(&[]), at(OPENS), at(PLANNED))
}

fn offered(world: &mut World, engagement: Subject, who: Who) -> serde_json::Value {
    world.must(who, engagement, "schedule-window", &json!({ "open_at": OPENS }));
    json!({ "hash": world.engagement(engagement).offers.last().expect("an offer").hash })
}

/// Domain section 3.0: the keys are two people, on the sides named.
#[test]
fn the_second_key_is_another_person_of_the_other_side() {
    let rows = [
        (Who::Da, Who::Da, Err(Refusal::OwnOffer)),
        (Who::Da, Who::SecondDa, Err(Refusal::WrongSide)),
        (Who::Pl, Who::Pl, Err(Refusal::OwnOffer)),
        (Who::Pl, Who::Gs, Err(Refusal::WrongSide)),
        (Who::Pl, Who::Dl, Err(Refusal::WrongSide)),
        (Who::Da, Who::Pl, Ok("window_scheduled")),
        (Who::Pl, Who::Da, Ok("window_scheduled")),
    ];
    for (first, second, expected) in rows {
        let (mut world, engagement) = ready();
        let hash = offered(&mut world, engagement, first);
        let done = world.act(second, engagement, "accept-offer", &hash);
        assert_eq!(done.map(|_| world.stage(engagement)), expected, "{first:?} and {second:?}");
    }
}

/// An offer lapses after ten working days: Veterans Day is none, so the last of them is 24 November.
#[test]
fn an_offer_lapses_after_ten_working_days() {
    let (mut world, engagement) = ready();
    let hash = offered(&mut world, engagement, Who::Da);
    let mut late = world.clone();
    world.at(at("2026-11-25T04:59:59.999999Z"));
    world.must(Who::Pl, engagement, "accept-offer", &hash);
    late.at(at("2026-11-25T05:00:00Z"));
    assert_eq!(late.refused(Who::Pl, engagement, "accept-offer", &hash), Refusal::OfferLapsed);
}

#[test]
fn changed_terms_are_another_offer_and_a_retracted_one_is_gone() {
    let (mut world, engagement) = ready();
    let first = offered(&mut world, engagement, Who::Da);
    let changed = json!({ "open_at": OPENS, "agreed_end": "2026-12-10T14:00:00Z" });
    world.must(Who::Da, engagement, "schedule-window", &changed);
    let hashes: Vec<_> = world.engagement(engagement).offers.iter().map(|offer| offer.hash.clone()).collect();
    assert!(hashes.len() == 2 && hashes[0] != hashes[1]);
    assert_eq!(world.refused(Who::Pl, engagement, "retract-offer", &first), Refusal::WrongSide);
    world.must(Who::Da, engagement, "retract-offer", &first);
    assert_eq!(world.refused(Who::Pl, engagement, "accept-offer", &first), Refusal::NoSuchOffer);
    world.must(Who::Pl, engagement, "accept-offer", &json!({ "hash": hashes[1] }));
    let Stage::WindowScheduled { agreed_end, .. } = world.engagement(engagement).stage else { panic!("scheduled") };
    assert_eq!(agreed_end, Some(at("2026-12-10T14:00:00Z")));
}

/// Guards are judged anew at the second key.
#[test]
fn the_second_key_meets_the_facts_of_its_own_moment() {
    let (mut world, engagement) = ready();
    let hash = offered(&mut world, engagement, Who::Da);
    let release = world.release();
    world.must(Who::Da, release, "set-planned-release", &json!({ "to": null }));
    let refusal = world.refused(Who::Pl, engagement, "accept-offer", &hash);
    assert_eq!(refusal, Refusal::Unmet(vec![Unmet::ReleaseNotPlanned]));
}

/// E15: a condition that expires takes the engagement back at that instant, and its open offers with it.
#[test]
fn an_expired_condition_takes_a_scheduled_window_back() {
    let expires = at("2026-11-20T12:00:00Z");
    let (mut world, engagement) = ready();
    world.condition(engagement, "cybersecurity", Some(expires));
    world.schedule(engagement, at(OPENS), None).expect("can be scheduled");
    offered(&mut world, engagement, Who::Da);
    world.at(at("2026-12-02T00:00:00Z"));
    let state = world.engagement(engagement);
    assert_eq!((state.stage.name(), state.since, state.offers.len()), ("conditions", expires, 0));
    let back = world.log.iter().rfind(|happened| happened.event.code() == "engagement.fell_back_to_conditions");
    assert_eq!(back.map(|happened| (happened.by.clone(), happened.effective_at)), Some((By::SCHEDULER, expires)));
}

/// Supersession moves `ready` back to `conditions` and leaves an open window open (domain section 3.0).
#[test]
fn supersession_holds_back_an_opening_and_closes_no_window() {
    let supersede = |world: &mut World, eligible| {
        let (older, _) = world.case.inquiries.first_key_value().expect("an inquiry");
        let older = Subject::new(Kind::Inquiry, *older);
        let newer = world.determine(eligible);
        let by = world.name(newer);
        world.must(Who::Dt, older, "supersede", &json!({ "by": by, "reason": "model_changed" }));
    };
    for (eligible, stage) in [(false, "conditions"), (true, "ready")] {
        let (mut world, engagement) = ready();
        supersede(&mut world, eligible);
        assert_eq!(world.stage(engagement), stage);
    }
    let (mut world, engagement, grant) = open();
    supersede(&mut world, false);
    assert_eq!((world.stage(engagement), world.allowed(grant)), ("window_open", true));
}

/// E8: a missed opening does not happen by itself later, nor by one key; both keys reschedule it.
#[test]
fn a_missed_opening_takes_both_keys_again() {
    let (mut world, engagement) = scheduled();
    let release = world.release();
    world.must(Who::Da, release, "set-planned-release", &json!({ "to": null }));
    world.at(at(OPENS));
    let missed = world.log.last().map(|happened| happened.event.clone());
    let unmet = vec![Unmet::ReleaseNotPlanned];
    assert_eq!(missed, Some(Event::Engagement(EngagementEvent::OpeningMissed { unmet })));
    world.must(Who::Da, release, "set-planned-release", &json!({ "to": PLANNED }));
    world.hours(1);
    assert_eq!(world.stage(engagement), "window_scheduled");
    let refusal = world.refused(Who::Da, engagement, "open-window", &json!({}));
    assert_eq!(refusal, Refusal::Unmet(vec![Unmet::OpeningMissed]));
    let now = world.now;
    world.schedule(engagement, now, None).expect("both keys reschedule");
    assert_eq!(world.stage(engagement), "window_open");
}

/// E10: the developer's official and the side that suspended, the insider-risk officer if that officer did or security was the reason.
#[test]
fn a_suspension_is_lifted_by_the_official_and_the_side_that_suspended() {
    let refused = |refusal| Err(refusal);
    let (other, security) = ("condition_concern", "security");
    let rows = [
        (Who::Pl, other, Who::Da, Who::Pl, Ok("window_open")),
        (Who::Pl, other, Who::Pl, Who::Da, Ok("window_open")),
        (Who::Pl, other, Who::Da, Who::Dl, refused(Refusal::WrongSide)),
        (Who::Pl, other, Who::Dl, Who::Da, refused(Refusal::NotSuspendingSide)),
        (Who::Pl, security, Who::Da, Who::Pl, refused(Refusal::WrongSide)),
        (Who::Pl, security, Who::Da, Who::Ir, Ok("window_open")),
        (Who::Dl, other, Who::Da, Who::Dl, Ok("window_open")),
        (Who::Dl, other, Who::Da, Who::SecondDa, Ok("window_open")),
        (Who::Dl, other, Who::Dl, Who::Da, Ok("window_open")),
        (Who::Da, other, Who::Da, Who::Da, refused(Refusal::OwnOffer)),
        (Who::Dl, other, Who::Pl, Who::Da, refused(Refusal::NotSuspendingSide)),
        (Who::Dl, other, Who::Da, Who::Pl, refused(Refusal::WrongSide)),
        (Who::Dl, security, Who::Da, Who::Dl, refused(Refusal::WrongSide)),
        (Who::Dl, security, Who::Ir, Who::Da, Ok("window_open")),
        (Who::Ir, other, Who::Da, Who::Ir, Ok("window_open")),
        (Who::Ir, other, Who::Ir, Who::Da, Ok("window_open")),
        (Who::Ir, other, Who::Da, Who::Pl, refused(Refusal::WrongSide)),
        (Who::Ir, other, Who::Pl, Who::Da, refused(Refusal::NotSuspendingSide)),
    ];
    for (suspends, reason, first, second, expected) in rows {
        let (mut world, engagement, grant) = open();
        world.must(suspends, engagement, "suspend-window", &json!({ "reason": reason }));
        assert!(!world.allowed(grant), "access while suspended");
        let done = world.two_keys([first, second], engagement, "resume-window", &json!({}));
        assert_eq!(done.map(|()| world.stage(engagement)), expected, "{suspends:?}, {reason}, {first:?}, {second:?}");
        assert_eq!(world.allowed(grant), world.stage(engagement) == "window_open");
    }
}

/// E10: what is suspended for another reason is the officer's to hold too, and an offer to resume without the officer is
/// void then. The side that suspended is not asked any more.
#[test]
fn the_officer_holds_a_suspended_window_too() {
    let (mut world, engagement, grant) = open();
    let operational = json!({ "reason": "operational" });
    world.must(Who::Pl, engagement, "suspend-window", &operational);
    let since = world.engagement(engagement).since;
    world.must(Who::Da, engagement, "resume-window", &json!({}));
    let offer = json!({ "hash": world.engagement(engagement).offers[0].hash });
    world.hours(1);
    for who in [Who::Dl, Who::Da, Who::Pl] {
        let refusal = world.refused(who, engagement, "suspend-window", &json!({ "reason": "security" }));
        assert!(matches!(refusal, Refusal::WrongStage { stage: "suspended", .. }), "{refusal:?}");
    }
    world.must(Who::Ir, engagement, "suspend-window", &operational);
    let held = world.engagement(engagement);
    assert_eq!((&held.stage, held.since), (&Stage::Suspended { side: Side::Government, security: true }, since));
    assert_eq!(world.refused(Who::Pl, engagement, "accept-offer", &offer), Refusal::NoSuchOffer);
    assert_eq!(world.refused(Who::Pl, engagement, "resume-window", &json!({})), Refusal::NotSuspendingSide);
    let again = world.refused(Who::Ir, engagement, "suspend-window", &operational);
    assert_eq!(again, Refusal::AlreadyUnderWay);
    world.two_keys([Who::Da, Who::Ir], engagement, "resume-window", &json!({})).expect("resumed");
    assert!(world.allowed(grant));
}

/// E5 and E5b: the program may decline until a window opens; the developer's release is untouched (invariant 14).
#[test]
fn the_program_declines_before_a_window_and_touches_no_release() {
    let (mut back, engagement) = ready();
    let (nda, _) = back.case.conditions_of(engagement).next().expect("a condition");
    back.must(Who::Dl, Subject::new(Kind::Condition, nda), "report-breach", &json!({}));
    for (mut world, stage) in [(back, "conditions"), (ready().0, "ready"), (scheduled().0, "window_scheduled")] {
        assert_eq!(world.stage(engagement), stage);
        let before = world.case.releases.clone();
        world.must(Who::Pl, engagement, "decline", &json!({}));
        assert_eq!(world.engagement(engagement).stage, Stage::Closed { outcome: Outcome::Declined });
        assert!(world.case.releases == before);
        world.must(Who::Da, engagement, "record-release", &json!({ "kind": "public" }));
    }
    let (mut world, engagement, _) = open();
    let refusal = world.refused(Who::Pl, engagement, "decline", &json!({}));
    assert!(matches!(refusal, Refusal::WrongStage { stage: "window_open", .. }));
}

/// The outcome is that of the first ending act; later ones are recorded facts (invariant 1).
#[test]
fn the_first_ending_act_fixes_the_outcome() {
    let none = json!({});
    let release = json!({ "kind": "partner" });
    let rows = [
        (vec![("withdraw", &none), ("record-release", &release)], Outcome::Withdrawn),
        (vec![("record-release", &release), ("withdraw", &none)], Outcome::ReleasedEarly),
        (vec![("close-window", &none), ("record-release", &release), ("withdraw", &none)], Outcome::Completed),
    ];
    for (acts, outcome) in rows {
        let (mut world, engagement, grant) = open();
        for (name, body) in &acts {
            world.must(Who::Da, engagement, name, body);
            // Invariant 9, in the same transaction.
            assert_eq!((world.stage(grant), world.allowed(grant)), ("expired", false), "after {name}");
        }
        assert_eq!(world.engagement(engagement).stage, Stage::CloseOut { outcome }, "{acts:?}");
    }
}

/// E13: a release may be recorded late, never ahead; the window closes at the recording.
#[test]
fn a_release_is_recorded_late_but_never_ahead() {
    let (mut world, engagement, _) = open();
    world.hours(30);
    let ahead = json!({ "kind": "partner", "released_at": "2027-01-01T00:00:00Z" });
    let refusal = world.refused(Who::Da, engagement, "record-release", &ahead);
    assert_eq!(refusal, Refusal::field("/released_at", FieldReason::InFuture));
    let late = json!({ "kind": "partner", "released_at": "2026-12-01T20:00:00Z" });
    world.must(Who::Da, engagement, "record-release", &late);
    let (_, release) = world.case.release().expect("a release");
    assert_eq!(release.state.first_partner_release(), Some(at("2026-12-01T20:00:00Z")));
    let closed = world.engagement(engagement).window.as_ref().and_then(|window| window.closed_at);
    assert_eq!(closed, Some(world.now));
}

/// One live engagement a release; the next one says that the release is the same.
#[test]
fn one_engagement_of_a_release_is_live_at_a_time() {
    let (mut world, engagement) = ready();
    assert_eq!(world.draft(), Err(Refusal::ReleaseBusy));
    world.must(Who::Da, engagement, "withdraw", &json!({}));
    let next = world.draft().expect("a draft");
    let new = json!({ "unclassified_attestation": true, "release_declaration": "new_release" });
    let refusal = world.refused(Who::Da, next, "propose", &new);
    assert_eq!(refusal, Refusal::field("/release_declaration", FieldReason::DeclarationMismatch));
    let body = world.proposal();
    world.must(Who::Da, next, "propose", &body);
}

/// Domain section 3.7: items, certificates, and a close that takes both sides.
#[test]
fn an_engagement_closes_when_every_item_is_settled() {
    let (mut world, engagement, _) = open();
    let item = |name: &str| json!({ "reference": name });
    let register = |name: &str| json!({ "reference": name, "disposition": "destroy" });
    for name in ["I-1", "I-2"] {
        world.must(Who::Dl, engagement, "register-item", &register(name));
    }
    let again = world.refused(Who::Dl, engagement, "register-item", &register("I-1"));
    assert_eq!(again, Refusal::field("/reference", FieldReason::AlreadyListed));
    world.must(Who::Pl, engagement, "close-window", &json!({}));
    let refusal = world.refused(Who::Pl, engagement, "close", &json!({}));
    let unsettled = |name: &str| Unmet::ItemNotSettled { item: name.to_owned() };
    assert_eq!(refusal, Refusal::Unmet(vec![unsettled("I-1"), unsettled("I-2")]));
    let certificate = |by: &str, on: &str| json!({ "reference": "I-1", "method": "purge", "done_on": on, "performed_by": by, "validated_by": "B. Two" });
    let same = world.refused(Who::Ev, engagement, "certify-item", &certificate("b. two", "2026-12-01"));
    assert_eq!(same, Refusal::field("/validated_by", FieldReason::SamePerson));
    let ahead = world.refused(Who::Ev, engagement, "certify-item", &certificate("A. One", "2026-12-02"));
    assert_eq!(ahead, Refusal::field("/done_on", FieldReason::InFuture));
    let named =
        |world: &World, act: &'static str| items_to_name(&world.case, engagement, Action::new(Kind::Engagement, act));
    assert_eq!(named(&world, "certify-item"), ["I-1", "I-2"]);
    assert!(named(&world, "accept-certificate").is_empty(), "nothing is certified yet");
    world.must(Who::Ev, engagement, "certify-item", &certificate("A. One", "2026-12-01"));
    assert_eq!(named(&world, "certify-item"), ["I-2"]);
    assert_eq!(named(&world, "accept-certificate"), ["I-1"]);
    assert_eq!(named(&world, "dispute-certificate"), ["I-1"]);
    assert!(named(&world, "register-item").is_empty(), "a new item has a new name");
    world.must(Who::Dl, engagement, "dispute-certificate", &item("I-1"));
    assert!(named(&world, "dispute-certificate").is_empty(), "once");
    assert_eq!(named(&world, "except-item"), ["I-1", "I-2"]);
    world.must(Who::Ev, engagement, "certify-item", &certificate("C. Three", "2026-12-01"));
    world.must(Who::Dl, engagement, "accept-certificate", &item("I-1"));
    let excepted = json!({ "reference": "I-2", "authority": "44 USC 31", "custodian": "Records office" });
    world.must(Who::Pl, engagement, "except-item", &excepted);
    world.two_keys([Who::Pl, Who::Dl], engagement, "close", &json!({})).expect("closes");
    assert_eq!(world.engagement(engagement).stage, Stage::Closed { outcome: Outcome::Completed });
    let conditions: Vec<_> = world.case.conditions_of(engagement).map(|(_, c)| c.state.stage.name()).collect();
    assert_eq!(conditions, ["discharged", "discharged"]);
}

/// Weights leave the developer's hands only by its official's explicit election and with a stated target.
#[test]
fn handing_over_weights_takes_an_election_and_a_target() {
    let mut world = World::new(framework(&[]), at(NOW));
    world.register(None);
    let body = json!({ "release": world.name(world.release()), "access_mode": "weights_transfer" });
    let engagement = world.create(Who::Dl, Kind::Engagement, "draft", &body).expect("a draft");
    let mut body = world.proposal();
    for (field, value) in [("elects_weights_transfer", json!(true)), ("security_level_target", json!(3))] {
        let refusal = world.refused(Who::Da, engagement, "propose", &body);
        let Refusal::Field { pointer, reason: FieldReason::NeededByAccessMode } = refusal else { panic!("{refusal}") };
        assert_eq!(pointer, format!("/{field}"));
        body[field] = value;
    }
    world.must(Who::Da, engagement, "propose", &body);
}

/// E7 takes the liaison who claimed the engagement, not any liaison; an offer is taken back by who could have made it.
#[test]
fn a_key_is_turned_by_the_liaison_alone_and_taken_back_by_its_own_holders() {
    let (mut world, engagement) = ready();
    let terms = offered(&mut world, engagement, Who::Da);
    assert_eq!(world.refused(Who::Dl, engagement, "retract-offer", &terms), Refusal::WrongSide);
    world.case.engagements.get_mut(&engagement.id).expect("the engagement").state.liaison = Some(Who::Ev.account());
    assert_eq!(world.refused(Who::Pl, engagement, "accept-offer", &terms), Refusal::WrongSide);
    world.case.engagements.get_mut(&engagement.id).expect("the engagement").state.liaison = Some(Who::Pl.account());
    world.must(Who::Pl, engagement, "accept-offer", &terms);
    assert_eq!(world.stage(engagement), "window_scheduled");
}

/// Domain section 3.3: after the release to partners, later use needs an agreement outside this engagement.
#[test]
fn no_window_is_agreed_after_the_partner_release() {
    let (mut world, engagement) = ready();
    world.must(Who::Da, engagement, "record-release", &json!({ "kind": "partner" }));
    let declared = json!({ "release": world.name(world.release()) });
    let second = world.create(Who::Dl, Kind::Engagement, "draft", &declared).expect("a second engagement");
    world.must(Who::Da, second, "propose", &world.proposal());
    world.must(Who::Pl, second, "acknowledge", &json!({ "conflict_check": true }));
    world.must(Who::Pl, second, "assign-signatory", &json!({ "signatory": Who::Gs.account() }));
    world.cover(second);
    assert_eq!(world.stage(second), "ready");
    let refusal = world.refused(Who::Da, second, "schedule-window", &json!({ "open_at": OPENS }));
    assert_eq!(refusal, Refusal::Unmet(vec![Unmet::AlreadyReleased]));
}

/// Domain section 3: every record says who acted and in which role, also once the role has ended.
#[test]
fn the_record_says_in_which_roles_somebody_acted() {
    let (world, _) = scheduled();
    let accepted = world.log.iter().rfind(|happened| happened.event.code() == "engagement.offer_accepted");
    let by = &accepted.expect("an accepted offer").by;
    assert_eq!((by.account, &by.roles), (Some(Who::Pl.account()), &[Role::ProgramLiaison].into()));
}
