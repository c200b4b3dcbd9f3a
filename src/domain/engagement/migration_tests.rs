//! Migration to another framework version (domain section 10, invariants 5 and 22).

use std::sync::Arc;

use serde_json::json;

use super::{EngagementEvent, Terms};
use crate::domain::{
    case::Event,
    deadline::derive,
    id::Subject,
    refusal::{FieldReason, Refusal},
    testing::{Who, World, at, framework},
    time::Instant,
};

const OPENED: &str = "2026-11-06T14:00:00Z";

/// A version that takes effect on 16 November, with these changes.
fn next(id: &str, date: &str, changes: &[(&str, &str)]) -> crate::domain::framework::Framework {
    let id = format!("id = \"{id}\"");
    let date = format!("effective_from = \"{date}\"");
    let named = [("id = \"v1.1\"", id.as_str()), ("effective_from = \"2000-01-01\"", date.as_str())];
    framework(&named.iter().chain(changes).copied().collect::<Vec<_>>())
}

fn add(world: &mut World, version: crate::domain::framework::Framework) {
    Arc::make_mut(&mut world.facts.frameworks).push(version);
}

fn closes_at(world: &World, engagement: Subject) -> Option<Instant> {
    let rules = super::rules_of(&world.case, engagement.id, &world.facts, world.now).expect("a version");
    world.engagement(engagement).window.as_ref().and_then(|window| window.close_at(&rules))
}

/// An open window of 28 days whose end is the planned release, and the version `v2` in force.
fn open(changes: &[(&str, &str)]) -> (World, Subject) {
    let (mut world, engagement, _) = World::open(framework(&[]), at(OPENED), at("2026-12-04T14:00:00Z"));
    add(&mut world, next("v2", "2026-11-16", changes));
    world.at(at("2026-11-17T14:00:00Z"));
    (world, engagement)
}

fn migrate(world: &mut World, keys: [Who; 2], engagement: Subject) -> Result<(), Refusal> {
    world.two_keys(keys, engagement, "migrate-framework", &json!({ "to": "v2" }))
}

/// A shorter cap shrinks the window at once, and the record says so.
#[test]
fn a_migration_shortens_an_open_window_at_once() {
    let (mut world, engagement) = open(&[("window_cap_days = 30", "window_cap_days = 20")]);
    assert_eq!(closes_at(&world, engagement), Some(at("2026-12-04T14:00:00Z")));
    let before = derive(&world.case, &world.facts, world.now).expect("deadlines");
    migrate(&mut world, [Who::Pl, Who::Da], engagement).expect("both sides migrate");
    let shorter = at("2026-11-26T14:00:00Z");
    assert_eq!(closes_at(&world, engagement), Some(shorter));
    assert_eq!(world.engagement(engagement).framework.as_deref(), Some("v2"));
    let recorded = world.log.iter().any(|happened| {
        matches!(&happened.event, Event::Engagement(EngagementEvent::FrameworkMigrated { from, to, closes_at, .. })
            if from == "v1.1" && to == "v2" && *closes_at == Some(shorter))
    });
    assert!(recorded);
    let after = derive(&world.case, &world.facts, world.now).expect("deadlines");
    let of = |open: &std::collections::BTreeMap<String, crate::domain::deadline::OpenDeadline>| {
        open.keys().filter(|key| key.contains(&engagement.id.to_string())).cloned().collect::<Vec<_>>()
    };
    assert!(of(&before).iter().all(|key| !after.contains_key(key)), "each is planned anew");
    world.at(shorter);
    assert_eq!(world.stage(engagement), "close_out");
}

/// Invariant 5: neither the end, nor the end to which it could be extended, moves later; nor may the clock begin to stop.
#[test]
fn a_migration_never_lengthens_an_open_window() {
    let cited = "window_cap_days = 45\nwindow_cap_authority = \"Example Act, section 12\"";
    let rows: [(&[(&str, &str)], bool); 4] = [
        (&[("quorum = 2", "quorum = 3")], true),
        (&[("window_cap_days = 30", "window_cap_days = 29")], true),
        (&[("window_cap_days = 30", cited)], false),
        (&[("window_clock = \"running\"", "window_clock = \"paused\"")], false),
    ];
    for (changes, possible) in rows {
        for suspended in [false, true] {
            let (mut world, engagement) = open(changes);
            if suspended {
                world.must(Who::Pl, engagement, "suspend-window", &json!({ "reason": "operational" }));
            }
            let before = closes_at(&world, engagement);
            let done = migrate(&mut world, [Who::Da, Who::Pl], engagement);
            let refused = Refusal::field("/to", FieldReason::LongerWindow);
            assert_eq!(done, if possible { Ok(()) } else { Err(refused) }, "{changes:?}");
            assert!(closes_at(&world, engagement) <= before, "{changes:?}");
        }
    }
}

/// Invariant 22: both sides, another version that is in force, and neither draft nor close-out.
#[test]
fn a_migration_takes_both_sides_and_a_version_in_force() {
    let (mut world, engagement) = open(&[]);
    let to = |version: &str| json!({ "to": version });
    let refused = |reason| Refusal::field("/to", reason);
    for (version, reason) in
        [("v9", FieldReason::NotInForce), ("v1.1", FieldReason::NotInForce), ("v3", FieldReason::NotInForce)]
    {
        assert_eq!(world.refused(Who::Da, engagement, "migrate-framework", &to(version)), refused(reason));
    }
    assert_eq!(migrate(&mut world.clone(), [Who::Da, Who::Da], engagement), Err(Refusal::OwnOffer));
    assert_eq!(migrate(&mut world.clone(), [Who::Da, Who::SecondDa], engagement), Err(Refusal::WrongSide));
    // What is superseded before the second key turns is judged anew.
    world.must(Who::Da, engagement, "migrate-framework", &to("v2"));
    let hash = world.engagement(engagement).offers.last().expect("an offer").hash.clone();
    assert!(matches!(world.engagement(engagement).offers[0].terms, Terms::MigrateFramework { .. }));
    add(&mut world, next("v3", "2026-11-18", &[]));
    world.at(at("2026-11-19T14:00:00Z"));
    let late = world.refused(Who::Pl, engagement, "accept-offer", &json!({ "hash": hash }));
    assert_eq!(late, refused(FieldReason::NotInForce));
    world.two_keys([Who::Pl, Who::Da], engagement, "migrate-framework", &to("v3")).expect("the version in force");
    let again = world.refused(Who::Pl, engagement, "migrate-framework", &to("v3"));
    assert_eq!(again, refused(FieldReason::AlreadyPinned));
    world.must(Who::Da, engagement, "close-window", &json!({}));
    let over = world.refused(Who::Pl, engagement, "migrate-framework", &to("v3"));
    assert!(matches!(over, Refusal::WrongStage { stage: "close_out", .. }));
}

/// What a nomination has decided stands; one that is not decided yet meets the new criteria and the new quorum.
#[test]
fn nominations_keep_what_they_have_decided() {
    let criterion =
        "[[criteria]]\nkey = \"insurance\"\nquestion = \"Is it insured?\"\n\n[[criteria]]\nkey = \"sector_role\"";
    let (mut world, engagement) =
        open(&[("quorum = 2", "quorum = 3"), ("[[criteria]]\nkey = \"sector_role\"", criterion)]);
    let nomination = world.nominate(engagement).expect("a nomination");
    world.select(nomination);
    migrate(&mut world, [Who::Pl, Who::Da], engagement).expect("both sides migrate");
    world.must(Who::Pl, nomination, "begin-conditions", &json!({ "term_ends_at": "2027-06-01T00:00:00Z" }));
    assert_eq!(world.stage(nomination), "conditions_precedent", "two votes were enough when they were counted");
    world.must(Who::RvNsa, nomination, "revoke-vote", &json!({}));
    assert_eq!(world.stage(nomination), "decision", "a vote that is gone counts by the new version");
}
