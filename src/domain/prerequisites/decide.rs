//! Deciding commands on a person's prerequisites: the person attests, the insider-risk officer records the rest.

use super::{Guard, PrerequisitesCommand as Command, PrerequisitesEvent as Event, WORKFLOW};
use crate::{
    authz::permit::Permit,
    domain::{
        action::Action,
        actor::Actor,
        case::{Case, Event as Any},
        id::{Kind, RecordId, Subject},
        refusal::{FieldReason, Refusal},
        time::Instant,
    },
};

/// Whether the command is possible now: nobody records for themselves what an officer records (invariant 11).
///
/// # Errors
/// [`Refusal::OwnRequest`].
pub fn available(case: &Case, id: RecordId, action: Action, actor: &Actor) -> Result<(), Refusal> {
    let own = case.people.get(&id).is_some_and(|entry| entry.state.account == actor.account);
    let check = |guard| match guard {
        Guard::Own if !own => Err(Refusal::WrongSide),
        Guard::NotOwn if own => Err(Refusal::OwnRequest),
        // The instant is judged with the body.
        Guard::Own | Guard::NotOwn | Guard::NotAhead => Ok(()),
    };
    WORKFLOW.guards_of("open", action.name).into_iter().try_for_each(check)
}

/// Decides a command on the record `id`.
///
/// # Errors
/// [`Refusal::OwnRequest`] or [`Refusal::Field`].
pub fn decide(
    case: &Case,
    id: RecordId,
    permit: &Permit,
    command: &Command,
    now: Instant,
) -> Result<Vec<(Subject, Any)>, Refusal> {
    available(case, id, command.action(), permit.actor())?;
    let event = match command {
        Command::AttestInsiderRisk(_) => Event::Attested,
        Command::RecordTraining(c) if c.trained_at > now => {
            return Err(Refusal::field("/trained_at", FieldReason::InFuture));
        }
        Command::RecordTraining(c) => Event::TrainingRecorded { trained_at: c.trained_at },
        Command::RecordScreening(c) => Event::ScreeningRecorded { reference: c.reference.clone() },
        Command::RecordExportScreening(c) => Event::ExportScreeningRecorded { reference: c.reference.clone() },
    };
    Ok(vec![(Subject::new(Kind::Prerequisites, id), Any::Prerequisites(event))])
}
