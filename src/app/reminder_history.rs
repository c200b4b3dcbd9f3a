//! What became of each reminder of a deadline: planned, queued, sent, bounced, skipped and why, or overtaken.

use serde::Serialize;
use utoipa::ToSchema;

use super::{App, AppError, Principal, recording::plan, reminding::group_name, view::Moment};
use crate::{
    domain::{actor::Side, case::Facts, deadline::OpenDeadline},
    storage::{
        DeadlineRow,
        deadlines::{ReminderMail, ReminderRow},
    },
};

/// Where a reminder stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReminderStatus {
    /// Its instant lies ahead.
    Planned,
    /// In the outbox.
    Queued,
    /// The relay took it, for everybody meant.
    Sent,
    /// It could not be delivered to somebody.
    Bounced,
    /// Never queued, or too late to be sent; the reason says why.
    Skipped,
    /// Taken back before it was sent, because the date changed or the matter was done.
    Superseded,
}

/// What became of a reminder for one group of recipients.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReminderEntry {
    /// Which one, such as `reminder:-2 wd`.
    pub offset: String,
    /// Whom it is for.
    pub to: String,
    /// When it is meant to go out; unknown once the deadline is over.
    pub planned_at: Option<Moment>,
    /// Where it stands.
    pub status: ReminderStatus,
    /// Why it was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it was queued or skipped.
    pub at: Option<chrono::DateTime<chrono::Utc>>,
}

/// What is known of the reminders of one deadline.
pub(super) struct History<'a> {
    /// The deadline, while it is open.
    pub(super) open: Option<&'a OpenDeadline>,
    /// Facts from outside the case.
    pub(super) facts: &'a Facts,
    /// What was decided of reminders.
    pub(super) recorded: Vec<ReminderRow>,
    /// The mails that they became.
    pub(super) mails: Vec<ReminderMail>,
}

impl History<'_> {
    /// The reminders of the viewer's own side, in the order of their instants.
    pub(super) fn tell(
        mut self,
        app: &App,
        row: &DeadlineRow,
        viewer: &Principal,
    ) -> Result<Vec<ReminderEntry>, AppError> {
        let side = viewer.actor.side;
        let planned = self.open.map(|open| plan(open, self.facts, row.created_at)).transpose()?.unwrap_or_default();
        let mut entries = Vec::new();
        for rung in planned.iter().filter(|rung| !rung.before_start) {
            let offset = rung.key.to_string();
            for group in rung.recipients.iter().map(|group| group_name(*group)) {
                let recorded = self.take(&offset, &group);
                let moment = Some(app.moment(rung.at));
                entries.push(match recorded {
                    Some(recorded) => ReminderEntry { planned_at: moment, ..self.entry(recorded, side) },
                    None => ReminderEntry {
                        offset: offset.clone(),
                        to: group,
                        planned_at: moment,
                        status: ReminderStatus::Planned,
                        reason: None,
                        at: None,
                    },
                });
            }
        }
        let rest = std::mem::take(&mut self.recorded);
        entries.extend(rest.into_iter().map(|recorded| self.entry(recorded, side)));
        entries.retain(|entry| concerns(&entry.to, side));
        Ok(entries)
    }

    fn take(&mut self, offset: &str, group: &str) -> Option<ReminderRow> {
        let place = self.recorded.iter().position(|row| row.offset_key == offset && row.recipient_group == group)?;
        Some(self.recorded.remove(place))
    }

    fn entry(&self, recorded: ReminderRow, side: Side) -> ReminderEntry {
        let (status, reason) = match recorded.skipped {
            Some(why) => (ReminderStatus::Skipped, Some(why)),
            None => self.sent(&recorded.offset_key, side),
        };
        ReminderEntry {
            offset: recorded.offset_key,
            to: recorded.recipient_group,
            planned_at: None,
            status,
            reason,
            at: Some(recorded.at),
        }
    }

    /// Where the mails to the viewer's side stand: the worst is told.
    fn sent(&self, offset: &str, side: Side) -> (ReminderStatus, Option<String>) {
        let own = self.mails.iter().filter(|mail| mail.offset_key == offset && mail.side == side);
        let statuses: Vec<&str> = own.map(|mail| mail.status.as_str()).collect();
        let order = [
            ("failed", ReminderStatus::Bounced, None),
            ("queued", ReminderStatus::Queued, None),
            ("missed", ReminderStatus::Skipped, Some("TooLate")),
            ("sent", ReminderStatus::Sent, None),
            ("digest", ReminderStatus::Skipped, Some("Digest")),
            ("off", ReminderStatus::Skipped, Some("Unwanted")),
            ("muted", ReminderStatus::Skipped, Some("Unwanted")),
            ("undeliverable", ReminderStatus::Skipped, Some("Undeliverable")),
            ("superseded", ReminderStatus::Superseded, None),
        ];
        let found = order.into_iter().find(|(name, ..)| statuses.contains(name));
        found.map_or((ReminderStatus::Queued, None), |(_, status, why)| (status, why.map(str::to_owned)))
    }
}

/// Whether a side may know what became of a reminder to this group: those of the own side.
pub(super) fn concerns(group: &str, side: Side) -> bool {
    let developer = matches!(group, "developer_liaison" | "developer_official" | "approver");
    let partner = group == "partner_contact";
    match side {
        Side::Developer => developer,
        Side::Partner => partner,
        Side::Government => !developer && !partner,
    }
}
