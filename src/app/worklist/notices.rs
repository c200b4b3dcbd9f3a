//! Legally operative notices (N16, N17) that nobody of the person's side acknowledged yet: mail alone does not deliver
//! them (domain section 6). They stand in the queue of whoever may acknowledge them, without a date, until that is done.

use super::{Bench, WorkItem};
use crate::{
    app::App,
    authz::{Resource, permitted},
    domain::{action::Action, case::available, id::Kind, notice::Ask, workflow::stages_of},
    storage::candidates::Candidate,
};

/// The command that acknowledges a notice, of either kind of record.
const ACKNOWLEDGE: &str = "acknowledge-notice";

/// The records whose notices are acknowledged.
const KINDS: [Kind; 2] = [Kind::Incident, Kind::FoiaRequest];

/// The stages of a kind in which a notice can be acknowledged.
pub(super) fn stages(kind: Kind) -> Vec<&'static str> {
    if KINDS.contains(&kind) { stages_of(Action::new(kind, ACKNOWLEDGE)) } else { Vec::new() }
}

impl App {
    /// One row for each notice that the person may acknowledge now.
    pub(super) fn to_acknowledge(&self, bench: &Bench<'_>, rows: &[Candidate]) -> Vec<WorkItem> {
        let mine = rows.iter().filter(|row| self.may_acknowledge(bench, row));
        mine.map(|row| self.item_of(bench, row, (Ask::Acknowledge.as_str(), "me"), None)).collect()
    }

    fn may_acknowledge(&self, bench: &Bench<'_>, row: &Candidate) -> bool {
        if !KINDS.contains(&row.subject.kind) {
            return false;
        }
        let Some(case) = row.release.and_then(|release| bench.cases.cases.get(&release)) else { return false };
        let Some(resource) = Resource::of(case, row.subject) else { return false };
        let action = Action::new(row.subject.kind, ACKNOWLEDGE);
        let (facts, actor) = (&bench.cases.facts, &bench.looked.viewer.actor);
        permitted(self.engine(), actor, &resource).contains(&action)
            && available(case, row.subject, action, actor, facts, bench.looked.now).is_ok()
    }
}
