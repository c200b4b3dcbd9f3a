//! Reading: one record, what may be done with it, its timeline and its texts. Time is folded in without writing; what
//! the viewer may not know is left out, and each content read is logged.

use std::{borrow::Cow, collections::BTreeSet};

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    App, AppError, Principal,
    lookup::{Looking, etag, heads, subject, target},
    people,
    view::{ActionView, DocumentView, Moment, Names, Person, RecordView, Viewing, ids_in, outline_case},
};
use crate::{
    authz::{Acting, Resource, Sight, permitted, sight},
    domain::{
        action::{Action, Creates},
        actor::{Actor, By},
        audience::Audience,
        case::{Case, available, items_to_name, offers_to_name, settle},
        command::Command,
        id::{Kind, Subject},
        refusal::Refusal,
        time::Instant,
    },
    storage::{self, LoadedCase, documents, timeline},
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
    /// The authorized official on whose delegation it was done, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delegated_by: Option<Person>,
    /// Its particulars; none once erased.
    pub data: Value,
    /// Whether its particulars were erased; who did it is then not told either.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
    /// The hash that chains it to the event before it in its stream.
    pub hash: String,
}

/// A text of a record, or a document that hangs on it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DocumentEntry {
    /// SHA-256 of its bytes.
    pub digest: String,
    /// Its title.
    pub title: String,
    /// Its media type.
    pub media_type: String,
    /// When it came.
    pub created_at: Moment,
    /// The text; a document's content is read from its own address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The record of an uploaded document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<DocumentView>,
}

/// A record that the viewer may read, with its case folded forward.
pub(super) struct Readable {
    pub(super) loaded: LoadedCase,
    pub(super) case: Case,
    pub(super) subject: Subject,
    pub(super) looking: Looking,
    pub(super) names: Names,
    pub(super) sight: Sight,
}

impl Readable {
    /// The audiences that the viewer belongs to, among those that the record's streams have: none for whoever sees no
    /// more than the outline, which has no streams.
    pub(super) fn audiences(&self, viewer: &Principal) -> Vec<Audience> {
        let row = self.loaded.rows.get(&self.subject).filter(|_| self.sight == Sight::Whole);
        let all = row.into_iter().flat_map(|row| row.heads.keys().copied());
        all.filter(|audience| audience.includes(viewer.actor.side, viewer.actor.organization)).collect()
    }
}

impl App {
    /// The record, as the viewer sees it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] also for a record that the viewer may not know of.
    pub async fn record(&self, viewer: &Principal, kind: Kind, name: &str) -> Result<Found, AppError> {
        let readable = self.readable(viewer, kind, name, "record").await?;
        let zone = self.settings().program.zone;
        let viewing = readable.looking.viewing(self.engine(), &readable.case, &viewer.actor, &readable.names, zone);
        let view = viewing.record(readable.subject)?.ok_or(AppError::NotFound)?;
        let actions = self.actions(viewer, &readable);
        let heads = heads(&readable.loaded, readable.subject);
        let etag = etag(self.engine(), &readable.case, readable.subject, &heads, &viewer.actor);
        Ok(Found { view, actions, etag })
    }

    /// What happened to the record, as far as the viewer may know. Whoever sees an outline sees nothing of it.
    ///
    /// # Errors
    /// As [`App::record`].
    pub async fn timeline(&self, viewer: &Principal, kind: Kind, name: &str) -> Result<Vec<TimelineEntry>, AppError> {
        let readable = self.readable(viewer, kind, name, "timeline").await?;
        let tx = self.store().begin_read().await?;
        let events = timeline::of_aggregates(&tx, &[readable.subject.id], &readable.audiences(viewer)).await?;
        let wanted = events.iter().filter_map(|event| event.event.as_ref()).flat_map(ids_in).collect();
        let names = people::names(&tx, &readable.case, &wanted).await?;
        tx.end().await?;
        let zone = self.settings().program.zone;
        let viewing = readable.looking.viewing(self.engine(), &readable.case, &viewer.actor, &names, zone);
        Ok(events.into_iter().map(|event| entry(&viewing, event)).collect())
    }

    /// The texts of the record, and the documents that hang on it. Whoever sees an outline sees none.
    ///
    /// # Errors
    /// As [`App::record`].
    pub async fn documents(&self, viewer: &Principal, kind: Kind, name: &str) -> Result<Vec<DocumentEntry>, AppError> {
        let readable = self.readable(viewer, kind, name, "documents").await?;
        let tx = self.store().begin_read().await?;
        let found = documents::of_aggregates(&tx, &[readable.subject.id], &readable.audiences(viewer)).await?;
        tx.end().await?;
        let zone = self.settings().program.zone;
        let viewing = readable.looking.viewing(self.engine(), &readable.case, &viewer.actor, &readable.names, zone);
        Ok(found.into_iter().map(|text| text_entry(text, zone)).chain(viewing.documents(readable.subject)).collect())
    }

    /// Loads a record and folds its case forward, if the viewer may read it; logs the read. Every door to a record's content
    /// leads through here, so that a lock closes all of them.
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
        let readable = self.logged(viewer, Action::read(kind), name, found).await?;
        let reference = readable.case.reference(readable.subject).unwrap_or_default();
        self.log_read(viewer, readable.subject, reference, what, readable.looking.now).await?;
        Ok(readable)
    }

    /// The record, if the viewer may read it; logs nothing.
    pub(super) async fn load_readable(
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
        let sight = sight(self.engine(), &viewer.actor, &resource).ok_or(AppError::NotFound)?;
        if sight == Sight::Locked {
            return Err(AppError::Locked);
        }
        let names = people::names(tx, &case, &BTreeSet::new()).await?;
        Ok(Readable { loaded, case, subject, looking: Looking { facts, now }, names, sight })
    }

    /// Every action on the record, with what stands against it.
    fn actions(&self, viewer: &Principal, readable: &Readable) -> Vec<ActionView> {
        self.actions_on(viewer, readable, readable.subject, readable.sight)
    }

    /// Every action on a record of the case, of which the viewer sees so much.
    pub(super) fn actions_on(
        &self,
        viewer: &Principal,
        readable: &Readable,
        subject: Subject,
        sight: Sight,
    ) -> Vec<ActionView> {
        let Some(resource) = Resource::of(&readable.case, subject) else { return Vec::new() };
        let own = permitted(self.engine(), &viewer.actor, &resource);
        let looking = &readable.looking;
        let known = match sight {
            Sight::Whole => Cow::Borrowed(&readable.case),
            Sight::Outline | Sight::Locked => Cow::Owned(outline_case(&readable.case, subject, &viewer.actor)),
        };
        let answer = |action: Action, actor: &Actor| -> Result<(), Refusal> {
            available(&known, subject, action, actor, &looking.facts, looking.now)
        };
        acts(subject.kind)
            .map(|action| {
                let (facts, now) = (&looking.facts, looking.now);
                let acting = Acting::of(&viewer.actor, &readable.case, subject, action, facts, now);
                let delegated = acting.is_delegated() && acting.decide(self.engine(), action, &resource).is_ok();
                if delegated || own.contains(&action) {
                    let offers = offers_to_name(&known, subject, action, acting.actor(), now);
                    // An outline has no register.
                    let register = Some(&known).filter(|_| sight == Sight::Whole);
                    let items = register.map(|known| items_to_name(known, subject, action)).unwrap_or_default();
                    ActionView::new(action.name, answer(action, acting.actor()), &viewer.actor).naming(offers, items)
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

/// A text of a record.
pub(super) fn text_entry(text: documents::Document, zone: chrono_tz::Tz) -> DocumentEntry {
    DocumentEntry {
        digest: text.digest,
        title: text.title,
        media_type: text.media_type,
        created_at: super::view::moment(text.created_at, zone),
        body: Some(text.body),
        document: None,
    }
}

/// An event as the viewer may know it.
pub(super) fn entry(viewing: &Viewing<'_>, event: timeline::TimelineEvent) -> TimelineEntry {
    let by = event.event.as_ref().map_or(By::SCHEDULER, |event| event.by.clone());
    TimelineEntry {
        id: event.id,
        event: event.type_code,
        audience: event.audience,
        number: event.stream_seq,
        effective_at: viewing.moment(event.effective_at),
        recorded_at: viewing.moment(event.recorded_at),
        by: viewing.names.by(&by, viewing.viewer.side),
        delegated_by: by.delegated_by.map(|official| viewing.names.person_for(official, viewing.viewer.side)),
        erased: event.event.is_none(),
        data: event.event.map(|event| viewing.particulars(&event)).unwrap_or_default(),
        hash: event.hash.to_string(),
    }
}
