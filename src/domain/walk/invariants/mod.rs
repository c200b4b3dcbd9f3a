//! The invariants of domain section 4 as functions, each named by its number. They reckon with what the walk keeps of
//! the events and with the states as stored, and not with the sums of the rules that they judge.

mod access;
mod consent;
mod text;

pub use text::denotes_permission;
mod window;

use std::{cell::RefCell, collections::BTreeSet};

use super::{
    moves::{Ground, Step},
    world::{Law, Scene, State},
};
use crate::domain::{
    actor::Role,
    case::{Case, CaseEvent},
    command::Command,
    id::{Kind, RecordId, Subject},
};

/// What the invariants look with.
pub struct View<'a> {
    pub ground: Ground<'a>,
    pub law: &'a dyn Law,
    /// Words that were found to say nothing of a permission.
    words: RefCell<BTreeSet<(Kind, String)>>,
}

impl<'a> View<'a> {
    pub fn new(ground: Ground<'a>, law: &'a dyn Law) -> Self {
        Self { ground, law, words: RefCell::default() }
    }

    /// The first of the cast with the role, of the developer that owns the case's release.
    pub fn official(&self, case: &Case) -> Option<usize> {
        let developer = case.release()?.1.state.developer;
        let own =
            |actor: &crate::domain::actor::Actor| actor.organization == developer && actor.has(Role::DeveloperOfficial);
        self.ground.cast.iter().position(own)
    }
}

/// A number and what does not hold.
pub type Broken = (u8, String);
/// Holds, or says why not.
pub type Held = Result<(), String>;

type OfState = (u8, fn(&View<'_>, &State, &Scene) -> Held);
type OfEvent = (u8, fn(&View<'_>, &Scene, &CaseEvent) -> Held);
type OfStep = (u8, fn(&View<'_>, &State, &Step, &State) -> Held);

const STATES: [OfState; 13] = [
    (1, consent::invariant_01),
    (2, text::invariant_02),
    (3, window::invariant_03),
    (4, window::invariant_04),
    (5, window::invariant_05_bounds),
    (8, access::invariant_08),
    (9, access::invariant_09),
    (10, access::invariant_10),
    (12, consent::invariant_12),
    (13, consent::invariant_13),
    (15, consent::invariant_15_sight),
    (16, consent::invariant_16),
    (26, consent::invariant_26),
];

const EVENTS: [OfEvent; 9] = [
    (2, text::invariant_02_told),
    (7, window::invariant_07),
    (11, consent::invariant_11),
    (12, consent::invariant_12_votes),
    (13, consent::invariant_13_selected),
    (16, consent::invariant_16_audience),
    (20, text::invariant_20),
    (21, text::invariant_21),
    (27, text::invariant_27),
];

const STEPS: [OfStep; 6] = [
    (5, window::invariant_05),
    (6, window::invariant_06),
    (14, consent::invariant_14),
    (15, consent::invariant_15),
    (20, text::invariant_20_stays),
    (22, text::invariant_22),
];

/// The invariants that the clock alone could break, judged between the states too.
const EDGES: [u8; 6] = [3, 4, 5, 8, 9, 10];

/// Every number that is checked.
pub fn numbers() -> BTreeSet<u8> {
    let of = STATES.iter().map(|one| one.0).chain(EVENTS.iter().map(|one| one.0)).chain(STEPS.iter().map(|one| one.0));
    of.collect()
}

/// What a state breaks.
pub fn state(view: &View<'_>, state: &State) -> Vec<Broken> {
    broken_by(view, state, |_| true)
}

/// What an instant between the states breaks.
pub fn edge(view: &View<'_>, state: &State) -> Vec<Broken> {
    broken_by(view, state, |number| EDGES.contains(&number))
}

fn broken_by(view: &View<'_>, state: &State, judged: impl Fn(u8) -> bool) -> Vec<Broken> {
    let mut broken = Vec::new();
    for scene in &state.scenes {
        let checks = STATES.iter().filter(|(number, _)| judged(*number));
        broken.extend(checks.filter_map(|(number, check)| Some((*number, check(view, state, scene).err()?))));
    }
    broken
}

/// What an event breaks; the scene is as before it.
pub fn event(view: &View<'_>, before: &Scene, happened: &CaseEvent) -> Vec<Broken> {
    EVENTS.iter().filter_map(|(number, check)| Some((*number, check(view, before, happened).err()?))).collect()
}

/// What a step breaks.
pub fn step(view: &View<'_>, before: &State, step: &Step, after: &State) -> Vec<Broken> {
    STEPS.iter().filter_map(|(number, check)| Some((*number, check(view, before, step, after).err()?))).collect()
}

/// A condition as an error.
pub fn unless(holds: bool, why: impl FnOnce() -> String) -> Held {
    if holds { Ok(()) } else { Err(why()) }
}

/// The subject of an engagement.
pub const fn engagement(id: RecordId) -> Subject {
    Subject::new(Kind::Engagement, id)
}

/// Reads a command without fields that vary.
pub fn command(kind: Kind, name: &str, body: &str) -> Command {
    Command::parse(kind, name, body.as_bytes()).expect("a command").expect("a body")
}
