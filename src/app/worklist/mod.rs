//! One queue a person: what is overdue, what is due within seven days, what waits on others, which notices wait to be
//! acknowledged, and what nobody has taken yet. Each row says the next step, who, when and why.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    App, AppError, Principal,
    agenda::Upcoming,
    due::is_known,
    reminding::words,
    view::{Moment, moment},
};
use crate::{
    authz::{Alternative, Scope, Sight},
    domain::{
        actor::Role,
        id::{Kind, RecordId},
        time::Instant,
    },
    storage::{self, DeadlineStatus, ReadTx, agenda::Span, deadlines, list},
};

/// Open deadlines that are looked at, the next due first.
const MOST: u64 = 200;

/// Engagements of the pool that are shown, the newest first.
const MOST_UNASSIGNED: u64 = 100;

/// What is due within this time is due soon.
const SOON: TimeDelta = TimeDelta::days(7);

/// Stages of an engagement that a liaison may take from the pool.
const POOL_STAGES: [&str; 6] = ["proposed", "conditions", "ready", "window_scheduled", "window_open", "suspended"];

/// A person's queue.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Worklist {
    /// The instant that it is for.
    pub as_of: Moment,
    /// The person's own steps whose date has passed.
    pub overdue: Vec<WorkItem>,
    /// The person's own steps of the next seven days.
    pub due_soon: Vec<WorkItem>,
    /// Steps of others on records that the person may read.
    pub waiting_on_others: Vec<WorkItem>,
    /// Legally operative notices that the person may acknowledge; they have no date.
    pub to_acknowledge: Vec<WorkItem>,
    /// Engagements that no liaison has taken; for program liaisons alone.
    pub unassigned: Vec<WorkItem>,
    /// Whether there is more than was looked at: the 200 open deadlines that are due first, the 200 newest incidents and
    /// requests for records, and the 100 newest engagements of the pool.
    pub truncated: bool,
}

/// One row of a queue. It carries no title and no name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WorkItem {
    /// The record.
    pub reference: String,
    /// Its kind.
    pub kind: Kind,
    /// What is to be done, as a stable word such as `sign`, `redline` or `claim`.
    pub next_step: String,
    /// The day that people are shown; none where nothing has a date.
    pub due_on: Option<NaiveDate>,
    /// From this instant on it is late.
    pub due_at: Option<Moment>,
    /// Whose turn it is: `me`, codes of roles, or `person` for somebody in particular.
    pub who: Vec<String>,
    /// Why that date; none where nothing has a date.
    pub why: Option<WorkReason>,
}

/// The facts behind a date.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WorkReason {
    /// The deadline's code, `D1` to `D22`.
    pub code: String,
    /// The deadline's kind.
    pub deadline: String,
    /// The event that anchors it.
    pub anchor: String,
    /// The instant that the clock counts from.
    pub starts_at: Moment,
    /// The framework version that gives the numbers.
    pub framework: String,
    /// The starting event and who vouches for it, the day kind, the roll rule and what pauses it.
    pub clock: Value,
}

impl App {
    /// The person's queue.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the store is not at hand.
    pub async fn worklist(&self, viewer: &Principal) -> Result<Worklist, AppError> {
        let tx = self.store().begin_read().await?;
        let now = self.decision_time(&tx).await?;
        let span = Span { from: None, to: None, after: None, limit: MOST };
        let agenda = self.agenda(&tx, viewer, span, now).await?;
        let (to_acknowledge, more_notices) = self.unacknowledged(&tx, viewer, now).await?;
        let (unassigned, more_unassigned) = self.unassigned(&tx, viewer, now).await?;
        tx.end().await?;
        let mut list = Worklist {
            as_of: self.moment(now),
            overdue: Vec::new(),
            due_soon: Vec::new(),
            waiting_on_others: Vec::new(),
            to_acknowledge,
            unassigned,
            truncated: agenda.truncated || more_notices || more_unassigned,
        };
        for upcoming in agenda.upcoming {
            let item = self.item(&upcoming);
            match (upcoming.mine, upcoming.row.due_at) {
                (false, _) => list.waiting_on_others.push(item),
                (true, due) if due <= now => list.overdue.push(item),
                (true, due) if due - now <= SOON => list.due_soon.push(item),
                (true, _) => {}
            }
        }
        Ok(list)
    }

    fn item(&self, upcoming: &Upcoming) -> WorkItem {
        let (row, open) = (&upcoming.row, &upcoming.open);
        WorkItem {
            reference: open.reference.clone(),
            kind: open.subject.kind,
            next_step: words(open.kind, false).1.as_str().to_owned(),
            due_on: Some(row.shown_on),
            due_at: Some(self.moment(row.due_at)),
            who: if upcoming.mine { vec!["me".to_owned()] } else { upcoming.who.clone() },
            why: Some(self.reason(row)),
        }
    }

    fn reason(&self, row: &storage::DeadlineRow) -> WorkReason {
        let text = |name: &str| row.facts.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        WorkReason {
            code: text("code"),
            deadline: row.kind.clone(),
            anchor: row.anchor.clone(),
            starts_at: self.moment(row.starts_at),
            framework: text("framework"),
            clock: row.facts.get("clock").cloned().unwrap_or_default(),
        }
    }

    /// The pool, for whom the policies show it to, and whether there is more of it.
    async fn unassigned(
        &self,
        tx: &ReadTx,
        viewer: &Principal,
        now: Instant,
    ) -> Result<(Vec<WorkItem>, bool), AppError> {
        let scope = Scope::of(&viewer.actor, Kind::Engagement);
        if !scope.alternatives().contains(&Alternative::Unassigned) {
            return Ok((Vec::new(), false));
        }
        let stages = POOL_STAGES.map(str::to_owned).to_vec();
        let filter = list::Filter { kind: Some(Kind::Engagement), stages, release: None, engagement: None };
        let pool = storage::Scope::government_pool();
        let page = list::aggregates(tx, &pool, &filter, None, MOST_UNASSIGNED).await?;
        let ids: Vec<RecordId> = page.rows.iter().map(|row| row.subject.id).collect();
        let releases = page.rows.iter().filter_map(|row| row.release).collect();
        let cases = self.cases(tx, &releases, &std::collections::BTreeSet::new(), now).await?;
        let sight = |row: &list::ListRow| {
            let case = row.release.and_then(|release| cases.cases.get(&release))?;
            self.sight(&viewer.actor, case, row.subject).filter(|sight| *sight != Sight::Locked)
        };
        let seen: BTreeMap<RecordId, Sight> =
            page.rows.iter().filter_map(|row| Some((row.subject.id, sight(row)?))).collect();
        let mut due: BTreeMap<RecordId, storage::DeadlineRow> = BTreeMap::new();
        for row in deadlines::of_aggregates(tx, &ids).await? {
            let known = seen.get(&row.aggregate).is_some_and(|sight| is_known(&row, viewer, *sight));
            if known && row.status == DeadlineStatus::Open {
                due.entry(row.aggregate).or_insert(row);
            }
        }
        let item = |row: list::ListRow| {
            let due = due.get(&row.subject.id);
            WorkItem {
                reference: row.reference,
                kind: row.subject.kind,
                next_step: "claim".to_owned(),
                due_on: due.map(|due| due.shown_on),
                due_at: due.map(|due| self.moment(due.due_at)),
                who: vec![Role::ProgramLiaison.code().to_owned()],
                why: due.map(|due| self.reason(due)),
            }
        };
        let truncated = page.next.is_some();
        let items = page.rows.into_iter().filter(|row| seen.contains_key(&row.subject.id)).map(item).collect();
        Ok((items, truncated))
    }

    /// An instant for people of the program.
    pub(super) fn moment(&self, at: Instant) -> Moment {
        moment(at, self.settings().program.zone)
    }
}
