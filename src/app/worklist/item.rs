//! One row of a queue: what it says of a record, and which of its acts a person may carry out on a delegation.

use super::{Bench, WorkItem, WorkReason};
use crate::{
    app::{
        App,
        agenda::Upcoming,
        step,
        view::{Headline, WindowEndView},
    },
    authz::{Acting, Resource},
    domain::{
        action::Creates,
        actor::Role,
        case::available,
        command::Command,
        deadline::{DeadlineKind, OpenDeadline},
        id::{RecordId, Subject},
    },
    storage::candidates::Candidate,
};

impl WorkItem {
    /// A row about a record, of a step without a date.
    pub(super) fn undated(row: &Candidate, next_step: String) -> Self {
        Self {
            reference: row.reference.clone(),
            kind: row.subject.kind,
            title: None,
            developer: None,
            next_step,
            due_on: None,
            due_at: None,
            who: Vec::new(),
            people: Vec::new(),
            acts: Vec::new(),
            why: None,
            mail_problem: None,
        }
    }
}

impl App {
    /// The row of a deadline.
    pub(super) fn item(&self, bench: &Bench<'_>, upcoming: &Upcoming, acts: Vec<String>) -> WorkItem {
        let (row, open) = (&upcoming.row, &upcoming.open);
        let id = row.release.unwrap_or(row.aggregate);
        let who = if upcoming.mine { vec!["me".to_owned()] } else { upcoming.who.clone() };
        let plain = WorkItem {
            reference: open.reference.clone(),
            kind: open.subject.kind,
            title: None,
            developer: None,
            next_step: step::of(open).word.to_owned(),
            due_on: Some(row.shown_on),
            due_at: Some(self.moment(row.due_at)),
            who,
            people: bench.names.of_side(&upcoming.people, bench.looked.viewer.actor.side).collect(),
            acts,
            why: Some(self.reason(open)),
            mail_problem: None,
        };
        Self::headed(bench, id, open.subject, plain)
    }

    /// A row about a record as such.
    pub(super) fn item_of(
        &self,
        bench: &Bench<'_>,
        row: &Candidate,
        (step, who): (&str, &str),
        due: Option<&OpenDeadline>,
    ) -> WorkItem {
        let plain = WorkItem {
            due_on: due.map(|due| due.due.shown_on),
            due_at: due.map(|due| self.moment(due.due.due_at)),
            who: vec![who.to_owned()],
            why: due.map(|due| self.reason(due)),
            ..WorkItem::undated(row, step.to_owned())
        };
        Self::headed(bench, row.release.unwrap_or(row.subject.id), row.subject, plain)
    }

    /// The row with what its viewer may know of title and developer.
    pub(super) fn headed(bench: &Bench<'_>, case: RecordId, subject: Subject, plain: WorkItem) -> WorkItem {
        let Some(viewing) = bench.viewings.get(&case) else { return plain };
        let seen = viewing.sight(subject).map(|sight| viewing.headline(subject, sight, bench.looked.pooled));
        let Headline { title, developer, .. } = seen.unwrap_or_default();
        WorkItem { title, developer: developer.map(|developer| bench.names.party(developer)), ..plain }
    }

    fn reason(&self, open: &OpenDeadline) -> WorkReason {
        WorkReason {
            code: open.kind.to_string(),
            deadline: crate::app::recording::name_of(open.kind),
            anchor: open.anchor.to_owned(),
            starts_at: self.moment(open.anchored_at()),
            framework: open.framework.clone(),
            clock: serde_json::to_value(open.due.facts).unwrap_or_default(),
            window_end: WindowEndView::of_deadline(open, self.settings().program.zone),
        }
    }

    /// The acts on the record that the authorized official is to carry out, and that the person may now, on a delegation.
    pub(super) fn delegated_acts(&self, bench: &Bench<'_>, upcoming: &Upcoming) -> Vec<String> {
        // Who approved a grant is asked by name to recertify it, and is an official all the same.
        let official = upcoming.who.iter().any(|who| who == Role::DeveloperOfficial.code())
            || upcoming.open.kind == DeadlineKind::GrantRecertification;
        let subject = upcoming.open.subject;
        let case = bench.cases.cases.get(&upcoming.row.release.unwrap_or(upcoming.row.aggregate));
        let Some(case) = case.filter(|_| official) else { return Vec::new() };
        let Some(resource) = Resource::of(case, subject) else { return Vec::new() };
        let (facts, now, actor) = (&bench.cases.facts, bench.looked.now, &bench.looked.viewer.actor);
        let acts = Command::catalog().into_iter().filter(|command| command.creates == Creates::No);
        let may = |action: &crate::domain::action::Action| {
            let acting = Acting::of(actor, case, subject, *action, facts, now);
            acting.is_delegated()
                && acting.decide(self.engine(), *action, &resource).is_ok()
                && available(case, subject, *action, acting.actor(), facts, now).is_ok()
        };
        let own = acts.map(|command| command.action).filter(|action| action.kind == subject.kind);
        own.filter(may).map(|action| action.name.to_owned()).collect()
    }
}
