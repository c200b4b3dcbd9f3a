//! What an authorized disposal leaves of documents and texts: nothing but their records and hashes, whenever the process
//! dies, and not while a hold is in force (domain section 7; invariants 19, 20 and 25).

use std::{collections::BTreeMap, io::Cursor};

use anteroom::{
    app::export::{check, unpack},
    config::DocumentStore,
};
use serde_json::{Value, json};

use super::{
    clerk::{Clerk, engagement},
    places::{files, raw},
    s3::S3,
};
use crate::support::{
    contents,
    database::TestDatabase,
    door::Reply,
    matters::{self, LARKSPUR},
    scene::{DANA, INES, MARA, START, TOBIAS},
    world::World,
};

at_both_doors! {
    a_disposal_erases_contents_texts_and_statements
    a_hold_between_the_two_officers_wins
    a_process_that_dies_after_the_record_leaves_nothing_behind
}

const JOAN: &str = "joan.mbeki@fado.test";
const ROSA: &str = "rosa.pell@fado.test";

const FIRST: &[u8] = b"The first version of the terms";
const SECOND: &[u8] = b"The second version of the terms";
const NEED: &str = "Evaluates what nobody else does.";

/// After the retention of an engagement that is closed at the start, and after what survives it.
const OVER: &str = "2034-01-02T15:00:00Z";

/// A closed engagement of whose records two officers have charge, with a document in two versions, a redlined text and
/// a request for access.
struct Matter {
    engagement: String,
    condition: String,
    first: String,
    second: String,
    grant: String,
}

impl Matter {
    fn on(&self, command: &str) -> String {
        format!("engagements/{}/{command}", self.engagement)
    }

    async fn closed(w: &World, clerk: &Clerk) -> Self {
        let engagement = engagement(w).await;
        let condition = matters::condition(w, &LARKSPUR, &engagement, "confidentiality").await;
        let first = clerk.file(&engagement, "Terms", "text/markdown", FIRST).await;
        let second = clerk.version(&engagement, &first, SECOND).await;
        let request = json!({
            "under": engagement, "holder": w.account(matters::LENA), "need_to_know": NEED,
            "unclassified_attestation": true,
        });
        let grant = w.act(DANA, "grants", request).await;
        let matter = Self { engagement, condition, first, second, grant };
        for officer in [JOAN, ROSA] {
            w.act(officer, &matter.on("take-records"), json!({})).await;
        }
        w.act(TOBIAS, &matter.on("withdraw"), json!({})).await;
        matter
    }

    /// Both officers dispose of the records.
    async fn disposed(&self, w: &World) {
        w.act(JOAN, &self.on("ask-disposal"), json!({ "authority": "DAA-0048-2013-0001" })).await;
        w.act(ROSA, &self.on("confirm-disposal"), json!({})).await;
    }
}

/// Everything in the database, as text; the log of what was asked is left out.
async fn database(w: &World) -> BTreeMap<String, Vec<String>> {
    contents::of(w.url()).await
}

fn tables_with(all: &BTreeMap<String, Vec<String>>, text: &str) -> Vec<String> {
    let holds = |rows: &Vec<String>| rows.iter().any(|row| row.contains(text));
    all.iter().filter(|(_, rows)| holds(rows)).map(|(table, _)| table.clone()).collect()
}

fn says_when_and_under_what(reply: &Reply, what: &str) {
    reply.is(410, "content-erased", what);
    let detail = reply.body["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("2034-01-02") && detail.contains("DAA-0048-2013-0001, class case_file"), "{detail}");
}

async fn a_disposal_erases_contents_texts_and_statements(w: World) {
    let clerk = Clerk::of(&w);
    let m = Matter::closed(&w, &clerk).await;
    let other = clerk_other(&w, &clerk).await;
    w.at_without_worker(OVER);
    let before = database(&w).await;
    assert_eq!(tables_with(&before, LARKSPUR.text), ["document", "event_payload"]);
    assert_eq!(tables_with(&before, NEED), ["aggregate", "event_payload"]);
    let events = before["event"].len();
    m.disposed(&w).await;
    w.app.sweep_contents().await.unwrap();
    let after = database(&w).await;
    for text in [LARKSPUR.text, NEED] {
        assert_eq!(tables_with(&after, text), <[String; 0]>::default(), "{text}");
    }
    assert!(after["event"].len() > events, "no event went, and the erasure is recorded");
    for row in &before["event"] {
        assert!(after["event"].contains(row), "an event changed: {row}");
    }
    // The content of another developer's document is the one that is left.
    assert_eq!((after["document_content"].len(), after["document_object"].len()), (1, 1));
    assert_eq!(clerk.content(MARA, &other).await.succeeded("another case's").bytes, FIRST);
    for (who, path) in [
        (INES, format!("documents/{}/content", m.first)),
        (DANA, format!("documents/{}/content", m.second)),
        (DANA, format!("documents/{}/difference", m.second)),
        (INES, format!("conditions/{}/texts/2", m.condition)),
        (INES, format!("conditions/{}/difference", m.condition)),
    ] {
        says_when_and_under_what(&clerk.get(who, &path).await, &path);
    }
    clerk.content(MARA, &m.first).await.is(404, "not-found", "a stranger learns nothing of it");
    for who in [INES, DANA] {
        for (path, reference) in [
            ("documents", &m.first),
            ("documents", &m.second),
            ("conditions", &m.condition),
            ("grants", &m.grant),
            ("engagements", &m.engagement),
        ] {
            let seen = w.record(who, &format!("{path}/{reference}")).await;
            assert_eq!(seen["erased"]["at"]["at"], "2034-01-02T15:00:00Z", "{who} {path}: {seen}");
            assert_eq!(seen["erased"]["under"]["authority"], "DAA-0048-2013-0001");
        }
        assert_eq!(w.record(who, &format!("grants/{}", m.grant)).await["need_to_know"], "[erased]");
        let told = w.record(who, &m.on("timeline")).await.to_string();
        assert!(told.contains("engagement.content_erased"), "{told}");
        assert_eq!(told.contains("engagement.disposal_authorized"), who == DANA, "the government's own");
    }
    w.refused(JOAN, &m.on("ask-disposal"), json!({}), 409, "unmet-facts").await;
    let report = w.app.verify().await.unwrap();
    assert!(report.is_clean(), "{report}");
    let said = format!("{}: content erased on 2034-01-02 under DAA-0048-2013-0001, class case_file", m.first);
    assert!(report.erasures.contains(&said) && report.checked.erased >= 3, "{report}");
    the_package_says_what_is_gone(&w, &m).await;
    w.stop().await;
}

/// A document of another developer with the same bytes.
async fn clerk_other(w: &World, clerk: &Clerk) -> String {
    let release = matters::release(w, &matters::QUILLSTONE, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(w, &matters::QUILLSTONE, &release).await;
    let body = crate::support::scene::upload(&engagement, "Terms", "text/markdown", FIRST);
    let document = clerk.declare(MARA, &body).await;
    clerk.send(MARA, &document, "text/markdown", FIRST).await.succeeded("the other's");
    document
}

async fn the_package_says_what_is_gone(w: &World, m: &Matter) {
    let answer = w.post(INES, &m.on("export"), &json!({ "purpose": "own_records" })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let report = check(Cursor::new(&answer.bytes)).unwrap();
    assert!(report.is_clean() && report.contents == 0 && report.not_included.len() == 2, "{report}");
    assert!(report.to_string().contains(&format!("{}: not included: erased on 2034-01-02", m.first)), "{report}");
    let files = unpack(&answer.bytes).unwrap();
    assert!(files.keys().all(|path| !path.starts_with("contents/") && !path.starts_with("documents/")));
    let page = String::from_utf8_lossy(&files["record.html"]).into_owned();
    assert!(page.contains("Not included: erased on 2034-01-02 under DAA-0048-2013-0001"), "{page}");
}

/// Invariant 25, at the door: what is held when the second officer decides stays, to the byte.
async fn a_hold_between_the_two_officers_wins(w: World) {
    let clerk = Clerk::of(&w);
    let m = Matter::closed(&w, &clerk).await;
    w.at_without_worker(OVER);
    w.act(JOAN, &m.on("ask-disposal"), json!({})).await;
    let seen = w.record(JOAN, &format!("engagements/{}", m.engagement)).await;
    let release = format!("releases/{}", seen["release"]["reference"].as_str().unwrap());
    let hold = json!({ "reference": "H-1", "authority": "33-cv-0001" });
    w.act(JOAN, &format!("{release}/place-hold"), hold).await;
    let refused = w.refused(ROSA, &m.on("confirm-disposal"), json!({}), 409, "unmet-facts").await;
    assert_eq!(refused.body["unmet"][0]["fact"], "hold_in_force");
    w.app.sweep_contents().await.unwrap();
    assert_eq!(clerk.content(DANA, &m.first).await.succeeded("held").bytes, FIRST);
    assert_eq!(clerk.content(DANA, &m.second).await.succeeded("held").bytes, SECOND);
    let text = clerk.get(DANA, &format!("conditions/{}/texts/2", m.condition)).await.succeeded("held").body;
    assert_eq!(text["body"], json!(LARKSPUR.text));
    w.act(ROSA, &format!("{release}/lift-hold"), json!({ "reference": "H-1" })).await;
    w.act(ROSA, &m.on("confirm-disposal"), json!({})).await;
    clerk.content(DANA, &m.first).await.is(410, "content-erased", "the hold is lifted");
    w.stop().await;
}

/// The record stands, the process died, the bytes are there still: nobody reads them, and the next sweep takes them.
async fn a_process_that_dies_after_the_record_leaves_nothing_behind(w: World) {
    let clerk = Clerk::of(&w);
    let m = Matter::closed(&w, &clerk).await;
    w.at_without_worker(OVER);
    w.post(JOAN, &m.on("ask-disposal"), &json!({})).await;
    assert_eq!(w.post(ROSA, &m.on("confirm-disposal"), &json!({})).await.status, 200);
    let between = database(&w).await;
    assert_eq!(between["document_content"].len(), 2, "recorded first, taken away after");
    for document in [&m.first, &m.second] {
        clerk.content(DANA, document).await.is(410, "content-erased", "before the bytes are gone");
    }
    assert!(w.app.verify().await.unwrap().is_clean());
    // It dies once more, between the bytes and the row that tells of them.
    let bytes = "DELETE FROM document_content WHERE object_id = (SELECT min(object_id) FROM document_content)";
    assert_eq!(raw(&w, bytes, bytes).await, 1);
    assert_eq!(w.app.sweep_contents().await.unwrap(), 2);
    let after = database(&w).await;
    assert_eq!((after["document_content"].len(), after["document_object"].len()), (0, 0));
    assert_eq!(w.app.sweep_contents().await.unwrap(), 0);
    assert!(w.app.verify().await.unwrap().is_clean());
    w.stop().await;
}

#[tokio::test]
async fn objects_in_a_store_that_speaks_s3_are_taken_away() {
    let store = S3::start().await;
    let endpoint = format!("http://{}", store.address);
    let w = World::with(TestDatabase::sqlite().await, START, |settings| {
        let documents = &mut settings.documents;
        documents.store = DocumentStore::S3;
        documents.endpoint = Some(endpoint);
        documents.bucket = Some("legal".to_owned());
        documents.access_key_id = Some("anteroom".to_owned());
        documents.secret_access_key = Some(anteroom::config::Secret::new("a secret of the store"));
    })
    .await;
    let clerk = Clerk::of(&w);
    let m = Matter::closed(&w, &clerk).await;
    w.at_without_worker(OVER);
    m.disposed(&w).await;
    assert_eq!(store.objects().len(), 2);
    clerk.content(DANA, &m.first).await.is(410, "content-erased", "recorded");
    assert_eq!(w.app.sweep_contents().await.unwrap(), 2);
    assert!(store.objects().is_empty());
    w.stop().await;
}

#[tokio::test]
async fn an_object_that_cannot_be_taken_away_keeps_none_of_the_others() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_owned();
    let w = World::with(TestDatabase::sqlite().await, START, |settings| {
        settings.documents.store = DocumentStore::Directory;
        settings.documents.directory = Some(path.clone());
    })
    .await;
    let clerk = Clerk::of(&w);
    let m = Matter::closed(&w, &clerk).await;
    w.at_without_worker(OVER);
    m.disposed(&w).await;
    // A directory in the file's place cannot be deleted as a file.
    let mut stored = files(&path);
    stored.sort();
    std::fs::remove_file(&stored[0]).unwrap();
    std::fs::create_dir_all(stored[0].join("x")).unwrap();
    assert!(w.app.sweep_contents().await.is_err(), "said, not swallowed");
    assert_eq!(files(&path), Vec::<std::path::PathBuf>::new(), "the other one is gone");
    std::fs::remove_dir_all(&stored[0]).unwrap();
    assert_eq!(w.app.sweep_contents().await.unwrap(), 1, "tried again until it is done");
    assert!(w.app.verify().await.unwrap().is_clean());
    let erased: Value = w.record(DANA, &format!("documents/{}", m.first)).await;
    assert_eq!(erased["stage"], "erased");
    w.stop().await;
}
