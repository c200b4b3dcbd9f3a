//! One thread for each record in a person's mail program: mails about one reference share a root, and each is a mail of
//! its own (RFC 5322, 3.6.4).

use std::collections::{BTreeMap, BTreeSet};

use mail_parser::MessageParser;
use serde_json::json;

use super::mails_to;
use crate::support::{
    database::TestDatabase,
    matters::{self, DANA, LARKSPUR},
    smtp::Mail,
    world::World,
};

on_both! {
    mails_about_a_record_are_one_thread_and_those_about_another_are_not
}

/// The identifiers in a header.
fn identifiers(mail: &Mail, name: &str) -> Vec<String> {
    let parsed = MessageParser::default().parse(&mail.raw).expect("a mail");
    let raw = parsed.header_raw(name).unwrap_or_default();
    raw.split_whitespace().map(str::to_owned).collect()
}

/// The record that the subject names.
fn reference(mail: &Mail) -> String {
    let (reference, _) = mail.subject.strip_prefix('[').and_then(|rest| rest.split_once(']')).expect("a reference");
    reference.to_owned()
}

async fn mails_about_a_record_are_one_thread_and_those_about_another_are_not(database: TestDatabase) {
    let w = World::new(database, "2026-11-02T14:00:00Z").await;
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let inquiry = matters::inquiry(&w, &LARKSPUR, &release).await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    // Notices and reminders of days, of one record and of another.
    w.at("2026-11-09T15:00:00Z").await;
    matters::acknowledge(&w, DANA, &engagement).await;
    w.act(DANA, "conditions", json!({ "attach_to": engagement, "template": "nda" })).await;
    w.at("2026-11-20T15:00:00Z").await;

    let (mut own, mut roots) = (BTreeSet::new(), BTreeMap::new());
    let mut longest = BTreeMap::new();
    for who in [DANA, LARKSPUR.liaison] {
        for mail in mails_to(&w, who) {
            let id = identifiers(&mail, "Message-ID");
            assert_eq!(id.len(), 1, "{id:?}");
            assert!(own.insert(id.clone()), "two mails are one: {id:?}");
            let root = identifiers(&mail, "References");
            assert_eq!(root.len(), 1, "{root:?}");
            assert_eq!(identifiers(&mail, "In-Reply-To"), root);
            assert_ne!(root, id, "the root is no mail of its own, so that no thread hangs on one that was withheld");
            let about = reference(&mail);
            *longest.entry((who, about.clone())).or_insert(0) += 1;
            assert_eq!(roots.entry(about.clone()).or_insert_with(|| root.clone()), &root, "{about}");
        }
    }
    assert!(longest[&(DANA, engagement.clone())] > 1, "{longest:?}");
    assert!(longest[&(DANA, inquiry)] > 1, "{longest:?}");
    let threads: BTreeSet<_> = roots.values().collect();
    assert_eq!(threads.len(), roots.len(), "each record has a thread of its own: {roots:?}");
    assert!(roots.len() >= 3, "{roots:?}");
    w.stop().await;
}
