//! What the tests of deadlines look at: one open clock of a case, with every step of its ladder.

use crate::domain::{
    deadline::{DeadlineKind, OpenDeadline, Recipient, derive, plan},
    id::Subject,
    testing::{World, at},
    time::Instant,
};

/// A step: its key, who is told, and when.
pub(super) type Step = (&'static str, &'static [Recipient], &'static str);

/// The clocks of a kind that run on a record.
pub(super) fn clocks(world: &World, on: Subject, kind: DeadlineKind) -> Vec<OpenDeadline> {
    let open = derive(&world.case, &world.facts, world.now).expect("deadlines");
    open.into_values().filter(|open| open.subject == on && open.kind == kind).collect()
}

/// The one clock of a kind that runs on a record.
pub(super) fn clock(world: &World, on: Subject, kind: DeadlineKind) -> OpenDeadline {
    let mut found = clocks(world, on, kind);
    assert_eq!(found.len(), 1, "{kind:?}: {found:?}");
    found.remove(0)
}

/// When the one clock of a kind is over, exclusive.
pub(super) fn due(world: &World, on: Subject, kind: DeadlineKind) -> Instant {
    clock(world, on, kind).due.due_at
}

/// Whether no clock of the kind runs on the record any more.
pub(super) fn is_over(world: &World, on: Subject, kind: DeadlineKind) -> bool {
    clocks(world, on, kind).is_empty()
}

/// The ladder of a clock in the order in which it goes out.
pub(super) fn ladder(world: &World, open: &OpenDeadline) -> Vec<(String, Vec<Recipient>, Instant)> {
    let version = world.facts.framework(&open.framework).expect("the version");
    let plan = plan(&open.rule(version), &open.due, world.now, version.zone, world.facts.calendar(&world.case));
    plan.into_iter().map(|step| (step.key.to_string(), step.recipients, step.at)).collect()
}

/// Compares a clock with what was worked out by hand: when it is over, and its whole ladder.
pub(super) fn holds(world: &World, open: &OpenDeadline, due_at: &str, steps: &[Step]) {
    assert_eq!(open.due.due_at, at(due_at), "{:?}", open.kind);
    let steps: Vec<_> = steps.iter().map(|(key, to, when)| ((*key).to_owned(), to.to_vec(), at(when))).collect();
    assert_eq!(ladder(world, open), steps, "{:?}", open.kind);
}
