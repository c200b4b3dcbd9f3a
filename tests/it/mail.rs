//! The SMTP transport against a real server that misbehaves on request.

use std::time::Duration;

use anteroom::domain::notice::{Ask, NoticeKind, Stem};
use anteroom::mail::transport::{SmtpSettings, SmtpTransport, Tls};
use anteroom::mail::{Envelope, MailFields, Message, SendError, Transport};
use chrono::{TimeZone, Utc};

use crate::support::smtp::{Fault, Mail, Options, Protection, SmtpServer};

const RECIPIENT: &str = "dana@example.org";

fn message(number: u32, to: &str) -> Message {
    let fields = MailFields {
        code: NoticeKind::N19,
        stem: Stem::Reminder,
        reference: "ENG-2026-K7Q4MD".to_owned(),
        ask: Ask::Answer,
        task_due: chrono::NaiveDate::from_ymd_opt(2026, 12, 14),
        task_at: None,
        zone: chrono_tz::America::New_York,
        changed: None,
        late: true,
        link: "https://anteroom.example/engagements/ENG-2026-K7Q4MD".to_owned(),
        single_use: None,
        calendar: None,
        digest: Vec::new(),
        unsubscribe: None,
    };
    let envelope = Envelope {
        to: to.to_owned(),
        from: "Anteroom <no-reply@anteroom.example>".to_owned(),
        return_path: Some("bounce@anteroom.example".to_owned()),
        message_id: format!("row-{number}@anteroom.example"),
        thread_root: Some("ENG-2026-K7Q4MD@anteroom.example".to_owned()),
        date: Utc.with_ymd_and_hms(2026, 11, 23, 14, 0, 0).unwrap(),
    };
    Message::compose(&fields, envelope).unwrap()
}

fn settings(server: &SmtpServer) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port: server.addr.port(),
        tls: Tls::None,
        username: None,
        password: None,
        helo_name: "anteroom.example".to_owned(),
        extra_root_pem: None,
        timeout: Duration::from_secs(20),
        max_idle: 2,
        dkim: None,
    }
}

fn trusting(server: &SmtpServer, tls: Tls) -> SmtpSettings {
    SmtpSettings { tls, extra_root_pem: Some(server.certificate_pem.clone().into_bytes()), ..settings(server) }
}

fn offering(protection: Protection) -> Options {
    Options { protection, ..Options::default() }
}

fn smtp(settings: &SmtpSettings) -> SmtpTransport {
    SmtpTransport::new(settings).unwrap()
}

async fn send(transport: &SmtpTransport, number: u32) -> Result<String, SendError> {
    send_to(transport, number, RECIPIENT).await
}

async fn send_to(transport: &SmtpTransport, number: u32, to: &str) -> Result<String, SendError> {
    Transport::Smtp(transport.clone()).send(&message(number, to)).await.map(|accepted| accepted.response)
}

/// `P550`, `T450`, `T` for a fault without code, `U`.
fn short(outcome: &Result<String, SendError>) -> String {
    let code = |code: &Option<u16>| code.map(|c| c.to_string()).unwrap_or_default();
    match outcome {
        Ok(_) => "ok".to_owned(),
        Err(SendError::Permanent { code: c, .. }) => format!("P{}", code(c)),
        Err(SendError::Transient { code: c, .. }) => format!("T{}", code(c)),
        Err(SendError::Unknown { .. }) => "U".to_owned(),
    }
}

fn ids(mails: &[Mail]) -> Vec<&str> {
    mails.iter().filter_map(|mail| mail.header("message-id")).collect()
}

#[tokio::test]
async fn a_mail_arrives_with_its_headers_and_both_bodies() {
    let server = SmtpServer::start().await;
    assert_eq!(send(&smtp(&settings(&server)), 1).await.unwrap(), "250 message");
    let mails = server.wait_for(1).await;
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(
        (mail.from.as_str(), mail.recipients.as_slice()),
        ("bounce@anteroom.example", &[RECIPIENT.to_owned()][..])
    );
    assert_eq!(mail.subject, "[ENG-2026-K7Q4MD] Anteroom notice about this engagement");
    let expected = message(1, RECIPIENT);
    assert_eq!(mail.text, expected.rendered().text);
    assert_eq!(mail.html, expected.rendered().html);
    for (name, value) in [
        ("from", "Anteroom <no-reply@anteroom.example>"),
        ("to", RECIPIENT),
        ("date", "Mon, 23 Nov 2026 14:00:00 +0000"),
        ("message-id", "<row-1@anteroom.example>"),
        ("in-reply-to", "<ENG-2026-K7Q4MD@anteroom.example>"),
        ("references", "<ENG-2026-K7Q4MD@anteroom.example>"),
        ("auto-submitted", "auto-generated"),
        ("x-auto-response-suppress", "All"),
    ] {
        assert_eq!((mail.header(name), mail.count(name)), (Some(value), 1), "{name}");
    }
    assert_eq!((mail.count("bcc"), mail.count("cc"), mail.encrypted, mail.user.clone()), (0, 0, false, None));
    assert_eq!(mail.raw, expected.to_wire(None).unwrap().bytes);
}

#[tokio::test]
async fn each_fault_gets_its_meaning_and_the_next_mail_goes_out() {
    let table = [
        (Fault::AtMail(421), "T421", 0),
        (Fault::AtMail(451), "T451", 0),
        (Fault::AtMail(550), "P550", 0),
        (Fault::AtRecipient(450), "T450", 0),
        (Fault::AtRecipient(550), "P550", 0),
        (Fault::AtRecipient(251), "ok", 1),
        (Fault::AtRecipient(354), "T", 0),
        (Fault::AtData(421), "T421", 0),
        (Fault::AtData(451), "T451", 0),
        (Fault::AtData(554), "P554", 0),
        (Fault::AtMessage(451), "T451", 0),
        (Fault::AtMessage(552), "P552", 0),
        (Fault::AtMessage(354), "U", 0),
        (Fault::DropAtRecipient, "T", 0),
        (Fault::DropAfterDot, "U", 1),
    ];
    for (fault, expected, kept) in table {
        let server = SmtpServer::start().await;
        server.fault_on_mail(1, fault);
        let transport = smtp(&settings(&server));
        assert_eq!(short(&send(&transport, 1).await), expected, "{fault:?}");
        assert_eq!(server.received().len(), kept, "{fault:?}");
        assert_eq!(short(&send(&transport, 2).await), "ok", "after {fault:?}");
        assert_eq!(server.received().len(), kept + 1, "after {fault:?}");
    }
}

#[tokio::test]
async fn silence_before_the_message_is_transient_and_after_it_unknown() {
    for (fault, expected) in [(Fault::HangAtRecipient, "T"), (Fault::HangAfterDot, "U")] {
        let server = SmtpServer::start().await;
        server.fault_on_mail(1, fault);
        let transport = smtp(&SmtpSettings { timeout: Duration::from_millis(300), ..settings(&server) });
        assert_eq!(short(&send(&transport, 1).await), expected, "{fault:?}");
        assert_eq!((transport.idle_connections(), server.connections()), (0, 1), "{fault:?}");
    }
}

#[tokio::test]
async fn a_retry_after_an_unknown_outcome_is_recognizable_by_its_message_id() {
    let server = SmtpServer::start().await;
    server.fault_on_mail(1, Fault::DropAfterDot);
    let transport = smtp(&settings(&server));
    assert_eq!(short(&send(&transport, 7).await), "U");
    assert_eq!(short(&send(&transport, 7).await), "ok");
    let mails = server.wait_for(2).await;
    assert_eq!(ids(&mails), ["<row-7@anteroom.example>"; 2]);
    assert_eq!(mails.iter().map(|mail| mail.acknowledged).collect::<Vec<_>>(), [false, true]);
    assert_eq!(mails[0].raw, mails[1].raw);
}

#[tokio::test]
async fn one_bad_recipient_does_not_hold_up_the_others() {
    let server = SmtpServer::start().await;
    server.fault_for("gone@example.org", Some(Fault::AtRecipient(550)));
    let transport = smtp(&settings(&server));
    assert_eq!(short(&send_to(&transport, 1, RECIPIENT).await), "ok");
    assert_eq!(short(&send_to(&transport, 2, "gone@example.org").await), "P550");
    assert_eq!(short(&send_to(&transport, 3, "omar@example.org").await), "ok");
    assert_eq!(server.connections(), 1, "a refusal does not cost the connection");
    server.fault_for("gone@example.org", None);
    assert_eq!(short(&send_to(&transport, 4, "gone@example.org").await), "ok");
    assert_eq!(server.received()[2].recipients, ["gone@example.org"]);
}

#[tokio::test]
async fn connections_are_reused_and_replaced_when_the_relay_has_closed_them() {
    let server = SmtpServer::start().await;
    let transport = smtp(&settings(&server));
    for number in 1..=20 {
        assert_eq!(short(&send(&transport, number).await), "ok");
    }
    assert_eq!((server.connections(), transport.idle_connections()), (1, 1));
    server.cut_idle_connections();
    assert_eq!(short(&send(&transport, 21).await), "ok");
    assert_eq!((server.connections(), server.received().len()), (2, 21));
    // A relay may also say 421 on a connection that it wants to be rid of.
    server.fault_on_mail(22, Fault::AtMail(421));
    assert_eq!(short(&send(&transport, 22).await), "ok");
    assert_eq!((server.connections(), server.received().len()), (3, 22));
    transport.close().await;
    assert_eq!(transport.idle_connections(), 0);
}

#[tokio::test]
async fn parallel_mails_share_at_most_the_configured_idle_connections() {
    let server = SmtpServer::start().await;
    let transport = smtp(&settings(&server));
    let (a, b, c) = tokio::join!(send(&transport, 1), send(&transport, 2), send(&transport, 3));
    assert!([a, b, c].iter().all(Result::is_ok));
    assert_eq!((server.connections(), transport.idle_connections()), (3, 2));
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn a_relay_that_is_not_there_is_transient() {
    let server = SmtpServer::start().await;
    let settings = settings(&server);
    let addr = server.addr;
    drop(server);
    // The listener closes when its aborted task is dropped; until then the port may still accept and then reset.
    let outcome = send(&smtp(&settings), 1).await;
    assert_eq!(short(&outcome), "T", "{addr}: {outcome:?}");
}

#[tokio::test]
async fn starttls_and_implicit_tls_carry_mail_to_a_trusted_relay() {
    for (protection, tls) in [(Protection::StartTls, Tls::StartTls), (Protection::Implicit, Tls::Implicit)] {
        for host in ["127.0.0.1", "localhost"] {
            let server = SmtpServer::start_with(offering(protection)).await;
            let transport = smtp(&SmtpSettings { host: host.to_owned(), ..trusting(&server, tls) });
            for number in 1..=2 {
                assert_eq!(short(&send(&transport, number).await), "ok", "{tls:?} {host}");
            }
            assert!(server.received().iter().all(|mail| mail.encrypted));
            assert_eq!(server.connections(), 1);
        }
    }
}

#[tokio::test]
async fn nothing_is_sent_without_the_protection_asked_for() {
    let stripped = SmtpServer::start().await;
    let start_tls = SmtpServer::start_with(offering(Protection::StartTls)).await;
    let implicit = SmtpServer::start_with(offering(Protection::Implicit)).await;
    let injected = SmtpServer::start_with(offering(Protection::StartTlsInjected)).await;
    let foreign = SmtpServer::start().await.certificate_pem.clone().into_bytes();
    let distrust = |settings: SmtpSettings| SmtpSettings { extra_root_pem: Some(foreign.clone()), ..settings };
    let names = vec!["relay.example".to_owned()];
    let misnamed = SmtpServer::start_with(Options { certificate_names: names, ..offering(Protection::StartTls) }).await;
    let table = [
        ("STARTTLS stripped", &stripped, trusting(&stripped, Tls::StartTls)),
        ("STARTTLS, unknown authority", &start_tls, SmtpSettings { tls: Tls::StartTls, ..settings(&start_tls) }),
        ("STARTTLS, foreign authority", &start_tls, distrust(trusting(&start_tls, Tls::StartTls))),
        ("STARTTLS, certificate for another name", &misnamed, trusting(&misnamed, Tls::StartTls)),
        ("implicit, unknown authority", &implicit, SmtpSettings { tls: Tls::Implicit, ..settings(&implicit) }),
        ("implicit, foreign authority", &implicit, distrust(trusting(&implicit, Tls::Implicit))),
        ("implicit asked of a plain relay", &stripped, trusting(&stripped, Tls::Implicit)),
        ("replies forged before TLS", &injected, trusting(&injected, Tls::StartTls)),
    ];
    for (case, server, settings) in table {
        let settings = SmtpSettings { timeout: Duration::from_secs(2), ..settings };
        assert_eq!(short(&send(&smtp(&settings), 1).await), "T", "{case}");
        assert!(server.received().is_empty(), "{case}");
    }
}

#[tokio::test]
async fn signing_in_works_and_a_wrong_password_is_not_held_against_the_mail() {
    let login = ("anteroom".to_owned(), "a-good-password".to_owned());
    let server =
        SmtpServer::start_with(Options { protection: Protection::StartTls, login: Some(login), ..Options::default() })
            .await;
    let with = |password: &str| SmtpSettings {
        username: Some("anteroom".to_owned()),
        password: Some(password.to_owned().into()),
        ..trusting(&server, Tls::StartTls)
    };
    assert_eq!(short(&send(&smtp(&with("wrong")), 1).await), "T535");
    assert_eq!(short(&send(&smtp(&trusting(&server, Tls::StartTls)), 1).await), "T530");
    assert_eq!(short(&send(&smtp(&with("a-good-password")), 1).await), "ok");
    let mails = server.received();
    assert_eq!((mails.len(), mails[0].user.as_deref(), mails[0].encrypted), (1, Some("anteroom"), true));
}
