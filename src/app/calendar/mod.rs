//! What lies ahead: access windows and open deadlines in a span of time, and a person's own task dates as a feed for
//! calendar programs.

mod entries;
mod feed;
mod slips;

use chrono::{NaiveDate, TimeDelta};
pub(super) use feed::actor;
pub use feed::{Feed, FeedAddress};
use serde::Serialize;
pub use slips::WindowSlip;
use utoipa::ToSchema;

use super::{
    App, AppError, Principal,
    agenda::{Cases, Upcoming, Which, behind},
    error::BadRequest,
    people,
    view::{Moment, Names, Party},
};
use crate::{
    authz::{Resource, Scope, Sight, sight},
    domain::{
        case::Case,
        engagement::{Engagement, Stage, rules_of, window::Rules},
        id::{Kind, RecordId, Subject},
        time::{Instant, plus},
    },
    storage::{
        self,
        agenda::{Span, windows},
    },
};

/// The span where none is asked for.
const DEFAULT: TimeDelta = TimeDelta::days(60);

/// The longest span.
const LONGEST: TimeDelta = TimeDelta::days(400);

/// Deadlines and windows that are shown at most.
const MOST: u64 = 1_000;

/// Windows and open deadlines in a span of time.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CalendarView {
    /// The span's beginning.
    pub from: Moment,
    /// Its end, exclusive.
    pub to: Moment,
    /// Access windows that touch the span, the earliest first; then, unless the span is over, engagements under way that
    /// have no window yet.
    pub windows: Vec<CalendarWindow>,
    /// Open deadlines that are due in the span, the next due first.
    pub deadlines: Vec<CalendarDeadline>,
    /// Whether there is more than is shown: ask for a shorter span.
    pub truncated: bool,
}

/// An access window. Half-open: at `closes_at` access is denied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarWindow {
    /// The engagement.
    pub reference: String,
    /// The developer.
    pub developer: Party,
    /// The release's name, for whoever sees the whole release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The engagement's stage.
    pub stage: String,
    /// Where the window stands.
    pub status: WindowStatus,
    /// When it opens, or opened first; none before it is scheduled.
    pub opens_at: Option<Moment>,
    /// When it closes or closed; none before it is scheduled, while suspended under a paused clock, or while no window
    /// would come about.
    pub closes_at: Option<Moment>,
    /// Where the cap would end the window if nothing else did; none before it is scheduled, and while suspended under a
    /// paused clock.
    pub limit_at: Option<Moment>,
    /// The planned partner release that counts; for whoever sees the whole release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_release: Option<Moment>,
    /// Planned partner releases that the developer set before the one that counts, oldest first; for whoever sees the
    /// whole release.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub planned_before: Vec<Moment>,
    /// Openings and ends that were others before, the first change first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub slips: Vec<WindowSlip>,
    /// The cap in seconds.
    pub cap_seconds: i64,
    /// Seconds of this window counted against the cap so far.
    pub used_seconds: i64,
    /// The stretches during which access was open so far.
    pub stretches: Vec<Stretch>,
    /// Whether the viewer may ask what would follow if a date moved.
    pub plans: bool,
}

/// A stretch of open access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Stretch {
    /// From this instant on.
    pub from: Moment,
    /// Up to, not including; none while it lasts.
    pub to: Option<Moment>,
}

/// Where a window stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WindowStatus {
    /// The engagement is under way, and both sides have not scheduled a window.
    NotScheduled,
    /// It lies ahead.
    Scheduled,
    /// Its opening was held back, so that both sides must schedule anew.
    Missed,
    /// It is open.
    Open,
    /// Access is suspended.
    Suspended,
    /// It is over.
    Closed,
}

/// An open deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarDeadline {
    /// The record.
    pub reference: String,
    /// Its kind.
    pub kind: Kind,
    /// The deadline's code, `D1` to `D22`.
    pub code: String,
    /// The deadline's kind.
    pub deadline: String,
    /// The day that people are shown.
    pub due_on: NaiveDate,
    /// From this instant on it has passed.
    pub due_at: Moment,
    /// Whether it is the viewer's own turn.
    pub mine: bool,
}

/// What windows are told by.
struct Telling<'a> {
    viewer: &'a Principal,
    cases: &'a Cases,
    names: &'a Names,
    histories: &'a slips::Histories,
    now: Instant,
}

impl App {
    /// Windows and open deadlines between two instants: from now for 60 days where nothing else is asked for.
    ///
    /// # Errors
    /// [`BadRequest::Parameter`] for a span that ends before it begins or lasts longer than 400 days.
    pub async fn calendar(
        &self,
        viewer: &Principal,
        from: Option<Instant>,
        to: Option<Instant>,
    ) -> Result<CalendarView, AppError> {
        let tx = self.store().begin_read().await?;
        let now = self.decision_time(&tx).await?;
        let from = from.unwrap_or(now);
        let to = to.unwrap_or_else(|| plus(from, DEFAULT));
        if to <= from || to - from > LONGEST {
            tx.end().await?;
            let detail = format!("must be later than `from`, by at most {} days", LONGEST.num_days());
            return Err(BadRequest::Parameter { name: "to".to_owned(), detail }.into());
        }
        let span = Span { from: Some(from), to: Some(to), after: None, limit: MOST };
        let (rows, _, more) = self.agenda_rows(&tx, viewer, &Which::default(), span).await?;
        let scope = storage::Scope::of(&Scope::of(&viewer.actor, Kind::Engagement));
        let found = windows(&tx, &scope, from, MOST).await?;
        // Deadlines and windows are often of the same cases: all are loaded once.
        let (mut releases, alone) = behind(&rows);
        releases.extend(found.iter().map(|(_, release)| *release));
        let cases = self.cases(&tx, &releases, &alone, now).await?;
        let names = people::names_in(&tx, cases.cases.values()).await?;
        let engagements: Vec<RecordId> = found.iter().map(|(engagement, _)| *engagement).collect();
        let histories = slips::histories(&tx, &engagements).await?;
        tx.end().await?;
        let telling = Telling { viewer, cases: &cases, names: &names, histories: &histories, now };
        let mut windows: Vec<CalendarWindow> = found.iter().filter_map(|place| self.window(&telling, *place)).collect();
        windows.retain(|window| match &window.opens_at {
            Some(opens) => opens.at < to && window.closes_at.as_ref().is_none_or(|at| at.at > from),
            None => to > now,
        });
        windows.sort_by(|one, other| place(one).cmp(&place(other)));
        let upcoming = self.upcoming(viewer, rows, &cases, &mut cases.open(now));
        let deadlines = upcoming.iter().map(|upcoming| self.calendar_deadline(upcoming)).collect();
        let truncated = more || u64::try_from(found.len()).is_ok_and(|rows| rows >= MOST);
        Ok(CalendarView { from: self.moment(from), to: self.moment(to), windows, deadlines, truncated })
    }

    /// The engagement's window, or that it has none yet, for whoever sees the whole engagement: an outline has no window.
    /// What ended without a window is left out.
    fn window(&self, telling: &Telling<'_>, (id, release): (RecordId, RecordId)) -> Option<CalendarWindow> {
        let Telling { cases, now, .. } = *telling;
        let case = cases.cases.get(&release)?;
        if self.sight_of(telling, case, Subject::new(Kind::Engagement, id)) != Some(Sight::Whole) {
            return None;
        }
        let entry = case.engagements.get(&id)?;
        let rules = rules_of(case, id, &cases.facts, now)
            .inspect_err(|error| tracing::error!(engagement.id = %id, %error, "a window is left out"))
            .ok()?;
        let planned = case.release().and_then(|(_, release)| release.state.planned);
        let dates = Dates::of(&entry.state, &rules, planned)?;
        let used = entry.state.window.as_ref().map_or(0, |window| window.used(rules.clock, now).num_seconds());
        let name = case.release().map(|(_, release)| release.state.name.as_str().to_owned());
        let release_whole = self.sight_of(telling, case, Subject::new(Kind::Release, release)) == Some(Sight::Whole);
        Some(CalendarWindow {
            reference: entry.reference.clone(),
            developer: telling.names.party(entry.state.developer),
            title: name.filter(|_| release_whole),
            stage: entry.state.stage.name().to_owned(),
            status: status(&entry.state),
            opens_at: dates.opens.map(|at| self.moment(at)),
            closes_at: dates.closes.map(|at| self.moment(at)),
            limit_at: dates.limit.map(|at| self.moment(at)),
            planned_release: planned.filter(|_| release_whole).map(|at| self.moment(at)),
            planned_before: if release_whole { self.planned_before(case) } else { Vec::new() },
            slips: self.slips(telling, case, id),
            cap_seconds: rules.cap().num_seconds(),
            used_seconds: used,
            stretches: self.stretches(&entry.state),
            plans: self.may_plan(telling.viewer, case, Subject::new(Kind::Engagement, id)),
        })
    }

    /// The planned dates that another one replaced, each once.
    fn planned_before(&self, case: &Case) -> Vec<Moment> {
        let Some((_, release)) = case.release() else { return Vec::new() };
        let now = release.state.planned;
        let mut before: Vec<Instant> = Vec::new();
        for at in release.state.planned_history.iter().filter_map(|change| change.to) {
            if Some(at) != now && !before.contains(&at) {
                before.push(at);
            }
        }
        before.into_iter().map(|at| self.moment(at)).collect()
    }

    fn sight_of(&self, telling: &Telling<'_>, case: &Case, subject: Subject) -> Option<Sight> {
        sight(self.engine(), &telling.viewer.actor, &Resource::of(case, subject)?)
    }

    fn stretches(&self, engagement: &Engagement) -> Vec<Stretch> {
        let segments = engagement.window.iter().flat_map(|window| window.segments.iter());
        segments
            .map(|segment| Stretch { from: self.moment(segment.from), to: segment.to.map(|to| self.moment(to)) })
            .collect()
    }

    fn calendar_deadline(&self, upcoming: &Upcoming) -> CalendarDeadline {
        CalendarDeadline {
            reference: upcoming.open.reference.clone(),
            kind: upcoming.open.subject.kind,
            code: upcoming.open.kind.to_string(),
            deadline: upcoming.row.kind.clone(),
            due_on: upcoming.row.shown_on,
            due_at: self.moment(upcoming.row.due_at),
            mine: upcoming.mine,
        }
    }
}

/// The dates of a window.
struct Dates {
    opens: Option<Instant>,
    closes: Option<Instant>,
    limit: Option<Instant>,
}

impl Dates {
    /// The dates of an engagement's window, none where there is no window yet; nothing where there will be none.
    fn of(engagement: &Engagement, rules: &Rules, planned: Option<Instant>) -> Option<Self> {
        match (&engagement.stage, &engagement.window) {
            (Stage::WindowScheduled { open_at, agreed_end, .. }, _) => Some(Self {
                opens: Some(*open_at),
                closes: planned.and_then(|planned| rules.projected_close(*open_at, planned, *agreed_end)),
                limit: Some(rules.ceiling(*open_at, *open_at, rules.used_before)),
            }),
            (_, Some(window)) => {
                Some(Self { opens: Some(window.opened_at), closes: window.close_at(rules), limit: window.limit(rules) })
            }
            (Stage::Draft | Stage::Proposed | Stage::Conditions | Stage::Ready, None) => {
                Some(Self { opens: None, closes: None, limit: None })
            }
            (Stage::WindowOpen | Stage::Suspended { .. } | Stage::CloseOut { .. } | Stage::Closed { .. }, None) => None,
        }
    }
}

/// The earliest window first; what has none yet comes last.
fn place(window: &CalendarWindow) -> (bool, Option<Instant>, &str) {
    (window.opens_at.is_none(), window.opens_at.as_ref().map(|at| at.at), &window.reference)
}

/// Where the window stands.
const fn status(engagement: &Engagement) -> WindowStatus {
    match engagement.stage {
        Stage::WindowScheduled { missed: true, .. } => WindowStatus::Missed,
        Stage::WindowScheduled { missed: false, .. } => WindowStatus::Scheduled,
        Stage::WindowOpen => WindowStatus::Open,
        Stage::Suspended { .. } => WindowStatus::Suspended,
        Stage::Draft | Stage::Proposed | Stage::Conditions | Stage::Ready => WindowStatus::NotScheduled,
        Stage::CloseOut { .. } | Stage::Closed { .. } => WindowStatus::Closed,
    }
}
