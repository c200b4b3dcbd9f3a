//! From fields to words: one compiled template for the subject and a pair of bodies for each stem.
//!
//! There is one subject for all stems. It depends on the record alone (and calls one to be signed unseen a document), so that mail programs which thread by subject
//! keep a record's mails together, and so that no subject line can tell what happened.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::calendar::Method;
use super::message::{ComposeError, DigestLine, MailFields};
use crate::domain::notice::Stem;

/// The finished words of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject line; the same for every mail about a record.
    pub subject: String,
    /// The plain-text body.
    pub text: String,
    /// The HTML body; it says the same and loads nothing.
    pub html: String,
}

/// What the templates may read.
struct View<'a> {
    reference: &'a str,
    record: &'static str,
    action: &'static str,
    /// When the task is due, as the end of a sentence: "by the end of …" or "at … on …".
    task_due: Option<String>,
    changed: Option<usize>,
    late: bool,
    link: String,
    works_once: bool,
    entry: Entry,
    lines: Vec<Line<'a>>,
    unsubscribe: Option<&'a str>,
}

/// What a mail says of the entry that it brings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Entry {
    None,
    Entered,
    Moved,
    TakenOut,
}

/// A line of a digest.
struct Line<'a> {
    reference: &'a str,
    record: &'static str,
    notices: usize,
    action: &'static str,
    task_due: Option<String>,
    link: &'a str,
}

/// Renders a mail. The fields are taken to be validated.
pub(super) fn render(fields: &MailFields) -> Result<Rendered, ComposeError> {
    let view = View {
        reference: &fields.reference,
        record: record_noun(fields.stem, &fields.reference),
        action: fields.ask.sentence(),
        task_due: due(fields.task_due, fields.task_at, fields.zone),
        changed: fields.changed,
        late: fields.late,
        link: match &fields.single_use {
            Some(secret) => format!("{}#{secret}", fields.link),
            None => fields.link.clone(),
        },
        works_once: fields.single_use.is_some(),
        entry: entry(fields),
        lines: fields.digest.iter().map(|one| line(one, fields.zone)).collect(),
        unsubscribe: fields.unsubscribe.as_deref(),
    };
    let (text, html) = bodies(fields.stem, &view).map_err(|error| ComposeError::Template(error.to_string()))?;
    let digest = fields.stem == Stem::Digest;
    let kept_view = fields.stem == Stem::View;
    let subject = Subject { view: &view, digest, kept_view }
        .render()
        .map_err(|error| ComposeError::Template(error.to_string()))?;
    Ok(Rendered { subject: subject.trim().to_owned(), text, html })
}

fn entry(fields: &MailFields) -> Entry {
    match fields.calendar.as_ref().map(|part| (part.method, part.sequence)) {
        None => Entry::None,
        Some((Method::Request, 0)) => Entry::Entered,
        Some((Method::Request, _)) => Entry::Moved,
        Some((Method::Cancel, _)) => Entry::TakenOut,
    }
}

fn line(line: &DigestLine, zone: Tz) -> Line<'_> {
    Line {
        reference: &line.reference,
        record: record_noun(line.stem, &line.reference),
        notices: line.notices,
        action: line.ask.sentence(),
        task_due: due(line.task_due, line.task_at, zone),
        link: &line.link,
    }
}

/// When a task is due: at an instant, or else by the end of a day, each with its zone.
fn due(day: Option<NaiveDate>, at: Option<DateTime<Utc>>, zone: Tz) -> Option<String> {
    if let Some(at) = at {
        let local = at.with_timezone(&zone);
        let half = if local.format("%P").to_string() == "am" { "a.m." } else { "p.m." };
        let time = format!("{} {half} {}", local.format("%-I:%M"), local.format("%Z"));
        return Some(format!("at {time} on {}", spelled(local.date_naive())));
    }
    day.map(|day| format!("by the end of {}, {}", spelled(day), zone_name(zone)))
}

/// Zones as people call them who live there.
const ZONES: [(Tz, &str); 4] = [
    (Tz::America__New_York, "Eastern Time"),
    (Tz::America__Chicago, "Central Time"),
    (Tz::America__Denver, "Mountain Time"),
    (Tz::America__Los_Angeles, "Pacific Time"),
];

/// What a zone is called; one without a name of its own by its IANA name.
fn zone_name(zone: Tz) -> &'static str {
    ZONES.iter().find(|(known, _)| *known == zone).map_or_else(|| zone.name(), |(_, name)| name)
}

/// A day as a letter has it.
fn spelled(day: NaiveDate) -> String {
    day.format("%A, %B %-d, %Y").to_string()
}

/// What a record is called, by the prefix of its reference; a document to be signed, whatever it belongs to.
fn record_noun(stem: Stem, reference: &str) -> &'static str {
    if stem == Stem::Document {
        return "document";
    }
    match reference.split('-').next().unwrap_or_default() {
        "INQ" => "inquiry",
        "ENG" => "engagement",
        "NOM" => "nomination",
        "GRA" => "access grant",
        "HND" => "hand-off",
        "INC" => "incident",
        "REL" => "model release",
        "ACCOUNT" => "account",
        _ => "record",
    }
}

#[derive(Template)]
#[template(path = "mail/subject.txt")]
struct Subject<'a> {
    view: &'a View<'a>,
    digest: bool,
    kept_view: bool,
}

/// Declares the two body templates of each stem and the function that picks them; a stem without templates does
/// not compile.
macro_rules! bodies {
    ($($stem:ident: $text:tt, $html:tt;)+) => {
        fn bodies(stem: Stem, view: &View<'_>) -> Result<(String, String), askama::Error> {
            match stem {
                $(Stem::$stem => {
                    #[derive(Template)]
                    #[template(path = $text)]
                    struct Text<'a> {
                        view: &'a View<'a>,
                    }
                    #[derive(Template)]
                    #[template(path = $html)]
                    struct Html<'a> {
                        view: &'a View<'a>,
                    }
                    Ok((Text { view }.render()?, Html { view }.render()?))
                })+
            }
        }
    };
}

bodies! {
    Inquiry: "mail/inquiry/body.txt", "mail/inquiry/body.html";
    Determination: "mail/determination/body.txt", "mail/determination/body.html";
    Proposal: "mail/proposal/body.txt", "mail/proposal/body.html";
    Participation: "mail/participation/body.txt", "mail/participation/body.html";
    Ready: "mail/ready/body.txt", "mail/ready/body.html";
    Window: "mail/window/body.txt", "mail/window/body.html";
    Ended: "mail/ended/body.txt", "mail/ended/body.html";
    Condition: "mail/condition/body.txt", "mail/condition/body.html";
    Document: "mail/document/body.txt", "mail/document/body.html";
    Nomination: "mail/nomination/body.txt", "mail/nomination/body.html";
    Grant: "mail/grant/body.txt", "mail/grant/body.html";
    Incident: "mail/incident/body.txt", "mail/incident/body.html";
    Submitter: "mail/submitter/body.txt", "mail/submitter/body.html";
    Closeout: "mail/closeout/body.txt", "mail/closeout/body.html";
    Handoff: "mail/handoff/body.txt", "mail/handoff/body.html";
    Reminder: "mail/reminder/body.txt", "mail/reminder/body.html";
    Escalation: "mail/escalation/body.txt", "mail/escalation/body.html";
    Account: "mail/account/body.txt", "mail/account/body.html";
    Invitation: "mail/invitation/body.txt", "mail/invitation/body.html";
    Link: "mail/link/body.txt", "mail/link/body.html";
    View: "mail/view/body.txt", "mail/view/body.html";
    Digest: "mail/digest/body.txt", "mail/digest/body.html";
    Calendar: "mail/calendar/body.txt", "mail/calendar/body.html";
}
