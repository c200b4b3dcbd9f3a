//! What windows slipped by: when each was to open or end before, and the act that moved it. The events that tell it are
//! shared; whoever sees the engagement whole reads them in its timeline.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::Telling;
use crate::{
    app::{App, AppError, view::Moment},
    domain::{
        audience::Audience,
        case::{Case, Event},
        engagement::{
            EngagementEvent,
            slips::{TELLING, WindowDate, slips},
        },
        id::RecordId,
        time::Instant,
    },
    storage::{ReadTx, timeline},
};

/// A date of a window that was another one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WindowSlip {
    /// Which date.
    pub date: WindowDate,
    /// The earlier one.
    pub was: Moment,
    /// The one that took its place.
    pub now: Moment,
    /// The type code of the event that moved it, as timelines tell it.
    pub event: String,
    /// Since when that is in effect.
    pub at: Moment,
}

/// What happened to the windows of engagements, by engagement, each with the instant from which it counts.
pub(super) type Histories = BTreeMap<RecordId, Vec<(EngagementEvent, Instant)>>;

/// What happened to the windows of these engagements; nothing of what is erased.
pub(super) async fn histories(tx: &ReadTx, engagements: &[RecordId]) -> Result<Histories, AppError> {
    let mut histories = Histories::new();
    for told in timeline::shared(tx, engagements, &TELLING).await? {
        if let Some(Event::Engagement(event)) = told.event.map(|happened| happened.event) {
            histories.entry(told.aggregate).or_default().push((event, told.effective_at));
        }
    }
    Ok(histories)
}

impl App {
    /// What the window of an engagement that the viewer sees whole slipped by, the first slip first.
    pub(super) fn slips(&self, telling: &Telling<'_>, case: &Case, engagement: RecordId) -> Vec<WindowSlip> {
        let actor = &telling.viewer.actor;
        let known =
            telling.histories.get(&engagement).filter(|_| Audience::Shared.includes(actor.side, actor.organization));
        let happened = known.map(Vec::as_slice).unwrap_or_default();
        let told = slips(case, engagement, &telling.cases.facts, happened).into_iter();
        told.map(|slip| WindowSlip {
            date: slip.date,
            was: self.moment(slip.was),
            now: self.moment(slip.now),
            event: slip.event.to_owned(),
            at: self.moment(slip.at),
        })
        .collect()
    }
}
