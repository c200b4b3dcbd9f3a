//! Legally operative notices (N16, N17) that nobody of the person's side acknowledged yet: mail alone does not deliver
//! them (domain section 6). They stand in the queue of whoever may acknowledge them, without a date, until that is done.

use std::collections::BTreeSet;

use super::{App, AppError, Principal, agenda::Cases, worklist::WorkItem};
use crate::{
    authz::{Resource, Scope, permitted},
    domain::{action::Action, case::available, id::Kind, notice::Ask, time::Instant},
    storage::{self, ReadTx, list},
};

/// The command that acknowledges a notice, of either kind of record.
const ACKNOWLEDGE: &str = "acknowledge-notice";

/// The records whose notices are acknowledged.
const KINDS: [Kind; 2] = [Kind::Incident, Kind::FoiaRequest];

/// Records of each kind that are looked at, the newest first.
const MOST: u64 = 200;

impl App {
    /// One row for each notice that the person may acknowledge now, and whether there are records that were not looked
    /// at.
    pub(super) async fn unacknowledged(
        &self,
        tx: &ReadTx,
        viewer: &Principal,
        now: Instant,
    ) -> Result<(Vec<WorkItem>, bool), AppError> {
        let (mut rows, mut truncated) = (Vec::new(), false);
        for kind in KINDS {
            let scope = storage::Scope::of(&Scope::of(&viewer.actor, kind));
            let filter = list::Filter { kind: Some(kind), stages: Vec::new(), release: None, engagement: None };
            let page = list::aggregates(tx, &scope, &filter, None, MOST).await?;
            truncated |= page.next.is_some();
            rows.extend(page.rows);
        }
        if rows.is_empty() {
            return Ok((Vec::new(), truncated));
        }
        let releases = rows.iter().filter_map(|row| row.release).collect();
        let cases = self.cases(tx, &releases, &BTreeSet::new(), now).await?;
        Ok((rows.iter().filter(|row| self.may_acknowledge(viewer, &cases, row, now)).map(item).collect(), truncated))
    }

    fn may_acknowledge(&self, viewer: &Principal, cases: &Cases, row: &list::ListRow, now: Instant) -> bool {
        let Some(case) = row.release.and_then(|release| cases.cases.get(&release)) else { return false };
        let Some(resource) = Resource::of(case, row.subject) else { return false };
        let action = Action::new(row.subject.kind, ACKNOWLEDGE);
        permitted(self.engine(), &viewer.actor, &resource).contains(&action)
            && available(case, row.subject, action, &viewer.actor, &cases.facts, now).is_ok()
    }
}

fn item(row: &list::ListRow) -> WorkItem {
    WorkItem {
        reference: row.reference.clone(),
        kind: row.subject.kind,
        next_step: Ask::Acknowledge.as_str().to_owned(),
        due_on: None,
        due_at: None,
        who: vec!["me".to_owned()],
        why: None,
    }
}
