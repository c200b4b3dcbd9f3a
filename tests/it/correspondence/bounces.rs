//! Mail that comes back: reports, problems, what stops and what does not.

use anteroom::app::returned_mail::Intake;
use serde_json::{Value, json};

use super::mails_to;
use crate::support::{
    database::TestDatabase,
    matters::{self, DANA, GRANT, LARKSPUR, NIA},
    smtp::{Fault, Mail},
    world::World,
};

on_both! {
    a_legal_notice_that_bounces_becomes_a_task_and_optional_mail_stops
    what_is_only_late_or_is_no_report_changes_nothing
    a_legal_notice_that_the_relay_refuses_becomes_a_task_too
    the_log_of_mail_says_what_became_of_each_and_nothing_that_stands_in_it
}

const INES: &str = LARKSPUR.liaison;

pub async fn world(database: TestDatabase) -> (World, String) {
    let change = |settings: &mut anteroom::config::Settings| {
        settings.mail.bounce_address = Some("bounces@returns.test.example".to_owned());
    };
    let w = World::with(database, "2026-11-02T14:00:00Z", change).await;
    let release = matters::release(&w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    let engagement = matters::proposal(&w, &LARKSPUR, &release).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    (w, engagement)
}

/// A report about a mail, as the system of its recipient would send it to the mail's envelope sender.
pub fn report(to: &str, action: &str, status: &str) -> Vec<u8> {
    format!(
        "From: MAILER-DAEMON@larkspur.test\r\nTo: {to}\r\nSubject: Delivery status\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"r\"\r\n\r\n--r\r\n\
         Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; larkspur.test\r\n\r\n\
         Final-Recipient: rfc822; {INES}\r\nAction: {action}\r\nStatus: {status}\r\n\r\n--r--\r\n"
    )
    .into_bytes()
}

pub async fn incident(w: &World, engagement: &str) -> (String, Mail) {
    let incident = w.act(DANA, "incidents", json!({ "under": engagement, "incident_type": "loss" })).await;
    (incident, mails_to(w, INES).pop().expect("N16"))
}

async fn problems(w: &World, who: &str) -> Vec<Value> {
    w.record(who, "worklist").await["mail_problems"].as_array().expect("a list").clone()
}

async fn returns(w: &World) -> bool {
    let accounts = w.record(NIA, "accounts").await;
    let all = accounts.as_array().expect("a list");
    all.iter().find(|one| one["email"] == INES).expect("the account")["mail_returns_since"].is_string()
}

async fn a_legal_notice_that_bounces_becomes_a_task_and_optional_mail_stops(database: TestDatabase) {
    let (w, engagement) = world(database).await;
    let (incident, mail) = incident(&w, &engagement).await;
    assert!(mail.from.starts_with("bounces+") && mail.from.ends_with("@returns.test.example"), "{}", mail.from);
    assert!(mail.from.split('@').next().unwrap().len() <= 64, "{}", mail.from);
    assert!(!returns(&w).await);
    for _ in 0..2 {
        assert_eq!(w.app.take_report(&report(&mail.from, "failed", "5.1.1")).await.unwrap(), Intake::Bounced);
    }
    assert!(returns(&w).await, "it is shown on the person");
    let task = &problems(&w, DANA).await[..];
    assert_eq!(task.len(), 1, "one, however often it is reported: {task:?}");
    assert_eq!((&task[0]["reference"], &task[0]["next_step"]), (&json!(incident), &json!("resolve_mail_problem")));
    assert_eq!(problems(&w, NIA).await.len(), 1);
    for who in [GRANT, INES, matters::QUILLSTONE.liaison] {
        assert_eq!(problems(&w, who).await, [] as [Value; 0], "{who}");
        assert_eq!(w.get(who, "mail-problems").await.status, 403, "{who}");
    }

    // Optional mail stops; what is legally operative is sent all the same.
    let before = mails_to(&w, INES).len();
    w.act(DANA, "conditions", json!({ "attach_to": engagement, "template": "nda" })).await;
    assert_eq!(mails_to(&w, INES).len(), before);
    let (_, second) = self::incident(&w, &engagement).await;
    assert_eq!(mails_to(&w, INES).len(), before + 1);
    assert_ne!(second.from, mail.from, "each mail has its own address");

    let listed = w.record(DANA, "mail-problems").await;
    let id = listed[0]["id"].as_str().unwrap();
    assert_eq!((&listed[0]["reason"], &listed[0]["status"]), (&json!("bounced"), &json!("5.1.1")));
    assert_eq!(w.post(INES, &format!("mail-problems/{id}/resolve"), &json!({})).await.status, 403);
    let resolved = w.post(DANA, &format!("mail-problems/{id}/resolve"), &json!({})).await;
    assert_eq!(resolved.status, 204, "{}", resolved.body);
    assert_eq!(w.post(DANA, &format!("mail-problems/{id}/resolve"), &json!({})).await.status, 404, "it is resolved");
    assert_eq!(problems(&w, DANA).await, [] as [Value; 0]);
    assert!(!returns(&w).await);
    w.act(DANA, "conditions", json!({ "attach_to": engagement, "template": "confidentiality" })).await;
    assert_eq!(mails_to(&w, INES).len(), before + 2, "mail goes out again");
    w.stop().await;
}

async fn what_is_only_late_or_is_no_report_changes_nothing(database: TestDatabase) {
    let (w, engagement) = world(database).await;
    let (_, mail) = incident(&w, &engagement).await;
    let take = async |raw: Vec<u8>| w.app.take_report(&raw).await.unwrap();
    assert_eq!(take(report(&mail.from, "delayed", "4.4.1")).await, Intake::Delayed);
    let (first, rest) = mail.from.split_at("bounces+".len());
    let changed = if rest.starts_with('0') { "1" } else { "0" };
    let forged = format!("{first}{changed}{}", &rest[1..]);
    assert_eq!(take(report(&forged, "failed", "5.1.1")).await, Intake::Ignored);
    assert_eq!(take(report("bounces@returns.test.example", "failed", "5.1.1")).await, Intake::Ignored);
    let answer = format!("From: {INES}\r\nTo: {}\r\nSubject: Away\r\n\r\nI am away.\r\n", mail.from);
    assert_eq!(take(answer.into_bytes()).await, Intake::Ignored);
    assert_eq!(take(vec![0; 64]).await, Intake::Ignored);
    assert_eq!((problems(&w, NIA).await.len(), returns(&w).await), (0, false));
    // Given up after days says nothing of the address, but the notice did not arrive.
    assert_eq!(take(report(&mail.from, "failed", "4.4.7")).await, Intake::Expired);
    assert_eq!((problems(&w, NIA).await.len(), returns(&w).await), (1, false));
    w.stop().await;
}

async fn a_legal_notice_that_the_relay_refuses_becomes_a_task_too(database: TestDatabase) {
    let (w, engagement) = world(database).await;
    w.smtp.fault_for(INES, Some(Fault::AtRecipient(550)));
    w.act(DANA, "conditions", json!({ "attach_to": engagement, "template": "nda" })).await;
    assert_eq!(problems(&w, DANA).await.len(), 0, "an optional mail is nobody's task");
    w.act(DANA, "incidents", json!({ "under": engagement, "incident_type": "loss" })).await;
    assert_eq!(problems(&w, DANA).await.len(), 1);
    assert_eq!(w.record(NIA, "mail-problems").await[0]["reason"], "refused");
    w.stop().await;
}

async fn the_log_of_mail_says_what_became_of_each_and_nothing_that_stands_in_it(database: TestDatabase) {
    let (w, engagement) = world(database).await;
    let (incident, mail) = incident(&w, &engagement).await;
    w.app.take_report(&report(&mail.from, "failed", "5.1.1")).await.unwrap();
    let mut entries = Vec::new();
    let mut path = "mail-log?limit=3".to_owned();
    loop {
        let page = w.record(NIA, &path).await;
        entries.extend(page["items"].as_array().unwrap().clone());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("mail-log?limit=3&cursor={cursor}");
    }
    let sent = w.smtp.received().len();
    assert_eq!(entries.len(), sent, "each once");
    let ids: std::collections::BTreeSet<&str> = entries.iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), sent);
    let id = mail.header("message-id").unwrap().trim_matches(['<', '>']).to_owned();
    let one = entries.iter().find(|one| one["message_id"] == id.as_str()).unwrap();
    assert_eq!(
        (&one["outcome"], &one["code"], &one["reference"]),
        (&json!("bounced"), &json!("N16"), &json!(incident))
    );
    assert_eq!((&one["account"], &one["attempts"]), (&json!(w.account(INES)), &json!(1)));
    let all = serde_json::to_string(&entries).unwrap();
    for hidden in [INES, LARKSPUR.model, "Please", "Larkspur", "http"] {
        assert!(!all.contains(hidden), "{hidden}");
    }
    for who in [DANA, INES] {
        assert_eq!(w.get(who, "mail-log").await.status, 403, "{who}");
    }
    w.stop().await;
}
