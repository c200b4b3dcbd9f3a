//! The story of who leads an engagement for either side.

use serde_json::json;
use uuid::Uuid;

use crate::domain::{
    audience::Audience,
    id::AccountId,
    refusal::{FieldReason, Refusal},
    testing::{Who, World, at, framework},
};

/// Domain section 2: a liaison transfers, or gives back to the pool; the developer names its lead.
#[test]
fn the_lead_passes_on_and_goes_back_to_the_pool() {
    let planned = at("2027-06-20T14:00:00Z");
    let (mut world, engagement) = World::ready(framework(&[]), at("2026-11-09T14:00:00Z"), Some(planned));
    let second = AccountId(Uuid::from_u128(99));
    let mut person = world.facts.people[&Who::Pl.account()].clone();
    world.facts.people.insert(second, person.clone());
    let to = |account| json!({ "liaison": account });
    let refused = world.refused(Who::Pl, engagement, "transfer", &to(Who::Gs.account()));
    assert_eq!(refused, Refusal::field("/liaison", FieldReason::NoSuchAccount));
    let refused = world.refused(Who::Pl, engagement, "transfer", &to(Who::Pl.account()));
    assert_eq!(refused, Refusal::field("/liaison", FieldReason::SamePerson));
    let happened = world.act(Who::Pl, engagement, "transfer", &to(second)).expect("transferred");
    assert_eq!((happened[0].audience, world.engagement(engagement).liaison), (Audience::Government, Some(second)));
    person.active = false;
    world.facts.people.insert(second, person);
    let refused = world.refused(Who::Pl, engagement, "transfer", &to(second));
    assert_eq!(refused, Refusal::field("/liaison", FieldReason::NoSuchAccount), "a disabled account");
    world.must(Who::Pl, engagement, "release-claim", &json!({}));
    let state = world.engagement(engagement);
    assert_eq!((state.liaison, state.signatory), (None, None), "the pool is what nobody is assigned to");
    let refused = world.refused(Who::Da, engagement, "name-lead", &json!({ "lead": Who::Da.account() }));
    assert_eq!(refused, Refusal::field("/lead", FieldReason::NoSuchAccount));
    let happened = world.act(Who::Da, engagement, "name-lead", &json!({ "lead": Who::Dl.account() })).expect("named");
    assert_eq!(
        (happened[0].audience, world.engagement(engagement).lead),
        (Audience::Developer, Some(Who::Dl.account()))
    );
}
