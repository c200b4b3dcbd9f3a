//! The forms in which the workflow is printed.

use std::{collections::BTreeSet, fmt::Write as _};

use crate::{
    authz::{Chapter, Line},
    cli::output::table,
};

/// What stands at the head of the page.
const HEAD: &str = "\
# The workflow

Every stage, transition, guard and actor, printed from the tables that commands are decided by (`domain/<kind>/transitions.rs`) and from the policies that say who may. This page is the output of `anteroom workflow --format markdown`, and a test keeps it so; what the transitions are for stands in [the rules](rules.md).

A transition leads from any of the stages under *From*; `-` there means that it makes the record, and `same` under *To* that the stage stays. Roles are those that may at best, on a record of their own or one assigned to them; `accept-offer` takes another person than the one who offered, and `-` under *Actors* stands for time or for what comes without a command. What another record's command brings here is named with its kind, such as `incident.report`. The diagrams leave out what changes no stage.

Guards are judged *before* a command, so that a record's actions say what is missing; *with the body*, when its values are known; or *by time*. A guard that tells *which of several* transitions it is refuses nothing. What a refusal says stands in the [catalogue of refusals](refusals.md).
";

/// An aligned table for each kind.
pub(super) fn tables(chapters: &[Chapter]) -> String {
    let of = |chapter: &Chapter| {
        let rows: Vec<_> = chapter.transitions.iter().map(|line| cells(chapter, line)).collect();
        let lines = table(["NUMBER", "FROM", "TO", "BY", "ACTORS", "GUARDS"], &rows);
        format!("{}\n\n{lines}\n", chapter.kind)
    };
    chapters.iter().map(of).collect::<Vec<_>>().join("\n")
}

fn cells(chapter: &Chapter, line: &Line) -> [String; 6] {
    let number = line.number.unwrap_or_default().to_owned();
    let to = line.to.unwrap_or("same").to_owned();
    [number, from(chapter, line), to, line.trigger.clone(), line.actors.clone(), line.guards.join(", ")]
}

fn from(chapter: &Chapter, line: &Line) -> String {
    let any = line.from == chapter.stages && chapter.stages.len() > 1;
    match line.from {
        [] => "-".to_owned(),
        _ if any => "any".to_owned(),
        stages => stages.join(", "),
    }
}

/// An edge of a diagram: what it leads from and to, and what brings it about.
fn edges(chapter: &Chapter) -> Vec<(Option<&str>, &str, String)> {
    let mut edges: Vec<(Option<&str>, &str, String)> = Vec::new();
    for line in &chapter.transitions {
        let Some(to) = line.to else { continue };
        let label = line.number.map_or_else(|| line.trigger.clone(), |number| format!("{} ({number})", line.trigger));
        let from: Vec<Option<&str>> =
            if line.from.is_empty() { vec![None] } else { line.from.iter().copied().map(Some).collect() };
        for from in from {
            match edges.iter_mut().find(|(known, end, _)| (*known, *end) == (from, to)) {
                Some((.., labels)) => labels.extend([", ", &label]),
                None => edges.push((from, to, label.clone())),
            }
        }
    }
    edges
}

/// The stages that nothing leads out of.
fn ends(chapter: &Chapter) -> impl Iterator<Item = &str> {
    let left: BTreeSet<&str> = edges(chapter).into_iter().filter_map(|(from, ..)| from).collect();
    chapter.stages.iter().copied().filter(move |stage| !left.contains(stage))
}

/// A state diagram of Mermaid for each kind.
pub(super) fn diagrams(chapters: &[Chapter]) -> String {
    chapters.iter().map(diagram).collect::<Vec<_>>().join("\n")
}

fn diagram(chapter: &Chapter) -> String {
    let mut text = format!("---\ntitle: {}\n---\nstateDiagram-v2\n", chapter.kind);
    for (from, to, label) in edges(chapter) {
        let _ = writeln!(text, "    {} --> {to}: {label}", from.unwrap_or("[*]"));
    }
    for end in ends(chapter) {
        let _ = writeln!(text, "    {end} --> [*]");
    }
    text
}

/// One directed graph for Graphviz, with a cluster for each kind.
pub(super) fn dot(chapters: &[Chapter]) -> String {
    let mut text = "digraph workflow {\n    rankdir=LR;\n    node [shape=box];\n".to_owned();
    for chapter in chapters {
        let kind = chapter.kind;
        let _ = writeln!(text, "    subgraph \"cluster_{kind}\" {{\n        label=\"{kind}\";");
        let _ = writeln!(text, "        \"{kind}\" [label=\"\", shape=point];");
        for stage in chapter.stages {
            let _ = writeln!(text, "        \"{kind}.{stage}\" [label=\"{stage}\"];");
        }
        for (from, to, label) in edges(chapter) {
            let from = from.map_or_else(|| kind.to_owned(), |from| format!("{kind}.{from}"));
            let _ = writeln!(text, "        \"{from}\" -> \"{kind}.{to}\" [label=\"{label}\"];");
        }
        text.push_str("    }\n");
    }
    text.push_str("}\n");
    text
}

/// The page of the documentation: for each kind its diagram, its transitions and its guards.
pub(super) fn page(chapters: &[Chapter]) -> String {
    let mut text = HEAD.to_owned();
    for chapter in chapters {
        let title = chapter.kind.replace('_', " ");
        let _ = write!(text, "\n## {title}\n\n```mermaid\n{}```\n\n", diagram(chapter));
        text.push_str("| # | From | To | By | Actors | Guards |\n|---|---|---|---|---|---|\n");
        for line in &chapter.transitions {
            let [number, from, to, by, actors, guards] = cells(chapter, line);
            let _ = writeln!(text, "| {number} | {from} | {to} | {by} | {actors} | {guards} |");
        }
        text.push_str("\n| Guard | What must hold | Judged |\n|---|---|---|\n");
        for guard in &chapter.guards {
            let _ = writeln!(text, "| {} | {} | {} |", guard.name, guard.meaning, guard.judged);
        }
    }
    text
}
