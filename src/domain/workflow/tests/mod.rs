//! The tables are complete and true: every command has its rows, every edge that lives and stories take is a row, and
//! every row is taken by some story.

use std::collections::BTreeSet;

use super::{GuardFacts, Judged, Row, Trigger, guards_of, rows, stages};
use crate::domain::{
    action::Creates,
    case::{next_due, tests_stages},
    command::Command,
    id::Kind,
    testing::{Cause, Edge, Who, World},
};

/// The rows that an edge is one of.
fn rows_of(edge: &Edge) -> Vec<Row> {
    let fits = |row: &Row| {
        let cause = match (row.trigger, edge.cause) {
            (Trigger::Time, Cause::Time) | (Trigger::Arrival(_), Cause::Arrival) => true,
            (_, Cause::Command(action)) => row.action() == Some(action),
            _ => false,
        };
        let from = edge.from.map_or(row.from.is_empty(), |from| row.from.contains(&from));
        cause && from && row.to.or(edge.from) == Some(edge.to)
    };
    rows(edge.kind).into_iter().filter(fits).collect()
}

/// The first row that an edge is one of.
pub fn row_of(edge: &Edge) -> Option<Row> {
    rows_of(edge).into_iter().next()
}

#[test]
fn every_command_has_a_row_and_every_row_names_real_stages() {
    let catalog = Command::catalog();
    for kind in Kind::ALL {
        let (rows, stages) = (rows(kind), stages(kind));
        for row in &rows {
            assert!(row.from.iter().chain(&row.to).all(|stage| stages.contains(stage)), "{row:?}");
            assert!(!row.from.is_empty() || row.to.is_some(), "a record is made in a stage: {row:?}");
            let known = |action| catalog.iter().any(|facts| facts.action == action);
            assert!(row.action().is_none_or(known), "{row:?}");
            if let Trigger::SecondKey { offer, .. } = row.trigger {
                assert!(rows.iter().any(|other| other.trigger == Trigger::Command(offer)), "nobody offers {offer}");
            }
        }
        for facts in catalog.iter().filter(|facts| facts.action.kind == kind) {
            let own: Vec<_> = rows.iter().filter(|row| row.action() == Some(facts.action)).collect();
            assert!(!own.is_empty(), "{} has no row", facts.action);
            let makes = facts.creates != Creates::No;
            assert!(own.iter().all(|row| row.from.is_empty() == makes), "{}", facts.action);
        }
        for stage in stages {
            assert!(rows.iter().any(|row| row.to == Some(stage)), "nothing leads to {} {stage}", kind.name());
        }
    }
    let numbers: BTreeSet<_> = rows(Kind::Engagement).into_iter().filter_map(|row| row.number).collect();
    for number in 1..=17 {
        assert!(numbers.contains(format!("E{number}").as_str()), "E{number}");
    }
}

#[test]
fn every_guard_has_a_name_of_its_own_a_sentence_and_a_row() {
    for kind in Kind::ALL {
        let judged: BTreeSet<GuardFacts> = rows(kind).into_iter().flat_map(|row| row.guards).collect();
        let all = guards_of(kind);
        let names: BTreeSet<_> = all.iter().map(|guard| guard.name).collect();
        assert_eq!(names.len(), all.len(), "two guards of one name among {}", kind.name());
        for guard in all {
            assert!(judged.contains(&guard), "no row of {} names {}", kind.name(), guard.name);
            assert!(guard.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", guard.name);
            assert!(guard.meaning.ends_with('.') && guard.meaning.len() > 10, "{}", guard.meaning);
        }
    }
}

/// What is judged before a command does not depend on which of its rows it will be.
#[test]
fn the_rows_of_one_command_in_one_stage_ask_the_same_before_it() {
    let asked =
        |row: &Row| row.guards.iter().filter(|guard| guard.judged == Judged::Asking).copied().collect::<Vec<_>>();
    for kind in Kind::ALL {
        let rows = rows(kind);
        for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.trigger != Trigger::Time) {
            let shares = |other: &&Row| {
                other.action() == row.action() && other.from.iter().any(|stage| row.from.contains(stage))
            };
            for other in rows[at + 1..].iter().filter(shares) {
                assert_eq!(asked(row), asked(other), "{row:?}");
            }
        }
    }
}

/// Everybody tries everything in every stage, and from every stage time passes.
fn explored() -> BTreeSet<Edge> {
    let mut edges = BTreeSet::new();
    for ((kind, stage), (case, subject, world, now)) in tests_stages::every_stage() {
        for action in Command::actions(kind) {
            if stages(kind).len() == 1 || !super::stages_of(*action).contains(&stage) {
                continue;
            }
            let body = tests_stages::body_of(kind, action.name);
            for who in Who::ALL {
                let mut tried = world.continued(case.clone(), now);
                if tried.act(who, subject, action.name, &body).is_ok() {
                    edges.extend(tried.edges());
                }
            }
        }
        edges.extend(grown_old(world.continued(case, now)));
    }
    edges
}

/// What time alone brings.
fn grown_old(mut world: World) -> BTreeSet<Edge> {
    for _ in 0..40 {
        let Ok(Some(due)) = next_due(&world.case, &world.facts, world.now) else { break };
        world.at(due.max(world.now));
    }
    world.edges()
}

#[test]
fn every_edge_is_a_row_and_every_row_is_taken() {
    let mut edges = explored();
    edges.extend(tests_stages::stories().iter().flat_map(World::edges));
    edges.extend(stories::ALL.into_iter().flat_map(|story| story()).flat_map(|world| world.edges()));
    for edge in &edges {
        assert!(row_of(edge).is_some(), "no row for {edge:?}");
    }
    let taken: Vec<Row> = edges.iter().flat_map(rows_of).collect();
    let all = Kind::ALL.into_iter().flat_map(rows);
    let never: Vec<_> =
        all.filter(|row| !taken.contains(row)).map(|row| (row.kind, row.trigger, row.from, row.to)).collect();
    assert!(never.is_empty(), "no story takes {never:#?}");
}

mod stories;
