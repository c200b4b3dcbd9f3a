//! Mails to be queued: from a notice or a reminder to a row of the outbox. Its fields are the allow-list of domain
//! section 6 and nothing else.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{App, people::Recipients};
use crate::{
    domain::{
        id::{AccountId, Subject},
        notice::{Ask, Notice, NoticeKind, Stem},
        time::Instant,
    },
    mail::{CalendarPart, Method},
    storage::{
        OutboxDraft,
        calendar_entries::{EntryRow, mail_key},
    },
};

/// The allow-listed fields of a mail, as they stand in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutgoingFields {
    /// What the recipient is asked to do, by its stable name.
    pub ask: String,
    /// The recipient's own task date.
    pub task_due: Option<NaiveDate>,
    /// When on that day, where it does not end with the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_at: Option<Instant>,
    /// Of how many records a kept view tells that they came or went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<usize>,
    /// Whether it goes out later than it should have.
    pub late: bool,
    /// Whether the mail is there for a link that works once; its secret stands nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub single_use: Option<SingleUse>,
    /// The calendar entry that the mail brings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<CalendarPart>,
}

impl OutgoingFields {
    /// A mail that asks this and says nothing else.
    pub(super) fn asking(ask: Ask) -> Self {
        Self {
            ask: ask.as_str().to_owned(),
            task_due: None,
            task_at: None,
            changed: None,
            late: false,
            single_use: None,
            calendar: None,
        }
    }
}

/// Mails that are there for a link which works once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SingleUse {
    /// It accepts an invitation.
    Invitation,
    /// Somebody asked for it, who may be nobody.
    Request,
}

/// Makes rows of the outbox.
pub(super) struct Outgoing<'a> {
    app: &'a App,
    now: Instant,
}

/// A reminder to be queued.
pub(super) struct Reminder<'a> {
    pub deadline: Uuid,
    pub key: &'a str,
    pub offset: &'a str,
    pub subject: Subject,
    pub reference: &'a str,
    pub stem: Stem,
    pub ask: Ask,
    pub task_due: Option<NaiveDate>,
    pub task_at: Option<Instant>,
    pub late: bool,
}

impl<'a> Outgoing<'a> {
    /// Mails queued at `now`, business time.
    pub(super) const fn new(app: &'a App, now: Instant) -> Self {
        Self { app, now }
    }

    /// One row a recipient; the same event never tells the same person twice.
    pub(super) fn notice(&self, event: Uuid, notice: &Notice, recipients: &Recipients) -> Vec<OutboxDraft> {
        let fields = OutgoingFields::asking(notice.ask);
        let to = recipients.of(&notice.to);
        let draft = |(account, address): (AccountId, String)| {
            let dedupe = format!("event:{event}:{}:{account}", notice.kind.as_str());
            let stem = notice.kind.stem(notice.ask);
            self.draft(dedupe, notice.kind, stem, &notice.reference, notice.subject, (account, address), &fields, None)
        };
        to.into_iter().map(draft).collect()
    }

    /// One row a recipient of a reminder; keyed by deadline, anchor event, value, offset and recipient (invariant 24).
    pub(super) fn reminder(&self, reminder: &Reminder<'_>, to: BTreeMap<AccountId, String>) -> Vec<OutboxDraft> {
        let task_due = reminder.task_due.filter(|_| reminder.stem.may_carry_task_date());
        let task_at = reminder.task_at.filter(|_| task_due.is_some());
        let fields = OutgoingFields { task_due, task_at, late: reminder.late, ..OutgoingFields::asking(reminder.ask) };
        let draft = |(account, address): (AccountId, String)| {
            let dedupe = format!("reminder:{}:{}:{account}", reminder.key, reminder.offset);
            let about = (reminder.reference, reminder.subject);
            self.draft(
                dedupe,
                NoticeKind::N19,
                reminder.stem,
                about.0,
                about.1,
                (account, address),
                &fields,
                Some(reminder.deadline),
            )
        };
        to.into_iter().map(draft).collect()
    }

    /// The mail about a change of an entry in a person's calendar.
    pub(super) fn entry(&self, entry: &EntryRow, method: Method, subject: Subject, ask: Ask, to: &str) -> OutboxDraft {
        let part = CalendarPart {
            method,
            uid: entry.uid.clone(),
            sequence: entry.sequence,
            stamp: self.now,
            day: entry.shown_on,
        };
        let task_due = (method == Method::Request).then_some(entry.shown_on);
        let fields = OutgoingFields { task_due, calendar: Some(part), ..OutgoingFields::asking(ask) };
        let dedupe = format!("{}{}", mail_key(&entry.uid), entry.sequence);
        let to = (entry.account, to.to_owned());
        let kind = NoticeKind::N19;
        self.draft(dedupe, kind, Stem::Calendar, &entry.reference, subject, to, &fields, None)
    }

    /// The mail that tells a person at once what was collected; what that is, is looked up when it is sent.
    pub(super) fn digest(&self, id: Uuid, account: AccountId, address: String) -> OutboxDraft {
        let fields = OutgoingFields::asking(Ask::Read);
        let host = self.app.settings().mail.message_id_domain();
        OutboxDraft {
            id,
            dedupe_key: format!("digest:{id}"),
            code: NoticeKind::N19.as_str().to_owned(),
            template: Stem::Digest.as_str().to_owned(),
            reference: None,
            aggregate: None,
            recipient: Some(account),
            address,
            fields: serde_json::to_value(fields).unwrap_or_default(),
            deadline: None,
            queued_at: self.now,
            send_after: self.now,
            next_attempt_at: self.app.clock().system(),
            message_id: format!("{id}@{host}"),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a row has that many columns, and both callers fill all of them")]
    fn draft(
        &self,
        dedupe_key: String,
        kind: NoticeKind,
        stem: Stem,
        reference: &str,
        subject: Subject,
        (account, address): (AccountId, String),
        fields: &OutgoingFields,
        deadline: Option<Uuid>,
    ) -> OutboxDraft {
        let id = self.app.ids().uuid();
        let host = self.app.settings().mail.message_id_domain();
        OutboxDraft {
            id,
            dedupe_key,
            code: kind.as_str().to_owned(),
            template: stem.as_str().to_owned(),
            reference: Some(reference.to_owned()),
            aggregate: Some(subject.id),
            recipient: Some(account),
            address,
            fields: serde_json::to_value(fields).unwrap_or_default(),
            deadline,
            queued_at: self.now,
            send_after: self.now,
            next_attempt_at: self.app.clock().system(),
            message_id: format!("{id}@{host}"),
        }
    }
}
