//! What became of each reminder of a deadline: planned, queued, sent, bounced, skipped and why, or overtaken.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    App, AppError, Principal,
    recording::plan,
    reminding::group_name,
    view::{Moment, Names},
};
use crate::{
    domain::{
        actor::Side,
        case::{Case, Facts},
        deadline::{OpenDeadline, Recipient},
        notice::{Addressee, addressees},
    },
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
    /// The case.
    pub(super) case: &'a Case,
    /// The people whom the case names.
    pub(super) names: &'a Names,
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
            for group in &rung.recipients {
                let moment = Some(app.moment(rung.at));
                match self.take(&offset, &group_name(*group)) {
                    Some(recorded) if !self.is_for(&recorded, side) => {}
                    Some(recorded) => {
                        entries.push(ReminderEntry { planned_at: moment, ..self.entry(recorded, side) });
                    }
                    None if !self.is_planned_for(*group, side) => {}
                    None => entries.push(planned_entry(&offset, *group, moment)),
                }
            }
        }
        let rest = std::mem::take(&mut self.recorded);
        let own = rest.into_iter().filter(|recorded| self.is_for(recorded, side));
        let own: Vec<ReminderEntry> = own.map(|recorded| self.entry(recorded, side)).collect();
        entries.extend(own);
        Ok(entries)
    }

    /// Whether what was decided for a group is for this side: by the group, or by the mail that came of it. Of a group
    /// that is of both sides and got no mail, only an open deadline can say whom it means.
    fn is_for(&self, recorded: &ReminderRow, side: Side) -> bool {
        let group = serde_json::from_value::<Recipient>(recorded.recipient_group.as_str().into());
        let Ok(group) = group else { return false };
        match group.side() {
            Some(own) => own == side,
            None if recorded.skipped.is_none() => {
                self.mails.iter().any(|mail| mail.offset_key == recorded.offset_key && mail.side == side)
            }
            None => self.is_planned_for(group, side),
        }
    }

    fn is_planned_for(&self, group: Recipient, side: Side) -> bool {
        self.open.is_some_and(|open| concerns((self.case, self.names), open, group, side))
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
        worst(&statuses)
    }
}

fn planned_entry(offset: &str, group: Recipient, planned_at: Option<Moment>) -> ReminderEntry {
    ReminderEntry {
        offset: offset.to_owned(),
        to: group_name(group),
        planned_at,
        status: ReminderStatus::Planned,
        reason: None,
        at: None,
    }
}

/// Whether a side may know of a reminder to this group: where somebody of the own side is meant. Which people a group of
/// either side means now is in the case.
pub(super) fn concerns((case, names): (&Case, &Names), open: &OpenDeadline, group: Recipient, side: Side) -> bool {
    let of = |to: &Addressee| match to {
        Addressee::Account(account) => names.people.get(account).map(|known| known.side),
        Addressee::Organization(_, role) | Addressee::Host(role) => role.side(),
    };
    match group.side() {
        Some(own) => own == side,
        None => addressees(case, open.subject, group, &open.responsible).iter().any(|to| of(to) == Some(side)),
    }
}

/// Where several mails of one thing stand, by the statuses of their rows: the worst is told.
pub(super) fn worst(statuses: &[&str]) -> (ReminderStatus, Option<String>) {
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
