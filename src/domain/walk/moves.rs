//! A move: the clock steps, somebody carries out a command, two people turn the two keys of an act, or a story of
//! several commands is told at once where its parts are walked by another slice.

use crate::{
    authz::permit::Permit,
    domain::walk::world::{Rules, Scene, State},
    domain::{
        action::Action,
        actor::Actor,
        case::{Case, CaseEvent, Event, Facts},
        command::Command,
        id::{Kind, RecordId, Subject},
        refusal::Refusal,
        testing::World,
        time::Instant,
    },
};

/// A move in a scene.
#[derive(Clone)]
pub enum Move {
    Clock(Instant),
    Act { scene: usize, who: usize, on: Subject, command: Command },
    Keys { scene: usize, keys: [usize; 2], on: Subject, command: Command },
    Story { scene: usize, name: &'static str, on: Subject, tell: fn(&mut World, Subject) },
}

/// What one event did: the scene that it happened in, and the event.
pub type Happened = (usize, CaseEvent);

/// A move that was carried out.
pub struct Step {
    /// In words, for the path to a failure.
    pub label: String,
    /// The scene that was acted on; none for the clock.
    pub scene: Option<usize>,
    /// Actions that were accepted, with the stage that they were taken from.
    pub taken: Vec<(Action, &'static str)>,
    /// Everything that happened, oldest first.
    pub events: Vec<Happened>,
    /// The cases as the rules say that they are afterwards; folding the events must give the same.
    pub cases: Vec<Case>,
    pub now: Instant,
}

/// What moves go by.
pub struct Ground<'a> {
    pub rules: Rules,
    pub facts: &'a Facts,
    pub cast: &'a [Actor],
    pub template: &'a World,
}

impl Ground<'_> {
    /// Carries out a move; `None` if it is refused.
    pub fn play(&self, state: &State, step: &Move) -> Option<Step> {
        match step {
            Move::Clock(to) => self.pass(state, *to),
            Move::Act { scene, who, on, command } => {
                let mut done = Self::begin(state, *scene, format!("{} {}", self.cast[*who].name, command.action()));
                self.act(&mut done, *scene, *who, *on, command)?;
                Some(self.share(done))
            }
            Move::Keys { scene, keys, on, command } => self.turn(state, *scene, *keys, *on, command),
            Move::Story { scene, name, on, tell } => {
                let mut done = Self::begin(state, *scene, (*name).to_owned());
                let mut world = self.template.continued(done.cases[*scene].clone(), state.now);
                tell(&mut world, *on);
                done.events.extend(world.log.into_iter().map(|happened| (*scene, happened)));
                done.cases[*scene] = world.case;
                Some(self.share(done))
            }
        }
    }

    fn begin(state: &State, scene: usize, label: String) -> Step {
        let cases = state.scenes.iter().map(|scene: &Scene| scene.case.clone()).collect();
        Step { label, scene: Some(scene), taken: Vec::new(), events: Vec::new(), cases, now: state.now }
    }

    fn pass(&self, state: &State, to: Instant) -> Option<Step> {
        let mut done = Self::begin(state, 0, format!("clock to {to}"));
        (done.scene, done.now) = (None, to);
        for (scene, case) in done.cases.iter_mut().enumerate() {
            let happened = (self.rules.settle)(case, self.facts, Instant::MIN_UTC, to).ok()?;
            done.events.extend(happened.into_iter().map(|happened| (scene, happened)));
        }
        Some(done)
    }

    /// Decides one command on the cases as they stand in the step.
    pub fn act(&self, done: &mut Step, scene: usize, who: usize, on: Subject, command: &Command) -> Option<()> {
        let (case, now) = (&done.cases[scene], done.now);
        let stage = case.promoted(on).map_or("new", |columns| columns.stage);
        let decided = self.decide(case, who, on, command, now).ok()?;
        done.taken.push((command.action(), stage));
        done.events.extend(decided.events.into_iter().map(|happened| (scene, happened)));
        done.cases[scene] = decided.after;
        Some(())
    }

    /// Asks the rules, with a permit for this person.
    pub fn decide(
        &self,
        case: &Case,
        who: usize,
        on: Subject,
        command: &Command,
        now: Instant,
    ) -> Result<crate::domain::case::Decided, Refusal> {
        let permit = Permit::for_tests(&self.cast[who], command.action());
        let reference = format!("{}-2026-{:06}", on.kind.prefix(), on.id.0.as_u128() % 1_000_000);
        (self.rules.decide)(case, on, &reference, &permit, command, self.facts, now)
    }

    fn turn(&self, state: &State, scene: usize, keys: [usize; 2], on: Subject, command: &Command) -> Option<Step> {
        let [first, second] = keys.map(|who| self.cast[who].name.as_str());
        let mut done = Self::begin(state, scene, format!("{first} and {second} {}", command.action()));
        self.act(&mut done, scene, keys[0], on, command)?;
        let offer = done.cases[scene].engagements.get(&on.id)?.state.offers.last()?.hash.as_str().to_owned();
        let body = format!("{{\"hash\":\"{offer}\"}}");
        let accept = Command::parse(Kind::Engagement, "accept-offer", body.as_bytes())?.ok()?;
        self.act(&mut done, scene, keys[1], on, &accept)?;
        Some(self.share(done))
    }

    /// A person's prerequisites are one record: what happens to them in one scene is known in every scene.
    fn share(&self, mut done: Step) -> Step {
        if done.cases.len() < 2 {
            return done;
        }
        let own: Vec<Happened> = done.events.clone();
        for (from, happened) in own {
            if !matches!(happened.event, Event::Prerequisites(_)) {
                continue;
            }
            for scene in (0..done.cases.len()).filter(|scene| *scene != from) {
                crate::domain::case::evolve(&mut done.cases[scene], &happened);
                done.events.push((scene, happened.clone()));
                let now = done.now;
                let followed = (self.rules.settle)(&mut done.cases[scene], self.facts, now, now);
                done.events.extend(followed.into_iter().flatten().map(|happened| (scene, happened)));
            }
        }
        done
    }
}

/// The id of the next record of a kind: the walk counts, so that the same life gives the same ids.
pub fn next_id(case: &Case, kind: Kind) -> Subject {
    let made = case.subjects().iter().filter(|subject| subject.kind == kind).count() as u128;
    Subject::new(kind, RecordId(uuid::Uuid::from_u128(500_000 + 1_000 * kind as u128 + made)))
}
