//! What waits for somebody although no deadline brings it up: in the person's own queue, and where it waits for others.
//! An offer stands by the day on which it lapses; every other of these steps has no date. What has a date stands under
//! its date alone.

use serde_json::json;

use super::{Bench, WorkFilter, WorkItem, WorkReason, WorkView, Worklist, notices};
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

/// The kinds that the filter lets through, with the stages in which something can wait: whoever asks for one kind finds the
/// first of that kind among however many.
fn looked_at(filter: &WorkFilter) -> impl Iterator<Item = (Kind, Vec<String>)> {
    let asked = Kind::ALL.into_iter().filter(|kind| filter.kind.is_none_or(|asked| asked == *kind));
    let staged = asked.map(|kind| (kind, waiting::stages(kind).into_iter().chain(notices::stages(kind))));
    staged
        .map(|(kind, stages)| (kind, stages.map(str::to_owned).collect()))
        .filter(|(_, stages): &(_, Vec<_>)| !stages.is_empty())
}

impl App {
    /// Records in whose stage a step can wait or a notice be acknowledged, and whether there are more.
    pub(super) async fn may_wait(
        &self,
        tx: &ReadTx,
        viewer: &Principal,
        filter: &WorkFilter,
        now: Instant,
    ) -> Result<(Vec<Candidate>, bool), AppError> {
        let looked = Looked::new(viewer, now);
        let parts: Vec<Part> = looked_at(filter).map(|(kind, stages)| part(&looked, kind, &stages)).collect();
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
            let Some((is_wanted, waiting)) = self.whose_turn(list.view, bench, row) else { continue };
            let dated =
                |one: &Upcoming| one.open.subject == row.subject && step::of(&one.open).acts.contains(&waiting.act);
            if upcoming.iter().any(dated) {
                continue;
            }
            let item = self.waiting_item(bench, row, &waiting);
            let lapses = waiting.offer.map(|offer| offer.lapses_at);
            if is_wanted {
                list.section(lapses, bench.looked.now).push(item);
            } else {
                list.waiting_on_others.push(item);
            }
        }
    }

    /// What waits on the record; and whether it is wanted in this queue, as the person's own step or in the queue of the
    /// side one of the side, or waits for others.
    fn whose_turn(&self, view: WorkView, bench: &Bench<'_>, row: &Candidate) -> Option<(bool, Waiting)> {
        let viewing = bench.viewings.get(&row.release.unwrap_or(row.subject.id))?;
        let (sight, actor) = (viewing.sight(row.subject)?, &bench.looked.viewer.actor);
        let place = Place { case: viewing.case, subject: row.subject, facts: viewing.facts, now: bench.looked.now };
        let own = place.own(self.engine(), actor, sight);
        if let Some(own) = own.filter(|own| own.delegated == (view == WorkView::Delegated)) {
            return Some((true, own));
        }
        if view == WorkView::Delegated || sight != Sight::Whole {
            return None;
        }
        let others = place.others(actor)?;
        let of_side = others.who.iter().any(|role| role.side() == Some(actor.side));
        Some((view == WorkView::Team && of_side, others))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asks_for_a_kind_has_the_store_asked_for_that_kind_alone() {
        let any: Vec<Kind> = looked_at(&WorkFilter::default()).map(|(kind, _)| kind).collect();
        assert!(any.contains(&Kind::Grant) && any.contains(&Kind::Nomination), "{any:?}");
        assert!(!any.contains(&Kind::Release), "nothing waits on a release");
        let grants = WorkFilter { kind: Some(Kind::Grant), ..WorkFilter::default() };
        let grants: Vec<(Kind, Vec<String>)> = looked_at(&grants).collect();
        assert!(
            matches!(&grants[..], [(Kind::Grant, stages)] if stages.contains(&"requested".to_owned())),
            "{grants:?}"
        );
        let releases = WorkFilter { kind: Some(Kind::Release), ..WorkFilter::default() };
        assert_eq!(looked_at(&releases).count(), 0);
    }
}
