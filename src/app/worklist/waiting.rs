//! What waits for somebody although no deadline brings it up: in the person's own queue, and where it waits for others.
//! An offer stands by the day on which it lapses; every other of these steps has no date. What has a date stands under
//! its date alone.

use serde_json::json;

use super::{Bench, WorkItem, WorkReason, WorkView, Worklist, notices};
use crate::{
    app::{
        App, AppError, Principal,
        agenda::Upcoming,
        list::part,
        rows::Looked,
        step,
        waiting::{self, Lapse, Place, Waiting},
    },
    authz::Sight,
    domain::{deadline::DayKind, id::Kind, time::Instant},
    storage::{
        ReadTx,
        candidates::{Candidate, Narrow, Part, candidates},
        order::Start,
    },
};

/// Records that are looked at, the newest first.
const MOST: u64 = 200;

/// Whose step a row is.
enum Turn {
    /// The person's own, or one of the side in the queue of the side.
    Wanted,
    /// That of others.
    Others,
}

impl App {
    /// Records in whose stage a step can wait or a notice be acknowledged, and whether there are more.
    pub(super) async fn may_wait(
        &self,
        tx: &ReadTx,
        viewer: &Principal,
        now: Instant,
    ) -> Result<(Vec<Candidate>, bool), AppError> {
        let looked = Looked::new(viewer, now);
        let parts = Kind::ALL.into_iter().filter_map(|kind| {
            let stages: Vec<String> =
                waiting::stages(kind).into_iter().chain(notices::stages(kind)).map(str::to_owned).collect();
            (!stages.is_empty()).then(|| part(&looked, kind, &stages))
        });
        let parts: Vec<Part> = parts.collect();
        Ok(candidates(tx, &parts, &Narrow::default(), Start::default(), MOST).await?)
    }

    /// Puts each of the steps where it belongs.
    pub(super) fn place_waiting(
        &self,
        list: &mut Worklist,
        bench: &Bench<'_>,
        rows: &[Candidate],
        upcoming: &[Upcoming],
    ) {
        for row in rows {
            let Some((turn, waiting)) = self.whose_turn(list.view, bench, row) else { continue };
            let dated =
                |one: &Upcoming| one.open.subject == row.subject && step::of(&one.open).acts.contains(&waiting.act);
            if upcoming.iter().any(dated) {
                continue;
            }
            let item = self.waiting_item(bench, row, &waiting);
            let lapses = waiting.offer.map(|offer| offer.lapses_at);
            match (turn, lapses) {
                (Turn::Others, _) => list.waiting_on_others.push(item),
                (Turn::Wanted, Some(lapses)) if lapses - bench.looked.now <= super::SOON => list.due_soon.push(item),
                (Turn::Wanted, Some(_)) => list.later.push(item),
                (Turn::Wanted, None) => list.undated.push(item),
            }
        }
    }

    /// What waits on the record, and whether that is wanted in this queue or waits for others.
    fn whose_turn(&self, view: WorkView, bench: &Bench<'_>, row: &Candidate) -> Option<(Turn, Waiting)> {
        let viewing = bench.viewings.get(&row.release.unwrap_or(row.subject.id))?;
        let place = Place { case: viewing.case, subject: row.subject, facts: viewing.facts, now: bench.looked.now };
        let actor = &bench.looked.viewer.actor;
        let own = place.own(self.engine(), actor).filter(|own| own.delegated == (view == WorkView::Delegated));
        if let Some(own) = own {
            return Some((Turn::Wanted, own));
        }
        if view == WorkView::Delegated || viewing.sight(row.subject) != Some(Sight::Whole) {
            return None;
        }
        let others = place.others(actor)?;
        let of_side = others.who.iter().any(|role| role.side() == Some(actor.side));
        Some((if view == WorkView::Team && of_side { Turn::Wanted } else { Turn::Others }, others))
    }

    fn waiting_item(&self, bench: &Bench<'_>, row: &Candidate, waiting: &Waiting) -> WorkItem {
        let zone = self.settings().program.zone;
        let plain = WorkItem {
            due_on: waiting.offer.map(|offer| offer.last_day(zone)),
            due_at: waiting.offer.map(|offer| self.moment(offer.lapses_at)),
            who: waiting.whose(),
            acts: if waiting.delegated { vec![waiting.act.to_owned()] } else { Vec::new() },
            why: waiting.offer.map(|offer| self.why_it_lapses(bench, row, offer)),
            ..WorkItem::undated(row, waiting.word())
        };
        Self::headed(bench, row.release.unwrap_or(row.subject.id), row.subject, plain)
    }

    fn why_it_lapses(&self, bench: &Bench<'_>, row: &Candidate, offer: Lapse) -> WorkReason {
        let case = row.release.and_then(|release| bench.cases.cases.get(&release));
        let above =
            case.and_then(|case| case.promoted(row.subject)?.engagement.and_then(|id| case.engagements.get(&id)));
        WorkReason {
            code: Lapse::RULE.to_owned(),
            deadline: "offer_lapses".to_owned(),
            anchor: "offered".to_owned(),
            starts_at: self.moment(offer.offered_at),
            framework: above.and_then(|entry| entry.state.framework.clone()).unwrap_or_default(),
            clock: json!({ "day_kind": DayKind::WorkingDays }),
            window_end: None,
        }
    }
}
