//! D7 of a case: repeated from the request, dated only by a scheduled opening, and never for a partner's user.

use chrono::TimeDelta;
use serde_json::json;

use super::{Date, DeadlineKind, OpenDeadline, Rung, derive, plan};
use crate::domain::{
    id::Subject,
    testing::{Who, World, at, framework},
    time::plus,
};

const NOW: &str = "2026-11-12T15:00:00Z";

fn personal(world: &World, grant: Subject) -> OpenDeadline {
    let open = derive(&world.case, &world.facts, world.now).expect("deadlines");
    let found = open.into_values().find(|open| open.kind == DeadlineKind::PersonalNda && open.subject == grant);
    found.expect("a clock for the personal agreement")
}

/// The rungs of the ladder, each with its instant, up to the fourth.
fn ladder(world: &World, open: &OpenDeadline) -> Vec<(Rung, String)> {
    let version = &world.facts.frameworks[0];
    let plan = plan(&open.rule(version), &open.due, world.now, version.zone, world.facts.calendars.newest());
    plan.iter().take(4).map(|planned| (planned.key.rung, planned.at.to_rfc3339())).collect()
}

#[test]
fn a_personal_agreement_is_due_before_a_scheduled_opening_only() {
    let (mut world, engagement) = World::ready(framework(&[]), at(NOW), Some(at("2026-12-20T14:00:00Z")));
    let grant = world.request(Who::Pl, engagement, Who::Ev).expect("a grant");
    let open = personal(&world, grant);
    assert_eq!((open.task_day(), open.date), (None, Date::None));
    let every_third = |days: [&str; 4]| days.map(|day| (Rung::Repeat, format!("2026-{day}T13:00:00+00:00"))).to_vec();
    // Thanksgiving, the 26th, is left out.
    assert_eq!(ladder(&world, &open), every_third(["11-17", "11-20", "11-25", "12-01"]));
    assert!(!open.due.is_past(plus(world.now, TimeDelta::days(120))), "nobody is late for an unknown day");
    // Opening on Monday the 23rd: due with Friday the 20th, and the requester hears on the morning of the opening.
    world.schedule(engagement, at("2026-11-23T14:00:00Z"), None).expect("can be scheduled");
    let open = personal(&world, grant);
    assert_eq!(open.due.shown_on.to_string(), "2026-11-20");
    assert_eq!((open.task_day(), open.date), (None, Date::OfWindow), "the date would tell of the window");
    let escalation = (Rung::Escalation, "2026-11-23T13:00:00+00:00".to_owned());
    assert!(ladder(&world, &open).contains(&escalation), "{:?}", ladder(&world, &open));
    world.at(at("2026-11-23T14:00:00Z"));
    assert_eq!(personal(&world, grant).date, Date::None, "the window is open");
}

#[test]
fn a_partners_personal_agreement_tells_nothing_of_the_window() {
    let (mut world, engagement) = World::ready(framework(&[]), at(NOW), Some(at("2026-12-20T14:00:00Z")));
    world.schedule(engagement, at("2026-11-23T14:00:00Z"), None).expect("can be scheduled");
    let nomination = world.nominate(engagement).expect("a nomination");
    world.select(nomination);
    world.must(Who::Pl, nomination, "begin-conditions", &json!({ "term_ends_at": "2027-06-01T00:00:00Z" }));
    world.condition(nomination, "nda", None);
    let grant = world.request(Who::Tc, nomination, Who::Tu).expect("a grant");
    let open = personal(&world, grant);
    assert_eq!((open.starts_at, open.date, open.task_day()), (world.now, Date::None, None));
    assert!(ladder(&world, &open).iter().all(|(rung, _)| *rung == Rung::Repeat));
}
