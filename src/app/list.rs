//! Lists: the records of one kind in an order, page by page. A search asks more of them ([`super::search`]).

use uuid::Uuid;

use super::{
    App, AppError, Principal,
    rows::{Listed, Looked, Row},
    view::LOCKED,
};
use crate::{
    authz::Scope,
    domain::{
        actor::Side,
        id::{Kind, RecordId},
        time::Instant,
    },
    storage::{
        self, ReadTx,
        candidates::{Narrow, Part, Stages, candidates},
        list,
        order::Start,
    },
};

pub use crate::storage::order::{By, Order};

/// One page of a list.
#[derive(Clone, Debug)]
pub struct ListPage {
    /// The rows.
    pub items: Vec<Listed>,
    /// Where the next page begins.
    pub next: Option<(Instant, Uuid)>,
}

impl App {
    /// One page of the records of a kind that the viewer may read, in an order, behind a place. Rows that the policies hide leave no
    /// gap: the page is filled from what comes after them, and its cursor is always that of a row it shows.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the store is not at hand.
    pub async fn list(
        &self,
        viewer: &Principal,
        kind: Kind,
        stages: Vec<String>,
        (order, after): (Order, Option<(Instant, Uuid)>),
        limit: u64,
    ) -> Result<ListPage, AppError> {
        let tx = self.store().begin_read().await?;
        let looked = Looked::new(viewer, self.decision_time(&tx).await?);
        let rows = self.rows(&tx, &looked, (kind, &stages), start(order, after), limit).await;
        tx.end().await?;
        let mut rows = rows?;
        let kept = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > kept;
        rows.truncate(kept);
        let last = rows.last().filter(|_| more).map(|row| (row.place.created_at, row.place.id.0));
        Ok(ListPage { items: rows.into_iter().map(|row| row.listed).collect(), next: last })
    }

    /// The rows from a start on: more than `limit` if there are more.
    async fn rows(
        &self,
        tx: &ReadTx,
        looked: &Looked<'_>,
        (kind, stages): (Kind, &[String]),
        mut start: Start,
        limit: u64,
    ) -> Result<Vec<Row>, AppError> {
        let wants = |row: &Row| stages.is_empty() || stages.contains(&row.listed.stage);
        let part = [part(looked, kind, stages)];
        let mut rows = Vec::new();
        loop {
            let (found, more) = candidates(tx, &part, &Narrow::default(), start, limit.saturating_add(1)).await?;
            start.after = found.last().map(storage::candidates::Candidate::place);
            rows.extend(self.shown(tx, looked, &found).await?.into_iter().filter(wants));
            if !more || u64::try_from(rows.len()).is_ok_and(|rows| rows > limit) {
                return Ok(rows);
            }
        }
    }
}

/// Where a list begins, as the store has it.
pub(super) fn start(order: Order, after: Option<(Instant, Uuid)>) -> Start {
    Start { order, after: after.map(|(created_at, id)| list::Cursor { created_at, id: RecordId(id) }) }
}

/// The rows of a kind that the viewer may read at most, in these stages; in all if there is none. Where the viewer knows
/// rows by other stages than the stored ones, the store cannot choose by them: a partner knows a nomination as an
/// approach first, and what spillage locks has no other stage.
pub(super) fn part(looked: &Looked<'_>, kind: Kind, stages: &[String]) -> Part {
    let actor = &looked.viewer.actor;
    let approached = kind == Kind::Nomination && actor.side == Side::Partner;
    let stored = !stages.is_empty() && !approached && stages.iter().all(|stage| stage != LOCKED);
    let stages = stored.then(|| Stages { names: stages.to_vec(), now: looked.now });
    Part { scope: storage::Scope::of(&Scope::of(actor, kind)), stages }
}
