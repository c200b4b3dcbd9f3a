//! The pool: engagements that no program liaison has taken.

use super::{Bench, WorkItem};
use crate::{
    app::{App, AppError, Principal, rows::Looked, view::may_know},
    authz::Sight,
    domain::{actor::Role, id::Kind, time::Instant},
    storage::{
        self, ReadTx,
        candidates::{Candidate, Narrow, Part, Stages, candidates},
        order::Start,
    },
};

/// Engagements of the pool that are shown, the newest first.
const MOST: u64 = 100;

/// Stages of an engagement that a liaison may take from the pool.
const STAGES: [&str; 6] = ["proposed", "conditions", "ready", "window_scheduled", "window_open", "suspended"];

impl App {
    /// The pool, for whom the scope shows it to, and whether there is more of it.
    pub(super) async fn pool(
        &self,
        tx: &ReadTx,
        viewer: &Principal,
        now: Instant,
    ) -> Result<(Vec<Candidate>, bool), AppError> {
        if !Looked::new(viewer, now).pooled {
            return Ok((Vec::new(), false));
        }
        let stages = Stages { names: STAGES.map(str::to_owned).to_vec(), now };
        let scope = storage::Scope::government_pool().of_kind(Kind::Engagement);
        Ok(candidates(tx, &[Part { scope, stages: Some(stages) }], &Narrow::default(), Start::default(), MOST).await?)
    }

    /// One row for each engagement of the pool that the policies show the person.
    pub(super) fn unassigned(&self, bench: &Bench<'_>, pool: &[Candidate]) -> Vec<WorkItem> {
        pool.iter().filter_map(|row| self.in_pool(bench, row)).collect()
    }

    fn in_pool(&self, bench: &Bench<'_>, row: &Candidate) -> Option<WorkItem> {
        let release = row.release?;
        let (case, actor) = (bench.cases.cases.get(&release)?, &bench.looked.viewer.actor);
        let sight = self.sight(actor, case, row.subject).filter(|sight| *sight != Sight::Locked)?;
        if !case.promoted(row.subject).is_some_and(|columns| STAGES.contains(&columns.stage)) {
            return None;
        }
        let open = bench.opened.get(&release).into_iter().flat_map(|open| open.values());
        let known = open.filter(|open| open.subject == row.subject && may_know(open.kind, actor, sight));
        let due = known.min_by_key(|open| (open.due.due_at, open.kind));
        Some(self.item_of(bench, row, ("claim", Role::ProgramLiaison.code()), due))
    }
}
