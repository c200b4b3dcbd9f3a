//! Words, signatures, waivers, pinned versions and the scheduler (invariants 2, 20 to 22 and 27).

use serde_json::Value;

use super::{Held, View, unless};
use crate::domain::{
    actor::{By, Role},
    case::{CaseEvent, Event},
    condition::{ConditionEvent, ConditionStage, ConditionSubject},
    engagement::{Engagement, EngagementEvent, Outcome, Stage, Terms},
    id::Kind,
    nomination::{NominationEvent, screening_nda},
    walk::{
        moves::Step,
        world::{Scene, State},
    },
};

/// Beginnings of words that denote a permission, wherever they stand.
const NEVER: [&str; 8] = ["licen", "preclear", "clearance", "permi", "authoriz", "bless", "vet_ok", "green"];

/// Beginnings that denote one of a model or its release; people's grants are approved, and waivers and prerequisites
/// cleared.
const NOT_OF_A_RELEASE: [&str; 3] = ["approv", "clear", "certif"];

/// Words about other things: an item's return is certified, the officer agrees to a waiver, and records officers
/// authorize auditors and disposals.
const OTHER: [&str; 13] = [
    "authorizations",
    "authorized_at",
    "release.authorization_ended",
    "engagement.disposal_authorized",
    "waiver_cleared",
    "condition.waiver_cleared",
    "certificate",
    "certified",
    "certified_at",
    "certified_by",
    "engagement.item_certified",
    "engagement.certificate_accepted",
    "engagement.certificate_disputed",
];

/// Why a word would denote a permission to release; `None` if it does not.
pub fn denotes_permission(kind: Kind, word: &str) -> Option<String> {
    let parts = || word.split(|sign: char| !sign.is_ascii_alphanumeric());
    let begins = |list: &[&'static str]| list.iter().any(|start| parts().any(|part| part.starts_with(start)));
    let release = matches!(kind, Kind::Release | Kind::Inquiry | Kind::Engagement | Kind::Condition);
    let found = begins(&NEVER) || (release && begins(&NOT_OF_A_RELEASE));
    (found && !OTHER.contains(&word)).then(|| format!("`{word}` of {} denotes a permission", kind.name()))
}

fn words(value: &Value, into: &mut Vec<String>) {
    let is_word = |text: &str| text.chars().all(|sign| sign.is_ascii_lowercase() || "_.-".contains(sign));
    match value {
        Value::Object(object) => {
            into.extend(object.keys().filter(|key| is_word(key)).cloned());
            object.values().for_each(|value| words(value, into));
        }
        Value::Array(list) => list.iter().for_each(|value| words(value, into)),
        Value::String(text) => into.extend(is_word(text).then(|| text.clone())),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Invariant 2: no field, stage or event denotes a government permission to release.
pub fn invariant_02(view: &View<'_>, _: &State, step: &Step, after: &State) -> Held {
    for (scene, happened) in &step.events {
        let kind = happened.subject.kind;
        let mut said = vec![happened.event.code().to_owned()];
        words(&(view.ground.rules.state)(&after.scenes[*scene].case, happened.subject), &mut said);
        for word in said {
            let word = (kind, word);
            if view.words.borrow().contains(&word) {
                continue;
            }
            if let Some(why) = denotes_permission(kind, &word.1) {
                return Err(why);
            }
            view.words.borrow_mut().insert(word);
        }
    }
    Ok(())
}

/// Invariant 20: a signature is on the agreed text and on no other, and no text follows one.
pub fn invariant_20(view: &View<'_>, before: &Scene, happened: &CaseEvent) -> Held {
    let (case, id) = (&before.case, happened.subject.id);
    match &happened.event {
        Event::Condition(ConditionEvent::Signed { signature }) => {
            let condition = &case.conditions[&id].state;
            let agreed = condition.agreed.as_ref().map(|agreed| &agreed.digest);
            let binds = condition.stage == ConditionStage::Agreed && agreed == Some(&signature.digest);
            unless(binds, || "signed another text than the agreed one".to_owned())
        }
        Event::Condition(ConditionEvent::TextUploaded { .. }) => {
            let signed = !case.conditions[&id].state.signatures.is_empty();
            unless(!signed, || "a text was replaced after a signature".to_owned())
        }
        Event::Nomination(NominationEvent::ScreeningNdaSigned { digest, .. }) => {
            let nomination = &case.nominations[&id].state;
            let shown = screening_nda(case, nomination, view.ground.facts, happened.effective_at);
            let shown = shown.map_err(|refusal| format!("{refusal:?}"))?;
            unless(shown.digest == *digest, || "the partner signed another text".to_owned())
        }
        _ => Ok(()),
    }
}

/// Invariant 20: texts stay as they were, and what is signed keeps its terms and its signatures.
pub fn invariant_20_stays(_: &View<'_>, before: &State, step: &Step, after: &State) -> Held {
    for (scene, happened) in step.events.iter().filter(|(_, h)| h.subject.kind == Kind::Condition) {
        let id = happened.subject.id;
        let Some(was) = before.scenes[*scene].case.conditions.get(&id).map(|entry| &entry.state) else { continue };
        let is = &after.scenes[*scene].case.conditions[&id].state;
        unless(is.versions.starts_with(&was.versions), || "a text changed".to_owned())?;
        let signed = !was.signatures.is_empty();
        let same = is.agreed == was.agreed && is.signatures.starts_with(&was.signatures);
        unless(!signed || same, || "what was signed changed".to_owned())?;
    }
    Ok(())
}

/// Invariant 21: only the protected party waives; of cybersecurity and insider risk, after the officer agreed.
pub fn invariant_21(_: &View<'_>, before: &Scene, happened: &CaseEvent) -> Held {
    let id = happened.subject.id;
    match &happened.event {
        Event::Condition(ConditionEvent::Waived) => {
            let condition = &before.case.conditions[&id].state;
            let protected = happened.by.side == Some(condition.protected);
            unless(protected, || format!("waived by {:?}", happened.by.side))?;
            let kinds = [ConditionSubject::Cybersecurity, ConditionSubject::InsiderRisk];
            let needs = kinds.iter().any(|kind| condition.subjects.contains(kind));
            unless(!needs || condition.waiver_cleared, || "waived without the insider-risk officer".to_owned())
        }
        Event::Condition(ConditionEvent::WaiverCleared) => {
            let officer = happened.by.roles.contains(&Role::InsiderRiskOfficer);
            unless(officer, || "a waiver cleared by somebody else".to_owned())
        }
        _ => Ok(()),
    }
}

/// Invariant 22: an engagement keeps its pinned version. It changes with a proposal anew, by a key of the official and a
/// key of the liaison on a migration, and goes when the official reopens what lapsed.
pub fn invariant_22(_: &View<'_>, before: &State, step: &Step, after: &State) -> Held {
    for (scene, happened) in step.events.iter().filter(|(_, h)| h.subject.kind == Kind::Engagement) {
        let id = happened.subject.id;
        let Some(was) = before.scenes[*scene].case.engagements.get(&id).map(|entry| &entry.state) else { continue };
        let is = &after.scenes[*scene].case.engagements[&id].state;
        let official = happened.by.roles.contains(&Role::DeveloperOfficial);
        let may = match &happened.event {
            Event::Engagement(EngagementEvent::Proposed { .. }) => was.stage == Stage::Draft && official,
            Event::Engagement(EngagementEvent::Reopened) => {
                was.stage == Stage::Closed { outcome: Outcome::Lapsed } && official
            }
            // One of the migration's own events carries the change; the others come along.
            _ => migrated_by_both(was, step),
        };
        let changed = was.framework.is_some() && was.framework != is.framework;
        unless(!changed || may, || format!("{:?} became {:?}", was.framework, is.framework))?;
    }
    Ok(())
}

/// Whether the step accepts an offer to migrate, one of its keys being an official's and the other a liaison's.
fn migrated_by_both(was: &Engagement, step: &Step) -> bool {
    let made = step.events.iter().filter_map(|(_, happened)| match &happened.event {
        Event::Engagement(EngagementEvent::OfferMade { offer }) => Some(offer),
        _ => None,
    });
    let offers: Vec<_> = was.offers.iter().chain(made).collect();
    let turned = |(_, happened): &(usize, CaseEvent)| {
        let Event::Engagement(EngagementEvent::OfferAccepted { hash }) = &happened.event else { return false };
        let to_migrate = |terms: &Terms| matches!(terms, Terms::MigrateFramework { .. });
        let mut offered = offers.iter().filter(|offer| offer.hash == *hash && to_migrate(&offer.terms));
        let keys = |offer: &By, accepted: &By| {
            offer.roles.contains(&Role::DeveloperOfficial) && accepted.roles.contains(&Role::ProgramLiaison)
        };
        offered.any(|offer| keys(&offer.by, &happened.by) || keys(&happened.by, &offer.by))
    };
    step.events.iter().any(turned)
}

/// What time may bring: it opens, closes, suspends, expires and lapses; it never signs, consents or concurs. A new
/// timed event is written down here, after looking at invariant 27.
const TIMED: [&str; 23] = [
    "engagement.ready",
    "engagement.window_opened",
    "engagement.opening_missed",
    "engagement.window_closed",
    "engagement.fell_back_to_conditions",
    "engagement.lapsed",
    "engagement.designation_lapsed",
    "condition.took_force",
    "condition.expired",
    "condition.discharged",
    "condition.survival_ended",
    // The objection was a reviewer's; the deadline only ends the waiting.
    "nomination.not_selected",
    "nomination.no_objection_recorded",
    "nomination.activated",
    "nomination.expired",
    "nomination.lapsed",
    "grant.activated",
    "grant.suspended",
    "grant.expired",
    "grant.revoked",
    "grant.closed",
    "release.calendar_adopted",
    "release.authorization_ended",
];

/// Invariant 27: the scheduler never signs, consents or concurs.
pub fn invariant_27(_: &View<'_>, _: &Scene, happened: &CaseEvent) -> Held {
    let timed = happened.by != By::SCHEDULER || TIMED.contains(&happened.event.code());
    unless(timed, || format!("time brought {}", happened.event.code()))
}
