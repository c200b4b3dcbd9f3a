//! Steps that wait for somebody and have no date, so that no deadline brings them into the queue: the records officer's,
//! along a request for records. One that has a date stands under its date alone.

use super::{Bench, WorkItem};
use crate::{
    app::{App, agenda::Upcoming},
    authz::{Resource, permitted},
    domain::{action::Action, case::available, id::Kind},
    storage::candidates::Candidate,
};

/// The steps of a request for records, by stage; of those of one stage the first that is open is the next. While the
/// submitter may object it is the submitter's turn.
const STEPS: [(&str, &str); 8] = [
    ("logged", "record-search"),
    ("searched", "send-submitter-notice"),
    ("searched", "record-outcome"),
    ("objection", "record-decision"),
    ("decided", "send-disclosure-notice"),
    ("decided", "plan-disclosure"),
    ("decided", "record-outcome"),
    ("disclosure_notice", "record-outcome"),
];

/// The stages of a kind in which there are such steps.
pub(super) fn stages(kind: Kind) -> impl Iterator<Item = &'static str> {
    STEPS.into_iter().map(|(stage, _)| stage).filter(move |_| kind == Kind::FoiaRequest)
}

impl App {
    /// One row for each record with such a step of the person, unless the person has a date on it.
    pub(super) fn undated(&self, bench: &Bench<'_>, rows: &[Candidate], upcoming: &[Upcoming]) -> Vec<WorkItem> {
        let dated = |row: &Candidate| upcoming.iter().any(|one| one.mine && one.open.subject == row.subject);
        let requests = rows.iter().filter(|row| row.subject.kind == Kind::FoiaRequest && !dated(row));
        let item = |row: &Candidate| {
            let step = self.undated_step(bench, row)?.replace('-', "_");
            Some(self.item_of(bench, row, (&step, "me"), None))
        };
        requests.filter_map(item).collect()
    }

    /// The first step that the person may do now.
    fn undated_step(&self, bench: &Bench<'_>, row: &Candidate) -> Option<&'static str> {
        let case = bench.cases.cases.get(&row.release?)?;
        let resource = Resource::of(case, row.subject)?;
        let stage = case.promoted(row.subject)?.stage;
        let (facts, actor) = (&bench.cases.facts, &bench.looked.viewer.actor);
        let may = permitted(self.engine(), actor, &resource);
        let open = |name: &'static str| {
            let action = Action::new(row.subject.kind, name);
            may.contains(&action) && available(case, row.subject, action, actor, facts, bench.looked.now).is_ok()
        };
        STEPS.into_iter().filter(|(of, _)| *of == stage).map(|(_, name)| name).find(|name| open(name))
    }
}
