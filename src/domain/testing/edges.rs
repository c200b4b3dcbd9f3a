//! The edges of a life: from which stage to which its records went, and by what. Found by folding the log anew, so that
//! they cost a story nothing.

use std::collections::BTreeSet;

use super::World;
use crate::domain::{
    action::Action,
    actor::By,
    case::{self, Case},
    id::{Kind, Subject},
};

/// An act of somebody, and the places in the log of what happened with it.
#[derive(Clone, Debug)]
pub(super) struct Act {
    pub at: usize,
    pub until: usize,
    pub action: Action,
    pub on: Subject,
}

/// What brought an edge about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    Command(Action),
    Time,
    /// It came without a command.
    Arrival,
}

/// A record's way from one stage to another, or within one. `from` is `None` where it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    pub kind: Kind,
    pub from: Option<&'static str>,
    pub to: &'static str,
    pub cause: Cause,
}

fn stage(case: &Case, of: Subject) -> Option<&'static str> {
    case.promoted(of).map(|columns| columns.stage)
}

impl World {
    /// Every edge of this life. The events that one command made are one edge of each record; time's are one each.
    pub fn edges(&self) -> BTreeSet<Edge> {
        let (mut case, mut edges) = (self.base.clone(), BTreeSet::new());
        let mut acts = self.acts.iter().peekable();
        let mut next = 0;
        while next < self.log.len() {
            let act = acts.next_if(|act| act.at == next);
            let own = |at: &usize| self.log[*at].by != By::SCHEDULER;
            let end = act.map_or(next + 1, |act| act.until);
            let until = (next..end).take_while(own).last().map_or(next + 1, |last| last + 1);
            let happened = &self.log[next..until];
            let before = case.clone();
            for event in happened {
                case::evolve(&mut case, event);
            }
            let reason = match act {
                Some(act) => Cause::Command(act.action),
                None if happened[0].by == By::SCHEDULER => Cause::Time,
                None => Cause::Arrival,
            };
            let touched: BTreeSet<Subject> =
                happened.iter().map(|event| event.subject).chain(act.map(|act| act.on)).collect();
            edges.extend(touched.into_iter().filter_map(|subject| {
                Some(Edge {
                    kind: subject.kind,
                    from: stage(&before, subject),
                    to: stage(&case, subject)?,
                    cause: reason,
                })
            }));
            next = until;
        }
        edges
    }
}
