//! Moves, chosen with the model's state in view: what carries the story on, what the stage allows, and what it does not;
//! by those whose act it is, and by others. Between them the clock, the worker, restarts and crashes.

use anteroom::domain::{
    action::Action,
    case,
    command::Command,
    id::{Kind, Subject},
};
use chrono::TimeDelta;

use super::{
    alphabet::{ALPHABET, EVERYBODY, Row, makes, row},
    bodies,
    dice::Dice,
    ground::{OMAR, ground},
    model::{Act, Answer, Model},
    story::onward,
    wishes,
};
use crate::support::light::LENA;

/// One move.
#[derive(Clone, Debug)]
pub enum Move {
    /// A command, and sometimes the same request again.
    Act(Act),
    /// A command whose service dies after it was looked at this many times; sent again afterwards.
    Crash(Act, u16),
    /// Hours with a worker that is there in time.
    Pass(i64),
    /// Hours without a worker.
    Jump(i64),
    /// Hours without a worker, and then one that dies after it was looked at this many times.
    Halt(i64, u16),
    /// Another service takes over.
    Restart,
}

/// Hours without a worker, and with one: long times end what was begun, and come seldom.
const JUMPS: [i64; 16] = [1, 1, 5, 5, 5, 20, 20, 20, 20, 24, 24, 24, 24 * 3, 24 * 8, 24 * 15, 24 * 40];
const PASSES: [i64; 12] = [1, 1, 5, 5, 20, 20, 20, 24, 24, 24, 24 * 3, 24 * 8];

/// How many of a hundred commands carry the story on, and how many are tried before one is taken that is refused.
const ONWARD: usize = 52;
const TRIES: usize = 4;

/// The move that this seed means in this state.
pub fn pick(model: &Model, seed: u64) -> Move {
    let mut dice = Dice(seed);
    if let Some(step) = wishes::step(model, &mut dice) {
        return step;
    }
    if model.hurries() && !model.moves.is_multiple_of(7) {
        return Move::Act(forward(model, &mut dice));
    }
    let polls = |dice: &mut Dice, most: usize| 1 + u16::try_from(dice.roll(most)).expect("small");
    match dice.roll(100) {
        0..4 => Move::Jump(dice.of(&JUMPS)),
        4..9 => Move::Pass(dice.of(&PASSES)),
        9..11 => Move::Halt(dice.of(&[5, 20, 24, 24 * 3, 24 * 8]), polls(&mut dice, 40)),
        11..12 => Move::Restart,
        12..22 => Move::Crash(act(model, &mut dice, 100), polls(&mut dice, 24)),
        22..68 => Move::Act(forward(model, &mut dice)),
        _ => Move::Act(act(model, &mut dice, 100)),
    }
}

/// Of a few commands that carry the story on the first that the rules accept.
fn forward(model: &Model, dice: &mut Dice) -> Act {
    let mut tried = act(model, dice, ONWARD);
    for _ in 0..TRIES {
        if would(model, &tried) {
            break;
        }
        tried = act(model, dice, ONWARD);
    }
    tried
}

/// Whether the rules accept it.
pub fn would(model: &Model, act: &Act) -> bool {
    let mut after = model.clone();
    after.act(act);
    after.answer == Some(Answer::Done)
}

/// A command: below `ONWARD` one that carries the story on, above it one that is possible, and from 84 on any; from 93 on
/// by anybody.
fn act(model: &Model, dice: &mut Dice, below: usize) -> Act {
    let way = dice.roll(below);
    let onward = if way < ONWARD { onward(&model.case, model.hurries()) } else { Vec::new() };
    let (row, on) = match dice.weighed(&onward) {
        Some((kind, name, on)) => (row(*kind, name), *on),
        None if way < 84 => possible(model, dice),
        None => any(model, dice),
    };
    let who = if way < 93 { dice.of(row.3) } else { dice.of(&EVERYBODY) };
    let on = on.or_else(|| any_of(model, row.0, dice));
    told(model, row, on, who, way < 70, dice)
}

/// The command of this row by this person, with a body that fits or with any.
pub fn told(model: &Model, row: &Row, on: Option<Subject>, who: &'static str, fits: bool, dice: &mut Dice) -> Act {
    let (kind, name, ..) = *row;
    let mut body = bodies::body(model, (kind, name), on, dice, fits);
    if [(Kind::Condition, "sign"), (Kind::Nomination, "sign-screening-nda")].contains(&(kind, name)) {
        body["typed_name"] = who.split('@').next().into();
    }
    let target = (!makes(kind, name)).then(|| target(model, kind, on, dice));
    Act { number: model.moves + 1, who, kind, name, target, body }
}

fn target(model: &Model, kind: Kind, on: Option<Subject>, dice: &mut Dice) -> String {
    if kind == Kind::Prerequisites {
        return ground().account(dice.of(&[LENA, LENA, LENA, OMAR])).to_string();
    }
    let reference = on.and_then(|on| model.case.reference(on)).map(str::to_owned);
    reference.unwrap_or_else(|| format!("{}-2026-NOSUCH", kind.prefix()))
}

fn any_of(model: &Model, kind: Kind, dice: &mut Dice) -> Option<Subject> {
    let of: Vec<Subject> = model.case.subjects().into_iter().filter(|subject| subject.kind == kind).collect();
    if of.is_empty() { None } else { Some(dice.of(&of)) }
}

/// A command that the state of some record allows.
fn possible(model: &Model, dice: &mut Dice) -> (&'static Row, Option<Subject>) {
    let subjects = model.case.subjects();
    let mut found = Vec::new();
    for row in ALPHABET {
        let weight = if row.2 > 1 { row.2 * 4 } else { row.2 };
        found.extend(places(model, row, &subjects).into_iter().map(|on| (weight, (row, on))));
    }
    *dice.weighed(&found).expect("there is always something")
}

/// On what the command of this row could be carried out, as far as the stages say.
pub fn places(model: &Model, row: &Row, subjects: &[Subject]) -> Vec<Option<Subject>> {
    let (kind, name, _, theirs) = *row;
    if makes(kind, name) || kind == Kind::Prerequisites {
        return vec![None];
    }
    let action = Command::actions(kind).iter().find(|action| action.name == name).expect("a command");
    let on = subjects.iter().filter(|on| on.kind == kind && is_open(model, **on, *action, theirs));
    on.map(|on| Some(*on)).collect()
}

fn is_open(model: &Model, on: Subject, action: Action, theirs: &[&str]) -> bool {
    let may =
        |who: &&str| case::available(&model.case, on, action, ground().actor(who), &ground().facts, model.now).is_ok();
    theirs.iter().any(may)
}

fn any(model: &Model, dice: &mut Dice) -> (&'static Row, Option<Subject>) {
    for _ in 0..8 {
        let row = &ALPHABET[dice.roll(ALPHABET.len())];
        let on = any_of(model, row.0, dice);
        if on.is_some() || makes(row.0, row.1) {
            return (row, on);
        }
    }
    // What does not exist is asked for as well.
    (&ALPHABET[dice.roll(ALPHABET.len())], None)
}

/// How far a move takes the clock.
pub fn hours(hours: i64) -> TimeDelta {
    TimeDelta::hours(hours)
}
