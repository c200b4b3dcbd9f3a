//! Stories that take the rows which the stories of `case/tests_stages.rs` do not take, each act in turn.

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::domain::{
    actor::Role,
    case::{Event, ReleaseFacts},
    id::{AccountId, Kind, RecordId, Subject},
    release::ReleaseEvent,
    testing::{DEVELOPER, Who, World, at, framework},
    time::plus,
};

const NOW: &str = "2026-11-09T14:00:00Z";
const PLANNED: &str = "2026-12-05T14:00:00Z";

/// Every story.
pub const ALL: [fn() -> Vec<World>; 20] = [
    || vec![release()],
    || vec![proposal()],
    || vec![merged()],
    || vec![lapsed()],
    || vec![migrated()],
    || vec![window()],
    || vec![items()],
    || vec![disposed()],
    || vec![conditions()],
    || vec![lost()],
    || vec![stopped()],
    || vec![implicated()],
    || vec![spillage()],
    || vec![late_notice()],
    || vec![hold_on_top()],
    || vec![handoff()],
    keys,
    withdrawn_votes,
    held_windows,
    notified,
];

fn none() -> Value {
    json!({})
}

fn world() -> (World, Subject) {
    World::ready(framework(&[]), at(NOW), Some(at(PLANNED)))
}

fn open() -> (World, Subject, Subject) {
    World::open(framework(&[]), at(NOW), at(PLANNED))
}

fn proposed() -> (World, Subject) {
    let mut world = World::new(framework(&[]), at(NOW));
    world.register(Some(at(PLANNED)));
    let engagement = world.draft().expect("a draft");
    let body = world.proposal();
    world.must(Who::Da, engagement, "propose", &body);
    (world, engagement)
}

fn acts(world: &mut World, on: Subject, acts: &[(Who, &str, Value)]) {
    for (who, name, body) in acts {
        world.must(*who, on, name, body);
    }
}

fn release() -> World {
    let (mut world, engagement) = world();
    let release = world.release();
    let auditor = json!({ "auditor": Who::Au.account(), "until": "2026-11-20T14:00:00Z", "reference": "A-1" });
    let delegate =
        json!({ "delegate": Who::Dl.account(), "acts": ["grant.recertify"], "until": "2026-12-01T14:00:00Z" });
    let hold = json!({ "reference": "H-1", "authority": "Case 26-cv-1" });
    let list = [
        (Who::Da, "set-planned-release", json!({ "to": "2026-12-06T14:00:00Z" })),
        (Who::Da, "record-assessment-use", json!({ "seconds": 60 })),
        (Who::Da, "delegate", delegate),
        (Who::Da, "end-delegation", json!({ "delegate": Who::Dl.account() })),
        (Who::Da, "note-external-event", json!({ "kind": "court_order", "date": "2026-11-09", "reference": "C-1" })),
        (Who::Rf, "place-hold", hold),
        (Who::Rf, "lift-hold", json!({ "reference": "H-1" })),
        (Who::Rf, "authorize-auditor", auditor.clone()),
        (Who::Rf, "end-authorization", json!({ "auditor": Who::Au.account() })),
        (Who::Rf, "authorize-auditor", auditor),
    ];
    acts(&mut world, release, &list);
    world.must(Who::Rf, engagement, "take-records", &none());
    world.must(Who::Da, engagement, "record-release", &json!({ "kind": "public" }));
    let elsewhere = ReleaseEvent::MergedInto { release: "REL-2026-OTHER1".to_owned() };
    world.fold(release, Event::Release(elsewhere));
    world.at(at("2026-11-21T14:00:00Z"));
    world
}

fn proposal() -> World {
    let (mut world, engagement) = proposed();
    let second = AccountId(uuid::Uuid::from_u128(40));
    let person = world.facts.people[&Who::Pl.account()].clone();
    assert!(person.roles.contains(&Role::ProgramLiaison));
    world.facts.people.insert(second, person);
    let draft = json!({ "unclassified_attestation": true, "release_declaration": "new_release" });
    let list = [
        (Who::Pl, "return", none()),
        (Who::Da, "propose", draft.clone()),
        (Who::Dl, "recall", none()),
        (Who::Da, "propose", draft),
        (Who::Pl, "claim", none()),
        (Who::Pl, "transfer", json!({ "liaison": second })),
        (Who::Pl, "release-claim", none()),
        (Who::Dl, "name-lead", json!({ "lead": Who::Dl.account() })),
        (Who::Pl, "assign-signatory", json!({ "signatory": Who::Gs.account() })),
        (Who::Pl, "decline", none()),
    ];
    acts(&mut world, engagement, &list);
    world
}

/// Another registered release of the same developer.
fn other(world: &mut World) {
    let used = TimeDelta::hours(1);
    let facts = ReleaseFacts {
        id: RecordId(uuid::Uuid::from_u128(41)),
        developer: DEVELOPER,
        used_running: used,
        used_paused: used,
        is_busy: false,
        merged_into: None,
        partner_released_at: None,
    };
    world.facts.releases.insert("REL-2026-OTHER1".to_owned(), facts);
}

fn merged() -> World {
    let (mut world, engagement) = proposed();
    other(&mut world);
    let dispute = json!({ "release": "REL-2026-OTHER1" });
    world.must(Who::Pl, engagement, "claim", &none());
    world.must(Who::Pl, engagement, "dispute-sameness", &dispute);
    world.must(Who::Pl, engagement, "drop-dispute", &none());
    world.must(Who::Pl, engagement, "dispute-sameness", &dispute);
    world.two_keys([Who::Da, Who::Pl], engagement, "merge-releases", &none()).expect("merged");
    world
}

fn lapsed() -> World {
    let mut world = World::new(framework(&[]), at(NOW));
    world.register(None);
    let engagement = world.draft().expect("a draft");
    world.at(at("2027-02-20T14:00:00Z"));
    world.must(Who::Da, engagement, "reopen", &none());
    world
}

fn migrated() -> World {
    let (mut world, engagement, _) = open();
    let next = framework(&[
        ("id = \"v1.1\"", "id = \"v2\""),
        ("effective_from = \"2000-01-01\"", "effective_from = \"2026-11-10\""),
    ]);
    Arc::make_mut(&mut world.facts.frameworks).push(next);
    world.hours(48);
    world.two_keys([Who::Pl, Who::Da], engagement, "migrate-framework", &json!({ "to": "v2" })).expect("migrates");
    world
}

/// Scheduled, moved, missed, scheduled again, opened sooner, extended, shrunk, lowered and closed by time.
fn window() -> World {
    let (mut world, engagement) = world();
    let release = world.release();
    let inquiry = Subject::new(Kind::Inquiry, *world.case.inquiries.first_key_value().expect("an inquiry").0);
    assert_eq!(world.stage(inquiry), "determined");
    let soon = |world: &World, hours| plus(world.now, TimeDelta::hours(hours));
    let first = soon(&world, 2);
    world.schedule(engagement, first, None).expect("scheduled");
    world.must(Who::Da, release, "set-planned-release", &json!({ "to": null }));
    world.hours(3);
    world.must(Who::Da, release, "set-planned-release", &json!({ "to": PLANNED }));
    let again = soon(&world, 48);
    world.schedule(engagement, again, None).expect("scheduled again");
    let end = plus(again, TimeDelta::hours(100));
    world.must(Who::Pl, engagement, "lower-end", &json!({ "earlier_end": end }));
    world.must(Who::Da, engagement, "open-window", &none());
    let later = json!({ "earlier_end": plus(end, TimeDelta::hours(24)) });
    world.two_keys([Who::Da, Who::Pl], engagement, "extend-window", &later).expect("extended");
    world.must(Who::Da, engagement, "extend-window", &json!({ "earlier_end": plus(end, TimeDelta::hours(30)) }));
    let hash = world.engagement(engagement).offers.last().expect("an offer").hash.clone();
    world.must(Who::Da, engagement, "retract-offer", &json!({ "hash": hash }));
    world.must(Who::Da, release, "set-planned-release", &json!({ "to": plus(end, TimeDelta::hours(1)) }));
    world.hours(24 * 12);
    assert_eq!(world.stage(engagement), "close_out");
    world
}

fn items() -> World {
    let (mut world, engagement, _) = open();
    let certified = json!({
        "reference": "I-1", "method": "purge", "done_on": "2026-11-08", "performed_by": "A", "validated_by": "B",
    });
    let item = json!({ "reference": "I-1" });
    let list = [
        (Who::Ev, "register-item", json!({ "reference": "I-1", "disposition": "return" })),
        (Who::Ev, "register-item", json!({ "reference": "I-2", "disposition": "destroy" })),
        (Who::Pl, "close-window", none()),
        (Who::Pl, "certify-item", certified),
        (Who::Da, "dispute-certificate", item.clone()),
        (Who::Da, "accept-certificate", item),
        (Who::Rf, "except-item", json!({ "reference": "I-2", "authority": "44 USC 31", "custodian": "Office" })),
        (
            Who::Pl,
            "designate-marking",
            json!({ "categories": ["PROPIN"], "agency": crate::domain::testing::CISA, "contact": "PL" }),
        ),
    ];
    acts(&mut world, engagement, &list);
    world
}

/// A designation that lapses, and a disposal by two officers after the retention is over.
fn disposed() -> World {
    let (mut world, engagement) = world();
    let part = |part: &str| json!({ "part": part });
    let list = [
        (Who::Dl, "designate-confidential", part("inquiry")),
        (Who::Dl, "withdraw-designation", part("inquiry")),
        (Who::Dl, "designate-confidential", part("documents")),
        (Who::Da, "withdraw", none()),
        (Who::Rf, "review-retention", json!({ "keep_until": "2034-01-01T14:00:00Z" })),
    ];
    acts(&mut world, engagement, &list);
    world.at(at("2037-01-02T14:00:00Z"));
    world.must(Who::Rf, engagement, "ask-disposal", &none());
    world.must(Who::SecondRf, engagement, "confirm-disposal", &none());
    world
}

/// What only some conditions come to: an offer retracted, a waiver that takes the officer, a breach cured, a successor.
fn conditions() -> World {
    let (mut world, engagement) = world();
    let body = json!({ "attach_to": world.name(engagement), "template": "insider_risk", "required": false });
    let condition = world.create(Who::Dl, Kind::Condition, "attach", &body).expect("a condition");
    let offer = json!({ "digest": world.digest(condition), "effective_at": world.now });
    world.must(Who::Dl, condition, "offer-agreement", &offer);
    let hash = world.case.conditions[&condition.id].state.offers[0].hash.clone();
    world.must(Who::Dl, condition, "retract-agreement", &json!({ "hash": hash }));
    world.must(Who::Ir, condition, "clear-waiver", &none());
    let protected = world.case.conditions[&condition.id].state.protected;
    let waiver = [Who::Da, Who::Pl].into_iter().find(|who| who.side() == protected).expect("a side");
    world.must(waiver, condition, "waive", &none());
    let nda = world.case.conditions_of(engagement).find(|(_, c)| c.state.template == "nda").expect("an agreement");
    let (nda, protected) = (Subject::new(Kind::Condition, nda.0), nda.1.state.protected);
    world.acknowledge_one(Who::Ev, nda);
    world.must(Who::Dl, nda, "report-breach", &none());
    let cures = [Who::Da, Who::Pl].into_iter().find(|who| who.side() == protected).expect("a side");
    world.must(cures, nda, "cure-breach", &none());
    let body = json!({
        "attach_to": world.name(engagement), "template": "nda", "supersedes": world.name(nda),
    });
    let successor = world.create(Who::Dl, Kind::Condition, "attach", &body).expect("a successor");
    world.must(waiver, successor, "waive", &none());
    assert_eq!(world.stage(nda), "superseded");
    world
}

/// Grants: recertified late, lifted to where they were, left by their holder.
fn lost() -> World {
    let (mut world, engagement, grant) = open();
    world.must(Who::Da, grant, "recertify", &none());
    let pending = world.request(Who::Pl, engagement, Who::SecondEv).expect("a grant");
    world.hours(24 * 15);
    assert_eq!(world.stage(grant), "suspended");
    let list = [
        (Who::Ir, "suspend", none()),
        (Who::Da, "recertify", none()),
        (Who::Ir, "lift-suspension", none()),
        (Who::Da, "recertify", none()),
        (Who::Da, "suspend", none()),
        (Who::Da, "lift-suspension", none()),
    ];
    acts(&mut world, grant, &list);
    assert_eq!(world.stage(grant), "active");
    let person = world.facts.people.get_mut(&Who::SecondEv.account()).expect("a person");
    person.roles.clear();
    person.left.insert(Role::Evaluator, world.now);
    world.hours(1);
    assert_eq!(world.stage(pending), "revoked");
    world
}

/// An approved grant that was never active is lifted to approved.
fn stopped() -> World {
    let (mut world, engagement) = world();
    let grant = world.evaluator(engagement, Who::Ev);
    world.must(Who::Da, grant, "suspend", &none());
    world.must(Who::Da, grant, "lift-suspension", &none());
    assert_eq!(world.stage(grant), "approved");
    world
}

fn report(world: &mut World, under: Subject, kind: &str, more: &Value) -> Subject {
    let mut body = json!({ "under": world.name(under), "incident_type": kind });
    body.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
    world.create(Who::Ir, Kind::Incident, "report", &body).expect("an incident")
}

fn implicated() -> World {
    let (mut world, engagement, grant) = open();
    let (first, named) = (report(&mut world, engagement, "loss", &none()), json!({ "grants": [world.name(grant)] }));
    world.must(Who::Ir, first, "implicate", &named);
    world.must(Who::Ir, first, "clear-grants", &named);
    acts(&mut world, grant, &[(Who::Ir, "lift-suspension", none())]);
    // Suspended by the approving side's matter alone: the next report's hold comes on top.
    report(&mut world, engagement, "loss", &named);
    world.must(Who::Ir, grant, "lift-suspension", &none());
    let third = report(&mut world, engagement, "loss", &none());
    world.must(Who::Ir, third, "implicate", &named);
    world
}

fn spillage() -> World {
    let (mut world, engagement, _) = open();
    let record = json!({ "record": world.name(engagement) });
    let incident = report(&mut world, engagement, "spillage", &record);
    let hand_off = json!({ "reference": "S-1", "date": "2026-11-08", "unclassified_attestation": true });
    acts(&mut world, incident, &[(Who::Ir, "hand-off", hand_off), (Who::Ir, "lift-lock", none())]);
    report(&mut world, engagement, "unauthorized_access", &json!({ "suspend_window": true }));
    assert_eq!(world.stage(engagement), "suspended");
    world
}

/// A window that is suspended for another reason is held by the officer, or by a report, on top.
fn held_windows() -> Vec<World> {
    let (mut world, engagement, _) = open();
    world.must(Who::Pl, engagement, "suspend-window", &json!({ "reason": "operational" }));
    let mut reported = world.clone();
    world.must(Who::Ir, engagement, "suspend-window", &json!({ "reason": "unstated" }));
    report(&mut reported, engagement, "unauthorized_access", &json!({ "suspend_window": true }));
    vec![world, reported]
}

/// The notice comes before the assessment.
fn late_notice() -> World {
    let (mut world, engagement, _) = open();
    let incident = report(&mut world, engagement, "loss", &none());
    let list = [
        (Who::Ir, "notify-developer", none()),
        (Who::Ir, "contain", none()),
        (Who::Ir, "assess", json!({ "severity": "low" })),
    ];
    acts(&mut world, incident, &list);
    world
}

/// Suspended by the liaison, then by the officer too, who lets go first.
fn hold_on_top() -> World {
    let (mut world, engagement) = world();
    let nomination = world.nominate(engagement).expect("a nomination");
    world.select(nomination);
    world.partner_ready(nomination, at("2027-03-01T00:00:00Z"));
    world.must(Who::Da, engagement, "record-release", &json!({ "kind": "partner" }));
    let list = [(Who::Pl, "suspend"), (Who::Ir, "suspend"), (Who::Ir, "lift-suspension"), (Who::Pl, "lift-suspension")];
    for (who, name) in list {
        world.must(who, nomination, name, &none());
    }
    world
}

fn decision(reviewers: &[Who]) -> (World, Subject) {
    let (mut world, engagement) = world();
    let nomination = world.nominate(engagement).expect("a nomination");
    world.bring_to_decision(nomination, reviewers);
    (world, nomination)
}

/// Every turn of a key, back and forth.
fn keys() -> Vec<World> {
    let three = [Who::RvTreasury, Who::RvCisa, Who::RvNsa];
    let (base, nomination) = decision(&three);
    let told = |list: &[(Who, &str)]| {
        let mut world = base.clone();
        for (who, name) in list {
            world.must(*who, nomination, name, &none());
        }
        world
    };
    let selected = [(Who::RvTreasury, "concur"), (Who::RvNsa, "concur"), (Who::Da, "consent")];
    let and = |more: &[(Who, &'static str)]| told(&selected.iter().chain(more).copied().collect::<Vec<_>>());
    vec![
        told(&[(Who::Da, "consent"), (Who::Da, "revoke-consent"), (Who::RvCisa, "recuse")]),
        told(&[(Who::RvCisa, "decline-concurrence"), (Who::RvNsa, "recuse")]),
        told(&[(Who::RvCisa, "decline-concurrence"), (Who::RvCisa, "revoke-vote")]),
        told(&[(Who::RvCisa, "decline-concurrence"), (Who::RvNsa, "decline-concurrence"), (Who::Pl, "reconsider")]),
        told(&[(Who::Da, "decline"), (Who::Da, "reconsider")]),
        told(&[(Who::Da, "consent"), (Who::RvTreasury, "concur"), (Who::RvNsa, "concur")]),
        and(&[(Who::Da, "revoke-consent")]),
        and(&[(Who::RvNsa, "revoke-vote")]),
        and(&[(Who::RvCisa, "revoke-vote")]),
        and(&[(Who::RvNsa, "recuse")]),
    ]
}

/// A selection falls back when a reviewer recuses beside one who declined; no quorum is left, and the next turn of any
/// key says so.
fn withdrawn_votes() -> Vec<World> {
    let (mut base, nomination) = decision(&[Who::RvTreasury, Who::RvCisa, Who::RvNsa]);
    let list = [
        (Who::RvCisa, "decline-concurrence"),
        (Who::Da, "consent"),
        (Who::RvTreasury, "concur"),
        (Who::RvNsa, "concur"),
        (Who::RvNsa, "recuse"),
    ];
    for (who, name) in list {
        base.must(who, nomination, name, &none());
    }
    assert_eq!(base.stage(nomination), "decision");
    // Another reviewer of an agency that concurs already changes nothing.
    let second = AccountId(uuid::Uuid::from_u128(42));
    let person = base.facts.people[&Who::RvTreasury.account()].clone();
    base.facts.people.insert(second, person);
    let next = [
        (Who::Da, "consent", none()),
        (Who::Da, "revoke-consent", none()),
        (Who::RvTreasury, "concur", none()),
        (Who::RvTreasury, "revoke-vote", none()),
        (Who::Fo, "assign-reviewer", json!({ "reviewer": second })),
    ];
    let told = next.into_iter().map(|(who, name, body)| {
        let mut world = base.clone();
        world.must(who, nomination, name, &body);
        assert_eq!(world.stage(nomination), "not_selected", "{name}");
        world
    });
    told.collect()
}

/// The rule `notified`: the task's time decides.
fn notified() -> Vec<World> {
    let rule = ("decision_rule = \"joint\"", "decision_rule = \"notified\"");
    let (mut base, engagement) = World::ready(framework(&[rule]), at(NOW), Some(at(PLANNED)));
    let nomination = base.nominate(engagement).expect("a nomination");
    base.bring_to_decision(nomination, &[Who::RvTreasury, Who::RvCisa, Who::RvNsa]);
    base.must(Who::Da, nomination, "consent", &none());
    let mut objected = base.clone();
    objected.must(Who::RvCisa, nomination, "decline-concurrence", &none());
    for world in [&mut base, &mut objected] {
        world.at(at("2027-01-15T14:00:00Z"));
    }
    vec![base, objected]
}

/// Both acknowledgements in either order, another marking, embargo and decision, and claims.
fn handoff() -> World {
    let (mut world, engagement, _) = open();
    let [first, second] = ["F-1", "F-2"].map(|finding| {
        let body = json!({
            "engagement": world.name(engagement), "finding": finding, "channel": "encrypted_mail", "tlp": "TLP:AMBER",
            "unclassified_attestation": true,
        });
        world.create(Who::Ev, Kind::Handoff, "record", &body).expect("a hand-off")
    });
    let today = json!({ "acknowledged_on": "2026-11-09", "reference": "A-1" });
    let embargo = json!({ "embargo": { "ends_at": "2026-12-01T14:00:00Z", "zone": "America/New_York" } });
    let list = [
        (Who::Ev, "state-case-id", json!({ "case_id": "VU#1" })),
        (Who::Ev, "change-tlp", json!({ "tlp": "TLP:RED" })),
        (Who::Ev, "change-embargo", embargo),
        (Who::Ev, "record-outcome", json!({ "outcome": "attend" })),
        (Who::Ev, "register-claim", json!({ "claim": "0".repeat(64) })),
        (Who::Ev, "deconflict", none()),
        (Who::Ev, "deliver", json!({ "delivered_on": "2026-11-09" })),
        (Who::Dl, "acknowledge", today.clone()),
        (Who::Ev, "record-acknowledgement", today.clone()),
    ];
    acts(&mut world, first, &list);
    let list = [
        (Who::Ev, "deliver", json!({ "delivered_on": "2026-11-09" })),
        (Who::Ev, "record-acknowledgement", today.clone()),
        (Who::Dl, "acknowledge", today),
    ];
    acts(&mut world, second, &list);
    world
}
