//! Who decides and who sees: the official's freedom, the two keys, own matters, recusal, disclosure (invariants 1, 11 to
//! 16 and 26).

use std::collections::BTreeSet;

use super::{Held, View, command, unless};
use crate::domain::{
    actor::{By, Role, Side},
    audience::Audience,
    case::{Case, CaseEvent, Event},
    engagement::{EngagementEvent, Outcome, Stage, closeout::ItemState},
    framework::DecisionRule,
    grant::GrantEvent,
    id::{AccountId, Kind, OrganizationId, RecordId, Subject},
    nomination::{Nomination, NominationEvent, NominationStage},
    offer::Offer,
    time::{Instant, local_date, start_of_day},
    walk::{
        moves::Step,
        world::{Scene, Seen, State},
    },
};

use super::window::pinned;

const fn outcome(stage: &Stage) -> Option<Outcome> {
    match stage {
        Stage::CloseOut { outcome } | Stage::Closed { outcome } => Some(*outcome),
        Stage::Draft
        | Stage::Proposed
        | Stage::Conditions
        | Stage::Ready
        | Stage::WindowScheduled { .. }
        | Stage::WindowOpen
        | Stage::Suspended { .. } => None,
    }
}

/// Invariant 1: from every state that is not terminal the official withdraws, and from every state records a release,
/// permitted by role alone, without a field that could be missing and with nobody's step before it. The engagement is
/// over by it, and what fixed the outcome first stays.
pub fn invariant_01(view: &View<'_>, state: &State, scene: &Scene) -> Held {
    let official = view.official(&scene.case).ok_or("no official")?;
    for (id, entry) in &scene.case.engagements {
        let (on, stage) = (Subject::new(Kind::Engagement, *id), &entry.state.stage);
        let permitted = view.law.reach(&scene.case, on, None)[official].actions.clone();
        let leaves = |name: &'static str, body: &str, fresh: [Outcome; 2]| {
            unless(permitted.contains(&name), || format!("the official may not {name}"))?;
            let command = command(Kind::Engagement, name, body);
            let decided = view.ground.decide(&scene.case, official, on, &command, state.now);
            let after = decided.map_err(|refusal| format!("{name} in {}: {refusal:?}", stage.name()))?.after;
            let expected = outcome(stage).unwrap_or(fresh[usize::from(stage.has_window())]);
            let is = outcome(&after.engagements[id].state.stage);
            unless(is == Some(expected), || format!("{name} in {} gives {is:?}", stage.name()))
        };
        if !matches!(stage, Stage::Closed { .. }) {
            leaves("withdraw", "{}", [Outcome::Withdrawn; 2])?;
        }
        let fresh = [Outcome::ReleasedWithoutWindow, Outcome::ReleasedEarly];
        leaves("record-release", "{\"kind\":\"partner\"}", fresh)?;
    }
    Ok(())
}

/// Invariant 11: nobody approves, concurs in, validates or recertifies their own request, grant, nomination or
/// certificate, nor turns both keys of an act.
pub fn invariant_11(_: &View<'_>, before: &Scene, happened: &CaseEvent) -> Held {
    let (case, id, by) = (&before.case, happened.subject.id, &happened.by);
    let own = own_of(case, id, &happened.event);
    let acted = by.account.is_some_and(|account| own.contains(&account));
    unless(!acted, || format!("{} on one's own", happened.event.code()))
}

fn own_of(case: &Case, id: RecordId, event: &Event) -> BTreeSet<AccountId> {
    let accounts = |people: Vec<&By>| people.into_iter().filter_map(|by| by.account).collect::<BTreeSet<_>>();
    match event {
        Event::Grant(GrantEvent::PrerequisitesCleared | GrantEvent::Approved | GrantEvent::Recertified) => {
            let grant = &case.grants[&id].state;
            let mut own = accounts(vec![&grant.requested_by]);
            own.insert(grant.holder);
            own
        }
        Event::Nomination(NominationEvent::Voted { .. }) => accounts(vec![&case.nominations[&id].state.proposed_by]),
        Event::Engagement(EngagementEvent::CertificateAccepted { reference }) => {
            let item = case.engagements[&id].state.items.get(reference.as_str());
            match item.map(|item| &item.state) {
                Some(ItemState::Certified { certificate } | ItemState::Disputed { certificate }) => {
                    accounts(vec![&certificate.certified_by])
                }
                _ => BTreeSet::new(),
            }
        }
        Event::Engagement(EngagementEvent::OfferAccepted { hash }) => {
            let offers = case.engagements[&id].state.offers.iter();
            accounts(offers.filter(|offer| offer.hash == *hash).map(author).collect())
        }
        Event::Condition(crate::domain::condition::ConditionEvent::Agreed { hash }) => {
            let offers = case.conditions[&id].state.offers.iter();
            accounts(offers.filter(|offer| offer.hash == *hash).map(author).collect())
        }
        _ => BTreeSet::new(),
    }
}

const fn author<T>(offer: &Offer<T>) -> &By {
    &offer.by
}

/// Invariant 12: whoever recused neither sees the nomination nor may do anything with it, and no vote of theirs counts.
pub fn invariant_12(view: &View<'_>, _: &State, scene: &Scene) -> Held {
    for (id, entry) in &scene.case.nominations {
        let on = Subject::new(Kind::Nomination, *id);
        let recused = scene.ghost.keys.get(id).map(|keys| keys.recused.clone()).unwrap_or_default();
        for account in recused {
            let Some(place) = view.ground.cast.iter().position(|actor| actor.account == account) else { continue };
            let reach = view.law.reach(&scene.case, on, None);
            let seen = (view.ground.rules.seen)(&scene.case, on, &view.ground.cast[place], reach[place].seen);
            unless(seen == Seen::Nothing, || "a recused reviewer sees the nomination".to_owned())?;
            unless(reach[place].actions.is_empty(), || format!("recused, yet {:?}", reach[place].actions))?;
            let vote = entry.state.reviewers.get(&account).and_then(|reviewer| reviewer.vote.as_ref());
            unless(vote.is_none(), || "the vote of a recused reviewer stands".to_owned())?;
        }
    }
    Ok(())
}

/// Invariant 12, the deed: nobody votes after recusing.
pub fn invariant_12_votes(_: &View<'_>, before: &Scene, happened: &CaseEvent) -> Held {
    let Event::Nomination(NominationEvent::Voted { reviewer, .. }) = &happened.event else { return Ok(()) };
    let recused = before.ghost.keys.get(&happened.subject.id).is_some_and(|keys| keys.recused.contains(reviewer));
    unless(!recused, || "voted after recusing".to_owned())
}

fn yes(view: &View<'_>, scene: &Scene, id: RecordId, nomination: &Nomination) -> (bool, bool, bool) {
    let Some(keys) = scene.ghost.keys.get(&id) else { return (false, false, false) };
    let facts = view.ground.facts;
    let agency = |account: &AccountId| facts.people.get(account).map(|person| person.organization);
    let agencies: BTreeSet<OrganizationId> =
        keys.votes.iter().filter(|(_, (yes, _))| *yes).filter_map(|(account, _)| agency(account)).collect();
    let quorum = pinned(&scene.case, nomination.engagement, facts).quorum;
    let concurs = u32::try_from(agencies.len()).is_ok_and(|agencies| agencies >= quorum);
    // What is objected after the task deadline of the decision counts no more.
    let zone = pinned(&scene.case, nomination.engagement, facts).zone;
    let due = keys.decision_since.map(|since| five_working_days(since, zone));
    let objects = keys.votes.values().any(|(yes, at)| !yes && due.is_none_or(|due| *at < due));
    (keys.consent == Some(true), concurs, objects)
}

fn rule(view: &View<'_>, scene: &Scene, nomination: &Nomination) -> DecisionRule {
    pinned(&scene.case, nomination.engagement, view.ground.facts).decision_rule
}

/// Invariant 13: under `joint` a nomination is selected exactly if both keys are yes, counted from the votes; under
/// `notified` only with consent and without an objection. Turning a key back before the status is active returns it.
pub fn invariant_13(view: &View<'_>, _: &State, scene: &Scene) -> Held {
    for (id, entry) in &scene.case.nominations {
        let nomination = &entry.state;
        let (consents, concurs, objects) = yes(view, scene, *id, nomination);
        let joint = rule(view, scene, nomination) == DecisionRule::Joint;
        let selected = matches!(nomination.stage, NominationStage::Selected | NominationStage::ConditionsPrecedent);
        let may = consents && if joint { concurs } else { !objects };
        unless(!selected || may, || format!("selected with consent {consents}, concurrence {concurs}"))?;
        let open = nomination.stage == NominationStage::Decision;
        unless(!(open && joint && consents && concurs), || "both keys are yes, and it is not selected".to_owned())?;
    }
    Ok(())
}

/// Invariant 13 at the moment of selection: under `joint` a person's act; under `notified` never a concurrence, but that
/// no objection was recorded when the task deadline had passed.
pub fn invariant_13_selected(view: &View<'_>, before: &Scene, happened: &CaseEvent) -> Held {
    let id = happened.subject.id;
    match &happened.event {
        Event::Nomination(NominationEvent::Selected | NominationEvent::NoObjectionRecorded) => {}
        Event::Nomination(NominationEvent::Voted { .. }) => {
            return unless(happened.by.account.is_some(), || "silence became a vote".to_owned());
        }
        _ => return Ok(()),
    }
    let nomination = &before.case.nominations[&id].state;
    if rule(view, before, nomination) == DecisionRule::Joint {
        let by_person = happened.by.account.is_some() && happened.event.code() == "nomination.selected";
        return unless(by_person, || "time selected a partner".to_owned());
    }
    unless(happened.event.code() != "nomination.selected", || "silence became concurrence".to_owned())?;
    let since = before.ghost.keys.get(&id).and_then(|keys| keys.decision_since).ok_or("selected without a decision")?;
    let due = five_working_days(since, pinned(&before.case, nomination.engagement, view.ground.facts).zone);
    unless(happened.effective_at >= due, || format!("selected at {}, before {due}", happened.effective_at))
}

/// The end of the fifth working day after the trigger; the grids of the slices hold no holiday.
fn five_working_days(since: Instant, zone: chrono_tz::Tz) -> Instant {
    use chrono::Datelike as _;
    let mut date = local_date(since, zone);
    let mut left = 5;
    while left > 0 {
        date = date.succ_opt().unwrap_or(date);
        left -= i32::from(date.weekday().num_days_from_monday() < 5);
    }
    start_of_day(date.succ_opt().unwrap_or(date), zone)
}

/// Invariant 14: a government decline, of the engagement or of a partner, leaves the release as it was.
pub fn invariant_14(_: &View<'_>, before: &State, step: &Step, after: &State) -> Held {
    for (scene, happened) in &step.events {
        let by_government = happened.by.side == Some(Side::Government);
        let declined = ["engagement.declined", "nomination.not_selected"].contains(&happened.event.code());
        let same = before.scenes[*scene].case.releases == after.scenes[*scene].case.releases;
        unless(!by_government || !declined || same, || "a decline changed the release".to_owned())?;
        let release = happened.subject.kind == Kind::Release;
        let own = happened.by.side == Some(Side::Developer);
        // Records, the calendar and the second key of a merge leave the dates as they are.
        let dates = |state: &State| {
            let release = state.scenes[*scene].case.release().map(|(_, entry)| entry.state.clone());
            release.map(|release| (release.planned, release.planned_history, release.released))
        };
        let changed = release && !own && dates(before) != dates(after);
        unless(!changed, || format!("{} by somebody else than the developer", happened.event.code()))?;
    }
    Ok(())
}

/// Invariant 15 in small: a command on one developer's release leaves the other's byte for byte as it was, but for what
/// concerns a person who holds grants under both.
pub fn invariant_15(_: &View<'_>, before: &State, step: &Step, after: &State) -> Held {
    let Some(acted) = step.scene else { return Ok(()) };
    for (number, (was, is)) in before.scenes.iter().zip(&after.scenes).enumerate().filter(|(n, _)| *n != acted) {
        let shared = step.events.iter().any(|(scene, h)| *scene == number && h.subject.kind == Kind::Prerequisites);
        let same = was.case == is.case && format!("{:?}", was.case) == format!("{:?}", is.case);
        unless(shared || same, || format!("{} changed another developer's release", step.label))?;
    }
    Ok(())
}

/// Invariant 15: whoever is of another developer sees nothing of the case and may do nothing in it.
pub fn invariant_15_sight(view: &View<'_>, state: &State, scene: &Scene) -> Held {
    let Some(owner) = scene.case.release().map(|(_, release)| release.state.developer) else { return Ok(()) };
    if state.scenes.len() < 2 {
        return Ok(());
    }
    for subject in scene.case.subjects().into_iter().filter(|subject| subject.kind != Kind::Prerequisites) {
        let reach = view.law.reach(&scene.case, subject, None);
        for (actor, reach) in view.ground.cast.iter().zip(reach.iter()) {
            let other = actor.side == Side::Developer && actor.organization != owner;
            let seen = (view.ground.rules.seen)(&scene.case, subject, actor, reach.seen);
            let hidden = seen == Seen::Nothing && reach.actions.is_empty();
            unless(!other || hidden, || format!("{} reaches {subject:?}", actor.name))?;
        }
    }
    Ok(())
}

/// Invariant 16: before the disclosure, which takes consent and the signed screening agreement, the partner sees the
/// outline of an approached nomination and nothing else.
pub fn invariant_16(view: &View<'_>, _: &State, scene: &Scene) -> Held {
    let case = &scene.case;
    let disclosed = |n: &Nomination| n.disclosed_at.is_some();
    for entry in case.nominations.values().filter(|entry| disclosed(&entry.state)) {
        let consented = entry.state.approach_consent.as_ref();
        let official = consented.is_some_and(|consent| consent.by.roles.contains(&Role::DeveloperOfficial));
        let signed = entry.state.screening_nda.as_ref().is_some_and(|s| s.by.side == Some(Side::Partner));
        unless(official && signed, || "disclosed without consent and agreement".to_owned())?;
    }
    let none_yet = case.nominations.is_empty();
    if none_yet || case.nominations.values().any(|entry| disclosed(&entry.state)) {
        return Ok(());
    }
    for subject in case.subjects().into_iter().filter(|subject| subject.kind != Kind::Prerequisites) {
        let approached = case.nominations.get(&subject.id).is_some_and(|entry| entry.state.approach_consent.is_some());
        let most = if approached { Seen::Outline } else { Seen::Nothing };
        let reach = view.law.reach(case, subject, None);
        for (actor, reach) in view.ground.cast.iter().zip(reach.iter()).filter(|(a, _)| a.side == Side::Partner) {
            let seen = (view.ground.rules.seen)(case, subject, actor, reach.seen);
            unless(seen <= most, || format!("{} sees {subject:?} before disclosure", actor.name))?;
        }
    }
    Ok(())
}

/// Invariant 16, the stream: before the disclosure nothing is told to the partner but its own signature.
pub fn invariant_16_audience(_: &View<'_>, before: &Scene, happened: &CaseEvent) -> Held {
    let told = matches!(happened.audience, Audience::Partner(_));
    if !told || !matches!(happened.event, Event::Nomination(_)) {
        return Ok(());
    }
    let disclosed = before.case.nominations.get(&happened.subject.id).is_some_and(|n| n.state.disclosed_at.is_some());
    let own = ["nomination.screening_nda_signed", "nomination.disclosed"].contains(&happened.event.code());
    unless(disclosed || own, || format!("{} is told to a partner before disclosure", happened.event.code()))
}

/// Invariant 26: a withdrawal says nothing but that it is one, and leaves no mark: the next engagement of the release
/// can begin.
pub fn invariant_26(view: &View<'_>, state: &State, scene: &Scene) -> Held {
    let mut engagements = scene.case.engagements.values().map(|entry| &entry.state);
    let Some(withdrawn) = engagements.clone().find(|e| outcome(&e.stage) == Some(Outcome::Withdrawn)) else {
        return Ok(());
    };
    let json = serde_json::to_value(&withdrawn.stage).expect("JSON");
    let fields: BTreeSet<&str> = json.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
    unless(fields == ["outcome", "stage"].into(), || format!("a withdrawal says {fields:?}"))?;
    if engagements.any(|e| e.stage.is_live()) {
        return Ok(());
    }
    let official = view.official(&scene.case).ok_or("no official")?;
    let release = scene.case.release().map(|(_, entry)| entry.reference.clone()).unwrap_or_default();
    let draft = command(Kind::Engagement, "draft", &format!("{{\"release\":\"{release}\"}}"));
    let on = crate::domain::walk::moves::next_id(&scene.case, Kind::Engagement);
    let drafted = view.ground.decide(&scene.case, official, on, &draft, state.now);
    drafted.map(|_| ()).map_err(|refusal| format!("no engagement after a withdrawal: {refusal:?}"))
}
