//! Every stem with sample and with hostile fields, and what the finished mail looks like.

use chrono::{DateTime, NaiveDate, TimeZone, Utc};

use super::calendar::{CalendarPart, Method};
use super::message::{ACCOUNT_REFERENCE, ComposeError, DigestLine, Envelope, MailFields, Message};
use super::transport::capture::CAPACITY;
use super::transport::{CaptureBox, SettingsError, SmtpSettings, SmtpTransport, Tls, Transport};
use crate::domain::notice::Ask as Action;
use crate::domain::notice::{NoticeKind, Stem};

fn fields(stem: Stem) -> MailFields {
    MailFields {
        code: NoticeKind::N13,
        stem,
        reference: "ENG-2026-K7Q4MD".to_owned(),
        ask: Action::Read,
        task_due: None,
        task_at: None,
        zone: chrono_tz::America::New_York,
        changed: None,
        late: false,
        link: "https://anteroom.example/engagements/ENG-2026-K7Q4MD".to_owned(),
        single_use: None,
        calendar: (stem == Stem::Calendar).then(|| entry(Method::Request, 0)),
        digest: if stem == Stem::Digest { vec![line("ENG-2026-K7Q4MD")] } else { Vec::new() },
        unsubscribe: None,
    }
}

fn entry(method: Method, sequence: u32) -> CalendarPart {
    CalendarPart {
        method,
        uid: "0190-77@anteroom.example".to_owned(),
        sequence,
        stamp: Utc.with_ymd_and_hms(2026, 11, 23, 14, 0, 0).unwrap(),
        day: day(),
    }
}

fn line(reference: &str) -> DigestLine {
    DigestLine {
        stem: Stem::Condition,
        reference: reference.to_owned(),
        notices: 1,
        ask: Action::Read,
        task_due: None,
        task_at: None,
        link: format!("https://anteroom.example/engagements/{reference}"),
    }
}

fn envelope() -> Envelope {
    Envelope {
        to: "dana@example.org".to_owned(),
        from: "Anteroom <no-reply@anteroom.example>".to_owned(),
        return_path: None,
        message_id: "0190-42@anteroom.example".to_owned(),
        thread_root: Some("ENG-2026-K7Q4MD@anteroom.example".to_owned()),
        date: Utc.with_ymd_and_hms(2026, 11, 23, 14, 0, 0).unwrap(),
    }
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 12, 14).unwrap()
}

fn compose(fields: &MailFields) -> Message {
    Message::compose(fields, envelope()).unwrap()
}

#[test]
fn every_stem_and_action_renders_with_its_reference_action_and_link_in_both_bodies() {
    for stem in Stem::ALL {
        for action in Action::ALL {
            let mut fields = fields(stem);
            fields.ask = action;
            fields.digest.iter_mut().for_each(|line| line.ask = action);
            let message = compose(&fields);
            let rendered = message.rendered();
            let html = rendered.html.replace("&#39;", "'");
            for body in [&rendered.text, &html] {
                assert!(body.contains("ENG-2026-K7Q4MD"), "{stem:?}");
                assert_eq!(
                    body.contains("Record: "),
                    !matches!(stem, Stem::View | Stem::Digest | Stem::Invitation),
                    "{stem:?}"
                );
                assert!(body.contains(action.sentence()), "{stem:?} {action:?}");
                assert!(body.contains(&fields.link), "{stem:?}");
                assert!(!body.contains("{{") && !body.contains("outage") && !body.contains("Your task is due"));
            }
        }
    }
}

#[test]
fn a_subject_depends_on_the_record_alone() {
    for stem in Stem::ALL.into_iter().filter(|stem| !matches!(stem, Stem::Document | Stem::Digest | Stem::View)) {
        assert_eq!(
            compose(&fields(stem)).rendered().subject,
            "[ENG-2026-K7Q4MD] Anteroom notice about this engagement"
        );
    }
    assert_eq!(compose(&fields(Stem::Digest)).rendered().subject, "Anteroom digest");
    assert_eq!(compose(&fields(Stem::View)).rendered().subject, "Anteroom notice about a kept view");
    let table = [
        ("INQ-2026-0007", "[INQ-2026-0007] Anteroom notice about this inquiry"),
        ("GRA-2026-7ZZZZZ", "[GRA-2026-7ZZZZZ] Anteroom notice about this access grant"),
        (ACCOUNT_REFERENCE, "[ACCOUNT] Anteroom notice about this account"),
        ("XYZ-2026-0001", "[XYZ-2026-0001] Anteroom notice about this record"),
    ];
    for (reference, subject) in table {
        let mut fields = fields(Stem::Account);
        fields.reference = reference.to_owned();
        assert_eq!(compose(&fields).rendered().subject, subject);
    }
}

#[test]
fn the_secret_of_a_link_that_works_once_has_its_form_and_follows_the_link() {
    let secret = format!("anr_ot_{}", "A".repeat(43));
    let mut fields = fields(Stem::Invitation);
    fields.single_use = Some(secret.clone());
    let rendered = compose(&fields).rendered().clone();
    for body in [&rendered.text, &rendered.html] {
        assert!(body.contains(&format!("{}#{secret}", fields.link)) && body.contains("works once"), "{body}");
    }
    assert!(!rendered.subject.contains("anr_"), "{}", rendered.subject);
    for wrong in
        ["", "anr_ot_", "anr_rt_AAAA", "Heron-3", &format!("{secret}A"), &format!("anr_ot_{}<", "A".repeat(42))]
    {
        fields.single_use = Some(wrong.to_owned());
        assert_eq!(Message::compose(&fields, envelope()), Err(ComposeError::Secret), "{wrong}");
    }
}

#[test]
fn no_wording_speaks_of_approving_clearing_or_licensing() {
    let banned = ["approv", "clear", "licens", "preclear", "permit", "for review", "certif", "<img", "src=", "<script"];
    for stem in Stem::ALL {
        for action in Action::ALL {
            let mut fields = fields(stem);
            fields.ask = action;
            let rendered = compose(&fields).rendered().clone();
            let all = format!("{}{}{}", rendered.subject, rendered.text, rendered.html).to_lowercase();
            for word in banned {
                assert!(!all.contains(word), "{stem:?} {action:?} says {word}");
            }
        }
    }
}

#[test]
fn a_participation_mail_says_that_the_release_is_unaffected() {
    let rendered = compose(&fields(Stem::Participation)).rendered().clone();
    assert!(rendered.text.contains("the release of the model is unaffected"));
    assert!(rendered.html.contains("the release of the model is unaffected"));
}

#[test]
fn a_task_date_and_lateness_are_said_where_they_may_be() {
    for stem in Stem::ALL {
        let mut fields = fields(stem);
        fields.task_due = Some(day());
        fields.late = true;
        let outcome = Message::compose(&fields, envelope());
        if stem.may_carry_task_date() {
            let rendered = outcome.unwrap().rendered().clone();
            let due = "by the end of Monday, December 14, 2026, Eastern Time";
            assert!(rendered.text.contains(&format!("due {due}.")), "{}", rendered.text);
            assert!(rendered.html.contains(&format!("due <strong>{due}</strong>.")), "{}", rendered.html);
            assert!(rendered.text.contains("This mail is late") && rendered.html.contains("This mail is late"));
        } else {
            assert_eq!(outcome, Err(ComposeError::DateNotAllowed(stem.as_str())));
        }
    }
    let dateless: Vec<&str> = Stem::ALL.into_iter().filter(|s| !s.may_carry_task_date()).map(Stem::as_str).collect();
    assert_eq!(dateless, ["determination", "ready", "window", "ended", "invitation", "link", "view", "digest"]);
}

#[test]
fn a_task_that_does_not_end_with_its_day_names_its_time_and_every_date_its_zone() {
    let at = Utc.with_ymd_and_hms(2026, 12, 14, 13, 0, 0).unwrap();
    let line = DigestLine { task_due: Some(day()), task_at: Some(at), ..line("ENG-2026-K7Q4MD") };
    let reminder = MailFields { task_due: Some(day()), task_at: Some(at), ..fields(Stem::Reminder) };
    let digest = MailFields { digest: vec![line], ..fields(Stem::Digest) };
    for (zone, instant, end) in [
        (chrono_tz::America::New_York, "at 8:00 a.m. EST on Monday, December 14, 2026", "Eastern Time"),
        (chrono_tz::America::Denver, "at 6:00 a.m. MST on Monday, December 14, 2026", "Mountain Time"),
        (chrono_tz::Europe::Berlin, "at 2:00 p.m. CET on Monday, December 14, 2026", "Europe/Berlin"),
    ] {
        for dated in [&reminder, &digest] {
            let rendered = compose(&MailFields { zone, ..dated.clone() }).rendered().clone();
            assert!(rendered.text.contains(&format!("Your task is due {instant}.")), "{}", rendered.text);
            assert!(rendered.html.contains(instant), "{}", rendered.html);
        }
        let rendered = compose(&MailFields { zone, task_at: None, ..reminder.clone() }).rendered().clone();
        let end = format!("Your task is due by the end of Monday, December 14, 2026, {end}.");
        assert!(rendered.text.contains(&end), "{}", rendered.text);
    }
    let window = MailFields { task_at: Some(at), ..fields(Stem::Window) };
    assert_eq!(Message::compose(&window, envelope()), Err(ComposeError::DateNotAllowed("window")));
}

#[test]
fn word_of_a_kept_view_says_how_many_records_and_names_none() {
    for (changed, said) in [
        (None, "than before."),
        (Some(1), "than before: one record has come or gone."),
        (Some(12), "than before: 12 records have come or gone."),
    ] {
        let word = MailFields {
            reference: ACCOUNT_REFERENCE.to_owned(),
            link: "https://anteroom.example/views".to_owned(),
            changed,
            ..fields(Stem::View)
        };
        let rendered = compose(&word).rendered().clone();
        for text in [&rendered.subject, &rendered.text, &rendered.html] {
            assert!(!text.contains(ACCOUNT_REFERENCE), "{text}");
        }
        assert!(rendered.text.starts_with("One of your kept views") && rendered.text.contains(said), "{rendered:?}");
        assert!(rendered.html.contains(said) && rendered.html.contains("https://anteroom.example/views"));
    }
    let other = MailFields { changed: Some(1), ..fields(Stem::Reminder) };
    assert_eq!(Message::compose(&other, envelope()), Err(ComposeError::Content("reminder")));
}

#[test]
fn the_text_body_reads_like_a_letter() {
    let mut fields = fields(Stem::Proposal);
    fields.task_due = Some(day());
    fields.ask = Action::Acknowledge;
    assert_eq!(
        compose(&fields).rendered().text,
        "There is a new step in an engagement proposal that you take part in.\n\n\
         Record: ENG-2026-K7Q4MD\n\n\
         Please sign in and acknowledge receipt.\n\n\
         Your task is due by the end of Monday, December 14, 2026, Eastern Time.\n\n\
         https://anteroom.example/engagements/ENG-2026-K7Q4MD\n\n\
         -- \n\
         Sent automatically by Anteroom. This mail deliberately says little: sign in for the details. Replies are not read."
    );
}

#[test]
fn control_characters_are_refused_in_every_field_before_anything_else_sees_them() {
    for bad in ["\r\n", "\n", "\r", "\0", "\u{7f}", "\u{85}", "\u{2028}", "\u{2029}", "\t"] {
        let with = |text: &str| format!("{text}{bad}Bcc: eve@example.net");
        let mut reference = fields(Stem::Inquiry);
        reference.reference = with("ENG-2026-K7Q4MD");
        let mut link = fields(Stem::Inquiry);
        link.link = with("https://anteroom.example/");
        assert_eq!(Message::compose(&reference, envelope()), Err(ComposeError::ControlCharacter("reference")));
        assert_eq!(Message::compose(&link, envelope()), Err(ComposeError::ControlCharacter("link")));

        let good = envelope();
        let envelopes = [
            (Envelope { to: with("dana@example.org"), ..good.clone() }, ComposeError::ControlCharacter("recipient")),
            (Envelope { from: with("Ante"), ..good.clone() }, ComposeError::ControlCharacter("sender")),
            (
                Envelope { return_path: Some(with("b@example.org")), ..good.clone() },
                ComposeError::ControlCharacter("return path"),
            ),
            (Envelope { message_id: with("a@b"), ..good.clone() }, ComposeError::Identifier("message id")),
            (Envelope { thread_root: Some(with("a@b")), ..good.clone() }, ComposeError::Identifier("thread root")),
        ];
        for (envelope, error) in envelopes {
            assert_eq!(Message::compose(&fields(Stem::Inquiry), envelope), Err(error), "{bad:?}");
        }
    }
}

/// Invariant 23: what stands in the place of a reference, and so in the subject, has the form of one.
#[test]
fn a_name_cannot_pass_as_a_reference() {
    for hostile in [
        "",
        "ENG",
        "Nightjar 4",
        "GPT-9",
        "eng-2026-0007",
        "ENG-26-0007",
        "ENG-2026-007",
        "ENG-2026-123456789",
        "ENG-2026-0007-1",
        "ENG-2026-00 7",
        "<b>-2026-0007",
        "{{7*7}}",
        "account",
    ] {
        let mut fields = fields(Stem::Inquiry);
        fields.reference = hostile.to_owned();
        assert_eq!(Message::compose(&fields, envelope()), Err(ComposeError::Reference), "{hostile}");
    }
}

#[test]
fn links_with_room_for_a_secret_or_a_script_are_refused() {
    let table = [
        ("https://anteroom.example/a", true),
        ("https://anteroom.example:8443/a/b-c_d.e~f/%20", true),
        ("https://[2001:db8::1]/a", true),
        ("http://localhost:8080/a", true),
        ("http://127.0.0.1:8080/a", true),
        ("http://[::1]:8080/a", true),
        ("http://anteroom.example/a", false),
        ("http://127.0.0.1.evil.example/a", false),
        ("https://anteroom.example/a?token=x", false),
        ("https://anteroom.example/a#token", false),
        ("https://user:secret@anteroom.example/", false),
        ("https://", false),
        ("https:///a", false),
        ("//anteroom.example/a", false),
        ("/a", false),
        ("javascript:alert(1)", false),
        ("data:text/html,x", false),
        ("HTTPS://anteroom.example/\"><script>", false),
        ("https://anteroom.example/\"><script>", false),
        ("https://anteroom.example/é", false),
        ("ftp://anteroom.example/", false),
    ];
    for (link, good) in table {
        let mut fields = fields(Stem::Inquiry);
        fields.link = link.to_owned();
        assert_eq!(Message::compose(&fields, envelope()).is_ok(), good, "{link}");
    }
}

#[test]
fn envelopes_with_unusable_parts_are_refused() {
    let good = envelope();
    let far = DateTime::<Utc>::MAX_UTC;
    let old = Utc.with_ymd_and_hms(1969, 12, 31, 23, 59, 59).unwrap();
    let table = [
        (Envelope { to: String::new(), ..good.clone() }, ComposeError::Address("recipient")),
        (Envelope { to: "a@example.org, b@example.org".into(), ..good.clone() }, ComposeError::Address("recipient")),
        (Envelope { to: "Dana <dana@example.org>".into(), ..good.clone() }, ComposeError::Address("recipient")),
        (Envelope { to: "dänä@example.org".into(), ..good.clone() }, ComposeError::Address("recipient")),
        (Envelope { from: "nobody".into(), ..good.clone() }, ComposeError::Address("sender")),
        (Envelope { return_path: Some("x".into()), ..good.clone() }, ComposeError::Address("return path")),
        (Envelope { message_id: "no-at".into(), ..good.clone() }, ComposeError::Identifier("message id")),
        (Envelope { message_id: "<a@b> <c@d>".into(), ..good.clone() }, ComposeError::Identifier("message id")),
        (Envelope { thread_root: Some("@b".into()), ..good.clone() }, ComposeError::Identifier("thread root")),
        (Envelope { date: far, ..good.clone() }, ComposeError::Date),
        (Envelope { date: old, ..good.clone() }, ComposeError::Date),
    ];
    for (envelope, error) in table {
        assert_eq!(Message::compose(&fields(Stem::Inquiry), envelope), Err(error));
    }
}

#[test]
fn the_wire_form_is_ascii_with_the_promised_headers_and_equal_on_every_attempt() {
    let mut envelope = envelope();
    envelope.from = "Änteroom <no-reply@anteroom.example>".to_owned();
    envelope.return_path = Some("bounce+42@anteroom.example".to_owned());
    let message = Message::compose(&fields(Stem::Nomination), envelope).unwrap();
    let wire = message.to_wire(None).unwrap();
    assert_eq!(wire, message.to_wire(None).unwrap());
    assert_eq!(wire.sender.to_string(), "bounce+42@anteroom.example");
    assert_eq!(wire.recipient.to_string(), "dana@example.org");
    assert!(wire.bytes.is_ascii());
    let text = String::from_utf8(wire.bytes).unwrap();
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    for line in [
        "Date: Mon, 23 Nov 2026 14:00:00 +0000",
        "To: dana@example.org",
        "Subject: [ENG-2026-K7Q4MD] Anteroom notice about this engagement",
        "Message-ID: <0190-42@anteroom.example>",
        "In-Reply-To: <ENG-2026-K7Q4MD@anteroom.example>",
        "References: <ENG-2026-K7Q4MD@anteroom.example>",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "MIME-Version: 1.0",
    ] {
        assert_eq!(head.lines().filter(|l| *l == line).count(), 1, "{line} in\n{head}");
    }
    assert!(head.contains("Content-Type: multipart/alternative"));
    assert!(text.lines().all(|line| line.len() <= 998));
    assert!(text.find("text/plain").unwrap() < text.find("text/html").unwrap(), "the richest part comes last");
}

/// Before disclosure a partner learns from its mail that a document waits, and nothing else (invariant 16).
#[test]
fn the_mail_before_disclosure_calls_the_record_a_document() {
    assert_eq!(NoticeKind::N14.stem(Action::Sign), Stem::Document);
    assert_eq!(NoticeKind::N14.stem(Action::Read), Stem::Nomination);
    assert_eq!(NoticeKind::N13.stem(Action::Sign), Stem::Condition);
    let mut fields = fields(Stem::Document);
    fields.reference = "NOM-2026-K7Q4MD".to_owned();
    fields.link = "https://anteroom.example".to_owned();
    fields.ask = Action::Sign;
    let message = compose(&fields);
    let rendered = message.rendered();
    assert_eq!(rendered.subject, "[NOM-2026-K7Q4MD] Anteroom notice about this document");
    for words in [&rendered.text, &rendered.html] {
        let words = words.to_lowercase();
        for word in ["nominat", "partner", "engagement", "model", "developer", "access"] {
            assert!(!words.contains(word), "{word}: {words}");
        }
    }
}

#[test]
fn codes_stems_and_actions_round_trip_through_their_names() {
    for (index, kind) in NoticeKind::ALL.into_iter().enumerate() {
        assert_eq!(kind.as_str(), format!("N{}", index + 1));
        assert_eq!(NoticeKind::parse(kind.as_str()), Some(kind));
    }
    for stem in Stem::ALL {
        assert_eq!(Stem::parse(stem.as_str()), Some(stem));
    }
    for action in Action::ALL {
        assert_eq!(Action::parse(action.as_str()), Some(action));
    }
    assert_eq!((NoticeKind::parse("N21"), Stem::parse("Window"), Action::parse("")), (None, None, None));
}

#[tokio::test]
async fn the_capture_box_keeps_the_newest_mails() {
    let captured = CaptureBox::new();
    let transport = Transport::Capture(captured.clone());
    let message = compose(&fields(Stem::Grant));
    for _ in 0..CAPACITY + 2 {
        assert_eq!(transport.send(&message).await.unwrap().response, "captured");
    }
    assert_eq!(captured.len(), CAPACITY);
    assert_eq!((captured.get(2), captured.all()[0].number), (None, 3));
    let mail = captured.get(3).unwrap();
    assert_eq!((mail.to.as_str(), mail.reference.as_str()), ("dana@example.org", "ENG-2026-K7Q4MD"));
    assert_eq!((mail.message_id.as_str(), mail.code), ("<0190-42@anteroom.example>", NoticeKind::N13));
    assert_eq!((mail.subject, mail.text, mail.html), {
        let rendered = message.rendered().clone();
        (rendered.subject, rendered.text, rendered.html)
    });
    assert_eq!(captured.to("DANA@example.org").len(), CAPACITY);
    assert!(captured.to("eve@example.org").is_empty());
    captured.clear();
    assert!(captured.is_empty());
    assert_eq!(Transport::Log.send(&message).await.unwrap().response, "logged");
}

#[test]
fn smtp_settings_that_could_send_in_the_clear_are_refused() {
    let good = SmtpSettings {
        host: "localhost".to_owned(),
        port: 25,
        tls: Tls::None,
        username: None,
        password: None,
        helo_name: "anteroom.example".to_owned(),
        extra_root_pem: None,
        timeout: std::time::Duration::from_secs(1),
        max_idle: 1,
        dkim: None,
    };
    let secret = || Some("hunter2-hunter2".to_owned().into());
    assert!(SmtpTransport::new(&good).is_ok());
    let table = [
        (SmtpSettings { host: "relay.example".into(), ..good.clone() }, SettingsError::PlainNotLoopback),
        (SmtpSettings { host: "10.0.0.1".into(), ..good.clone() }, SettingsError::PlainNotLoopback),
        (SmtpSettings { password: secret(), ..good.clone() }, SettingsError::Credentials),
        (SmtpSettings { username: Some("u".into()), ..good.clone() }, SettingsError::Credentials),
        (SmtpSettings { helo_name: "a\r\nMAIL".into(), ..good.clone() }, SettingsError::HeloName),
        (SmtpSettings { timeout: std::time::Duration::ZERO, ..good.clone() }, SettingsError::Timeout),
    ];
    for (settings, error) in table {
        assert_eq!(SmtpTransport::new(&settings).err(), Some(error));
    }
    let tls = SmtpSettings { host: "relay.example".into(), tls: Tls::StartTls, ..good.clone() };
    assert!(SmtpTransport::new(&tls).is_ok());
    let broken = SmtpSettings { extra_root_pem: Some(b"not a certificate".to_vec()), ..tls };
    assert!(matches!(SmtpTransport::new(&broken), Err(SettingsError::Tls(_))));
    let named = SmtpSettings { username: Some("u".into()), password: secret(), ..good };
    let printed = format!("{named:?} {:?}", SmtpTransport::new(&named).unwrap());
    assert!(!printed.contains("hunter2"), "{printed}");
}
