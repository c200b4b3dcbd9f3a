//! Reading: one record, what may be done with it, its timeline, deadlines, texts and ledger, and lists. Time is folded
//! in without writing; what the viewer may not know is left out, and each content read is logged.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    App, AppError, Principal,
    lookup::{Listed, Looking, etag, heads, subject, target},
    people,
    view::{ActionView, Moment, Names, Person, RecordView},
};
use crate::{
    authz::{Resource, Scope, decide as authorize, permitted},
    domain::{
        action::{Action, Creates},
        audience::Audience,
        case::{Case, available, settle},
        command::Command,
        id::{Kind, Subject},
        refusal::Refusal,
        time::Instant,
    },
    storage::{self, LoadedCase, deadlines, documents, list, timeline},
};

/// A record with its entity tag.
#[derive(Clone, Debug)]
pub struct Found {
    /// The record as the viewer sees it.
    pub view: RecordView,
    /// Every action with what stands against it.
    pub actions: Vec<ActionView>,
    /// The entity tag.
    pub etag: String,
}

/// Something that happened to a record.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimelineEntry {
    /// The event's id.
    pub id: Uuid,
    /// What happened, as a stable code such as `engagement.proposed`.
    pub event: String,
    /// Who may know of it.
    pub audience: Audience,
    /// Its place in the stream of that audience, counting from 1 without gaps.
    pub number: i64,
    /// When it took effect.
    pub effective_at: Moment,
    /// When it was recorded.
    pub recorded_at: Moment,
    /// Who did it.
    pub by: Person,
    /// Its particulars; none once erased.
    pub data: Value,
    /// The hash that chains it to the event before it in its stream.
    pub hash: String,
}

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

/// A text of a record.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DocumentEntry {
    /// SHA-256 of the text.
    pub digest: String,
    /// Its title.
    pub title: String,
    /// Its media type.
    pub media_type: String,
    /// When it came.
    pub created_at: Moment,
    /// The text.
    pub body: String,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct ListPage {
    /// The rows.
    pub items: Vec<Listed>,
    /// Where the next page begins.
    pub next: Option<(Instant, Uuid)>,
}

/// A record that the viewer may read, with its case folded forward.
pub(super) struct Readable {
    pub(super) loaded: LoadedCase,
    pub(super) case: Case,
    pub(super) subject: Subject,
    pub(super) looking: Looking,
    pub(super) names: Names,
}

impl App {
    /// The record, as the viewer sees it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] also for a record that the viewer may not know of.
    pub async fn record(&self, viewer: &Principal, kind: Kind, name: &str) -> Result<Found, AppError> {
        let readable = self.readable(viewer, kind, name, "record").await?;
        let zone = self.settings().program.zone;
        let viewing = readable.looking.viewing(&readable.case, &viewer.actor, &readable.names, zone);
        let view = viewing.record(readable.subject)?.ok_or(AppError::NotFound)?;
        let actions = self.actions(viewer, &readable);
        let etag = etag(&heads(&readable.loaded, readable.subject), &viewer.actor);
        Ok(Found { view, actions, etag })
    }

    /// What happened to the record, as far as the viewer may know.
    ///
    /// # Errors
    /// As [`App::record`].
    pub async fn timeline(&self, viewer: &Principal, kind: Kind, name: &str) -> Result<Vec<TimelineEntry>, AppError> {
        let readable = self.readable(viewer, kind, name, "timeline").await?;
        let audiences = audiences(&readable, viewer);
        let tx = self.store().begin_read().await?;
        let events = timeline::of_aggregates(&tx, &[readable.subject.id], &audiences).await?;
        tx.end().await?;
        let zone = self.settings().program.zone;
        let moment = |at| super::view::moment(at, zone);
        let scheduler = crate::domain::actor::By::SCHEDULER;
        Ok(events
            .into_iter()
            .map(|event| TimelineEntry {
                id: event.id,
                event: event.type_code,
                audience: event.audience,
                number: event.stream_seq,
                effective_at: moment(event.effective_at),
                recorded_at: moment(event.recorded_at),
                by: readable.names.by(event.event.as_ref().map_or(&scheduler, |e| &e.by), viewer.actor.side),
                data: event.event.and_then(|e| serde_json::to_value(&e.event).ok()).unwrap_or_default(),
                hash: event.hash.to_string(),
            })
            .collect())
    }

    /// The deadlines of the record, open and over, with what became of their reminders.
    ///
    /// # Errors
    /// As [`App::record`].
    pub async fn deadlines(&self, viewer: &Principal, kind: Kind, name: &str) -> Result<Vec<DeadlineEntry>, AppError> {
        let readable = self.readable(viewer, kind, name, "deadlines").await?;
        let tx = self.store().begin_read().await?;
        let rows = deadlines::of_aggregates(&tx, &[readable.subject.id]).await?;
        let known: Vec<_> = rows.into_iter().filter(|row| may_know(&row.kind, viewer)).collect();
        let ids: Vec<Uuid> = known.iter().map(|row| row.id).collect();
        let mut reminders = deadlines::reminders_of(&tx, &ids).await?;
        tx.end().await?;
        let entry = |row: storage::DeadlineRow| {
            let reminders = reminders.remove(&row.id).unwrap_or_default();
            self.deadline_entry(row, reminders, viewer)
        };
        Ok(known.into_iter().map(entry).collect())
    }

    fn deadline_entry(
        &self,
        row: storage::DeadlineRow,
        reminders: Vec<deadlines::ReminderRow>,
        viewer: &Principal,
    ) -> DeadlineEntry {
        let zone = self.settings().program.zone;
        let text = |name: &str| row.facts.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let own_side = |reminder: &deadlines::ReminderRow| concerns(&reminder.recipient_group, viewer);
        DeadlineEntry {
            code: text("code"),
            reference: text("reference"),
            due_at: super::view::moment(row.due_at, zone),
            shown_on: row.shown_on,
            status: row.status.name().to_owned(),
            starts_at: super::view::moment(row.starts_at, zone),
            clock: row.facts.get("clock").cloned().unwrap_or_default(),
            reminders: reminders
                .into_iter()
                .filter(own_side)
                .map(|reminder| ReminderEntry {
                    offset: reminder.offset_key,
                    to: reminder.recipient_group,
                    outcome: reminder.skipped.map_or_else(|| "queued".to_owned(), |why| format!("skipped: {why}")),
                    at: reminder.at,
                })
                .collect(),
            kind: row.kind,
            anchor: row.anchor,
            calendar: row.calendar_version,
        }
    }

    /// The texts of the record.
    ///
    /// # Errors
    /// As [`App::record`].
    pub async fn documents(&self, viewer: &Principal, kind: Kind, name: &str) -> Result<Vec<DocumentEntry>, AppError> {
        let readable = self.readable(viewer, kind, name, "documents").await?;
        let audiences = audiences(&readable, viewer);
        let tx = self.store().begin_read().await?;
        let found = documents::of_aggregates(&tx, &[readable.subject.id], &audiences).await?;
        tx.end().await?;
        let zone = self.settings().program.zone;
        let entry = |document: documents::Document| DocumentEntry {
            digest: document.digest,
            title: document.title,
            media_type: document.media_type,
            created_at: super::view::moment(document.created_at, zone),
            body: document.body,
        };
        Ok(found.into_iter().map(entry).collect())
    }

    /// One page of the records of a kind that the viewer may read, newest first.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the store is not at hand.
    pub async fn list(
        &self,
        viewer: &Principal,
        kind: Kind,
        stages: Vec<String>,
        after: Option<(Instant, Uuid)>,
        limit: u64,
    ) -> Result<ListPage, AppError> {
        let scope = Scope::of(&viewer.actor, kind);
        let filter = list::Filter { kind: Some(kind), stages, release: None, engagement: None };
        let after = after.map(|(created_at, id)| list::Cursor { created_at, id: crate::domain::id::RecordId(id) });
        let tx = self.store().begin_read().await?;
        let page = list::aggregates(&tx, &storage::Scope::of(&scope), &filter, after, limit).await?;
        tx.end().await?;
        let row = |row: list::ListRow| Listed {
            kind: row.subject.kind,
            reference: row.reference,
            stage: row.stage,
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        Ok(ListPage {
            items: page.rows.into_iter().map(row).collect(),
            next: page.next.map(|cursor| (cursor.created_at, cursor.id.0)),
        })
    }

    /// Loads a record and folds its case forward, if the viewer may read it; logs the read.
    pub(super) async fn readable(
        &self,
        viewer: &Principal,
        kind: Kind,
        name: &str,
        what: &str,
    ) -> Result<Readable, AppError> {
        let tx = self.store().begin_read().await?;
        let found = self.load_readable(&tx, viewer, kind, name).await;
        tx.end().await?;
        let readable = match found {
            Ok(readable) => readable,
            Err(error) => {
                let target = super::command::TargetRef::Record(kind, name.to_owned());
                self.log_denied(viewer, Action::read(kind), &target, &error).await;
                return Err(error);
            }
        };
        let reference = readable.case.reference(readable.subject).unwrap_or_default();
        self.log_read(viewer, readable.subject, reference, what, readable.looking.now).await?;
        Ok(readable)
    }

    async fn load_readable(
        &self,
        tx: &storage::ReadTx,
        viewer: &Principal,
        kind: Kind,
        name: &str,
    ) -> Result<Readable, AppError> {
        let loaded = storage::read_case(tx, &target(kind, name).ok_or(AppError::NotFound)?, &[])
            .await?
            .ok_or(AppError::NotFound)?;
        let now = self.decision_time(tx).await?;
        let facts = people::facts(self, tx, &loaded.case, &[], None).await?;
        let mut case = loaded.case.clone();
        settle(&mut case, &facts, Instant::MIN_UTC, now)?;
        let subject = subject(&case, kind, name).ok_or(AppError::NotFound)?;
        let resource = Resource::of(&case, subject).ok_or(AppError::NotFound)?;
        authorize(self.engine(), &viewer.actor, Action::read(kind), &resource).map_err(|_| AppError::NotFound)?;
        let names = people::names(tx, &case).await?;
        Ok(Readable { loaded, case, subject, looking: Looking { facts, now }, names })
    }

    /// Every action on the record, with what stands against it.
    fn actions(&self, viewer: &Principal, readable: &Readable) -> Vec<ActionView> {
        let Some(resource) = Resource::of(&readable.case, readable.subject) else { return Vec::new() };
        let permitted = permitted(self.engine(), &viewer.actor, &resource);
        let looking = &readable.looking;
        let answer = |action: Action| -> Result<(), Refusal> {
            available(&readable.case, readable.subject, action, &viewer.actor, &looking.facts, looking.now)
        };
        acts(readable.subject.kind)
            .map(|action| {
                if permitted.contains(&action) {
                    ActionView::new(action.name, answer(action), &viewer.actor)
                } else {
                    ActionView::not_permitted(action.name)
                }
            })
            .collect()
    }
}

/// The actions on an existing record of the kind.
fn acts(kind: Kind) -> impl Iterator<Item = Action> {
    let makes = |action: &Action| {
        Command::catalog().iter().any(|facts| facts.action == *action && facts.creates != Creates::No)
    };
    Command::actions(kind).iter().copied().filter(move |action| !makes(action))
}

/// The audiences that the viewer belongs to, among those that the record's streams have.
pub(super) fn audiences(readable: &Readable, viewer: &Principal) -> Vec<Audience> {
    let row = readable.loaded.rows.get(&readable.subject);
    let all = row.into_iter().flat_map(|row| row.heads.keys().copied());
    all.filter(|audience| audience.includes(viewer.actor.side, viewer.actor.organization)).collect()
}

/// The planned-date check is the developer's alone, the concurrence clock the government's (domain section 5).
pub(super) fn may_know(kind: &str, viewer: &Principal) -> bool {
    use crate::domain::actor::Side;
    match kind {
        "planned_date_check" | "partner_consent" => viewer.actor.side == Side::Developer,
        "partner_concurrence" => viewer.actor.side == Side::Government,
        "window_opens" | "window_closes" => viewer.actor.side != Side::Partner,
        _ => true,
    }
}

/// Whether the viewer may know what became of a reminder to this group: those of the own side.
fn concerns(group: &str, viewer: &Principal) -> bool {
    use crate::domain::actor::Side;
    let developer = matches!(group, "developer_liaison" | "developer_official" | "approver");
    let partner = group == "partner_contact";
    match viewer.actor.side {
        Side::Developer => developer,
        Side::Partner => partner,
        Side::Government => !developer && !partner,
    }
}
