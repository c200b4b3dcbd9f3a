//! Invariants of domain section 4 as single stories, for those that no test of a room proves alone.

use chrono::TimeDelta;
use chrono_tz::America::New_York;
use serde_json::{Value, json};

use crate::domain::{
    actor::By,
    command::Command,
    engagement::{
        Outcome, Stage, rules_of,
        window::{Rules, Window},
    },
    framework::WindowClock,
    id::{Kind, Subject},
    refusal::{FieldReason, Refusal, Unmet},
    testing::{Who, World, at, framework},
    time::{Instant, plus},
};

const NOW: &str = "2026-11-09T15:00:00Z";
const OPENS: &str = "2026-12-01T14:00:00Z";
const PLANNED: &str = "2026-12-20T14:00:00Z";

fn none() -> Value {
    json!({})
}

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

/// When the window of an engagement closes, or closed.
fn end(world: &World, engagement: Subject) -> Option<Instant> {
    let rules = rules_of(&world.case, engagement.id, &world.facts, world.now).expect("rules");
    world.engagement(engagement).window.as_ref().and_then(|window| window.close_at(&rules))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the other stages have none")]
fn outcome(world: &World, engagement: Subject) -> Option<Outcome> {
    match world.engagement(engagement).stage {
        Stage::CloseOut { outcome } | Stage::Closed { outcome } => Some(outcome),
        _ => None,
    }
}

/// A world in every stage that is not terminal, in order.
fn every_stage() -> (Vec<World>, Subject) {
    let mut world = World::new(framework(&[]), at(NOW));
    world.register(Some(at(PLANNED)));
    world.determine(true);
    let engagement = world.draft().expect("a draft");
    let mut worlds = vec![world.clone()];
    let proposal = world.proposal();
    world.must(Who::Da, engagement, "propose", &proposal);
    worlds.push(world.clone());
    world.must(Who::Pl, engagement, "acknowledge", &json!({ "conflict_check": true }));
    world.must(Who::Pl, engagement, "assign-signatory", &json!({ "signatory": Who::Gs.account() }));
    worlds.push(world.clone());
    world.cover(engagement);
    worlds.push(world.clone());
    world.schedule(engagement, at(OPENS), None).expect("can be scheduled");
    worlds.push(world.clone());
    world.at(at(OPENS));
    worlds.push(world.clone());
    world.must(Who::Dl, engagement, "suspend-window", &json!({ "reason": "unstated" }));
    worlds.push(world.clone());
    world.must(Who::Pl, engagement, "close-window", &none());
    worlds.push(world);
    (worlds, engagement)
}

/// Invariant 1: with no other act, task or field; the first of the two fixes the outcome.
#[test]
fn the_official_withdraws_and_records_a_release_from_every_stage() {
    let stages =
        ["draft", "proposed", "conditions", "ready", "window_scheduled", "window_open", "suspended", "close_out"];
    let (worlds, engagement) = every_stage();
    let found: Vec<_> = worlds.iter().map(|world| world.stage(engagement)).collect();
    assert_eq!(found, stages);
    let released = json!({ "kind": "public" });
    for (mut world, stage) in worlds.into_iter().zip(stages) {
        let (withdrawn, early) = match stage {
            "close_out" => (Outcome::Completed, Outcome::Completed),
            "window_open" | "suspended" => (Outcome::Withdrawn, Outcome::ReleasedEarly),
            _ => (Outcome::Withdrawn, Outcome::ReleasedWithoutWindow),
        };
        let mut other = world.clone();
        world.must(Who::Da, engagement, "withdraw", &none());
        assert_eq!(outcome(&world, engagement), Some(withdrawn), "{stage}");
        world.must(Who::Da, engagement, "record-release", &released);
        assert_eq!(outcome(&world, engagement), Some(withdrawn), "{stage}");
        other.must(Who::Da, engagement, "record-release", &released);
        assert_eq!(outcome(&other, engagement), Some(early), "{stage}");
    }
}

/// Invariant 3: no cap by installments. Fourteen days of the thirty are used, so that sixteen are left.
#[test]
fn another_engagement_of_the_release_has_what_is_left_of_the_cap() {
    let (mut world, first, _) = World::open(framework(&[]), at("2026-12-08T14:00:00Z"), at("2027-01-07T14:00:00Z"));
    world.at(at("2026-12-22T14:00:00Z"));
    world.must(Who::Da, first, "close-window", &none());
    let release = world.release();
    world.must(Who::Da, release, "set-planned-release", &json!({ "to": "2027-01-20T14:00:00Z" }));
    let second = world.engage();
    world.cover(second);
    world.schedule(second, at("2026-12-23T14:00:00Z"), None).expect("can be scheduled");
    world.at(at("2026-12-23T14:00:00Z"));
    let ends = at("2027-01-08T14:00:00Z");
    assert_eq!((world.stage(second), end(&world, second)), ("window_open", Some(ends)));
    world.at(ends);
    assert_eq!(world.stage(second), "close_out");
    let windows = world.case.engagements.values().filter_map(|entry| entry.state.window.as_ref());
    let used: TimeDelta = windows.map(|window| window.open_time(world.now)).sum();
    assert_eq!(used, TimeDelta::days(30));
    let third = world.engage();
    world.cover(third);
    let nothing = Refusal::Unmet(vec![Unmet::NothingLeft]);
    assert_eq!(world.schedule(third, at("2027-01-09T14:00:00Z"), None), Err(nothing));
}

/// Invariant 4: not even both keys pass it. Opened at nine in summer time, it ends at eight in winter time.
#[test]
fn no_window_lasts_longer_than_the_cap_from_its_first_opening() {
    let (opens, ends) = (at("2026-10-05T13:00:00Z"), at("2026-11-04T13:00:00Z"));
    let (mut world, engagement, _) = World::open(framework(&[]), opens, ends);
    let release = world.release();
    world.must(Who::Da, release, "set-planned-release", &json!({ "to": "2026-11-20T13:00:00Z" }));
    world.must(Who::Pl, engagement, "suspend-window", &json!({ "reason": "operational" }));
    world.hours(240);
    world.two_keys([Who::Da, Who::Pl], engagement, "resume-window", &none()).expect("resumes");
    let longer = json!({ "release_bound": plus(ends, TimeDelta::microseconds(1)) });
    let refused = world.two_keys([Who::Da, Who::Pl], engagement, "extend-window", &longer);
    assert_eq!(refused, Err(Refusal::field("/release_bound", FieldReason::PastCap)));
    assert_eq!(end(&world, engagement), Some(ends));
    world.at(ends);
    assert_eq!(world.stage(engagement), "close_out");
    let window = world.engagement(engagement).window.as_ref().expect("a window");
    assert_eq!(window.used(WindowClock::Running, world.now), TimeDelta::days(30));
}

/// Invariant 5: a slip of the planned date does not move it; bringing it nearer does, at once; extending takes the
/// official's key as well and ends at the planned date.
#[test]
fn an_end_never_moves_later_without_the_official() {
    let (mut world, engagement, _) = open();
    let release = world.release();
    let planned = |world: &mut World, to: &str| {
        world.must(Who::Da, release, "set-planned-release", &json!({ "to": to }));
        end(world, engagement)
    };
    assert_eq!(planned(&mut world, "2026-12-28T14:00:00Z"), Some(at(PLANNED)));
    assert_eq!(planned(&mut world, "2026-12-15T14:00:00Z"), Some(at("2026-12-15T14:00:00Z")));
    assert_eq!(planned(&mut world, "2026-12-28T14:00:00Z"), Some(at("2026-12-15T14:00:00Z")));
    world.must(Who::Pl, engagement, "lower-end", &json!({ "earlier_end": "2026-12-10T14:00:00Z" }));
    assert_eq!(end(&world, engagement), Some(at("2026-12-10T14:00:00Z")));
    let later = json!({ "earlier_end": "2026-12-14T14:00:00Z" });
    assert_eq!(world.two_keys([Who::Pl, Who::Pl], engagement, "extend-window", &later), Err(Refusal::OwnOffer));
    for keys in [[Who::Pl, Who::Gs], [Who::Pl, Who::Dl]] {
        let refused = world.clone().two_keys(keys, engagement, "extend-window", &later);
        assert_eq!(refused, Err(Refusal::WrongSide), "{keys:?}");
    }
    assert_eq!(end(&world, engagement), Some(at("2026-12-10T14:00:00Z")));
    world.two_keys([Who::Pl, Who::Da], engagement, "extend-window", &later).expect("both keys");
    assert_eq!(end(&world, engagement), Some(at("2026-12-14T14:00:00Z")));
    let past = json!({ "release_bound": "2026-12-28T14:00:00.000001Z" });
    let refused = world.two_keys([Who::Pl, Who::Da], engagement, "extend-window", &past);
    assert_eq!(refused, Err(Refusal::field("/release_bound", FieldReason::PastPlannedRelease)));
}

fn rules(clock: WindowClock) -> Rules {
    Rules { cap_days: 30, clock, anchored: true, zone: New_York, used_before: TimeDelta::zero() }
}

/// Invariant 6: under either clock; across both changes of the clocks on the wall; on a holiday and a Sunday too.
#[test]
fn neither_suspension_nor_holiday_nor_a_change_of_the_clocks_lengthens_a_window() {
    let rows = [
        // Summer time ends on the way, and the thirtieth day is reached an hour sooner on the wall.
        ("2026-10-05T13:00:00Z", "2026-11-04T13:00:00Z"),
        // Summer time begins on the way: 719 hours.
        ("2027-02-22T14:00:00Z", "2027-03-24T13:00:00Z"),
        // To Thanksgiving, and to a Sunday.
        ("2026-10-27T14:00:00Z", "2026-11-26T14:00:00Z"),
        ("2026-11-13T14:00:00Z", "2026-12-13T14:00:00Z"),
    ];
    for (opens, ends) in rows {
        let (opens, ends) = (at(opens), at(ends));
        let mut window = Window::open(opens, Instant::MAX_UTC, None);
        let running = rules(WindowClock::Running);
        assert_eq!(window.close_at(&running), Some(ends), "{opens}");
        window.suspend(plus(opens, TimeDelta::days(5)));
        assert_eq!(window.close_at(&running), Some(ends), "{opens}: suspended");
        let resumed = plus(opens, TimeDelta::days(15));
        window.resume(resumed);
        assert_eq!(window.close_at(&running), Some(ends), "{opens}: resumed");
        let paused = rules(WindowClock::Paused);
        let ends = plus(resumed, TimeDelta::days(25));
        assert_eq!(window.close_at(&paused), Some(ends), "{opens}: five days are used");
        assert_eq!(window.open_time(ends), TimeDelta::days(30));
    }
}

/// Invariant 7: each of them alone holds an opening back, by its instant or by the official.
#[test]
fn a_window_opens_with_full_coverage_and_eligibility_only() {
    type Spoil = fn(&mut World, Subject);
    let ways: [(Spoil, &str); 4] = [
        (|_, _| {}, "window_open"),
        (|world, on| world.must(Who::Dl, covering(world, on), "report-breach", &none()), "conditions"),
        (|world, on| world.must(Who::Da, covering(world, on), "waive", &none()), "conditions"),
        (
            |world, _| {
                let older = *world.case.inquiries.keys().next().expect("an inquiry");
                let newer = world.determine(false);
                let by = json!({ "by": world.name(newer), "reason": "model_changed" });
                world.must(Who::Dt, Subject::new(Kind::Inquiry, older), "supersede", &by);
            },
            "conditions",
        ),
    ];
    for (index, (spoil, expected)) in ways.into_iter().enumerate() {
        let (mut world, engagement) = scheduled();
        spoil(&mut world, engagement);
        world.at(at(OPENS));
        assert_eq!(world.stage(engagement), expected, "row {index}");
        assert_eq!(world.engagement(engagement).window.is_some(), expected == "window_open", "row {index}");
    }
}

/// The condition that alone covers the limits on use.
fn covering(world: &World, engagement: Subject) -> Subject {
    let found = world.case.conditions_of(engagement).find(|(_, c)| c.state.template == "use_limitation");
    Subject::new(Kind::Condition, found.expect("a condition").0)
}

/// Invariant 8: each part by itself, at the very instant.
#[test]
fn access_takes_an_open_window_conditions_in_force_and_a_ready_person() {
    type Spoil = fn(&mut World, Subject, Subject);
    const RECORD: fn(&mut World, &str, Value) =
        |world, name, body| world.must(Who::Ir, World::record(Who::Ev), name, &body);
    let ways: [Spoil; 7] = [
        |world, on, _| world.must(Who::Pl, on, "suspend-window", &json!({ "reason": "operational" })),
        |world, on, _| world.must(Who::Dl, covering(world, on), "report-breach", &none()),
        |world, _, _| RECORD(world, "record-screening", json!({ "reference": null })),
        |world, _, _| RECORD(world, "record-export-screening", json!({ "reference": null })),
        |world, _, _| RECORD(world, "record-training", json!({ "trained_at": "2025-11-30T14:00:00Z" })),
        |world, _, grant| world.must(Who::Pl, grant, "suspend", &none()),
        |world, _, _| {
            let person = world.facts.people.get_mut(&Who::Ev.account()).expect("a person");
            person.active = false;
        },
    ];
    for (index, spoil) in ways.into_iter().enumerate() {
        let (mut world, engagement, grant) = open();
        assert!(world.allowed(grant));
        spoil(&mut world, engagement, grant);
        assert!(!world.allowed(grant), "row {index}");
    }
}

/// Invariant 9: before, while it is suspended, and from its end on, which takes the grants with it.
#[test]
fn without_an_open_window_no_grant_of_the_government_is_effective() {
    let (mut world, engagement) = ready();
    let grant = world.evaluator(engagement, Who::Ev);
    assert!(!world.allowed(grant), "nothing is agreed");
    world.schedule(engagement, at(OPENS), None).expect("can be scheduled");
    world.at(at("2026-12-01T13:59:59.999999Z"));
    assert!(!world.allowed(grant), "not yet");
    world.at(at(OPENS));
    assert!(world.allowed(grant));
    let mut suspended = world.clone();
    suspended.must(Who::Dl, engagement, "suspend-window", &json!({ "reason": "unstated" }));
    assert!(!suspended.allowed(grant));
    let ends: [fn(&mut World, Subject); 4] = [
        |world, _| world.at(at(PLANNED)),
        |world, on| world.must(Who::Pl, on, "close-window", &none()),
        |world, on| world.must(Who::Da, on, "withdraw", &none()),
        |world, on| world.must(Who::Da, on, "record-release", &json!({ "kind": "partner" })),
    ];
    for end in ends {
        let mut world = world.clone();
        end(&mut world, engagement);
        assert_eq!((world.allowed(grant), world.stage(grant)), (false, "expired"));
    }
}

/// Invariant 17: what a determination says is a reference, a date and words from closed lists; whoever types free text
/// attests that it is unclassified.
#[test]
fn a_determination_has_no_free_text_and_other_free_text_is_attested() {
    let parsed = |kind, name: &str, body: &Value| {
        let body = serde_json::to_vec(body).expect("JSON");
        Command::parse(kind, name, &body).unwrap_or_else(|| panic!("no command {name}")).is_ok()
    };
    let determination = json!({
        "reference": "D-1", "date": "2026-11-09", "result": "not_stated", "framework_eligible": true,
        "releasability_confirmed": true, "consultations": [{ "office": "cisa", "on": "2026-11-09" }],
    });
    let record = |body: &Value| parsed(Kind::Inquiry, "record-determination", body);
    assert!(record(&determination));
    for field in ["score", "threshold", "benchmark", "rationale", "note", "statement"] {
        let mut more = determination.clone();
        more[field] = json!("x");
        assert!(!record(&more), "{field}");
    }
    for (field, value) in [("reference", "one line\nand another"), ("result", "above the threshold")] {
        let mut other = determination.clone();
        other[field] = json!(value);
        assert!(!record(&other), "{field}");
    }
    let typed = [
        (Kind::Inquiry, "request-info", json!({ "question": "How large?" })),
        (Kind::Inquiry, "answer-info", json!({ "answer": "As before." })),
        (Kind::Condition, "upload-text", json!({ "text": "Words", "parent": "0".repeat(64) })),
        (Kind::Nomination, "state-criteria", json!({ "criteria": { "sector_role": "Water." } })),
        (Kind::Incident, "record-detail", json!({ "reference": "IR-77" })),
    ];
    for (kind, name, body) in typed {
        assert!(!parsed(kind, name, &body), "{name} without an attestation");
        for attested in [true, false] {
            let mut body = body.clone();
            body["unclassified_attestation"] = json!(attested);
            assert_eq!(parsed(kind, name, &body), attested, "{name}");
        }
    }
}

/// Invariant 26: there is no field for a reason, nothing is left but that it was withdrawn, and the next proposal of the
/// release goes as any other.
#[test]
fn a_withdrawal_has_no_reason_and_leaves_no_mark() {
    for kind in [Kind::Inquiry, Kind::Engagement] {
        let parsed = |body: &[u8]| Command::parse(kind, "withdraw", body).expect("a command").is_ok();
        assert!(parsed(b"{}"));
        for field in ["reason", "reason_code", "note", "comment"] {
            assert!(!parsed(format!("{{\"{field}\":\"unstated\"}}").as_bytes()), "{kind:?}: {field}");
        }
    }
    let (mut world, engagement) = ready();
    let (release, inquiries) = (world.case.releases.clone(), world.case.inquiries.clone());
    let events = world.act(Who::Da, engagement, "withdraw", &none()).expect("withdraws");
    assert_eq!(
        serde_json::to_value(&events[0].event).expect("JSON"),
        json!({ "kind": "engagement", "event": { "type": "withdrawn" } })
    );
    assert_eq!(outcome(&world, engagement), Some(Outcome::Withdrawn));
    assert!(release == world.case.releases && inquiries == world.case.inquiries);
    let next = world.engage();
    world.cover(next);
    assert_eq!(world.stage(next), "ready");
}

/// Invariant 27: half-signed texts, half-turned keys and open votes, left alone for half a year.
#[test]
fn time_alone_never_signs_consents_concurs_or_decides() {
    let (mut world, engagement) = ready();
    world.must(Who::Da, engagement, "schedule-window", &json!({ "open_at": OPENS }));
    let body = json!({ "attach_to": world.name(engagement), "template": "cybersecurity", "required": false });
    let offered = world.create(Who::Dl, Kind::Condition, "attach", &body).expect("a condition");
    let terms = json!({ "digest": world.digest(offered), "effective_at": NOW });
    world.must(Who::Dl, offered, "offer-agreement", &terms);
    let signed = world.create(Who::Dl, Kind::Condition, "attach", &body).expect("a condition");
    world.agree([Who::Dl, Who::Pl], signed, None);
    world.sign(Who::Da, signed).expect("signs");
    let mut nominations = Vec::new();
    for consents in [true, false] {
        let mut world = world.clone();
        let nomination = world.nominate(engagement).expect("a nomination");
        world.bring_to_decision(nomination, &[Who::RvTreasury, Who::RvCisa, Who::RvNsa]);
        if consents {
            world.must(Who::Da, nomination, "consent", &none());
        } else {
            world.must(Who::RvTreasury, nomination, "concur", &none());
            world.must(Who::RvNsa, nomination, "concur", &none());
        }
        nominations.push((world, nomination));
    }
    for (mut world, nomination) in nominations {
        world.at(plus(at(NOW), TimeDelta::days(80)));
        assert_eq!(world.stage(nomination), "decision");
        assert_eq!((world.stage(offered), world.stage(signed)), ("attached", "agreed"));
        assert_ne!(world.stage(engagement), "window_scheduled");
        world.at(plus(at(NOW), TimeDelta::days(180)));
        let timed = world.log.iter().filter(|happened| happened.by == By::SCHEDULER);
        let acts = ["signed", "agreed", "consented", "selected", "voted", "answered", "approved", "recertified"];
        for happened in timed {
            let code = happened.event.code();
            assert!(!acts.iter().any(|act| code.contains(act)), "{code}");
        }
    }
}

/// Invariant 28: asked of a case that nobody folded forward, and however often somebody did.
#[test]
fn what_may_be_done_never_depends_on_a_job_having_run() {
    let (world, engagement, grant) = World::open(framework(&[]), at(OPENS), at("2026-12-06T14:00:00Z"));
    let mut untouched = world.clone();
    untouched.now = at("2026-12-06T13:59:59.999999Z");
    assert!(untouched.allowed(grant));
    untouched.now = at("2026-12-06T14:00:00Z");
    assert_eq!(untouched.stage(engagement), "window_open", "no job has run");
    assert!(!untouched.allowed(grant), "and there is no access");
    let (mut often, mut once) = (world.clone(), world);
    let last = plus(often.now, TimeDelta::hours(24 * 20));
    while often.now < last {
        often.hours(7);
    }
    once.at(often.now);
    assert!(often.case == once.case);
    let happened = |world: &World| world.log.iter().map(|one| (one.event.code(), one.effective_at)).collect::<Vec<_>>();
    assert_eq!(happened(&often), happened(&once));
}
