//! The workflow's tables: a command outside its stages is refused as such and leaves nothing, in every stage of every
//! kind of aggregate.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Case, Event, decide, evolve};
use crate::{
    authz::permit::Permit,
    domain::{
        command::Command,
        document::DocumentEvent,
        id::{Kind, RecordId, Subject},
        refusal::Refusal,
        testing::{CISA, Who, World, at, framework},
        time::{Instant, plus},
        workflow,
    },
};

/// A body that can be read for each command that needs one.
fn body(name: &str) -> Value {
    let (zeros, later) = ("0".repeat(64), "2026-12-01T14:00:00Z");
    match name {
        "submit" => json!({ "unclassified_attestation": true, "no_weights_or_scores_attestation": true }),
        "request-info" => json!({ "question": "Which?", "unclassified_attestation": true }),
        "answer-info" => json!({ "answer": "This.", "unclassified_attestation": true }),
        "record-determination" => json!({
            "reference": "D", "date": "2026-11-01", "result": "not_stated", "framework_eligible": true,
            "releasability_confirmed": true, "consultations": [{ "office": "cisa", "on": "2020-01-02" }],
        }),
        "close-undetermined" => json!({ "reason": "duplicate" }),
        "supersede" => json!({ "by": "INQ-2026-000000", "reason": "model_changed" }),
        "propose" => json!({ "unclassified_attestation": true, "release_declaration": "new_release" }),
        "transfer" => json!({ "liaison": Who::Gs.account() }),
        "name-lead" => json!({ "lead": Who::Dl.account() }),
        "dispute-sameness" => json!({ "release": "REL-2026-000000" }),
        "assign-signatory" => json!({ "signatory": Who::Gs.account() }),
        "schedule-window" => json!({ "open_at": later }),
        "suspend-window" => json!({ "reason": "unstated" }),
        "lower-end" => json!({ "earlier_end": later }),
        "migrate-framework" => json!({ "to": "v1.1" }),
        "extend-window" => json!({ "release_bound": later }),
        "accept-offer" | "retract-offer" | "accept-agreement" | "retract-agreement" => json!({ "hash": zeros }),
        "record-release" => json!({ "kind": "partner" }),
        "register-item" => json!({ "reference": "I-1", "disposition": "return" }),
        "certify-item" => json!({
            "reference": "I-1", "method": "purge", "done_on": "2026-11-01", "performed_by": "A", "validated_by": "B",
        }),
        "accept-certificate" | "dispute-certificate" => json!({ "reference": "I-1" }),
        "except-item" => json!({ "reference": "I-1", "authority": "44 USC 31", "custodian": "Office" }),
        "upload-text" => json!({ "text": "Text", "parent": zeros, "unclassified_attestation": true }),
        "offer-agreement" => json!({ "digest": zeros, "effective_at": later }),
        "sign" | "sign-screening-nda" => json!({ "digest": zeros, "typed_name": "A", "capacity": "B", "intent": true }),
        "state-criteria" => json!({ "criteria": {}, "unclassified_attestation": true }),
        "assign-reviewer" => json!({ "reviewer": Who::RvCisa.account() }),
        "upload" => json!({
            "attach_to": "ENG-2026-000000", "name": "NDA", "document_kind": "agreement", "media_type": "text/plain",
            "size_bytes": 1, "sha256": zeros, "unclassified_attestation": true,
        }),
        "begin-conditions" => json!({ "term_ends_at": later }),
        "assess" => json!({ "severity": "low" }),
        "record-detail" => json!({ "reference": "D", "unclassified_attestation": true }),
        "implicate" | "clear-grants" => json!({ "grants": [] }),
        "hand-off" => json!({ "reference": "H", "date": "2026-11-01", "unclassified_attestation": true }),
        "designate-confidential" | "withdraw-designation" => json!({ "part": "inquiry" }),
        "review-retention" => json!({ "keep_until": later }),
        "record-search" => json!({ "responsive": true }),
        "record-delivery" => json!({ "reference": "M-1" }),
        "object" => json!({ "grounds": "trade_secret", "statement": "Ours.", "unclassified_attestation": true }),
        "record-decision" => json!({ "decision": "disclose", "decided_on": "2026-11-01", "reference": "D-9" }),
        "plan-disclosure" => json!({ "on": "2027-12-01" }),
        "record-outcome" => json!({ "outcome": "disclosed" }),
        "designate-marking" => json!({ "categories": ["PROPIN"], "agency": CISA, "contact": "PL" }),
        "deliver" => json!({ "delivered_on": "2026-11-09" }),
        "state-case-id" => json!({ "case_id": "VU#1" }),
        "record-acknowledgement" => json!({ "acknowledged_on": "2026-11-09", "reference": "A-1" }),
        "change-tlp" => json!({ "tlp": "TLP:RED" }),
        "change-embargo" => json!({ "embargo": null }),
        "register-claim" => json!({ "claim": zeros }),
        _ => json!({}),
    }
}

/// `acknowledge` is several commands by one name.
pub fn body_of(kind: Kind, name: &str) -> Value {
    match (kind, name) {
        (Kind::Engagement, "acknowledge") => json!({ "conflict_check": true }),
        (Kind::Condition, "acknowledge") => json!({ "digest": "0".repeat(64), "intent": true }),
        (Kind::Handoff, "acknowledge") => body("record-acknowledgement"),
        (Kind::Handoff, "record-outcome") => json!({ "outcome": "attend" }),
        _ => body(name),
    }
}

const NOW: &str = "2026-11-09T14:00:00Z";

fn world() -> (World, Subject) {
    World::ready(framework(&[]), at(NOW), Some(at("2026-12-05T14:00:00Z")))
}

fn inquiries() -> World {
    let (mut world, _) = world();
    let release = world.name(world.release());
    let attested = body("submit");
    let begin = |world: &mut World| {
        let body = json!({ "release": release, "question": "Is it covered?" });
        let inquiry = world.create(Who::Dl, Kind::Inquiry, "draft", &body).expect("an inquiry");
        world.must(Who::Dl, inquiry, "submit", &attested);
        world.must(Who::Pl, inquiry, "acknowledge", &json!({}));
        inquiry
    };
    let withdrawn = begin(&mut world);
    world.must(Who::Dt, withdrawn, "request-info", &body("request-info"));
    world.must(Who::Dl, withdrawn, "answer-info", &body("answer-info"));
    world.must(Who::Dl, withdrawn, "withdraw", &json!({}));
    let undetermined = begin(&mut world);
    world.must(Who::Dt, undetermined, "begin-assessment", &json!({}));
    world.must(Who::Dt, undetermined, "close-undetermined", &body("close-undetermined"));
    let (older, newer) = (world.determine(true), world.determine(true));
    let by = world.name(newer);
    world.must(Who::Dt, older, "supersede", &json!({ "by": by, "reason": "model_changed" }));
    world
}

/// An engagement from draft to closed, with every stage of its conditions and grants.
fn engagements() -> World {
    let (mut world, engagement) = world();
    let soon = plus(world.now, TimeDelta::hours(2));
    world.condition(engagement, "confidentiality", Some(soon));
    let waived = world.condition(engagement, "ip_protection", None);
    let attach = json!({ "attach_to": world.name(engagement), "template": "nondisclosure", "required": false });
    let signed = world.create(Who::Dl, Kind::Condition, "attach", &attach).expect("a condition");
    let text = json!({ "text": "Our text", "parent": world.digest(signed), "unclassified_attestation": true });
    world.must(Who::Pl, signed, "upload-text", &text);
    let offer = json!({ "digest": world.digest(signed), "effective_at": plus(world.now, TimeDelta::days(9)) });
    world.must(Who::Dl, signed, "offer-agreement", &offer);
    let hash = world.case.conditions[&signed.id].state.offers[0].hash.clone();
    world.must(Who::Pl, signed, "accept-agreement", &json!({ "hash": hash }));
    world.sign(Who::Da, signed).expect("signs");
    world.sign(Who::Gs, signed).expect("signs");
    let revoked = world.evaluator(engagement, Who::Ev);
    world.must(Who::Da, revoked, "revoke", &json!({}));
    let grant = world.evaluator(engagement, Who::Ev);
    world.request(Who::Pl, engagement, Who::SecondEv).expect("a grant");
    world.must(Who::Da, waived, "waive", &json!({}));
    world.schedule(engagement, plus(world.now, TimeDelta::hours(1)), None).expect("can be scheduled");
    world.hours(1);
    handoffs(&mut world, engagement);
    world.must(Who::Pl, engagement, "suspend-window", &body("suspend-window"));
    world.two_keys([Who::Pl, Who::Da], engagement, "resume-window", &json!({})).expect("resumes");
    world.must(Who::Da, grant, "suspend", &json!({}));
    world.hours(2);
    let (nda, _) = world.case.conditions_of(engagement).next().expect("the first condition");
    world.must(Who::Dl, Subject::new(Kind::Condition, nda), "report-breach", &json!({}));
    world.must(Who::Pl, engagement, "close-window", &json!({}));
    world.two_keys([Who::Pl, Who::Dl], engagement, "close", &json!({})).expect("closes");
    world
}

/// One hand-off to the end, one withdrawn.
fn handoffs(world: &mut World, engagement: Subject) {
    let [closed, withdrawn] = ["F-1", "F-2"].map(|finding| {
        let body = json!({
            "engagement": world.name(engagement), "finding": finding, "channel": "encrypted_mail", "tlp": "TLP:AMBER",
            "unclassified_attestation": true,
        });
        world.create(Who::Ev, Kind::Handoff, "record", &body).expect("a hand-off")
    });
    world.must(Who::Ev, closed, "deliver", &body("deliver"));
    world.must(Who::Dl, closed, "acknowledge", &body("record-acknowledgement"));
    world.must(Who::Pl, closed, "close", &json!({}));
    world.must(Who::Pl, withdrawn, "withdraw", &json!({}));
}

fn nominations() -> Vec<World> {
    let (mut base, engagement) = world();
    let nomination = base.nominate(engagement).expect("a nomination");
    let mut withdrawn = base.clone();
    withdrawn.must(Who::Dl, nomination, "withdraw", &json!({}));
    let mut declined = base.clone();
    declined.bring_to_decision(nomination, &[Who::RvCisa, Who::RvNsa]);
    declined.must(Who::Da, nomination, "decline", &json!({}));
    base.select(nomination);
    let mut lapsed = base.clone();
    lapsed.must(Who::Pl, nomination, "begin-conditions", &json!({ "term_ends_at": "2027-06-01T00:00:00Z" }));
    lapsed.at(at("2027-01-01T00:00:00Z"));
    base.partner_ready(nomination, at("2027-03-01T00:00:00Z"));
    base.must(Who::Da, engagement, "record-release", &body("record-release"));
    base.must(Who::Ir, nomination, "suspend", &json!({}));
    base.must(Who::Ir, nomination, "lift-suspension", &json!({}));
    let mut revoked = base.clone();
    revoked.must(Who::Da, nomination, "revoke", &json!({}));
    base.at(at("2027-03-02T00:00:00Z"));
    vec![withdrawn, declined, lapsed, revoked, base]
}

/// An incident from its report to its end.
fn incidents() -> World {
    let (mut world, engagement) = world();
    let reported = json!({ "under": world.name(engagement), "incident_type": "loss" });
    let incident = world.create(Who::Dl, Kind::Incident, "report", &reported).expect("an incident");
    for command in ["contain", "assess", "notify-developer", "record-detail"] {
        world.must(Who::Ir, incident, command, &body(command));
    }
    world.must(Who::Da, incident, "acknowledge-notice", &json!({}));
    world.must(Who::Ir, incident, "close", &json!({}));
    world
}

/// A request from its log to its outcome.
fn requests() -> World {
    let (mut world, engagement) = world();
    let request = world.request_records(engagement).expect("a request");
    world.notify_submitter(request);
    world.must(Who::Dl, request, "acknowledge-notice", &json!({}));
    world.must(Who::Da, request, "object", &body("object"));
    world.must(Who::Rf, request, "record-decision", &body("record-decision"));
    world.must(Who::Rf, request, "plan-disclosure", &json!({ "on": "2026-12-15" }));
    world.must(Who::Rf, request, "send-disclosure-notice", &json!({}));
    world.must(Who::Rf, request, "record-delivery", &body("record-delivery"));
    world.at(at("2026-12-15T15:00:00Z"));
    world.must(Who::Rf, request, "record-outcome", &body("record-outcome"));
    world
}

/// Documents in every stage. Contents and verdicts come without a command.
fn documents() -> World {
    let (mut world, engagement) = world();
    let declared = |world: &World, parent: Option<Subject>| {
        let mut body = body("upload");
        body["attach_to"] = json!(world.name(engagement));
        body["parent"] = json!(parent.map(|parent| world.name(parent)));
        body
    };
    let upload = |world: &mut World, parent: Option<Subject>| {
        let body = declared(world, parent);
        world.create(Who::Da, Kind::Document, "upload", &body).expect("a document")
    };
    let [taken_back, refused, first, lapses] = [(); 4].map(|()| upload(&mut world, None));
    world.must(Who::Da, taken_back, "withdraw", &json!({}));
    for (document, event) in [
        (refused, DocumentEvent::ContentReceived),
        (refused, DocumentEvent::Rejected),
        (first, DocumentEvent::ContentReceived),
        (first, DocumentEvent::Released),
    ] {
        world.fold(document, Event::Document(event));
    }
    let second = upload(&mut world, Some(first));
    world.fold(second, Event::Document(DocumentEvent::ContentReceived));
    world.fold(first, Event::Document(DocumentEvent::Superseded { by: second.id }));
    world.hours(24);
    assert_eq!(world.stage(lapses), "lapsed");
    world
}

/// Stories that come through every stage.
pub fn stories() -> Vec<World> {
    [inquiries(), engagements(), incidents(), requests(), documents()].into_iter().chain(nominations()).collect()
}

/// One case for every stage that the stories come through, found by folding them event by event.
pub fn every_stage() -> BTreeMap<(Kind, &'static str), (Case, Subject, World, Instant)> {
    let mut found = BTreeMap::new();
    for world in stories() {
        let mut case = Case::default();
        for happened in &world.log {
            evolve(&mut case, happened);
            let subject = happened.subject;
            let stage = case.promoted(subject).expect("a record").stage;
            let entry = || (case.clone(), subject, world.clone(), happened.effective_at);
            found.entry((subject.kind, stage)).or_insert_with(entry);
        }
    }
    found
}

/// The kinds that go through stages.
fn staged() -> impl Iterator<Item = Kind> {
    Kind::ALL.into_iter().filter(|kind| workflow::stages(*kind).len() > 1)
}

#[test]
fn a_command_outside_its_stages_is_refused_in_every_stage() {
    let stages = every_stage();
    let (mut inside, mut outside) = (0, 0);
    for kind in staged() {
        for &stage in workflow::stages(kind) {
            let Some((case, subject, world, now)) = stages.get(&(kind, stage)) else {
                panic!("no story comes to {} {stage}", kind.name())
            };
            for action in Command::actions(kind) {
                let allowed = workflow::stages_of(*action);
                if allowed.is_empty() {
                    continue;
                }
                let json = serde_json::to_vec(&body_of(kind, action.name)).expect("JSON");
                let command = Command::parse(kind, action.name, &json).expect("a command").expect("a body");
                let permit = Permit::for_tests(&Who::Da.actor(), *action);
                let decided = decide(case, *subject, "X", &permit, &command, &world.facts, *now);
                let refused = Refusal::WrongStage { stage, allowed: allowed.clone() };
                if allowed.contains(&stage) {
                    inside += 1;
                    assert_ne!(decided.as_ref().err(), Some(&refused), "{action} in {stage}");
                } else {
                    outside += 1;
                    assert_eq!(decided.err(), Some(refused), "{action} in {stage}");
                }
            }
        }
    }
    assert!(inside > 130 && outside > 350, "{inside} inside, {outside} outside");
}

/// Every command but those that make a record has its row, and the rows name stages that exist.
#[test]
fn the_tables_name_every_command_and_real_stages() {
    for kind in staged() {
        let names = workflow::stages(kind);
        for action in Command::actions(kind) {
            let rows = workflow::stages_of(*action);
            let creates = ["draft", "attach", "request", "report", "log", "upload", "record"].contains(&action.name)
                || (kind == Kind::Nomination && action.name == "propose");
            assert_eq!(rows.is_empty(), creates, "{action}");
            assert!(rows.iter().all(|stage| names.contains(stage)), "{action}: {rows:?}");
        }
    }
}

/// A command on a record that the case does not have is refused, whatever it is.
#[test]
fn nothing_happens_to_what_does_not_exist() {
    let world = World::new(framework(&[]), at(NOW));
    for kind in staged() {
        for action in Command::actions(kind).iter().filter(|action| !workflow::stages_of(**action).is_empty()) {
            let json = serde_json::to_vec(&body_of(kind, action.name)).expect("JSON");
            let command = Command::parse(kind, action.name, &json).expect("a command").expect("a body");
            let nobody = Subject::new(kind, RecordId(uuid::Uuid::from_u128(77)));
            let permit = Permit::for_tests(&Who::Da.actor(), *action);
            let decided = decide(&world.case, nobody, "X", &permit, &command, &world.facts, world.now);
            assert!(matches!(decided, Err(Refusal::WrongStage { stage: "none", .. })), "{action}");
        }
    }
}

/// Event codes name their kind first, so that a stream can be read without its states.
#[test]
fn event_codes_begin_with_their_kind() {
    for world in stories() {
        for happened in &world.log {
            let event: &Event = &happened.event;
            assert!(event.code().starts_with(&format!("{}.", event.kind().name())), "{}", event.code());
            assert_eq!(event.kind(), happened.subject.kind);
        }
    }
}
