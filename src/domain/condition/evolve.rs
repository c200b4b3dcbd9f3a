//! Folding events into a condition: total, and without rules.

use super::{Acknowledgement, Condition, ConditionEvent as Event, ConditionStage as Stage, TextVersion};
use crate::domain::{actor::By, records::Erased, time::Instant};

/// The condition after the event; `None` until it was attached.
pub fn evolve(before: Option<Condition>, event: &Event, by: &By, at: Instant) -> Option<Condition> {
    if let Event::Attached { condition: facts, text } = event {
        let version = TextVersion { number: 1, digest: text.digest(), parent: None, by: by.clone(), at };
        return Some(Condition {
            developer: facts.developer,
            attached_to: facts.attached_to,
            partner: facts.partner,
            template: facts.template.clone(),
            title: facts.title.clone(),
            subjects: facts.subjects.clone(),
            functions: facts.functions.clone(),
            protected: facts.protected,
            bound: facts.bound,
            personal: facts.personal,
            required: facts.required,
            supersedes: facts.supersedes,
            stage: Stage::Attached,
            since: at,
            versions: vec![version],
            offers: Vec::new(),
            agreed: None,
            signatures: Vec::new(),
            acknowledgements: std::collections::BTreeMap::new(),
            survives_months: facts.survives_months,
            waiver_cleared: false,
            survives_from: None,
            survival_ended: None,
            erased: None,
        });
    }
    let mut condition = before?;
    apply(&mut condition, event, at);
    Some(condition)
}

fn apply(c: &mut Condition, event: &Event, at: Instant) {
    match event {
        Event::Attached { .. } => {}
        Event::TextUploaded { version, .. } => {
            c.versions.push(version.clone());
            c.agreed = None;
            c.signatures.clear();
            c.offers.clear();
            c.waiver_cleared = false;
            enter(c, Stage::Negotiating, at);
        }
        Event::AgreementOffered { offer } => c.offers.push(offer.clone()),
        Event::AgreementRetracted { hash } => c.offers.retain(|offer| offer.hash != *hash),
        Event::Agreed { hash } => {
            c.agreed = c.offers.iter().find(|offer| offer.hash == *hash).map(|offer| offer.terms.clone());
            c.offers.clear();
            enter(c, Stage::Agreed, at);
        }
        Event::Signed { signature } => c.signatures.push(signature.clone()),
        Event::Acknowledged { account, digest } => {
            c.acknowledgements.insert(*account, Acknowledgement { digest: digest.clone(), at });
        }
        Event::FullySigned => enter(c, Stage::Signed, at),
        Event::TookForce | Event::Cured => enter(c, Stage::InForce, at),
        Event::Breached => enter(c, Stage::Breached, at),
        Event::WaiverCleared => c.waiver_cleared = true,
        Event::Waived => enter(c, Stage::Waived, at),
        Event::Expired => end(c, Stage::Expired, at),
        // What follows it survives in its place.
        Event::Superseded => {
            c.survives_from = None;
            enter(c, Stage::Superseded, at);
        }
        Event::Discharged => end(c, Stage::Discharged, at),
        Event::SurvivalEnded => c.survival_ended = Some(at),
        Event::ContentErased { under } => c.erased = Some(Erased::new(at, under)),
    }
}

/// What was in force until now survives from now.
fn end(c: &mut Condition, stage: Stage, at: Instant) {
    c.survives_from = matches!(c.stage, Stage::InForce | Stage::Breached).then_some(at);
    enter(c, stage, at);
}

const fn enter(c: &mut Condition, stage: Stage, at: Instant) {
    c.stage = stage;
    c.since = at;
}
