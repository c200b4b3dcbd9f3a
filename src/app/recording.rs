//! What a decision leaves behind besides its events: deadlines opened and ended, notices queued, ledger facts. Built
//! from the case before and the case after, so that nothing can be forgotten by a command.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{App, AppError, lookup::Looking, outgoing::Outgoing, people, preview::PreviewDeadline};
use crate::{
    domain::{
        case::{Case, CaseEvent, Facts, evolve},
        deadline::{self, OpenDeadline, derive},
        id::{Kind, OrganizationId},
        notice::{Notice, notices},
        time::Instant,
    },
    storage::{
        DeadlineChanges, DeadlineRow, DeadlineStatus, NewEvent, OutboxDraft, ReadTx, Recorded,
        calendar_entries::EntryRow,
    },
};

/// What a decision leaves behind besides its events.
pub(super) struct Changes {
    events: Vec<Uuid>,
    opened: Vec<OpenDeadline>,
    ended: Vec<(OpenDeadline, DeadlineStatus)>,
    outbox: Vec<OutboxDraft>,
    entries: Vec<EntryRow>,
    rows: Vec<DeadlineRow>,
    /// Keys of stored deadlines that no longer follow.
    lost: Vec<String>,
}

/// Works out what the events leave behind. `before` is the case as it was stored.
pub(super) async fn changes(
    app: &App,
    tx: &ReadTx,
    before: &Case,
    events: &[CaseEvent],
    after: &Case,
    looking: &Looking,
) -> Result<Changes, AppError> {
    let ids: Vec<Uuid> = events.iter().map(|_| app.ids().uuid()).collect();
    let told: Vec<(Uuid, Notice)> = ids
        .iter()
        .zip(events)
        .flat_map(|(id, event)| notices(after, event).into_iter().map(|notice| (*id, notice)))
        .collect();
    let recipients = people::recipients(tx, told.iter().flat_map(|(_, notice)| notice.to.iter().copied())).await?;
    let outgoing = Outgoing::new(app, looking.now);
    let mut outbox: Vec<OutboxDraft> =
        told.iter().flat_map(|(event, notice)| outgoing.notice(*event, notice, &recipients)).collect();
    let open_before = derive(before, &looking.facts, looking.now)?;
    let open_after = derive(after, &looking.facts, looking.now)?;
    let entries = app.entries_of_case(tx, after, &open_after, looking.now).await?;
    outbox.extend(entries.mails);
    let opened: Vec<OpenDeadline> =
        open_after.iter().filter(|(key, _)| !open_before.contains_key(*key)).map(|(_, open)| open.clone()).collect();
    let gone = open_before.into_iter().filter(|(key, _)| !open_after.contains_key(key));
    let ended = gone.map(|(_, open)| ended(open, &open_after, looking.now)).collect();
    let since = opened_at(before, events, &opened, looking)?;
    let rows = opened
        .iter()
        .map(|open| row(app, after, open, looking, since.get(&open.key()).copied().unwrap_or(looking.now)))
        .collect::<Result<_, _>>()?;
    Ok(Changes { events: ids, opened, ended, outbox, entries: entries.rows, rows, lost: Vec::new() })
}

/// When each of these deadlines came into being, by key: at the instant of the event that opened it, which lies in the
/// past when time brought it and nobody was there to record it. What should have been said since then was missed by
/// that, and still goes out; it was not planned too late.
fn opened_at(
    before: &Case,
    events: &[CaseEvent],
    opened: &[OpenDeadline],
    looking: &Looking,
) -> Result<BTreeMap<String, Instant>, AppError> {
    let mut since: BTreeMap<String, Instant> = BTreeMap::new();
    if opened.is_empty() || events.iter().all(|event| event.effective_at >= looking.now) {
        return Ok(since);
    }
    let mut case = before.clone();
    for (index, event) in events.iter().enumerate() {
        evolve(&mut case, event);
        if events.get(index + 1).is_some_and(|next| next.effective_at == event.effective_at) {
            continue;
        }
        let open = derive(&case, &looking.facts, event.effective_at)?;
        since.retain(|key, _| open.contains_key(key));
        for key in open.into_keys().filter(|key| opened.iter().any(|one| one.key() == *key)) {
            since.entry(key).or_insert(event.effective_at);
        }
    }
    Ok(since)
}

/// Why a deadline is no longer open: its date moved, its instant brought the matter about by itself, or what it asked
/// for is done, late perhaps. Nothing more is to be said of a matter that is done.
fn ended(open: OpenDeadline, after: &BTreeMap<String, OpenDeadline>, now: Instant) -> (OpenDeadline, DeadlineStatus) {
    let same =
        |other: &OpenDeadline| (other.kind, other.subject, other.anchor) == (open.kind, open.subject, open.anchor);
    let status = if after.values().any(same) {
        DeadlineStatus::Superseded
    } else if open.due.is_past(now) && open.kind.row().consequence.is_automatic() {
        DeadlineStatus::Passed
    } else {
        DeadlineStatus::Satisfied
    };
    (open, status)
}

/// The stored row of a deadline that came into being at `since`, with the instant of its first reminder.
fn row(
    app: &App,
    case: &Case,
    open: &OpenDeadline,
    looking: &Looking,
    since: Instant,
) -> Result<DeadlineRow, AppError> {
    let plan = plan(open, &looking.facts, since)?;
    let first = plan.iter().filter(|planned| !planned.before_start).map(|planned| planned.at).min();
    Ok(DeadlineRow {
        id: app.ids().uuid(),
        key: open.key(),
        aggregate: open.subject.id,
        release: case.promoted(open.subject).and_then(|columns| columns.release),
        kind: name_of(open.kind),
        anchor: open.anchor.to_owned(),
        starts_at: open.starts_at,
        due_at: open.due.due_at,
        shown_on: open.due.shown_on,
        calendar_version: open.due.calendar_version.clone(),
        status: DeadlineStatus::Open,
        status_at: looking.now,
        facts: serde_json::json!({
            "framework": open.framework,
            "reference": open.reference,
            "code": open.kind.to_string(),
            "clock": open.due.facts,
        }),
        next_reminder_at: first,
        created_at: since,
    })
}

/// The reminders of a deadline that came into being at `since`.
pub(super) fn plan(
    open: &OpenDeadline,
    facts: &Facts,
    since: Instant,
) -> Result<Vec<deadline::PlannedReminder>, AppError> {
    Ok(open.plan(facts, since)?)
}

/// The stored name of a deadline kind: its serde name, since D11 and D16 are two clocks each.
pub(super) fn name_of(kind: deadline::DeadlineKind) -> String {
    serde_json::to_value(kind).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

impl Changes {
    /// Adds what follows for the stored deadlines from a person's record, which is a case of its own: no event of this
    /// case says that a partner's user attested, and D12 waits for that.
    pub(super) fn reconcile(
        &mut self,
        app: &App,
        stored: &[DeadlineRow],
        after: &Case,
        looking: &Looking,
    ) -> Result<(), AppError> {
        let open = derive(after, &looking.facts, looking.now)?;
        let mut known: BTreeSet<String> = self.opened.iter().map(OpenDeadline::key).collect();
        self.lost = Vec::new();
        for row in stored.iter().filter(|row| row.status == DeadlineStatus::Open) {
            known.insert(row.key.clone());
            if !open.contains_key(&row.key) && !self.ended.iter().any(|(ended, _)| ended.key() == row.key) {
                self.lost.push(row.key.clone());
            }
        }
        let own = |one: &&OpenDeadline| one.subject.kind != Kind::Prerequisites && !known.contains(&one.key());
        for found in open.values().filter(own) {
            self.rows.push(row(app, after, found, looking, looking.now)?);
        }
        Ok(())
    }

    /// Everything that the store writes for the decision.
    pub(super) fn recorded(
        self,
        app: &App,
        events: Vec<CaseEvent>,
        after: Case,
        next_due: Option<Instant>,
        host: OrganizationId,
    ) -> Recorded {
        let new = |(id, event)| NewEvent { id, salt: app.ids().random_bytes(), event };
        let lost = self.lost.into_iter().map(|key| (key, DeadlineStatus::Satisfied));
        let ended = self.ended.iter().map(|(open, status)| (open.key(), *status)).chain(lost).collect();
        Recorded {
            events: self.events.into_iter().zip(events).map(new).collect(),
            after,
            deadlines: DeadlineChanges { opened: self.rows, ended },
            outbox: self.outbox,
            entries: self.entries,
            next_due,
            host,
            policy: app.engine().policy_hash().as_str().to_owned(),
        }
    }

    /// The deadlines that the asker knows, as a preview shows them.
    pub(super) fn previewed(
        &self,
        knows: &dyn Fn(&OpenDeadline) -> bool,
    ) -> (Vec<PreviewDeadline>, Vec<PreviewDeadline>) {
        let show = PreviewDeadline::of;
        let opened = self.opened.iter().filter(|open| knows(open)).map(show).collect();
        let ended = self.ended.iter().map(|(open, _)| open).filter(|open| knows(open)).map(show).collect();
        (opened, ended)
    }
}
