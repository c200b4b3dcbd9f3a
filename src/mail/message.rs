//! A message before any transport sees it: who gets it, what it says, and nothing that could not be checked.
//!
//! Every field is validated here and once. lettre panics on a line break in a display name and would carry a
//! careless subject on, so that a control character ends as an error before lettre sees it.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::calendar::{self, CalendarPart};
use super::render::{self, Rendered};
use super::validate;
use crate::domain::notice::Ask;
use crate::domain::notice::{NoticeKind, Stem};

/// The reference of a mail that is about an account and no record.
pub const ACCOUNT_REFERENCE: &str = "ACCOUNT";

/// Everything a mail may say (the allow-list of domain section 6). The recipient's name is not among it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailFields {
    /// Which notice it is.
    pub code: NoticeKind,
    /// Which templates word it; usually `code.stem(ask)`.
    pub stem: Stem,
    /// The record's opaque reference, `ENG-2026-K7Q4MD`, or [`ACCOUNT_REFERENCE`].
    pub reference: String,
    /// What the recipient is asked to do.
    pub ask: Ask,
    /// The last day of the recipient's own task in the program's zone. Refused for groups that must not carry a
    /// date, see [`Stem::may_carry_task_date`].
    pub task_due: Option<NaiveDate>,
    /// The instant at which that task is late, where it does not end with its day; said with its time.
    pub task_at: Option<DateTime<Utc>>,
    /// The program's zone, in which days and times are said.
    pub zone: Tz,
    /// How many records came into a kept view or left it; with the stem [`Stem::View`] and no other.
    pub changed: Option<usize>,
    /// Whether the mail goes out late, after an outage, so that it says so.
    pub late: bool,
    /// An absolute `https` link (`http` for loopback hosts only) without query, fragment or user information.
    pub link: String,
    /// The secret of a link that works once, which follows the link behind a `#`: for an invitation and for people of
    /// other sides who act by links, and for no other mail (domain section 6 bans them everywhere else).
    pub single_use: Option<String>,
    /// The calendar entry that the mail brings; with the stem [`Stem::Calendar`] and no other.
    pub calendar: Option<CalendarPart>,
    /// The records of a digest; with the stem [`Stem::Digest`] and no other.
    pub digest: Vec<DigestLine>,
    /// The address where one request ends mail of this group (RFC 8058); in the form of [`MailFields::link`].
    pub unsubscribe: Option<String>,
}

/// A record of a digest: however much happened to it, one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestLine {
    /// Which templates word a single notice of it; it decides what the record is called.
    pub stem: Stem,
    /// Its opaque reference.
    pub reference: String,
    /// How many notices the line stands for.
    pub notices: usize,
    /// What is asked, of the newest notice that asks something.
    pub ask: Ask,
    /// The recipient's own task date, the earliest.
    pub task_due: Option<NaiveDate>,
    /// The instant of that task, where it does not end with its day.
    pub task_at: Option<DateTime<Utc>>,
    /// Where it is read, in the form of [`MailFields::link`].
    pub link: String,
}

/// How a mail travels and how mail programs thread it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The one recipient: a bare address.
    pub to: String,
    /// The sender: a bare address or `Name <address>`.
    pub from: String,
    /// The address bounces go to; the sender's address when absent.
    pub return_path: Option<String>,
    /// The message's identifier, `row@host` with or without angle brackets. It stays the same over every attempt.
    pub message_id: String,
    /// The identifier of the record's thread, `record@host`, which every mail about the record refers to.
    pub thread_root: Option<String>,
    /// The instant for the `Date` header, from the business clock.
    pub date: DateTime<Utc>,
}

/// A validated, rendered mail. Constructible by [`Message::compose`] alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    envelope: Envelope,
    rendered: Rendered,
    code: NoticeKind,
    reference: String,
    calendar: Option<CalendarObject>,
    unsubscribe: Option<String>,
}

/// The calendar part of a finished mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CalendarObject {
    /// `REQUEST` or `CANCEL`.
    pub(super) method: &'static str,
    /// The text (RFC 5545).
    pub(super) text: String,
}

/// Why a mail cannot be composed. None of them gets better by trying again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// A field holds a control character or a Unicode line separator.
    #[error("{0} contains a control character")]
    ControlCharacter(&'static str),
    /// The reference does not look like one, so that it might be a name.
    #[error("the reference is not an opaque reference")]
    Reference,
    /// The link is not absolute, not `https`, or has a part that may carry a secret.
    #[error("the link is not an https address without query, fragment and user information")]
    Link,
    /// The secret of a link that works once does not have the form of one.
    #[error("the secret of the link is malformed")]
    Secret,
    /// A task date was given for a group of mails that must not carry one.
    #[error("mails of the group {0} must not carry a date")]
    DateNotAllowed(&'static str),
    /// An address does not parse.
    #[error("{0} is not a mail address")]
    Address(&'static str),
    /// An identifier is not `left@right` in plain ASCII.
    #[error("{0} is not a message identifier")]
    Identifier(&'static str),
    /// The date lies outside the years that a mail header can say.
    #[error("the date is outside the years 1970 to 9999")]
    Date,
    /// A calendar entry, the lines of a digest or the count of a view stand in a mail of another group, or are missing in one of theirs.
    #[error("mails of the group {0} carry something else")]
    Content(&'static str),
    /// A template failed.
    #[error("the mail could not be rendered")]
    Template(String),
    /// The mail library refused the parts.
    #[error("the mail could not be assembled")]
    Assembly(String),
}

impl Message {
    /// Validates the fields and the envelope and renders the templates of the stem.
    pub fn compose(fields: &MailFields, envelope: Envelope) -> Result<Self, ComposeError> {
        check_fields(fields)?;
        let envelope = checked_envelope(envelope)?;
        let calendar = fields.calendar.as_ref().map(|part| calendar_object(part, fields, &envelope)).transpose()?;
        Ok(Self {
            envelope,
            rendered: render::render(fields)?,
            code: fields.code,
            reference: fields.reference.clone(),
            calendar,
            unsubscribe: fields.unsubscribe.clone(),
        })
    }

    pub(super) fn calendar(&self) -> Option<&CalendarObject> {
        self.calendar.as_ref()
    }

    pub(super) fn unsubscribe(&self) -> Option<&str> {
        self.unsubscribe.as_deref()
    }

    /// How the mail travels; identifiers stand in angle brackets.
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// Subject and bodies.
    pub fn rendered(&self) -> &Rendered {
        &self.rendered
    }

    /// Which notice the mail is.
    pub fn code(&self) -> NoticeKind {
        self.code
    }

    /// The record's opaque reference.
    pub fn reference(&self) -> &str {
        &self.reference
    }
}

fn check_fields(fields: &MailFields) -> Result<(), ComposeError> {
    validate::no_control("reference", &fields.reference)?;
    validate::no_control("link", &fields.link)?;
    validate::reference(&fields.reference)?;
    validate::link(&fields.link)?;
    if let Some(secret) = &fields.single_use {
        validate::single_use(secret)?;
    }
    let dated = fields.task_due.is_some() || fields.task_at.is_some();
    if dated && !fields.stem.may_carry_task_date() {
        return Err(ComposeError::DateNotAllowed(fields.stem.as_str()));
    }
    if let Some(link) = &fields.unsubscribe {
        validate::link(link)?;
    }
    let entry = fields.calendar.is_some() == (fields.stem == Stem::Calendar);
    let lines = fields.digest.is_empty() != (fields.stem == Stem::Digest);
    let counted = fields.changed.is_none() || fields.stem == Stem::View;
    if !entry || !lines || !counted {
        return Err(ComposeError::Content(fields.stem.as_str()));
    }
    fields.digest.iter().try_for_each(check_line)
}

fn check_line(line: &DigestLine) -> Result<(), ComposeError> {
    validate::reference(&line.reference)?;
    validate::link(&line.link)?;
    if (line.task_due.is_some() || line.task_at.is_some()) && !line.stem.may_carry_task_date() {
        return Err(ComposeError::DateNotAllowed(line.stem.as_str()));
    }
    Ok(())
}

/// The entry in the recipient's calendar. Its organizer is the sender's bare address, since calendars take a change
/// from nobody else.
fn calendar_object(
    part: &CalendarPart,
    fields: &MailFields,
    envelope: &Envelope,
) -> Result<CalendarObject, ComposeError> {
    let organizer = validate::mailbox("sender", &envelope.from)?.email.to_string();
    let summary = calendar::summary(&fields.reference, fields.ask);
    let text = calendar::object(part, &organizer, &envelope.to, &summary, &fields.link)?;
    Ok(CalendarObject { method: part.method.name(), text })
}

fn checked_envelope(envelope: Envelope) -> Result<Envelope, ComposeError> {
    validate::no_control("recipient", &envelope.to)?;
    validate::no_control("sender", &envelope.from)?;
    validate::address("recipient", &envelope.to)?;
    validate::mailbox("sender", &envelope.from)?;
    if let Some(path) = &envelope.return_path {
        validate::no_control("return path", path)?;
        validate::address("return path", path)?;
    }
    validate::date(envelope.date)?;
    Ok(Envelope {
        message_id: validate::identifier("message id", &envelope.message_id)?,
        thread_root: envelope
            .thread_root
            .as_deref()
            .map(|root| validate::identifier("thread root", root))
            .transpose()?,
        ..envelope
    })
}
