//! Ending mail of a group by the address that stands in it (RFC 8058).

use anteroom::storage::outbox;
use mail_parser::MessageParser;
use serde_json::{Value, json};

use super::{all, choose, mails_to};
use crate::support::{
    client,
    database::TestDatabase,
    matters::{self, DANA, LARKSPUR},
    people::PASSWORD,
    smtp::Mail,
    world::World,
};

on_both! {
    a_reminder_ends_by_one_post_and_by_nothing_less
    a_notice_ends_with_its_group_and_no_other
    what_nobody_switches_off_names_no_address
    a_digest_ends_with_everything_that_it_collects
    word_of_kept_views_ends_with_all_of_it
}

/// The address and the promise of a mail, as a mail program reads them.
fn address(mail: &Mail) -> Option<String> {
    let parsed = MessageParser::default().parse(&mail.raw).expect("a mail");
    let raw = |name: &str| parsed.header_raw(name).map(|value| value.trim().to_owned());
    let address = raw("List-Unsubscribe")?;
    assert_eq!(raw("List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
    let address = address.strip_prefix('<')?.strip_suffix('>')?.to_owned();
    assert!(mail.text.contains(&address) && mail.html.contains(&address), "people see it too");
    Some(address)
}

/// The same path at the test's own door.
fn door(w: &World, address: &str) -> String {
    let (_, path) = address.split_once("/unsubscribe/").expect("the path");
    format!("http://{}/unsubscribe/{path}", w.address)
}

async fn ended(w: &World, url: &str, body: &'static str) -> u16 {
    let client = client().build().unwrap();
    let request = client.post(url).header("content-type", "application/x-www-form-urlencoded").body(body);
    request.send().await.unwrap().status().as_u16().max(u16::from(w.address.port() == 0))
}

async fn chosen(w: &World, who: &str, topic: &str) -> String {
    let shown = w.record(who, "me/preferences").await;
    let topics: &Vec<Value> = shown["topics"].as_array().unwrap();
    topics.iter().find(|entry| entry["topic"] == topic).unwrap()["mail"].as_str().unwrap().to_owned()
}

/// The topics of which this person gets no mail.
async fn off(w: &World, who: &str) -> Vec<String> {
    let shown = w.record(who, "me/preferences").await;
    let off = shown["topics"].as_array().unwrap().iter().filter(|entry| entry["mail"] == "off");
    off.map(|entry| entry["topic"].as_str().unwrap().to_owned()).collect()
}

async fn a_reminder_ends_by_one_post_and_by_nothing_less(database: TestDatabase) {
    let w = World::new(database, "2026-11-02T14:00:00Z").await;
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    matters::proposal(&w, &LARKSPUR, &release).await;
    // Two working days before the ninth, on which the acknowledgement is due.
    w.at("2026-11-05T20:00:00Z").await;
    let mails = mails_to(&w, DANA);
    let with: Vec<String> = mails.iter().filter_map(address).collect();
    assert_eq!(with.len(), mails.len(), "the proposal and its reminder alike");
    assert!(with.len() > 1 && with[0] != with[1], "each mail has an address of its own: {with:?}");
    let address = with.last().expect("the reminder is the last");
    let token = address.rsplit('/').next().unwrap();
    assert_eq!(token.len(), 48);
    assert!(!address.contains(w.account(DANA)) && !address.contains("reminder"), "{address}");
    let url = door(&w, address);

    let page = reqwest::get(&url).await.unwrap();
    assert_eq!(page.status(), 200);
    let text = page.text().await.unwrap();
    assert!(text.contains("name=\"List-Unsubscribe\"") && !text.contains("dana"), "{text}");
    assert_eq!(chosen(&w, DANA, "reminders").await, "immediate", "looking changes nothing");
    assert_eq!(ended(&w, &url, "").await, 400);
    assert_eq!(chosen(&w, DANA, "reminders").await, "immediate");
    let forged = format!("{}0", &url[..url.len() - 1]);
    let forged = if forged == url { format!("{}1", &url[..url.len() - 1]) } else { forged };
    assert_eq!(ended(&w, &forged, "List-Unsubscribe=One-Click").await, 404);

    assert_eq!(ended(&w, &url, "List-Unsubscribe=One-Click").await, 200);
    assert_eq!(ended(&w, &url, "List-Unsubscribe=One-Click").await, 200, "a second time is none");
    assert_eq!(chosen(&w, DANA, "reminders").await, "off");
    assert_eq!(chosen(&w, DANA, "escalations").await, "immediate", "no other group");
    let before = mails_to(&w, DANA).len();
    w.at("2026-11-09T23:00:00Z").await;
    assert_eq!(mails_to(&w, DANA).len(), before);
    w.stop().await;
}

async fn a_notice_ends_with_its_group_and_no_other(database: TestDatabase) {
    let w = World::new(database, "2026-11-02T14:00:00Z").await;
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    let notice = mails_to(&w, DANA).pop().expect("a proposal was submitted (N4)");
    let url = door(&w, &address(&notice).expect("it can be ended"));
    assert_eq!(off(&w, DANA).await, Vec::<String>::new());
    let page = reqwest::get(&url).await.unwrap().text().await.unwrap();
    for part in ["mail about engagements", "Proposal submitted or returned", "Release recorded"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("Window opened") && !page.contains(&engagement), "{page}");
    assert_eq!(ended(&w, &url, "List-Unsubscribe=One-Click").await, 200);
    let group = ["proposal", "participation", "ready", "withdrawn", "released"];
    assert_eq!(off(&w, DANA).await, group, "every notice of the group, as if each were switched off");
    assert_eq!(off(&w, LARKSPUR.official).await, Vec::<String>::new(), "of this person alone");

    matters::acknowledge(&w, DANA, &engagement).await;
    let before = mails_to(&w, DANA).len();
    w.act(LARKSPUR.official, &format!("engagements/{engagement}/withdraw"), json!({})).await;
    assert_eq!(mails_to(&w, DANA).len(), before);
    let tx = w.store().begin_read().await.unwrap();
    let rows = outbox::newest(&tx, 1_000).await.unwrap();
    tx.end().await.unwrap();
    let withheld = |row: &&outbox::OutboxRow| row.draft.code == "N11" && row.draft.address == DANA;
    let why: Vec<_> = rows.iter().filter(withheld).map(|row| row.set_aside.as_deref()).collect();
    assert_eq!(why, [Some("off")], "the withdrawal would have been told");
    // One of them again, by choice: the others stay as they are.
    let group = off(&w, DANA).await;
    let others = group.into_iter().filter(|topic| topic != "withdrawn").map(|topic| (topic, json!("off")));
    choose(&w, DANA, json!({ "mail": others.collect::<serde_json::Map<_, _>>() })).await;
    assert_eq!(off(&w, DANA).await, ["proposal", "participation", "ready", "released"]);
    w.stop().await;
}

async fn what_nobody_switches_off_names_no_address(database: TestDatabase) {
    let w = World::new(database, "2026-11-02T14:00:00Z").await;
    let ines = LARKSPUR.liaison;
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    w.act(DANA, "incidents", json!({ "under": engagement, "incident_type": "loss" })).await;
    let change = json!({ "old_password": PASSWORD, "new_password": "wet gravel orchard 58" });
    assert_eq!(w.post(ines, "auth/password/change", &change).await.status, 204);
    w.work().await;
    let (mut legal, mut security) = (0, 0);
    for mail in mails_to(&w, ines) {
        let (incident, account) = (mail.subject.contains("INC-"), mail.subject.contains("ACCOUNT"));
        legal += usize::from(incident);
        security += usize::from(account);
        assert_eq!(address(&mail).is_none(), incident || account, "{}", mail.subject);
        assert_eq!(mail.text.contains("/unsubscribe/"), !(incident || account), "{}", mail.text);
    }
    assert!(legal > 0 && security > 0, "{legal} {security}");
    w.stop().await;
}

async fn a_digest_ends_with_everything_that_it_collects(database: TestDatabase) {
    let w = World::new(database, "2026-11-02T14:00:00Z").await;
    let ines = LARKSPUR.liaison;
    choose(&w, ines, all("digest")).await;
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    w.at("2026-11-03T13:00:00Z").await;
    let digest = mails_to(&w, ines).pop().unwrap();
    assert_eq!(digest.subject, "Anteroom digest");
    let url = door(&w, &address(&digest).expect("a digest can be ended"));
    assert_eq!(ended(&w, &url, "List-Unsubscribe=One-Click").await, 200);
    assert_eq!(chosen(&w, ines, "conditions").await, "off");
    assert_eq!(chosen(&w, ines, "incidents").await, "immediate");
    let before = mails_to(&w, ines).len();
    w.act(DANA, "conditions", json!({ "attach_to": engagement, "template": "nda" })).await;
    w.at("2026-11-05T13:00:00Z").await;
    assert_eq!(mails_to(&w, ines).len(), before);
    w.stop().await;
}

async fn word_of_kept_views_ends_with_all_of_it(database: TestDatabase) {
    let w = World::new(database, "2026-11-02T14:00:00Z").await;
    let ines = LARKSPUR.liaison;
    for (name, query) in [("Canary of a name", "kind:release"), ("Another", "kind:grant")] {
        let view = w.post(ines, "saved-views", &json!({ "name": name, "query": query })).await.body;
        let path = format!("saved-views/{}/alert", view["id"].as_str().unwrap());
        let daily = json!({ "alert": "daily" }).to_string().into_bytes();
        assert_eq!(w.send(reqwest::Method::PUT, ines, &path, Some(daily), &[]).await.status, 200);
    }
    for planned in ["2027-02-10T09:00:00-05:00", "2027-03-10T09:00:00-05:00"] {
        matters::release(&w, &LARKSPUR, planned).await;
    }
    w.at("2026-11-03T15:00:00Z").await;
    let word = mails_to(&w, ines).pop().expect("word of the change");
    assert_eq!(word.subject, "Anteroom notice about a kept view");
    for text in [&word.text, &word.html] {
        assert!(text.contains("2 records have come or gone") && text.contains("/views"), "{text}");
        assert!(!text.contains("ACCOUNT") && !text.contains("Canary"), "{text}");
    }
    let url = door(&w, &address(&word).expect("it can be ended"));
    let page = reqwest::get(&url).await.unwrap().text().await.unwrap();
    assert!(page.contains("kept views"), "{page}");
    assert_eq!(ended(&w, &url, "List-Unsubscribe=One-Click").await, 200);
    for view in w.record(ines, "saved-views").await.as_array().unwrap() {
        assert_eq!(view["alert"], "off", "{view}");
    }
    assert_eq!(chosen(&w, ines, "reminders").await, "immediate", "no group");
    let before = mails_to(&w, ines).len();
    matters::release(&w, &LARKSPUR, "2027-04-10T09:00:00-05:00").await;
    w.at("2026-11-05T15:00:00Z").await;
    assert_eq!(mails_to(&w, ines).len(), before);
    w.stop().await;
}
