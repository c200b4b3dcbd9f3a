//! The walk of every command (architecture section 3): idempotency, locks, time, facts, permit, decision, record, view.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    App, AppError, Principal, TRIES,
    failure::Failure,
    idempotency::{Idempotency, Kept},
    locking::silence_locked,
    lookup::{Looking, etag},
    merging::OtherRelease,
    preview::Preview,
    recording::changes,
    view::{RecordView, filter, outline_refusal},
};
use crate::{
    authz::{Acting, Denial, Permit, Resource},
    domain::{
        action::{Action, Creates},
        case::{self, Case, CaseEvent, Event, Facts},
        command::Command,
        engagement::UNCONDITIONAL,
        id::{Kind, Subject},
        nomination::NominationEvent,
        refusal::FieldReason,
        time::Instant,
    },
    storage::{self, LoadedCase, StorageError, Target, WriteTx},
};

/// A request to carry out a command.
#[derive(Clone, Debug)]
pub struct Request {
    /// Who asks.
    pub principal: Principal,
    /// Only tell what would happen.
    pub preview: bool,
    /// The entity tags of `If-Match`, one of which the record must have.
    pub if_match: Option<Vec<String>>,
    /// The idempotency key with what it is bound to.
    pub idempotency: Option<Idempotency>,
}

/// What a command acts on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetRef {
    /// It makes a record; the parent stands in the body.
    New(Kind),
    /// An existing record by its reference.
    Record(Kind, String),
}

/// What came of a command.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was carried out.
    Done(Box<Done>),
    /// It would be carried out; nothing was written.
    Preview(Preview),
    /// The same request was carried out before; this was the answer.
    Replayed(Kept),
}

/// A command that was carried out.
#[derive(Clone, Debug)]
pub struct Done {
    /// The record's reference.
    pub reference: String,
    /// Whether the command made it.
    pub created: bool,
    /// Its entity tag.
    pub etag: String,
    /// The record as the actor sees it.
    pub view: RecordView,
}

/// A command that was decided but not yet written.
struct Judged {
    loaded: LoadedCase,
    subject: Subject,
    created: bool,
    events: Vec<CaseEvent>,
    after: Case,
    looking: Looking,
    other: Option<OtherRelease>,
}

impl App {
    /// Carries out a command.
    ///
    /// # Errors
    /// [`AppError`]; a denial or a refusal is written to the access log.
    pub async fn execute(&self, request: &Request, target: &TargetRef, command: &Command) -> Result<Outcome, AppError> {
        let answer = self.named(request, target, command).await;
        if let Err(error) = &answer {
            self.log_denied(&request.principal, command.action(), target, error).await;
        } else if !request.preview {
            self.wake().notify_one();
        }
        answer
    }

    async fn named(&self, request: &Request, target: &TargetRef, command: &Command) -> Result<Outcome, AppError> {
        if let TargetRef::Record(kind, name) = target {
            // What cannot be a name is looked for nowhere, not even among the idempotency keys.
            let person = super::lookup::target(*kind, name).ok_or(AppError::NotFound)?;
            if *kind == Kind::Prerequisites && !request.preview {
                self.settle_holdings(&person).await?;
            }
        }
        self.retried(request, target, command).await
    }

    /// Runs the transaction again where another one was in the way.
    async fn retried(&self, request: &Request, target: &TargetRef, command: &Command) -> Result<Outcome, AppError> {
        for _ in 1..TRIES {
            match self.once(request, target, command).await {
                Err(Failure::Again) => {}
                Err(Failure::Answer(error)) => return Err(error),
                Ok(outcome) => return Ok(outcome),
            }
        }
        self.once(request, target, command).await.map_err(|failure| match failure {
            Failure::Again => AppError::Busy,
            Failure::Answer(error) => error,
        })
    }

    async fn once(&self, request: &Request, target: &TargetRef, command: &Command) -> Result<Outcome, Failure> {
        let tx = self.store().begin_write().await?;
        match self.in_transaction(&tx, request, target, command).await {
            Ok(outcome @ Outcome::Done(_)) => {
                tx.commit().await?;
                Ok(outcome)
            }
            Ok(other) => {
                tx.rollback().await?;
                Ok(other)
            }
            Err(failure) => {
                tx.rollback().await?;
                Err(failure)
            }
        }
    }

    async fn in_transaction(
        &self,
        tx: &WriteTx,
        request: &Request,
        target: &TargetRef,
        command: &Command,
    ) -> Result<Outcome, Failure> {
        if let Some(replayed) = self.replayed(tx, request).await? {
            return Ok(replayed);
        }
        let mut judged = match self.judge(tx, request, target, command).await {
            Ok(judged) => judged,
            // The same request may have been carried out while this one waited for the locks, and what is refused now is
            // what it brought about.
            Err(Failure::Answer(error)) if is_verdict(&error) => {
                return self.replayed(tx, request).await?.ok_or(Failure::Answer(error));
            }
            Err(failure) => return Err(failure),
        };
        let host = self.host().await?;
        let changes = changes(self, tx, &judged.loaded.case, &judged.events, &judged.after, &judged.looking).await?;
        if request.preview {
            let with = (&changes, &judged.looking);
            let preview = self.preview(&judged.after, judged.subject, &judged.events, with, &request.principal.actor);
            let preview = preview.map_err(AppError::from)?;
            let made = judged.loaded.case.reference(judged.subject).is_none();
            let reference = judged.after.reference(judged.subject).filter(|_| made);
            return Ok(Outcome::Preview(match reference {
                Some(reference) => preview.of_new(reference),
                None => preview,
            }));
        }
        let now = judged.looking.now;
        let next_due = match judged.subject.kind {
            // The cases in which the person holds grants are others: the worker carries them on, and then clears this.
            Kind::Prerequisites => Some(now),
            _ => case::next_due(&judged.after, &judged.looking.facts, now).map_err(AppError::from)?,
        };
        let recorded = changes.recorded(self, judged.events.clone(), judged.after.clone(), next_due, host);
        silence_locked(tx, &judged.events).await?;
        let written = storage::record(tx, &judged.loaded, recorded, now).await?;
        if let Some(other) = judged.other.take() {
            self.mark_merged(tx, other, &judged.events).await?;
        }
        self.carry_release(tx, &judged.after, &judged.events, now).await?;
        silence_recused(tx, &judged).await?;
        let done = self.done(tx, request, &judged, &written).await?;
        self.remember(tx, request, &done).await?;
        Ok(Outcome::Done(Box::new(done)))
    }

    /// Loads and locks, folds forward, authorizes and decides.
    async fn judge(
        &self,
        tx: &WriteTx,
        request: &Request,
        target: &TargetRef,
        command: &Command,
    ) -> Result<Judged, Failure> {
        let named: Vec<_> = command.names_account().into_iter().collect();
        let mut loaded = self.load(tx, target, command, &named).await?;
        let now = self.decision_time(tx).await?;
        let mut facts = super::people::facts(self, tx, &loaded.case, &named, command.names_organization()).await?;
        let mut settled = loaded.case.clone();
        let mut events = case::settle(&mut settled, &facts, Instant::MIN_UTC, now).map_err(AppError::from)?;
        let (subject, created) = self.subject(&settled, target)?;
        let permit = self.permit(request, &settled, (subject, created), command, (&facts, now))?;
        let other = self.other_release(tx, &settled, subject, &request.principal, command, now).await?;
        facts.releases.extend(other.as_ref().and_then(OtherRelease::facts));
        if !created && !is_unconditional(command.action()) {
            self.unchanged(request, &loaded, &settled, subject)?;
        }
        let reference = match (created, settled.reference(subject)) {
            (false, Some(reference)) => reference.to_owned(),
            _ => self.new_reference(subject.kind.prefix(), now),
        };
        let decide = |case: &Case| {
            case::decide(case, subject, &reference, &permit, command, &facts, now)
                .map_err(|refusal| outline_refusal(filter(refusal, permit.actor()), &settled, subject, permit.actor()))
                .map_err(|refusal| self.refused(refusal, &settled, subject, permit.actor()))
        };
        let mut decided = decide(&settled)?;
        if request.preview {
            // What is so may refuse the act; what would follow from it is told by what the actor's side knows.
            let side = request.principal.actor.side;
            decided = decide(&case::known_to(&settled, side))?;
            loaded.case = case::known_to(&loaded.case, side);
        }
        events.extend(decided.events);
        Ok(Judged { loaded, subject, created, events, after: decided.after, looking: Looking { facts, now }, other })
    }

    async fn load(
        &self,
        tx: &WriteTx,
        target: &TargetRef,
        command: &Command,
        named: &[crate::domain::id::AccountId],
    ) -> Result<LoadedCase, Failure> {
        let (which, missing) = match (target, command.creates()) {
            (TargetRef::Record(kind, reference), _) => {
                let target = super::lookup::target(*kind, reference).ok_or(AppError::NotFound)?;
                (target, AppError::NotFound)
            }
            (TargetRef::New(_), (Creates::Under, Some(parent))) => {
                let missing = AppError::from(crate::domain::refusal::Refusal::field(
                    command.parent_pointer(),
                    FieldReason::NoSuchRecord,
                ));
                let Some(kind) = super::lookup::kind_of(parent) else { return Err(Failure::Answer(missing)) };
                (Target::Reference { kind, reference: parent.to_owned() }, missing)
            }
            (TargetRef::New(_), _) => return Ok(LoadedCase::empty()),
        };
        storage::lock_case(tx, &which, named).await?.ok_or(Failure::Answer(missing))
    }

    /// The record that the command acts on, and whether the command makes it.
    fn subject(&self, case: &Case, target: &TargetRef) -> Result<(Subject, bool), AppError> {
        match target {
            TargetRef::New(kind) => Ok((Subject::new(*kind, self.new_record()), true)),
            TargetRef::Record(kind, reference) => {
                super::lookup::subject(case, *kind, reference).map(|subject| (subject, false)).ok_or(AppError::NotFound)
            }
        }
    }

    fn permit(
        &self,
        request: &Request,
        case: &Case,
        (subject, created): (Subject, bool),
        command: &Command,
        (facts, now): (&Facts, Instant),
    ) -> Result<Permit, AppError> {
        let actor = &request.principal.actor;
        let parent = command.creates().1.and_then(|parent| case.find(parent));
        let resource = match (created, parent) {
            (true, Some(parent)) => Resource::new_under(case, parent, subject.kind),
            (true, None) => Some(Resource::new_alone(subject.kind, actor.organization)),
            (false, _) => Resource::of(case, subject),
        };
        let resource = resource.ok_or(AppError::NotFound)?;
        let acting = Acting::of(actor, case, subject, command.action(), facts, now);
        let permit = acting.decide(self.engine(), command.action(), &resource).map_err(|denial| match denial {
            // A parent that the actor may not know of looks like one that does not exist.
            Denial::Hidden if created => AppError::from(crate::domain::refusal::Refusal::field(
                command.parent_pointer(),
                FieldReason::NoSuchRecord,
            )),
            denial => denial.into(),
        })?;
        self.may_report(actor, case, command, &resource)?;
        Ok(permit)
    }

    async fn done(
        &self,
        tx: &WriteTx,
        request: &Request,
        judged: &Judged,
        written: &[storage::RecordedEvent],
    ) -> Result<Done, Failure> {
        let actor = &request.principal.actor;
        let names = super::people::names(tx, &judged.after, &BTreeSet::new()).await?;
        let zone = self.settings().program.zone;
        let view = judged.looking.viewing(self.engine(), &judged.after, actor, &names, zone);
        let view = view.record_or_receipt(judged.subject).map_err(AppError::from)?;
        let heads = heads_after(&judged.loaded, judged.subject, written);
        let reference = judged.after.reference(judged.subject).unwrap_or_default().to_owned();
        let etag = etag(self.engine(), &judged.after, judged.subject, &heads, actor);
        Ok(Done { reference, created: judged.created, etag, view })
    }

    /// `If-Match`: the record is still the one that the actor saw.
    fn unchanged(
        &self,
        request: &Request,
        loaded: &LoadedCase,
        settled: &Case,
        subject: Subject,
    ) -> Result<(), AppError> {
        let Some(expected) = &request.if_match else { return Ok(()) };
        let heads = super::lookup::heads(loaded, subject);
        let current = etag(self.engine(), settled, subject, &heads, &request.principal.actor);
        if expected.iter().any(|tag| *tag == current || tag == "*") {
            Ok(())
        } else {
            Err(AppError::PreconditionFailed)
        }
    }
}

impl Done {
    /// The answer.
    ///
    /// # Errors
    /// [`AppError::Internal`] if the record cannot be written as JSON.
    pub fn kept(&self) -> Result<Kept, AppError> {
        Ok(Kept {
            reference: self.reference.clone(),
            created: self.created,
            etag: self.etag.clone(),
            body: serde_json::to_value(&self.view).map_err(AppError::internal)?,
        })
    }
}

/// Takes back what waits in the outbox for a reviewer who recused: about the nomination, and what stands under it.
async fn silence_recused(tx: &WriteTx, judged: &Judged) -> Result<(), StorageError> {
    for event in &judged.events {
        let Event::Nomination(NominationEvent::Recused { reviewer }) = &event.event else { continue };
        let nomination = event.subject;
        let conditions = judged.after.conditions_of(nomination).map(|(id, _)| id);
        let records: Vec<_> = conditions.chain([nomination.id]).collect();
        storage::outbox::take_back_from(tx, &records, *reviewer).await?;
    }
    Ok(())
}

/// The heads of a record's streams after what was written.
fn heads_after(
    loaded: &LoadedCase,
    subject: Subject,
    written: &[storage::RecordedEvent],
) -> BTreeMap<crate::domain::audience::Audience, String> {
    let mut heads = super::lookup::heads(loaded, subject);
    for event in written.iter().filter(|event| event.event.subject == subject) {
        heads.insert(event.event.audience, event.hash.to_string());
    }
    heads
}

/// Whether the error judges the command, rather than tells that it could not be judged.
const fn is_verdict(error: &AppError) -> bool {
    !matches!(error, AppError::Internal(_) | AppError::Busy)
}

/// E12 and E13 need nothing: they ignore `If-Match` (invariant 1).
fn is_unconditional(action: Action) -> bool {
    action.kind == Kind::Engagement && UNCONDITIONAL.contains(&action.name)
}
