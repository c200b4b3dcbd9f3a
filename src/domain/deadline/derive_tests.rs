//! D7 of a case: repeated from the request, dated only by a scheduled opening, and never for a partner's user. D8 and D9:
//! what their dates come of.

use chrono::TimeDelta;
use serde_json::json;

use super::{Date, DeadlineKind, OpenDeadline, Rung, Source, derive, plan};
use crate::domain::{
    engagement::window_end::EndBound,
    id::{Kind, Subject},
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

/// A renewal asks each person anew: whoever has access hears of it as soon as both sides agreed, and not of a date.
#[test]
fn a_renewed_personal_text_is_asked_of_whoever_has_access() {
    let (mut world, engagement, grant) =
        World::open(framework(&[]), at("2026-12-01T14:00:00Z"), at("2026-12-30T14:00:00Z"));
    let renewal = |world: &World| {
        let open = derive(&world.case, &world.facts, world.now).expect("deadlines").into_values();
        open.filter(|open| open.subject == grant).map(|open| open.kind).collect::<Vec<_>>()
    };
    assert_eq!(renewal(&world), [DeadlineKind::GrantRecertification]);
    let nda = world.case.conditions_of(engagement).find(|(_, c)| c.state.template == "nda").expect("an agreement").0;
    let before = Subject::new(Kind::Condition, nda);
    let body = json!({ "attach_to": world.name(engagement), "template": "nda", "supersedes": world.name(before) });
    let text = world.create(Who::Dl, Kind::Condition, "attach", &body).expect("a successor");
    assert_eq!(renewal(&world), [DeadlineKind::GrantRecertification], "not agreed yet");
    world.agree([Who::Dl, Who::Pl], text, None);
    assert_eq!(world.stage(grant), "active");
    let open = personal(&world, grant);
    assert_eq!((open.date, open.task_day()), (Date::None, None));
    assert_eq!(open.responsible, [crate::domain::notice::Addressee::Account(Who::Ev.account())]);
    let every_third =
        |days: [&str; 4]| days.map(|day| (Rung::Repeat, format!("2026-12-{day}T13:00:00+00:00"))).to_vec();
    assert_eq!(ladder(&world, &open), every_third(["04", "09", "14", "17"]));
    // The recertification goes on beside it.
    assert_eq!(renewal(&world).len(), 2);
    world.acknowledge_one(Who::Ev, text);
    assert_eq!(renewal(&world), [DeadlineKind::GrantRecertification]);
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

fn of_window(world: &World, kind: DeadlineKind) -> OpenDeadline {
    let mut open = derive(&world.case, &world.facts, world.now).expect("deadlines").into_values();
    open.find(|open| open.kind == kind).expect("a clock of the window")
}

/// The anchor is the act that gave the date; the key goes by the date alone, so that reminders stay what they were.
#[test]
fn the_dates_of_a_window_name_the_act_that_gave_them() {
    let (planned, open_at) = (at("2026-12-20T14:00:00Z"), at("2026-11-23T14:00:00Z"));
    let (mut world, engagement) = World::ready(framework(&[]), at(NOW), Some(planned));
    world.schedule(engagement, open_at, None).expect("can be scheduled");
    let (scheduled_at, opens) = (world.now, of_window(&world, DeadlineKind::WindowOpens));
    assert_eq!((opens.starts_at, opens.due.due_at, opens.date), (open_at, open_at, Date::OfWindow));
    assert_eq!((opens.source, opens.anchored_at()), (Source::Scheduled(scheduled_at), scheduled_at));
    world.at(open_at);
    let first = |open: &OpenDeadline| match open.source {
        Source::Window(end) => end.first(),
        Source::Rule | Source::Given | Source::Scheduled(_) => panic!("{open:?} is no end of a window"),
    };
    let closes = of_window(&world, DeadlineKind::WindowCloses);
    assert_eq!((closes.starts_at, closes.due.due_at, closes.anchored_at()), (planned, planned, open_at));
    assert_eq!(first(&closes), (planned, EndBound::PlannedRelease));
    let instant = planned.timestamp_micros();
    assert!(closes.key().ends_with(&format!(":window_opened:{instant}:{instant}")), "{}", closes.key());
    let lowered = at("2026-12-01T14:00:00Z");
    world.must(Who::Da, engagement, "lower-end", &json!({ "earlier_end": lowered }));
    let closes = of_window(&world, DeadlineKind::WindowCloses);
    assert_eq!((first(&closes), closes.anchored_at()), ((lowered, EndBound::AgreedEnd), open_at));
    assert_eq!(closes.due.due_at, lowered);
}
