//! Delegated acts: what can be delegated is what the policies give the official alone or to both with another weight,
//! and a liaison counts as an official for exactly the act that was delegated.

use std::collections::BTreeSet;

use serde_json::json;

use super::{super::Acting, Resource, engine};
use crate::{
    authz::{Denial, decide},
    domain::{
        action::Action,
        actor::Role,
        case::Facts,
        id::{Kind, Subject},
        refusal::Refusal,
        release::DELEGABLE,
        testing::{Who, World, at, framework},
    },
};

const NOW: &str = "2026-11-09T14:00:00Z";
const UNTIL: &str = "2026-12-09T14:00:00Z";

/// Acts that the official alone may do are all among the delegable ones, but for signing and delegating; and nothing
/// is among them that the policies do not give to the official.
#[test]
fn what_can_be_delegated_is_what_the_policies_give_the_official() {
    let (official, liaison) =
        (super::developer(&[Role::DeveloperOfficial]), super::developer(&[Role::DeveloperLiaison]));
    let may = |actor, action: &Action| decide(engine(), actor, *action, &super::record(action.kind)).is_ok();
    let actions = || Kind::ALL.into_iter().flat_map(|kind| crate::domain::command::Command::actions(kind).iter());
    let names = |found: Vec<&Action>| found.into_iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    let officials = names(actions().filter(|action| may(&official, action)).collect());
    let alone = names(actions().filter(|action| may(&official, action) && !may(&liaison, action)).collect());
    let delegable: BTreeSet<String> = DELEGABLE.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(delegable.len(), DELEGABLE.len());
    assert!(delegable.is_subset(&officials), "{:?}", delegable.difference(&officials));
    let kept: Vec<&String> = alone.difference(&delegable).collect();
    assert_eq!(kept, ["condition.sign", "release.delegate"]);
}

fn delegated(acts: &[&str]) -> (World, Subject, Subject) {
    let (mut world, engagement) = World::ready(framework(&[]), at(NOW), Some(at("2027-01-05T14:00:00Z")));
    let release = world.release();
    let body = json!({ "delegate": Who::Dl.account(), "acts": acts, "until": UNTIL });
    world.must(Who::Da, release, "delegate", &body);
    let nomination = world.nominate(engagement).expect("a nomination");
    (world, engagement, nomination)
}

fn answer(
    world: &World,
    who: Who,
    on: Subject,
    name: &'static str,
    facts: &Facts,
) -> Result<super::super::Permit, Denial> {
    let (actor, action) = (who.actor(), Action::new(on.kind, name));
    let acting = Acting::of(&actor, &world.case, on, action, facts, world.now);
    let resource = Resource::of(&world.case, on).expect("a record");
    acting.decide(engine(), action, &resource)
}

/// The liaison may do exactly what was delegated, the record says on whose delegation, and it ends by itself.
#[test]
fn a_liaison_counts_as_an_official_for_the_delegated_act_alone() {
    let (mut world, engagement, _) = delegated(&["engagement.schedule-window", "engagement.accept-offer"]);
    let permit = answer(&world, Who::Dl, engagement, "schedule-window", &world.facts).expect("delegated");
    assert!(permit.actor().has(Role::DeveloperOfficial));
    assert_eq!(permit.by().delegated_by, Some(Who::Da.account()));
    assert_eq!(permit.by().roles, [Role::DeveloperLiaison].into(), "the own roles are recorded");
    assert_eq!(answer(&world, Who::Dl, engagement, "extend-window", &world.facts), Err(Denial::Forbidden));
    assert_eq!(answer(&world, Who::Dl, engagement, "withdraw", &world.facts), Err(Denial::Forbidden));
    let own = answer(&world, Who::Da, engagement, "schedule-window", &world.facts).expect("the official's own");
    assert_eq!(own.by().delegated_by, None);
    assert_eq!(answer(&world, Who::Gs, engagement, "schedule-window", &world.facts), Err(Denial::Forbidden));
    let mut facts = world.facts.clone();
    facts.people.get_mut(&Who::Da.account()).expect("a person").roles.clear();
    assert_eq!(answer(&world, Who::Dl, engagement, "schedule-window", &facts), Err(Denial::Forbidden), "void");
    world.now = at(UNTIL);
    assert_eq!(answer(&world, Who::Dl, engagement, "schedule-window", &world.facts), Err(Denial::Forbidden), "over");
}

/// Invariant 11: nobody answers for the own nomination, by delegation either; domain section 3.0: nor turns two keys.
#[test]
fn no_delegation_makes_one_person_two() {
    let (world, _, nomination) = delegated(&["nomination.consent-approach", "nomination.consent"]);
    for name in ["consent-approach", "consent"] {
        assert_eq!(answer(&world, Who::Dl, nomination, name, &world.facts), Err(Denial::Forbidden), "{name}");
    }
    let acts = ["engagement.schedule-window", "engagement.accept-offer"];
    let (mut world, engagement, _) = delegated(&acts);
    let body = json!({ "open_at": "2026-12-20T14:00:00Z" });
    let permit = answer(&world, Who::Dl, engagement, "schedule-window", &world.facts).expect("delegated");
    let happened = world.act_with(&permit, engagement, "schedule-window", &body).expect("offered");
    assert_eq!(happened[0].by.delegated_by, Some(Who::Da.account()));
    let hash = json!({ "hash": world.engagement(engagement).offers[0].hash });
    let permit = answer(&world, Who::Dl, engagement, "accept-offer", &world.facts).expect("delegated");
    assert_eq!(world.act_with(&permit, engagement, "accept-offer", &hash), Err(Refusal::OwnOffer));
    assert_eq!(
        world.refused(Who::Da, engagement, "accept-offer", &hash),
        Refusal::WrongSide,
        "one side's keys are one"
    );
}
