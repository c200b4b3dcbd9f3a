//! Search: rows of every kind that fit a [`Query`], in an order, page by page, with counts over what fits.
//!
//! A search sees what lists see. The scope of each kind finds rows, the policies have the last word on each, and a term
//! is held against the row **as the viewer is shown it**: what a row does not show, no term can find out. What is hidden
//! changes no row, no count and no cursor.
//!
//! Cost: rows are looked at in batches, each with at most twelve statements, until the page is full; one
//! search looks at [`MOST_LOOKED`] rows at most and then says that it was cut, with a cursor to go on from.

pub mod error;
mod facets;
mod matching;
pub mod parse;
pub mod query;
#[cfg(test)]
mod tests;

pub use error::QueryError;
pub use facets::{Facet, Facets};
use matching::Matcher;
pub use query::Query;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use self::{
    parse::FURTHER_STAGES,
    query::{StageTerm, Term},
};
use super::{
    App, AppError, Principal,
    list::{Order, part, start},
    lookup::kind_of,
    rows::{Listed, Looked, Row},
    view::LOCKED,
};
use crate::{
    domain::{
        id::Kind,
        time::{Instant, local_date, start_of_day},
        workflow::{is_over, stages},
    },
    storage::{
        ReadTx,
        candidates::{Candidate, Narrow, Part, candidates},
        list,
    },
};

/// Rows that are looked at together to fill a page.
const BATCH: u64 = 100;

/// The same where everything that fits is counted: all of them are looked at in any case, and fewer statements are less
/// to wait for.
const COUNTED_BATCH: u64 = 250;

/// Rows that one search looks at, at most.
pub const MOST_LOOKED: usize = 500;

/// Rows that one export looks at, at most.
pub const MOST_EXPORTED: usize = 2_000;

/// What is asked for besides the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Rows of the page.
    pub limit: usize,
    /// The order of the rows.
    pub order: Order,
    /// Where the page begins: behind this row, by when it was made and its id; at the first if none.
    pub after: Option<(Instant, Uuid)>,
    /// Whether what fits is counted: from the first row on, and only with the first page.
    pub facets: bool,
    /// Rows that are looked at, at most: [`MOST_LOOKED`] for a page, [`MOST_EXPORTED`] for an export.
    pub most: usize,
}

/// One page of a search.
#[derive(Clone, Debug)]
pub struct SearchPage {
    /// The rows.
    pub items: Vec<Listed>,
    /// Where the next page begins.
    pub next: Option<(Instant, Uuid)>,
    /// Whether the page ends because as many rows were looked at as one search may; there may be more behind `next`.
    pub cut: bool,
    /// What fits, counted; with the first page, where it is wanted.
    pub facets: Option<Facets>,
    /// The one record that the query names by its whole reference, if the viewer may know of it: a page goes there.
    pub jump: Option<Jump>,
}

/// A record that a query names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Jump {
    /// Its kind.
    pub kind: Kind,
    /// Its reference.
    pub reference: String,
}

/// How a walk over rows went on so far.
#[derive(Default)]
struct Walk {
    rows: Vec<Row>,
    looked: usize,
    last: Option<list::Cursor>,
    more: bool,
}

impl App {
    /// One page of the records that fit the query and that the viewer may know of.
    ///
    /// # Errors
    /// [`AppError::Busy`] if the store is not at hand.
    pub async fn search(&self, viewer: &Principal, query: &Query, wanted: Wanted) -> Result<SearchPage, AppError> {
        let tx = self.store().begin_read().await?;
        let looked = Looked::new(viewer, self.decision_time(&tx).await?);
        let found = self.found_or_named(&tx, &looked, query, wanted).await;
        tx.end().await?;
        found
    }

    /// A page of rows. An authorization to audit opens records that no list of the auditor holds: a whole reference leads
    /// to them all the same.
    async fn found_or_named(
        &self,
        tx: &ReadTx,
        looked: &Looked<'_>,
        query: &Query,
        wanted: Wanted,
    ) -> Result<SearchPage, AppError> {
        let mut page = self.found(tx, looked, query, wanted).await?;
        if let (None, Some(reference)) = (&page.jump, whole_reference(query))
            && let Some(kind) = kind_of(reference)
        {
            page.jump = match self.load_readable(tx, looked.viewer, kind, reference).await {
                Ok(_) => Some(Jump { kind, reference: reference.to_owned() }),
                Err(AppError::NotFound | AppError::Locked) => None,
                Err(error) => return Err(error),
            };
        }
        Ok(page)
    }

    /// The same within a transaction.
    pub(super) async fn found(
        &self,
        tx: &ReadTx,
        looked: &Looked<'_>,
        query: &Query,
        wanted: Wanted,
    ) -> Result<SearchPage, AppError> {
        let mut facets = (wanted.facets && wanted.after.is_none()).then(Facets::default);
        let mut walk = self.walk(tx, looked, query, wanted, facets.as_mut()).await?;
        let full = walk.rows.len() > wanted.limit;
        let cut = !full && walk.more;
        walk.rows.truncate(wanted.limit);
        let behind = if full { walk.rows.last().map(|row| row.place) } else { walk.last.filter(|_| walk.more) };
        let jump = jump(query, &walk.rows);
        if let Some(facets) = &mut facets {
            facets.close(walk.more);
        }
        Ok(SearchPage {
            items: walk.rows.into_iter().map(|row| row.listed).collect(),
            next: behind.map(|place| (place.created_at, place.id.0)),
            cut,
            facets,
            jump,
        })
    }

    /// The rows that fit, one more than wanted if there are more; the counts are of all that was looked at.
    async fn walk(
        &self,
        tx: &ReadTx,
        looked: &Looked<'_>,
        query: &Query,
        wanted: Wanted,
        mut facets: Option<&mut Facets>,
    ) -> Result<Walk, AppError> {
        let matcher = Matcher::new(query, looked, self.settings().program.zone);
        let (parts, narrow) = (parts(query, looked), self.narrow(query, looked.now));
        let (mut walk, mut from) = (Walk::default(), start(wanted.order, wanted.after));
        let batch = if facets.is_some() { COUNTED_BATCH } else { BATCH };
        loop {
            let (found, more) = candidates(tx, &parts, &narrow, from, batch).await?;
            from.after = found.last().map(Candidate::place);
            let shown = self.shown(tx, looked, &found).await?;
            walk.more = more;
            for row in shown {
                if walk.looked == wanted.most {
                    walk.more = true;
                    break;
                }
                // The store chose a locked row by a stage that it does not show: it leaves no trace.
                if row.listed.stage != LOCKED {
                    walk.looked += 1;
                    walk.last = Some(row.place);
                }
                if matcher.fits(&row) {
                    if let Some(facets) = facets.as_mut() {
                        facets.count(&row.listed);
                    }
                    if walk.rows.len() <= wanted.limit {
                        walk.rows.push(row);
                    }
                }
            }
            let full = facets.is_none() && walk.rows.len() > wanted.limit;
            if !walk.more || full || walk.looked >= wanted.most {
                return Ok(walk);
            }
        }
    }

    /// What the store can choose by without learning more than the viewer may: values that every row shows.
    fn narrow(&self, query: &Query, now: Instant) -> Narrow {
        let zone = self.settings().program.zone;
        let today = local_date(now, zone);
        let mut narrow = Narrow::default();
        for term in query.terms() {
            match term {
                Term::Reference(reference) => narrow.reference = Some(reference.clone()),
                Term::Created(days) => {
                    let (first, last) = days.bounds(today);
                    let begin = first.map(|day| start_of_day(day, zone));
                    let end = last.and_then(|day| day.succ_opt()).map(|day| start_of_day(day, zone));
                    narrow.from = narrow.from.max(begin);
                    narrow.to = [narrow.to, end].into_iter().flatten().min();
                }
                _ => {}
            }
        }
        narrow
    }
}

/// The rows of each kind that can fit.
fn parts(query: &Query, looked: &Looked<'_>) -> Vec<Part> {
    let kinds = query.kinds().into_iter();
    let part = |kind: Kind| match stages_of(query, kind) {
        None => Some(part(looked, kind, &[])),
        Some(names) => (!names.is_empty()).then(|| part(looked, kind, &names)),
    };
    kinds.filter_map(part).collect()
}

/// The stages of a kind that the first term about stages asks for; `None` if there is no such term. Further ones are held
/// against each row.
fn stages_of(query: &Query, kind: Kind) -> Option<Vec<String>> {
    let asked = query.terms().find_map(|term| match term {
        Term::Stage(stages) => Some(stages),
        _ => None,
    })?;
    let named = |stage: &StageTerm| match stage {
        StageTerm::Open => in_order(kind, |name| !is_over(kind, name)),
        StageTerm::Closed => in_order(kind, |name| is_over(kind, name)),
        StageTerm::Named(name) if FURTHER_STAGES.contains(&name.as_str()) => vec![name.clone()],
        StageTerm::Named(name) => in_order(kind, |own| own == name),
    };
    Some(asked.iter().flat_map(named).collect())
}

fn in_order(kind: Kind, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    stages(kind).iter().filter(|name| wanted(name)).map(|name| (*name).to_owned()).collect()
}

/// A query of one whole reference is meant to lead to its record.
fn jump(query: &Query, rows: &[Row]) -> Option<Jump> {
    let reference = whole_reference(query)?;
    let found = rows.iter().find(|row| row.listed.reference == *reference)?;
    Some(Jump { kind: found.listed.kind, reference: reference.to_owned() })
}

/// The reference that the query consists of.
fn whole_reference(query: &Query) -> Option<&str> {
    let mut terms = query.terms();
    match (terms.next(), terms.next()) {
        (Some(Term::Reference(reference)), None) => Some(reference),
        _ => None,
    }
}
