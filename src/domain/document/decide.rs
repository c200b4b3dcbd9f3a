//! Deciding what is done with a document (domain section 3.5): what it may hang on, which version follows which, and how
//! much one organization may leave in one case.

use super::{
    Declared, Document, DocumentCommand as Command, DocumentEvent as Event, DocumentKind, DocumentStage as Stage,
    Guard, UploadDocument, Verdict, WORKFLOW,
    transitions::{CONTENT, VERDICT},
};
use crate::{
    authz::permit::Permit,
    domain::{
        action::Action,
        actor::Actor,
        case::{Case, Event as Any, Facts},
        condition,
        id::{Kind, OrganizationId, RecordId, Subject},
        refusal::{FieldReason, Refusal},
        text::Sha256Hex,
    },
};

/// Whether the command is possible now, as far as that can be said without its body.
///
/// # Errors
/// [`Refusal::WrongStage`], or [`Refusal::WrongSide`] for a document of another organization.
pub fn available(case: &Case, id: RecordId, action: Action, actor: &Actor) -> Result<(), Refusal> {
    let document = state(case, id)?;
    WORKFLOW.judge(document.stage.name(), action.name, |guard| match guard {
        Guard::OwnOrganization if document.by.organization != Some(actor.organization) => Err(Refusal::WrongSide),
        Guard::OwnOrganization
        // Judged with the body, with what arrives, or by time.
        | Guard::PlaceStands
        | Guard::ExecutedFits
        | Guard::ParentFits
        | Guard::WithinLimits
        | Guard::AsDeclared
        | Guard::Clean
        | Guard::Infected
        | Guard::NotSent => Ok(()),
    })
}

/// Decides a command on the document `id`; for `upload`, the id that the new one shall have.
///
/// # Errors
/// A [`Refusal`] that names what stands against it.
pub fn decide(
    case: &Case,
    id: RecordId,
    permit: &Permit,
    command: &Command,
    facts: &Facts,
) -> Result<Vec<(Subject, Any)>, Refusal> {
    let actor = permit.actor();
    let event = match command {
        Command::UploadDocument(c) => Event::Declared { document: Box::new(declare(case, actor, c, facts)?) },
        Command::WithdrawDocument(_) => {
            available(case, id, command.action(), actor)?;
            Event::Withdrawn
        }
    };
    Ok(vec![on(id, event)])
}

/// Decides that the content of the document arrived, sent by the actor: only who declared it sends it. What the bytes
/// are was checked before.
///
/// # Errors
/// [`Refusal::WrongStage`] unless the content is waited for, [`Refusal::WrongSide`] for another person's document.
pub fn received(case: &Case, id: RecordId, actor: &Actor) -> Result<Vec<(Subject, Any)>, Refusal> {
    let document = state(case, id)?;
    WORKFLOW.in_stage(document.stage.name(), CONTENT)?;
    if !document.by.is(actor.account) {
        return Err(Refusal::WrongSide);
    }
    Ok(vec![on(id, Event::ContentReceived)])
}

/// Decides what follows from the scanner's verdict. A version that becomes available supersedes its parent.
///
/// # Errors
/// [`Refusal::WrongStage`] unless the document is in quarantine.
pub fn judged(case: &Case, id: RecordId, verdict: Verdict) -> Result<Vec<(Subject, Any)>, Refusal> {
    let document = state(case, id)?;
    WORKFLOW.in_stage(document.stage.name(), VERDICT)?;
    if verdict == Verdict::Infected {
        return Ok(vec![on(id, Event::Rejected)]);
    }
    let superseded = document.declared.parent.map(|parent| on(parent, Event::Superseded { by: id }));
    Ok([on(id, Event::Released)].into_iter().chain(superseded).collect())
}

fn on(id: RecordId, event: Event) -> (Subject, Any) {
    (Subject::new(Kind::Document, id), Any::Document(event))
}

fn state(case: &Case, id: RecordId) -> Result<&Document, Refusal> {
    let none = || Refusal::WrongStage { stage: "none", allowed: Vec::new() };
    case.documents.get(&id).map(|entry| &entry.state).ok_or_else(none)
}

/// What a document hangs on.
struct Place {
    subject: Subject,
    developer: OrganizationId,
    partner: Option<OrganizationId>,
}

/// An engagement that was handed over and is not closed, a nomination from its disclosure on (invariant 16), or a
/// condition that is not over.
fn place(case: &Case, subject: Subject) -> Result<Place, Refusal> {
    let missing = || Refusal::field("/attach_to", FieldReason::NoSuchRecord);
    let developer = case.promoted(subject).and_then(|columns| columns.developer).ok_or_else(missing)?;
    let (stage, stages, partner): (_, Vec<&'static str>, _) = match subject.kind {
        Kind::Engagement => {
            let stages = crate::domain::engagement::Stage::NAMES;
            let stage = case.engagements.get(&subject.id).map(|entry| entry.state.stage.name());
            (stage, stages.iter().copied().filter(|name| !["draft", "closed"].contains(name)).collect(), None)
        }
        Kind::Nomination => {
            let nomination = case.nominations.get(&subject.id).map(|entry| &entry.state);
            let partner = nomination.filter(|n| n.is_disclosed()).map(|n| n.partner);
            let stage = nomination.map(|n| n.stage.name());
            let live = ["disclosed", "screening", "vetting", "decision", "selected"];
            let bound = ["conditions_precedent", "active", "suspended"];
            (stage, live.into_iter().chain(bound).collect(), partner)
        }
        Kind::Condition => {
            let condition = case.conditions.get(&subject.id).map(|entry| &entry.state);
            let partner = condition.and_then(|c| c.partner);
            (condition.map(|c| c.stage.name()), condition::NOT_OVER.to_vec(), partner)
        }
        Kind::Release
        | Kind::Inquiry
        | Kind::Grant
        | Kind::Prerequisites
        | Kind::Handoff
        | Kind::Incident
        | Kind::FoiaRequest
        | Kind::Document => {
            return Err(missing());
        }
    };
    Refusal::unless_stage(stage.unwrap_or("none"), &stages)?;
    Ok(Place { subject, developer, partner })
}

/// Whether a document may hang there now.
///
/// # Errors
/// [`Refusal::WrongStage`] with the stages that allow it.
pub fn may_hang(case: &Case, to: Subject) -> Result<(), Refusal> {
    place(case, to).map(drop)
}

fn declare(case: &Case, actor: &Actor, command: &UploadDocument, facts: &Facts) -> Result<Declared, Refusal> {
    let missing = Refusal::field("/attach_to", FieldReason::NoSuchRecord);
    let place = place(case, case.find(&command.attach_to).ok_or(missing)?)?;
    executed(case, &place, command)?;
    let parent = parent(case, &place, command)?;
    within(case, actor.organization, command.size_bytes, facts)?;
    let version = parent.and_then(|id| case.documents.get(&id)).map_or(1, |entry| entry.state.declared.version + 1);
    Ok(Declared {
        developer: place.developer,
        attached_to: place.subject,
        partner: place.partner,
        name: command.name.clone(),
        document_kind: command.document_kind,
        media_type: command.media_type,
        size_bytes: command.size_bytes,
        sha256: command.sha256.clone(),
        version,
        parent,
        executes: command.executes.clone(),
    })
}

/// An executed copy hangs on a condition that both sides signed, and names the digest that they signed (invariant 20).
fn executed(case: &Case, place: &Place, command: &UploadDocument) -> Result<(), Refusal> {
    if command.document_kind != DocumentKind::ExecutedCopy {
        let named = command.executes.is_some();
        return if named { Err(Refusal::field("/executes", FieldReason::ExecutedCopyOnly)) } else { Ok(()) };
    }
    if command.parent.is_some() {
        return Err(Refusal::field("/parent", FieldReason::ExecutedCopyOnly));
    }
    let condition = case.conditions.get(&place.subject.id).filter(|_| place.subject.kind == Kind::Condition);
    let condition = &condition.ok_or(Refusal::field("/attach_to", FieldReason::NoSuchRecord))?.state;
    Refusal::unless_stage(condition.stage.name(), &["signed", "in_force", "breached"])?;
    let agreed: Option<&Sha256Hex> = condition.agreed.as_ref().map(|terms| &terms.digest);
    if command.executes.is_some() && command.executes.as_ref() == agreed {
        Ok(())
    } else {
        Err(Refusal::field("/executes", FieldReason::WrongDigest))
    }
}

/// The version that the new one follows: the newest of its kind at the same place, which no other version is about to
/// follow.
fn parent(case: &Case, place: &Place, command: &UploadDocument) -> Result<Option<RecordId>, Refusal> {
    let Some(reference) = &command.parent else { return Ok(None) };
    let id = case.resolve(Kind::Document, reference, "/parent")?;
    let document = state(case, id)?;
    let same = document.declared.attached_to == place.subject
        && document.declared.document_kind == command.document_kind
        && document.declared.document_kind != DocumentKind::ExecutedCopy;
    if !same {
        return Err(Refusal::field("/parent", FieldReason::NoSuchRecord));
    }
    Refusal::unless_stage(document.stage.name(), &["available"])?;
    let follows = |other: &Document| other.declared.parent == Some(id) && other.stage.is_pending();
    if case.documents.values().any(|entry| follows(&entry.state)) {
        return Err(Refusal::AlreadyUnderWay);
    }
    Ok(Some(id))
}

/// What is declared counts from the declaration on, so that nobody declares more than may come.
fn within(case: &Case, organization: OrganizationId, size: u64, facts: &Facts) -> Result<(), Refusal> {
    if size == 0 {
        return Err(Refusal::field("/size_bytes", FieldReason::OutOfRange));
    }
    if size > facts.documents.most_bytes {
        return Err(Refusal::PayloadTooLarge);
    }
    let counts = |stage: Stage| stage.is_pending() || stage.has_content();
    let own = case.documents.values().map(|entry| &entry.state);
    let used = own
        .filter(|document| document.by.organization == Some(organization) && counts(document.stage))
        .fold(0_u64, |sum, document| sum.saturating_add(document.declared.size_bytes));
    if used.saturating_add(size) > facts.documents.quota_bytes { Err(Refusal::QuotaExceeded) } else { Ok(()) }
}
