//! What an authorized disposal erases, and what stays (domain section 7; invariants 19, 20 and 25).

use serde_json::{Value, json};

use super::{BEARING_CONTENT, Erased};
use crate::domain::{
    case::{Case, Event, evolve},
    document::{self, DocumentEvent, Verdict},
    id::{Kind, Subject},
    refusal::{Refusal, Unmet},
    testing::{Who, World, at, framework},
    text::Sha256Hex,
};

/// Words that people stated; none of them is left anywhere.
const STATED: [&str; 3] = ["Evaluates the model.", "Yes.", "Terms between the two."];

const CLOSED: &str = "2026-11-09T14:00:00Z";

/// After every retention, survival and term.
const OVER: &str = "2040-01-02T14:00:00Z";

/// Uploads a document and has its content come.
fn file(world: &mut World, to: Subject, parent: Option<Subject>, judged: Option<Verdict>) -> Subject {
    let body = json!({
        "attach_to": world.name(to), "name": "Agreement", "document_kind": "agreement", "media_type": "text/plain",
        "size_bytes": 1, "sha256": Sha256Hex::of(b"x").as_str(), "unclassified_attestation": true,
        "parent": parent.map(|parent| world.name(parent)),
    });
    let document = world.create(Who::Dl, Kind::Document, "upload", &body).expect("a document");
    world.fold(document, Event::Document(DocumentEvent::ContentReceived));
    for (subject, event) in
        judged.map(|judged| document::judged(&world.case, document.id, judged).expect("judged")).into_iter().flatten()
    {
        world.fold(subject, event);
    }
    document
}

/// Has a condition of the engagement take the place of another.
fn supersede(world: &mut World, engagement: Subject) {
    let mut conditions = world.case.conditions_of(engagement);
    let (id, before) = conditions.find(|(_, entry)| entry.state.template == "use_limitation").expect("one");
    let body = json!({
        "attach_to": world.name(engagement), "template": "use_limitation", "supersedes": before.reference,
    });
    let protected = before.state.protected;
    drop(conditions);
    let successor = world.create(Who::Dl, Kind::Condition, "attach", &body).expect("a successor");
    let waives = [Who::Da, Who::Pl].into_iter().find(|who| who.side() == protected).expect("a side");
    world.must(waives, successor, "waive", &json!({}));
    assert_eq!(world.stage(Subject::new(Kind::Condition, id)), "superseded");
}

/// A closed engagement with documents in every stage that has content, texts, a statement of need and a partner's.
fn closed() -> (World, Subject) {
    let (mut world, engagement) = World::ready(framework(&[]), at(CLOSED), None);
    let body = json!({ "attach_to": world.name(engagement), "template": "confidentiality", "required": false });
    let condition = world.create(Who::Dl, Kind::Condition, "attach", &body).expect("a condition");
    let text = json!({ "text": STATED[2], "parent": world.digest(condition), "unclassified_attestation": true });
    world.must(Who::Pl, condition, "upload-text", &text);
    supersede(&mut world, engagement);
    world.evaluator(engagement, Who::Ev);
    let nomination = world.nominate(engagement).expect("a nomination");
    world.bring_to_decision(nomination, &[Who::RvTreasury, Who::RvCisa]);
    file(&mut world, nomination, None, Some(Verdict::Clean));
    world.must(Who::Da, nomination, "decline", &json!({}));
    let first = file(&mut world, engagement, None, Some(Verdict::Clean));
    file(&mut world, engagement, Some(first), Some(Verdict::Clean));
    file(&mut world, engagement, None, None);
    file(&mut world, engagement, None, Some(Verdict::Infected));
    world.must(Who::Da, engagement, "withdraw", &json!({}));
    (world, engagement)
}

fn dispose(world: &mut World, engagement: Subject) {
    world.must(Who::Rf, engagement, "ask-disposal", &json!({ "authority": "DAA-0048-2013-0001" }));
    world.must(Who::SecondRf, engagement, "confirm-disposal", &json!({}));
}

/// A world in which everything under an engagement is disposed of.
pub fn disposed() -> (World, Subject) {
    let (mut world, engagement) = closed();
    world.at(at(OVER));
    dispose(&mut world, engagement);
    (world, engagement)
}

fn states(case: &Case) -> Vec<(Subject, Value)> {
    case.subjects().into_iter().map(|subject| (subject, case.state(subject).expect("a state"))).collect()
}

#[test]
fn an_authorized_disposal_erases_content_and_no_event() {
    let (mut world, engagement) = closed();
    world.at(at(OVER));
    let before = world.log.clone();
    dispose(&mut world, engagement);
    assert_eq!(world.log[..before.len()], before[..], "events are appended");
    let mut stages: Vec<_> = world.case.documents.values().map(|entry| entry.state.stage.name()).collect();
    stages.sort_unstable();
    assert_eq!(
        stages,
        ["erased", "erased", "erased", "erased", "rejected"],
        "every version, and what was in quarantine"
    );
    let under = |erased: Option<&Erased>| {
        let erased = erased.expect("it says so");
        assert_eq!(erased.to_string(), "erased on 2040-01-02 under DAA-0048-2013-0001, class case_file");
    };
    under(world.engagement(engagement).records.erased.as_ref());
    world.case.conditions.values().for_each(|entry| under(entry.state.erased.as_ref()));
    world.case.nominations.values().for_each(|entry| under(entry.state.erased.as_ref()));
    world.case.grants.values().for_each(|entry| under(entry.state.erased.as_ref()));
    for (subject, state) in states(&world.case) {
        let text = state.to_string();
        assert!(STATED.iter().all(|stated| !text.contains(stated)), "{subject:?}: {text}");
    }
    // What is left of the events without those whose particulars go tells nothing of it either.
    let kept = world.log.iter().filter(|event| !BEARING_CONTENT.contains(&event.event.code()));
    let kept: Vec<String> = kept.map(|event| serde_json::to_string(&event.event).expect("JSON")).collect();
    assert!(STATED.iter().all(|stated| kept.iter().all(|event| !event.contains(stated))));
    let gone = world.log.iter().filter(|event| BEARING_CONTENT.contains(&event.event.code()));
    let gone: Vec<String> = gone.map(|event| serde_json::to_string(&event.event).expect("JSON")).collect();
    assert!(
        STATED.iter().all(|stated| gone.iter().any(|event| event.contains(stated))),
        "the search could have failed"
    );
    let mut folded = Case::default();
    world.log.iter().for_each(|event| evolve(&mut folded, event));
    assert_eq!(states(&folded), states(&world.case), "folding again gives the same");
}

#[test]
fn what_is_disposed_of_is_disposed_of_once() {
    let (mut world, engagement) = disposed();
    let refused = Refusal::Unmet(vec![Unmet::DisposedOf]);
    let later = json!({ "keep_until": "2050-01-01T00:00:00Z" });
    for (who, name, body) in [
        (Who::Rf, "ask-disposal", json!({})),
        (Who::SecondRf, "confirm-disposal", json!({})),
        (Who::Rf, "review-retention", later),
    ] {
        assert_eq!(world.refused(who, engagement, name, &body), refused, "{name}");
    }
}

/// Agreements with partners outlive the engagement, and survival outlives them;
/// an incident stands against it as long as it is open.
#[test]
fn what_is_still_needed_stands_against_disposal() {
    let (mut world, engagement) = World::ready(framework(&[]), at(CLOSED), Some(at("2026-12-05T14:00:00Z")));
    let nomination = world.nominate(engagement).expect("a nomination");
    world.select(nomination);
    world.partner_ready(nomination, at("2034-12-01T14:00:00Z"));
    world.must(Who::Da, engagement, "record-release", &json!({ "kind": "partner" }));
    assert_eq!((world.stage(engagement), world.stage(nomination)), ("closed", "active"));
    let nda =
        world.case.conditions_of(nomination).next().map(|(id, _)| Subject::new(Kind::Condition, id)).expect("one");
    let refused = |world: &mut World| {
        let refusal = world.refused(Who::Rf, engagement, "ask-disposal", &json!({}));
        let Refusal::Unmet(unmet) = refusal else { panic!("{refusal:?}") };
        unmet
    };
    let needed = |record: Subject, world: &World| Unmet::StillNeeded { record: world.name(record) };
    world.at(at("2034-11-01T14:00:00Z"));
    let unmet = refused(&mut world);
    assert!(unmet.contains(&needed(nda, &world)) && unmet.contains(&needed(nomination, &world)), "{unmet:?}");
    // The agreement survives the partner's status for 60 months.
    world.at(at("2039-11-30T14:00:00Z"));
    assert_eq!(refused(&mut world), [needed(nda, &world)]);
    world.at(at("2039-12-01T14:00:00Z"));
    let report = json!({ "under": world.name(engagement), "incident_type": "loss" });
    let incident = world.create(Who::Ir, Kind::Incident, "report", &report).expect("an incident");
    assert_eq!(refused(&mut world), [needed(incident, &world)]);
}

/// Spillage is handed off before anything is erased, wherever it was reported.
#[test]
fn what_spillage_locks_is_not_disposed_of() {
    let (mut world, engagement) = closed();
    world.at(at(OVER));
    let condition = world.case.conditions.keys().next().map(|id| Subject::new(Kind::Condition, *id)).expect("one");
    let release = world.name(world.release());
    let report = json!({ "under": release, "incident_type": "spillage", "record": world.name(condition) });
    world.create(Who::Ir, Kind::Incident, "report", &report).expect("an incident");
    let needed = Unmet::StillNeeded { record: world.name(condition) };
    assert_eq!(world.refused(Who::Rf, engagement, "ask-disposal", &json!({})), Refusal::Unmet(vec![needed]));
}
