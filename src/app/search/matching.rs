//! Whether a row fits a query. Terms are held against the row as its viewer is shown it and against nothing else.

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;

use super::query::{DueTerm, OwnerTerm, Query, StageTerm, StateTerm, Term};
use crate::{
    app::{
        rows::{Listed, Looked, Row, begins},
        view::LOCKED,
    },
    domain::{
        time::{Instant, local_date},
        workflow::is_over,
    },
};

/// What is due within this time is due soon.
pub(super) const SOON: TimeDelta = TimeDelta::days(7);

/// The stage by which a partner knows an approach that is over.
const ENDED: &str = "ended";

/// A query of one viewer at one instant.
pub(super) struct Matcher<'a> {
    query: &'a Query,
    looked: &'a Looked<'a>,
    zone: Tz,
    today: NaiveDate,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(query: &'a Query, looked: &'a Looked<'a>, zone: Tz) -> Self {
        Self { query, looked, zone, today: local_date(looked.now, zone) }
    }

    /// Whether every term holds.
    pub(super) fn fits(&self, row: &Row) -> bool {
        self.query.terms().all(|term| self.holds(term, row))
    }

    fn holds(&self, term: &Term, row: &Row) -> bool {
        let listed = &row.listed;
        let on = |at: Instant| local_date(at, self.zone);
        match term {
            Term::Kind(kinds) => kinds.contains(&listed.kind),
            Term::Stage(stages) => stages.iter().any(|stage| in_stage(stage, listed)),
            Term::Due(DueTerm::None) => listed.due.is_none(),
            Term::Due(DueTerm::Days(days)) => listed.due.as_ref().is_some_and(|due| days.contain(due.on, self.today)),
            Term::Developer(name) => listed.developer.as_ref().is_some_and(|developer| begins(&developer.name, name)),
            Term::Owner(owner) => self.owned(owner, row),
            Term::Is(StateTerm::Overdue) => listed.due.as_ref().is_some_and(|due| due.overdue),
            Term::Is(StateTerm::DueSoon) => listed.due.as_ref().is_some_and(|due| due.at - self.looked.now <= SOON),
            Term::Reference(reference) => listed.reference.starts_with(reference.as_str()),
            Term::Created(days) => days.contain(on(listed.created_at), self.today),
            Term::Updated(days) => days.contain(on(listed.updated_at), self.today),
            Term::Text(text) => texts(listed).any(|shown| shown.to_lowercase().contains(text.as_str())),
        }
    }

    fn owned(&self, owner: &OwnerTerm, row: &Row) -> bool {
        let shown = row.listed.owner.as_ref();
        match owner {
            OwnerTerm::Me => shown.is_some_and(|person| person.id == Some(self.looked.viewer.actor.account.0)),
            OwnerTerm::None => row.unowned,
            OwnerTerm::Named(name) => shown.is_some_and(|person| begins(&person.name, name)),
        }
    }
}

fn in_stage(stage: &StageTerm, listed: &Listed) -> bool {
    let over = is_over(listed.kind, &listed.stage) || listed.stage == ENDED;
    match stage {
        // What spillage locks is neither: its stage is not shown.
        StageTerm::Open => !over && listed.stage != LOCKED,
        StageTerm::Closed => over,
        StageTerm::Named(name) => listed.stage == *name,
    }
}

/// What free text is looked for in.
fn texts(listed: &Listed) -> impl Iterator<Item = &str> {
    let developer = listed.developer.as_ref().map(|developer| developer.name.as_str());
    let owner = listed.owner.as_ref().map(|owner| owner.name.as_str());
    [Some(listed.reference.as_str()), listed.title.as_deref(), developer, owner].into_iter().flatten()
}
