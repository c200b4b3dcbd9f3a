//! Export packages hold the documents that their reader may read, and no others; a changed one is found out without the
//! service.

use std::io::Cursor;

use anteroom::{app::export::check, storage::access_log};
use serde_json::json;

use super::{
    clerk::{self, Clerk},
    places::raw,
};
use crate::export::{asked, json_of, package, packed, replaced, with_manifest};
use crate::support::{
    binary::run,
    database::TestDatabase,
    matters::{self, DANA, LARKSPUR, QUILLSTONE},
    scene::{BEA, START, upload},
    world::World,
};

at_both_doors! {
    a_package_has_the_documents_that_its_reader_may_read
}

/// The other developer's document has the same name, and stands in no package of this one.
async fn a_package_has_the_documents_that_its_reader_may_read(w: World) {
    let (clerk, engagement) = (Clerk::of(&w), clerk::engagement(&w).await);
    let nomination = matters::approach(&w, &LARKSPUR, &engagement, "cedar_hollow").await;
    matters::disclose(&w, &LARKSPUR, BEA, &nomination).await;
    let terms = clerk.file(&engagement, "../terms.exe", "text/markdown", b"First terms").await;
    let newer = clerk.version(&engagement, &terms, b"Second terms").await;
    let scan = clerk.file(&nomination, "Scan", "application/pdf", &clerk::pdf("of the partner's")).await;
    let waiting = clerk.declare(LARKSPUR.liaison, &upload(&engagement, "Later", "text/plain", b"Later")).await;
    let release = matters::release(&w, &QUILLSTONE, "2026-12-23T09:00:00-05:00").await;
    let other = matters::proposal(&w, &QUILLSTONE, &release).await;
    let foreign = clerk.declare(QUILLSTONE.liaison, &upload(&other, "Terms", "text/plain", b"Of the other")).await;
    clerk.send(QUILLSTONE.liaison, &foreign, "text/plain", b"Of the other").await.succeeded("the other's");
    let expected = [
        (terms.as_str(), ".md", b"First terms".to_vec()),
        (newer.as_str(), ".md", b"Second terms".to_vec()),
        (scan.as_str(), ".pdf", clerk::pdf("of the partner's")),
    ];
    for who in [LARKSPUR.official, DANA] {
        let files = package(&w, who, &engagement).await;
        let contents = files.keys().filter(|path| path.starts_with("contents/"));
        assert_eq!(contents.count(), expected.len(), "{who}: {:?}", files.keys());
        let manifest = json_of(&files, "package.json");
        for (document, end, bytes) in &expected {
            let path = format!("contents/{document}{end}");
            assert_eq!(files.get(&path), Some(bytes), "{who} {path}");
            let named = manifest["files"].as_array().unwrap().iter().find(|file| file["path"] == json!(path)).unwrap();
            assert_eq!((&named["sha256"], &named["bytes"]), (&json!(clerk::digest(bytes)), &json!(bytes.len())));
        }
        let page = String::from_utf8(files["record.html"].clone()).unwrap();
        let line = format!("<h2>{waiting}: Later</h2>");
        assert!(page.contains(&line) && page.contains("Not included: the content was not received"), "{page}");
        for (path, bytes) in &files {
            let text = String::from_utf8_lossy(bytes);
            assert!(!text.contains("Of the other") && !text.contains(&foreign), "{who} finds the other's in {path}");
        }
    }
    reads_are_logged(&w, &[&terms, &newer, &scan]).await;
    // An object that is missing is no package with one document less.
    let gone = "DELETE FROM document_content WHERE object_id IN (SELECT max(object_id) FROM document_content)";
    assert_eq!(raw(&w, gone, gone).await, 1);
    let statuses = [asked(&w, DANA, &engagement, "audit").await, asked(&w, QUILLSTONE.liaison, &other, "audit").await];
    let refused = statuses.iter().find(|answer| answer.status == 500).expect("one of the two engagements lacks it");
    assert_eq!(refused.body["type"], "/problems/content-damaged");
    assert!(refused.body["detail"].as_str().unwrap().ends_with(": the content is missing"), "{}", refused.body);
    w.stop().await;
}

/// Invariant 19: each content that went out is a read of its document.
async fn reads_are_logged(w: &World, documents: &[&String]) {
    let tx = w.store().begin_read().await.unwrap();
    let logged = access_log::newest(&tx, None, None, 1_000).await.unwrap();
    tx.end().await.unwrap();
    let read = logged.into_iter().filter(|entry| entry.detail == "export" && entry.action == "document.read");
    let mut read: Vec<String> = read.map(|entry| entry.reference.unwrap()).collect();
    read.sort();
    let mut expected: Vec<String> =
        documents.iter().flat_map(|document| [(*document).clone(), (*document).clone()]).collect();
    expected.sort();
    assert_eq!(read, expected, "once by each of the two");
}

/// Offline: the content is the one that the record says, whatever the manifest was made to fit.
#[tokio::test]
async fn a_changed_document_of_a_package_is_found_out_offline() {
    let w = World::new(TestDatabase::sqlite().await, START).await;
    let engagement = clerk::engagement(&w).await;
    let document = Clerk::of(&w).file(&engagement, "Terms", "text/plain", b"Terms").await;
    let path = format!("contents/{document}.txt");
    let files = package(&w, LARKSPUR.liaison, &engagement).await;
    let mut without = files.clone();
    without.remove(&path);
    let mut with_another = files.clone();
    with_another.insert("contents/DOC-2026-ZZZZZZ.txt".to_owned(), b"x".to_vec());
    let other = replaced(&files, &path, "Terms", "Tales");
    let unsaid = replaced(&files, "record.json", &format!("\"path\": \"{path}\""), "\"page\": null");
    let cases = [
        ("nothing is changed", files, None),
        ("another content", other.clone(), Some("has another SHA-256")),
        ("another content, manifest and all", with_manifest(other), Some("is not the content of")),
        ("it is gone, manifest and all", with_manifest(without), Some("is not the content of")),
        ("one too many, manifest and all", with_manifest(with_another), Some("is the content of no document")),
        ("neither file nor reason, manifest and all", with_manifest(unsaid), Some("does not say whether the content")),
    ];
    let directory = tempfile::tempdir().unwrap();
    for (what, files, problem) in cases {
        let package = packed(&files);
        assert_eq!(check(Cursor::new(&package)).unwrap().is_clean(), problem.is_none(), "{what}");
        std::fs::write(directory.path().join("package.zip"), package).unwrap();
        let answer = run(directory.path(), &["verify", "--package", "package.zip"]);
        assert_eq!(answer.code, Some(if problem.is_some() { 6 } else { 0 }), "{what}: {} {}", answer.out, answer.err);
        assert!(answer.out.contains(problem.unwrap_or("1 document(s)")), "{what}: {}", answer.out);
    }
    w.stop().await;
}
