//! Which documents are in a package, under which names, and what is said of the others.

use serde_json::json;

use super::*;
use crate::domain::{
    case::Event,
    document::{self, DocumentEvent, Verdict},
    testing::{Who, World, at, framework},
};

/// A world with a document of each name and size, in the order of the list.
fn world(documents: &[(&str, &str, u64)]) -> (World, Vec<Subject>) {
    let (mut world, engagement) = World::ready(framework(&[]), at("2026-11-09T14:00:00Z"), None);
    let mut made = Vec::new();
    for (name, media_type, size) in documents {
        world.hours(1);
        let body = json!({
            "attach_to": world.name(engagement), "name": name, "document_kind": "policy", "media_type": media_type,
            "size_bytes": size, "sha256": "0".repeat(64), "unclassified_attestation": true,
        });
        made.push(world.create(Who::Dl, Kind::Document, "upload", &body).expect("a document"));
    }
    (world, made)
}

fn passes(world: &mut World, document: Subject, verdict: Verdict) {
    world.fold(document, Event::Document(DocumentEvent::ContentReceived));
    for (subject, event) in document::judged(&world.case, document.id, verdict).expect("judged") {
        world.fold(subject, event);
    }
}

fn listed(world: &World, most: u64) -> Vec<(String, Result<String, String>)> {
    let listed = contents(&world.case, world.case.subjects().into_iter(), most);
    let outcome = |content: ExportedContent| match (content.path, content.not_included) {
        (Some(path), None) => (content.name, Ok(path)),
        (None, Some(why)) => (content.name, Err(format!("{}: {}", why.reason, why.detail))),
        both => panic!("{both:?}"),
    };
    listed.into_iter().map(outcome).collect()
}

#[test]
fn each_document_has_a_file_or_a_reason() {
    let names = [
        ("../../etc/passwd", "text/plain", 5),
        ("C:\\terms.exe", "application/pdf", 5),
        ("Not sent", "text/markdown", 5),
        ("In quarantine", "text/plain", 5),
        ("Refused", "text/plain", 5),
        ("Taken back", "text/plain", 5),
    ];
    let (mut world, made) = world(&names);
    passes(&mut world, made[0], Verdict::Clean);
    passes(&mut world, made[1], Verdict::Clean);
    world.fold(made[3], Event::Document(DocumentEvent::ContentReceived));
    passes(&mut world, made[4], Verdict::Infected);
    world.must(Who::Dl, made[5], "withdraw", &json!({}));
    let path = |at: usize, end: &str| Ok(format!("contents/{}{end}", world.name(made[at])));
    let not = |why: &str| Err(why.to_owned());
    let expected = [
        path(0, ".txt"),
        path(1, ".pdf"),
        not("awaiting_content: the content was not received"),
        not("quarantined: the content waits for the scanner"),
        not("rejected: the scanner refused the content"),
        not("withdrawn: it was taken back before it was available"),
    ];
    let expected: Vec<_> = names.iter().map(|(name, ..)| (*name).to_owned()).zip(expected).collect();
    assert_eq!(listed(&world, 100), expected);
}

/// A package is bounded: what does not fit is listed, and a smaller one after it may fit.
#[test]
fn what_does_not_fit_is_listed_with_the_reason() {
    let (mut world, made) = world(&[("a", "text/plain", 60), ("b", "text/plain", 50), ("c", "text/plain", 40)]);
    for document in made {
        passes(&mut world, document, Verdict::Clean);
    }
    let included: Vec<bool> = listed(&world, 100).into_iter().map(|(_, outcome)| outcome.is_ok()).collect();
    assert_eq!(included, [true, false, true]);
    let (_, outcome) = listed(&world, 100).swap_remove(1);
    assert_eq!(outcome, Err("over_limit: the package is full; the content has an address of its own".to_owned()));
}
