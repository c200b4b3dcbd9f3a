//! One queue a person: what is overdue, what is due within seven days, what waits on others, which notices wait to be
//! acknowledged, which steps have no date, and what nobody has taken yet. Each row says the next step, who, when and
//! why. The same queue is there for what a person may do on somebody's delegation, and for what the person's whole side
//! has to do.
//!
//! Cost: at most eighteen statements, however many rows: the cases of every section are loaded once.

mod filter;
mod item;
mod notices;
mod pool;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, TimeDelta};
pub use filter::{WorkFilter, WorkView};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    App, AppError, Principal,
    agenda::{Cases, Opened, Upcoming, behind},
    people,
    rows::Looked,
    view::{Moment, Names, Party, Person, Viewing, WindowEndView, moment},
};
use crate::{
    domain::{
        id::{Kind, RecordId},
        time::Instant,
    },
    storage::{ReadTx, agenda::Span},
};

/// Open deadlines that are looked at, the next due first.
const MOST: u64 = 200;

/// What is due within this time is due soon.
const SOON: TimeDelta = TimeDelta::days(7);

/// A person's queue.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Worklist {
    /// The instant that it is for.
    pub as_of: Moment,
    /// Whose steps the first three sections hold.
    pub view: WorkView,
    /// Steps whose date has passed.
    pub overdue: Vec<WorkItem>,
    /// Steps of the next seven days.
    pub due_soon: Vec<WorkItem>,
    /// Steps whose date is farther ahead.
    pub later: Vec<WorkItem>,
    /// Steps of others on records that the person may read.
    pub waiting_on_others: Vec<WorkItem>,
    /// Legally operative notices that the person may acknowledge; they have no date.
    pub to_acknowledge: Vec<WorkItem>,
    /// Steps that no deadline brings up, such as a grant to approve.
    pub undated: Vec<WorkItem>,
    /// Legally operative mail that did not arrive, whose recipient is to be told otherwise; for system administrators and
    /// program liaisons alone.
    pub mail_problems: Vec<WorkItem>,
    /// Engagements that no liaison has taken; for program liaisons alone.
    pub unassigned: Vec<WorkItem>,
    /// How many rows each section has.
    pub counts: WorkCounts,
    /// Whether there is more than was looked at: the 200 open deadlines that are due first, of the kind and code that are
    /// asked for; the 200 newest records on which something can wait; and the 100 newest engagements of the pool.
    pub truncated: bool,
}

/// How many rows each section of a queue has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the fields are the sections")]
pub struct WorkCounts {
    pub overdue: usize,
    pub due_soon: usize,
    pub later: usize,
    pub waiting_on_others: usize,
    pub to_acknowledge: usize,
    pub undated: usize,
    pub mail_problems: usize,
    pub unassigned: usize,
}

/// One row of a queue.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WorkItem {
    /// The record.
    pub reference: String,
    /// Its kind.
    pub kind: Kind,
    /// Its title, where the person may read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its developer, where the person may know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub developer: Option<Party>,
    /// What is to be done, as a stable word such as `sign`, `redline` or `claim`.
    pub next_step: String,
    /// The day that people are shown; none where nothing has a date.
    pub due_on: Option<NaiveDate>,
    /// From this instant on it is late.
    pub due_at: Option<Moment>,
    /// Whose turn it is: `me`, codes of roles, or `person` for somebody in particular.
    pub who: Vec<String>,
    /// The people of the viewer's own side in particular whose turn it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Person>,
    /// The acts on the record that the person may carry out on a delegation now; in that view alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<String>,
    /// Why that date; none where nothing has a date.
    pub why: Option<WorkReason>,
    /// The mail problem that is to be looked after; none for every other step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail_problem: Option<Uuid>,
}

/// The facts behind a date.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WorkReason {
    /// The deadline's code, `D1` to `D22`; of an offer the section of the rules that lets it lapse, `3.0`.
    pub code: String,
    /// The deadline's kind; `offer_lapses` of an offer.
    pub deadline: String,
    /// The event that anchors it.
    pub anchor: String,
    /// The instant of that event: the clock counts from it, or it gave the date.
    pub starts_at: Moment,
    /// The framework version that gives the numbers.
    pub framework: String,
    /// The starting event and who vouches for it, the day kind, the roll rule and what pauses it.
    pub clock: Value,
    /// Of the end of an access window: why it is that instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_end: Option<WindowEndView>,
}

/// What the rows of a queue are made from.
struct Bench<'a> {
    looked: Looked<'a>,
    cases: &'a Cases,
    opened: Opened,
    names: &'a Names,
    viewings: BTreeMap<RecordId, Viewing<'a>>,
}

impl App {
    /// The person's own queue, with every row.
    ///
    /// # Errors
    /// As [`App::worklist_of`].
    pub async fn worklist(&self, viewer: &Principal) -> Result<Worklist, AppError> {
        self.worklist_of(viewer, &WorkFilter::default()).await
    }

    /// A queue of the person, with the rows that are wanted.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the store is not at hand.
    pub async fn worklist_of(&self, viewer: &Principal, filter: &WorkFilter) -> Result<Worklist, AppError> {
        let tx = self.store().begin_read().await?;
        let list = self.filtered(&tx, viewer, filter).await;
        tx.end().await?;
        list
    }

    /// The references of the records with a row that is wanted.
    pub(super) async fn worked_on(
        &self,
        tx: &ReadTx,
        viewer: &Principal,
        filter: &WorkFilter,
    ) -> Result<BTreeSet<String>, AppError> {
        let mut list = self.filtered(tx, viewer, filter).await?;
        let items = list.sections().into_iter().flat_map(|items| items.iter());
        Ok(items.map(|item| item.reference.clone()).collect())
    }

    async fn filtered(&self, tx: &ReadTx, viewer: &Principal, filter: &WorkFilter) -> Result<Worklist, AppError> {
        let mut list = self.queue(tx, viewer, filter).await?;
        for items in list.sections() {
            items.retain(|item| filter.wants(item));
        }
        list.counts = list.counted();
        Ok(list)
    }

    async fn queue(&self, tx: &ReadTx, viewer: &Principal, filter: &WorkFilter) -> Result<Worklist, AppError> {
        let now = self.decision_time(tx).await?;
        let span = Span { from: None, to: None, after: None, limit: MOST };
        let (rows, _, truncated) = self.agenda_rows(tx, viewer, &filter.which(), span).await?;
        let (waiting, more_waiting) = self.may_wait(tx, viewer, filter, now).await?;
        let (pool, more_pool) = self.pool(tx, viewer, now).await?;
        let (mut releases, alone) = behind(&rows);
        releases.extend(waiting.iter().chain(&pool).filter_map(|row| row.release));
        let cases = self.cases(tx, &releases, &alone, now).await?;
        let names = people::names_in(tx, cases.cases.values()).await?;
        let opened = cases.open(now);
        let upcoming = self.upcoming(viewer, rows, &cases, &mut opened.clone());
        let looked = Looked::new(viewer, now);
        let viewings = self.viewings(&looked, &cases, &names);
        let bench = Bench { looked, cases: &cases, opened, names: &names, viewings };
        let mut list = Worklist::empty(self.moment(now), filter.view);
        list.truncated = truncated || more_waiting || more_pool;
        list.to_acknowledge = self.to_acknowledge(&bench, &waiting);
        self.place_waiting(&mut list, &bench, &waiting, &upcoming);
        list.mail_problems = self.mail_work(tx, viewer, now).await?;
        list.unassigned = self.unassigned(&bench, &pool);
        for one in upcoming {
            self.place(&mut list, &bench, &one);
        }
        for items in [&mut list.due_soon, &mut list.later] {
            items.sort_by_key(|item| item.due_at.as_ref().map(|due| due.at));
        }
        Ok(list)
    }

    /// Puts a deadline where it belongs.
    fn place(&self, list: &mut Worklist, bench: &Bench<'_>, upcoming: &Upcoming) {
        let acts = match list.view {
            WorkView::Delegated => self.delegated_acts(bench, upcoming),
            WorkView::Own | WorkView::Team => Vec::new(),
        };
        let is_wanted = match list.view {
            WorkView::Own => upcoming.mine,
            WorkView::Team => upcoming.mine || upcoming.is_of(bench.looked.viewer.actor.side, bench.names),
            WorkView::Delegated => !acts.is_empty(),
        };
        let item = self.item(bench, upcoming, acts);
        if is_wanted {
            list.section(Some(upcoming.row.due_at), bench.looked.now).push(item);
        } else if list.view != WorkView::Delegated {
            // What waits on others is told in the own queue and in that of the side.
            list.waiting_on_others.push(item);
        }
    }

    /// An instant for people of the program.
    pub(super) fn moment(&self, at: Instant) -> Moment {
        moment(at, self.settings().program.zone)
    }
}

impl Worklist {
    /// Where a wanted step stands that is due then.
    fn section(&mut self, due: Option<Instant>, now: Instant) -> &mut Vec<WorkItem> {
        match due {
            None => &mut self.undated,
            Some(due) if due <= now => &mut self.overdue,
            Some(due) if due - now <= SOON => &mut self.due_soon,
            Some(_) => &mut self.later,
        }
    }

    fn empty(as_of: Moment, view: WorkView) -> Self {
        Self {
            as_of,
            view,
            overdue: Vec::new(),
            due_soon: Vec::new(),
            later: Vec::new(),
            waiting_on_others: Vec::new(),
            to_acknowledge: Vec::new(),
            undated: Vec::new(),
            mail_problems: Vec::new(),
            unassigned: Vec::new(),
            counts: WorkCounts::default(),
            truncated: false,
        }
    }

    const fn sections(&mut self) -> [&mut Vec<WorkItem>; 8] {
        [
            &mut self.overdue,
            &mut self.due_soon,
            &mut self.later,
            &mut self.waiting_on_others,
            &mut self.to_acknowledge,
            &mut self.undated,
            &mut self.mail_problems,
            &mut self.unassigned,
        ]
    }

    const fn counted(&self) -> WorkCounts {
        WorkCounts {
            overdue: self.overdue.len(),
            due_soon: self.due_soon.len(),
            later: self.later.len(),
            waiting_on_others: self.waiting_on_others.len(),
            to_acknowledge: self.to_acknowledge.len(),
            undated: self.undated.len(),
            mail_problems: self.mail_problems.len(),
            unassigned: self.unassigned.len(),
        }
    }
}
