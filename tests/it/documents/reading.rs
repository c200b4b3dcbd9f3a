//! Who reads: those who see the record that a document hangs on; a partner from disclosure on, its own alone (invariants
//! 15 and 16). And the texts of conditions.

use serde_json::{Value, json};

use super::clerk::{Clerk, engagement};
use crate::support::{
    door::Reply,
    matters::{self, LARKSPUR},
    scene::{BEA, DANA, INES, MARA, NIA, NORA, THEO, TOBIAS, upload},
    world::World,
};

at_both_doors! {
    strangers_find_nothing_and_learn_nothing
    a_partner_reads_what_hangs_on_its_own_nomination_once_it_is_disclosed
    texts_of_a_condition_are_read_and_compared
}

fn bare(reply: &Reply) -> (u16, Vec<u8>) {
    (reply.status, reply.bytes.clone())
}

async fn strangers_find_nothing_and_learn_nothing(w: World) {
    let (clerk, engagement) = (Clerk::of(&w), engagement(&w).await);
    let document = clerk.file(&engagement, "Terms", "text/plain", b"Terms").await;
    let waiting = clerk.declare(INES, &upload(&engagement, "Next", "text/plain", b"Next")).await;
    for who in [MARA, NORA, BEA, NIA, THEO] {
        for part in ["", "/content", "/difference", "/timeline", "/actions", "/documents"] {
            let real = clerk.get(who, &format!("documents/{document}{part}")).await;
            real.is(404, "not-found", &format!("{who} {part}"));
            let none = clerk.get(who, &format!("documents/DOC-2026-ZZZZZZ{part}")).await;
            assert_eq!(bare(&real), bare(&none), "{who} {part}");
        }
        let real = clerk.send(who, &waiting, "text/plain", b"Next").await;
        real.is(404, "not-found", who);
        assert_eq!(bare(&real), bare(&clerk.send(who, "DOC-2026-ZZZZZZ", "text/plain", b"Next").await), "{who}");
        let listed = clerk.get(who, "documents").await.succeeded(who);
        assert_eq!(listed.body["items"], json!([]), "{who}");
    }
    assert_eq!(clerk.stage(&waiting).await, "awaiting_content");
    // The same file of another developer is told apart by nothing.
    let release = matters::release(&w, &matters::QUILLSTONE, "2026-12-23T09:00:00-05:00").await;
    let other = matters::proposal(&w, &matters::QUILLSTONE, &release).await;
    let mine = clerk.post(MARA, "documents", &upload(&other, "Terms", "text/plain", b"Terms")).await;
    assert_eq!(mine.status, 201, "{}", mine.body);
    w.stop().await;
}

async fn a_partner_reads_what_hangs_on_its_own_nomination_once_it_is_disclosed(w: World) {
    let (clerk, engagement) = (Clerk::of(&w), engagement(&w).await);
    let engagements = clerk.file(&engagement, "Terms", "text/plain", b"Of the engagement").await;
    let nomination = matters::approach(&w, &LARKSPUR, &engagement, "cedar_hollow").await;
    let declared = upload(&nomination, "Partner terms", "text/plain", b"Of the partner");
    clerk.post(INES, "documents", &declared).await.is(409, "wrong-stage", "before disclosure");
    clerk.post(BEA, "documents", &declared).await.is(403, "forbidden", "before disclosure");
    matters::disclose(&w, &LARKSPUR, BEA, &nomination).await;
    let document = clerk.file(&nomination, "Partner terms", "text/plain", b"Of the partner").await;
    assert_eq!(clerk.content(BEA, &document).await.succeeded("the partner").bytes, b"Of the partner");
    assert_eq!(clerk.content(DANA, &document).await.succeeded("the government").bytes, b"Of the partner");
    clerk.content(BEA, &engagements).await.is(404, "not-found", "the engagement's");
    clerk.content(NORA, &document).await.is(404, "not-found", "another partner");
    let listed = clerk.get(BEA, &format!("nominations/{nomination}/documents")).await.succeeded("its documents");
    assert_eq!(listed.body[0]["document"]["reference"], json!(document));
    let theirs = upload(&nomination, "Our policy", "text/plain", b"Of Cedar Hollow");
    let theirs = clerk.declare(BEA, &theirs).await;
    clerk.send(BEA, &theirs, "text/plain", b"Of Cedar Hollow").await.succeeded("the partner's own");
    assert_eq!(clerk.content(TOBIAS, &theirs).await.succeeded("the developer").bytes, b"Of Cedar Hollow");
    let by = |body: &Value| body["uploaded_by"]["name"].as_str().unwrap_or_default().to_owned();
    assert_eq!(by(&clerk.get(TOBIAS, &format!("documents/{theirs}")).await.body), "Bea Tran");
    w.stop().await;
}

async fn texts_of_a_condition_are_read_and_compared(w: World) {
    let (clerk, engagement) = (Clerk::of(&w), engagement(&w).await);
    let condition = matters::condition(&w, &LARKSPUR, &engagement, "confidentiality").await;
    let second = clerk.get(DANA, &format!("conditions/{condition}/texts/2")).await.succeeded("the redline").body;
    assert_eq!(second["body"], json!(LARKSPUR.text));
    let first = clerk.get(DANA, &format!("conditions/{condition}/texts/1")).await.succeeded("the template").body;
    assert_eq!(second["parent"], first["digest"]);
    let path = format!("conditions/{condition}/difference");
    let named = clerk.get(DANA, &format!("{path}?from=1&to=2")).await.succeeded("the difference").body;
    assert_eq!(named, clerk.get(DANA, &path).await.succeeded("the newest").body);
    assert_eq!((&named["from_sha256"], &named["to_sha256"]), (&first["digest"], &second["digest"]));
    assert!(named["unified"].as_str().unwrap().contains(&format!("+{}\n", LARKSPUR.text)));
    let back = clerk.get(DANA, &format!("{path}?from=2&to=1")).await.succeeded("backwards").body;
    assert!(back["unified"].as_str().unwrap().contains(&format!("-{}\n", LARKSPUR.text)));
    for wrong in ["texts/3", "texts/0", "texts/x", "texts/-1", "difference?from=1&to=3"] {
        clerk.get(DANA, &format!("conditions/{condition}/{wrong}")).await.is(404, "not-found", wrong);
    }
    clerk.get(DANA, &format!("{path}?from=x")).await.is(400, "invalid-parameter", "no number");
    clerk.get(MARA, &format!("conditions/{condition}/texts/2")).await.is(404, "not-found", "a stranger");
    clerk.get(MARA, &path).await.is(404, "not-found", "a stranger");
    w.stop().await;
}
