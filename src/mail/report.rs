//! Delivery reports (RFC 3464), as mail systems send them to the address that a mail names for that. Only what decides
//! is read: whether it is one, what it says of the recipient, and the token by which the service knows its own mail.

use mail_parser::{MessageParser, MessagePart, MimeHeaders as _, PartType};

/// The most bytes of a report. A report that returns the whole mail is far smaller, since mails have no files of size.
pub const MOST_BYTES: usize = 1 << 20;

/// What a report says of the mail that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What became of it.
    pub action: Action,
    /// The class of the status code: 4 for now, 5 for good (RFC 3463).
    pub class: u8,
    /// The whole status code, such as `5.1.1`.
    pub status: String,
    /// What stands behind the plus sign of every address that the report holds under the bounce address.
    pub tokens: Vec<String>,
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It was given up.
    Failed,
    /// It is still tried.
    Delayed,
}

/// Why a message is no report about a mail of this service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAReport {
    /// More than [`MOST_BYTES`].
    #[error("the message is too large")]
    Large,
    /// No message, or one without a part of the type that reports have.
    #[error("the message is no delivery report")]
    NoReport,
    /// It tells of a delivery, or of nothing that this service knows.
    #[error("the report tells of nothing that failed")]
    NothingFailed,
    /// No address under the bounce address stands in it.
    #[error("the report does not say which mail it is about")]
    NoToken,
}

/// Reads a report. `bounce_address` is the address, without a token, that mails name for reports.
///
/// # Errors
/// [`NotAReport`] for every other message; such a message is nobody's fault and is left alone.
pub fn read(raw: &[u8], bounce_address: &str) -> Result<Report, NotAReport> {
    if raw.len() > MOST_BYTES {
        return Err(NotAReport::Large);
    }
    let message = MessageParser::default().parse(raw).ok_or(NotAReport::NoReport)?;
    if !is_type(message.root_part(), "multipart", "report") {
        return Err(NotAReport::NoReport);
    }
    let status = message
        .parts
        .iter()
        .find(|part| is_type(part, "message", "delivery-status") || is_type(part, "message", "global-delivery-status"));
    let text = status.and_then(text_of).ok_or(NotAReport::NoReport)?;
    let (action, status) = worst(&text).ok_or(NotAReport::NothingFailed)?;
    let class = class_of(&status).ok_or(NotAReport::NothingFailed)?;
    let tokens = tokens(&String::from_utf8_lossy(raw).to_ascii_lowercase(), bounce_address);
    if tokens.is_empty() {
        return Err(NotAReport::NoToken);
    }
    Ok(Report { action, class, status, tokens })
}

/// The address that one mail names for reports: the token behind a plus sign. `None` for an address that has no room.
pub fn address_with(bounce_address: &str, token: &str) -> Option<String> {
    let (left, host) = bounce_address.split_once('@')?;
    Some(format!("{left}+{token}@{host}"))
}

fn is_type(part: &MessagePart<'_>, main: &str, sub: &str) -> bool {
    part.content_type().is_some_and(|kind| {
        let same = kind.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case(sub));
        kind.ctype().eq_ignore_ascii_case(main) && same
    })
}

fn text_of(part: &MessagePart<'_>) -> Option<String> {
    match &part.body {
        PartType::Text(text) | PartType::Html(text) => Some(text.to_string()),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        PartType::Message(_) | PartType::Multipart(_) => None,
    }
}

/// The worst that is said of any recipient: a mail has one, but its system may have passed it on to several.
fn worst(text: &str) -> Option<(Action, String)> {
    let fields = fields(text);
    let of = |group: &[(String, String)], name: &str| {
        let found = group.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.to_ascii_lowercase())
    };
    let mut found: Option<(Action, String)> = None;
    for group in &fields {
        let action = match of(group, "action").as_deref() {
            Some("failed") => Action::Failed,
            Some("delayed") => Action::Delayed,
            _ => continue,
        };
        let Some(status) = of(group, "status").and_then(|status| code_of(&status)) else { continue };
        if action == Action::Failed || found.is_none() {
            found = Some((action, status));
        }
        if action == Action::Failed {
            break;
        }
    }
    found
}

/// Groups of fields, names in lower case, divided by empty lines; a line that begins with a space goes on.
fn fields(text: &str) -> Vec<Vec<(String, String)>> {
    let mut groups: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for line in text.lines() {
        if line.trim().is_empty() {
            groups.push(Vec::new());
            continue;
        }
        let Some(group) = groups.last_mut() else { continue };
        match (line.starts_with([' ', '\t']), line.split_once(':'), group.last_mut()) {
            (true, _, Some((_, value))) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            (false, Some((name, value)), _) => {
                group.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
            _ => {}
        }
    }
    groups
}

/// A status code without the comment that some systems put behind it: three numbers of at most three digits.
fn code_of(text: &str) -> Option<String> {
    let code = text.split(|character: char| character.is_whitespace() || character == '(').next()?;
    let parts: Vec<&str> = code.split('.').collect();
    let number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    (parts.len() == 3 && parts.iter().all(number)).then(|| code.to_owned())
}

fn class_of(status: &str) -> Option<u8> {
    status.split('.').next()?.parse().ok().filter(|class| matches!(class, 4 | 5))
}

/// What stands between the plus sign and the host of every address under the bounce address, wherever in the message:
/// how a system hands a report over decides which of its headers names the address.
fn tokens(text: &str, bounce_address: &str) -> Vec<String> {
    let Some((left, host)) = bounce_address.split_once('@') else { return Vec::new() };
    let (left, host) = (format!("{}+", left.to_ascii_lowercase()), format!("@{}", host.to_ascii_lowercase()));
    let mut found: Vec<String> = Vec::new();
    for (at, _) in text.match_indices(&left) {
        let rest = text.get(at + left.len()..).unwrap_or_default();
        let end = rest.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (token, behind) = rest.split_at(end);
        if !token.is_empty() && behind.starts_with(&host) && !found.iter().any(|known| known == token) {
            found.push(token.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "bounces@anteroom.example";

    fn report(action: &str, status: &str, to: &str) -> String {
        format!(
            "From: MAILER-DAEMON@relay.example\r\nTo: <{to}>\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nIt did not work.\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; relay.example\r\n\r\n\
             Final-Recipient: rfc822; dana@example.org\r\nAction: {action}\r\nStatus: {status}\r\n\
             Diagnostic-Code: smtp; 550 5.1.1 no\r\n such user\r\n\
             --b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: [ENG-2026-K7Q4MD] Anteroom notice\r\n--b--\r\n"
        )
    }

    #[test]
    fn a_report_says_what_became_of_which_mail() {
        let to = "Bounces+00AA11@Anteroom.Example";
        let table = [
            ("failed", "5.1.1", Ok((Action::Failed, 5, "5.1.1"))),
            ("Failed", "5.2.2 (mailbox full)", Ok((Action::Failed, 5, "5.2.2"))),
            ("failed", "4.4.7", Ok((Action::Failed, 4, "4.4.7"))),
            ("delayed", "4.4.1", Ok((Action::Delayed, 4, "4.4.1"))),
            ("delivered", "2.0.0", Err(NotAReport::NothingFailed)),
            ("relayed", "2.0.0", Err(NotAReport::NothingFailed)),
            ("failed", "2.0.0", Err(NotAReport::NothingFailed)),
            ("failed", "5.1", Err(NotAReport::NothingFailed)),
            ("failed", "", Err(NotAReport::NothingFailed)),
        ];
        for (action, status, expected) in table {
            let found = read(report(action, status, to).as_bytes(), ADDRESS);
            let expected = expected.map(|(action, class, status)| Report {
                action,
                class,
                status: status.to_owned(),
                tokens: vec!["00aa11".to_owned()],
            });
            assert_eq!(found, expected, "{action} {status}");
        }
    }

    #[test]
    fn the_token_is_found_wherever_the_address_stands_and_nowhere_else() {
        for (to, token) in [
            ("bounces+abc@anteroom.example", Some("abc")),
            ("bounces+@anteroom.example", None),
            ("bounces@anteroom.example", None),
            ("bounces+abc@elsewhere.example", None),
            ("bounces+a-c@anteroom.example", None),
        ] {
            let found = read(report("failed", "5.1.1", to).as_bytes(), ADDRESS).map(|report| report.tokens);
            assert_eq!(found, token.map_or(Err(NotAReport::NoToken), |token| Ok(vec![token.to_owned()])), "{to}");
        }
        let elsewhere = report("failed", "5.1.1", "postmaster@anteroom.example");
        let returned =
            elsewhere.replace("Subject: [ENG", "Return-Path: <bounces+ab12@anteroom.example>\r\nSubject: [ENG");
        assert_eq!(read(returned.as_bytes(), ADDRESS).map(|report| report.tokens), Ok(vec!["ab12".to_owned()]));
    }

    #[test]
    fn what_is_no_report_is_left_alone() {
        let answer = "From: dana@example.org\r\nTo: bounces+ab@anteroom.example\r\nSubject: Away\r\n\r\nI am away.\r\n";
        let nested = format!("Subject: Fwd\r\nContent-Type: text/plain\r\n\r\n{}", report("failed", "5.1.1", "x@y"));
        for text in ["", "\u{0}", "no message", answer, &nested] {
            assert_eq!(read(text.as_bytes(), ADDRESS), Err(NotAReport::NoReport), "{text}");
        }
        assert_eq!(read(&vec![b'a'; MOST_BYTES + 1], ADDRESS), Err(NotAReport::Large));
    }

    #[test]
    fn of_several_recipients_a_failure_counts_more_than_a_delay() {
        let two = report("delayed", "4.4.1", "bounces+ab@anteroom.example").replace(
            "Diagnostic-Code",
            "\r\nFinal-Recipient: rfc822; x@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code",
        );
        let found = read(two.as_bytes(), ADDRESS).unwrap();
        assert_eq!((found.action, found.status.as_str()), (Action::Failed, "5.1.1"));
    }

    #[test]
    fn an_address_with_a_token_has_it_behind_a_plus_sign() {
        assert_eq!(address_with(ADDRESS, "ab12").as_deref(), Some("bounces+ab12@anteroom.example"));
        assert_eq!(address_with("nothing", "ab12"), None);
    }
}
