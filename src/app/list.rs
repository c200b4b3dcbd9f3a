//! Lists. The scope finds rows, the policies have the last word on each, and what a row shows goes by its viewer's sight
//! and audience: a stage as time left it, and no change that the viewer may not know of.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    App, AppError, Principal,
    agenda::Cases,
    lookup::Listed,
    view::{LOCKED, outline_stage},
};
use crate::{
    authz::{Resource, Scope, Sight, sight},
    domain::{
        actor::{Actor, Side},
        id::{Kind, RecordId, Subject},
        time::Instant,
    },
    storage::{self, ReadTx, list, timeline},
};

/// One page of a list.
#[derive(Clone, Debug)]
pub struct ListPage {
    /// The rows.
    pub items: Vec<Listed>,
    /// Where the next page begins.
    pub next: Option<(Instant, Uuid)>,
}

/// What is asked for.
struct Asked<'a> {
    viewer: &'a Principal,
    kind: Kind,
    stages: Vec<String>,
    now: Instant,
}

/// A row that the viewer may know of, with its place in the list.
struct Row {
    place: list::Cursor,
    listed: Listed,
}

impl App {
    /// One page of the records of a kind that the viewer may read, newest first. Rows that the policies hide leave no
    /// gap: the page is filled from what comes after them, and its cursor is always that of a row it shows.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the store is not at hand.
    pub async fn list(
        &self,
        viewer: &Principal,
        kind: Kind,
        stages: Vec<String>,
        after: Option<(Instant, Uuid)>,
        limit: u64,
    ) -> Result<ListPage, AppError> {
        let tx = self.store().begin_read().await?;
        let asked = Asked { viewer, kind, stages, now: self.decision_time(&tx).await? };
        let after = after.map(|(created_at, id)| list::Cursor { created_at, id: RecordId(id) });
        let rows = self.rows(&tx, &asked, after, limit).await;
        tx.end().await?;
        let mut rows = rows?;
        let kept = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > kept;
        rows.truncate(kept);
        let last = rows.last().filter(|_| more).map(|row| (row.place.created_at, row.place.id.0));
        Ok(ListPage { items: rows.into_iter().map(|row| row.listed).collect(), next: last })
    }

    /// The rows after a place: more than `limit` if there are more.
    async fn rows(
        &self,
        tx: &ReadTx,
        asked: &Asked<'_>,
        mut after: Option<list::Cursor>,
        limit: u64,
    ) -> Result<Vec<Row>, AppError> {
        let scope = storage::Scope::of(&Scope::of(&asked.viewer.actor, asked.kind));
        let stages = if asked.renames_stages() { Vec::new() } else { asked.stages.clone() };
        let filter = list::Filter { kind: Some(asked.kind), stages, release: None, engagement: None };
        let mut rows = Vec::new();
        loop {
            let page = list::aggregates(tx, &scope, &filter, after, limit.saturating_add(1)).await?;
            rows.extend(self.shown(tx, asked, page.rows).await?);
            after = page.next;
            if after.is_none() || u64::try_from(rows.len()).is_ok_and(|rows| rows > limit) {
                return Ok(rows);
            }
        }
    }

    /// The rows that the viewer may know of, as the viewer may know them; five statements, however many rows.
    async fn shown(&self, tx: &ReadTx, asked: &Asked<'_>, rows: Vec<list::ListRow>) -> Result<Vec<Row>, AppError> {
        let releases = rows.iter().filter_map(|row| row.release).collect();
        let alone = rows.iter().filter(|row| row.release.is_none()).map(|row| row.subject.id).collect();
        let cases = self.cases(tx, &releases, &alone, asked.now).await?;
        let ids: Vec<RecordId> = rows.iter().map(|row| row.subject.id).collect();
        let actor = &asked.viewer.actor;
        let changed = timeline::newest(tx, &ids, actor.side, actor.organization).await?;
        Ok(rows.into_iter().filter_map(|row| self.row(asked, row, &cases, &changed)).collect())
    }

    fn row(
        &self,
        asked: &Asked<'_>,
        row: list::ListRow,
        cases: &Cases,
        changed: &BTreeMap<RecordId, Instant>,
    ) -> Option<Row> {
        let case = cases.cases.get(&row.release.unwrap_or(row.subject.id))?;
        let actor = &asked.viewer.actor;
        let sight = sight(self.engine(), actor, &Resource::of(case, row.subject)?)?;
        let stage = match sight {
            Sight::Locked => LOCKED,
            Sight::Whole | Sight::Outline => outline_stage(case, row.subject, actor)?,
        };
        if !asked.wants(stage) {
            return None;
        }
        let updated_at = match sight {
            Sight::Whole => changed.get(&row.subject.id).copied().unwrap_or(row.created_at),
            Sight::Outline => outline_changed(case, row.subject, actor).unwrap_or(row.created_at),
            Sight::Locked => row.created_at,
        };
        let place = list::Cursor { created_at: row.created_at, id: row.subject.id };
        let listed = Listed {
            kind: row.subject.kind,
            reference: row.reference,
            stage: stage.to_owned(),
            created_at: row.created_at,
            updated_at,
        };
        Some(Row { place, listed })
    }
}

impl Asked<'_> {
    fn wants(&self, stage: &str) -> bool {
        self.stages.is_empty() || self.stages.iter().any(|wanted| wanted == stage)
    }

    /// Whether the viewer knows rows by other stages than the stored ones, so that the store cannot filter by them: a
    /// partner knows a nomination as an approach first, and what spillage locks has no other stage.
    fn renames_stages(&self) -> bool {
        let approached = self.kind == Kind::Nomination && self.viewer.actor.side == Side::Partner;
        approached || self.stages.iter().any(|stage| stage == LOCKED)
    }
}

/// When what an outline shows changed last: the step, or in an approach the partner's own signature.
#[expect(clippy::wildcard_enum_match_arm, reason = "only engagements and nominations have an outline")]
fn outline_changed(case: &crate::domain::case::Case, subject: Subject, viewer: &Actor) -> Option<Instant> {
    match subject.kind {
        Kind::Engagement => case.engagements.get(&subject.id).map(|entry| entry.state.since),
        Kind::Nomination => {
            let nomination = &case.nominations.get(&subject.id)?.state;
            if viewer.side == Side::Partner {
                let signed = nomination.screening_nda.as_ref().map(|signature| signature.at);
                return signed.or(nomination.approach_consent.as_ref().map(|consent| consent.at));
            }
            Some(nomination.since)
        }
        _ => None,
    }
}
