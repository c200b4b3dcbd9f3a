//! One condition in the place of another: the text that follows one which is in force, broken or expired. Until it takes
//! force it is no condition of its own, so that a renewal prepared early holds nothing back, and nothing is without a
//! text for an instant when it does (domain section 3.5, `superseded`).

use super::{Condition, ConditionStage as Stage};
use crate::domain::{
    case::{Case, Entry},
    framework::{Framework, Template},
    id::{Kind, RecordId, Subject},
    incident::is_locked,
    refusal::{FieldReason, Refusal},
    time::Instant,
};

/// The stages of a condition whose place another one may take.
const SUPERSEDABLE: [Stage; 3] = [Stage::InForce, Stage::Breached, Stage::Expired];

/// The condition that a new one, made from `template` and attached to `place`, names as its predecessor.
///
/// # Errors
/// [`Refusal::Field`] at `/supersedes` for one that is attached elsewhere, that never bound or binds no more, or that
/// another one follows already; what spillage locks is none that can be named. At `/required` for an optional one in the
/// place of a required one, and at `/template` for one that is weaker than its predecessor.
pub(super) fn predecessor(
    case: &Case,
    (place, name): (Subject, &str),
    required: bool,
    (framework, template): (&Framework, &Template),
) -> Result<RecordId, Refusal> {
    let missing = || Refusal::field("/supersedes", FieldReason::NoSuchRecord);
    let nameable = |subject: &Subject| subject.kind == Kind::Condition && !is_locked(case, *subject);
    let subject = case.find(name).filter(nameable).ok_or_else(missing)?;
    let before = case.conditions.get(&subject.id).map(|entry| &entry.state);
    let before = before.filter(|before| before.attached_to == place).ok_or_else(missing)?;
    if !SUPERSEDABLE.contains(&before.stage) || successor(case, subject.id).is_some() {
        return Err(Refusal::field("/supersedes", FieldReason::NotSupersedable));
    }
    if before.required && !required {
        return Err(Refusal::field("/required", FieldReason::RequiredBefore));
    }
    if is_weaker(template, before, framework) {
        return Err(Refusal::field("/template", FieldReason::WeakerThanPredecessor));
    }
    Ok(subject.id)
}

/// Whether what the template makes protects less than the condition before it. Otherwise a succession would be a way
/// around a waiver: of its own protected side alone, or without the insider-risk officer (invariant 21).
fn is_weaker(template: &Template, before: &Condition, framework: &Framework) -> bool {
    let is_personal_nda = framework.template(&before.template).is_some_and(Template::is_personal_nda);
    !before.subjects.is_subset(&template.subjects)
        || !before.functions.is_subset(&template.functions)
        || before.protected != template.protected
        || (before.personal && !template.personal_acknowledgement)
        || (is_personal_nda && !template.is_personal_nda())
}

/// The condition that is to take the place of this one, or took it.
pub fn successor(case: &Case, id: RecordId) -> Option<(RecordId, &Condition)> {
    let mut following = case.conditions.iter().map(|(other, entry)| (*other, &entry.state));
    following.find(|(_, other)| other.supersedes == Some(id))
}

/// The predecessor that still stands in the condition's place.
fn standing_before<'a>(case: &'a Case, condition: &Condition) -> Option<&'a Condition> {
    let before = condition.supersedes.and_then(|before| case.conditions.get(&before)).map(|entry| &entry.state);
    before.filter(|before| SUPERSEDABLE.contains(&before.stage))
}

/// Whether the condition follows one that is in force: nobody waits for it.
pub fn is_ahead_of_time(case: &Case, condition: &Condition) -> bool {
    standing_before(case, condition).is_some_and(|before| before.stage == Stage::InForce)
}

/// Whether the condition's place is counted by its predecessor: one that is in force, or whose own want is told.
fn waits_behind(case: &Case, condition: &Condition) -> bool {
    standing_before(case, condition).is_some_and(|before| before.stage == Stage::InForce || before.required)
}

/// Since when another condition that is in force, or waived by the side that it protects, has the place of this one. One
/// that is over at the instant at which it takes force never has it: what happens first at that instant must not depend
/// on which record is older.
pub(super) fn superseded_since(case: &Case, id: RecordId, condition: &Condition) -> Option<Instant> {
    if !SUPERSEDABLE.contains(&condition.stage) {
        return None;
    }
    let (_, following) = successor(case, id)?;
    (following.is_satisfied() && !is_over_at_once(following)).then_some(following.since)
}

/// Whether the condition was signed after its own end.
fn is_over_at_once(condition: &Condition) -> bool {
    let ends = condition.agreed.as_ref().and_then(|terms| terms.expires_at);
    condition.stage == Stage::InForce && ends.is_some_and(|ends| ends <= condition.since)
}

/// The required conditions that hang on `place` and are neither in force nor waived, each place counted once: a condition
/// that is over with an earlier life of what it hangs on, or that waits behind its predecessor, is none.
pub fn unsatisfied(case: &Case, place: Subject) -> impl Iterator<Item = &Entry<Condition>> {
    let stands = |c: &Condition| !matches!(c.stage, Stage::Discharged | Stage::Superseded) && !waits_behind(case, c);
    let waiting = move |c: &Condition| c.required && !c.is_satisfied() && stands(c);
    case.conditions_of(place).filter(move |(_, c)| waiting(&c.state)).map(|(_, entry)| entry)
}
