//! What is taken: the declared bytes, of a kind that cannot run, within the limits (ASVS 5.2.1, 5.2.2).

use anteroom::storage::access_log::{self, AccessOutcome};
use serde_json::json;

use super::clerk::{Clerk, digest, engagement, pdf};
use crate::support::{
    database::TestDatabase,
    scene::{DANA, INES, START, TOBIAS, upload},
    world::World,
};

at_both_doors! {
    a_document_is_declared_sent_and_fetched
    versions_follow_one_another_and_can_be_compared
}

on_both! {
    what_is_more_than_the_limits_is_not_taken
}

const TERMS: &[u8] = "# Terms\n\nThe partner keeps it for two years.\n".as_bytes();

async fn a_document_is_declared_sent_and_fetched(w: World) {
    let (clerk, engagement) = (Clerk::of(&w), engagement(&w).await);
    let document = clerk.declare(INES, &upload(&engagement, "Terms \"A\"/../x.html", "text/markdown", TERMS)).await;
    assert_eq!(clerk.stage(&document).await, "awaiting_content");
    clerk.content(INES, &document).await.is(409, "wrong-stage", "before the content came");
    let shorter = &TERMS[..TERMS.len() - 1];
    let other: Vec<u8> = TERMS.iter().map(|byte| if *byte == b'w' { b'v' } else { *byte }).collect();
    for (content, media_type, what) in [
        (shorter, "text/markdown", "a byte is missing"),
        (&other, "text/markdown", "another digest"),
        (TERMS, "text/plain", "another type than declared"),
        (TERMS, "application/pdf", "another type than declared"),
        (b"", "text/markdown", "nothing"),
    ] {
        clerk.send(INES, &document, media_type, content).await.is(422, "content-refused", what);
    }
    for media_type in ["text/markdown; charset=latin-1", "text/markdown; boundary=x", "\u{fc}"] {
        let refused = clerk.send(INES, &document, media_type, TERMS).await;
        assert!((400..500).contains(&refused.status), "{media_type}: {}", refused.body);
    }
    for (who, problem) in [(TOBIAS, "wrong-side"), (DANA, "wrong-side")] {
        clerk.send(who, &document, "text/markdown", TERMS).await.is(409, problem, "only who declared it sends it");
    }
    assert_eq!(clerk.stage(&document).await, "awaiting_content");
    let sent = clerk.send(INES, &document, "text/markdown; charset=UTF-8", TERMS).await.succeeded("the content");
    assert_eq!((sent.body["stage"].as_str(), sent.body["version"].as_u64()), (Some("available"), Some(1)));
    clerk.send(INES, &document, "text/markdown", TERMS).await.is(409, "wrong-stage", "once");
    for who in [INES, TOBIAS, DANA] {
        let fetched = clerk.content(who, &document).await.succeeded(who);
        assert_eq!(fetched.bytes, TERMS);
        for (header, value) in [
            ("content-type", "text/plain; charset=utf-8"),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "sandbox; default-src 'none'; frame-ancestors 'none'"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-store"),
            ("etag", &format!("\"{}\"", digest(TERMS))),
            (
                "content-disposition",
                "attachment; filename=\"Terms _A__.._x.html.md\"; filename*=UTF-8''Terms%20_A__.._x.html.md",
            ),
        ] {
            assert_eq!(fetched.header(header), value, "{header}");
        }
    }
    let listed = clerk.get(DANA, &format!("engagements/{engagement}/documents")).await.body;
    assert_eq!((&listed[0]["digest"], &listed[0]["body"]), (&json!(digest(TERMS)), &json!(null)));
    let shown = &listed[0]["document"];
    assert_eq!((&shown["reference"], &shown["size_bytes"]), (&json!(document), &json!(TERMS.len())));
    assert_eq!(shown["uploaded_by"]["name"], "Ines Varga");
    let codes = clerk.get(DANA, &format!("documents/{document}/timeline")).await.body;
    let codes: Vec<&str> = codes.as_array().unwrap().iter().filter_map(|event| event["event"].as_str()).collect();
    assert_eq!(codes, ["document.declared", "document.content_received", "document.released"]);
    assert_eq!(reads(&w, &document).await, 4, "each fetch, and the try before, is logged");
    assert!(w.app.verify().await.unwrap().is_clean());
    w.stop().await;
}

/// Invariant 19: content reads are logged.
async fn reads(w: &World, document: &str) -> usize {
    let tx = w.store().begin_read().await.unwrap();
    let entries = access_log::newest(&tx, None, None, 1_000).await.unwrap();
    tx.end().await.unwrap();
    let read = entries.iter().filter(|entry| {
        entry.outcome == AccessOutcome::Allowed
            && entry.detail == "content"
            && entry.reference.as_deref() == Some(document)
    });
    read.count()
}

async fn versions_follow_one_another_and_can_be_compared(w: World) {
    let (clerk, engagement) = (Clerk::of(&w), engagement(&w).await);
    let first = clerk.file(&engagement, "Terms", "text/markdown", TERMS).await;
    let longer = String::from_utf8(TERMS.to_vec()).unwrap().replace("two", "five");
    let second = clerk.version(&engagement, &first, longer.as_bytes()).await;
    assert_eq!((clerk.stage(&first).await, clerk.stage(&second).await), ("superseded".into(), "available".into()));
    let mut stale = upload(&engagement, "Terms", "text/markdown", TERMS);
    stale["parent"] = json!(first);
    clerk.post(DANA, "documents", &stale).await.is(409, "wrong-stage", "the parent is not the newest");
    assert_eq!(clerk.content(DANA, &first).await.succeeded("the older one").bytes, TERMS);
    let named = clerk.get(DANA, &format!("documents/{second}/difference?from={first}")).await.succeeded("named");
    let implied = clerk.get(DANA, &format!("documents/{second}/difference")).await.succeeded("implied");
    assert_eq!(named.body, implied.body);
    let lines = named.body["hunks"][0]["lines"].as_array().unwrap();
    let changed = lines.iter().flat_map(|line| line["parts"].as_array().unwrap());
    let changed: Vec<_> = changed.filter(|part| part["changed"] == true).map(|part| part["text"].clone()).collect();
    assert_eq!(changed, [json!("two"), json!("five")]);
    assert!(named.body["unified"].as_str().unwrap().contains("\n-The partner keeps it for two years.\n+The partner"));
    assert_eq!(named.body["from_sha256"], json!(digest(TERMS)));
    let difference = |of: &str, from: &str| format!("documents/{of}/difference?from={from}");
    let scan = clerk.file(&engagement, "Scan", "application/pdf", &pdf("scan")).await;
    let fetched = clerk.content(DANA, &scan).await.succeeded("a PDF");
    assert_eq!(fetched.header("content-type"), "application/pdf");
    clerk.get(DANA, &difference(&scan, &second)).await.is(409, "no-difference", "a PDF");
    clerk.get(DANA, &format!("documents/{first}/difference")).await.is(409, "no-difference", "a first version");
    let missing = clerk.get(DANA, &difference(&second, "DOC-2026-ZZZZZZ")).await;
    missing.is(404, "not-found", "compared with nothing");
    w.stop().await;
}

async fn what_is_more_than_the_limits_is_not_taken(database: TestDatabase) {
    let w = World::with(database, START, |settings| {
        settings.documents.max_bytes = 2_000;
        settings.documents.quota_bytes = 3_000;
    })
    .await;
    let (clerk, engagement) = (Clerk::of(&w), engagement(&w).await);
    let large = vec![b'a'; 2_001];
    let refused = clerk.post(INES, "documents", &upload(&engagement, "Large", "text/plain", &large)).await;
    refused.is(413, "payload-too-large", "declared too large");
    let fits = vec![b'a'; 2_000];
    let document = clerk.declare(INES, &upload(&engagement, "Fits", "text/plain", &fits)).await;
    clerk.send(INES, &document, "text/plain", &large).await.is(413, "payload-too-large", "sent too large");
    clerk.send(INES, &document, "text/plain", &fits).await.succeeded("it fits");
    let more = upload(&engagement, "More", "text/plain", &vec![b'b'; 1_001]);
    clerk.post(TOBIAS, "documents", &more).await.is(409, "quota-exceeded", "the organization's quota");
    clerk.declare(DANA, &more).await;
    // What is no content keeps the limit of bodies.
    let body = json!({ "attach_to": "x".repeat(300_000) });
    clerk.post(INES, "documents", &body).await.is(413, "payload-too-large", "a body of JSON");
    w.stop().await;
}
