//! What is supposed, folded into a case as the command that would bring it about would fold it.

use super::{Question, Supposition, course::Begun};
use crate::domain::{
    action::Action,
    actor::By,
    case::{Case, Event, Facts, happen},
    condition::{ConditionEvent, ConditionStage},
    engagement,
    id::{Kind, RecordId, Subject},
    refusal::{FieldReason, Refusal},
    release,
    time::Instant,
    workflow,
};

/// The two beginnings: without the supposition, and with it.
pub(super) fn both(case: &Case, question: &Question<'_>, facts: &Facts) -> Result<[Begun; 2], Refusal> {
    let as_it_stands = Begun { case: case.clone(), at_once: Vec::new() };
    let drafts = match question.suppose {
        Supposition::PlannedRelease { to } => planned_release(case, question.engagement, *to, question.now)?,
        Supposition::FrameworkVersion { version } => framework(case, question, version, facts)?,
        Supposition::ConditionUnsigned { condition, by } => {
            let signed = signed(case, question, *condition, *by)?;
            return Ok([begun(case, signed, question, facts)?, as_it_stands]);
        }
    };
    Ok([as_it_stands, begun(case, drafts, question, facts)?])
}

/// The instants at which guards are looked at: now, and when the condition is still not signed.
pub(super) fn looked_at(question: &Question<'_>) -> Vec<Instant> {
    match question.suppose {
        Supposition::ConditionUnsigned { by, .. } => vec![question.now, *by],
        Supposition::PlannedRelease { .. } | Supposition::FrameworkVersion { .. } => vec![question.now],
    }
}

/// The case with the drafts, and what time brought at once because of them.
fn begun(case: &Case, drafts: Vec<(Subject, Event)>, question: &Question<'_>, facts: &Facts) -> Result<Begun, Refusal> {
    let decided = happen(case, "", question.by, drafts, facts, question.now)?;
    let mut at_once = decided.events;
    at_once.retain(|event| event.by == By::SCHEDULER);
    Ok(Begun { case: decided.after, at_once })
}

fn planned_release(
    case: &Case,
    engagement: RecordId,
    to: Option<Instant>,
    now: Instant,
) -> Result<Vec<(Subject, Event)>, Refusal> {
    let release = engagement::state(case, engagement)?.release;
    release::set_planned(case, release, to, "/suppose/to", now)
}

/// A version that is known but not in force yet may be supposed too: that is when one wants to know.
fn framework(
    case: &Case,
    question: &Question<'_>,
    version: &str,
    facts: &Facts,
) -> Result<Vec<(Subject, Event)>, Refusal> {
    let id = question.engagement;
    let stage = engagement::state(case, id)?.stage.name();
    Refusal::unless_stage(stage, &workflow::stages_of(Action::new(Kind::Engagement, "migrate-framework")))?;
    let Ok(version) = facts.framework(version) else {
        return Err(Refusal::field("/suppose/version", FieldReason::NoSuchRecord));
    };
    let pinned = engagement::pin(case, id, version, "/suppose/version", facts, question.now)?;
    Ok(vec![(Subject::new(Kind::Engagement, id), Event::Engagement(pinned))])
}

/// The stages of a condition that is not signed yet: of no other can it be supposed that it stays so.
pub const UNSIGNED: [&str; 3] =
    [ConditionStage::Attached.name(), ConditionStage::Negotiating.name(), ConditionStage::Agreed.name()];

/// The condition in force now: what its not being signed is compared with.
fn signed(case: &Case, question: &Question<'_>, id: RecordId, by: Instant) -> Result<Vec<(Subject, Event)>, Refusal> {
    let subject = Subject::new(Kind::Condition, id);
    let condition = case.conditions.get(&id).map(|entry| &entry.state);
    let unknown = Refusal::field("/suppose/condition", FieldReason::NoSuchRecord);
    let condition =
        condition.filter(|c| case.engagement_above(c.attached_to) == Some(question.engagement)).ok_or(unknown)?;
    Refusal::unless_stage(condition.stage.name(), &UNSIGNED)?;
    if by < question.now {
        return Err(Refusal::field("/suppose/by", FieldReason::InPast));
    }
    if by > question.until {
        return Err(Refusal::field("/suppose/by", FieldReason::TooFarAhead));
    }
    Ok(vec![(subject, Event::Condition(ConditionEvent::TookForce))])
}
