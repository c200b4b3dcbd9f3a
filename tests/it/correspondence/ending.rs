//! Ending mail of a group by the address that stands in it (RFC 8058).

use mail_parser::MessageParser;
use serde_json::{Value, json};

use super::{all, choose, mails_to};
use crate::support::{
    database::TestDatabase,
    matters::{self, DANA, LARKSPUR},
    smtp::Mail,
    world::World,
};

on_both! {
    a_reminder_ends_by_one_post_and_by_nothing_less
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
    let client = reqwest::Client::new();
    let request = client.post(url).header("content-type", "application/x-www-form-urlencoded").body(body);
    request.send().await.unwrap().status().as_u16().max(u16::from(w.address.port() == 0))
}

async fn chosen(w: &World, who: &str, group: &str) -> String {
    let shown = w.record(who, "me/preferences").await;
    let groups: &Vec<Value> = shown["groups"].as_array().unwrap();
    groups.iter().find(|entry| entry["group"] == group).unwrap()["mail"].as_str().unwrap().to_owned()
}

async fn a_reminder_ends_by_one_post_and_by_nothing_less(database: TestDatabase) {
    let w = World::new(database, "2026-11-02T14:00:00Z").await;
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    matters::proposal(&w, &LARKSPUR, &release).await;
    // Two working days before the ninth, on which the acknowledgement is due.
    w.at("2026-11-05T20:00:00Z").await;
    let mails = mails_to(&w, DANA);
    let with: Vec<String> = mails.iter().filter_map(address).collect();
    assert_eq!(with.len(), 1, "the reminder alone, of {} mails", mails.len());
    let token = with[0].rsplit('/').next().unwrap();
    assert_eq!(token.len(), 48);
    assert!(!with[0].contains(w.account(DANA)) && !with[0].contains("reminder"), "{}", with[0]);
    let url = door(&w, &with[0]);

    let page = reqwest::get(&url).await.unwrap();
    assert_eq!(page.status(), 200);
    let text = page.text().await.unwrap();
    assert!(text.contains("<form method=\"post\">") && !text.contains("dana"), "{text}");
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
