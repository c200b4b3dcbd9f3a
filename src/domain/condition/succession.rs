//! One condition in the place of another: the text that follows one which is in force, broken or expired. Until it takes
//! force it is no condition of its own, so that a renewal prepared early holds nothing back, and nothing is without a
//! text for an instant when it does (domain section 3.5, `superseded`).

use super::{Condition, ConditionStage as Stage};
use crate::domain::{
    case::Case,
    id::{Kind, RecordId, Subject},
    refusal::{FieldReason, Refusal},
    time::Instant,
};

/// The stages of a condition whose place another one may take.
const SUPERSEDABLE: [Stage; 3] = [Stage::InForce, Stage::Breached, Stage::Expired];

/// The condition that a new one attached to `place` names as its predecessor.
///
/// # Errors
/// [`Refusal::Field`] at `/supersedes` for one that is attached elsewhere, that never bound or binds no more, or that
/// another one follows already; at `/required` for an optional one in the place of a required one.
pub(super) fn predecessor(case: &Case, place: Subject, name: &str, required: bool) -> Result<RecordId, Refusal> {
    let missing = || Refusal::field("/supersedes", FieldReason::NoSuchRecord);
    let subject = case.find(name).filter(|subject| subject.kind == Kind::Condition).ok_or_else(missing)?;
    let before = case.conditions.get(&subject.id).map(|entry| &entry.state);
    let before = before.filter(|before| before.attached_to == place).ok_or_else(missing)?;
    if !SUPERSEDABLE.contains(&before.stage) || successor(case, subject.id).is_some() {
        return Err(Refusal::field("/supersedes", FieldReason::NotSupersedable));
    }
    if before.required && !required {
        return Err(Refusal::field("/required", FieldReason::RequiredBefore));
    }
    Ok(subject.id)
}

/// The condition that is to take the place of this one, or took it.
pub fn successor(case: &Case, id: RecordId) -> Option<(RecordId, &Condition)> {
    let mut following = case.conditions.iter().map(|(other, entry)| (*other, &entry.state));
    following.find(|(_, other)| other.supersedes == Some(id))
}

/// Whether a predecessor still stands in the condition's place.
pub(super) fn waits_behind(case: &Case, condition: &Condition) -> bool {
    let before = condition.supersedes.and_then(|before| case.conditions.get(&before));
    before.is_some_and(|before| SUPERSEDABLE.contains(&before.state.stage))
}

/// Since when another condition that is in force, or waived by the side that it protects, has the place of this one.
pub(super) fn superseded_since(case: &Case, id: RecordId, condition: &Condition) -> Option<Instant> {
    if !SUPERSEDABLE.contains(&condition.stage) {
        return None;
    }
    let (_, following) = successor(case, id)?;
    following.is_satisfied().then_some(following.since)
}

/// The required conditions that hang on `place` and are neither in force nor waived, each place counted once: a condition
/// that is over with an earlier life of what it hangs on, or that waits behind its predecessor, is none.
pub fn unsatisfied(case: &Case, place: Subject) -> impl Iterator<Item = RecordId> {
    let stands = |c: &Condition| !matches!(c.stage, Stage::Discharged | Stage::Superseded) && !waits_behind(case, c);
    let waiting = move |c: &Condition| c.required && !c.is_satisfied() && stands(c);
    case.conditions_of(place).filter(move |(_, c)| waiting(&c.state)).map(|(id, _)| id)
}
