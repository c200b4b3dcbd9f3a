//! The three suppositions in tables, and that what is foretold is what then happens.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::json;

use super::{MOST_DAYS, Plan, Question, Supposition, USUAL_DAYS, horizon, project};
use crate::domain::{
    actor::By,
    case::CaseEvent,
    deadline::derive,
    framework::Framework,
    id::{Kind, Subject},
    refusal::{FieldReason, Refusal, Unmet},
    testing::{Who, World, at, framework},
    time::Instant,
};

const UNTIL: &str = "2027-03-15T00:00:00Z";

fn ask(world: &World, engagement: Subject, suppose: &Supposition) -> Result<Plan, Refusal> {
    let open = derive(&world.case, &world.facts, world.now).expect("deadlines");
    let known: BTreeMap<String, Instant> = open.into_keys().map(|key| (key, world.now)).collect();
    let by = By::from(&Who::Da.actor());
    let (now, until) = (world.now, at(UNTIL));
    let question = Question { engagement: engagement.id, suppose, by: &by, known: &known, now, until };
    let before = world.case.clone();
    let plan = project(&world.case, &question, &world.facts);
    assert_eq!(before, world.case);
    plan
}

/// What happens by itself, and when.
fn timed<'a>(events: impl IntoIterator<Item = &'a CaseEvent>) -> Vec<(Subject, &'static str, Instant)> {
    let timed = events.into_iter().filter(|event| event.by == By::SCHEDULER);
    timed.map(|event| (event.subject, event.event.code(), event.effective_at)).collect()
}

fn when(events: &[CaseEvent], code: &str) -> Option<Instant> {
    events.iter().find(|event| event.event.code() == code).map(|event| event.effective_at)
}

/// A window scheduled for 23 November, with a grant that waits for it and a release planned for 23 December.
fn scheduled() -> (World, Subject) {
    let planned = Some(at("2026-12-23T14:00:00Z"));
    let (mut world, engagement) = World::ready(framework(&[]), at("2026-11-05T14:00:00Z"), planned);
    world.evaluator(engagement, Who::Ev);
    world.schedule(engagement, at("2026-11-23T14:00:00Z"), None).expect("can be scheduled");
    (world, engagement)
}

/// D8, D9, D10 and E8: an earlier release shortens the window, a later or undecided one keeps it from opening.
#[test]
fn a_moved_release_moves_what_hangs_on_it() {
    let rows = [
        (Some("2026-12-10T14:00:00Z"), Some("2026-12-10T14:00:00Z"), None),
        (Some("2026-12-23T14:00:00Z"), Some("2026-12-23T14:00:00Z"), None),
        (Some("2027-01-15T14:00:00Z"), None, Some(Unmet::OpensTooEarly { earliest: at("2026-12-16T14:00:00Z") })),
        (None, None, Some(Unmet::ReleaseNotPlanned)),
    ];
    for (to, closes, unmet) in rows {
        let (world, engagement) = scheduled();
        let suppose = Supposition::PlannedRelease { to: to.map(at) };
        let plan = ask(&world, engagement, &suppose).expect("can be supposed");
        assert_eq!(when(&plan.before.events, "engagement.window_closed"), Some(at("2026-12-23T14:00:00Z")));
        assert_eq!(when(&plan.after.events, "engagement.window_closed"), closes.map(at), "{to:?}");
        let newly: Vec<Unmet> = plan.newly_unmet().into_iter().flat_map(|(_, unmet)| unmet).collect();
        assert_eq!(newly.contains(unmet.as_ref().unwrap_or(&Unmet::AlreadyReleased)), unmet.is_some(), "{newly:?}");
        let opens = when(&plan.after.events, "engagement.window_opened");
        assert_eq!(opens.is_some(), closes.is_some(), "{to:?}");
        // Then it is carried out, nobody acts, and time passes.
        let mut real = world.clone();
        let release = real.release();
        real.must(Who::Da, release, "set-planned-release", &json!({ "to": to }));
        real.at(at(UNTIL));
        assert_eq!(timed(&plan.after.events), timed(&real.log[world.log.len()..]), "{to:?}");
        let mut untouched = world.clone();
        untouched.at(at(UNTIL));
        assert_eq!(timed(&plan.before.events), timed(&untouched.log[world.log.len()..]));
    }
}

/// The ladders of D9 and D10, by hand: 26 November is Thanksgiving, and day offsets go out at 08:00 in New York.
#[test]
fn reminders_follow_the_date_that_moves() {
    let (world, engagement) = scheduled();
    let suppose = Supposition::PlannedRelease { to: Some(at("2026-12-10T14:00:00Z")) };
    let plan = ask(&world, engagement, &suppose).expect("can be supposed");
    let [canceled, new] = plan.reminders();
    let told = |list: &[super::TellsReminder<'_>], code: &str| -> Vec<(String, String)> {
        let own = list.iter().filter(|tells| tells.of.open.kind.to_string() == code);
        own.map(|tells| (tells.reminder.key.to_string(), tells.reminder.at.to_rfc3339())).collect()
    };
    let listed = |rows: &[(&str, &str)]| -> Vec<(String, String)> {
        rows.iter().map(|(key, instant)| ((*key).to_owned(), at(instant).to_rfc3339())).collect()
    };
    assert_eq!(
        told(&new, "D10"),
        listed(&[
            ("reminder:-14 d", "2026-11-25T13:00:00Z"),
            ("reminder:-7 d", "2026-12-03T13:00:00Z"),
            ("reminder:-1 d", "2026-12-09T13:00:00Z"),
            ("reminder:+1 d", "2026-12-11T13:00:00Z"),
        ])
    );
    assert_eq!(
        told(&canceled, "D10"),
        listed(&[
            ("reminder:-14 d", "2026-12-09T13:00:00Z"),
            ("reminder:-7 d", "2026-12-16T13:00:00Z"),
            ("reminder:-1 d", "2026-12-22T13:00:00Z"),
            ("reminder:+1 d", "2026-12-24T13:00:00Z"),
        ])
    );
    assert_eq!(
        told(&new, "D9"),
        listed(&[
            ("reminder:-7 d", "2026-12-03T13:00:00Z"),
            ("reminder:-3 d", "2026-12-07T13:00:00Z"),
            ("reminder:-1 d", "2026-12-09T13:00:00Z"),
            ("reminder:-2 h", "2026-12-10T12:00:00Z"),
        ])
    );
    assert!(told(&new, "D8").is_empty() && told(&canceled, "D8").is_empty(), "the opening stays");
    let moved: BTreeMap<String, (Instant, Instant)> = plan
        .deadlines()
        .into_iter()
        .filter_map(|change| Some((change.before?, change.after?)))
        .map(|(before, after)| (before.open.kind.to_string(), (before.open.due.due_at, after.open.due.due_at)))
        .collect();
    let dates = (at("2026-12-23T14:00:00Z"), at("2026-12-10T14:00:00Z"));
    assert_eq!((moved.get("D9"), moved.get("D10")), (Some(&dates), Some(&dates)), "{moved:?}");
}

/// Invariant 10: a grant ends with the window, at the sooner instant, and D13 stops it when nobody recertifies.
#[test]
fn grants_end_sooner_with_the_window() {
    let (world, engagement, grant) =
        World::open(framework(&[]), at("2026-11-23T14:00:00Z"), at("2026-12-23T14:00:00Z"));
    let suppose = Supposition::PlannedRelease { to: Some(at("2026-12-01T14:00:00Z")) };
    let plan = ask(&world, engagement, &suppose).expect("can be supposed");
    let stops = plan.grants();
    let [one] = stops.as_slice() else { panic!("one grant: {stops:?}") };
    assert_eq!(one.grant, grant);
    let told = |events: &[&CaseEvent]| {
        timed(events.iter().copied()).into_iter().map(|(_, code, at)| (code, at)).collect::<Vec<_>>()
    };
    assert_eq!(
        told(&one.before),
        [("grant.suspended", at("2026-12-07T14:00:00Z")), ("grant.expired", at("2026-12-23T14:00:00Z"))]
    );
    assert_eq!(told(&one.after), [("grant.expired", at("2026-12-01T14:00:00Z"))]);
    // A later release lengthens no window: both keys do.
    let later = Supposition::PlannedRelease { to: Some(at("2027-01-05T14:00:00Z")) };
    let plan = ask(&world, engagement, &later).expect("can be supposed");
    assert_eq!(timed(&plan.before.events), timed(&plan.after.events));
    let past = Supposition::PlannedRelease { to: Some(at("2026-11-20T14:00:00Z")) };
    let refused = ask(&world, engagement, &past).expect_err("a plan is about the future");
    assert_eq!(refused, Refusal::field("/suppose/to", FieldReason::InPast));
}

/// An engagement of which one condition is agreed and not signed.
fn unsigned() -> (World, Subject, Subject) {
    let mut world = World::new(framework(&[]), at("2026-11-05T14:00:00Z"));
    world.register(Some(at("2026-12-23T14:00:00Z")));
    world.determine(true);
    let engagement = world.engage();
    world.condition(engagement, "nda", None);
    let body = json!({ "attach_to": world.name(engagement), "template": "use_limitation" });
    let condition = world.create(Who::Dl, Kind::Condition, "attach", &body).expect("a condition");
    world.agree([Who::Dl, Who::Pl], condition, None);
    world.at(at("2026-11-09T14:00:00Z"));
    (world, engagement, condition)
}

/// E6, D6 and D22: what does not happen, what stays unmet, and who is reminded, until the condition is signed.
#[test]
fn an_unsigned_condition_keeps_its_engagement_back() {
    let (world, engagement, condition) = unsigned();
    let by = at("2026-12-01T14:00:00Z");
    let suppose = Supposition::ConditionUnsigned { condition: condition.id, by };
    let plan = ask(&world, engagement, &suppose).expect("can be supposed");
    assert_eq!(when(&plan.before.events, "engagement.ready"), Some(world.now));
    assert_eq!(when(&plan.after.events, "engagement.ready"), None);
    let waits = Unmet::ConditionNotInForce { condition: world.name(condition) };
    let newly = plan.newly_unmet();
    let instants: Vec<Instant> = newly
        .iter()
        .filter(|((guard, _), u)| *guard == "ready" && u.contains(&waits))
        .map(|((_, at), _)| *at)
        .collect();
    assert_eq!(instants, [world.now, by], "{newly:?}");
    let mut untouched = world.clone();
    untouched.at(at(UNTIL));
    assert_eq!(timed(&plan.after.events), timed(&untouched.log[world.log.len()..]));
    // Whoever signs acts: the clock of an idle engagement begins anew (D22).
    let lapses = [&plan.before, &plan.after].map(|course| when(&course.events, "engagement.lapsed").expect("lapses"));
    assert!(lapses[1] < lapses[0], "{lapses:?}");
    let [_, new] = plan.reminders();
    let signature = new.iter().filter(|tells| tells.of.open.kind.to_string() == "D6").count();
    assert_eq!(signature, 3, "two reminders and an escalation");
}

/// What cannot stay unsigned, and until when.
#[test]
fn only_what_waits_for_signatures_can_stay_unsigned() {
    let (mut world, engagement, condition) = unsigned();
    let field = |pointer, reason| Refusal::field(pointer, reason);
    let rows = [
        (condition, "2026-11-09T13:59:59Z", field("/suppose/by", FieldReason::InPast)),
        (condition, "2027-03-15T00:00:01Z", field("/suppose/by", FieldReason::TooFarAhead)),
        (engagement, "2026-12-01T14:00:00Z", field("/suppose/condition", FieldReason::NoSuchRecord)),
    ];
    for (subject, by, refusal) in rows {
        let suppose = Supposition::ConditionUnsigned { condition: subject.id, by: at(by) };
        assert_eq!(ask(&world, engagement, &suppose).expect_err("cannot be supposed"), refusal);
    }
    world.sign(Who::Da, condition).expect("can be signed");
    world.sign(Who::Gs, condition).expect("can be signed");
    let suppose = Supposition::ConditionUnsigned { condition: condition.id, by: at("2026-12-01T14:00:00Z") };
    let refused = ask(&world, engagement, &suppose).expect_err("it is in force");
    assert!(matches!(refused, Refusal::WrongStage { stage: "in_force", .. }), "{refused:?}");
}

fn version(id: &str, date: &str, changes: &[(&str, &str)]) -> Framework {
    let (id, date) = (format!("id = \"{id}\""), format!("effective_from = \"{date}\""));
    let named = [("id = \"v1.1\"", id.as_str()), ("effective_from = \"2000-01-01\"", date.as_str())];
    framework(&named.iter().chain(changes).copied().collect::<Vec<_>>())
}

/// Invariants 5 and 22: under another version, in force or to come, as both sides would pin it.
#[test]
fn another_version_is_told_as_a_migration_would_bring_it() {
    let cited = "window_cap_days = 45\nwindow_cap_authority = \"Example Act, section 12\"";
    let (mut world, engagement, _) =
        World::open(framework(&[]), at("2026-11-06T14:00:00Z"), at("2026-12-04T14:00:00Z"));
    let known = Arc::make_mut(&mut world.facts.frameworks);
    known.push(version("v2", "2026-11-08", &[("window_cap_days = 30", "window_cap_days = 20")]));
    known.push(version("v3", "2027-01-01", &[("window_cap_days = 30", cited)]));
    known.push(version("v4", "2027-02-01", &[("window_cap_days = 30", "window_cap_days = 10")]));
    world.at(at("2026-11-09T14:00:00Z"));
    for (name, closes) in [("v2", "2026-11-26T14:00:00Z"), ("v4", "2026-11-16T14:00:00Z")] {
        let suppose = Supposition::FrameworkVersion { version: name.to_owned() };
        let plan = ask(&world, engagement, &suppose).expect("can be supposed");
        assert_eq!(when(&plan.before.events, "engagement.window_closed"), Some(at("2026-12-04T14:00:00Z")));
        assert_eq!(when(&plan.after.events, "engagement.window_closed"), Some(at(closes)), "{name}");
        if name == "v2" {
            let mut real = world.clone();
            let to = json!({ "to": name });
            real.two_keys([Who::Da, Who::Pl], engagement, "migrate-framework", &to).expect("both sides migrate");
            real.at(at(UNTIL));
            assert_eq!(timed(&plan.after.events), timed(&real.log[world.log.len()..]));
        }
    }
    let rows =
        [("v1.1", FieldReason::AlreadyPinned), ("v3", FieldReason::LongerWindow), ("v9", FieldReason::NoSuchRecord)];
    for (name, reason) in rows {
        let suppose = Supposition::FrameworkVersion { version: name.to_owned() };
        let refused = ask(&world, engagement, &suppose).expect_err("cannot be supposed");
        assert_eq!(refused, Refusal::field("/suppose/version", reason), "{name}");
    }
    world.must(Who::Da, engagement, "close-window", &json!({}));
    let suppose = Supposition::FrameworkVersion { version: "v2".to_owned() };
    let over = ask(&world, engagement, &suppose).expect_err("nothing is pinned in close-out");
    assert!(matches!(over, Refusal::WrongStage { stage: "close_out", .. }), "{over:?}");
}

#[test]
fn the_horizon_has_bounds() {
    let now = at("2026-11-05T14:00:00Z");
    let ahead = |days: i64| crate::domain::time::plus(now, chrono::TimeDelta::days(days));
    assert_eq!(horizon(None, now), Ok(ahead(USUAL_DAYS)));
    assert_eq!(horizon(Some(ahead(MOST_DAYS)), now), Ok(ahead(MOST_DAYS)));
    for (until, reason) in [(now, FieldReason::InPast), (ahead(MOST_DAYS + 1), FieldReason::TooFarAhead)] {
        assert_eq!(horizon(Some(until), now), Err(Refusal::field("/until", reason)));
    }
}
