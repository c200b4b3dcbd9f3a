//! What a life has set its mind on: commands that come seldom by chance, each tried where the rules accept it, once in
//! the life; and the long waits after which some of them become possible.

use anteroom::domain::{engagement::Stage, id::Kind, records::retention_end};

use super::{
    alphabet::{ALPHABET, Row},
    dice::Dice,
    ground::ground,
    model::Model,
    moves::{Move, places, told, would},
    story::{has_opened, stage},
};

/// How many wishes a life has, and how often each is tried at a time.
const WISHES: usize = 12;
const TRIES: usize = 3;

/// What ends an engagement is wished for only after so many moves, so that lives come far.
const LATE: u32 = 110;
const ENDS: [&str; 4] = ["withdraw", "decline", "record-release", "close-window"];

/// Commands that come seldom by chance.
fn rare() -> impl Iterator<Item = &'static Row> {
    ALPHABET.iter().filter(|row| row.2 <= 3)
}

/// The wishes that this seed means.
pub fn of(seed: u64) -> Vec<&'static Row> {
    let (mut dice, rare) = (Dice(seed), rare().collect::<Vec<_>>());
    (0..WISHES).map(|_| dice.of(&rare)).collect()
}

/// A step towards a wish.
pub fn step(model: &Model, dice: &mut Dice) -> Option<Move> {
    let proposed = model.case.engagements.keys().any(|id| stage(&model.case, Kind::Engagement, *id) == "proposed");
    let pause = if proposed { 2 } else { 4 };
    if model.hurries() || dice.roll(pause) > 0 {
        return None;
    }
    if model.moves > LATE
        && let Some(days) = wait(model)
    {
        return Some(Move::Jump(24 * days));
    }
    let subjects = model.case.subjects();
    let early = |row: &Row| row.0 == Kind::Engagement && ENDS.contains(&row.1) && model.moves < LATE;
    let mut left: Vec<&'static Row> = model.wishes.iter().copied().filter(|row| !is_done(model, row)).collect();
    left.retain(|row| !early(row));
    while !left.is_empty() {
        let row = left.swap_remove(dice.roll(left.len()));
        let places = places(model, row, &subjects);
        if places.is_empty() {
            continue;
        }
        for _ in 0..TRIES {
            let (on, who) = (dice.of(&places), dice.of(row.3));
            let tried = told(model, row, on, who, true, dice);
            if would(model, &tried) {
                return Some(Move::Act(tried));
            }
        }
    }
    None
}

fn is_done(model: &Model, row: &Row) -> bool {
    model.done.contains(&(row.0, row.1))
}

/// Days after which what is wished for becomes possible: an engagement that is idle lapses, and may be reopened for a
/// while; what is closed is disposed of when its retention is over.
fn wait(model: &Model) -> Option<i64> {
    let wished = |name: &str| model.wishes.iter().any(|row| row.1 == name && !is_done(model, row));
    let mut engagements = model.case.engagements.iter();
    let live = engagements.clone().find(|(id, _)| stage(&model.case, Kind::Engagement, **id) != "closed");
    if wished("reopen") && live.is_some() && !has_opened(&model.case) {
        return Some(95);
    }
    let over = |stage: &Stage| matches!(stage, Stage::Closed { .. });
    let kept = engagements.find_map(|(_, entry)| {
        let end = over(&entry.state.stage).then(|| retention_end(&entry.state, &ground().facts).ok().flatten());
        end.flatten().filter(|end| *end > model.now)
    });
    kept.filter(|_| wished("ask-disposal") || wished("confirm-disposal")).map(|end| (end - model.now).num_days() + 1)
}
