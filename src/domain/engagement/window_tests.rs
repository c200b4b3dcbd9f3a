//! The window table: `tests/window/cases.json` is replayed through the case machinery, by the commands that people give
//! and by time, and compared step by step with `expected.json`, which another program wrote from the wording of the
//! rules (`tests/window/README.md`).
#![expect(clippy::wildcard_enum_match_arm, reason = "a test names the variants that it is about")]

use chrono::{NaiveDateTime, TimeDelta};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{AccessMode, EngagementEvent, Outcome, Stage, rules_of, window::Rules};
use crate::domain::{
    case::Event,
    framework::WindowClock,
    grant::access::Access,
    id::{Kind, RecordId, Subject},
    refusal::{FieldReason, Refusal, Unmet},
    testing::{Who, World, at, framework},
    time::{Instant, plus, resolve_local},
};

#[derive(Deserialize)]
struct Scenario {
    name: String,
    zone: chrono_tz::Tz,
    window_cap_days: u32,
    clock: String,
    recorded_use_seconds: f64,
    #[serde(default)]
    earlier_engagements: Vec<Vec<Value>>,
    steps: Vec<Value>,
    stated_end: Option<Value>,
}

#[derive(Deserialize)]
struct Expected {
    name: String,
    earlier_engagements: Vec<Vec<Answer>>,
    steps: Vec<Answer>,
    ended_by: Option<String>,
    denied_at: Option<Instant>,
    allowed_until: Option<Instant>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Answer {
    accepted: bool,
    refusal: Option<String>,
    state: String,
    close_at: Option<Instant>,
    used_micros_after: i64,
}

/// The replay of one engagement.
struct Replay<'a> {
    world: World,
    engagement: Subject,
    scenario: &'a Scenario,
    /// The opening was scheduled for the very instant: time opened the window at once, while the table counts it as
    /// scheduled until its own `open`.
    opened_at_once: bool,
}

impl Scenario {
    fn instant(&self, value: &Value) -> Option<Instant> {
        match value {
            Value::Null => None,
            Value::String(text) => Some(at(text)),
            Value::Object(local) => {
                let text = local["local"].as_str().expect("a local time");
                let seconds = if text.len() == 16 { format!("{text}:00") } else { text.to_owned() };
                Some(resolve_local(seconds.parse::<NaiveDateTime>().expect("a local time"), self.zone))
            }
            other => panic!("{other} is no instant"),
        }
    }

    /// The world at the first step: everything but the arithmetic holds.
    fn world(&self) -> World {
        let zone = format!("zone = \"{}\"", self.zone);
        let cap = format!("window_cap_days = {}", self.window_cap_days);
        let clock = format!("window_clock = \"{}\"", self.clock);
        let rules = framework(&[
            ("zone = \"America/New_York\"", &zone),
            ("window_cap_days = 30", &cap),
            ("window_clock = \"running\"", &clock),
            // The table is about windows: the grant that watches it shall not end sooner, nor the engagement lapse.
            ("idle_lapse = { length = \"90 d\"", "idle_lapse = { length = \"4000 d\""),
            ("grant_recertification = { length = \"14 d\"", "grant_recertification = { length = \"400 d\""),
            ("personal_attestation = { length = \"12 mo\"", "personal_attestation = { length = \"120 mo\""),
        ]);
        let first = self.earlier_engagements.iter().flatten().chain(&self.steps).next().expect("a step");
        let start = self.instant(&first["at"]).expect("an instant");
        let mut world = World::new(rules, start);
        world.register(None);
        world.determine(true);
        self.record_use(&mut world);
        world
    }

    /// Whole seconds are recorded by command; parts of a second, which no command takes, as an earlier window.
    fn record_use(&self, world: &mut World) {
        let release = world.release();
        if self.recorded_use_seconds.fract() == 0.0 {
            #[expect(clippy::cast_possible_truncation, reason = "the fraction is zero")]
            let mut left = self.recorded_use_seconds as i64;
            while left > 0 {
                let seconds = left.min(2_592_000);
                world.must(Who::Da, release, "record-assessment-use", &json!({ "seconds": seconds }));
                left -= seconds;
            }
            return;
        }
        #[expect(clippy::cast_possible_truncation, reason = "the table gives whole microseconds")]
        let used = TimeDelta::microseconds((self.recorded_use_seconds * 1e6).round() as i64);
        let (now, earlier) = (world.now, Subject::new(Kind::Engagement, RecordId(uuid::Uuid::from_u128(1))));
        let developer = crate::domain::testing::DEVELOPER;
        let drafted =
            EngagementEvent::Drafted { developer, release: release.id, access_mode: AccessMode::DeveloperHostedApi };
        let opened = EngagementEvent::WindowOpened { release_bound: now, earlier_end: None };
        let closed = EngagementEvent::WindowClosed { outcome: Outcome::Completed };
        for (when, event) in [(plus(now, -used), drafted), (plus(now, -used), opened), (now, closed)] {
            world.now = when;
            world.fold(earlier, Event::Engagement(event));
        }
    }
}

impl Replay<'_> {
    /// A further engagement of the same release, ready to be scheduled.
    fn next(world: World, scenario: &Scenario) -> Replay<'_> {
        let mut world = world;
        let engagement = world.engage();
        world.cover(engagement);
        Replay { world, engagement, scenario, opened_at_once: false }
    }

    fn step(&mut self, step: &Value) -> Answer {
        let now = self.scenario.instant(&step["at"]).expect("an instant");
        let kind = step["do"].as_str().expect("an act");
        let refusal = if kind == "open" { self.open(now) } else { self.command(kind, step, now) };
        self.opened_at_once = match self.world.engagement(self.engagement).stage {
            Stage::WindowOpen => self.opened_at_once || kind == "schedule",
            _ => false,
        };
        let refusal = refusal.err().map(|refusal| self.word(kind, &refusal).to_owned());
        let (state, close_at) = self.state();
        let used_micros_after = self.used(now);
        Answer { accepted: refusal.is_none(), refusal, state: state.to_owned(), close_at, used_micros_after }
    }

    /// E8: at its own instant time opens the window, sooner the developer official does.
    fn open(&mut self, now: Instant) -> Result<(), Refusal> {
        if std::mem::take(&mut self.opened_at_once) {
            return Ok(());
        }
        if let Stage::WindowScheduled { open_at, missed: false, .. } = self.world.engagement(self.engagement).stage
            && open_at == now
        {
            let before = self.world.log.len();
            self.world.at(now);
            return self.world.log[before..].iter().try_for_each(|happened| match &happened.event {
                Event::Engagement(EngagementEvent::OpeningMissed { unmet }) => Err(Refusal::Unmet(unmet.clone())),
                _ => Ok(()),
            });
        }
        self.world.at(now);
        self.world.act(Who::Da, self.engagement, "open-window", &json!({})).map(|_| ())
    }

    fn command(&mut self, kind: &str, step: &Value, now: Instant) -> Result<(), Refusal> {
        self.world.at(now);
        let instant = |field: &str| self.scenario.instant(&step[field]);
        let (on, release) = (self.engagement, self.world.release());
        let keys = [Who::Da, Who::Pl];
        let world = &mut self.world;
        match kind {
            "set_planned_release" => {
                world.act(Who::Da, release, "set-planned-release", &json!({ "to": instant("to") })).map(|_| ())
            }
            "schedule" => world.schedule(on, instant("open_at").expect("an opening"), instant("agreed_end")),
            "suspend" => world.act(Who::Da, on, "suspend-window", &json!({ "reason": "unstated" })).map(|_| ()),
            "resume" => world.two_keys([Who::Da, Who::Dl], on, "resume-window", &json!({})),
            "set_earlier_end" => {
                world.act(Who::Pl, on, "lower-end", &json!({ "earlier_end": instant("to") })).map(|_| ())
            }
            "extend" => {
                let body = json!({ "release_bound": instant("release_bound"), "earlier_end": instant("earlier_end") });
                world.two_keys(keys, on, "extend-window", &body)
            }
            "record_release" => world.act(Who::Da, on, "record-release", &json!({ "kind": "partner" })).map(|_| ()),
            "close" => world.act(Who::Pl, on, "close-window", &json!({})).map(|_| ()),
            other => panic!("{other} is no act of the table"),
        }
    }

    /// The table's word for a refusal.
    fn word(&self, kind: &str, refusal: &Refusal) -> &'static str {
        match (kind, refusal) {
            (_, Refusal::WrongStage { stage: "close_out" | "closed", .. }) => "window_closed",
            ("open" | "set_earlier_end", Refusal::WrongStage { .. }) => "not_scheduled",
            ("suspend" | "close", Refusal::WrongStage { .. }) => "not_open",
            ("resume", Refusal::WrongStage { .. }) => "not_suspended",
            (_, Refusal::Unmet(unmet)) => match unmet.as_slice() {
                [Unmet::OpensTooEarly { .. }] => "open_too_early",
                [Unmet::ReleaseNotPlanned] => "release_not_planned",
                [Unmet::NothingLeft] => "nothing_left",
                other => panic!("{}: {kind}: {other:?}", self.scenario.name),
            },
            ("schedule", Refusal::Field { pointer: "/open_at", reason: FieldReason::InPast }) => "open_in_past",
            ("set_earlier_end", Refusal::Field { reason: FieldReason::NotSooner, .. }) => "end_not_earlier",
            ("set_earlier_end" | "schedule", Refusal::Field { reason: FieldReason::EndBeforeStart, .. }) => {
                "nothing_left"
            }
            ("extend", Refusal::Field { reason: FieldReason::PastPlannedRelease, .. }) => "extension_past_planned",
            ("extend", Refusal::Field { reason: FieldReason::PastCap, .. }) => "extension_past_cap",
            other => panic!("{}: unexpected {other:?}", self.scenario.name),
        }
    }

    fn rules(&self) -> Rules {
        let world = &self.world;
        rules_of(&world.case, self.engagement.id, &world.facts, world.now).expect("rules")
    }

    fn state(&self) -> (&'static str, Option<Instant>) {
        let engagement = self.world.engagement(self.engagement);
        let close = engagement.window.as_ref().and_then(|window| window.close_at(&self.rules()));
        match &engagement.stage {
            Stage::WindowScheduled { open_at, agreed_end, .. } => {
                let planned = self.world.case.release().and_then(|(_, release)| release.state.planned);
                let close = planned.and_then(|planned| self.rules().projected_close(*open_at, planned, *agreed_end));
                ("scheduled", close)
            }
            Stage::WindowOpen if self.opened_at_once => ("scheduled", close),
            Stage::WindowOpen => ("open", close),
            Stage::Suspended { .. } => ("suspended", close),
            Stage::CloseOut { .. } | Stage::Closed { .. } => ("closed", close),
            Stage::Draft | Stage::Proposed | Stage::Conditions | Stage::Ready => ("none", None),
        }
    }

    fn used(&self, now: Instant) -> i64 {
        let rules = self.rules();
        let own = self.world.engagement(self.engagement).window.as_ref().map(|window| window.used(rules.clock, now));
        let used = rules.used_before + own.unwrap_or_default();
        used.num_microseconds().expect("a span")
    }

    /// Half-open: access up to the last microsecond before the end, none at the end (domain section 3.3).
    fn check_edge(&self, grant: Subject, expected: &Expected, history: &[World]) {
        let name = &expected.name;
        let Some(denied_at) = expected.denied_at else { return };
        if let Some(allowed_until) = expected.allowed_until {
            let mut world = history.iter().rfind(|world| world.now <= allowed_until).expect("a step before").clone();
            world.at(allowed_until);
            let access = world.access(grant);
            // A later step may bring the end nearer than was known here.
            let known = matches!(access, Access::Allowed { until: Some(until) } if until >= denied_at);
            assert!(known, "{name}: at {allowed_until}: {access:?}");
            if self.world.now <= allowed_until {
                assert_eq!(access, Access::Allowed { until: Some(denied_at) }, "{name}: at {allowed_until}");
            }
        }
        // Not folded forward: the arithmetic alone denies it too (invariant 28).
        let window = self.world.engagement(self.engagement).window.clone().expect("a window");
        assert!(!window.is_open_at(&self.rules(), denied_at), "{name}: open at its end");
        let mut world = self.world.clone();
        world.at(denied_at.max(world.now));
        assert!(!world.allowed(grant), "{name}: access at {denied_at}");
        let Stage::CloseOut { outcome } = world.engagement(self.engagement).stage else {
            panic!("{name}: not over at {denied_at}")
        };
        let ended = world.engagement(self.engagement).window.as_ref().and_then(|window| window.closed_at);
        assert_eq!(ended, Some(denied_at), "{name}");
        let by = match expected.ended_by.as_deref() {
            Some("release") => Outcome::ReleasedEarly,
            _ => Outcome::Completed,
        };
        assert_eq!(outcome, by, "{name}");
    }
}

fn replay(scenario: &Scenario, expected: &Expected) {
    let name = &scenario.name;
    let mut world = scenario.world();
    for (index, (steps, answers)) in scenario.earlier_engagements.iter().zip(&expected.earlier_engagements).enumerate()
    {
        world.at(scenario.instant(&steps[0]["at"]).expect("an instant"));
        let mut earlier = Replay::next(world, scenario);
        for (number, (step, answer)) in steps.iter().zip(answers).enumerate() {
            assert_eq!(earlier.step(step), *answer, "{name}: earlier {index}, step {number}: {step}");
        }
        world = earlier.world;
    }
    world.at(scenario.instant(&scenario.steps[0]["at"]).expect("an instant"));
    let mut tested = Replay::next(world, scenario);
    let engagement = tested.engagement;
    let grant = tested.world.evaluator(engagement, Who::Ev);
    assert_eq!(scenario.steps.len(), expected.steps.len(), "{name}");
    let mut history = Vec::new();
    for (number, (step, answer)) in scenario.steps.iter().zip(&expected.steps).enumerate() {
        assert_eq!(tested.step(step), *answer, "{name}: step {number}: {step}");
        history.push(tested.world.clone());
    }
    if let Some(stated) = scenario.stated_end.as_ref().and_then(|end| scenario.instant(end)) {
        assert_eq!(tested.state().1, Some(stated), "{name}: the stated end");
    }
    tested.check_edge(grant, expected, &history);
}

/// Domain section 3.3, and invariants 3 to 6, 8 and 9 in every case of the table.
#[test]
fn every_case_of_the_window_table_comes_out_as_the_oracle_says() {
    let scenarios: Vec<Scenario> =
        serde_json::from_str(include_str!("../../../tests/window/cases.json")).expect("cases");
    let expected: Vec<Expected> =
        serde_json::from_str(include_str!("../../../tests/window/expected.json")).expect("answers");
    assert!(scenarios.len() > 100 && scenarios.len() == expected.len());
    for (scenario, expected) in scenarios.iter().zip(&expected) {
        assert_eq!(scenario.name, expected.name);
        replay(scenario, expected);
    }
}

/// A plan is about the future, and once a window is closed it changes nothing there.
#[test]
fn a_planned_date_is_not_past_and_does_not_move_a_closed_window() {
    let (mut world, engagement, _) =
        World::open(framework(&[]), at("2026-11-09T14:00:00Z"), at("2026-12-09T14:00:00Z"));
    let release = world.release();
    let past = world.refused(Who::Da, release, "set-planned-release", &json!({ "to": "2026-11-09T13:59:59Z" }));
    assert_eq!(past, Refusal::field("/to", FieldReason::InPast));
    world.hours(1);
    world.must(Who::Pl, engagement, "close-window", &json!({}));
    let before = world.engagement(engagement).window.clone();
    world.must(Who::Da, release, "set-planned-release", &json!({ "to": "2026-11-20T14:00:00Z" }));
    world.must(Who::Da, release, "set-planned-release", &json!({ "to": null }));
    assert_eq!(world.engagement(engagement).window, before);
}

/// The planned date may be the present instant: the window ends then and there.
#[test]
fn a_planned_date_of_now_ends_the_window_at_once() {
    let (mut world, engagement, grant) =
        World::open(framework(&[]), at("2026-11-09T14:00:00Z"), at("2026-12-09T14:00:00Z"));
    world.hours(5);
    let (release, now) = (world.release(), world.now);
    world.must(Who::Da, release, "set-planned-release", &json!({ "to": now }));
    assert_eq!(world.engagement(engagement).window.as_ref().and_then(|window| window.closed_at), Some(now));
    assert_eq!((world.stage(engagement), world.stage(grant)), ("close_out", "expired"));
}

/// A window suspended under a paused clock shows no end; its used time stands still.
#[test]
fn a_paused_clock_counts_open_time_alone() {
    let rules = framework(&[("window_clock = \"running\"", "window_clock = \"paused\"")]);
    assert_eq!(rules.window_clock, WindowClock::Paused);
    let (mut world, engagement, _) = World::open(rules, at("2026-11-09T14:00:00Z"), at("2026-12-09T14:00:00Z"));
    world.hours(24);
    world.must(Who::Da, engagement, "suspend-window", &json!({ "reason": "operational" }));
    world.hours(100);
    let rules = rules_of(&world.case, engagement.id, &world.facts, world.now).expect("rules");
    let window = world.engagement(engagement).window.clone().expect("a window");
    assert_eq!(window.close_at(&rules), None);
    assert_eq!(window.used(rules.clock, world.now), TimeDelta::hours(24));
    world.two_keys([Who::Da, Who::Dl], engagement, "resume-window", &json!({})).expect("resumes");
    let window = world.engagement(engagement).window.clone().expect("a window");
    assert_eq!(window.close_at(&rules), Some(at("2026-12-09T14:00:00Z")), "the release binds before the cap does");
}

/// `window_anchored`: the order's days are counted back from the planned partner release. A version that does not anchor
/// lets a window open sooner; the cap and the release bind it all the same.
#[test]
fn only_an_anchored_window_opens_within_the_cap_of_the_release() {
    let planned = "2027-03-01T14:00:00Z";
    let sooner = at("2026-12-01T14:00:00Z");
    let earliest = at("2027-01-30T14:00:00Z");
    for (changes, refused) in [
        (&[][..], Some(Refusal::Unmet(vec![Unmet::OpensTooEarly { earliest }]))),
        (&[("window_anchored = true", "window_anchored = false")][..], None),
    ] {
        let (mut world, engagement) = World::ready(framework(changes), at("2026-11-09T14:00:00Z"), Some(at(planned)));
        assert_eq!(world.schedule(engagement, sooner, None).err(), refused);
        if refused.is_none() {
            world.at(sooner);
            assert_eq!(world.stage(engagement), "window_open");
            world.at(at("2026-12-31T14:00:00Z"));
            assert_eq!(world.stage(engagement), "close_out", "the cap");
        }
    }
}
