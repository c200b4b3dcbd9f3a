//! One course of things: what time alone brings to a case up to a horizon, with the deadlines and reminders on the way.

use std::collections::BTreeMap;

use super::guards::{Guards, judged, told};
use crate::domain::{
    case::{Case, CaseEvent, Facts, evolve, settle},
    deadline::{Foretold, OpenDeadline, Stretch, derive, foretell},
    id::RecordId,
    refusal::Refusal,
    time::Instant,
};

/// Where a course begins.
pub(super) struct Begun {
    /// The case at the instant of asking, settled.
    pub case: Case,
    /// What took place at that instant because of the supposition.
    pub at_once: Vec<CaseEvent>,
}

/// What is looked at on the way.
pub(super) struct Looked<'a> {
    /// The engagement whose guards are judged.
    pub engagement: RecordId,
    /// When each open deadline came into being, by its key.
    pub known: &'a BTreeMap<String, Instant>,
    /// Facts from outside the case.
    pub facts: &'a Facts,
    /// The instant of asking.
    pub now: Instant,
    /// How far ahead, inclusive.
    pub until: Instant,
    /// The instants at which guards are judged, the earliest first.
    pub guarded_at: Vec<Instant>,
}

/// A deadline that is open at some time of a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreseen {
    /// The deadline.
    pub open: OpenDeadline,
    /// When it came, or will come, into being.
    pub since: Instant,
    /// When time will end it; none if it stays open up to the horizon.
    pub ended: Option<Instant>,
    /// The reminders that will go out.
    pub reminders: Vec<Foretold>,
}

/// What time alone brings.
#[derive(Clone, Debug)]
pub struct Course {
    /// What will happen, the earliest first.
    pub events: Vec<CaseEvent>,
    /// The deadlines, in the order in which they open.
    pub deadlines: Vec<Foreseen>,
    /// What is unmet, by guard and instant.
    pub guards: Guards,
}

/// The course from a beginning up to the horizon.
pub(super) fn course(begun: Begun, looked: &Looked<'_>) -> Result<Course, Refusal> {
    let Begun { mut case, at_once } = begun;
    let timed = settle(&mut case.clone(), looked.facts, looked.now, looked.until)?;
    let mut way = Way { looked, deadlines: Vec::new(), guards: Guards::new(), judged: 0 };
    way.look(&case, looked.now)?;
    for (index, event) in timed.iter().enumerate() {
        way.judge_before(&case, event.effective_at)?;
        evolve(&mut case, event);
        if timed.get(index + 1).is_none_or(|next| next.effective_at > event.effective_at) {
            way.look(&case, event.effective_at)?;
        }
    }
    way.judge_before(&case, Instant::MAX_UTC)?;
    let events: Vec<CaseEvent> = at_once.into_iter().chain(timed).collect();
    for event in &events {
        if let Some((key, unmet)) = told(event, looked.engagement) {
            way.guards.entry(key).or_default().extend(unmet.iter().cloned());
        }
    }
    way.remind()?;
    Ok(Course { events, deadlines: way.deadlines, guards: way.guards })
}

/// What was seen so far.
struct Way<'a> {
    looked: &'a Looked<'a>,
    deadlines: Vec<Foreseen>,
    guards: Guards,
    /// How many of the instants have been judged.
    judged: usize,
}

impl Way<'_> {
    /// Notes the deadlines that opened or ended up to `at`.
    fn look(&mut self, case: &Case, at: Instant) -> Result<(), Refusal> {
        let mut open = derive(case, self.looked.facts, at)?;
        for foreseen in self.deadlines.iter_mut().filter(|foreseen| foreseen.ended.is_none()) {
            if open.remove(&foreseen.open.key()).is_none() {
                foreseen.ended = Some(at);
            }
        }
        let new = open.into_iter().map(|(key, open)| {
            let known = self.looked.known.get(&key).copied().filter(|_| at == self.looked.now);
            Foreseen { open, since: known.unwrap_or(at), ended: None, reminders: Vec::new() }
        });
        self.deadlines.extend(new);
        Ok(())
    }

    /// Judges the guards for the instants that lie before `at`: the case is as it is until then.
    fn judge_before(&mut self, case: &Case, at: Instant) -> Result<(), Refusal> {
        while let Some(asked) = self.looked.guarded_at.get(self.judged).filter(|asked| **asked < at) {
            for (key, unmet) in judged(case, self.looked.engagement, self.looked.facts, *asked)? {
                self.guards.entry(key).or_default().extend(unmet);
            }
            self.judged += 1;
        }
        Ok(())
    }

    /// Works out what each deadline's ladder will say.
    fn remind(&mut self) -> Result<(), Refusal> {
        let Looked { facts, known, now, until, .. } = self.looked;
        for foreseen in &mut self.deadlines {
            let plan = foreseen.open.plan(facts, foreseen.since)?;
            let told_until = known.contains_key(&foreseen.open.key()).then_some(*now);
            let stretch = Stretch { told_until, ended: foreseen.ended, until: *until };
            foreseen.reminders = foretell(&plan, stretch);
        }
        Ok(())
    }
}
