//! The deadlines of a record, with the four facts behind each date and what became of the reminders.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    App, AppError, Principal,
    agenda::{Turn, turn},
    read::Readable,
    recording::name_of,
    reminder_history::{History, ReminderEntry},
    step,
    view::{Moment, Person, WindowEndView, may_know},
};
use crate::{
    authz::{Resource, Sight, sight},
    domain::{
        case::Case,
        deadline::{DeadlineKind, OpenDeadline, derive},
        id::{Kind, RecordId, Subject},
        time::Instant,
    },
    storage::{DeadlineRow, ReadTx, deadlines},
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
    /// Since when it stands there, business time; for pages alone.
    #[serde(skip)]
    pub status_at: Instant,
    /// The instant of the event that anchors it: the clock counts from it, or it gave the date.
    pub starts_at: Moment,
    /// The event that anchors it.
    pub anchor: String,
    /// The edition of the calendar that it was computed with.
    pub calendar: String,
    /// The starting event and who vouches for it, the day kind, the roll rule and what pauses it.
    pub clock: Value,
    /// Of the end of an access window, while it is open: why it is that instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_end: Option<WindowEndView>,
    /// While it is open, what is to be done, as a stable word such as `sign` or `redline`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_step: Option<&'static str>,
    /// The commands on the record that do it; none where it is done elsewhere, or where it has two answers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<&'static str>,
    /// While it is open, whose turn it is: `me`, codes of roles, or `person` for somebody in particular.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub who: Vec<String>,
    /// The people of the viewer's own side in particular whose turn it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Person>,
    /// Its reminders: planned ones, and what became of the others.
    pub reminders: Vec<ReminderEntry>,
}

impl DeadlineEntry {
    /// Whether it asks somebody for an act. That a window opens, or that what nobody moves lapses, does not.
    pub fn asks(&self) -> bool {
        self.next_step.is_some_and(step::asks)
    }
}

/// A reminder with the deadline that it belongs to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EngagementReminder {
    /// The record.
    pub reference: String,
    /// The deadline's code, `D1` to `D22`.
    pub code: String,
    /// The deadline's name.
    pub kind: String,
    /// Where the deadline stands.
    pub deadline_status: String,
    /// The reminder.
    #[serde(flatten)]
    pub reminder: ReminderEntry,
}

impl App {
    /// The deadlines of the record, open and over, with what became of their reminders: those of the viewer's own side,
    /// and none for whoever sees no more than an outline.
    ///
    /// # Errors
    /// As [`App::record`].
    pub async fn deadlines(&self, viewer: &Principal, kind: Kind, name: &str) -> Result<Vec<DeadlineEntry>, AppError> {
        let readable = self.readable(viewer, kind, name, "deadlines").await?;
        let whole = readable.sight == Sight::Whole;
        let tx = self.store().begin_read().await?;
        let records = [(readable.subject.id, readable.sight)];
        let entries = self.deadline_entries(&tx, viewer, &readable, &records, whole).await;
        tx.end().await?;
        entries
    }

    /// Every reminder of an engagement and of what stands under it, as far as the viewer may know: planned, or what
    /// became of it; the earliest first.
    ///
    /// # Errors
    /// As [`App::record`].
    pub async fn reminders(&self, viewer: &Principal, name: &str) -> Result<Vec<EngagementReminder>, AppError> {
        let readable = self.readable(viewer, Kind::Engagement, name, "reminders").await?;
        let seen = self.seen_under(viewer, &readable);
        let tx = self.store().begin_read().await?;
        let entries = self.deadline_entries(&tx, viewer, &readable, &seen, true).await;
        tx.end().await?;
        let entries = entries?;
        let mut found: Vec<EngagementReminder> = entries.into_iter().flat_map(told).collect();
        found.sort_by_key(|one| one.reminder.planned_at.as_ref().map_or(one.reminder.at, |moment| Some(moment.at)));
        Ok(found)
    }

    /// The engagement, its release and what stands under it, where the viewer sees it whole.
    fn seen_under(&self, viewer: &Principal, readable: &Readable) -> Vec<(RecordId, Sight)> {
        let case = &readable.case;
        let belongs = |subject: &Subject| {
            let above = case.promoted(*subject).and_then(|columns| columns.engagement);
            subject.kind == Kind::Release || above == Some(readable.subject.id)
        };
        let seen = |subject: Subject| {
            let resource = Resource::of(case, subject)?;
            let sight = sight(self.engine(), &viewer.actor, &resource).filter(|sight| *sight == Sight::Whole)?;
            Some((subject.id, sight))
        };
        case.subjects().into_iter().filter(belongs).filter_map(seen).collect()
    }

    pub(super) async fn deadline_entries(
        &self,
        tx: &ReadTx,
        viewer: &Principal,
        readable: &Readable,
        records: &[(RecordId, Sight)],
        told: bool,
    ) -> Result<Vec<DeadlineEntry>, AppError> {
        let ids: Vec<RecordId> = records.iter().map(|(id, _)| *id).collect();
        let rows = deadlines::of_aggregates(tx, &ids).await?;
        let sight = |row: &DeadlineRow| records.iter().find(|(id, _)| *id == row.aggregate).map(|(_, sight)| *sight);
        let known = |row: &DeadlineRow| sight(row).is_some_and(|sight| is_known(row, viewer, sight));
        let known: Vec<DeadlineRow> = rows.into_iter().filter(known).collect();
        let told: Vec<_> = if told { known.iter().map(|row| row.id).collect() } else { Vec::new() };
        let mut recorded = deadlines::reminders_of(tx, &told).await?;
        let mut mails = deadlines::mails_of(tx, &told).await?;
        let open = derive(&readable.case, &readable.looking.facts, readable.looking.now)?;
        let mut entries = Vec::new();
        for row in known {
            let history = History {
                open: open.get(&row.key),
                case: &readable.case,
                names: &readable.names,
                facts: &readable.looking.facts,
                recorded: recorded.remove(&row.id).unwrap_or_default(),
                mails: mails.remove(&row.id).unwrap_or_default(),
            };
            let reminders = if told.contains(&row.id) { history.tell(self, &row, viewer)? } else { Vec::new() };
            let found = open.get(&row.key).filter(|_| told.contains(&row.id));
            let (anchored_at, end) = self.anchor(&readable.case, &row, open.get(&row.key));
            let entry =
                DeadlineEntry { starts_at: anchored_at, window_end: end, ..self.deadline_entry(row, reminders) };
            entries.push(match found {
                Some(open) => with_turn(entry, open, viewer, readable),
                None => entry,
            });
        }
        Ok(entries)
    }

    /// The instant of the event that anchors a deadline, and why a window ends. The dates of a window are stored as
    /// given; of one that is over, a window that opened and the row itself tell since when it stood.
    fn anchor(&self, case: &Case, row: &DeadlineRow, open: Option<&OpenDeadline>) -> (Moment, Option<WindowEndView>) {
        if let Some(open) = open {
            let end = WindowEndView::of_deadline(open, self.settings().program.zone);
            return (self.moment(open.anchored_at()), end);
        }
        let is = |kind: DeadlineKind| row.kind == name_of(kind);
        let engagement = case.engagements.get(&row.aggregate).and_then(|entry| entry.state.window.as_ref());
        let at = match engagement {
            Some(window) if is(DeadlineKind::WindowCloses) => window.opened_at,
            _ if is(DeadlineKind::WindowOpens) => row.created_at,
            _ => row.starts_at,
        };
        (self.moment(at), None)
    }

    fn deadline_entry(&self, row: DeadlineRow, reminders: Vec<ReminderEntry>) -> DeadlineEntry {
        let text = |name: &str| row.facts.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        DeadlineEntry {
            code: text("code"),
            reference: text("reference"),
            due_at: self.moment(row.due_at),
            shown_on: row.shown_on,
            status: row.status.name().to_owned(),
            status_at: row.status_at,
            starts_at: self.moment(row.starts_at),
            clock: row.facts.get("clock").cloned().unwrap_or_default(),
            window_end: None,
            reminders,
            next_step: None,
            acts: Vec::new(),
            who: Vec::new(),
            people: Vec::new(),
            kind: row.kind,
            anchor: row.anchor,
            calendar: row.calendar_version,
        }
    }
}

/// The entry of an open deadline with what is to be done, and by whom.
fn with_turn(entry: DeadlineEntry, open: &OpenDeadline, viewer: &Principal, readable: &Readable) -> DeadlineEntry {
    let Turn { mine, who, people } = turn(open, &readable.case, &viewer.actor);
    let step = step::of(open);
    DeadlineEntry {
        next_step: Some(step.word),
        acts: step.acts.to_vec(),
        who: if mine { vec!["me".to_owned()] } else { who },
        people: readable.names.of_side(&people, viewer.actor.side).collect(),
        ..entry
    }
}

fn told(entry: DeadlineEntry) -> impl Iterator<Item = EngagementReminder> {
    let DeadlineEntry { reference, code, kind, status, reminders, .. } = entry;
    reminders.into_iter().map(move |reminder| EngagementReminder {
        reference: reference.clone(),
        code: code.clone(),
        kind: kind.clone(),
        deadline_status: status.clone(),
        reminder,
    })
}

/// A kind that this version does not know is known to nobody.
pub(super) fn is_known(row: &DeadlineRow, viewer: &Principal, sight: Sight) -> bool {
    let kind: Result<DeadlineKind, _> = serde_json::from_value(Value::from(row.kind.as_str()));
    kind.is_ok_and(|kind| may_know(kind, &viewer.actor, sight))
}
