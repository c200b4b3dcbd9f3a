//! The deadlines of a record, with the four facts behind each date and what became of the reminders.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    App, AppError, Principal,
    view::{Moment, may_know},
};
use crate::{
    authz::Sight,
    domain::{actor::Side, deadline::DeadlineKind, id::Kind},
    storage::{DeadlineRow, deadlines},
};

/// A deadline of a record with the four facts behind its date.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeadlineEntry {
    /// Its code, `D1` to `D22`.
    pub code: String,
    /// Its name.
    pub kind: String,
    /// The record that it belongs to.
    pub reference: String,
    /// From this instant on it has passed.
    pub due_at: Moment,
    /// The date that people are shown: a task's due day.
    pub shown_on: NaiveDate,
    /// Where it stands.
    pub status: String,
    /// The instant that the clock counts from.
    pub starts_at: Moment,
    /// The event that anchors it.
    pub anchor: String,
    /// The edition of the calendar that it was computed with.
    pub calendar: String,
    /// The starting event and who vouches for it, the day kind, the roll rule and what pauses it.
    pub clock: Value,
    /// What became of each reminder.
    pub reminders: Vec<ReminderEntry>,
}

/// What became of a reminder.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReminderEntry {
    /// Which one, such as `reminder:-2 wd`.
    pub offset: String,
    /// Whom it was for.
    pub to: String,
    /// `queued`, or why it was skipped.
    pub outcome: String,
    /// When that was decided.
    pub at: DateTime<Utc>,
}

impl App {
    /// The deadlines of the record, open and over, with what became of their reminders: those of the viewer's own side,
    /// and none for whoever sees no more than an outline.
    ///
    /// # Errors
    /// As [`App::record`].
    pub async fn deadlines(&self, viewer: &Principal, kind: Kind, name: &str) -> Result<Vec<DeadlineEntry>, AppError> {
        let readable = self.readable(viewer, kind, name, "deadlines").await?;
        let tx = self.store().begin_read().await?;
        let rows = deadlines::of_aggregates(&tx, &[readable.subject.id]).await?;
        let known: Vec<_> = rows.into_iter().filter(|row| is_known(row, viewer, readable.sight)).collect();
        let told = if readable.sight == Sight::Whole { known.iter().map(|row| row.id).collect() } else { Vec::new() };
        let mut reminders = deadlines::reminders_of(&tx, &told).await?;
        tx.end().await?;
        let entry = |row: DeadlineRow| {
            let own = reminders.remove(&row.id).unwrap_or_default();
            self.deadline_entry(row, own, viewer)
        };
        Ok(known.into_iter().map(entry).collect())
    }

    /// A deadline as the viewer may know it, with what became of its reminders.
    pub(super) fn deadline_entry(
        &self,
        row: DeadlineRow,
        reminders: Vec<deadlines::ReminderRow>,
        viewer: &Principal,
    ) -> DeadlineEntry {
        let text = |name: &str| row.facts.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let own_side = |reminder: &deadlines::ReminderRow| concerns(&reminder.recipient_group, viewer);
        DeadlineEntry {
            code: text("code"),
            reference: text("reference"),
            due_at: self.moment(row.due_at),
            shown_on: row.shown_on,
            status: row.status.name().to_owned(),
            starts_at: self.moment(row.starts_at),
            clock: row.facts.get("clock").cloned().unwrap_or_default(),
            reminders: reminders.into_iter().filter(own_side).map(reminder).collect(),
            kind: row.kind,
            anchor: row.anchor,
            calendar: row.calendar_version,
        }
    }
}

fn reminder(row: deadlines::ReminderRow) -> ReminderEntry {
    ReminderEntry {
        offset: row.offset_key,
        to: row.recipient_group,
        outcome: row.skipped.map_or_else(|| "queued".to_owned(), |why| format!("skipped: {why}")),
        at: row.at,
    }
}

/// A kind that this version does not know is known to nobody.
pub(super) fn is_known(row: &DeadlineRow, viewer: &Principal, sight: Sight) -> bool {
    let kind: Result<DeadlineKind, _> = serde_json::from_value(Value::from(row.kind.as_str()));
    kind.is_ok_and(|kind| may_know(kind, &viewer.actor, sight))
}

/// Whether the viewer may know what became of a reminder to this group: those of the own side.
fn concerns(group: &str, viewer: &Principal) -> bool {
    let developer = matches!(group, "developer_liaison" | "developer_official" | "approver");
    let partner = group == "partner_contact";
    match viewer.actor.side {
        Side::Developer => developer,
        Side::Partner => partner,
        Side::Government => !developer && !partner,
    }
}
