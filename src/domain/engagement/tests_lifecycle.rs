//! Stories of E16 and E17, and of releases that are one though they were registered twice.

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::{Outcome, Stage, rules_of};
use crate::domain::{
    actor::{By, Side},
    audience::Audience,
    case::{Event, ReleaseFacts, last_activity, next_due},
    deadline::{DeadlineKind, derive},
    id::{Kind, RecordId, Subject},
    notice::{NoticeKind, notices},
    refusal::{FieldReason, Refusal, Unmet},
    testing::{DEVELOPER, HOST, Who, World, at, framework},
    time::{Instant, add_calendar_days, plus},
};

const NOW: &str = "2026-11-09T14:00:00Z";
const PLANNED: &str = "2027-06-20T14:00:00Z";
const OTHER: &str = "REL-2026-OTHER1";

fn registered() -> World {
    let mut world = World::new(framework(&[]), at(NOW));
    world.register(Some(at(PLANNED)));
    world
}

fn proposed() -> (World, Subject) {
    let mut world = registered();
    let engagement = world.draft().expect("a draft");
    let body = world.proposal();
    world.must(Who::Da, engagement, "propose", &body);
    world.must(Who::Pl, engagement, "claim", &json!({}));
    (world, engagement)
}

fn ready() -> (World, Subject) {
    World::ready(framework(&[]), at(NOW), Some(at(PLANNED)))
}

fn lapse_of(world: &World, from: Instant) -> Instant {
    add_calendar_days(from, 90, world.facts.frameworks[0].zone)
}

/// E16 and D22: in every stage before a window, ninety days after the last act, at that instant and not before. The
/// clock changes in between: ninety days are calendar days of the program zone.
#[test]
fn what_nobody_acts_on_before_a_window_lapses_after_ninety_days() {
    let draft = || {
        let mut world = registered();
        let engagement = world.draft().expect("a draft");
        (world, engagement)
    };
    let conditions = || {
        let mut world = registered();
        let engagement = world.engage();
        (world, engagement)
    };
    let scheduled = || {
        let (mut world, engagement) = ready();
        world.schedule(engagement, at("2027-06-01T14:00:00Z"), None).expect("can be scheduled");
        (world, engagement)
    };
    let rows: [(&str, (World, Subject)); 5] = [
        ("draft", draft()),
        ("proposed", proposed()),
        ("conditions", conditions()),
        ("ready", ready()),
        ("window_scheduled", scheduled()),
    ];
    for (stage, (mut world, engagement)) in rows {
        assert_eq!(world.stage(engagement), stage);
        let due = lapse_of(&world, at(NOW));
        let open = derive(&world.case, &world.facts, world.now).expect("deadlines");
        let d22 = open.values().find(|open| open.kind == DeadlineKind::IdleLapse).expect("D22 is open");
        assert_eq!((d22.starts_at, d22.due.due_at, d22.subject), (at(NOW), due, engagement), "{stage}");
        world.at(plus(due, -TimeDelta::microseconds(1)));
        assert_eq!(world.stage(engagement), stage);
        assert_eq!(next_due(&world.case, &world.facts, world.now), Ok(Some(due)));
        world.at(plus(due, TimeDelta::days(40)));
        let state = world.engagement(engagement);
        assert_eq!((&state.stage, state.since), (&Stage::Closed { outcome: Outcome::Lapsed }, due), "{stage}");
        let lapsed = world.log.iter().find(|happened| happened.event.code() == "engagement.lapsed").expect("E16");
        assert_eq!((&lapsed.by, lapsed.effective_at), (&By::SCHEDULER, due));
        let audience = if stage == "draft" { Audience::Developer } else { Audience::Shared };
        assert_eq!(lapsed.audience, audience, "{stage}");
        // N19: of what was never handed over the government hears nothing.
        let told = notices(&world.case, lapsed);
        assert_eq!(
            told.iter().map(|notice| (notice.kind, notice.to.len())).collect::<Vec<_>>(),
            [(NoticeKind::N19, if stage == "draft" { 2 } else { 3 },)]
        );
        let open = derive(&world.case, &world.facts, world.now).expect("deadlines");
        assert!(open.values().all(|open| open.kind != DeadlineKind::IdleLapse));
    }
}

/// E16 is about what stands before a window: one that was open never lapses.
#[test]
fn an_engagement_that_had_a_window_does_not_lapse() {
    let (mut world, engagement, _) =
        World::open(framework(&[]), at("2026-11-20T14:00:00Z"), at("2026-12-10T14:00:00Z"));
    world.at(at("2027-06-01T00:00:00Z"));
    assert_eq!(world.engagement(engagement).stage, Stage::CloseOut { outcome: Outcome::Completed });
}

/// D22 restarts with an act of a person that both sides may know, on the engagement, on what stands under it, and on its
/// release and inquiries. One side's own acts do not restart it: the date would tell the other side of them.
#[test]
fn any_act_of_a_person_that_both_sides_know_restarts_the_clock() {
    let (base, engagement) = {
        let (mut world, engagement) = ready();
        world.nominate(engagement).expect("a nomination");
        world.request(Who::Pl, engagement, Who::Ev).expect("a grant");
        (world, engagement)
    };
    let of = |kind: Kind| *base.case.subjects().iter().find(|subject| subject.kind == kind).expect("a record");
    let later = at("2026-12-01T15:00:00Z");
    let signatory = json!({ "signatory": Who::Gs.account() });
    let lead = json!({ "lead": Who::Dl.account() });
    let delegate = json!({
        "delegate": Who::Dl.account(), "acts": ["grant.recertify"], "until": "2027-01-01T00:00:00Z",
    });
    let event = json!({ "kind": "court_order", "date": "2026-11-30", "reference": "26-cv-1" });
    let draft = json!({ "release": base.name(base.release()), "question": "Another?" });
    let text = json!({ "text": "New", "parent": base.digest(of(Kind::Condition)), "unclassified_attestation": true });
    let rows = [
        (Who::Da, of(Kind::Release), "set-planned-release", json!({ "to": PLANNED }), true),
        (Who::Pl, of(Kind::Release), "note-external-event", event, true),
        (Who::Da, of(Kind::Nomination), "consent-approach", json!({}), true),
        (Who::Da, of(Kind::Grant), "revoke", json!({}), true),
        (Who::Dl, of(Kind::Condition), "report-breach", json!({}), true),
        (Who::Da, engagement, "schedule-window", json!({ "open_at": "2027-06-01T14:00:00Z" }), true),
        (Who::Pl, engagement, "assign-signatory", signatory, false),
        (Who::Pl, engagement, "claim", json!({}), false),
        (Who::Dl, engagement, "name-lead", lead, false),
        (Who::Da, of(Kind::Release), "delegate", delegate, false),
        (Who::Ev, World::record(Who::Ev), "attest", json!({ "intent": true }), false),
    ];
    for (who, on, name, body, restarts) in rows {
        let mut world = base.clone();
        world.at(later);
        world.must(who, on, name, &body);
        let expected = if restarts { later } else { at(NOW) };
        assert_eq!(last_activity(&world.case, engagement.id), Some(expected), "{name}");
    }
    let mut world = base.clone();
    world.at(later);
    world.create(Who::Dl, Kind::Inquiry, "draft", &draft).expect("an inquiry");
    assert_eq!(last_activity(&world.case, engagement.id), Some(at(NOW)), "an inquiry not handed over");
    let attached = json!({ "attach_to": world.name(engagement), "template": "cybersecurity", "required": false });
    world.create(Who::Dl, Kind::Condition, "attach", &attached).expect("a condition");
    assert_eq!(last_activity(&world.case, engagement.id), Some(later), "a condition attached");
    assert!(matches!(
        base.clone().act(Who::Dl, of(Kind::Condition), "upload-text", &text),
        Err(Refusal::WrongStage { .. })
    ));
}

/// Time's own acts are no activity: a condition takes force, an engagement becomes ready, and the clock runs on.
#[test]
fn what_time_brings_restarts_nothing() {
    let (mut world, engagement) = ready();
    let body = json!({ "attach_to": world.name(engagement), "template": "cybersecurity" });
    let condition = world.create(Who::Dl, Kind::Condition, "attach", &body).expect("a condition");
    let offer = json!({ "digest": world.digest(condition), "effective_at": "2026-12-20T14:00:00Z" });
    world.must(Who::Dl, condition, "offer-agreement", &offer);
    let hash = world.case.conditions[&condition.id].state.offers[0].hash.clone();
    world.must(Who::Pl, condition, "accept-agreement", &json!({ "hash": hash }));
    world.sign(Who::Da, condition).expect("signs");
    world.sign(Who::Gs, condition).expect("signs");
    world.at(at("2027-01-10T00:00:00Z"));
    assert_eq!((world.stage(condition), world.stage(engagement)), ("in_force", "ready"));
    assert_eq!(last_activity(&world.case, engagement.id), Some(at(NOW)));
    let due = lapse_of(&world, at(NOW));
    world.at(due);
    assert_eq!(world.engagement(engagement).stage, Stage::Closed { outcome: Outcome::Lapsed });
}

/// E17: within thirty days, a draft again, pinned to nothing, and N4; the used time stays with the release.
#[test]
fn the_official_reopens_within_thirty_days_of_the_lapse() {
    let (mut world, engagement) = ready();
    let release = world.release();
    world.must(Who::Da, release, "record-assessment-use", &json!({ "seconds": 3_600 }));
    let lapsed = lapse_of(&world, at(NOW));
    world.at(lapsed);
    let last = add_calendar_days(lapsed, 30, world.facts.frameworks[0].zone);
    let mut late = world.clone();
    late.at(last);
    assert_eq!(late.refused(Who::Da, engagement, "reopen", &json!({})), Refusal::NotReopenable);
    world.at(plus(last, -TimeDelta::microseconds(1)));
    let happened = world.act(Who::Da, engagement, "reopen", &json!({})).expect("E17");
    let told: Vec<_> = notices(&world.case, &happened[0]).iter().map(|notice| notice.kind).collect();
    assert_eq!(told, [NoticeKind::N4]);
    let state = world.engagement(engagement);
    assert_eq!((&state.stage, &state.framework), (&Stage::Draft, &None), "the pin is dropped");
    assert_eq!((&state.framework_digest, state.migrated), (&None, false), "with all that is said of it");
    let body = world.proposal();
    let refused = world.refused(Who::Da, engagement, "propose", &body);
    assert_eq!(refused, Refusal::field("/release_declaration", FieldReason::DeclarationMismatch), "of its own only");
    let body = json!({ "unclassified_attestation": true, "release_declaration": "new_release" });
    world.must(Who::Da, engagement, "propose", &body);
    assert_eq!(world.engagement(engagement).framework.as_deref(), Some(world.facts.frameworks[0].id.as_str()));
    let rules = rules_of(&world.case, engagement.id, &world.facts, world.now).expect("rules");
    assert_eq!(rules.used_before, TimeDelta::hours(1));
}

/// E17 leads on to E6: the conditions that the lapse discharged stand in the way of nothing, and count for nothing.
#[test]
fn what_was_reopened_can_be_ready_again() {
    let (mut world, engagement) = ready();
    world.at(lapse_of(&world, at(NOW)));
    world.must(Who::Da, engagement, "reopen", &json!({}));
    let body = json!({ "unclassified_attestation": true, "release_declaration": "new_release" });
    world.must(Who::Da, engagement, "propose", &body);
    world.must(Who::Pl, engagement, "acknowledge", &json!({ "conflict_check": true }));
    assert_eq!(world.stage(engagement), "conditions");
    world.cover(engagement);
    assert_eq!(world.stage(engagement), "ready");
}

/// E17's refusals: another ending than the lapse, a release that happened, another live engagement of the release.
#[test]
fn what_ended_otherwise_stays_closed() {
    let none = json!({});
    let ends: [(Who, &str, serde_json::Value); 3] = [
        (Who::Da, "withdraw", none.clone()),
        (Who::Da, "record-release", json!({ "kind": "public" })),
        (Who::Pl, "decline", none.clone()),
    ];
    for (who, name, body) in ends {
        let (mut world, engagement) = ready();
        world.must(who, engagement, name, &body);
        assert_eq!(world.refused(Who::Da, engagement, "reopen", &none), Refusal::NotReopenable, "{name}");
    }
    let (mut world, engagement) = ready();
    let due = lapse_of(&world, at(NOW));
    world.at(due);
    let mut released = world.clone();
    released.must(Who::Da, engagement, "record-release", &json!({ "kind": "partner" }));
    assert_eq!(released.engagement(engagement).stage, Stage::Closed { outcome: Outcome::Lapsed }, "invariant 1");
    assert_eq!(released.refused(Who::Da, engagement, "reopen", &none), Refusal::NotReopenable);
    world.draft().expect("another one");
    assert_eq!(world.refused(Who::Da, engagement, "reopen", &none), Refusal::ReleaseBusy);
}

fn other(hours: i64) -> ReleaseFacts {
    ReleaseFacts {
        id: RecordId(Uuid::from_u128(77)),
        developer: DEVELOPER,
        used_running: TimeDelta::hours(hours),
        used_paused: TimeDelta::hours(hours) - TimeDelta::microseconds(1),
        is_busy: false,
        merged_into: None,
        partner_released_at: None,
    }
}

fn know(world: &mut World, facts: ReleaseFacts) {
    world.facts.releases.insert(OTHER.to_owned(), facts);
}

/// Domain section 3.0: the use of a release that was registered before counts once both sides merged the two, and the
/// acknowledgement (E4) waits for it. Invariant 3: nothing passes the cap over both.
#[test]
fn a_disputed_release_is_merged_by_two_keys_and_its_use_counts() {
    let none = json!({});
    let (mut world, engagement) = proposed();
    let dispute = json!({ "release": OTHER });
    let unknown = world.refused(Who::Pl, engagement, "dispute-sameness", &dispute);
    assert_eq!(unknown, Refusal::field("/release", FieldReason::NoSuchRecord));
    know(&mut world, ReleaseFacts { developer: HOST, ..other(0) });
    let foreign = world.refused(Who::Pl, engagement, "dispute-sameness", &dispute);
    assert_eq!(foreign, Refusal::field("/release", FieldReason::NoSuchRecord));
    know(&mut world, other(719));
    assert_eq!(world.refused(Who::Pl, engagement, "merge-releases", &none), Refusal::NoDispute);
    let happened = world.act(Who::Pl, engagement, "dispute-sameness", &dispute).expect("disputed");
    assert_eq!(happened[0].audience, Audience::Shared);
    let held = world.refused(Who::Pl, engagement, "acknowledge", &json!({ "conflict_check": true }));
    assert_eq!(held, Refusal::Unmet(vec![Unmet::SamenessUnsettled]));
    // A dispute outlives a recall: proposing anew does not get around it.
    world.must(Who::Dl, engagement, "recall", &none);
    let body = json!({ "unclassified_attestation": true, "release_declaration": "new_release" });
    world.must(Who::Da, engagement, "propose", &body);
    world.must(Who::Pl, engagement, "merge-releases", &none);
    let offer = world.engagement(engagement).offers[0].clone();
    assert_eq!(offer.terms, super::Terms::MergeReleases { release: OTHER.to_owned(), used_seconds: 719 * 3_600 });
    let key = json!({ "hash": offer.hash });
    for (who, refusal) in [(Who::Pl, Refusal::OwnOffer), (Who::Gs, Refusal::WrongSide), (Who::Dl, Refusal::WrongSide)] {
        assert_eq!(world.refused(who, engagement, "accept-offer", &key), refusal, "{who:?}");
    }
    for (facts, refusal) in [
        (ReleaseFacts { is_busy: true, ..other(719) }, Refusal::Unmet(vec![Unmet::OtherReleaseBusy])),
        (other(720), Refusal::field("/hash", FieldReason::TermsOutdated)),
        (ReleaseFacts { merged_into: Some("REL-2026-THIRD1".to_owned()), ..other(719) }, Refusal::ReleaseMerged),
    ] {
        let mut world = world.clone();
        know(&mut world, facts);
        assert_eq!(world.refused(Who::Da, engagement, "accept-offer", &key), refusal);
    }
    world.must(Who::Da, engagement, "accept-offer", &key);
    assert_eq!(world.engagement(engagement).sameness, None);
    world.must(Who::Pl, engagement, "acknowledge", &json!({ "conflict_check": true }));
    world.must(Who::Pl, engagement, "assign-signatory", &json!({ "signatory": Who::Gs.account() }));
    world.determine(true);
    world.cover(engagement);
    let release = world.release();
    let opens = plus(world.now, TimeDelta::hours(1));
    world.must(Who::Da, release, "set-planned-release", &json!({ "to": plus(opens, TimeDelta::days(20)) }));
    world.schedule(engagement, opens, None).expect("an hour of the cap is left");
    world.at(plus(opens, TimeDelta::days(2)));
    let window = world.engagement(engagement).window.clone().expect("a window");
    assert_eq!(window.closed_at, Some(plus(opens, TimeDelta::hours(1))), "invariant 3");
}

/// The liaison may take the dispute back; the official may name the earlier release in the proposal itself.
#[test]
fn a_dispute_is_dropped_and_a_declaration_names_the_earlier_release() {
    let none = json!({});
    let (mut world, engagement) = proposed();
    know(&mut world, other(5));
    world.must(Who::Pl, engagement, "dispute-sameness", &json!({ "release": OTHER }));
    world.must(Who::Pl, engagement, "drop-dispute", &none);
    assert_eq!(world.refused(Who::Pl, engagement, "drop-dispute", &none), Refusal::NoDispute);
    world.must(Who::Dl, engagement, "recall", &none);
    let declare = |declaration: &str, same: Option<&str>| json!({ "unclassified_attestation": true, "release_declaration": declaration, "same_release_as": same });
    let mismatch = |pointer| Refusal::field(pointer, FieldReason::DeclarationMismatch);
    for (declaration, same, refusal) in [
        ("same_release", None, mismatch("/release_declaration")),
        ("new_release", Some(OTHER), mismatch("/same_release_as")),
        ("same_release", Some("REL-2026-NOSUCH"), Refusal::field("/same_release_as", FieldReason::NoSuchRecord)),
    ] {
        assert_eq!(world.refused(Who::Da, engagement, "propose", &declare(declaration, same)), refusal);
    }
    world.must(Who::Da, engagement, "propose", &declare("same_release", Some(OTHER)));
    let named = world.engagement(engagement).sameness.clone().expect("an open question");
    assert_eq!((named.release.as_str(), named.by), (OTHER, Side::Developer));
    assert_eq!(world.refused(Who::Pl, engagement, "drop-dispute", &none), Refusal::NoDispute, "not the liaison's");
    world.two_keys([Who::Da, Who::Pl], engagement, "merge-releases", &none).expect("merged");
    let merged = &world.case.release().expect("a release").1.state.merged;
    assert_eq!(merged.iter().map(|merged| merged.used_seconds).collect::<Vec<_>>(), [5 * 3_600]);
    let codes: Vec<_> = world.log.iter().rev().take(3).map(|happened| happened.event.code()).collect();
    assert_eq!(codes, ["release.merged", "engagement.releases_merged", "engagement.offer_accepted"]);
}

/// A release that was merged into another takes neither engagements nor use of the cap: its use is counted elsewhere.
#[test]
fn a_merged_release_takes_nothing_further_and_brings_its_partner_release() {
    let (mut world, engagement) = ready();
    let due = lapse_of(&world, at(NOW));
    world.at(due);
    let release = world.release();
    let into = crate::domain::release::ReleaseEvent::MergedInto { release: OTHER.to_owned() };
    world.fold(release, Event::Release(into));
    assert_eq!(world.draft(), Err(Refusal::ReleaseMerged));
    assert_eq!(world.refused(Who::Da, engagement, "reopen", &json!({})), Refusal::ReleaseMerged);
    let used = world.refused(Who::Da, release, "record-assessment-use", &json!({ "seconds": 1 }));
    assert_eq!(used, Refusal::ReleaseMerged);
    for to in [json!(null), json!(PLANNED)] {
        let planned = world.refused(Who::Da, release, "set-planned-release", &json!({ "to": to }));
        assert_eq!(planned, Refusal::ReleaseMerged, "its date is that of the surviving one");
    }
    let facts = ReleaseFacts::of(&world.case, world.now).expect("facts");
    assert_eq!((facts.merged_into.as_deref(), facts.is_busy), (Some(OTHER), false));

    let (mut world, engagement) = proposed();
    know(&mut world, ReleaseFacts { partner_released_at: Some(at(NOW)), ..other(1) });
    world.must(Who::Pl, engagement, "dispute-sameness", &json!({ "release": OTHER }));
    world.two_keys([Who::Pl, Who::Da], engagement, "merge-releases", &json!({})).expect("merged");
    assert_eq!(world.case.release().expect("a release").1.state.first_partner_release(), Some(at(NOW)));
}
