//! The life of an entry in a person's calendar: request, update, cancel.

use calcard::{
    Entry, Parser,
    common::IanaString as _,
    icalendar::{ICalendar, ICalendarComponentType as Component, ICalendarEntry},
};
use mail_parser::{MessageParser, MimeHeaders as _, PartType};
use serde_json::json;

use super::{choose, mails_to};
use crate::support::{
    database::TestDatabase,
    matters::{self, ADELE, DANA, LARKSPUR, NIA},
    smtp::Mail,
    world::World,
};

on_both! {
    an_entry_is_requested_moved_and_canceled_under_one_uid
    switching_entries_on_sends_all_open_tasks_and_off_takes_them_back
    whoever_loses_the_task_loses_the_entry_and_nobody_else_gets_one
    nobody_gets_an_entry_without_asking
}

/// What a calendar reads in a mail.
#[derive(Debug, PartialEq, Eq)]
struct Read {
    method: String,
    uid: String,
    sequence: String,
    status: String,
    start: String,
    end: String,
    stamp: String,
    organizer: String,
    attendee: String,
    summary: String,
    alarms: usize,
}

/// The calendar object of a mail, which stands in it twice: last among the alternatives, and as a file.
fn object(mail: &Mail) -> Option<ICalendar> {
    let parsed = MessageParser::default().parse(&mail.raw).expect("a mail");
    let root = parsed.root_part();
    let kind = |part: &mail_parser::MessagePart<'_>| {
        let kind = part.content_type().expect("a type");
        format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default())
    };
    if kind(root) != "multipart/mixed" {
        return None;
    }
    let PartType::Multipart(parts) = &root.body else { panic!("no parts") };
    let [alternative, file] = parts[..] else { panic!("{} parts", parts.len()) };
    let alternative = parsed.part(alternative).expect("a part");
    let PartType::Multipart(bodies) = &alternative.body else { panic!("no alternatives") };
    let bodies: Vec<_> = bodies.iter().map(|id| parsed.part(*id).expect("a part")).collect();
    let kinds: Vec<String> = bodies.iter().map(|part| kind(part)).collect();
    assert_eq!(kinds, ["text/plain", "text/html", "text/calendar"]);
    let file = parsed.part(file).expect("a part");
    assert_eq!((kind(file), file.attachment_name()), ("application/ics".to_owned(), Some("invite.ics")));
    let inline = bodies[2];
    let text = String::from_utf8(inline.contents().to_vec()).expect("text");
    assert_eq!(text.as_bytes(), file.contents(), "both say the same");
    let Entry::ICalendar(calendar) = Parser::new(&text).entry() else { panic!("no calendar:\n{text}") };
    let method = inline.content_type().and_then(|kind| kind.attribute("method")).expect("a method");
    assert!(text.contains(&format!("METHOD:{method}\r\n")), "{text}");
    Some(calendar)
}

fn read(mail: &Mail) -> Option<Read> {
    let calendar = object(mail)?;
    let of = |kind: Component| calendar.components.iter().filter(move |part| part.component_type == kind);
    let (whole, event) = (of(Component::VCalendar).next().expect("a calendar"), of(Component::VEvent).next());
    let event = event.expect("an event");
    assert_eq!(of(Component::VEvent).count(), 1, "one event a mail");
    let value = |entries: &[ICalendarEntry], name: &str| {
        let found: Vec<_> = entries.iter().filter(|entry| entry.name.as_str() == name).collect();
        assert_eq!(found.len(), 1, "{name}");
        let value = found[0].values.first().expect("a value");
        match value {
            calcard::icalendar::ICalendarValue::PartialDateTime(at) => {
                let two = |part: Option<u8>| part.map(|part| format!("{part:02}")).unwrap_or_default();
                let day = format!("{}-{}-{}", at.year.unwrap_or_default(), two(at.month), two(at.day));
                format!("{day} {}{}{}", two(at.hour), two(at.minute), two(at.second)).trim().to_owned()
            }
            calcard::icalendar::ICalendarValue::Integer(number) => number.to_string(),
            calcard::icalendar::ICalendarValue::Method(method) => method.as_str().to_owned(),
            calcard::icalendar::ICalendarValue::Status(status) => status.as_str().to_owned(),
            calcard::icalendar::ICalendarValue::Uri(uri) => uri.as_str().expect("an address").to_owned(),
            other => other.as_text().unwrap_or_else(|| panic!("{name}: {other:?}")).to_owned(),
        }
    };
    Some(Read {
        method: value(&whole.entries, "METHOD"),
        uid: value(&event.entries, "UID"),
        sequence: value(&event.entries, "SEQUENCE"),
        status: value(&event.entries, "STATUS"),
        start: value(&event.entries, "DTSTART"),
        end: value(&event.entries, "DTEND"),
        stamp: value(&event.entries, "DTSTAMP"),
        organizer: value(&event.entries, "ORGANIZER"),
        attendee: value(&event.entries, "ATTENDEE"),
        summary: value(&event.entries, "SUMMARY"),
        alarms: of(Component::VAlarm).count(),
    })
}

fn entries(w: &World, who: &str) -> Vec<Read> {
    mails_to(w, who).iter().filter_map(read).collect()
}

async fn world(database: TestDatabase) -> World {
    World::new(database, "2026-11-02T14:00:00Z").await
}

/// The proposal of an engagement: to be acknowledged by the program office within five working days (D4).
async fn proposed(w: &World) -> String {
    let release = matters::release(w, &LARKSPUR, "2026-12-23T09:00:00-05:00").await;
    matters::proposal(w, &LARKSPUR, &release).await
}

async fn an_entry_is_requested_moved_and_canceled_under_one_uid(database: TestDatabase) {
    let w = world(database).await;
    choose(&w, DANA, json!({ "calendar_entries": true })).await;
    let engagement = proposed(&w).await;
    w.at("2026-11-02T15:00:00Z").await;
    w.act(NIA, "working-days/close", json!({ "day": "2026-11-05", "reason": "weather" })).await;
    w.at("2026-11-02T15:30:00Z").await;
    matters::acknowledge(&w, DANA, &engagement).await;
    w.work().await;

    let found = entries(&w, DANA);
    let [request, update, cancel] = &found[..] else { panic!("{found:#?}") };
    let told = |read: &Read| (read.method.clone(), read.sequence.clone(), read.status.clone(), read.alarms);
    let expect = |method: &str, sequence: &str, status: &str, alarms| {
        (method.to_owned(), sequence.to_owned(), status.to_owned(), alarms)
    };
    assert_eq!(told(request), expect("REQUEST", "0", "CONFIRMED", 1));
    assert_eq!(told(update), expect("REQUEST", "1", "CONFIRMED", 1));
    assert_eq!(told(cancel), expect("CANCEL", "2", "CANCELLED", 0));
    for read in &found {
        assert_eq!(read.uid, request.uid);
        assert_eq!(read.organizer, "mailto:anteroom@test.example");
        assert_eq!(read.attendee, format!("mailto:{DANA}"));
    }
    assert!(!request.uid.contains(&engagement) && !request.uid.contains("acknowledged"), "{}", request.uid);
    // Five working days after Monday, 2026-11-02; one more since the 5th is closed. The end is exclusive.
    assert_eq!((request.start.as_str(), request.end.as_str()), ("2026-11-09", "2026-11-10"));
    assert_eq!((update.start.as_str(), update.end.as_str()), ("2026-11-10", "2026-11-11"));
    assert_eq!(request.summary, format!("{engagement}: acknowledge"));
    let stamps = [&request.stamp, &update.stamp, &cancel.stamp];
    assert!(stamps.is_sorted() && stamps[0] < stamps[1] && stamps[1] < stamps[2], "{stamps:?}");
    w.stop().await;
}

async fn switching_entries_on_sends_all_open_tasks_and_off_takes_them_back(database: TestDatabase) {
    let w = world(database).await;
    proposed(&w).await;
    assert_eq!(entries(&w, DANA), []);
    choose(&w, DANA, json!({ "calendar_entries": true })).await;
    let methods = |w: &World| entries(w, DANA).into_iter().map(|read| (read.method, read.sequence)).collect::<Vec<_>>();
    let request = ("REQUEST".to_owned(), "0".to_owned());
    assert_eq!(methods(&w), std::slice::from_ref(&request));
    // Choosing something else says nothing again, nor does looking at all calendars.
    choose(&w, DANA, json!({ "calendar_entries": true, "quiet_hours": true })).await;
    assert_eq!(w.app.review_calendars().await.unwrap(), 0);
    assert_eq!(methods(&w).len(), 1);
    choose(&w, DANA, json!({})).await;
    assert_eq!(methods(&w), [request, ("CANCEL".to_owned(), "1".to_owned())]);
    w.stop().await;
}

/// An unclaimed proposal is every liaison's to acknowledge; once one did, the next task is that one's alone.
async fn whoever_loses_the_task_loses_the_entry_and_nobody_else_gets_one(database: TestDatabase) {
    let w = world(database).await;
    for who in [DANA, ADELE, LARKSPUR.liaison] {
        choose(&w, who, json!({ "calendar_entries": true })).await;
    }
    let engagement = proposed(&w).await;
    assert_eq!((entries(&w, DANA).len(), entries(&w, ADELE).len(), entries(&w, LARKSPUR.liaison).len()), (1, 0, 0));
    // The role is ended outside of any case: the review of calendars finds it.
    let account = w.account(DANA).to_owned();
    let accounts = w.record(NIA, "accounts").await;
    let dana = accounts.as_array().unwrap().iter().find(|one| one["id"] == account.as_str()).unwrap();
    let role = dana["roles"].as_array().unwrap().iter().find(|role| role["role"] == "PL").expect("the role");
    let path = format!("accounts/{account}/roles/{}/end", role["id"].as_str().unwrap());
    let ended = w.post(NIA, &path, &json!({})).await;
    assert!(ended.status.is_success(), "{}", ended.body);
    assert_eq!(w.app.review_calendars().await.unwrap(), 1);
    w.work().await;
    let last = entries(&w, DANA).pop().unwrap();
    assert_eq!((last.method.as_str(), last.summary.as_str()), ("CANCEL", format!("{engagement}: read").as_str()));
    w.stop().await;
}

async fn nobody_gets_an_entry_without_asking(database: TestDatabase) {
    let w = world(database).await;
    let engagement = proposed(&w).await;
    matters::acknowledge(&w, DANA, &engagement).await;
    matters::condition(&w, &LARKSPUR, &engagement, "confidentiality").await;
    assert!(w.smtp.received().iter().all(|mail| object(mail).is_none()));
    w.stop().await;
}
