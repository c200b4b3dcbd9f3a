//! The export package (domain section 7): who takes it out, that it says what the API says and nothing of another
//! audience, and that a changed one is found out without the service.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{Cursor, Write as _},
};

use anteroom::{
    app::export::{PackageError, check, unpack},
    storage::access_log::{self, AccessOutcome},
};
use serde_json::{Value, json};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::support::{
    binary::run,
    database::TestDatabase,
    matters::{self, ADELE, DANA, LARKSPUR, LENA, QUILLSTONE, SAM},
    scene::{BEA, NIA, START},
    world::{Answer, World},
};

on_both! {
    a_package_says_what_the_api_says
    a_package_has_no_trace_of_another_audience
    a_package_is_taken_out_by_those_who_may_and_the_log_says_what_for
    a_developer_takes_its_own_side_out_of_a_closed_engagement
}

/// An engagement with everything that a package may hold: agreements, a nomination, a grant, hand-offs, claims of both
/// sides and a designated marking.
async fn world(database: TestDatabase) -> (World, String) {
    let w = World::new(database, START).await;
    let engagement = matters::opened(&w, &LARKSPUR, DANA).await;
    matters::approved(&w, &LARKSPUR, &engagement, LENA).await;
    matters::approach(&w, &LARKSPUR, &engagement, "cedar_hollow").await;
    let theirs = matters::handoff(&w, LARKSPUR.liaison, &engagement, "L-1").await;
    let ours = matters::handoff(&w, LENA, &engagement, "F-1").await;
    w.act(LARKSPUR.liaison, &format!("handoffs/{theirs}/register-claim"), json!({ "claim": "d".repeat(64) })).await;
    w.act(LENA, &format!("handoffs/{ours}/register-claim"), json!({ "claim": "e".repeat(64) })).await;
    let marking = json!({
        "categories": ["PROPIN", "SP-CTI"], "controls": ["FED ONLY"], "agency": w.organization("nsa"), "contact": "RF",
    });
    w.act(DANA, &format!("engagements/{engagement}/designate-marking"), marking).await;
    (w, engagement)
}

pub async fn asked(w: &World, who: &str, engagement: &str, purpose: &str) -> Answer {
    w.post(who, &format!("engagements/{engagement}/export"), &json!({ "purpose": purpose })).await
}

/// The files of a package that must be given out.
pub async fn package(w: &World, who: &str, engagement: &str) -> BTreeMap<String, Vec<u8>> {
    let answer = asked(w, who, engagement, "own_records").await;
    assert_eq!(answer.status, 200, "{who}: {}", answer.body);
    let report = check(Cursor::new(&answer.bytes)).expect("an archive");
    assert!(report.is_clean() && report.links > 5, "{who}: {report}");
    unpack(&answer.bytes).expect("an archive")
}

pub fn json_of(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Value {
    serde_json::from_slice(&files[name]).unwrap_or_else(|error| panic!("{name}: {error}"))
}

async fn a_package_says_what_the_api_says(database: TestDatabase) {
    let (w, engagement) = world(database).await;
    for who in [LARKSPUR.liaison, DANA] {
        let files = package(&w, who, &engagement).await;
        let record = json_of(&files, "record.json");
        let (mut records, mut told) = (0, 0);
        for (kind, found) in record["records"].as_object().unwrap() {
            for view in found.as_array().unwrap() {
                let path = format!("{kind}/{}", view["reference"].as_str().unwrap());
                let mut seen = w.record(who, &path).await;
                seen.as_object_mut().unwrap().remove("allowed_actions");
                assert_eq!(*view, seen, "{who} {path}");
                told += w.record(who, &format!("{path}/timeline")).await.as_array().unwrap().len();
                records += 1;
            }
        }
        assert_eq!(records, 9, "engagement, four conditions, nomination, grant, two hand-offs");
        assert_eq!(record["timeline"].as_array().unwrap().len(), told);
        let deadlines = w.record(who, &format!("engagements/{engagement}/deadlines")).await;
        let own: Vec<&Value> = record["deadlines"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["reference"] == json!(engagement))
            .collect();
        assert_eq!(own.len(), deadlines.as_array().unwrap().len());
        let page = String::from_utf8(files["record.html"].clone()).unwrap();
        assert!(page.contains(&engagement) && page.contains("Nondisclosure"), "{page}");
        assert!(!page.contains("<script") && !page.contains("{{"), "no script, and everything filled in");
        let banner = record["banner"].as_str().unwrap();
        let sections = page.matches("<section>").count();
        assert!(page.matches(banner).count() >= sections + 2, "the banner stands on each section");
        assert!(files.keys().filter(|path| path.starts_with("documents/")).count() >= 4);
    }
    w.stop().await;
}

async fn a_package_has_no_trace_of_another_audience(database: TestDatabase) {
    let (w, engagement) = world(database).await;
    matters::opened(&w, &QUILLSTONE, DANA).await;
    let government = [
        "engagement.conflict_checked",
        "engagement.claimed",
        "engagement.signatory_assigned",
        "engagement.marking_designated",
        "\"to\": \"government\"",
        "CUI//",
        "Dana Whitlow",
        w.account(DANA),
        w.account(ADELE),
        &"e".repeat(64),
    ];
    let developer = ["engagement.drafted", "\"to\": \"developer\"", &"d".repeat(64)];
    let foreign =
        [QUILLSTONE.name, QUILLSTONE.model, QUILLSTONE.text, QUILLSTONE.liaison, w.organization("quillstone")];
    let cases = [
        (LARKSPUR.official, &government[..], &developer[..], "DEVELOPER PROPRIETARY"),
        (DANA, &developer[..], &government[..], "CUI//SP-CTI/PROPIN//FED ONLY"),
    ];
    for (who, hidden, own, banner) in cases {
        let files = package(&w, who, &engagement).await;
        let all = files.iter().map(|(path, bytes)| format!("{path}\n{}", String::from_utf8_lossy(bytes)));
        let all = all.collect::<Vec<_>>().concat();
        for trace in hidden.iter().chain(&foreign) {
            assert!(!all.contains(trace), "{who} finds {trace}");
        }
        // What the other side must not find is there for its own side: the search could have failed.
        let missing: Vec<_> = own.iter().filter(|trace| !all.contains(**trace)).collect();
        assert!(missing.is_empty(), "{who} lacks {missing:?}");
        let manifest = json_of(&files, "package.json");
        assert_eq!(manifest["banner"], banner);
        assert_eq!(manifest["header"], "UNCLASSIFIED SYSTEM - ENTER NOTHING CLASSIFIED");
        assert_eq!((&manifest["purpose"], &manifest["framework"]["id"]), (&json!("own_records"), &json!("v1.1")));
        let designated = if who == DANA { (json!("NSA"), json!("RF")) } else { (Value::Null, Value::Null) };
        assert_eq!((manifest["designated_by"].clone(), manifest["marking_contact"].clone()), designated);
    }
    w.stop().await;
}

async fn a_package_is_taken_out_by_those_who_may_and_the_log_says_what_for(database: TestDatabase) {
    let (w, engagement) = world(database).await;
    let path = format!("engagements/{engagement}/export");
    for purpose in [json!({}), json!({ "purpose": "curiosity" }), json!({ "purpose": "legal", "note": "x" })] {
        w.refused(LARKSPUR.official, &path, purpose, 422, "invalid-body").await;
    }
    for (who, status) in [(LARKSPUR.official, 200), (ADELE, 200), (LENA, 403), (SAM, 403)] {
        assert_eq!(asked(&w, who, &engagement, "legal").await.status, status, "{who}");
    }
    for who in [QUILLSTONE.official, BEA, NIA] {
        assert_eq!(asked(&w, who, &engagement, "legal").await.status, 404, "{who}");
    }
    let tx = w.store().begin_read().await.unwrap();
    let logged = access_log::newest(&tx, None, None, 1_000).await.unwrap();
    tx.end().await.unwrap();
    let mut logged: Vec<_> = logged
        .into_iter()
        .filter(|entry| entry.action == "engagement.export")
        .map(|entry| (entry.account.unwrap().to_string(), entry.outcome == AccessOutcome::Allowed, entry.detail))
        .collect();
    logged.sort();
    let entry = |who: &str, allowed, detail: &str| (w.account(who).to_owned(), allowed, detail.to_owned());
    let mut expected = vec![
        entry(LARKSPUR.official, true, "legal"),
        entry(ADELE, true, "legal"),
        entry(LENA, false, "forbidden"),
        entry(SAM, false, "forbidden"),
        entry(QUILLSTONE.official, false, "hidden"),
        entry(BEA, false, "hidden"),
        entry(NIA, false, "hidden"),
    ];
    expected.sort();
    assert_eq!(logged, expected);
    w.stop().await;
}

/// "Developers may always export their own side": no stage of the engagement stands against it.
async fn a_developer_takes_its_own_side_out_of_a_closed_engagement(database: TestDatabase) {
    let (w, engagement) = world(database).await;
    let path = |command: &str| format!("engagements/{engagement}/{command}");
    w.act(LARKSPUR.official, &path("withdraw"), json!({})).await;
    w.act(DANA, &path("close"), json!({})).await;
    let seen = w.record(LARKSPUR.liaison, &format!("engagements/{engagement}")).await;
    w.act(LARKSPUR.liaison, &path("accept-offer"), json!({ "hash": seen["offers"][0]["hash"] })).await;
    let files = package(&w, LARKSPUR.liaison, &engagement).await;
    assert_eq!(json_of(&files, "record.json")["records"]["engagements"][0]["stage"], "closed");
    w.stop().await;
}

/// Writes the files as an archive again.
pub fn packed(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        archive.start_file(path.as_str(), SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

pub fn replaced(files: &BTreeMap<String, Vec<u8>>, name: &str, from: &str, to: &str) -> BTreeMap<String, Vec<u8>> {
    let text = String::from_utf8(files[name].clone()).unwrap();
    assert!(text.contains(from), "{name} has no {from}");
    let mut changed = files.clone();
    changed.insert(name.to_owned(), text.replacen(from, to, 1).into_bytes());
    changed
}

/// The manifest made to fit again, as somebody would who forges on purpose.
pub fn with_manifest(mut files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let mut manifest = json_of(&files, "package.json");
    let entries: Vec<Value> = files
        .iter()
        .filter(|(path, _)| *path != "package.json")
        .map(|(path, bytes)| {
            json!({ "path": path, "bytes": bytes.len(), "sha256": anteroom::domain::text::Sha256Hex::of(bytes) })
        })
        .collect();
    manifest["files"] = json!(entries);
    files.insert("package.json".to_owned(), serde_json::to_vec(&manifest).unwrap());
    files
}

/// Invariant 19, offline: the command finds every forgery in an empty directory, with no settings and no database.
#[tokio::test]
async fn a_changed_package_is_found_out_offline() {
    let (w, engagement) = world(TestDatabase::sqlite().await).await;
    let files = package(&w, LARKSPUR.liaison, &engagement).await;
    let record = json_of(&files, "record.json");
    let told = record["timeline"][3]["hash"].as_str().unwrap();
    let document = files.keys().find(|path| path.starts_with("documents/")).unwrap().clone();
    let mut without_document = files.clone();
    without_document.remove(&document);
    let mut with_stranger = files.clone();
    with_stranger.insert("extra.txt".to_owned(), b"x".to_vec());
    let mut other_text = files.clone();
    other_text.insert(document.clone(), b"Other terms.".to_vec());
    let mut audit = json_of(&files, "audit.json");
    let long = |stream: &&mut Value| stream["links"].as_array().unwrap().len() > 2;
    let links = audit["streams"].as_array_mut().unwrap().iter_mut().find(long).unwrap();
    links["links"].as_array_mut().unwrap().remove(1);
    let mut shortened = files.clone();
    shortened.insert("audit.json".to_owned(), serde_json::to_vec(&audit).unwrap());
    let cases = [
        ("nothing is changed", files.clone(), None),
        ("the same files, packed anew", with_manifest(files.clone()), None),
        ("a record", replaced(&files, "record.json", "Larkspur", "Larksong"), Some("has another SHA-256")),
        ("a file is missing", without_document, Some("is missing")),
        ("a file too many", with_stranger, Some("is not in the manifest")),
        ("another text, manifest and all", with_manifest(other_text), Some("is not the text that its name says")),
        ("a link is gone, manifest and all", with_manifest(shortened), Some("place 3 in the stream where 2 belongs")),
        (
            "an event is told that never was, manifest and all",
            with_manifest(replaced(&files, "record.json", told, &"0".repeat(64))),
            Some("that is not in the ledger"),
        ),
        (
            "a header is changed, manifest and all",
            with_manifest(replaced(&files, "audit.json", "engagement.proposed", "engagement.declined")),
            Some("the link has hash"),
        ),
    ];
    let directory = tempfile::tempdir().unwrap();
    for (what, files, problem) in cases {
        std::fs::write(directory.path().join("package.zip"), packed(&files)).unwrap();
        let answer = run(directory.path(), &["verify", "--package", "package.zip"]);
        assert_eq!(answer.code, Some(if problem.is_some() { 6 } else { 0 }), "{what}: {} {}", answer.out, answer.err);
        assert!(answer.out.contains(problem.unwrap_or("Everything fits.")), "{what}: {}", answer.out);
    }
    for (what, bytes) in [("no archive", b"PK".to_vec()), ("a file twice", twice(&files))] {
        std::fs::write(directory.path().join("package.zip"), bytes).unwrap();
        let answer = run(directory.path(), &["verify", "--package", "package.zip"]);
        assert_eq!(answer.code, Some(6), "{what}: {} {}", answer.out, answer.err);
    }
    w.stop().await;
}

/// The texts are those that the record lists, whatever the manifest was made to fit.
#[tokio::test]
async fn a_package_holds_the_texts_that_its_record_lists() {
    let (w, engagement) = world(TestDatabase::sqlite().await).await;
    let files = package(&w, LARKSPUR.liaison, &engagement).await;
    let record = json_of(&files, "record.json");
    let text = files.keys().find(|path| path.starts_with("documents/")).unwrap().clone();
    let mut without = files.clone();
    without.remove(&text);
    assert_eq!(
        problems(&without, "record.json", &record),
        format!("{text}: is a text that the record lists, and is missing")
    );
    let mut with_another = files.clone();
    let another = format!("documents/{}.md", anteroom::domain::text::Sha256Hex::of(b"Terms.").as_str());
    with_another.insert(another.clone(), b"Terms.".to_vec());
    assert_eq!(
        problems(&with_another, "record.json", &record),
        format!("{another}: is a text that the record does not list"),
    );
    w.stop().await;
}

/// What the timeline tells of an event is what the event's chained header says: a hash vouches for nothing beside it.
#[tokio::test]
async fn a_told_event_is_the_one_that_is_chained() {
    let (w, engagement) = world(TestDatabase::sqlite().await).await;
    let files = package(&w, LARKSPUR.liaison, &engagement).await;
    let record = json_of(&files, "record.json");
    let told = record["timeline"].as_array().unwrap();
    let at = told.iter().position(|entry| entry["audience"]["to"] == "shared").unwrap();
    let found = |member: &str, value: Value| {
        let mut record = record.clone();
        *record["timeline"][at].pointer_mut(member).unwrap() = value;
        problems(&files, "record.json", &record)
    };
    let later = json!("2031-01-01T00:00:00Z");
    for (member, value, differs) in [
        ("/id", json!("00000000-0000-7000-8000-000000000001"), "another id"),
        ("/event", json!("engagement.closed"), "another event"),
        ("/audience", json!({ "to": "developer" }), "another audience"),
        ("/number", json!(told[at]["number"].as_i64().unwrap() + 1), "another number"),
        ("/effective_at/at", later.clone(), "another effective_at"),
        ("/effective_at/local", json!("2031-01-01 00:00:00 +00:00 UTC"), "another effective_at"),
        ("/recorded_at/at", later, "another recorded_at"),
        ("/recorded_at/local", json!("yesterday"), "another recorded_at"),
        ("/record", json!("COND-2026-ZZZZZZ"), "that is not in the ledger"),
    ] {
        let problems = found(member, value);
        assert!(problems.contains(differs), "{member}: {problems}");
    }
    let same =
        found("/effective_at/at", json!(told[at]["effective_at"]["at"].as_str().unwrap().replace('Z', "+00:00")));
    assert_eq!(same, "", "the same instant, written otherwise");
    let mut second = record.clone();
    second["timeline"].as_array_mut().unwrap().push(told[at].clone());
    assert!(problems(&files, "record.json", &second).contains("twice"), "an event is told twice");
    let mut audit = json_of(&files, "audit.json");
    let stream = audit["streams"][0].clone();
    audit["streams"].as_array_mut().unwrap().push(stream);
    assert!(problems(&files, "audit.json", &audit).contains("twice"), "a stream stands twice");
    let mut audit = json_of(&files, "audit.json");
    let header = audit["streams"][0]["links"][0]["header"].as_str().unwrap();
    audit["streams"][0]["links"][0]["header"] =
        json!(header.replacen('{', &format!("{{\"a\":[{}0],", "0,".repeat(4096)), 1));
    assert!(problems(&files, "audit.json", &audit).contains("cannot be read"), "a header without end");
    w.stop().await;
}

/// What is found of a package with another file in it, manifest and all.
fn problems(files: &BTreeMap<String, Vec<u8>>, name: &str, changed: &Value) -> String {
    let mut files = files.clone();
    files.insert(name.to_owned(), serde_json::to_vec(changed).unwrap());
    let report = check(Cursor::new(packed(&with_manifest(files)))).unwrap();
    report.problems.into_iter().map(|found| format!("{}: {}", found.file, found.problem)).collect::<Vec<_>>().join("\n")
}

/// A file that was made to exhaust whoever checks it is not read on: a JSON file of more than 64 MiB, an archive that
/// declares more files than any package has, a file of more bytes than the product writes.
#[test]
fn a_package_that_is_too_large_is_not_read_on() {
    let large = |name: &str, bytes: usize| packed(&BTreeMap::from([(name.to_owned(), vec![b' '; bytes])]));
    let too_large = |package: Vec<u8>| matches!(check(Cursor::new(package)), Err(PackageError::TooLarge));
    let most = 64 << 20;
    assert!(!too_large(large("record.json", most)) && too_large(large("record.json", most + 1)));
    let mut many = large("record.json", 1);
    let count = many.len() - 22 + 10;
    many[count..count + 2].copy_from_slice(&u16::MAX.to_le_bytes());
    assert!(too_large(many));
    let directory = tempfile::tempdir().unwrap();
    File::create(directory.path().join("package.zip")).unwrap().set_len((256 << 20) + 1).unwrap();
    let answer = run(directory.path(), &["verify", "--package", "package.zip"]);
    assert!(answer.code == Some(6) && answer.err.contains("too large"), "{:?}: {}", answer.code, answer.err);
}

/// The archive with its second file under the name of the first: programs would show one or the other.
fn twice(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut renamed = files.clone();
    let (first, bytes) = files.first_key_value().unwrap();
    let other: String = first.chars().rev().collect();
    renamed.insert(other.clone(), bytes.clone());
    let mut archive = packed(&renamed);
    let (from, to) = (other.as_bytes(), first.as_bytes());
    for start in 0..archive.len() - from.len() {
        if archive[start..].starts_with(from) {
            archive[start..start + from.len()].copy_from_slice(to);
        }
    }
    archive
}

/// The claim that the command computes is the one that the service compares; the identifier is no argument.
#[test]
fn the_command_computes_a_claim_from_standard_input() {
    let directory = tempfile::tempdir().unwrap();
    let salt: Vec<String> = (0..32).map(|byte| format!("{byte:02x}")).collect();
    let salt = salt.concat();
    let asked = |input: &str, more: &[&str]| {
        let arguments: Vec<&str> = ["claim", "--salt", &salt].iter().chain(more).copied().collect();
        crate::support::binary::run_with(directory.path(), &arguments, input)
    };
    let digest: anteroom::domain::text::Sha256Hex = salt.clone().try_into().unwrap();
    let expected = anteroom::domain::handoff::claim::claim(&digest, "CVE-2026-12345");
    assert_eq!(asked(" cve-2026-12345 \n", &[]).out.trim(), expected.as_str());
    assert_eq!(asked("CVE-2026-12345", &["--json"]).json()["claim"], expected.as_str());
    assert_eq!(asked(" \n", &[]).code, Some(2));
    assert_eq!(asked("", &["CVE-2026-12345"]).code, Some(2), "the identifier is not taken as an argument");
}
