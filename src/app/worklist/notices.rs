//! Legally operative notices (N16, N17) that nobody of the person's side acknowledged yet: mail alone does not deliver
//! them (domain section 6). They stand in the queue of whoever may acknowledge them, without a date, until that is done.

use std::collections::BTreeSet;

use super::{Bench, WorkItem, undated};
use crate::{
    app::{App, AppError, Principal, list::part, rows::Looked},
    authz::{Resource, permitted},
    domain::{action::Action, case::available, id::Kind, notice::Ask, time::Instant, workflow::stages_of},
    storage::{
        ReadTx,
        candidates::{Candidate, Narrow, candidates},
        order::Start,
    },
};

/// The command that acknowledges a notice, of either kind of record.
const ACKNOWLEDGE: &str = "acknowledge-notice";

/// The records whose notices are acknowledged.
const KINDS: [Kind; 2] = [Kind::Incident, Kind::FoiaRequest];

/// Records that are looked at, the newest first.
const MOST: u64 = 200;

impl App {
    /// Records in whose stage a notice can be acknowledged or a step without a date be done, and whether there are more.
    pub(super) async fn notices(
        &self,
        tx: &ReadTx,
        viewer: &Principal,
        now: Instant,
    ) -> Result<(Vec<Candidate>, bool), AppError> {
        let looked = Looked::new(viewer, now);
        let parts = KINDS.map(|kind| {
            let stages: BTreeSet<&str> =
                stages_of(Action::new(kind, ACKNOWLEDGE)).into_iter().chain(undated::stages(kind)).collect();
            part(&looked, kind, &stages.into_iter().map(str::to_owned).collect::<Vec<_>>())
        });
        Ok(candidates(tx, &parts, &Narrow::default(), Start::default(), MOST).await?)
    }

    /// One row for each notice that the person may acknowledge now.
    pub(super) fn to_acknowledge(&self, bench: &Bench<'_>, rows: &[Candidate]) -> Vec<WorkItem> {
        let mine = rows.iter().filter(|row| self.may_acknowledge(bench, row));
        mine.map(|row| self.item_of(bench, row, (Ask::Acknowledge.as_str(), "me"), None)).collect()
    }

    fn may_acknowledge(&self, bench: &Bench<'_>, row: &Candidate) -> bool {
        let Some(case) = row.release.and_then(|release| bench.cases.cases.get(&release)) else { return false };
        let Some(resource) = Resource::of(case, row.subject) else { return false };
        let action = Action::new(row.subject.kind, ACKNOWLEDGE);
        let (facts, actor) = (&bench.cases.facts, &bench.looked.viewer.actor);
        permitted(self.engine(), actor, &resource).contains(&action)
            && available(case, row.subject, action, actor, facts, bench.looked.now).is_ok()
    }
}
