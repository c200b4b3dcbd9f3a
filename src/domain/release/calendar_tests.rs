//! Editions of the calendar: closures move open tasks at the instant at which they are known (domain section 5).

use std::sync::Arc;

use chrono::NaiveDate;

use crate::domain::{
    deadline::{Calendars, ClosureChange, DeadlineKind, derive},
    testing::{Who, World, at, framework},
};

fn closure(edition: u32, day: &str, closed: bool, from: &str) -> ClosureChange {
    ClosureChange { edition, date: day.parse().unwrap(), closed, at: at(from) }
}

/// A world with a proposal of Monday 2 November 2026: D4 is due on the 9th.
fn proposed() -> World {
    let mut world = World::new(framework(&[]), at("2026-11-02T15:00:00Z"));
    world.register(None);
    let engagement = world.draft().unwrap();
    let proposal = world.proposal();
    world.must(Who::Da, engagement, "propose", &proposal);
    world
}

fn due(world: &World) -> NaiveDate {
    let open = derive(&world.case, &world.facts, world.now).unwrap();
    let found: Vec<_> = open.values().filter(|one| one.kind == DeadlineKind::ProposalAcknowledged).collect();
    let [one] = found.as_slice() else { panic!("one D4: {found:?}") };
    one.due.shown_on
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_closure_moves_an_open_task_by_a_recorded_event_at_the_instant_at_which_it_is_known() {
    let mut world = proposed();
    assert_eq!(due(&world), day("2026-11-09"));
    world.facts.calendars = Arc::new(Calendars::of(&[
        closure(1, "2026-11-05", true, "2026-11-04T12:00:00Z"),
        closure(2, "2026-11-06", true, "2026-11-05T12:00:00Z"),
    ]));
    world.at(at("2026-11-04T11:59:59Z"));
    assert_eq!(due(&world), day("2026-11-09"), "nobody knows of it yet");
    world.at(at("2026-11-04T12:00:00Z"));
    assert_eq!(due(&world), day("2026-11-10"));
    // A worker that comes late records each closure as of its own instant.
    world.at(at("2026-11-06T12:00:00Z"));
    assert_eq!(due(&world), day("2026-11-12"), "the 11th is Veterans Day");
    let adopted: Vec<_> = world.log.iter().filter(|one| one.event.code() == "release.calendar_adopted").collect();
    let instants: Vec<_> = adopted.iter().map(|one| one.effective_at).collect();
    assert_eq!(instants, [at("2026-11-04T12:00:00Z"), at("2026-11-05T12:00:00Z")]);
}

#[test]
fn a_day_that_is_opened_again_brings_the_task_back() {
    let mut world = proposed();
    world.facts.calendars = Arc::new(Calendars::of(&[
        closure(1, "2026-11-06", true, "2026-11-03T12:00:00Z"),
        closure(2, "2026-11-06", false, "2026-11-04T12:00:00Z"),
    ]));
    world.at(at("2026-11-03T12:00:00Z"));
    assert_eq!(due(&world), day("2026-11-10"));
    world.at(at("2026-11-04T12:00:00Z"));
    assert_eq!(due(&world), day("2026-11-09"));
}

/// What is over is not counted anew: its calendar stays, and no event is added to it.
#[test]
fn a_closed_case_adopts_no_calendar() {
    let mut world = proposed();
    let engagement = *world.case.engagements.keys().next().unwrap();
    let engagement = crate::domain::id::Subject::new(crate::domain::id::Kind::Engagement, engagement);
    world.must(Who::Da, engagement, "withdraw", &serde_json::json!({}));
    let before = world.log.len();
    world.facts.calendars = Arc::new(Calendars::of(&[closure(1, "2026-11-05", true, "2026-11-04T12:00:00Z")]));
    world.at(at("2026-11-20T12:00:00Z"));
    assert_eq!(world.log.len(), before);
}
