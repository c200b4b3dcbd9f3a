//! What people choose about mail and what becomes of it: calendar entries, digests, quiet hours, muted records, ending
//! mail by its own address, and mail that comes back. Mails are read back by parsers that did not write them.

pub mod bounces;
mod choices;
mod ending;
mod entries;
mod threads;

use anteroom::domain::notice::Topic;
use serde_json::{Value, json};

use crate::support::{smtp::Mail, world::World};

/// Chooses; what is left out is as it would be by itself.
async fn choose(w: &World, who: &str, body: Value) -> Value {
    let bytes = body.to_string().into_bytes();
    let answer = w.send(reqwest::Method::PUT, who, "me/preferences", Some(bytes), &[]).await;
    assert_eq!(answer.status, 200, "{who}: {}", answer.body);
    w.work().await;
    answer.body
}

/// The mails that the server took for somebody, the oldest first.
fn mails_to(w: &World, who: &str) -> Vec<Mail> {
    w.smtp.received().into_iter().filter(|mail| mail.recipients == [who]).collect()
}

/// The subjects' references are the same for all kinds of mail: these are told apart by their first sentence.
fn about(mails: &[Mail], words: &str) -> usize {
    mails.iter().filter(|mail| mail.text.contains(words)).count()
}

/// Everything in digest but what cannot be.
fn all(cadence: &str) -> Value {
    let switchable = Topic::ALL.into_iter().filter(|topic| topic.is_switchable());
    let mail: serde_json::Map<String, Value> =
        switchable.map(|topic| (topic.name().to_owned(), json!(cadence))).collect();
    json!({ "mail": mail })
}
