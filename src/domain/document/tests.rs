//! Stories of the document: where it may hang, which version follows which, what it counts, and the quarantine (domain
//! sections 3.5 and 7; invariants 16 and 20).

use serde_json::{Value, json};

use super::{DocumentLimits, DocumentStage, Verdict, judged, received};
use crate::domain::{
    actor::By,
    audience::Audience,
    case::happen,
    id::{Kind, Subject},
    refusal::{FieldReason, Refusal},
    testing::{PARTNER, Who, World, at, framework},
    text::Sha256Hex,
};

const NOW: &str = "2026-11-09T14:00:00Z";

fn world() -> (World, Subject) {
    World::ready(framework(&[]), at(NOW), None)
}

fn body(world: &World, to: Subject, size: u64) -> Value {
    json!({
        "attach_to": world.name(to), "name": "Mutual NDA", "document_kind": "agreement", "media_type": "application/pdf",
        "size_bytes": size, "sha256": Sha256Hex::of(b"content"), "unclassified_attestation": true,
    })
}

fn with(mut body: Value, changes: &Value) -> Value {
    let members = body.as_object_mut().expect("an object");
    members.extend(changes.as_object().cloned().expect("an object"));
    body
}

/// What a content, and a scanner, bring about.
fn arrives(world: &mut World, document: Subject, verdict: Option<Verdict>) {
    let drafts = received(&world.case, document.id, &Who::Dl.actor()).expect("is waited for");
    world.case = happen(&world.case, "", &By::from(&Who::Dl.actor()), drafts, &world.facts, world.now).unwrap().after;
    if let Some(verdict) = verdict {
        let drafts = judged(&world.case, document.id, verdict).expect("is in quarantine");
        world.case = happen(&world.case, "", &By::SCHEDULER, drafts, &world.facts, world.now).unwrap().after;
    }
}

fn upload(world: &mut World, body: &Value) -> Subject {
    world.create(Who::Dl, Kind::Document, "upload", body).expect("a document")
}

fn stage(world: &World, document: Subject) -> DocumentStage {
    world.case.documents[&document.id].state.stage
}

#[test]
fn a_version_that_passed_the_quarantine_takes_the_place_of_its_parent() {
    let (mut world, engagement) = world();
    let first_body = body(&world, engagement, 7);
    let first = upload(&mut world, &first_body);
    assert_eq!(stage(&world, first), DocumentStage::AwaitingContent);
    let next = with(first_body.clone(), &json!({ "parent": world.name(first) }));
    let early = world.refused(Who::Dl, first, "upload", &next);
    assert_eq!(early, Refusal::WrongStage { stage: "awaiting_content", allowed: vec!["available"] });
    arrives(&mut world, first, Some(Verdict::Clean));
    let second = upload(&mut world, &next);
    assert_eq!(world.refused(Who::Pl, first, "upload", &next), Refusal::AlreadyUnderWay);
    arrives(&mut world, second, None);
    assert_eq!((stage(&world, first), stage(&world, second)), (DocumentStage::Available, DocumentStage::Quarantined));
    let clean = judged(&world.case, second.id, Verdict::Clean).unwrap();
    world.case = happen(&world.case, "", &By::SCHEDULER, clean, &world.facts, world.now).unwrap().after;
    assert_eq!((stage(&world, first), stage(&world, second)), (DocumentStage::Superseded, DocumentStage::Available));
    assert_eq!(world.case.documents[&second.id].state.declared.version, 2);
    let stale = world.refused(Who::Dl, first, "upload", &next);
    assert_eq!(stale, Refusal::WrongStage { stage: "superseded", allowed: vec!["available"] });
    let other_kind = with(next, &json!({ "parent": world.name(second), "document_kind": "policy" }));
    let refused = world.refused(Who::Dl, first, "upload", &other_kind);
    assert_eq!(refused, Refusal::field("/parent", FieldReason::NoSuchRecord));
}

#[test]
fn what_the_scanner_refuses_leaves_the_version_before_it_in_its_place() {
    let (mut world, engagement) = world();
    let declared = body(&world, engagement, 7);
    let first = upload(&mut world, &declared);
    arrives(&mut world, first, Some(Verdict::Clean));
    let next = with(declared, &json!({ "parent": world.name(first) }));
    let infected = upload(&mut world, &next);
    arrives(&mut world, infected, Some(Verdict::Infected));
    assert_eq!((stage(&world, first), stage(&world, infected)), (DocumentStage::Available, DocumentStage::Rejected));
    let again = judged(&world.case, infected.id, Verdict::Clean).unwrap_err();
    assert_eq!(again, Refusal::WrongStage { stage: "rejected", allowed: vec!["quarantined"] });
    upload(&mut world, &next);
}

#[test]
fn only_who_declared_a_document_sends_it_and_only_its_organization_takes_it_back() {
    let (mut world, engagement) = world();
    let declared = body(&world, engagement, 7);
    let document = upload(&mut world, &declared);
    for who in [Who::Da, Who::Pl] {
        assert_eq!(received(&world.case, document.id, &who.actor()).unwrap_err(), Refusal::WrongSide, "{who:?}");
    }
    assert_eq!(world.refused(Who::Pl, document, "withdraw", &json!({})), Refusal::WrongSide);
    world.must(Who::Da, document, "withdraw", &json!({}));
    assert_eq!(stage(&world, document), DocumentStage::Withdrawn);
    let late = received(&world.case, document.id, &Who::Dl.actor()).unwrap_err();
    assert_eq!(late, Refusal::WrongStage { stage: "withdrawn", allowed: vec!["awaiting_content"] });
}

#[test]
fn a_content_that_does_not_come_within_a_day_is_waited_for_no_more() {
    let (mut world, engagement) = world();
    let declared = body(&world, engagement, 7);
    let document = upload(&mut world, &declared);
    world.at(at("2026-11-10T13:59:59Z"));
    assert_eq!(stage(&world, document), DocumentStage::AwaitingContent);
    world.hours(1);
    assert_eq!(stage(&world, document), DocumentStage::Lapsed);
    assert_eq!(world.case.documents[&document.id].state.since, at("2026-11-10T14:00:00Z"));
}

#[test]
fn size_and_quota_are_counted_by_organization_from_the_declaration_on() {
    let (mut world, engagement) = world();
    world.facts.documents = DocumentLimits { most_bytes: 60, quota_bytes: 100 };
    let sized = |world: &World, size| body(world, engagement, size);
    let here = engagement;
    for (size, refusal) in [
        (0, Refusal::field("/size_bytes", FieldReason::OutOfRange)),
        (61, Refusal::PayloadTooLarge),
        (u64::MAX, Refusal::PayloadTooLarge),
    ] {
        let declared = sized(&world, size);
        let refused = world.refused(Who::Dl, Subject::new(Kind::Document, here.id), "upload", &declared);
        assert_eq!(refused, refusal, "{size}");
    }
    let (full, rest, more) = (sized(&world, 60), sized(&world, 40), sized(&world, 1));
    let first = upload(&mut world, &full);
    upload(&mut world, &rest);
    let target = Subject::new(Kind::Document, here.id);
    assert_eq!(world.refused(Who::Da, target, "upload", &more), Refusal::QuotaExceeded);
    world.create(Who::Pl, Kind::Document, "upload", &full).expect("another organization has a quota of its own");
    world.must(Who::Dl, first, "withdraw", &json!({}));
    upload(&mut world, &full);
}

#[test]
fn an_executed_copy_names_the_signed_text_and_nothing_follows_it() {
    let (mut world, engagement) = world();
    let (condition, _) = world.case.conditions_of(engagement).next().expect("a condition");
    let condition = Subject::new(Kind::Condition, condition);
    let target = Subject::new(Kind::Document, engagement.id);
    let digest = world.digest(condition);
    let copy = with(body(&world, condition, 7), &json!({ "document_kind": "executed_copy", "executes": digest }));
    let elsewhere = with(copy.clone(), &json!({ "attach_to": world.name(engagement) }));
    let other_text = with(copy.clone(), &json!({ "executes": "0".repeat(64) }));
    let nothing = with(copy.clone(), &json!({ "executes": null }));
    let no_copy = with(copy.clone(), &json!({ "document_kind": "agreement" }));
    for (declared, pointer, reason) in [
        (elsewhere, "/attach_to", FieldReason::NoSuchRecord),
        (other_text, "/executes", FieldReason::WrongDigest),
        (nothing, "/executes", FieldReason::WrongDigest),
        (no_copy, "/executes", FieldReason::ExecutedCopyOnly),
    ] {
        assert_eq!(world.refused(Who::Dl, target, "upload", &declared), Refusal::field(pointer, reason));
    }
    let executed = upload(&mut world, &copy);
    arrives(&mut world, executed, Some(Verdict::Clean));
    let next = with(copy, &json!({ "parent": world.name(executed) }));
    let refused = world.refused(Who::Dl, target, "upload", &next);
    assert_eq!(refused, Refusal::field("/parent", FieldReason::ExecutedCopyOnly));
    let attach = json!({ "attach_to": world.name(engagement), "template": "nda" });
    let unsigned = world.create(Who::Dl, Kind::Condition, "attach", &attach).expect("a condition");
    let early = with(body(&world, unsigned, 7), &json!({ "document_kind": "executed_copy", "executes": digest }));
    assert!(matches!(world.refused(Who::Dl, target, "upload", &early), Refusal::WrongStage { stage: "attached", .. }));
}

/// Invariant 16: nothing hangs on a nomination that the partner might see before it is disclosed; afterwards the partner
/// belongs to the audience.
#[test]
fn a_partner_belongs_to_the_audience_of_what_hangs_on_its_own() {
    let (mut world, engagement) = world();
    let nomination = world.nominate(engagement).expect("a nomination");
    let target = Subject::new(Kind::Document, engagement.id);
    let declared = body(&world, nomination, 7);
    let early = world.refused(Who::Dl, target, "upload", &declared);
    assert!(matches!(early, Refusal::WrongStage { stage: "proposed", .. }), "{early:?}");
    world.bring_to_decision(nomination, &[Who::RvCisa, Who::RvNsa]);
    let both_sides = body(&world, engagement, 7);
    let shared = upload(&mut world, &both_sides);
    let partners = upload(&mut world, &declared);
    let condition = json!({ "attach_to": world.name(nomination), "template": "nda" });
    let condition = world.create(Who::Dl, Kind::Condition, "attach", &condition).expect("a condition");
    let below = body(&world, condition, 7);
    let below = upload(&mut world, &below);
    let audience = |document: Subject| {
        let mut events = world.log.iter().filter(|event| event.subject == document);
        events.next().expect("was declared").audience
    };
    let both = Audience::Partner(PARTNER);
    assert_eq!([audience(shared), audience(partners), audience(below)], [Audience::Shared, both, both]);
}

#[test]
fn a_draft_and_what_is_over_take_no_documents() {
    let (mut world, engagement) = world();
    let target = Subject::new(Kind::Document, engagement.id);
    let release = body(&world, world.release(), 7);
    let refused = world.refused(Who::Dl, target, "upload", &release);
    assert_eq!(refused, Refusal::field("/attach_to", FieldReason::NoSuchRecord));
    world.must(Who::Da, engagement, "withdraw", &json!({}));
    let closed = world.stage(engagement) == "closed";
    let declared = body(&world, engagement, 7);
    let answer = world.create(Who::Dl, Kind::Document, "upload", &declared);
    assert_eq!(answer.is_err(), closed);
    let mut drafting = World::new(framework(&[]), at(NOW));
    drafting.register(None);
    let draft = drafting.draft().expect("a draft");
    let declared = body(&drafting, draft, 7);
    let refused = drafting.refused(Who::Dl, target, "upload", &declared);
    assert!(matches!(refused, Refusal::WrongStage { stage: "draft", .. }), "{refused:?}");
}
