//! What one person has in hand is bounded, whether it comes or goes: somebody slow keeps nobody else waiting.

use anteroom::domain::id::AccountId;
use reqwest::{Method, Response};
use serde_json::json;

use super::clerk::{Clerk, engagement};
use crate::support::{
    database::TestDatabase,
    scene::{DANA, INES, START, TOBIAS, upload},
    world::World,
};

/// More than the buffers between two sockets hold.
const LARGE: usize = 16_000_000;

async fn world() -> (World, Clerk, String) {
    let w =
        World::with(TestDatabase::sqlite().await, START, |settings| settings.documents.max_bytes = 20_000_000).await;
    let (clerk, engagement) = (Clerk::of(&w), engagement(&w).await);
    (w, clerk, engagement)
}

#[tokio::test]
async fn nobody_sends_more_than_two_contents_at_a_time() {
    let (w, clerk, engagement) = world().await;
    let own = clerk.declare(INES, &upload(&engagement, "Own", "text/plain", b"Own")).await;
    let other = clerk.declare(DANA, &upload(&engagement, "Other", "text/plain", b"Other")).await;
    let account = AccountId(w.account(INES).parse().unwrap());
    let slow = [w.app.turn_to_send(account).unwrap(), w.app.turn_to_send(account).unwrap()];
    clerk.send(INES, &own, "text/plain", b"Own").await.is(503, "busy", "a third");
    clerk.send(DANA, &other, "text/plain", b"Other").await.succeeded("somebody else's");
    drop(slow);
    clerk.send(INES, &own, "text/plain", b"Own").await.succeeded("when the others are over");
    w.stop().await;
}

#[tokio::test]
async fn whoever_does_not_read_holds_few_downloads_and_packages() {
    let (w, clerk, engagement) = world().await;
    let document = clerk.file(&engagement, "Large", "text/plain", &vec![b'a'; LARGE]).await;
    let content = format!("documents/{document}/content");
    let unread = unread(&clerk, TOBIAS, (Method::GET, &content), 8).await;
    clerk.content(TOBIAS, &document).await.is(503, "busy", "a ninth download");
    clerk.content(DANA, &document).await.succeeded("somebody else's download");
    drop(unread);
    assert!(becomes_free(&clerk, TOBIAS, (Method::GET, &content)).await, "downloads that nobody reads any more");
    let package = format!("engagements/{engagement}/export");
    let unread = self::unread(&clerk, DANA, (Method::POST, &package), 2).await;
    let purpose = json!({ "purpose": "audit" });
    clerk.post(DANA, &package, &purpose).await.is(503, "busy", "a third package");
    clerk.content(DANA, &document).await.succeeded("a download beside the packages");
    clerk.post(TOBIAS, &package, &purpose).await.succeeded("somebody else's package");
    drop(unread);
    assert!(becomes_free(&clerk, DANA, (Method::POST, &package)).await, "packages that nobody reads any more");
    w.stop().await;
}

async fn opened(clerk: &Clerk, who: &str, (method, path): (Method, &str)) -> Response {
    let purpose = (method == Method::POST).then(|| json!({ "purpose": "audit" }));
    clerk.open(who, method, path, purpose.as_ref()).await
}

/// So many answers that must come, and of which nobody reads the body.
async fn unread(clerk: &Clerk, who: &str, request: (Method, &str), count: usize) -> Vec<Response> {
    let mut answers = Vec::new();
    for at in 0..count {
        let answer = opened(clerk, who, request.clone()).await;
        assert_eq!(answer.status(), 200, "{at}");
        answers.push(answer);
    }
    answers
}

/// The server learns of a closed connection a little later than its client.
async fn becomes_free(clerk: &Clerk, who: &str, request: (Method, &str)) -> bool {
    for _ in 0..100 {
        if opened(clerk, who, request.clone()).await.status() == 200 {
            return true;
        }
    }
    false
}
