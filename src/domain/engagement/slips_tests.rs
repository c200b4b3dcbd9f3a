//! What a window slipped by, and why.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    EngagementEvent,
    slips::{Slip, TELLING, WindowDate, slips},
};
use crate::domain::{
    case::Event,
    id::Subject,
    testing::{Who, World, at, framework},
    time::Instant,
};

const PLANNED: &str = "2026-12-28T14:00:00Z";

/// The events of the window, as the store tells them.
fn happened(world: &World, engagement: Subject) -> Vec<(EngagementEvent, Instant)> {
    let own = world.log.iter().filter(|happened| happened.subject == engagement);
    own.filter_map(|happened| {
        let Event::Engagement(event) = &happened.event else { return None };
        TELLING.contains(&event.code()).then(|| (event.clone(), happened.effective_at))
    })
    .collect()
}

fn told(world: &World, engagement: Subject) -> Vec<Slip> {
    slips(&world.case, engagement.id, &world.facts, &happened(world, engagement))
}

fn slip(date: WindowDate, was: &str, now: &str, event: &'static str, since: &str) -> Slip {
    Slip { date, was: at(was), now: at(now), event, at: at(since) }
}

fn opening(was: &str, now: &str, event: &'static str, since: &str) -> Slip {
    slip(WindowDate::Opening, was, now, event, since)
}

fn end(was: &str, now: &str, event: &'static str, since: &str) -> Slip {
    slip(WindowDate::End, was, now, event, since)
}

#[test]
fn an_opening_that_was_scheduled_anew_keeps_the_one_before() {
    let (mut world, engagement) = World::ready(framework(&[]), at("2026-12-01T14:00:00Z"), Some(at(PLANNED)));
    world.schedule(engagement, at("2026-12-04T14:00:00Z"), Some(at("2026-12-20T14:00:00Z"))).expect("scheduled");
    assert_eq!(told(&world, engagement), []);
    world.hours(1);
    world.schedule(engagement, at("2026-12-07T14:00:00Z"), Some(at("2026-12-20T14:00:00Z"))).expect("rescheduled");
    let anew =
        opening("2026-12-04T14:00:00Z", "2026-12-07T14:00:00Z", "engagement.window_scheduled", "2026-12-01T15:00:00Z");
    assert_eq!(told(&world, engagement), [anew]);
    world.hours(1);
    world.must(Who::Pl, engagement, "lower-end", &json!({ "earlier_end": "2026-12-18T14:00:00Z" }));
    let lowered = end("2026-12-20T14:00:00Z", "2026-12-18T14:00:00Z", "engagement.end_lowered", "2026-12-01T16:00:00Z");
    assert_eq!(told(&world, engagement), [anew, lowered]);
    world.at(at("2026-12-07T14:00:00Z"));
    assert_eq!(world.stage(engagement), "window_open");
    assert_eq!(told(&world, engagement), [anew, lowered], "it opened when it was to");
}

#[test]
fn an_end_keeps_each_one_before_with_the_act_that_moved_it() {
    let opens = "2026-12-01T14:00:00Z";
    let (mut world, engagement, _) = World::open(framework(&[]), at(opens), at(PLANNED));
    let release = world.release();
    let act = |world: &mut World, on: Subject, name: &str, body: Value| world.must(Who::Da, on, name, &body);
    world.hours(1);
    act(&mut world, release, "set-planned-release", json!({ "to": "2026-12-24T14:00:00Z" }));
    world.hours(1);
    act(&mut world, engagement, "lower-end", json!({ "earlier_end": "2026-12-10T14:00:00Z" }));
    world.hours(1);
    let later = json!({ "earlier_end": "2026-12-14T14:00:00Z" });
    world.two_keys([Who::Pl, Who::Da], engagement, "extend-window", &later).expect("both keys");
    world.hours(1);
    let before_the_end = world.clone();
    act(&mut world, engagement, "close-window", json!({}));
    let mut expected = vec![
        end(PLANNED, "2026-12-24T14:00:00Z", "engagement.window_shrunk", "2026-12-01T15:00:00Z"),
        end("2026-12-24T14:00:00Z", "2026-12-10T14:00:00Z", "engagement.end_lowered", "2026-12-01T16:00:00Z"),
        end("2026-12-10T14:00:00Z", "2026-12-14T14:00:00Z", "engagement.window_extended", "2026-12-01T17:00:00Z"),
        end("2026-12-14T14:00:00Z", "2026-12-01T18:00:00Z", "engagement.window_closed", "2026-12-01T18:00:00Z"),
    ];
    assert_eq!(told(&world, engagement), expected);
    expected.pop();
    let mut in_time = before_the_end.clone();
    in_time.at(at("2026-12-15T14:00:00Z"));
    assert_eq!(in_time.stage(engagement), "close_out");
    assert_eq!(told(&in_time, engagement), expected, "it closed when it was to");
    let mut withdrawn = before_the_end;
    act(&mut withdrawn, engagement, "withdraw", json!({}));
    assert_eq!(withdrawn.stage(engagement), "close_out");
    assert_eq!(told(&withdrawn, engagement), expected, "withdrawing leaves no mark");
}

#[test]
fn a_migration_moves_an_end_by_the_rules_before_and_after_it() {
    let (mut world, engagement, _) =
        World::open(framework(&[]), at("2026-11-06T14:00:00Z"), at("2026-12-04T14:00:00Z"));
    let shorter = framework(&[
        ("id = \"v1.1\"", "id = \"v2\""),
        ("effective_from = \"2000-01-01\"", "effective_from = \"2026-11-16\""),
        ("window_cap_days = 30", "window_cap_days = 20"),
    ]);
    Arc::make_mut(&mut world.facts.frameworks).push(shorter);
    world.at(at("2026-11-17T14:00:00Z"));
    world.two_keys([Who::Pl, Who::Da], engagement, "migrate-framework", &json!({ "to": "v2" })).expect("both sides");
    let moved = ("2026-12-04T14:00:00Z", "2026-11-26T14:00:00Z");
    let expected = end(moved.0, moved.1, "engagement.framework_migrated", "2026-11-17T14:00:00Z");
    assert_eq!(told(&world, engagement), [expected]);
}

#[test]
fn an_end_that_both_keys_compute_anew_keeps_the_one_before() {
    let paused = framework(&[
        ("window_clock = \"running\"", "window_clock = \"paused\""),
        ("window_anchored = true", "window_anchored = false"),
    ]);
    let (mut world, engagement, _) = World::open(paused, at("2026-11-20T14:00:00Z"), at("2027-02-01T14:00:00Z"));
    world.hours(24);
    world.must(Who::Pl, engagement, "suspend-window", &json!({ "reason": "operational" }));
    assert_eq!(told(&world, engagement), [], "nobody knows the end while the clock is paused");
    world.hours(24);
    world.two_keys([Who::Pl, Who::Da], engagement, "resume-window", &json!({})).expect("both keys");
    let moved = ("2026-12-20T14:00:00Z", "2026-12-21T14:00:00Z");
    let expected = end(moved.0, moved.1, "engagement.window_resumed", "2026-11-22T14:00:00Z");
    assert_eq!(told(&world, engagement), [expected]);
}
