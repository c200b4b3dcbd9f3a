//! The window: its cap, its end, its opening (invariants 3 to 7).

use chrono::TimeDelta;

use super::{Held, View, unless};
use crate::domain::{
    actor::Role,
    case::{Case, CaseEvent, Event, Facts},
    condition::ConditionStage,
    engagement::{EngagementEvent, rules_of},
    framework::{Framework, WindowClock},
    id::{Kind, RecordId, Subject},
    inquiry::InquiryStage,
    time::{Instant, add_calendar_days},
    walk::{
        moves::Step,
        world::{Scene, State},
    },
};

/// The framework version that an engagement is pinned to.
pub fn pinned<'a>(case: &Case, id: RecordId, facts: &'a Facts) -> &'a Framework {
    let name = case.engagements.get(&id).and_then(|entry| entry.state.framework.clone());
    facts.frameworks.iter().find(|framework| Some(&framework.id) == name.as_ref()).unwrap_or(&facts.frameworks[0])
}

fn cap(framework: &Framework) -> TimeDelta {
    TimeDelta::seconds(i64::from(framework.window_cap_days) * 86_400)
}

fn end_of(view: &View<'_>, case: &Case, id: RecordId, now: Instant) -> Option<Instant> {
    let entry = case.engagements.get(&id).filter(|entry| entry.state.stage.has_window())?;
    entry.state.window.as_ref()?.close_at(&rules_of(case, id, view.ground.facts, now).ok()?)
}

/// Invariant 3: the sum of open seconds of a model release, with what was used by those that are the same one, is at
/// most the cap; after a migration at most what was used by then.
pub fn invariant_03(view: &View<'_>, state: &State, scene: &Scene) -> Held {
    let windows = &scene.ghost.windows;
    let open: TimeDelta = windows.values().map(|window| window.open_until(state.now)).sum();
    let Some((id, _)) = windows.last_key_value() else { return Ok(()) };
    let clock = pinned(&scene.case, *id, view.ground.facts).window_clock;
    let others = scene.ghost.merged.iter().map(|other| &view.ground.facts.releases[other]);
    let others = others.map(|other| if clock == WindowClock::Paused { other.used_paused } else { other.used_running });
    let used = open + others.sum::<TimeDelta>();
    let most = windows.iter().map(|(id, window)| {
        let by_then = window.migrated.map_or(TimeDelta::zero(), |(_, open)| open);
        cap(pinned(&scene.case, *id, view.ground.facts)).max(by_then)
    });
    let most = most.max().unwrap_or(TimeDelta::zero());
    unless(used <= most, || format!("used {used} in all, of at most {most}"))
}

/// Invariant 4: under a running clock the last close of an engagement is at most the cap after its first opening.
pub fn invariant_04(view: &View<'_>, state: &State, scene: &Scene) -> Held {
    for (id, window) in &scene.ghost.windows {
        let framework = pinned(&scene.case, *id, view.ground.facts);
        let lasted = window.last_close.unwrap_or(state.now) - window.first;
        let running = framework.window_clock == WindowClock::Running;
        let by_then = window.migrated.map_or(TimeDelta::zero(), |(at, _)| at - window.first);
        unless(!running || lasted <= cap(framework).max(by_then), || {
            format!("{lasted} from first opening to last close")
        })?;
    }
    Ok(())
}

/// Invariant 5, first half: the end of a window never moves later without an act of the developer's official.
pub fn invariant_05(view: &View<'_>, before: &State, step: &Step, after: &State) -> Held {
    for (number, (was, is)) in before.scenes.iter().zip(&after.scenes).enumerate() {
        for id in is.case.engagements.keys() {
            let ends = (end_of(view, &was.case, *id, before.now), end_of(view, &is.case, *id, after.now));
            let (Some(was_end), Some(is_end)) = ends else { continue };
            let own = step.events.iter().filter(|(scene, _)| *scene == number).map(|(_, happened)| happened);
            let official = own.clone().any(|h| h.by.roles.contains(&Role::DeveloperOfficial));
            let accepted = own.filter_map(accepted).any(|hash| {
                let offers = was.case.engagements.get(id).into_iter().flat_map(|entry| entry.state.offers.iter());
                offers.filter(|o| o.hash.as_str() == hash).any(|o| o.by.roles.contains(&Role::DeveloperOfficial))
            });
            unless(is_end <= was_end || official || accepted, || format!("the end moved from {was_end} to {is_end}"))?;
        }
    }
    Ok(())
}

fn accepted(happened: &CaseEvent) -> Option<String> {
    match &happened.event {
        Event::Engagement(EngagementEvent::OfferAccepted { hash }) => Some(hash.as_str().to_owned()),
        _ => None,
    }
}

/// Invariant 5, second half: the end is never past the cap, by seconds and by local days, nor past the smallest planned
/// release in force since the opening, as far as both keys did not raise it.
pub fn invariant_05_bounds(view: &View<'_>, state: &State, scene: &Scene) -> Held {
    for (id, window) in &scene.ghost.windows {
        let Some(end) = end_of(view, &scene.case, *id, state.now) else { continue };
        let framework = pinned(&scene.case, *id, view.ground.facts);
        unless(end <= window.bound, || format!("ends at {end}, past the planned release {}", window.bound))?;
        let mut latest = window.open_since.unwrap_or(window.first) + (cap(framework) - window.open);
        if framework.window_clock == WindowClock::Running {
            latest = window.first + cap(framework);
            latest = latest.min(add_calendar_days(window.first, framework.window_cap_days, framework.zone));
        }
        // A shorter cap that is used up closes at once.
        let latest = window.migrated.map_or(latest, |(at, _)| latest.max(at));
        unless(end <= latest, || format!("ends at {end}, past the cap {latest}"))?;
    }
    Ok(())
}

/// Invariant 6: under a running clock suspending and resuming leave the end where it was, or sooner.
pub fn invariant_06(view: &View<'_>, before: &State, step: &Step, after: &State) -> Held {
    for (number, happened) in &step.events {
        let id = happened.subject.id;
        let turned = ["engagement.window_suspended", "engagement.window_resumed"].contains(&happened.event.code());
        let (was, is) = (&before.scenes[*number].case, &after.scenes[*number].case);
        if !turned || pinned(is, id, view.ground.facts).window_clock == WindowClock::Paused {
            continue;
        }
        let ends = (end_of(view, was, id, before.now), end_of(view, is, id, after.now));
        if let (Some(was_end), Some(is_end)) = ends {
            unless(is_end <= was_end, || format!("a suspension moved the end from {was_end} to {is_end}"))?;
        }
    }
    Ok(())
}

/// Invariant 7: a window opens, and opens again, with the conditions in force and eligibility attested.
pub fn invariant_07(view: &View<'_>, before: &Scene, happened: &CaseEvent) -> Held {
    if !["engagement.window_opened", "engagement.window_resumed"].contains(&happened.event.code()) {
        return Ok(());
    }
    let case = &before.case;
    let determined = case.inquiries.values().map(|entry| &entry.state);
    let determined = determined.filter(|inquiry| matches!(inquiry.stage, InquiryStage::Determined(_)));
    let newest = determined.max_by_key(|inquiry| inquiry.since);
    let eligible = newest.is_some_and(|inquiry| match &inquiry.stage {
        InquiryStage::Determined(determination) => determination.framework_eligible,
        _ => false,
    });
    unless(eligible, || "opened without attested eligibility".to_owned())?;
    in_force(view, case, happened.subject, happened.effective_at)
}

/// Whether every required condition is in force or waived, what is in force has not expired, and all that must be
/// covered is.
pub fn in_force(view: &View<'_>, case: &Case, under: Subject, at: Instant) -> Held {
    let conditions: Vec<_> = case.conditions_of(under).map(|(_, entry)| &entry.state).collect();
    for condition in &conditions {
        let holds = matches!(condition.stage, ConditionStage::InForce | ConditionStage::Waived);
        unless(holds || !condition.required, || format!("{} is {:?}", condition.template, condition.stage))?;
        let expires = condition.agreed.as_ref().and_then(|agreed| agreed.expires_at);
        let over = condition.stage == ConditionStage::InForce && expires.is_some_and(|expires| expires <= at);
        unless(!over, || format!("{} expired", condition.template))?;
    }
    if under.kind != Kind::Engagement {
        return Ok(());
    }
    let held: Vec<_> = conditions.iter().filter(|c| c.stage == ConditionStage::InForce).collect();
    let required = &pinned(case, under.id, view.ground.facts).required_coverage;
    for subject in &required.subjects {
        unless(held.iter().any(|c| c.subjects.contains(subject)), || format!("{subject:?} is not covered"))?;
    }
    for function in &required.functions {
        unless(held.iter().any(|c| c.functions.contains(function)), || format!("{function:?} is not covered"))?;
    }
    Ok(())
}
