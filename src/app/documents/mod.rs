//! Documents: their content comes by itself, after a command declared it; it is checked, kept under a random key, and
//! can be read once the quarantine let it pass. The record, and so the chain, covers the digest; what is read is compared
//! with it every time.

pub mod content;
pub mod difference;
mod erasure;
mod pdf;
mod reading;
mod scan;
mod scanner;
mod since_signed;
mod texts;

use bytes::Bytes;
pub use content::ContentError;
pub use difference::{ChangedLine, Difference, DifferenceError, Hunk, LineChange, LinePart};
pub use erasure::Erasure;
pub use reading::{Content, Damage};
pub use since_signed::{SignedBefore, SinceSigned, Whose};
pub use texts::TextEntry;
use uuid::Uuid;

use super::{
    App, AppError, Found, Principal, TRIES, Turn,
    failure::Failure,
    lookup::{self, Looking},
    people,
    recording::changes,
};
use crate::{
    authz::{Resource, decide as authorize},
    domain::{
        action::Action,
        actor::{Actor, By},
        case::{self, Case},
        document::{self, Declared, MediaType, Verdict},
        id::{AccountId, Kind, RecordId, Subject},
        time::Instant,
    },
    storage::{
        self, LoadedCase, ReadTx, Target, WriteTx,
        document_objects::{self, ObjectState},
    },
};

/// One thing that happens to a document without a command.
enum Step<'a> {
    /// The actor sent the content.
    Received(&'a Actor),
    /// The quarantine is over.
    Judged(Verdict),
}

/// A document whose content is waited for.
#[derive(Clone, Debug)]
pub struct Awaited {
    id: RecordId,
    declared: Declared,
}

impl Awaited {
    /// The media type that was declared.
    pub const fn media_type(&self) -> MediaType {
        self.declared.media_type
    }
}

impl App {
    /// A turn to send a content; few have one at a time, and nobody more than two.
    ///
    /// # Errors
    /// [`AppError::Busy`] while none is free, or the account has two.
    pub fn turn_to_send(&self, account: AccountId) -> Result<Turn, AppError> {
        self.uploads().take(account)
    }

    /// The document whose content the sender is about to send, before a byte of it is read.
    ///
    /// # Errors
    /// [`AppError::NotFound`] and [`AppError::Forbidden`] as for any act, [`AppError::Refused`] for a document whose
    /// content is not waited for, or that another person declared.
    pub async fn awaited(&self, sender: &Principal, name: &str) -> Result<Awaited, AppError> {
        let tx = self.store().begin_read().await?;
        let found = self.find_awaited(&tx, sender, name).await;
        tx.end().await?;
        self.logged(sender, Action::new(Kind::Document, "upload"), name, found).await
    }

    async fn find_awaited(&self, tx: &ReadTx, sender: &Principal, name: &str) -> Result<Awaited, AppError> {
        let target = lookup::target(Kind::Document, name).ok_or(AppError::NotFound)?;
        let loaded = storage::read_case(tx, &target, &[]).await?.ok_or(AppError::NotFound)?;
        let now = self.decision_time(tx).await?;
        let facts = people::facts(self, tx, &loaded.case, &[], None).await?;
        let mut case = loaded.case;
        case::settle(&mut case, &facts, Instant::MIN_UTC, now)?;
        let subject = lookup::subject(&case, Kind::Document, name).ok_or(AppError::NotFound)?;
        self.may_send_content(&case, subject, &sender.actor)?;
        document::received(&case, subject.id, &sender.actor)?;
        let entry = case.documents.get(&subject.id).ok_or(AppError::NotFound)?;
        Ok(Awaited { id: subject.id, declared: entry.state.declared.clone() })
    }

    /// Sending the content is part of the upload: whoever may declare a document there now may send what was declared.
    fn may_send_content(&self, case: &Case, subject: Subject, sender: &Actor) -> Result<(), AppError> {
        let place = case.documents.get(&subject.id).map(|entry| entry.state.declared.attached_to);
        let anew = place.and_then(|place| Resource::new_under(case, place, Kind::Document));
        let upload = Action::new(Kind::Document, "upload");
        for resource in [Resource::of(case, subject), anew] {
            let resource = resource.ok_or(AppError::NotFound)?;
            authorize(self.engine(), sender, upload, &resource)?;
        }
        Ok(())
    }

    /// Whether bytes are of a kind that is taken, before a document is declared for them.
    ///
    /// # Errors
    /// [`AppError::ContentRefused`] for bytes that are not of this media type, or not taken.
    pub async fn check_content(&self, media_type: MediaType, bytes: Bytes) -> Result<(), AppError> {
        let check = move || content::is_a(media_type, &bytes);
        Ok(tokio::task::spawn_blocking(check).await.map_err(AppError::internal)??)
    }

    /// Takes the content of a document: checked against what was declared, put under a random key, and recorded. Without
    /// a scanner it can be read at once, else when the scanner let it pass.
    ///
    /// # Errors
    /// [`AppError::ContentRefused`] for bytes that are not what was declared or not of a kind that is taken; as
    /// [`App::awaited`] where the document changed meanwhile. Nothing is recorded then.
    pub async fn receive(
        &self,
        sender: &Principal,
        awaited: &Awaited,
        media_type: &str,
        bytes: Bytes,
    ) -> Result<Found, AppError> {
        let declared = awaited.declared.clone();
        if media_type != declared.media_type.name() {
            return Err(ContentError::Type(declared.media_type).into());
        }
        let checked = bytes.clone();
        tokio::task::spawn_blocking(move || content::check(&declared, &checked))
            .await
            .map_err(AppError::internal)??;
        let key = self.ids().uuid();
        let tx = self.store().begin_write().await?;
        document_objects::stage(&tx, key, awaited.id, self.clock().system()).await?;
        tx.commit().await?;
        self.objects().put(self.store(), key, bytes).await?;
        self.keep(&sender.actor, awaited.id, key).await?;
        self.wake().notify_one();
        self.record(sender, Kind::Document, &awaited.id.to_string()).await
    }

    /// Records that the content arrived; without a scanner the checks of its bytes were the quarantine.
    async fn keep(&self, sender: &Actor, id: RecordId, key: Uuid) -> Result<(), AppError> {
        let scanned = self.settings().documents.scanner_words().is_some();
        let state = if scanned { ObjectState::Quarantined } else { ObjectState::Kept };
        let mut steps = vec![Step::Received(sender)];
        steps.extend((!scanned).then_some(Step::Judged(Verdict::Clean)));
        self.happened(id, &steps, (key, state)).await
    }

    /// Records what happened to a document, and what is to be done about its object, in one transaction; again if
    /// another one was in the way.
    async fn happened(&self, id: RecordId, steps: &[Step<'_>], object: (Uuid, ObjectState)) -> Result<(), AppError> {
        for _ in 0..TRIES {
            let tx = self.store().begin_write().await?;
            let done = self.happened_in(&tx, id, steps, object).await;
            let done = match done {
                Ok(()) => tx.commit().await.map_err(Failure::from),
                Err(failure) => {
                    tx.rollback().await?;
                    Err(failure)
                }
            };
            match done {
                Err(Failure::Again) => {}
                Err(Failure::Answer(error)) => return Err(error),
                Ok(()) => return Ok(()),
            }
        }
        Err(AppError::Busy)
    }

    async fn happened_in(
        &self,
        tx: &WriteTx,
        id: RecordId,
        steps: &[Step<'_>],
        (key, state): (Uuid, ObjectState),
    ) -> Result<(), Failure> {
        let subject = Subject::new(Kind::Document, id);
        let target = Target::Subject(subject);
        let loaded = storage::lock_case(tx, &target, &[]).await?.ok_or(Failure::Answer(AppError::NotFound))?;
        let now = self.decision_time(tx).await?;
        let facts = people::facts(self, tx, &loaded.case, &[], None).await?;
        self.steps_in(tx, &loaded, subject, steps, Looking { facts, now }).await?;
        document_objects::set(tx, key, state).await?;
        Ok(())
    }

    async fn steps_in(
        &self,
        tx: &WriteTx,
        loaded: &LoadedCase,
        subject: Subject,
        steps: &[Step<'_>],
        looking: Looking,
    ) -> Result<(), Failure> {
        let (facts, now) = (&looking.facts, looking.now);
        let mut after = loaded.case.clone();
        let mut events = case::settle(&mut after, facts, Instant::MIN_UTC, now).map_err(AppError::from)?;
        for step in steps {
            let (drafts, by) = match step {
                Step::Received(sender) => {
                    self.may_send_content(&after, subject, sender)?;
                    (document::received(&after, subject.id, sender), By::from(*sender))
                }
                Step::Judged(verdict) => (document::judged(&after, subject.id, *verdict), By::SCHEDULER),
            };
            let drafts = drafts.map_err(AppError::from)?;
            let decided = case::happen(&after, "", &by, drafts, facts, now).map_err(AppError::from)?;
            events.extend(decided.events);
            after = decided.after;
        }
        let changes = changes(self, tx, &loaded.case, &events, &after, &looking).await?;
        let next_due = case::next_due(&after, facts, now).map_err(AppError::from)?;
        let recorded = changes.recorded(self, events, after, next_due, self.host().await?);
        storage::record(tx, loaded, recorded, now).await?;
        Ok(())
    }
}
