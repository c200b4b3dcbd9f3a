//! As of: a record as it stood at an instant, folded from its events. What counts is what was known then: events recorded
//! by that instant and in effect at it, and what time had brought by it, recorded or not. Who may see it follows from the
//! permissions of today and from the record as it was: nobody sees more than both allow.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    App, AppError, Principal,
    error::BadRequest,
    lookup::Looking,
    people,
    read::Readable,
    view::{Moment, Receipt, RecordView, Viewing},
};
use crate::{
    authz::Sight,
    domain::{
        action::Action,
        audience::Audience,
        case::{Case, evolve, settle},
        id::{Kind, Subject},
        time::Instant,
    },
    ledger::Sealed,
    storage::{
        ReadTx,
        ledger::{AggregateHistory, HistoryEvent, histories_of},
    },
};

/// What the log says of such a read.
const READ: &str = "record-as-of";

/// The instant that a record is shown for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AsOf {
    /// The instant.
    pub at: Moment,
    /// References of records of the case, as far as the viewer may know of them, whose particulars from before that
    /// instant are erased: nothing of them is told, and whatever depends on them is told without them.
    pub erased: Vec<String>,
}

/// A record as it stood.
#[derive(Clone, Debug)]
pub struct FoundAsOf {
    /// The record as the viewer may know it; its reference alone if its particulars are erased.
    pub view: RecordView,
    /// The instant, and what is missing.
    pub as_of: AsOf,
}

/// A case as far as its events were known at an instant.
struct Earlier {
    case: Case,
    /// Records that existed, whose particulars are erased, with the audiences that knew of them.
    erased: BTreeMap<Subject, BTreeSet<String>>,
}

impl App {
    /// The record as it stood at `at`.
    ///
    /// # Errors
    /// As [`App::record`], also before the record existed or the viewer could know of it; [`BadRequest::Parameter`] for an
    /// instant that is to come.
    pub async fn record_as_of(
        &self,
        viewer: &Principal,
        kind: Kind,
        name: &str,
        at: Instant,
    ) -> Result<FoundAsOf, AppError> {
        let tx = self.store().begin_snapshot().await?;
        let found = self.earlier(&tx, viewer, kind, name, at).await;
        tx.end().await?;
        let (readable, found) = self.logged(viewer, Action::read(kind), name, found).await?;
        let reference = readable.case.reference(readable.subject).unwrap_or_default();
        self.log_read(viewer, readable.subject, reference, READ, readable.looking.now).await?;
        Ok(found)
    }

    async fn earlier(
        &self,
        tx: &ReadTx,
        viewer: &Principal,
        kind: Kind,
        name: &str,
        at: Instant,
    ) -> Result<(Readable, FoundAsOf), AppError> {
        if at > self.decision_time(tx).await? {
            let detail = "is an instant to come".to_owned();
            return Err(BadRequest::Parameter { name: "as_of".to_owned(), detail }.into());
        }
        let readable = self.load_readable(tx, viewer, kind, name).await?;
        let ids: Vec<_> = readable.case.subjects().into_iter().map(|subject| subject.id).collect();
        let mut earlier = fold(&histories_of(tx, &ids).await?, at)?;
        let facts = readable.looking.facts.clone();
        settle(&mut earlier.case, &facts, Instant::MIN_UTC, at)?;
        let looking = Looking { facts, now: at };
        let names = people::names(tx, &earlier.case, &BTreeSet::new()).await?;
        let zone = self.settings().program.zone;
        let viewing = looking.viewing(self.engine(), &earlier.case, &viewer.actor, &names, zone);
        let viewing = Viewing { today: Some(&readable.case), ..viewing };
        let view = match viewing.record(readable.subject)? {
            Some(view) => view,
            None => receipt(viewer, &readable, &earlier).ok_or(AppError::NotFound)?,
        };
        let as_of = AsOf { at: self.moment(at), erased: erased(self, viewer, &readable, &earlier, zone) };
        Ok((readable, FoundAsOf { view, as_of }))
    }
}

/// Folds every event that was known and in effect at `at`, with the rules of the present: the same fold as when it was
/// written.
fn fold(histories: &[AggregateHistory], at: Instant) -> Result<Earlier, AppError> {
    let mut earlier = Earlier { case: Case::default(), erased: BTreeMap::new() };
    let micros = at.timestamp_micros();
    let was_known =
        |event: &&HistoryEvent| event.link.columns.recorded_at <= micros && event.link.columns.effective_at <= micros;
    for history in histories {
        let known: Vec<&HistoryEvent> = history.events.iter().filter(was_known).collect();
        if known.iter().any(|event| event.link.sealed == Sealed::Erased) {
            let audiences = known.iter().map(|event| event.link.columns.audience.clone()).collect();
            earlier.erased.insert(history.subject, audiences);
            continue;
        }
        for event in known {
            let happened = event.event.as_ref();
            evolve(&mut earlier.case, happened.ok_or_else(|| AppError::internal("an event cannot be read"))?);
        }
    }
    Ok(earlier)
}

/// The reference of a record that existed then, and whose particulars are erased, for whoever could know of it.
fn receipt(viewer: &Principal, readable: &Readable, earlier: &Earlier) -> Option<RecordView> {
    is_erased_for(viewer, readable.subject, earlier)
        .then(|| readable.case.reference(readable.subject))
        .flatten()
        .map(|reference| RecordView::Receipt(Receipt { reference: reference.to_owned() }))
}

fn is_erased_for(viewer: &Principal, subject: Subject, earlier: &Earlier) -> bool {
    let actor = &viewer.actor;
    let knew = |code: &String| {
        Audience::from_code(code).is_some_and(|audience| audience.includes(actor.side, actor.organization))
    };
    earlier.erased.get(&subject).is_some_and(|audiences| audiences.iter().any(knew))
}

/// What is missing, as far as the viewer sees it whole today and could know of it then.
fn erased(app: &App, viewer: &Principal, readable: &Readable, earlier: &Earlier, zone: chrono_tz::Tz) -> Vec<String> {
    let viewing: Viewing<'_> =
        readable.looking.viewing(app.engine(), &readable.case, &viewer.actor, &readable.names, zone);
    let seen =
        earlier.erased.keys().copied().filter(|subject| {
            viewing.sight(*subject) == Some(Sight::Whole) && is_erased_for(viewer, *subject, earlier)
        });
    seen.filter_map(|subject| readable.case.reference(subject).map(str::to_owned)).collect()
}
