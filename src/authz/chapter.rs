//! A row of the workflow as people read it: with words for its trigger, and with the roles that the policies allow.

use serde::Serialize;

use super::{
    engine::Engine,
    matrix::{actors, stages_of},
};
use crate::domain::{
    id::Kind,
    workflow::{self, GuardFacts, Row, Trigger},
};

/// The workflow of one kind of record.
#[derive(Debug, Serialize)]
pub struct Chapter {
    /// The kind's name.
    pub kind: &'static str,
    /// Every stage, in the order of the lifecycle.
    pub stages: &'static [&'static str],
    /// The transitions.
    pub transitions: Vec<Line>,
    /// What their guards mean.
    pub guards: Vec<GuardLine>,
}

/// One transition.
#[derive(Debug, Serialize)]
pub struct Line {
    /// The number by which the rules name it.
    pub number: Option<&'static str>,
    /// The stages that it leads from; none where it makes the record.
    pub from: &'static [&'static str],
    /// The stage that it leads to; none where the stage stays.
    pub to: Option<&'static str>,
    /// What brings it about.
    pub trigger: String,
    /// The codes of the roles that may; where that depends on the stage, for each stage.
    pub actors: String,
    /// The names of what must hold.
    pub guards: Vec<&'static str>,
}

/// A guard.
#[derive(Debug, Serialize)]
pub struct GuardLine {
    /// Its name.
    pub name: &'static str,
    /// What must hold.
    pub meaning: &'static str,
    /// When it is judged.
    pub judged: &'static str,
}

impl From<GuardFacts> for GuardLine {
    fn from(guard: GuardFacts) -> Self {
        Self { name: guard.name, meaning: guard.meaning, judged: guard.judged.name() }
    }
}

impl Chapter {
    /// The workflow of a kind, with the actors that the policies allow.
    pub fn of(engine: &Engine, kind: Kind) -> Self {
        Self {
            kind: kind.name(),
            stages: workflow::stages(kind),
            transitions: workflow::rows(kind).iter().map(|row| Line::of(engine, row)).collect(),
            guards: workflow::guards_of(kind).into_iter().map(GuardLine::from).collect(),
        }
    }
}

impl Line {
    fn of(engine: &Engine, row: &Row) -> Self {
        Self {
            number: row.number,
            from: row.from,
            to: row.to,
            trigger: trigger(row.trigger),
            actors: roles(engine, row),
            guards: row.guards.iter().map(|guard| guard.name).collect(),
        }
    }
}

fn trigger(trigger: Trigger) -> String {
    match trigger {
        Trigger::Command(name) => name.to_owned(),
        Trigger::SecondKey { offer, accept } => format!("{accept} of {offer}"),
        Trigger::Elsewhere(kind, name) => format!("{}.{name}", kind.name()),
        Trigger::Time => "by time".to_owned(),
        Trigger::Arrival(name) => name.replace('-', " "),
    }
}

/// The roles that may, by the stages in which the same ones may. A command elsewhere is asked for in its own stages.
fn roles(engine: &Engine, row: &Row) -> String {
    let Some(action) = row.action() else { return "-".to_owned() };
    let is_own = action.kind == row.kind && !row.from.is_empty();
    let stages = if is_own { row.from.to_vec() } else { stages_of(action) };
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for stage in stages {
        let codes: Vec<_> = actors(engine, action, stage).into_iter().map(crate::domain::actor::Role::code).collect();
        let codes = codes.join(", ");
        match groups.iter_mut().find(|(known, _)| *known == codes) {
            Some((_, among)) => among.push(stage),
            None => groups.push((codes, vec![stage])),
        }
    }
    let nobody = |codes: &str| if codes.is_empty() { "nobody".to_owned() } else { codes.to_owned() };
    if let [(codes, _)] = groups.as_slice() {
        return nobody(codes);
    }
    let said = groups.iter().map(|(codes, stages)| format!("{}: {}", stages.join(", "), nobody(codes)));
    said.collect::<Vec<_>>().join("; ")
}
