//! Stories of records: holds and disposal (invariant 25), designations (D20), retention and survival (D21), and the
//! auditor's authorization (invariant 15).

use chrono::TimeDelta;
use serde_json::json;

use crate::{
    authz::Resource,
    domain::{
        deadline::{DeadlineKind, derive},
        id::{Kind, Subject},
        records::survives_until,
        refusal::{FieldReason, Refusal, Unmet},
        testing::{Who, World, at, framework},
        time::plus,
    },
};

const NOW: &str = "2026-11-09T14:00:00Z";

fn closed(now: &str) -> (World, Subject) {
    let (mut world, engagement) = World::ready(framework(&[]), at(now), None);
    world.must(Who::Da, engagement, "withdraw", &json!({}));
    assert_eq!(world.stage(engagement), "closed");
    (world, engagement)
}

/// When the deadlines of this kind on the record are due.
fn due(world: &World, on: Subject, kind: DeadlineKind) -> Vec<String> {
    let open = derive(&world.case, &world.facts, world.now).expect("deadlines");
    let of = open.values().filter(|deadline| deadline.subject == on && deadline.kind == kind);
    of.map(|deadline| deadline.due.due_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)).collect()
}

/// D21: seven years from closing in the program zone, clamped to the month's end, whatever day of the week it is.
#[test]
fn a_closed_engagement_is_kept_for_its_class_of_records() {
    let rows = [
        ("2026-11-09T14:00:00Z", "2033-11-09T14:00:00Z"),
        // Closed on 29 February: 2035 has none.
        ("2028-02-29T14:00:00Z", "2035-02-28T14:00:00Z"),
        // Seven years on, daylight saving time is the same; the clock on the wall is kept.
        ("2026-07-01T13:00:00Z", "2033-07-01T13:00:00Z"),
    ];
    for (now, ends) in rows {
        let (mut world, engagement) = closed(now);
        assert_eq!(due(&world, engagement, DeadlineKind::RetentionReview), [ends], "{now}");
        let sooner = json!({ "keep_until": plus(at(ends), TimeDelta::microseconds(-1)) });
        let refusal = world.refused(Who::Rf, engagement, "review-retention", &sooner);
        assert_eq!(refusal, Refusal::field("/keep_until", FieldReason::TooSoon));
        let later = json!({ "keep_until": "2040-01-01T00:00:00Z" });
        world.must(Who::Rf, engagement, "review-retention", &later);
        assert_eq!(due(&world, engagement, DeadlineKind::RetentionReview), ["2040-01-01T00:00:00Z"]);
    }
    let mut draft = World::new(framework(&[]), at(NOW));
    draft.register(None);
    let engagement = draft.draft().expect("a draft");
    draft.must(Who::Da, engagement, "withdraw", &json!({}));
    assert!(due(&draft, engagement, DeadlineKind::RetentionReview).is_empty(), "never handed over");
}

/// Invariant 25: nothing is disposed of while it is held, asked for, or to be kept; and it takes two records officers.
#[test]
fn a_hold_stands_against_disposal_until_it_is_lifted() {
    let (mut world, engagement) = closed(NOW);
    let release = world.release();
    let runs = Unmet::RetentionRuns { until: Some(at("2033-11-09T14:00:00Z")) };
    let early = world.refused(Who::Rf, engagement, "ask-disposal", &json!({}));
    let survives = world.case.conditions.values().find(|entry| entry.state.template == "nda").expect("the agreement");
    let needed = Unmet::StillNeeded { record: survives.reference.clone() };
    assert_eq!(early, Refusal::Unmet(vec![runs, needed]), "kept still, and the agreement survives");
    world.at(at("2033-11-09T14:00:00Z"));
    let hold = json!({ "reference": "H-1", "authority": "Case 26-cv-1" });
    world.must(Who::Rf, release, "place-hold", &hold);
    let twice = world.refused(Who::Rf, release, "place-hold", &hold);
    assert_eq!(twice, Refusal::field("/reference", FieldReason::AlreadyListed));
    let blocked = Refusal::Unmet(vec![Unmet::HoldInForce { hold: "H-1".to_owned() }]);
    assert_eq!(world.refused(Who::Rf, engagement, "ask-disposal", &json!({})), blocked);
    world.must(Who::Rf, release, "lift-hold", &json!({ "reference": "H-1" }));
    let request = world.request_records(engagement).expect("a request");
    let open = Refusal::Unmet(vec![Unmet::RequestOpen { request: world.name(request) }]);
    assert_eq!(world.refused(Who::Rf, engagement, "ask-disposal", &json!({})), open);
    world.must(Who::Rf, request, "record-outcome", &json!({ "outcome": "withdrawn_by_requester" }));
    let unasked = world.refused(Who::SecondRf, engagement, "confirm-disposal", &json!({}));
    assert_eq!(unasked, Refusal::Unmet(vec![Unmet::DisposalNotAsked]));
    world.must(Who::Rf, engagement, "ask-disposal", &json!({}));
    assert_eq!(world.refused(Who::Rf, engagement, "confirm-disposal", &json!({})), Refusal::OwnRequest);
    // A hold that comes between the two stands against the second as well.
    world.must(Who::Rf, release, "place-hold", &json!({ "reference": "H-2", "authority": "Case 33-cv-2" }));
    let blocked = Refusal::Unmet(vec![Unmet::HoldInForce { hold: "H-2".to_owned() }]);
    assert_eq!(world.refused(Who::SecondRf, engagement, "confirm-disposal", &json!({})), blocked);
    world.must(Who::SecondRf, release, "lift-hold", &json!({ "reference": "H-2" }));
    world.must(Who::SecondRf, engagement, "confirm-disposal", &json!({}));
    assert!(due(&world, engagement, DeadlineKind::RetentionReview).is_empty());
    assert!(world.engagement(engagement).records.is_disposed_of());
    assert!(world.log.len() > 30 && world.case.engagements.len() == 1, "no event and no record is erased");
}

/// D20: ten years by default, less if the developer says so; it lapses at its instant.
#[test]
fn a_designation_lapses_by_time() {
    let (mut world, engagement) = World::ready(framework(&[]), at("2026-11-09T14:00:00Z"), None);
    let designate = |part: &str| json!({ "part": part });
    world.must(Who::Dl, engagement, "designate-confidential", &designate("conditions_texts"));
    world.must(
        Who::Da,
        engagement,
        "designate-confidential",
        &json!({ "part": "inquiry", "until": "2027-01-01T00:00:00Z" }),
    );
    let mut told = due(&world, engagement, DeadlineKind::ConfidentialityLapse);
    told.sort();
    assert_eq!(told, ["2027-01-01T00:00:00Z", "2036-11-09T14:00:00Z"]);
    let refused = |world: &mut World, name: &str, body| world.refused(Who::Dl, engagement, name, &body);
    let twice = refused(&mut world, "designate-confidential", designate("inquiry"));
    assert_eq!(twice, Refusal::field("/part", FieldReason::AlreadyListed));
    let unknown = refused(&mut world, "withdraw-designation", designate("all"));
    assert_eq!(unknown, Refusal::field("/part", FieldReason::NoSuchRecord));
    for (until, reason) in
        [("2026-11-09T14:00:00Z", FieldReason::InPast), ("2036-11-09T14:00:00.000001Z", FieldReason::OutOfRange)]
    {
        let refusal = refused(&mut world, "designate-confidential", json!({ "part": "all", "until": until }));
        assert_eq!(refusal, Refusal::field("/until", reason));
    }
    world.at(at("2026-12-31T23:59:59Z"));
    assert_eq!(world.engagement(engagement).records.designations.len(), 2);
    world.at(at("2027-01-01T00:00:00Z"));
    assert_eq!(world.engagement(engagement).records.designations.len(), 1);
    world.must(Who::Dl, engagement, "withdraw-designation", &designate("conditions_texts"));
    assert!(due(&world, engagement, DeadlineKind::ConfidentialityLapse).is_empty());
}

/// Section 3.5: what was in force when the engagement ended survives it for the months of its template.
#[test]
fn a_condition_survives_its_engagement_for_its_months() {
    let (mut world, engagement) = World::ready(framework(&[]), at("2026-08-31T14:00:00Z"), None);
    let unsigned = json!({ "attach_to": world.name(engagement), "template": "nondisclosure", "required": false });
    let unsigned = world.create(Who::Dl, Kind::Condition, "attach", &unsigned).expect("a condition");
    let (nda, _) = world.case.conditions.iter().find(|(_, c)| c.state.template == "nda").expect("the agreement");
    let nda = Subject::new(Kind::Condition, *nda);
    assert!(due(&world, nda, DeadlineKind::RetentionReview).is_empty());
    world.must(Who::Da, engagement, "withdraw", &json!({}));
    assert_eq!(world.stage(nda), "discharged");
    let survives = due(&world, nda, DeadlineKind::RetentionReview);
    assert_eq!(survives, ["2031-08-31T14:00:00Z"], "60 months");
    assert!(due(&world, unsigned, DeadlineKind::RetentionReview).is_empty(), "it was never in force");
    world.at(at("2031-08-31T14:00:00Z"));
    assert!(due(&world, nda, DeadlineKind::RetentionReview).is_empty());
    assert!(world.log.iter().any(|event| event.subject == nda && event.event.code() == "condition.survival_ended"));
}

/// Section 3.5: what expired before its engagement ended survives its expiry; what was superseded is survived by what
/// followed it.
#[test]
fn a_condition_survives_its_expiry_unless_it_was_superseded() {
    let (mut world, engagement) = World::ready(framework(&[]), at("2026-08-31T14:00:00Z"), None);
    let expires = at("2026-09-10T14:00:00Z");
    let expiring = world.condition(engagement, "nda", Some(expires));
    let renewed = world.condition(engagement, "nda", Some(expires));
    world.at(expires);
    assert_eq!((world.stage(expiring), world.stage(renewed)), ("expired", "expired"));
    for condition in [expiring, renewed] {
        assert_eq!(due(&world, condition, DeadlineKind::RetentionReview), ["2031-09-10T14:00:00Z"]);
    }
    let attach = json!({ "attach_to": world.name(engagement), "template": "nda", "supersedes": world.name(renewed) });
    let successor = world.create(Who::Dl, Kind::Condition, "attach", &attach).expect("a successor");
    world.agree([Who::Dl, Who::Pl], successor, None);
    for signatory in [Who::Da, Who::Gs] {
        world.sign(signatory, successor).expect("signed");
    }
    assert_eq!((world.stage(renewed), world.stage(successor)), ("superseded", "in_force"));
    assert!(due(&world, renewed, DeadlineKind::RetentionReview).is_empty());
    world.must(Who::Da, engagement, "withdraw", &json!({}));
    assert_eq!(world.stage(expiring), "expired");
    assert_eq!(due(&world, expiring, DeadlineKind::RetentionReview), ["2031-09-10T14:00:00Z"], "from the expiry");
    assert_eq!(due(&world, successor, DeadlineKind::RetentionReview), ["2031-09-10T14:00:00Z"], "from the end");
    let kept = world.case.conditions[&expiring.id].state.clone();
    let until = survives_until(&world.case, expiring.id, &kept, &world.facts).expect("pinned");
    assert_eq!(until, Some(at("2031-09-10T14:00:00Z")));
    world.at(at("2031-09-10T14:00:00Z"));
    assert!(due(&world, expiring, DeadlineKind::RetentionReview).is_empty());
    let ended = world.log.iter().filter(|event| event.event.code() == "condition.survival_ended");
    let ended: Vec<_> = ended.map(|event| event.subject).collect();
    assert!(ended.contains(&expiring) && ended.contains(&successor) && !ended.contains(&renewed));
}

/// Invariant 15: 30 days at most, for somebody else who is an auditor, and over at the second.
#[test]
fn an_auditors_authorization_ends_at_the_second() {
    let (mut world, engagement) = World::ready(framework(&[]), at(NOW), None);
    let release = world.release();
    let auditor = Who::Au.account();
    let authorize = |who: Who, until: &str| json!({ "auditor": who.account(), "until": until, "reference": "A-1" });
    for (who, until, pointer, reason) in [
        (Who::Au, "2026-11-09T14:00:00Z", "/until", FieldReason::InPast),
        (Who::Au, "2026-12-09T14:00:00.000001Z", "/until", FieldReason::OutOfRange),
        (Who::Pl, "2026-11-20T14:00:00Z", "/auditor", FieldReason::NoSuchAccount),
    ] {
        let refusal = world.refused(Who::Rf, release, "authorize-auditor", &authorize(who, until));
        assert_eq!(refusal, Refusal::field(pointer, reason));
    }
    world.must(Who::Rf, release, "authorize-auditor", &authorize(Who::Au, "2026-12-09T14:00:00Z"));
    let own = world.refused(Who::Au, release, "authorize-auditor", &authorize(Who::Au, "2026-12-01T14:00:00Z"));
    assert_eq!(own, Refusal::field("/auditor", FieldReason::SamePerson));
    let reads = |world: &World, subject| {
        let resource = Resource::of(&world.case, subject).expect("a record");
        crate::authz::sight(&crate::authz::Engine::new().expect("policies"), &Who::Au.actor(), &resource).is_some()
    };
    world.at(at("2026-12-09T13:59:59.999999Z"));
    assert!(reads(&world, release) && reads(&world, engagement));
    world.at(at("2026-12-09T14:00:00Z"));
    assert!(!reads(&world, release) && !reads(&world, engagement));
    world.must(Who::Rf, release, "authorize-auditor", &authorize(Who::Au, "2026-12-20T14:00:00Z"));
    world.must(Who::Rf, release, "end-authorization", &json!({ "auditor": auditor }));
    assert!(!reads(&world, release));
}
