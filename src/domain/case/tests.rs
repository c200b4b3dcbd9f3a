//! The invariants of domain section 4 over random lives of a small case: people act in any order, in and out of turn,
//! while the clock moves over changes of daylight time. Every step is checked; the whole life is folded again at its end.
#![expect(clippy::wildcard_enum_match_arm, reason = "a test names the variants that it is about")]

use std::collections::BTreeSet;

use chrono::TimeDelta;
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use serde_json::json;

use super::{Case, CaseEvent, Event, evolve, settle};
use crate::domain::{
    actor::By,
    condition::{Condition, ConditionStage, coverage},
    engagement::{EngagementEvent, Outcome, Stage, is_eligible, rules_of},
    framework::WindowClock,
    grant::{Grant, access::Access},
    id::{Kind, RecordId, Subject},
    refusal::Refusal,
    testing::{Who, World, at, framework},
    time::{Instant, add_calendar_months, plus},
    workflow::tests as workflow,
};

/// One act of a random life. Numbers choose among what there is at that moment.
#[derive(Clone, Debug)]
enum Step {
    Pass {
        minutes: i64,
    },
    PassTo {
        edge: u8,
    },
    Plan {
        days: Option<i64>,
    },
    Engage {
        conditions: bool,
    },
    Schedule {
        keys: Keys,
        hours: i64,
        end: Option<i64>,
    },
    Extend {
        keys: Keys,
        bound: Option<i64>,
        end: Option<i64>,
    },
    Resume {
        keys: Keys,
    },
    Accept {
        who: Who,
    },
    Retract {
        who: Who,
    },
    Window {
        who: Who,
        name: &'static str,
    },
    LowerEnd {
        who: Who,
        hours: i64,
    },
    Withdraw,
    Release,
    AssessmentUse {
        seconds: u32,
    },
    Condition {
        which: usize,
        who: Who,
        name: &'static str,
    },
    Text {
        which: usize,
        who: Who,
    },
    Agree {
        which: usize,
        first: Who,
        second: Who,
        expires: Option<i64>,
    },
    Sign {
        which: usize,
        who: Who,
    },
    Replace {
        template: bool,
        expires: Option<i64>,
    },
    Grant {
        who: Who,
        name: &'static str,
    },
    /// A grant is suspended, and lifted at once.
    Interrupt,
    Request {
        who: Who,
    },
    Person {
        name: &'static str,
    },
    Determine {
        eligible: bool,
    },
    Supersede,
}

/// The first key of an act, and the second if it turns at once.
type Keys = (Who, Option<Who>);

fn keys() -> impl Strategy<Value = Keys> {
    prop_oneof![
        6 => prop::sample::select(vec![
            (Who::Da, Who::Pl), (Who::Pl, Who::Da), (Who::Da, Who::Dl), (Who::Dl, Who::Da), (Who::Ir, Who::Da),
        ]).prop_map(|(first, second)| (first, Some(second))),
        1 => (lead(), prop::option::of(lead())),
    ]
}

fn lead() -> impl Strategy<Value = Who> {
    prop::sample::select(vec![Who::Da, Who::Pl, Who::Dl, Who::Ir, Who::SecondDa])
}

fn hours(most: i64) -> impl Strategy<Value = i64> {
    prop_oneof![1..most, prop::sample::select(vec![0, 1, 24, 720])]
}

fn window_step() -> impl Strategy<Value = Step> {
    use Step as S;
    let window = prop::sample::select(vec![
        "open-window",
        "open-window",
        "suspend-window",
        "suspend-window",
        "suspend-window",
        "close-window",
    ]);
    prop_oneof![
        4 => (keys(), hours(200), prop::option::of(1..720_i64))
            .prop_map(|(keys, hours, end)| S::Schedule { keys, hours, end }),
        4 => (keys(), prop::option::of(1..900_i64), prop::option::of(1..900_i64))
            .prop_map(|(keys, bound, end)| S::Extend { keys, bound, end }),
        4 => keys().prop_map(|keys| S::Resume { keys }),
        2 => lead().prop_map(|who| S::Accept { who }),
        1 => lead().prop_map(|who| S::Retract { who }),
        4 => (lead(), window).prop_map(|(who, name)| S::Window { who, name }),
        1 => (lead(), 1..600_i64).prop_map(|(who, hours)| S::LowerEnd { who, hours }),
        3 => prop::option::weighted(0.9, 0..60_i64).prop_map(|days| S::Plan { days }),
    ]
}

fn other_step() -> impl Strategy<Value = Step> {
    use Step as S;
    let condition = prop::sample::select(vec![
        "clear-waiver",
        "report-breach",
        "cure-breach",
        "cure-breach",
        "waive",
        "acknowledge",
    ]);
    let grant = prop::sample::select(vec![
        "clear-prerequisites",
        "approve",
        "recertify",
        "recertify",
        "suspend",
        "lift-suspension",
        "revoke",
    ]);
    let person = prop::sample::select(vec!["attest", "record-training", "record-screening", "withdraw-screening"]);
    prop_oneof![
        10 => (1..12_000_i64).prop_map(|minutes| S::Pass { minutes }),
        10 => any::<u8>().prop_map(|edge| S::PassTo { edge }),
        4 => prop::bool::weighted(0.8).prop_map(|conditions| S::Engage { conditions }),
        1 => Just(S::Withdraw),
        1 => Just(S::Release),
        1 => (1..200_000_u32).prop_map(|seconds| S::AssessmentUse { seconds }),
        2 => (any::<usize>(), lead(), condition).prop_map(|(which, who, name)| S::Condition { which, who, name }),
        1 => (any::<usize>(), lead()).prop_map(|(which, who)| S::Text { which, who }),
        1 => (any::<usize>(), lead(), lead(), prop::option::of(1..900_i64))
            .prop_map(|(which, first, second, expires)| S::Agree { which, first, second, expires }),
        1 => (any::<usize>(), prop::sample::select(vec![Who::Da, Who::Gs, Who::Tc]))
            .prop_map(|(which, who)| S::Sign { which, who }),
        2 => (any::<bool>(), prop::option::of(1..900_i64))
            .prop_map(|(template, expires)| S::Replace { template, expires }),
        4 => (prop::sample::select(vec![Who::Da, Who::Ir, Who::Pl, Who::Dl]), grant)
            .prop_map(|(who, name)| S::Grant { who, name }),
        1 => Just(S::Interrupt),
        1 => prop::sample::select(vec![Who::Ev, Who::SecondEv]).prop_map(|who| S::Request { who }),
        2 => person.prop_map(|name| S::Person { name }),
        1 => prop::bool::weighted(0.8).prop_map(|eligible| S::Determine { eligible }),
        1 => Just(S::Supersede),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(prop_oneof![window_step(), other_step()], 10..36)
}

/// A life: the world, the engagement of the moment, and what was true before the step.
struct Life {
    world: World,
    engagement: Subject,
}

/// How far a life has come at its first step, and what it begins with.
#[derive(Clone, Copy, Debug)]
struct Beginning {
    paused: bool,
    autumn: bool,
    /// Hours until the window opens; not scheduled without.
    opens: Option<i64>,
    /// Hours after which a condition expires.
    expires: Option<i64>,
}

fn beginning() -> impl Strategy<Value = Beginning> {
    let opens = prop::option::weighted(0.8, prop_oneof![Just(0), 1..80_i64]);
    let expires = prop::option::weighted(0.3, 1..800_i64);
    (any::<bool>(), any::<bool>(), opens, expires).prop_map(|(paused, autumn, opens, expires)| Beginning {
        paused,
        autumn,
        opens,
        expires,
    })
}

fn start(beginning: Beginning) -> Life {
    let Beginning { paused, autumn, opens, expires } = beginning;
    let paused = paused.then_some(("window_clock = \"running\"", "window_clock = \"paused\""));
    let rules = framework(paused.as_slice());
    let now = if autumn { at("2026-10-20T13:00:00Z") } else { at("2027-02-25T14:00:00Z") };
    let (mut world, engagement) = World::ready(rules, now, Some(plus(now, TimeDelta::days(25))));
    if let Some(hours) = expires {
        world.condition(engagement, "cybersecurity", Some(plus(now, TimeDelta::hours(hours))));
    }
    world.evaluator(engagement, Who::Ev);
    if let Some(hours) = opens {
        world.schedule(engagement, plus(now, TimeDelta::hours(hours)), None).expect("can be scheduled");
    }
    Life { world, engagement }
}

impl Life {
    fn later(&self, hours: i64) -> Instant {
        plus(self.world.now, TimeDelta::hours(hours))
    }

    fn condition(&self, which: usize) -> Option<Subject> {
        let all: Vec<_> = self.world.case.conditions.keys().copied().collect();
        (!all.is_empty()).then(|| Subject::new(Kind::Condition, all[which % all.len()]))
    }

    fn last<T>(kind: Kind, entries: &super::Entries<T>) -> Option<Subject> {
        entries.last_key_value().map(|(id, _)| Subject::new(kind, *id))
    }

    /// Does the step; that it may be refused is part of the life.
    fn take(&mut self, step: &Step) -> Result<(), Refusal> {
        let (on, release) = (self.engagement, self.world.release());
        match step {
            Step::Pass { minutes } => self.pass(plus(self.world.now, TimeDelta::minutes(*minutes))),
            Step::PassTo { edge } => self.pass_to(*edge),
            Step::Plan { days } => {
                let to = days.map(|days| self.later(days * 24));
                return self.act(Who::Da, release, "set-planned-release", json!({ "to": to }));
            }
            Step::Engage { conditions } => return self.engage(*conditions),
            Step::Schedule { keys, hours, end } => {
                let open_at = self.later(*hours);
                let end = end.map(|end| plus(open_at, TimeDelta::hours(end)));
                return self.turn(*keys, "schedule-window", json!({ "open_at": open_at, "agreed_end": end }));
            }
            Step::Extend { keys, bound, end } => {
                let later = |hours: &i64| self.later(*hours);
                let body =
                    json!({ "release_bound": bound.as_ref().map(later), "earlier_end": end.as_ref().map(later) });
                return self.turn(*keys, "extend-window", body);
            }
            Step::Resume { keys } => return self.turn(*keys, "resume-window", json!({})),
            Step::Accept { who } => return self.offer(*who, "accept-offer"),
            Step::Retract { who } => return self.offer(*who, "retract-offer"),
            Step::Window { who, name: "suspend-window" } => {
                return self.act(*who, on, "suspend-window", json!({ "reason": "unstated" }));
            }
            Step::Window { who, name } => return self.act(*who, on, name, json!({})),
            Step::LowerEnd { who, hours } => {
                let body = json!({ "earlier_end": self.later(*hours) });
                return self.act(*who, on, "lower-end", body);
            }
            Step::Withdraw => return self.act(Who::Da, on, "withdraw", json!({})),
            Step::Release => return self.act(Who::Da, on, "record-release", json!({ "kind": "partner" })),
            Step::AssessmentUse { seconds } => {
                return self.act(Who::Da, release, "record-assessment-use", json!({ "seconds": seconds }));
            }
            Step::Condition { .. }
            | Step::Text { .. }
            | Step::Agree { .. }
            | Step::Sign { .. }
            | Step::Replace { .. } => {
                return self.conditions(step);
            }
            Step::Grant { .. } | Step::Interrupt | Step::Request { .. } | Step::Person { .. } => {
                return self.grants(step);
            }
            Step::Determine { eligible } => {
                self.world.determine(*eligible);
            }
            Step::Supersede => {
                let older = self.world.case.inquiries.keys().next().copied().expect("an inquiry");
                let newer = Self::last(Kind::Inquiry, &self.world.case.inquiries).expect("an inquiry");
                let body = json!({ "by": self.world.name(newer), "reason": "model_changed" });
                return self.act(Who::Dt, Subject::new(Kind::Inquiry, older), "supersede", body);
            }
        }
        Ok(())
    }

    #[expect(clippy::needless_pass_by_value, reason = "every caller makes the body where it stands")]
    fn act(&mut self, who: Who, on: Subject, name: &str, body: serde_json::Value) -> Result<(), Refusal> {
        self.world.act(who, on, name, &body).map(|_| ())
    }

    fn turn(&mut self, (first, second): Keys, name: &str, body: serde_json::Value) -> Result<(), Refusal> {
        self.act(first, self.engagement, name, body)?;
        second.map_or(Ok(()), |second| self.offer(second, "accept-offer"))
    }

    /// Time is folded step by step or at once, with the same result (invariant 28).
    fn pass(&mut self, now: Instant) {
        let half = self.world.now + (now - self.world.now) / 2;
        let mut stepwise = self.world.clone();
        stepwise.at(crate::domain::time::truncate(half));
        stepwise.at(now);
        self.world.at(now);
        assert!(stepwise.case == self.world.case, "folding forward depends on when it is asked");
        let mut again = self.world.case.clone();
        let more = settle(&mut again, &self.world.facts, Instant::MIN_UTC, now).expect("settles");
        assert!(more.is_empty() && again == self.world.case, "folding forward twice changes something");
    }

    /// Goes to just before, to, or just after the next instant at which time brings something.
    fn pass_to(&mut self, edge: u8) {
        let due = super::next_due(&self.world.case, &self.world.facts, self.world.now).expect("an answer");
        let Some(due) = due.filter(|due| *due > self.world.now) else { return };
        if due > plus(self.world.now, TimeDelta::days(80)) {
            return;
        }
        let now = plus(due, TimeDelta::microseconds(i64::from(edge % 3) - 1));
        if now > self.world.now {
            self.pass(now);
        }
    }

    fn engage(&mut self, conditions: bool) -> Result<(), Refusal> {
        if self.world.case.engagements.len() >= 3 {
            return Ok(());
        }
        let engagement = self.world.draft()?;
        self.engagement = engagement;
        let body = self.world.proposal();
        self.world.must(Who::Da, engagement, "propose", &body);
        if conditions {
            self.world.must(Who::Pl, engagement, "acknowledge", &json!({ "conflict_check": true }));
            self.world.cover(engagement);
            self.world.evaluator(engagement, Who::Ev);
        }
        Ok(())
    }

    fn offer(&mut self, who: Who, name: &str) -> Result<(), Refusal> {
        let offers = &self.world.engagement(self.engagement).offers;
        let hash = offers.last().map_or_else(|| "0".repeat(64), |offer| offer.hash.as_str().to_owned());
        self.act(who, self.engagement, name, json!({ "hash": hash }))
    }

    fn conditions(&mut self, step: &Step) -> Result<(), Refusal> {
        match step {
            Step::Condition { which, name, .. } if *name == "acknowledge" => {
                let Some(condition) = self.condition(*which) else { return Ok(()) };
                let body = json!({ "digest": self.world.digest(condition), "intent": true });
                self.act(Who::Ev, condition, name, body)
            }
            Step::Condition { which, who, name } => {
                let Some(condition) = self.condition(*which) else { return Ok(()) };
                let protected = self.world.case.conditions[&condition.id].state.protected;
                let done = self.act(*who, condition, name, json!({}));
                // Invariant 21: only the protected party waives.
                assert!(*name != "waive" || done.is_err() || who.side() == protected, "{who:?} waived");
                done
            }
            Step::Text { which, who } => {
                let Some(condition) = self.condition(*which) else { return Ok(()) };
                let text = format!("Text {}", self.world.log.len());
                let parent = self.world.digest(condition);
                let body = json!({ "text": text, "parent": parent, "unclassified_attestation": true });
                self.act(*who, condition, "upload-text", body)
            }
            Step::Agree { which, first, second, expires } => {
                let Some(condition) = self.condition(*which) else { return Ok(()) };
                let expires = expires.map(|hours| self.later(hours));
                let body = json!({
                    "digest": self.world.digest(condition), "effective_at": self.later(3), "expires_at": expires,
                });
                self.act(*first, condition, "offer-agreement", body)?;
                let offers = &self.world.case.conditions[&condition.id].state.offers;
                let hash = offers.last().expect("an offer").hash.clone();
                self.act(*second, condition, "accept-agreement", json!({ "hash": hash }))
            }
            Step::Sign { which, who } => {
                let Some(condition) = self.condition(*which) else { return Ok(()) };
                self.world.sign(*who, condition).map(|_| ())
            }
            Step::Replace { template, expires } => {
                let template = if *template { "nda" } else { "use_limitation" };
                let body = json!({ "attach_to": self.world.name(self.engagement), "template": template });
                let condition = self.world.create(Who::Dl, Kind::Condition, "attach", &body)?;
                let expires = expires.map(|hours| self.later(hours));
                self.world.agree([Who::Pl, Who::Dl], condition, expires);
                self.world.sign(Who::Da, condition)?;
                self.world.sign(Who::Gs, condition).map(|_| ())
            }
            _ => Ok(()),
        }
    }

    fn grants(&mut self, step: &Step) -> Result<(), Refusal> {
        match step {
            Step::Grant { who, name } => {
                let Some(grant) = Self::last(Kind::Grant, &self.world.case.grants) else { return Ok(()) };
                self.act(*who, grant, name, json!({}))
            }
            Step::Interrupt => {
                let Some(grant) = Self::last(Kind::Grant, &self.world.case.grants) else { return Ok(()) };
                self.act(Who::Dl, grant, "suspend", json!({}))?;
                self.act(Who::Da, grant, "lift-suspension", json!({}))
            }
            Step::Request { who } => self.world.request(Who::Pl, self.engagement, *who).map(|_| ()),
            Step::Person { name } => {
                let record = World::record(Who::Ev);
                let now = self.world.now;
                match *name {
                    "attest" => self.act(Who::Ev, record, name, json!({ "intent": true })),
                    "record-training" => self.act(Who::Ir, record, name, json!({ "trained_at": now })),
                    "record-screening" => self.act(Who::Ir, record, name, json!({ "reference": "S-2" })),
                    _ => self.act(Who::Ir, record, "record-screening", json!({ "reference": null })),
                }
            }
            _ => Ok(()),
        }
    }
}

/// What one step did, for the checks.
struct Change<'a> {
    before: &'a World,
    after: &'a World,
    happened: &'a [CaseEvent],
}

impl Change<'_> {
    /// Invariants 3, 4 and 6: neither open time nor, under a running clock, the time from first opening to last close
    /// of all windows of the release exceeds the cap.
    fn cap(&self) {
        let world = self.after;
        let windows = world.case.engagements.values().filter_map(|entry| entry.state.window.as_ref());
        let cap = TimeDelta::days(30);
        let open: TimeDelta = windows.clone().map(|window| window.open_time(world.now)).sum();
        assert!(open <= cap, "open for {open} in all");
        if world.facts.frameworks[0].window_clock == WindowClock::Running {
            let used: TimeDelta = windows.map(|window| window.used(WindowClock::Running, world.now)).sum();
            assert!(used <= cap, "{used} from first opening to last close");
        }
    }

    /// Invariant 5: a window's end moves later by an extension with both keys, or a resumption under a paused clock,
    /// alone; it is never past the planned release in force.
    fn end(&self) {
        for (id, entry) in &self.after.case.engagements {
            let end = |world: &World| {
                let window = world.case.engagements.get(id)?.state.window.clone()?;
                window.close_at(&rules_of(&world.case, *id, &world.facts, world.now).expect("rules"))
            };
            let Some(now) = end(self.after) else { continue };
            if !entry.state.stage.has_window() {
                continue;
            }
            if let Some(planned) = self.after.case.release().and_then(|(_, release)| release.state.planned) {
                assert!(now <= planned, "ends at {now}, past the planned release {planned}");
            }
            let raised = self.happened.iter().any(|happened| {
                let by_a_key = matches!(
                    happened.event,
                    Event::Engagement(EngagementEvent::WindowExtended { .. } | EngagementEvent::WindowResumed)
                );
                by_a_key && happened.by.account.is_some()
            });
            if let Some(before) = end(self.before) {
                assert!(now <= before || raised, "the end moved from {before} to {now} without a key");
            }
        }
    }

    /// Invariants 8, 9 and 10, reckoned independently: access is effective only while the window is open, the
    /// conditions are in force and the person is valid; and it is over by the instant that it names.
    fn access(&self) {
        let world = self.after;
        for (id, entry) in &world.case.grants {
            let subject = Subject::new(Kind::Grant, *id);
            let Access::Allowed { until } = world.access(subject) else { continue };
            let grant = &entry.state;
            let engagement = &world.case.engagements[&grant.engagement].state;
            assert_eq!(engagement.stage, Stage::WindowOpen, "access without an open window");
            self.conditions_in_force(grant);
            self.person_is_valid(grant);
            let until = until.expect("an end");
            assert!(until > world.now, "access until {until} at {}", world.now);
            let mut later = world.clone();
            later.at(until);
            assert!(!later.allowed(subject), "access at its own end {until}");
        }
    }

    fn conditions_in_force(&self, grant: &Grant) {
        let world = self.after;
        let under = Subject::new(Kind::Engagement, grant.engagement);
        let conditions: Vec<&Condition> = world.case.conditions_of(under).map(|(_, c)| &c.state).collect();
        for condition in &conditions {
            let holds = matches!(condition.stage, ConditionStage::InForce | ConditionStage::Waived);
            assert!(holds || !condition.required, "access while {} is {:?}", condition.template, condition.stage);
            assert_ne!(condition.stage, ConditionStage::Breached, "access in spite of a breach");
            let expired = condition.agreed.as_ref().and_then(|agreed| agreed.expires_at);
            let over = condition.stage == ConditionStage::InForce && expired.is_some_and(|ends| ends <= world.now);
            assert!(!over, "in force past its expiry");
            let binds = condition.stage == ConditionStage::InForce && condition.personal;
            assert!(!binds || condition.is_acknowledged_by(grant.holder), "access without acknowledgement");
        }
        let required = &world.facts.frameworks[0].required_coverage;
        assert_eq!(coverage(required, conditions.into_iter()), [], "access without coverage");
    }

    fn person_is_valid(&self, grant: &Grant) {
        let person = self.after.case.person(grant.holder).expect("a record");
        let zone = self.after.facts.frameworks[0].zone;
        for renewed in [person.attested_at, person.trained_at] {
            let renewed = renewed.expect("attested and trained");
            assert!(self.after.now < add_calendar_months(renewed, 12, zone), "access on an expired attestation");
        }
        assert!(person.screening.is_some() && person.export_screening.is_some(), "access unscreened");
    }

    /// Invariant 20: what was signed stays as it was signed.
    fn signed_text(&self) {
        for (id, entry) in &self.before.case.conditions {
            let (before, after) = (&entry.state, &self.after.case.conditions[id].state);
            assert_eq!(after.versions[..before.versions.len()], before.versions, "a text was replaced");
            if !before.signatures.is_empty() {
                assert_eq!(after.versions, before.versions, "a text was added after a signature");
                assert_eq!(after.agreed, before.agreed, "the terms changed after a signature");
                assert!(after.signatures.starts_with(&before.signatures), "a signature was lost");
            }
            for signature in &after.signatures {
                assert_eq!(Some(&signature.digest), after.agreed.as_ref().map(|agreed| &agreed.digest));
            }
        }
    }

    /// Invariant 27: the scheduler opens, closes, suspends and expires; it never signs, consents, decides or proposes.
    fn scheduler(&self) {
        const TIMED: [&str; 17] = [
            "engagement.ready",
            "engagement.window_opened",
            "engagement.opening_missed",
            "engagement.window_closed",
            "engagement.fell_back_to_conditions",
            "condition.took_force",
            "condition.expired",
            "condition.discharged",
            "nomination.selected",
            "nomination.activated",
            "nomination.expired",
            "nomination.lapsed",
            "grant.activated",
            "grant.suspended",
            "grant.expired",
            "grant.closed",
            "engagement.lapsed",
        ];
        for happened in self.happened.iter().filter(|happened| happened.by == By::SCHEDULER) {
            assert!(TIMED.contains(&happened.event.code()), "time brought {}", happened.event.code());
        }
        let mut last = Instant::MIN_UTC;
        for happened in self.happened {
            assert!(happened.effective_at >= last && happened.effective_at <= self.after.now, "out of order");
            last = happened.effective_at;
        }
    }

    /// Domain section 3.0: at most one engagement of a release is live; gates hold what they gate (invariant 7).
    fn gates(&self) {
        let engagements = self.after.case.engagements.values();
        assert!(engagements.filter(|entry| entry.state.stage.is_live()).count() <= 1, "two live engagements");
        let opened = self.happened.iter().any(|happened| happened.event.code() == "engagement.window_opened");
        assert!(!opened || is_eligible(&self.after.case), "opened without eligibility");
        let outcome = |world: &World, id: &RecordId| match world.case.engagements.get(id)?.state.stage {
            Stage::CloseOut { outcome } | Stage::Closed { outcome } => Some(outcome),
            _ => None,
        };
        for id in self.before.case.engagements.keys() {
            if let Some(fixed) = outcome(self.before, id) {
                assert_eq!(outcome(self.after, id), Some(fixed), "a fixed outcome changed");
            }
        }
    }
}

/// Invariant 1: from every state that is not terminal the developer's official withdraws, and from every state records a
/// release, with nothing else; the first of the two fixes the outcome.
fn can_leave(life: &Life) {
    let stage = life.world.engagement(life.engagement).stage.clone();
    let outcome = |world: &World| match world.engagement(life.engagement).stage {
        Stage::CloseOut { outcome } | Stage::Closed { outcome } => Some(outcome),
        _ => None,
    };
    let release = json!({ "kind": "public" });
    let (withdrawn, released) = match &stage {
        Stage::CloseOut { outcome } | Stage::Closed { outcome } => (*outcome, *outcome),
        stage if stage.is_before_window() => (Outcome::Withdrawn, Outcome::ReleasedWithoutWindow),
        _ => (Outcome::Withdrawn, Outcome::ReleasedEarly),
    };
    if !matches!(stage, Stage::Closed { .. }) {
        let mut world = life.world.clone();
        world.must(Who::Da, life.engagement, "withdraw", &json!({}));
        assert_eq!(outcome(&world), Some(withdrawn));
        world.must(Who::Da, life.engagement, "record-release", &release);
        assert_eq!(outcome(&world), Some(withdrawn));
    }
    let mut world = life.world.clone();
    world.must(Who::Da, life.engagement, "record-release", &release);
    assert_eq!(outcome(&world), Some(released));
}

/// Folding all that happened gives the case as it was carried along; events and states survive JSON.
fn refolds(world: &World) {
    let mut refolded = Case::default();
    for happened in &world.log {
        let json = serde_json::to_string(&happened.event).expect("JSON");
        let event: Event = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{json}: {error}"));
        assert_eq!(event, happened.event, "{json}");
        evolve(&mut refolded, &CaseEvent { event, ..happened.clone() });
    }
    assert!(refolded == world.case, "folding again gives another case");
    let mut stored = Case::default();
    for subject in world.case.subjects() {
        let reference = world.name(subject);
        let state = world.case.state(subject).expect("JSON").to_string();
        stored.insert(subject, reference, serde_json::from_str(&state).expect("JSON")).expect("the same state");
    }
    assert!(stored == world.case, "storing changes the case");
}

/// Steps of several commands, of which a later one may be refused.
const fn is_several(step: &Step) -> bool {
    matches!(
        step,
        Step::Agree { .. }
            | Step::Replace { .. }
            | Step::Schedule { .. }
            | Step::Extend { .. }
            | Step::Resume { .. }
            | Step::Interrupt
    )
}

fn live(beginning: Beginning, steps: &[Step]) -> BTreeSet<&'static str> {
    let mut life = start(beginning);
    for step in steps {
        let before = life.world.clone();
        // What is refused leaves nothing: `act` folds time forward and no more.
        let refused = life.take(step).is_err();
        let happened = &life.world.log[before.log.len()..];
        let change = Change { before: &before, after: &life.world, happened };
        assert!(!refused || is_several(step) || happened.is_empty());
        change.cap();
        change.end();
        change.access();
        change.signed_text();
        change.scheduler();
        change.gates();
        can_leave(&life);
    }
    refolds(&life.world);
    for edge in life.world.edges() {
        assert!(workflow::row_of(&edge).is_some(), "no row for {edge:?}");
    }
    life.world.log.iter().map(|happened| happened.event.code()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_shrink_iters: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Invariants 1, 3 to 10, 20, 21, 27 and 28, and folding again.
    #[test]
    fn a_random_life_keeps_the_invariants(beginning in beginning(), steps in steps()) {
        live(beginning, &steps);
    }
}

/// The lives above would prove little if they ended before anything happened.
#[test]
fn random_lives_reach_every_kind_of_step() {
    let mut runner = TestRunner::deterministic();
    let mut reached = BTreeSet::new();
    for _ in 0..60 {
        let (beginning, steps) = (beginning(), steps()).new_tree(&mut runner).expect("a life").current();
        reached.extend(live(beginning, &steps));
    }
    let telling = [
        "condition.breached",
        "condition.expired",
        "condition.waived",
        "engagement.end_lowered",
        "engagement.fell_back_to_conditions",
        "engagement.opening_missed",
        "engagement.released_before_window",
        "engagement.window_closed",
        "engagement.window_extended",
        "engagement.window_opened",
        "engagement.window_resumed",
        "engagement.window_shrunk",
        "engagement.window_suspended",
        "engagement.withdrawn",
        "grant.activated",
        "grant.recertified",
        "grant.suspended",
        "grant.suspension_lifted",
        "release.released",
    ];
    let missed: Vec<_> = telling.into_iter().filter(|code| !reached.contains(code)).collect();
    assert_eq!(missed, Vec::<&str>::new(), "no life came to these");
}
