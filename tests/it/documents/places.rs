//! Where contents stand: database, directory, a store that speaks S3. In each of them what is altered is found, and what
//! no document refers to is taken away.

use std::{fs, path::Path};

use anteroom::{
    app::verify::What,
    config::{DocumentStore, Secret},
};
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};

use super::{
    clerk::{Clerk, digest, engagement},
    s3::S3,
};
use crate::support::{
    database::TestDatabase,
    scene::{DANA, INES, START},
    world::World,
};

at_both_doors! {
    a_flipped_byte_in_the_database_is_found
    what_no_document_refers_to_is_swept
}

const TERMS: &[u8] = b"The same bytes for everybody";

/// One statement behind the product's back, in the words of the database; answers how many rows it changed.
pub async fn raw(w: &World, sqlite: &str, postgres: &str) -> u64 {
    let database = Database::connect(w.url()).await.unwrap();
    let backend = database.get_database_backend();
    let text = if backend == DbBackend::Sqlite { sqlite } else { postgres };
    let done = database.execute_raw(Statement::from_string(backend, text)).await.unwrap().rows_affected();
    database.close().await.unwrap();
    done
}

/// What is altered is neither given out nor overlooked.
async fn is_found(w: &World, clerk: &Clerk, document: &str, detail: &str) {
    clerk.content(DANA, document).await.is(500, "content-damaged", "altered content");
    let report = w.app.verify().await.unwrap();
    let found: Vec<_> = report.differences.iter().map(|d| (d.what, d.reference.as_str(), d.detail.as_str())).collect();
    assert_eq!(found, [(What::Content, document, detail)]);
}

async fn a_flipped_byte_in_the_database_is_found(w: World) {
    let (clerk, engagement) = (Clerk::of(&w), engagement(&w).await);
    let document = clerk.file(&engagement, "Terms", "text/plain", TERMS).await;
    let report = w.app.verify().await.unwrap();
    assert!(report.is_clean() && report.checked.contents == 1, "{report}");
    let set = |bytes: &str| format!("UPDATE document_content SET bytes = {bytes}");
    assert_eq!(raw(&w, &set("X'00'"), &set("'\\x00'")).await, 1);
    is_found(&w, &clerk, &document, "the content has another digest than the record").await;
    assert_eq!(raw(&w, "DELETE FROM document_content", "DELETE FROM document_content").await, 1);
    is_found(&w, &clerk, &document, "the content is missing").await;
    w.stop().await;
}

/// A content whose document was never recorded: the process died in between.
async fn what_no_document_refers_to_is_swept(w: World) {
    let (clerk, engagement) = (Clerk::of(&w), engagement(&w).await);
    let document = clerk.file(&engagement, "Terms", "text/plain", TERMS).await;
    let staged = |id: &str, at: i64| {
        format!(
            "INSERT INTO document_object (id, document_id, state, created_at, attempts, next_attempt_at)
             VALUES ('{id}', '{id}', 'staged', {at}, 0, {at})"
        )
    };
    let content =
        |id: &str, bytes: &str| format!("INSERT INTO document_content (object_id, bytes) VALUES ('{id}', {bytes})");
    let (old, fresh) = ("3f0f9b1e-5c0a-4d3e-9a57-0d1f2b6c7a01", "3f0f9b1e-5c0a-4d3e-9a57-0d1f2b6c7a02");
    let now = w.clock.system().timestamp_micros();
    for (id, at) in [(old, now - 3_700_000_000), (fresh, now - 60_000_000)] {
        raw(&w, &staged(id, at), &staged(id, at)).await;
        raw(&w, &content(id, "X'01'"), &content(id, "'\\x01'")).await;
    }
    assert_eq!(w.app.sweep_contents().await.unwrap(), 1);
    assert_eq!(w.app.sweep_contents().await.unwrap(), 0);
    for (id, left) in [(old, 0), (fresh, 1)] {
        let touch = format!("UPDATE document_content SET object_id = object_id WHERE object_id = '{id}'");
        assert_eq!(raw(&w, &touch, &touch).await, left, "{id}");
    }
    assert_eq!(clerk.content(DANA, &document).await.succeeded("the content in use").bytes, TERMS);
    w.stop().await;
}

pub fn files(directory: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn a_directory_keeps_contents_under_random_names() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_owned();
    let w = World::with(TestDatabase::sqlite().await, START, |settings| {
        settings.documents.store = DocumentStore::Directory;
        settings.documents.directory = Some(path.clone());
    })
    .await;
    let (clerk, engagement) = (Clerk::of(&w), engagement(&w).await);
    let document = clerk.file(&engagement, "../../terms", "text/plain", TERMS).await;
    let again = clerk.file(&engagement, "Again", "text/plain", TERMS).await;
    let stored = files(&path);
    assert_eq!(stored.len(), 2, "equal contents are not told apart from others: {stored:?}");
    for file in &stored {
        assert!(file.starts_with(path.join("documents")), "{}", file.display());
        assert!(!file.to_string_lossy().contains(&digest(TERMS)) && !file.to_string_lossy().contains("terms"));
        assert_eq!(fs::read(file).unwrap(), TERMS);
    }
    for document in [&document, &again] {
        assert_eq!(clerk.content(DANA, document).await.succeeded("from the directory").bytes, TERMS);
    }
    assert!(w.app.verify().await.unwrap().is_clean());
    let mut altered = TERMS.to_vec();
    altered[3] ^= 0x20;
    for file in &stored {
        fs::write(file, &altered).unwrap();
    }
    clerk.content(DANA, &document).await.is(500, "content-damaged", "altered content");
    assert_eq!(w.app.verify().await.unwrap().differences.len(), 2);
    w.stop().await;
}

#[tokio::test]
async fn a_store_that_speaks_s3_keeps_contents() {
    let store = S3::start().await;
    let endpoint = format!("http://{}", store.address);
    let w = World::with(TestDatabase::sqlite().await, START, |settings| {
        let documents = &mut settings.documents;
        documents.store = DocumentStore::S3;
        documents.endpoint = Some(endpoint);
        documents.bucket = Some("legal".to_owned());
        documents.prefix = "anteroom/documents".to_owned();
        documents.access_key_id = Some("anteroom".to_owned());
        documents.secret_access_key = Some(Secret::new("a secret of the store"));
        documents.scanner = Some("/bin/cat".to_owned());
        assert!(settings.check().is_empty(), "{:?}", settings.check());
    })
    .await;
    let (clerk, engagement) = (Clerk::of(&w), engagement(&w).await);
    let document = clerk.file(&engagement, "Terms", "text/plain", TERMS).await;
    let taken_back = clerk.file(&engagement, "Taken back", "text/plain", b"another").await;
    let keys: Vec<String> = store.objects().into_keys().collect();
    assert!(keys.len() == 2 && keys.iter().all(|key| key.starts_with("/legal/anteroom/documents/")), "{keys:?}");
    w.act(INES, &format!("documents/{taken_back}/withdraw"), serde_json::json!({})).await;
    assert_eq!(w.app.scan(10).await.unwrap(), 2);
    assert_eq!(clerk.content(DANA, &document).await.succeeded("from the store").bytes, TERMS);
    assert_eq!(w.app.sweep_contents().await.unwrap(), 1);
    assert_eq!(store.objects().into_values().collect::<Vec<_>>(), [TERMS]);
    assert!(w.app.verify().await.unwrap().is_clean());
    store.tamper();
    is_found(&w, &clerk, &document, "the content has another digest than the record").await;
    w.stop().await;
}
