//! The walk itself, run slice after slice; its numbers are kept beside the permission matrix, so that a changed rule
//! shows in review.

mod broken;
mod law;
mod slices;

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use self::{broken::BROKEN, law::Policies, slices::cast};
use super::{
    alphabet::{Slice, Values, creating, stages_of},
    bodies::{MACHINES, bodies},
    invariants,
    search::{Walk, walk},
    world::Rules,
};
use crate::{
    authz::Engine,
    domain::{
        action::Action,
        actor::Role,
        case::Case,
        command::Command,
        condition::ConditionStage,
        engagement::Stage,
        grant::GrantStage,
        id::{Kind, RecordId, Subject},
        nomination::NominationStage,
        testing::at,
    },
};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().expect("the policies are valid"));

fn run(slice: &Slice, rules: Rules, until: Option<u8>) -> (Walk, usize) {
    let cast = cast();
    let law = Policies::new(&ENGINE, &cast);
    let walked = walk(slice, &cast, &law, rules, until);
    (walked, law.questions())
}

/// Every slice, as many at once as there are cores; the answers stand in the order of the table.
fn run_all() -> Vec<(&'static str, Walk)> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some(slice) = slices::ALL.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let slice = slice();
                    let (walked, questions) = run(&slice, Rules::REAL, None);
                    let Walk { states, steps, compared, .. } = &walked;
                    println!(
                        "{}: {states} states, {steps} steps, {compared} compared, {questions} questions",
                        slice.name
                    );
                    done.lock().expect("no panic").push((slice.name, walked));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no panic");
    let place = |name: &str| slices::ALL.iter().position(|slice| slice().name == name);
    done.sort_by_key(|(name, _)| place(name));
    done
}

fn names(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Engagement => Stage::NAMES,
        Kind::Condition => ConditionStage::NAMES,
        Kind::Nomination => NominationStage::NAMES,
        Kind::Grant => GrantStage::NAMES,
        _ => &[],
    }
}

/// Every command of the walked machines from every stage that allows it; commands that make a record from `new`.
fn pairs() -> BTreeSet<(Action, &'static str)> {
    let actions = MACHINES.iter().flat_map(|kind| Command::actions(*kind)).copied();
    let new = creating();
    let of = |action: Action| -> Vec<&'static str> {
        if new.contains(&action) { vec!["new"] } else { stages_of(action).unwrap_or_default().to_vec() }
    };
    actions.flat_map(|action| of(action).into_iter().map(move |stage| (action, stage))).collect()
}

/// Domain section 4: invariants 1 to 16, 20 to 22, 26 and 27 in every state that the small worlds can reach.
#[test]
fn every_reachable_state_keeps_the_invariants() {
    let walks = run_all();
    let mut lines: Vec<String> = Vec::new();
    for (name, walked) in &walks {
        for found in &walked.found {
            println!("{name}: invariant {}: {}\n  {}", found.number, found.what, found.path.join("\n  "));
        }
        lines.push(format!("{name} | {} states | {} steps", walked.states, walked.steps));
    }
    let found: usize = walks.iter().map(|(_, walked)| walked.found.len()).sum();
    assert_eq!(found, 0, "invariants are broken; the shortest paths stand above");
    let stages: BTreeSet<_> = walks.iter().flat_map(|(_, walked)| walked.stages.iter().copied()).collect();
    let all = MACHINES.iter().flat_map(|kind| names(*kind).iter().map(|stage| (*kind, *stage)));
    let missed: Vec<_> = all.filter(|stage| !stages.contains(stage)).collect();
    assert_eq!(missed, [], "no slice comes to these stages");
    let taken: BTreeSet<_> = walks.iter().flat_map(|(_, walked)| walked.taken.iter().copied()).collect();
    let missed: Vec<String> =
        pairs().difference(&taken).map(|(action, stage)| format!("{action} in {stage}")).collect();
    assert_eq!(missed, Vec::<String>::new(), "no slice takes these commands from these stages");
    let states: usize = walks.iter().map(|(_, walked)| walked.states).sum();
    let steps: usize = walks.iter().map(|(_, walked)| walked.steps).sum();
    lines.push(format!("all | {states} states | {steps} steps"));
    keeps(&lines);
}

fn keeps(lines: &[String]) {
    let printed = format!("{}\n", lines.join("\n"));
    println!("{printed}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/walk.txt");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &printed).expect("the snapshot can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, printed, "the reachable states changed: see that they should, then set UPDATE_SNAPSHOTS");
}

/// A new command of a walked machine is walked, or its place is said.
#[test]
fn every_command_of_the_walked_machines_has_its_bodies() {
    let (values, case, now) = (Values::default(), Case::default(), at("2026-11-09T14:00:00Z"));
    let actions = MACHINES.iter().flat_map(|kind| Command::actions(*kind));
    let nobody = |kind| Subject::new(kind, RecordId(uuid::Uuid::from_u128(77)));
    let lacks = |action: &&Action| bodies(&values, &case, nobody(action.kind), action.kind, action.name, now).is_none();
    let missing: Vec<String> = actions.filter(lacks).map(ToString::to_string).collect();
    assert_eq!(missing, Vec::<String>::new(), "give these commands bodies in walk/bodies.rs");
}

/// Every role is in the cast, so that whoever may do something is tried.
#[test]
fn everybody_walks_along() {
    let cast = cast();
    let missing: Vec<_> = Role::ALL.iter().filter(|role| !cast.iter().any(|actor| actor.has(**role))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Invariant 2, for every name that there is: commands, and what the mails are called.
#[test]
fn no_command_denotes_a_permission_to_release() {
    for action in Kind::ALL.iter().flat_map(|kind| Command::actions(*kind)) {
        let grants_or_waives = [
            "clear-waiver",
            "certify-item",
            "accept-certificate",
            "dispute-certificate",
            "authorize-auditor",
            "end-authorization",
        ];
        if !grants_or_waives.contains(&action.name) {
            assert_eq!(invariants::denotes_permission(action.kind, action.name), None);
        }
    }
    for words in ["release_approved", "cleared_to_release", "permission", "licensed"] {
        assert!(invariants::denotes_permission(Kind::Engagement, words).is_some(), "{words}");
    }
}

/// An invariant that cannot fail proves nothing: each is shown broken rules, and reports them.
#[test]
fn every_invariant_notices_a_broken_rule() {
    let mut missed = Vec::new();
    for broken in &BROKEN {
        let (walked, _) = run(&(broken.slice)(), broken.rules, Some(broken.number));
        let found = walked.found.iter().find(|found| found.number == broken.number);
        match found {
            Some(found) => println!("invariant {}: {}: {}", broken.number, broken.what, found.what),
            None => missed.push((broken.number, broken.what, walked.states)),
        }
    }
    assert_eq!(missed, [], "these broken rules went unnoticed");
}

/// The table of broken rules has a row for every invariant that is checked, and for every one that is asked for.
#[test]
fn every_invariant_has_a_broken_rule() {
    let asked: BTreeSet<u8> = [1, 2].into_iter().chain(3..=14).chain([15, 16, 20, 21, 22, 26, 27]).collect();
    let rows: BTreeSet<u8> = BROKEN.iter().map(|broken| broken.number).collect();
    assert_eq!(invariants::numbers(), asked);
    assert_eq!(rows, asked);
}
