//! The decision itself: allowed with a permit, or denied in one of two ways that the doors must keep apart.

use super::{
    engine::{Engine, Question, READ_WHOLE},
    permit::Permit,
    resource::Resource,
};
use crate::domain::{action::Action, actor::Actor, command::Command, id::Kind};

/// How an action is denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// The actor may not know that the record exists: answered like a record that does not (404).
    #[error("there is no such record")]
    Hidden,
    /// The actor may read the record, but not do this (403).
    #[error("this is not among the actor's acts")]
    Forbidden,
    /// The actor knows of the record, but spillage locks it (423).
    #[error("spillage locks the record")]
    Locked,
}

/// How much of a record its reader sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// The outline: reference, stage, due dates; before disclosure, a partner sees the generic agreement alone.
    Outline,
    /// All that the reader's side may know.
    Whole,
    /// That it is there and locked: classified content was reported in it (domain section 3.8).
    Locked,
}

/// Decides whether the actor may carry out the action on the record. Anything that goes wrong denies.
///
/// # Errors
/// [`Denial::Hidden`], [`Denial::Forbidden`], or [`Denial::Locked`] for whoever would know of the record without the lock.
pub fn decide(engine: &Engine, actor: &Actor, action: Action, resource: &Resource) -> Result<Permit, Denial> {
    let question = engine.question(actor, resource).ok_or(Denial::Hidden)?;
    if action.kind == resource.kind && question.allows(action) {
        return Ok(Permit::new(actor, action));
    }
    if may_know(engine, actor, resource, &question) {
        return Err(Denial::Forbidden);
    }
    let behind = resource.unlocked().filter(|unlocked| {
        engine.question(actor, unlocked).is_some_and(|asked| may_know(engine, actor, unlocked, &asked))
    });
    Err(behind.map_or(Denial::Hidden, |_| Denial::Locked))
}

/// Whether the actor may know of the record: may read it, or for one yet to be made the one that it would stand under.
/// That a record could be made by itself is no secret.
fn may_know(engine: &Engine, actor: &Actor, resource: &Resource, question: &Question<'_>) -> bool {
    match (&resource.above, resource.id) {
        (Some(above), _) => engine.question(actor, above).is_some_and(|asked| asked.allows(Action::read(above.kind))),
        (None, Some(_)) => question.allows(Action::read(resource.kind)),
        (None, None) => true,
    }
}

/// Every command that the policies allow the actor on the record, in the order of its life; the domain says which of
/// them its stage allows.
pub fn permitted(engine: &Engine, actor: &Actor, resource: &Resource) -> Vec<Action> {
    let Some(question) = engine.question(actor, resource) else {
        return Vec::new();
    };
    Command::actions(resource.kind).iter().copied().filter(|action| question.allows(*action)).collect()
}

/// How much of the record the actor sees; `None` if nothing.
pub fn sight(engine: &Engine, actor: &Actor, resource: &Resource) -> Option<Sight> {
    let question = engine.question(actor, resource)?;
    let read = Action::read(resource.kind);
    if !question.allows(read) {
        let unlocked = resource.unlocked()?;
        return engine.question(actor, &unlocked)?.allows(read).then_some(Sight::Locked);
    }
    let has_outline = matches!(resource.kind, Kind::Engagement | Kind::Nomination);
    if !has_outline || question.allows(Action::new(resource.kind, READ_WHOLE)) {
        Some(Sight::Whole)
    } else {
        Some(Sight::Outline)
    }
}
