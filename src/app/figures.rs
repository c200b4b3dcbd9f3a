//! Figures: counts and turnaround. The owners of the framework, records officers and auditors see them over all
//! developers, with small cells withheld; a developer sees its own as they are. Nobody else sees any.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{App, AppError, Principal, view::Moment};
use crate::{
    authz::administration::{AdministrativeAction, AdministrativeResource},
    domain::{
        actor::Side,
        engagement::{Engagement, Stage},
        figures::{STEPS, Step, Table, Turnaround, open, suppress},
        id::Kind,
        time::Instant,
    },
    storage::{
        ReadTx,
        access_log::{AccessEntry, AccessOutcome},
        figures::{self, Counted},
    },
};

/// The kinds that are counted.
const KINDS: [Kind; 4] = [Kind::Inquiry, Kind::Engagement, Kind::Nomination, Kind::Handoff];

/// Figures as last recorded.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Figures {
    /// The instant of asking.
    pub as_of: Moment,
    /// Whose records they are over.
    pub over: FiguresOver,
    /// Cells with fewer records are withheld, and with them what would give them away; none where nothing is.
    pub smallest_cell: Option<u64>,
    /// Records by stage, kind by kind; of closed engagements by outcome.
    pub counts: Vec<CountTable>,
    /// Calendar days between two steps.
    pub turnaround: Vec<TurnaroundFigure>,
}

/// Whose records figures are over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FiguresOver {
    /// All developers.
    Program,
    /// The asker's own organization.
    OwnOrganization,
}

/// Records of one kind. Each is counted in one cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CountTable {
    /// The kind's plural.
    pub of: &'static str,
    /// The sum; `null` if it is withheld.
    pub total: Option<u64>,
    /// The cells that are not empty.
    pub cells: Vec<CountCell>,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CountCell {
    /// The stage; for a closed engagement `closed:` and its outcome.
    pub name: String,
    /// How many; `null` if it is withheld.
    pub count: Option<u64>,
}

/// Turnaround of one step.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TurnaroundFigure {
    /// The step.
    pub step: &'static str,
    /// The deadline that asks for it, if one does.
    pub deadline: Option<&'static str>,
    /// How many were measured; of the own organization alone.
    pub measured: Option<usize>,
    /// The median in calendar days with one decimal; `null` if there are too few.
    pub median_days: Option<f64>,
    /// The ninetieth percentile; `null` if there are too few.
    pub ninetieth_percentile_days: Option<f64>,
}

impl App {
    /// The figures that the person may know.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for whoever may know none.
    pub async fn figures(&self, viewer: &Principal) -> Result<Figures, AppError> {
        let actor = &viewer.actor;
        let action = AdministrativeAction::ReadFigures;
        let own = AdministrativeResource {
            organization: Some(actor.organization),
            side: actor.side,
            account: None,
            asked_by: None,
            hosting: self.hosting(),
        };
        self.administers(viewer, action, &own).await?;
        let (over, counted, smallest) = match actor.side {
            Side::Government => {
                (FiguresOver::Program, Counted::HandedOver, Some(u64::from(self.settings().program.smallest_cell)))
            }
            Side::Developer | Side::Partner => (FiguresOver::OwnOrganization, Counted::Of(actor.organization), None),
        };
        let tx = self.store().begin_read().await?;
        let read = self.read_figures(&tx, counted).await;
        tx.end().await?;
        let (now, counts, turnaround) = read?;
        self.log(AccessEntry {
            id: self.ids().uuid(),
            at: now,
            account: Some(actor.account),
            session: viewer.session,
            action: action.name().to_owned(),
            reference: None,
            aggregate: None,
            outcome: AccessOutcome::Allowed,
            detail: if smallest.is_some() { "program" } else { "own" }.to_owned(),
        })
        .await?;
        Ok(Figures {
            as_of: self.moment(now),
            over,
            smallest_cell: smallest,
            counts: KINDS.into_iter().map(|kind| table(kind, &counts, smallest)).collect(),
            turnaround: STEPS.iter().map(|step| figure(step, &turnaround, smallest)).collect(),
        })
    }

    async fn read_figures(&self, tx: &ReadTx, counted: Counted) -> Result<(Instant, Counts, Turnaround), AppError> {
        let now = self.decision_time(tx).await?;
        let mut counts = figures::stages(tx, counted, &KINDS).await?;
        let engagements = counts.entry(Kind::Engagement.name().to_owned()).or_default();
        engagements.remove("closed");
        let mut after = None;
        loop {
            let (states, next) = figures::closed_engagements(tx, counted, after).await?;
            for state in states {
                *engagements.entry(outcome(state)?).or_default() += 1;
            }
            after = next;
            if after.is_none() {
                break;
            }
        }
        let codes: Vec<&str> = STEPS.iter().flat_map(|step| step.starts.iter().chain(step.ends)).copied().collect();
        let (mut turnaround, mut after) = (Turnaround::default(), None);
        loop {
            let (events, next) = figures::passed(tx, counted, &codes, after).await?;
            for event in &events {
                turnaround.add(event.record, &event.code, event.at);
            }
            after = next;
            if after.is_none() {
                return Ok((now, counts, turnaround));
            }
        }
    }
}

/// Records by kind and cell.
type Counts = BTreeMap<String, BTreeMap<String, u64>>;

/// The cell of a closed engagement.
fn outcome(state: serde_json::Value) -> Result<String, AppError> {
    let engagement: Engagement = serde_json::from_value(state).map_err(AppError::internal)?;
    let Stage::Closed { outcome } = engagement.stage else { return Ok(engagement.stage.name().to_owned()) };
    let outcome = serde_json::to_value(outcome).map_err(AppError::internal)?;
    Ok(format!("closed:{}", outcome.as_str().unwrap_or_default()))
}

/// One table for each kind, so that no cell of a kind can be computed from another table of it.
fn table(kind: Kind, counts: &Counts, smallest: Option<u64>) -> CountTable {
    let none = BTreeMap::new();
    let counts = counts.get(kind.name()).unwrap_or(&none);
    let Table { total, cells } = smallest.map_or_else(|| open(counts), |smallest| suppress(counts, smallest));
    let cells = cells.into_iter().map(|(name, count)| CountCell { name, count }).collect();
    CountTable { of: kind.plural(), total, cells }
}

/// How many were measured would be another count of the same records, and is told of the own ones alone.
fn figure(step: &Step, turnaround: &Turnaround, smallest: Option<u64>) -> TurnaroundFigure {
    let measured = turnaround.of(step, smallest);
    let days = |tenths: i64| i32::try_from(tenths).ok().map(|tenths| f64::from(tenths) / 10.0);
    TurnaroundFigure {
        step: step.name,
        deadline: step.deadline,
        measured: smallest.is_none().then_some(measured.count),
        median_days: measured.median.and_then(days),
        ninetieth_percentile_days: measured.ninetieth.and_then(days),
    }
}
