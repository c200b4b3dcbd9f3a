//! The alphabet of a slice: which commands its people try on which records, with which values, and how the moves of a
//! state are made of it.

use std::{cell::RefCell, collections::BTreeMap};

use serde_json::Value;

use super::{
    bodies::bodies,
    moves::{Move, next_id},
    world::{Law, State},
};
use crate::domain::{
    action::{Action, Creates},
    actor::Actor,
    case::Case,
    command::Command,
    id::{Kind, Subject},
    testing::{Who, World},
    time::Instant,
    workflow,
};

/// The values that bodies are made of, and the bounds of what may be made.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// Openings with their agreed end.
    pub schedules: Vec<(Instant, Option<Instant>)>,
    /// Ends that one side lowers to.
    pub ends: Vec<Instant>,
    /// Bounds and ends that both sides raise to.
    pub extensions: Vec<(Option<Instant>, Option<Instant>)>,
    pub planned: Vec<Option<Instant>>,
    pub reasons: Vec<&'static str>,
    pub releases: Vec<&'static str>,
    /// Force and expiry of an agreed text.
    pub agreements: Vec<(Instant, Option<Instant>)>,
    pub templates: Vec<&'static str>,
    pub terms: Vec<Instant>,
    pub reviewers: Vec<Who>,
    /// Other registered releases that this one may be, by reference.
    pub same: Vec<&'static str>,
    /// Framework versions to migrate to.
    pub versions_to: Vec<&'static str>,
    /// Ends of a designation as confidential.
    pub designated: Vec<Instant>,
    /// Until when a review keeps the records.
    pub kept: Vec<Instant>,
    pub screening: Value,
    pub criteria: Value,
    /// At most so many open offers of one record.
    pub offers: usize,
    /// At most so many texts of one condition.
    pub versions: usize,
    /// At most so many records of each kind.
    pub engagements: usize,
    pub nominations: usize,
    pub grants: usize,
}

/// Whether a slice tries a command on a record, beyond its list of commands.
pub type Only = fn(&Case, Subject, &str) -> bool;

/// Whether a slice lets a person try a command that the policies allow.
pub type Hands = fn(&str, &Actor) -> bool;

/// A story that is told at once: its name, when it may be told, and how.
pub type Story = (&'static str, fn(&Case, Subject) -> bool, fn(&mut World, Subject));

/// One small world.
pub struct Slice {
    pub name: &'static str,
    /// Where it begins: one world for each developer.
    pub roots: Vec<World>,
    /// The instants that the clock steps to, in order; the first is later than the root's.
    pub grid: Vec<Instant>,
    /// The commands of each kind that are tried: all of them, where the list is empty.
    pub commands: Vec<(Kind, Vec<&'static str>)>,
    pub only: Only,
    pub hands: Hands,
    /// Whether the clock steps on; false where time brings nothing before something else happens.
    pub passes: fn(&Case) -> bool,
    pub stories: Vec<Story>,
    /// Acts whose two keys turn as one move, by these pairs; their offers are walked by another slice.
    pub pairs: Vec<[Who; 2]>,
    pub values: Values,
    /// People who stay away: they would double others of the same role.
    pub away: Vec<Who>,
    /// Reviewers who may be told apart by nothing but their name.
    pub alike: Vec<Who>,
    /// Fields of which nothing in this alphabet depends.
    pub idle: Vec<(Kind, &'static str)>,
}

impl Slice {
    /// Whether the slice tries this command.
    pub fn tries(&self, kind: Kind, name: &str) -> bool {
        let of_kind = self.commands.iter().find(|(of, _)| *of == kind);
        of_kind.is_some_and(|(_, names)| names.is_empty() || names.contains(&name))
    }

    /// The last instant of the clock.
    pub fn end(&self) -> Instant {
        self.grid.last().copied().unwrap_or(self.roots[0].now)
    }
}

const TWO_KEYED: [&str; 3] = ["schedule-window", "resume-window", "extend-window"];

/// The stages that allow a command; none for kinds without stages, and for commands that make a record.
pub fn stages_of(action: Action) -> Option<Vec<&'static str>> {
    (workflow::stages(action.kind).len() > 1).then(|| workflow::stages_of(action))
}

/// The commands that make a record, by kind.
pub fn creating() -> Vec<Action> {
    let facts = Command::catalog();
    facts.into_iter().filter(|facts| facts.creates == Creates::Under).map(|facts| facts.action).collect()
}

/// The moves of a state.
pub struct Moves<'a> {
    pub slice: &'a Slice,
    pub cast: &'a [Actor],
    pub law: &'a dyn Law,
    creating: Vec<Action>,
    read: RefCell<BTreeMap<(Action, String), Command>>,
}

impl<'a> Moves<'a> {
    pub fn new(slice: &'a Slice, cast: &'a [Actor], law: &'a dyn Law) -> Self {
        Self { slice, cast, law, creating: creating(), read: RefCell::default() }
    }

    /// Every move that somebody may try in this state.
    pub fn of(&self, state: &State) -> Vec<Move> {
        let mut moves: Vec<Move> = Vec::new();
        if state.scenes.iter().all(|scene| (self.slice.passes)(&scene.case)) {
            moves.extend(self.slice.grid.iter().find(|at| **at > state.now).map(|at| Move::Clock(*at)));
        }
        for (scene, of) in state.scenes.iter().enumerate() {
            for on in of.case.subjects() {
                self.existing(state, scene, on, &mut moves);
                self.making(state, scene, on, &mut moves);
                for (name, may, tell) in &self.slice.stories {
                    if may(&of.case, on) {
                        moves.push(Move::Story { scene, name, on, tell: *tell });
                    }
                }
            }
        }
        moves
    }

    fn existing(&self, state: &State, scene: usize, on: Subject, moves: &mut Vec<Move>) {
        let case = &state.scenes[scene].case;
        let stage = case.promoted(on).map_or("none", |columns| columns.stage);
        for action in Command::actions(on.kind) {
            let possible = stages_of(*action).is_none_or(|stages| stages.contains(&stage));
            let makes = self.creating.contains(action);
            if makes
                || !possible
                || !self.slice.tries(action.kind, action.name)
                || !(self.slice.only)(case, on, action.name)
            {
                continue;
            }
            for command in self.commands(case, on, *action, state.now) {
                self.by_all(case, scene, on, None, on, &command, moves);
            }
        }
    }

    fn making(&self, state: &State, scene: usize, parent: Subject, moves: &mut Vec<Move>) {
        let case = &state.scenes[scene].case;
        for action in self.creating.iter().filter(|action| stands_under(**action, parent.kind)) {
            if !self.slice.tries(action.kind, action.name) || !(self.slice.only)(case, parent, action.name) {
                continue;
            }
            let on = next_id(case, action.kind);
            for command in self.commands(case, parent, *action, state.now) {
                self.by_all(case, scene, parent, Some(action.kind), on, &command, moves);
            }
        }
    }

    fn commands(&self, case: &Case, on: Subject, action: Action, now: Instant) -> Vec<Command> {
        let bodies = bodies(&self.slice.values, case, on, action.kind, action.name, now).unwrap_or_default();
        bodies.iter().map(|body| self.command(action, body)).collect()
    }

    fn command(&self, action: Action, body: &Value) -> Command {
        let text = body.to_string();
        let mut read = self.read.borrow_mut();
        let entry = read.entry((action, text)).or_insert_with_key(|(action, text)| {
            let command = Command::parse(action.kind, action.name, text.as_bytes()).expect("a command");
            command.unwrap_or_else(|error| panic!("{action}: {error}: {text}"))
        });
        entry.clone()
    }

    /// The command by everybody whom the policies allow it, or by the pairs of keys.
    #[expect(clippy::too_many_arguments, reason = "asked about one record, acts on another")]
    fn by_all(
        &self,
        case: &Case,
        scene: usize,
        about: Subject,
        new: Option<Kind>,
        on: Subject,
        command: &Command,
        moves: &mut Vec<Move>,
    ) {
        let reach = self.law.reach(case, about, new);
        let action = command.action();
        let hands = |who: usize| !self.is_away(who) && (self.slice.hands)(action.name, &self.cast[who]);
        let may = |who: usize| reach[who].actions.contains(&action.name) && hands(who);
        if on.kind == Kind::Engagement && TWO_KEYED.contains(&action.name) && !self.slice.pairs.is_empty() {
            let accepts = |who: usize| reach[who].actions.contains(&"accept-offer");
            let keys = self.slice.pairs.iter().map(|pair| pair.map(|who| self.place(who)));
            let keys = keys.filter(|keys| may(keys[0]) && accepts(keys[1]));
            moves.extend(keys.map(|keys| Move::Keys { scene, keys, on, command: command.clone() }));
            return;
        }
        let people = (0..self.cast.len()).filter(|who| may(*who));
        moves.extend(people.map(|who| Move::Act { scene, who, on, command: command.clone() }));
    }

    fn place(&self, who: Who) -> usize {
        self.cast.iter().position(|actor| actor.account == who.account()).expect("in the cast")
    }

    fn is_away(&self, who: usize) -> bool {
        self.slice.away.iter().any(|away| away.account() == self.cast[who].account)
    }
}

/// Where a record that a command makes stands.
fn stands_under(action: Action, parent: Kind) -> bool {
    match action.kind {
        Kind::Inquiry | Kind::Engagement => parent == Kind::Release,
        Kind::Condition | Kind::Grant => matches!(parent, Kind::Engagement | Kind::Nomination),
        Kind::Nomination => parent == Kind::Engagement,
        _ => false,
    }
}
