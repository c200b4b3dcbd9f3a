//! The printed permission matrix, and that no action is out of reach.

use std::{collections::BTreeSet, path::Path};

use super::{super::engine::actions, engine};
use crate::{
    authz::matrix,
    domain::{action::Action, command::Command, id::Kind},
};

#[test]
fn the_printed_matrix_is_the_one_checked_in() {
    let printed = format!("{}\n", matrix(engine()).join("\n"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/permission-matrix.txt");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &printed).expect("the snapshot can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let (kept, printed): (BTreeSet<&str>, BTreeSet<&str>) = (kept.lines().collect(), printed.lines().collect());
    let gone: Vec<_> = kept.difference(&printed).collect();
    let new: Vec<_> = printed.difference(&kept).collect();
    assert!(gone.is_empty() && new.is_empty(), "permissions changed.\nwere: {gone:#?}\nare: {new:#?}");
}

#[test]
fn every_command_is_within_somebodys_reach() {
    let printed = matrix(engine());
    for kind in Kind::ALL {
        for action in Command::actions(kind) {
            let prefix = format!("{action} |");
            let reached = printed.iter().any(|line| line.starts_with(&prefix) && line.contains('+'));
            assert!(reached, "no role may ever {action}");
        }
    }
}

#[test]
fn the_schema_names_the_commands_and_no_others() {
    let engine = engine();
    let named: BTreeSet<String> = engine.schema().actions().map(|uid| uid.id().unescaped().to_owned()).collect();
    let known: BTreeSet<String> = actions().map(|action: Action| action.to_string()).collect();
    assert_eq!(named, known);
}
