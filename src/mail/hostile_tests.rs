//! Every mail there is, N1 to N20, the digest and the entries of a calendar, with hostile text wherever a text could
//! reach, read back by a parser that did not write it: one recipient, no header that nobody set, no script, and nothing
//! that domain section 6 bans.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeZone as _, Utc};
use mail_parser::{MessageParser, MimeHeaders as _, PartType};

use super::calendar::{CalendarPart, Method};
use super::message::{DigestLine, Envelope, MailFields, Message};
use crate::domain::notice::{Ask, NoticeKind, Stem, Topic};

const TO: &str = "dana@example.org";

/// The headers that a mail may have.
const KNOWN: [&str; 13] = [
    "auto-submitted",
    "content-type",
    "date",
    "from",
    "in-reply-to",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "message-id",
    "mime-version",
    "references",
    "subject",
    "to",
    "x-auto-response-suppress",
];

/// What a text may try: to end its line, to run, to be a template, to name what nobody may name.
const HOSTILE: [&str; 9] = [
    "Heron-3\r\nBcc: eve@example.net",
    "Heron-3\nX-Added: 1",
    "Heron-3\r\n\r\n<script>alert(1)</script>",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "{{7*7}}{% raw %}",
    "\u{202e}Heron-3\u{2028}",
    "=?utf-8?q?Heron-3?=",
    "Heron-3; DTSTART:20270101",
];

fn envelope() -> Envelope {
    Envelope {
        to: TO.to_owned(),
        from: "Anteroom <no-reply@anteroom.example>".to_owned(),
        return_path: Some("bounces+00@anteroom.example".to_owned()),
        message_id: "0190-42@anteroom.example".to_owned(),
        thread_root: Some("0190-7@anteroom.example".to_owned()),
        date: Utc.with_ymd_and_hms(2026, 11, 23, 14, 0, 0).unwrap(),
    }
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 12, 14).unwrap()
}

fn fields(code: NoticeKind, stem: Stem, ask: Ask) -> MailFields {
    let address = "https://anteroom.example/engagements/ENG-2026-K7Q4MD".to_owned();
    let part = |method| CalendarPart {
        method,
        uid: "0190-77@anteroom.example".to_owned(),
        sequence: 1,
        stamp: envelope().date,
        day: day(),
    };
    let line = DigestLine {
        stem: Stem::Condition,
        reference: "CON-2026-K7Q4MD".to_owned(),
        notices: 2,
        ask,
        task_due: Some(day()),
        task_at: None,
        link: address.clone(),
    };
    MailFields {
        code,
        stem,
        reference: "ENG-2026-K7Q4MD".to_owned(),
        ask,
        task_due: stem.may_carry_task_date().then(day),
        task_at: None,
        zone: chrono_tz::America::New_York,
        changed: None,
        late: true,
        link: address.clone(),
        single_use: None,
        calendar: (stem == Stem::Calendar)
            .then(|| part(if ask == Ask::Read { Method::Cancel } else { Method::Request })),
        digest: if stem == Stem::Digest { vec![line] } else { Vec::new() },
        unsubscribe: Topic::of(code, stem).is_none_or(Topic::is_switchable).then_some(address),
    }
}

/// Every mail that the tables can bring.
fn every() -> Vec<MailFields> {
    let noticed = NoticeKind::ALL.into_iter().flat_map(|kind| Ask::ALL.map(|ask| fields(kind, kind.stem(ask), ask)));
    let reminded = [Stem::Reminder, Stem::Escalation, Stem::Window, Stem::Digest, Stem::Calendar];
    let reminded = reminded.into_iter().flat_map(|stem| Ask::ALL.map(|ask| fields(NoticeKind::N19, stem, ask)));
    noticed.chain(reminded).collect()
}

/// What a mail program shows, decoded, with the names of the headers.
fn read(message: &Message) -> (BTreeSet<String>, String) {
    let wire = message.to_wire(None).unwrap();
    assert_eq!(wire.recipient.to_string(), TO);
    let parsed = MessageParser::default().parse(&wire.bytes).expect("a mail");
    let to = parsed.to().and_then(|to| to.as_list()).expect("one list of recipients");
    assert_eq!(to.iter().map(|one| one.address.as_deref()).collect::<Vec<_>>(), [Some(TO)]);
    assert!(parsed.cc().is_none() && parsed.bcc().is_none() && parsed.reply_to().is_none());
    let mut names = BTreeSet::new();
    for header in parsed.headers() {
        assert!(names.insert(header.name().to_ascii_lowercase()), "{} stands there twice", header.name());
    }
    let mut shown = parsed.subject().unwrap_or_default().to_owned();
    for part in &parsed.parts {
        let kind = part.content_type().map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()));
        let kind = kind.unwrap_or_default();
        match &part.body {
            PartType::Multipart(_) => {
                assert!(["multipart/mixed", "multipart/alternative"].contains(&kind.as_str()), "{kind}");
            }
            PartType::Message(_) => panic!("a mail within a mail"),
            _ => {
                let known = ["text/plain", "text/html", "text/calendar", "application/ics"];
                assert!(known.contains(&kind.as_str()), "{kind}");
                shown.push('\n');
                shown.push_str(&String::from_utf8_lossy(part.contents()));
            }
        }
    }
    (names, shown)
}

#[test]
fn every_mail_has_one_recipient_known_headers_and_allowed_words_alone() {
    let known: BTreeSet<String> = KNOWN.map(str::to_owned).into();
    for fields in every() {
        let message = Message::compose(&fields, envelope()).unwrap_or_else(|error| panic!("{fields:?}: {error}"));
        let (names, shown) = read(&message);
        assert!(names.is_subset(&known), "{names:?}");
        let list = |name: &str| names.contains(name);
        assert_eq!(list("list-unsubscribe"), fields.unsubscribe.is_some());
        assert_eq!(list("list-unsubscribe"), list("list-unsubscribe-post"));
        let lower = shown.to_lowercase();
        for banned in ["<script", "onerror", "<img", "src=", "javascript:", "@import", "http-equiv", "{{", "{%"] {
            assert!(!lower.contains(banned), "{banned} in {shown}");
        }
        // No date but the recipient's own.
        let years = shown
            .match_indices("2026")
            .filter(|(at, _)| !shown[..*at].ends_with("ENG-") && !shown[..*at].ends_with("CON-"));
        for (at, _) in years {
            let around = &shown[at.saturating_sub(24)..(at + 12).min(shown.len())];
            let own = ["December 14, 2026", "20261214", "20261215", "DTSTAMP:20261123"];
            assert!(own.iter().any(|own| around.contains(own)), "a date: {around}");
        }
    }
}

/// Names and titles have no field; what has one refuses them, whatever they try.
#[test]
fn hostile_text_in_any_field_makes_no_mail() {
    type Poison = fn(&mut MailFields, &mut Envelope, &str);
    const FIELDS: [(&str, Poison); 11] = [
        ("reference", |fields, _, text| fields.reference = text.to_owned()),
        ("link", |fields, _, text| fields.link = format!("https://anteroom.example/{text}")),
        ("secret", |fields, _, text| fields.single_use = Some(text.to_owned())),
        ("unsubscribe", |fields, _, text| fields.unsubscribe = Some(format!("https://anteroom.example/{text}"))),
        ("line's reference", |fields, _, text| {
            fields.digest.iter_mut().for_each(|line| text.clone_into(&mut line.reference));
        }),
        ("line's link", |fields, _, text| fields.digest.iter_mut().for_each(|line| text.clone_into(&mut line.link))),
        ("uid", |fields, _, text| fields.calendar.iter_mut().for_each(|part| text.clone_into(&mut part.uid))),
        ("recipient", |_, envelope, text| envelope.to = format!("{text}@example.org, eve@example.net")),
        ("return path", |_, envelope, text| envelope.return_path = Some(text.to_owned())),
        ("identifier", |_, envelope, text| envelope.message_id = text.to_owned()),
        ("thread", |_, envelope, text| envelope.thread_root = Some(text.to_owned())),
    ];
    for (name, poison) in FIELDS {
        for text in HOSTILE {
            for stem in [Stem::Reminder, Stem::Digest, Stem::Calendar] {
                let concerned = match name {
                    "line's reference" | "line's link" => stem == Stem::Digest,
                    "uid" => stem == Stem::Calendar,
                    _ => true,
                };
                let (mut fields, mut envelope) = (fields(NoticeKind::N19, stem, Ask::Sign), envelope());
                poison(&mut fields, &mut envelope, text);
                let made = Message::compose(&fields, envelope);
                assert_eq!(made.is_err(), concerned, "{name}: {text:?} in {stem:?}");
            }
        }
    }
}

/// The display name of the sender is the one free text: it stays in its header.
#[test]
fn a_hostile_name_of_the_sender_stays_a_name_or_makes_no_mail() {
    let known: BTreeSet<String> = KNOWN.map(str::to_owned).into();
    for text in HOSTILE {
        let from = format!("\"{}\" <no-reply@anteroom.example>", text.replace('"', ""));
        let made =
            Message::compose(&fields(NoticeKind::N19, Stem::Reminder, Ask::Sign), Envelope { from, ..envelope() });
        let Ok(message) = made else { continue };
        let (names, shown) = read(&message);
        assert!(names.is_subset(&known), "{text:?}: {names:?}");
        assert!(!shown.contains("alert(1)") && !shown.contains("Heron-3"), "{shown}");
    }
}

#[test]
fn a_calendar_entry_or_a_digest_in_another_mail_is_refused() {
    let entry = fields(NoticeKind::N19, Stem::Calendar, Ask::Sign).calendar;
    let lines = fields(NoticeKind::N19, Stem::Digest, Ask::Sign).digest;
    for stem in Stem::ALL {
        let plain = MailFields { task_due: None, ..fields(NoticeKind::N19, stem, Ask::Sign) };
        let with_entry = MailFields { calendar: entry.clone(), ..plain.clone() };
        assert_eq!(Message::compose(&with_entry, envelope()).is_ok(), stem == Stem::Calendar, "{stem:?}");
        let with_lines = MailFields { digest: lines.clone(), ..plain };
        assert_eq!(Message::compose(&with_lines, envelope()).is_ok(), stem == Stem::Digest, "{stem:?}");
    }
    let mut dated = fields(NoticeKind::N19, Stem::Digest, Ask::Sign);
    dated.digest.iter_mut().for_each(|line| line.stem = Stem::Window);
    assert!(Message::compose(&dated, envelope()).is_err(), "a line may carry no date that its own mail may not");
}
