//! Two courses, side by side.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Plan,
    course::{Course, Foreseen},
    guards::{GuardKey, newly_unmet},
};
use crate::domain::{
    case::{CaseEvent, Event},
    deadline::{DeadlineKind, Foretold},
    grant::GrantEvent,
    id::Subject,
    refusal::Unmet,
    time::Instant,
};

/// Something that will happen, and when in each course; none where it does not happen up to the horizon.
#[derive(Clone, Copy, Debug)]
pub struct EventChange<'a> {
    /// As it happens without the supposition.
    pub before: Option<&'a CaseEvent>,
    /// As it happens with it.
    pub after: Option<&'a CaseEvent>,
}

/// A deadline that is another one, or is there in one course only.
#[derive(Clone, Copy, Debug)]
pub struct DeadlineChange<'a> {
    /// Without the supposition; none for a new one.
    pub before: Option<&'a Foreseen>,
    /// With it; none for one that is canceled.
    pub after: Option<&'a Foreseen>,
}

/// A reminder and the deadline that it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TellsReminder<'a> {
    /// The deadline.
    pub of: &'a Foreseen,
    /// The reminder.
    pub reminder: &'a Foretold,
}

/// How access by a grant stops, in each course.
#[derive(Clone, Debug)]
pub struct GrantEnds<'a> {
    /// The grant.
    pub grant: Subject,
    /// Its suspensions and its end without the supposition, the earliest first.
    pub before: Vec<&'a CaseEvent>,
    /// The same with it.
    pub after: Vec<&'a CaseEvent>,
}

/// What newly stands against a step.
pub type NewlyUnmet = (GuardKey, Vec<Unmet>);

impl Plan {
    /// Everything that will happen in either course, by its earliest instant; the same happening of the same record
    /// stands together.
    pub fn events(&self) -> Vec<EventChange<'_>> {
        let mut changes = paired(&self.before.events, &self.after.events, |event| (event.subject, event.event.code()))
            .into_iter()
            .map(|(before, after)| EventChange { before, after })
            .collect::<Vec<_>>();
        changes.sort_by_key(|change| [change.before, change.after].into_iter().flatten().map(|e| e.effective_at).min());
        changes
    }

    /// The deadlines that move, are canceled or are new.
    pub fn deadlines(&self) -> Vec<DeadlineChange<'_>> {
        let keys = |course: &Course| course.deadlines.iter().map(|one| one.open.key()).collect::<BTreeSet<String>>();
        let (was, becomes) = (keys(&self.before), keys(&self.after));
        let before = self.before.deadlines.iter().filter(|one| !becomes.contains(&one.open.key()));
        let after = self.after.deadlines.iter().filter(|one| !was.contains(&one.open.key()));
        let same = |one: &Foreseen| (one.open.kind, one.open.subject, one.open.anchor);
        let pairs = paired(before, after, same).into_iter();
        let mut changes: Vec<_> = pairs.map(|(before, after)| DeadlineChange { before, after }).collect();
        changes.sort_by_key(|change| {
            [change.before, change.after].into_iter().flatten().map(|one| one.open.due.due_at).min()
        });
        changes
    }

    /// The reminders that would not go out any more, and those that would go out instead or besides.
    pub fn reminders(&self) -> [Vec<TellsReminder<'_>>; 2] {
        let (was, becomes) = (reminders(&self.before), reminders(&self.after));
        let only = |these: &BTreeMap<Told, Vec<_>>, those: &BTreeMap<Told, Vec<_>>| {
            let gone = these.iter().filter(|(told, _)| !those.contains_key(*told));
            let mut gone: Vec<TellsReminder<'_>> = gone.flat_map(|(_, reminders)| reminders.iter().copied()).collect();
            gone.sort_by_key(|tells| (tells.reminder.at, tells.of.open.kind));
            gone
        };
        [only(&was, &becomes), only(&becomes, &was)]
    }

    /// The grants whose access stops in either course.
    pub fn grants(&self) -> Vec<GrantEnds<'_>> {
        let (before, after) = (stops(&self.before), stops(&self.after));
        let grants: BTreeSet<Subject> = before.iter().chain(&after).map(|event| event.subject).collect();
        let ends = |grant| GrantEnds { grant, before: of(&before, grant), after: of(&after, grant) };
        grants.into_iter().map(ends).collect()
    }

    /// What stands against a step with the supposition, and does not without it.
    pub fn newly_unmet(&self) -> Vec<NewlyUnmet> {
        newly_unmet(&self.before, &self.after)
    }
}

fn of<'a>(events: &[&'a CaseEvent], grant: Subject) -> Vec<&'a CaseEvent> {
    events.iter().copied().filter(|event| event.subject == grant).collect()
}

/// What makes two reminders the same for whoever gets them.
type Told = (DeadlineKind, Subject, String, Instant);

fn reminders(course: &Course) -> BTreeMap<Told, Vec<TellsReminder<'_>>> {
    let mut told: BTreeMap<Told, Vec<TellsReminder<'_>>> = BTreeMap::new();
    for of in &course.deadlines {
        for reminder in &of.reminders {
            let key = (of.open.kind, of.open.subject, reminder.key.to_string(), reminder.at);
            told.entry(key).or_default().push(TellsReminder { of, reminder });
        }
    }
    told
}

#[expect(clippy::wildcard_enum_match_arm, reason = "what ends access among the many things that happen")]
fn stops(course: &Course) -> Vec<&CaseEvent> {
    let stops = |event: &&CaseEvent| match &event.event {
        Event::Grant(grant) => matches!(
            grant,
            GrantEvent::Suspended { .. } | GrantEvent::Expired | GrantEvent::Revoked | GrantEvent::Closed
        ),
        _ => false,
    };
    course.events.iter().filter(stops).collect()
}

/// One of two things, both, or neither.
type Pair<'a, T> = (Option<&'a T>, Option<&'a T>);

/// Pairs the first with the first of the same key, the second with the second, and so on.
fn paired<'a, T, K: Ord>(
    before: impl IntoIterator<Item = &'a T>,
    after: impl IntoIterator<Item = &'a T>,
    key: impl Fn(&T) -> K,
) -> Vec<Pair<'a, T>> {
    let mut pairs: BTreeMap<(K, usize), Pair<'a, T>> = BTreeMap::new();
    let mut seen: BTreeMap<K, usize> = BTreeMap::new();
    for one in before {
        let count = seen.entry(key(one)).or_default();
        pairs.entry((key(one), *count)).or_default().0 = Some(one);
        *count += 1;
    }
    seen.clear();
    for one in after {
        let count = seen.entry(key(one)).or_default();
        pairs.entry((key(one), *count)).or_default().1 = Some(one);
        *count += 1;
    }
    pairs.into_values().collect()
}
