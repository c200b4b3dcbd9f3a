//! The search: breadth first, so that the path to a failure is a shortest one. It has no limit of its own; a slice is
//! finite because its clock has a finite grid and its alphabet bounds what is made.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    rc::Rc,
};

use super::{
    alphabet::{Moves, Slice},
    invariants::{self, View},
    key::{self, Key, Records},
    moves::{Ground, Step},
    world::{Law, Rules, Scene, State},
};
use crate::domain::{
    action::Action,
    actor::Actor,
    case::next_due,
    framework::WindowClock,
    id::{Kind, Subject},
    time::{Instant, plus},
};

/// One in so many states that fell together is compared with the one it fell together with.
const SAMPLE: usize = 47;

/// An invariant that did not hold.
#[derive(Clone, Debug)]
pub struct Found {
    pub number: u8,
    pub what: String,
    pub path: Vec<String>,
}

/// What a walk came through.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    pub states: usize,
    pub steps: usize,
    pub compared: usize,
    pub stages: BTreeSet<(Kind, &'static str)>,
    pub taken: BTreeSet<(Action, &'static str)>,
    pub codes: BTreeSet<&'static str>,
    pub found: Vec<Found>,
}

/// A state by its key, the move that led to it, and where that began.
struct Node {
    key: Key,
    from: usize,
    label: String,
}

type Shared = Rc<Records>;

struct Search<'a> {
    slice: &'a Slice,
    moves: Moves<'a>,
    view: View<'a>,
    clock: WindowClock,
    until: Option<u8>,
    nodes: Vec<Node>,
    known: BTreeSet<Key>,
    queue: VecDeque<(usize, State, Shared)>,
    successors: BTreeMap<Key, Key>,
    samples: Vec<(usize, State, Shared)>,
    again: usize,
    walk: Walk,
}

/// Walks a slice by these rules: to its end, or until an invariant of this number was seen not to hold.
pub fn walk(slice: &Slice, cast: &[Actor], law: &dyn Law, rules: Rules, until: Option<u8>) -> Walk {
    let template = &slice.roots[0];
    let ground = Ground { rules, facts: &template.facts, cast, template };
    let mut search = Search {
        slice,
        moves: Moves::new(slice, cast, law),
        view: View::new(ground, law),
        clock: template.facts.frameworks[0].window_clock,
        until,
        nodes: Vec::new(),
        known: BTreeSet::new(),
        queue: VecDeque::new(),
        successors: BTreeMap::new(),
        samples: Vec::new(),
        again: 0,
        walk: Walk::default(),
    };
    search.begin();
    while let Some((at, state, records)) = search.queue.pop_front() {
        if search.is_over() {
            return search.walk;
        }
        search.expand(at, &state, &records);
    }
    search.compare();
    search.walk
}

impl Search<'_> {
    fn is_over(&self) -> bool {
        let enough = |number: u8| self.walk.found.iter().any(|found| found.number == number);
        self.until.map_or(self.walk.found.len() >= 10, enough)
    }

    fn begin(&mut self) {
        let scenes: Vec<Scene> = self.slice.roots.iter().map(Scene::of).collect();
        let state = State { now: self.slice.roots[0].now, scenes };
        let records = Rc::new(self.records(&state, None));
        let key = key::of_state(&state, &records, self.clock, self.slice);
        self.nodes.push(Node { key, from: 0, label: "root".to_owned() });
        self.known.insert(key);
        self.visit(0, &state);
        self.queue.push_back((0, state, records));
    }

    fn records(&self, state: &State, known: Option<(&Shared, &Step)>) -> Records {
        let one =
            |scene: usize, subject: Subject| key::of_record(&state.scenes[scene].case, subject, self.clock, self.slice);
        if let Some((records, step)) = known {
            let mut records = (**records).clone();
            let touched: BTreeSet<(usize, Subject)> =
                step.events.iter().map(|(scene, happened)| (*scene, happened.subject)).collect();
            records.extend(touched.into_iter().map(|(scene, subject)| ((scene, subject), one(scene, subject))));
            return records;
        }
        let all = state.scenes.iter().enumerate().flat_map(|(scene, of)| {
            of.case.subjects().into_iter().map(move |subject| (scene, subject)).collect::<Vec<_>>()
        });
        all.map(|(scene, subject)| ((scene, subject), one(scene, subject))).collect()
    }

    fn expand(&mut self, at: usize, state: &State, records: &Shared) {
        let mut successors = BTreeSet::new();
        for step in self.moves.of(state) {
            let Some(step) = self.view.ground.play(state, &step) else { continue };
            self.walk.steps += 1;
            self.walk.taken.extend(step.taken.iter().copied());
            let after = self.fold(at, state, &step);
            let records = self.records(&after, Some((records, &step)));
            let key = key::of_state(&after, &records, self.clock, self.slice);
            successors.insert(key);
            for found in invariants::step(&self.view, state, &step, &after) {
                self.report(at, Some(&step), found);
            }
            self.meet(at, &step, key, after, Rc::new(records));
        }
        self.successors.insert(self.nodes[at].key, together(&successors));
    }

    fn meet(&mut self, from: usize, step: &Step, key: Key, after: State, records: Shared) {
        if self.known.insert(key) {
            self.nodes.push(Node { key, from, label: step.label.clone() });
            let at = self.nodes.len() - 1;
            self.visit(at, &after);
            self.queue.push_back((at, after, records));
            return;
        }
        self.again += 1;
        if self.again.is_multiple_of(SAMPLE) && self.until.is_none() {
            let at = self.nodes.iter().position(|node| node.key == key).expect("a known state");
            self.samples.push((at, after, records));
        }
    }

    /// Folds the events one by one, with the checks of each.
    fn fold(&mut self, at: usize, state: &State, step: &Step) -> State {
        let mut after = State { now: step.now, scenes: state.scenes.clone() };
        for (scene, happened) in &step.events {
            self.walk.codes.insert(happened.event.code());
            for found in invariants::event(&self.view, &after.scenes[*scene], happened) {
                self.report(at, Some(step), found);
            }
            after.scenes[*scene].take(happened);
            let stage = after.scenes[*scene].case.promoted(happened.subject).map(|columns| columns.stage);
            self.walk.stages.extend(stage.map(|stage| (happened.subject.kind, stage)));
        }
        for (scene, case) in after.scenes.iter().zip(&step.cases) {
            if scene.case != *case {
                self.report(at, Some(step), (0, "folding the events gives another case".to_owned()));
            }
        }
        after
    }

    /// Checks a new state, and the instants at and just before which time next brings something.
    fn visit(&mut self, at: usize, state: &State) {
        self.walk.states += 1;
        for found in invariants::state(&self.view, state) {
            self.report(at, None, found);
        }
        for edge in self.edges(state) {
            let step = self.view.ground.play(state, &super::moves::Move::Clock(edge));
            let Some(step) = step else { continue };
            let after = self.fold(at, state, &step);
            for found in invariants::edge(&self.view, &after) {
                self.report(at, Some(&step), found);
            }
        }
    }

    fn edges(&self, state: &State) -> Vec<Instant> {
        let end = self.slice.grid.last().copied().unwrap_or(state.now);
        let due = |scene: &Scene| next_due(&scene.case, self.view.ground.facts, state.now).ok().flatten();
        let dues = state.scenes.iter().filter_map(due).filter(|due| *due > state.now && *due <= end);
        let before = |due: Instant| plus(due, -chrono::TimeDelta::microseconds(1));
        dues.flat_map(|due| [before(due), due]).filter(|edge| *edge > state.now).collect()
    }

    fn report(&mut self, at: usize, step: Option<&Step>, (number, what): (u8, String)) {
        let mut path: Vec<String> = step.map(|step| step.label.clone()).into_iter().collect();
        let mut at = at;
        while at != 0 {
            path.push(self.nodes[at].label.clone());
            at = self.nodes[at].from;
        }
        path.reverse();
        self.walk.found.push(Found { number, what, path });
    }

    /// What fell together must be able to do the same.
    fn compare(&mut self) {
        for (at, state, records) in std::mem::take(&mut self.samples) {
            let mut successors = BTreeSet::new();
            for step in self.moves.of(&state) {
                let Some(step) = self.view.ground.play(&state, &step) else { continue };
                let mut after = State { now: step.now, scenes: state.scenes.clone() };
                step.events.iter().for_each(|(scene, happened)| after.scenes[*scene].take(happened));
                let records = self.records(&after, Some((&records, &step)));
                successors.insert(key::of_state(&after, &records, self.clock, self.slice));
            }
            self.walk.compared += 1;
            if self.successors[&self.nodes[at].key] != together(&successors) {
                self.report(
                    at,
                    None,
                    (0, "a state that falls together with this one can do something else".to_owned()),
                );
            }
        }
    }
}

fn together(keys: &BTreeSet<Key>) -> Key {
    let bytes: Vec<String> = keys.iter().map(|key| format!("{key:02x?}")).collect();
    key::hash(&bytes.concat())
}
