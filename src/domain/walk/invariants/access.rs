//! Effective access (invariants 8 to 10), for whoever asks.

use super::{
    Held, View, engagement, unless,
    window::{in_force, pinned},
};
use crate::domain::{
    actor::Assurance,
    condition::{Condition, ConditionStage},
    grant::{
        Grant,
        access::{Access, Asker},
    },
    id::{Kind, RecordId, Subject},
    nomination::NominationStage,
    time::{Instant, add_calendar_months},
    walk::{
        moves::Move,
        world::{Scene, State},
    },
};

const ASKERS: [Asker; 3] = [Asker::Standing, Asker::Gateway, Asker::Holder(Assurance::Aal2)];

fn asked(view: &View<'_>, scene: &Scene, id: RecordId, asker: Asker, now: Instant) -> Access {
    (view.ground.rules.access)(&scene.case, id, view.ground.facts, asker, now).expect("an answer")
}

fn allowed(view: &View<'_>, scene: &Scene, id: RecordId, asker: Asker, now: Instant) -> bool {
    matches!(asked(view, scene, id, asker, now), Access::Allowed { .. })
}

fn has_window(scene: &Scene, grant: &Grant) -> bool {
    scene.ghost.windows.get(&grant.engagement).is_some_and(|window| window.open_since.is_some())
}

const fn bound_by(grant: &Grant) -> Subject {
    match grant.nomination {
        Some(nomination) => Subject::new(Kind::Nomination, nomination),
        None => engagement(grant.engagement),
    }
}

/// Invariant 8: effective access means an open window (or an active partner), conditions in force, and a person whose
/// prerequisites are valid, at that instant.
pub fn invariant_08(view: &View<'_>, state: &State, scene: &Scene) -> Held {
    for (id, entry) in &scene.case.grants {
        let grant = &entry.state;
        if !ASKERS.iter().any(|asker| allowed(view, scene, *id, *asker, state.now)) {
            continue;
        }
        match grant.nomination {
            None => unless(has_window(scene, grant), || "access without an open window".to_owned())?,
            Some(nomination) => {
                let partner = &scene.case.nominations[&nomination].state;
                unless(partner.stage == NominationStage::Active, || "access of a partner not active".to_owned())?;
            }
        }
        in_force(view, &scene.case, bound_by(grant), state.now)?;
        let mut bound = scene.case.conditions_of(bound_by(grant)).map(|(_, c)| &c.state);
        unless(bound.all(|c| c.stage != ConditionStage::Breached), || "access in spite of a breach".to_owned())?;
        person(view, scene, grant, state.now)?;
    }
    Ok(())
}

fn person(view: &View<'_>, scene: &Scene, grant: &Grant, now: Instant) -> Held {
    let person = scene.case.person(grant.holder).ok_or("a holder without a record")?;
    let zone = pinned(&scene.case, grant.engagement, view.ground.facts).zone;
    for renewed in [person.attested_at, person.trained_at] {
        let renewed = renewed.ok_or("access without attestation and training")?;
        unless(now < add_calendar_months(renewed, 12, zone), || "access on an expired attestation".to_owned())?;
    }
    let screened = person.screening.is_some() && person.export_screening.is_some();
    unless(screened, || "access unscreened".to_owned())?;
    let personal = scene.case.conditions_of(bound_by(grant)).map(|(_, c)| &c.state);
    let mut nda = false;
    for condition in personal.filter(|c| c.personal && c.stage == ConditionStage::InForce) {
        let digest = condition.agreed.as_ref().map(|agreed| &agreed.digest);
        let own = condition.acknowledgements.get(&grant.holder).map(|acknowledged| &acknowledged.digest);
        unless(own.is_some() && own == digest, || format!("{} is not acknowledged", condition.template))?;
        nda |= condition.template == "nda";
    }
    unless(nda, || "access without a nondisclosure agreement in force".to_owned())
}

/// Invariant 9: without an open window no government grant is effective, whoever asks.
pub fn invariant_09(view: &View<'_>, state: &State, scene: &Scene) -> Held {
    for (id, entry) in scene.case.grants.iter().filter(|(_, entry)| entry.state.nomination.is_none()) {
        let open = has_window(scene, &entry.state);
        for asker in ASKERS.iter().filter(|_| !open) {
            let effective = allowed(view, scene, *id, *asker, state.now);
            unless(!effective, || format!("{asker:?} finds access outside of a window"))?;
        }
    }
    Ok(())
}

/// Invariant 10: access names an end that is no later than its window, its agreements, attestation and training, and is
/// over then; no grant stands when its engagement or nomination is over.
pub fn invariant_10(view: &View<'_>, state: &State, scene: &Scene) -> Held {
    for (id, entry) in &scene.case.grants {
        let grant = &entry.state;
        over(scene, grant)?;
        let Access::Allowed { until } = asked(view, scene, *id, Asker::Standing, state.now) else { continue };
        let until = until.ok_or("access without an end")?;
        unless(until > state.now, || format!("access until {until} at {}", state.now))?;
        for (what, end) in ends(view, scene, grant) {
            unless(until <= end, || format!("access until {until}, past its {what} at {end}"))?;
        }
        let only = State { now: state.now, scenes: vec![scene.clone()] };
        let then = view.ground.play(&only, &Move::Clock(until)).ok_or("time stands still")?;
        let later = Scene { case: then.cases.into_iter().next().ok_or("no case")?, ..Scene::default() };
        // But for a text that takes the place of the one that ends, at that instant.
        let ends = |c: &Condition| c.agreed.as_ref().and_then(|agreed| agreed.expires_at) == Some(until);
        let mut signed = scene.case.conditions.values().filter(|c| c.state.stage == ConditionStage::Signed);
        let followed = signed.any(|c| c.state.supersedes.is_some_and(|it| ends(&scene.case.conditions[&it].state)));
        let still = allowed(view, &later, *id, Asker::Standing, until);
        unless(followed || !still, || format!("access at its end {until}"))?;
    }
    Ok(())
}

fn over(scene: &Scene, grant: &Grant) -> Held {
    let above = match grant.nomination {
        Some(nomination) => scene.case.nominations[&nomination].state.stage.is_terminal(),
        None => !scene.case.engagements[&grant.engagement].state.stage.is_live(),
    };
    unless(!above || grant.stage.is_terminal(), || format!("a grant is {} when all is over", grant.stage.name()))
}

fn ends(view: &View<'_>, scene: &Scene, grant: &Grant) -> Vec<(&'static str, Instant)> {
    let mut ends = Vec::new();
    match grant.nomination {
        None => ends.extend(scene.ghost.windows.get(&grant.engagement).map(|window| ("planned release", window.bound))),
        Some(nomination) => ends.extend(scene.case.nominations[&nomination].state.term_ends_at.map(|at| ("term", at))),
    }
    let held = scene.case.conditions_of(bound_by(grant)).map(|(_, c)| &c.state);
    let held = held.filter(|c| c.stage == ConditionStage::InForce && (c.required || c.template == "nda"));
    ends.extend(held.filter_map(|c| Some(("agreement", c.agreed.as_ref()?.expires_at?))));
    let zone = pinned(&scene.case, grant.engagement, view.ground.facts).zone;
    let person = scene.case.person(grant.holder);
    let renewed = person.into_iter().flat_map(|person| [person.attested_at, person.trained_at]).flatten();
    ends.extend(renewed.map(|renewed| ("attestation", add_calendar_months(renewed, 12, zone))));
    ends
}
