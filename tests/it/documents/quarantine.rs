//! The quarantine: nothing is read before the scanner let it pass, and what it refuses is taken away (ASVS 5.4.3).

use chrono::TimeDelta;

use super::clerk::{Clerk, engagement};
use crate::support::{
    database::TestDatabase,
    scene::{INES, START, upload},
    world::World,
};

on_both! {
    nothing_is_read_before_the_scanner_let_it_pass
    a_scanner_that_cannot_run_releases_nothing
}

/// A world with a scanner: a content with `EICAR` is infected, one with `RIDDLE` cannot be judged.
async fn world(database: TestDatabase, directory: &tempfile::TempDir) -> World {
    let script = directory.path().join("scan.sh");
    let program = "content=$(cat)\ncase \"$content\" in *EICAR*) exit 1;; *RIDDLE*) exit 2;; esac\nexit 0\n";
    std::fs::write(&script, program).unwrap();
    let scanner = format!("/bin/sh {}", script.display());
    World::with(database, START, |settings| settings.documents.scanner = Some(scanner)).await
}

async fn nothing_is_read_before_the_scanner_let_it_pass(database: TestDatabase) {
    let directory = tempfile::tempdir().unwrap();
    let w = world(database, &directory).await;
    let (clerk, engagement) = (Clerk::of(&w), engagement(&w).await);
    let clean = clerk.file(&engagement, "Clean", "text/plain", b"clean").await;
    let infected = clerk.file(&engagement, "Infected", "text/plain", b"an EICAR test").await;
    let riddle = clerk.file(&engagement, "Riddle", "text/plain", b"a RIDDLE").await;
    let taken_back = clerk.file(&engagement, "Taken back", "text/plain", b"another").await;
    for document in [&clean, &infected, &riddle, &taken_back] {
        assert_eq!(clerk.stage(document).await, "quarantined");
        clerk.content(INES, document).await.is(409, "wrong-stage", "in quarantine");
    }
    w.act(INES, &format!("documents/{taken_back}/withdraw"), serde_json::json!({})).await;
    assert_eq!(w.app.scan(10).await.unwrap(), 4);
    for (document, stage) in
        [(&clean, "available"), (&infected, "rejected"), (&riddle, "quarantined"), (&taken_back, "withdrawn")]
    {
        assert_eq!(clerk.stage(document).await, stage);
    }
    assert_eq!(clerk.content(INES, &clean).await.succeeded("clean").bytes, b"clean");
    clerk.content(INES, &infected).await.is(409, "wrong-stage", "infected");
    assert_eq!(w.app.scan(10).await.unwrap(), 0, "what gave no verdict is left for a while");
    assert_eq!(w.app.sweep_contents().await.unwrap(), 2, "what was refused and what was taken back");
    assert!(w.app.verify().await.unwrap().is_clean());
    let program = "cat > /dev/null\nexit 0\n";
    std::fs::write(directory.path().join("scan.sh"), program).unwrap();
    w.clock.advance_system(TimeDelta::minutes(2)).unwrap();
    assert_eq!(w.app.scan(10).await.unwrap(), 1);
    assert_eq!(clerk.stage(&riddle).await, "available");
    let next = upload(&engagement, "Next", "text/plain", b"next");
    clerk.declare(INES, &next).await;
    w.stop().await;
}

async fn a_scanner_that_cannot_run_releases_nothing(database: TestDatabase) {
    let w = World::with(database, START, |settings| {
        settings.documents.scanner = Some("/nowhere/scanner".to_owned());
    })
    .await;
    let (clerk, engagement) = (Clerk::of(&w), engagement(&w).await);
    let document = clerk.file(&engagement, "Waits", "text/plain", b"waits").await;
    for _ in 0..3 {
        assert_eq!(w.app.scan(10).await.unwrap(), 1);
        w.clock.advance_system(TimeDelta::minutes(3)).unwrap();
        assert_eq!(clerk.stage(&document).await, "quarantined", "a scanner that cannot run releases nothing");
    }
    w.stop().await;
}
