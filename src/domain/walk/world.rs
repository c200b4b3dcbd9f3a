//! What is walked through: the cases at an instant, and beside each what the walk itself keeps of the events, so that
//! the invariants are not judged by the sums of the rules that they judge.

use std::{collections::BTreeMap, rc::Rc};

use chrono::TimeDelta;
use serde_json::Value;

use crate::{
    authz::permit::Permit,
    domain::{
        actor::Actor,
        case::{self, Case, CaseEvent, Decided, Event, Facts},
        command::Command,
        engagement::EngagementEvent,
        grant::access::{self, Access, Asker},
        id::{AccountId, Kind, RecordId, Subject},
        nomination::{Answer, NominationEvent},
        refusal::Refusal,
        release::ReleaseEvent,
        testing::World,
        time::Instant,
    },
};

/// One developer's release with what the walk keeps of it.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    pub case: Case,
    pub ghost: Ghost,
}

/// A state of the walk. Two scenes are two developers' releases; they share the people who hold grants.
#[derive(Clone, Debug)]
pub struct State {
    pub now: Instant,
    pub scenes: Vec<Scene>,
}

/// What the walk reckons from the events alone.
#[derive(Clone, Debug, Default)]
pub struct Ghost {
    pub windows: BTreeMap<RecordId, GhostWindow>,
    pub keys: BTreeMap<RecordId, GhostKeys>,
    /// Other registered releases that both sides agreed are this one.
    pub merged: Vec<String>,
}

/// A window as the events tell it.
#[derive(Clone, Debug)]
pub struct GhostWindow {
    pub first: Instant,
    /// Since when access is open; none while it is not.
    pub open_since: Option<Instant>,
    /// The closed stretches, summed.
    pub open: TimeDelta,
    pub last_close: Option<Instant>,
    /// The smallest planned release in force since the first opening, or what both keys raised it to.
    pub bound: Instant,
    /// When both sides last pinned another version while it was live, and how long it had been open by then: time that
    /// was used under one cap is not undone by a shorter one.
    pub migrated: Option<(Instant, TimeDelta)>,
}

/// The two keys of a nomination as the events tell them.
#[derive(Clone, Debug, Default)]
pub struct GhostKeys {
    pub consent: Option<bool>,
    /// What each reviewer said, and when.
    pub votes: BTreeMap<AccountId, (bool, Instant)>,
    pub recused: Vec<AccountId>,
    pub decision_since: Option<Instant>,
}

impl GhostWindow {
    /// Open seconds up to `now`.
    pub fn open_until(&self, now: Instant) -> TimeDelta {
        self.open + self.open_since.map_or(TimeDelta::zero(), |since| now - since)
    }

    fn stop(&mut self, at: Instant) {
        if let Some(since) = self.open_since.take() {
            self.open += at - since;
        }
    }
}

impl Ghost {
    /// Takes an event in; `before` is the case before it.
    pub fn see(&mut self, before: &Case, happened: &CaseEvent) {
        let (id, at) = (happened.subject.id, happened.effective_at);
        match &happened.event {
            Event::Engagement(event) => self.see_window(before, id, event, at),
            Event::Release(ReleaseEvent::PlannedReleaseSet { to: Some(to) }) => {
                let open = self.windows.values_mut().filter(|window| window.last_close.is_none());
                open.for_each(|window| window.bound = window.bound.min(*to));
            }
            Event::Release(ReleaseEvent::Merged { release, .. }) => self.merged.push(release.clone()),
            Event::Nomination(event) => self.see_keys(id, event, at),
            _ => {}
        }
    }

    fn see_window(&mut self, before: &Case, id: RecordId, event: &EngagementEvent, at: Instant) {
        if let EngagementEvent::WindowOpened { .. } = event {
            let planned = before.release().and_then(|(_, release)| release.state.planned);
            let bound = planned.unwrap_or(Instant::MIN_UTC);
            let fresh = GhostWindow {
                first: at,
                open_since: None,
                open: TimeDelta::zero(),
                last_close: None,
                bound,
                migrated: None,
            };
            // Opened twice is open all the longer.
            self.windows.entry(id).or_insert(fresh).open_since = Some(at);
        }
        let Some(window) = self.windows.get_mut(&id) else { return };
        match event {
            EngagementEvent::WindowSuspended { .. } => window.stop(at),
            EngagementEvent::WindowResumed => window.open_since = Some(at),
            EngagementEvent::WindowClosed { .. } => {
                window.stop(at);
                window.last_close = Some(at);
            }
            EngagementEvent::FrameworkMigrated { .. } if window.last_close.is_none() => {
                window.migrated = Some((at, window.open_until(at)));
            }
            EngagementEvent::WindowExtended { release_bound: Some(bound), .. } => window.bound = *bound,
            _ => {}
        }
    }

    fn see_keys(&mut self, id: RecordId, event: &NominationEvent, at: Instant) {
        let keys = self.keys.entry(id).or_default();
        match event {
            NominationEvent::DeveloperAnswered { answer } => keys.consent = Some(*answer == Answer::Yes),
            NominationEvent::ConsentRevoked | NominationEvent::Reconsidered { developer_side: true } => {
                keys.consent = None;
            }
            NominationEvent::Reconsidered { developer_side: false } => keys.votes.clear(),
            NominationEvent::Voted { reviewer, answer } => {
                keys.votes.insert(*reviewer, (*answer == Answer::Yes, at));
            }
            NominationEvent::VoteRevoked { reviewer } => {
                keys.votes.remove(reviewer);
            }
            NominationEvent::Recused { reviewer } => {
                keys.votes.remove(reviewer);
                keys.recused.push(*reviewer);
            }
            _ => {}
        }
        if matches!(
            event,
            NominationEvent::DecisionOpened
                | NominationEvent::ReturnedToDecision
                | NominationEvent::Reconsidered { .. }
        ) {
            keys.decision_since = Some(at);
        }
    }
}

impl Scene {
    /// Folds one event into the case and into what the walk keeps.
    pub fn take(&mut self, happened: &CaseEvent) {
        self.ghost.see(&self.case, happened);
        case::evolve(&mut self.case, happened);
    }

    /// The scene at the end of a story, folded from its log.
    pub fn of(world: &World) -> Self {
        let mut scene = Self::default();
        world.log.iter().for_each(|happened| scene.take(happened));
        assert!(scene.case == world.case, "the story's own log does not give its case");
        scene
    }
}

/// How much of a record somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    Nothing,
    Outline,
    Whole,
}

/// What somebody may do with a record, and see of it.
#[derive(Clone, Debug)]
pub struct Reach {
    pub actions: Vec<&'static str>,
    pub seen: Seen,
}

/// Who may: answered by the policies for everybody at once, in the order of the cast. With a kind, for a record of that
/// kind yet to be made under `on`.
pub trait Law {
    fn reach(&self, case: &Case, on: Subject, new: Option<Kind>) -> Rc<Vec<Reach>>;
}

type Decide = fn(&Case, Subject, &str, &Permit, &Command, &Facts, Instant) -> Says<Decided>;
type Settle = fn(&mut Case, &Facts, Instant, Instant) -> Says<Vec<CaseEvent>>;
type AccessOf = fn(&Case, RecordId, &Facts, Asker, Instant) -> Says<Access>;
/// What the rules say, or why not.
pub type Says<T> = Result<T, Refusal>;

/// The rules that a walk goes by: the product's own, or broken ones, to show that the invariants notice.
#[derive(Clone, Copy)]
pub struct Rules {
    pub decide: Decide,
    pub settle: Settle,
    pub access: AccessOf,
    pub seen: fn(&Case, Subject, &Actor, Seen) -> Seen,
    pub state: fn(&Case, Subject) -> Value,
}

impl Rules {
    /// The product's rules.
    pub const REAL: Self = Self {
        decide: case::decide,
        settle: case::settle,
        access: access::access,
        seen: |_, _, _, seen| seen,
        state: |case, subject| case.state(subject).expect("a record of the case"),
    };
}
