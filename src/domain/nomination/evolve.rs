//! Folding events into a nomination: total, and without rules.

use super::{
    AssignedReviewer, Decision, Nomination, NominationEvent as Event, NominationStage as Stage, Reconsidered, Signed,
    Vote,
};
use crate::domain::{actor::By, condition::Signature, records::Erased, text::Statement, time::Instant};

/// The nomination after the event; `None` until it was proposed.
pub fn evolve(before: Option<Nomination>, event: &Event, by: &By, at: Instant) -> Option<Nomination> {
    if let Event::Proposed { developer, engagement, partner } = event {
        return Some(Nomination {
            developer: *developer,
            engagement: *engagement,
            partner: *partner,
            stage: Stage::Proposed,
            since: at,
            proposed_by: by.clone(),
            approach_consent: None,
            screening_nda: None,
            disclosed_at: None,
            criteria: std::collections::BTreeMap::new(),
            reviewers: std::collections::BTreeMap::new(),
            consent: None,
            reconsidered: Reconsidered::default(),
            term_ends_at: None,
            active_at: None,
            no_objection: false,
            erased: None,
        });
    }
    let mut nomination = before?;
    keep(&mut nomination, event, by, at);
    if let Stage::Suspended { security, over, .. } = &mut nomination.stage
        && let Some(held) = held_after(event)
    {
        // The insider-risk officer's hold comes on top of a suspension, which otherwise stays what it was.
        (*security, *over) = (held, held);
    } else if let Some(stage) = stage_after(event, by) {
        nomination.stage = stage;
        nomination.since = at;
    }
    Some(nomination)
}

/// Whether the insider-risk officer holds what was suspended already.
#[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
const fn held_after(event: &Event) -> Option<bool> {
    match event {
        Event::Suspended { security } => Some(*security),
        Event::SecurityCleared => Some(false),
        _ => None,
    }
}

fn stage_after(event: &Event, by: &By) -> Option<Stage> {
    Some(match event {
        Event::Disclosed => Stage::Disclosed,
        Event::ScreeningBegun => Stage::Screening,
        Event::VettingBegun => Stage::Vetting,
        Event::DecisionOpened | Event::ReturnedToDecision | Event::Reconsidered { .. } => Stage::Decision,
        Event::Selected | Event::NoObjectionRecorded => Stage::Selected,
        Event::NotSelected => Stage::NotSelected,
        Event::ConditionsPrecedentBegun { .. } => Stage::ConditionsPrecedent,
        Event::Activated | Event::SuspensionLifted => Stage::Active,
        Event::Suspended { security } => Stage::Suspended { by: by.clone(), security: *security, over: false },
        Event::Revoked => Stage::Revoked,
        Event::Expired => Stage::Expired,
        Event::Withdrawn => Stage::Withdrawn,
        Event::Lapsed => Stage::Lapsed,
        Event::Proposed { .. }
        | Event::ApproachConsented
        | Event::ScreeningNdaSigned { .. }
        | Event::SecurityCleared
        | Event::CriteriaStated { .. }
        | Event::ReviewerAssigned { .. }
        | Event::Recused { .. }
        | Event::DeveloperAnswered { .. }
        | Event::ConsentRevoked
        | Event::Voted { .. }
        | Event::VoteRevoked { .. }
        | Event::ContentErased { .. } => return None,
    })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
fn keep(n: &mut Nomination, event: &Event, by: &By, at: Instant) {
    match event {
        Event::ApproachConsented => n.approach_consent = Some(Signed { by: by.clone(), at }),
        Event::ScreeningNdaSigned { digest, typed_name, capacity } => {
            n.screening_nda = Some(Signature {
                by: by.clone(),
                typed_name: typed_name.clone(),
                capacity: capacity.clone(),
                digest: digest.clone(),
                at,
            });
        }
        Event::Disclosed => n.disclosed_at = Some(at),
        Event::CriteriaStated { criteria } => n.criteria.clone_from(criteria),
        Event::ReviewerAssigned { reviewer, agency } => {
            let assigned = AssignedReviewer { agency: *agency, assigned_at: at, recused: false, vote: None };
            n.reviewers.insert(*reviewer, assigned);
        }
        Event::Recused { reviewer } => {
            if let Some(reviewer) = n.reviewers.get_mut(reviewer) {
                reviewer.recused = true;
                reviewer.vote = None;
            }
        }
        Event::DeveloperAnswered { answer } => n.consent = Some(Decision { answer: *answer, by: by.clone(), at }),
        Event::ConsentRevoked => n.consent = None,
        Event::Voted { reviewer, answer } => vote(n, *reviewer, Some(Vote { answer: *answer, at })),
        Event::VoteRevoked { reviewer } => vote(n, *reviewer, None),
        Event::Reconsidered { developer_side: true } => {
            n.consent = None;
            n.reconsidered.developer += 1;
        }
        Event::Reconsidered { developer_side: false } => {
            n.reviewers.values_mut().for_each(|reviewer| reviewer.vote = None);
            n.reconsidered.government += 1;
        }
        Event::NoObjectionRecorded => n.no_objection = true,
        Event::ReturnedToDecision => n.no_objection = false,
        Event::ConditionsPrecedentBegun { term_ends_at } => n.term_ends_at = Some(*term_ends_at),
        Event::Activated => n.active_at = Some(at),
        Event::ContentErased { under } => {
            n.criteria.values_mut().for_each(|statement| *statement = Statement::erased());
            n.erased = Some(Erased::new(at, under));
        }
        _ => {}
    }
}

fn vote(n: &mut Nomination, reviewer: crate::domain::id::AccountId, vote: Option<Vote>) {
    if let Some(reviewer) = n.reviewers.get_mut(&reviewer) {
        reviewer.vote = vote;
    }
}
