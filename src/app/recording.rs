//! What a decision leaves behind besides its events: deadlines opened and ended, notices queued, ledger facts. Built
//! from the case before and the case after, so that nothing can be forgotten by a command.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    App, AppError,
    lookup::Looking,
    outgoing::Outgoing,
    people,
    preview::{PreviewDeadline, PreviewNotice},
};
use crate::{
    domain::{
        case::{Case, CaseEvent, Facts},
        deadline::{self, OpenDeadline, derive},
        id::OrganizationId,
        notice::{Addressee, Notice, notices},
        time::Instant,
    },
    storage::{DeadlineChanges, DeadlineRow, DeadlineStatus, NewEvent, OutboxDraft, ReadTx, Recorded},
};

/// What a decision leaves behind besides its events.
pub(super) struct Changes {
    events: Vec<Uuid>,
    opened: Vec<OpenDeadline>,
    ended: Vec<(OpenDeadline, DeadlineStatus)>,
    notices: Vec<(Uuid, Notice)>,
    outbox: Vec<OutboxDraft>,
    rows: Vec<DeadlineRow>,
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
    let outbox = told.iter().flat_map(|(event, notice)| outgoing.notice(*event, notice, &recipients)).collect();
    let open_before = derive(before, &looking.facts, looking.now)?;
    let open_after = derive(after, &looking.facts, looking.now)?;
    let opened: Vec<OpenDeadline> =
        open_after.iter().filter(|(key, _)| !open_before.contains_key(*key)).map(|(_, open)| open.clone()).collect();
    let gone = open_before.into_iter().filter(|(key, _)| !open_after.contains_key(key));
    let ended = gone.map(|(_, open)| ended(open, &open_after, looking.now)).collect();
    let rows =
        opened.iter().map(|open| row(app, after, open, &looking.facts, looking.now)).collect::<Result<_, _>>()?;
    Ok(Changes { events: ids, opened, ended, notices: told, outbox, rows })
}

/// Why a deadline is no longer open: its date moved, its instant passed, or what it asked for is done.
fn ended(open: OpenDeadline, after: &BTreeMap<String, OpenDeadline>, now: Instant) -> (OpenDeadline, DeadlineStatus) {
    let same =
        |other: &OpenDeadline| (other.kind, other.subject, other.anchor) == (open.kind, open.subject, open.anchor);
    let status = if after.values().any(same) {
        DeadlineStatus::Superseded
    } else if open.due.is_past(now) {
        DeadlineStatus::Passed
    } else {
        DeadlineStatus::Satisfied
    };
    (open, status)
}

/// The stored row of an open deadline, with the instant of its first reminder.
fn row(app: &App, case: &Case, open: &OpenDeadline, facts: &Facts, now: Instant) -> Result<DeadlineRow, AppError> {
    let plan = plan(open, facts, now)?;
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
        status_at: now,
        facts: serde_json::json!({
            "framework": open.framework,
            "reference": open.reference,
            "code": open.kind.to_string(),
            "clock": open.due.facts,
        }),
        next_reminder_at: first,
        created_at: now,
    })
}

/// The reminders of a deadline that was recorded at `recorded_at`.
pub(super) fn plan(
    open: &OpenDeadline,
    facts: &Facts,
    recorded_at: Instant,
) -> Result<Vec<deadline::PlannedReminder>, AppError> {
    let framework = facts.framework(&open.framework)?;
    let rule = open.rule(framework);
    Ok(deadline::plan(&rule, &open.due, recorded_at, framework.zone, &facts.calendar))
}

/// The stored name of a deadline kind: its serde name, since D11 and D16 are two clocks each.
pub(super) fn name_of(kind: deadline::DeadlineKind) -> String {
    serde_json::to_value(kind).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

impl Changes {
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
        let ended = self.ended.iter().map(|(open, status)| (open.key(), *status)).collect();
        Recorded {
            events: self.events.into_iter().zip(events).map(new).collect(),
            after,
            deadlines: DeadlineChanges { opened: self.rows, ended },
            outbox: self.outbox,
            next_due,
            host,
            policy: app.engine().policy_hash().as_str().to_owned(),
        }
    }

    /// The deadlines, as a preview shows them.
    pub(super) fn previewed(&self) -> (Vec<PreviewDeadline>, Vec<PreviewDeadline>) {
        let show = |open: &OpenDeadline| PreviewDeadline {
            reference: open.reference.clone(),
            code: open.kind.to_string(),
            due_at: open.due.due_at,
        };
        (self.opened.iter().map(show).collect(), self.ended.iter().map(|(open, _)| show(open)).collect())
    }

    /// The notices, as a preview shows them.
    pub(super) fn previewed_notices(&self) -> Vec<PreviewNotice> {
        let name = |to: &Addressee| match to {
            Addressee::Account(_) => "assigned person".to_owned(),
            Addressee::Organization(_, role) | Addressee::Host(role) => role.code().to_owned(),
        };
        let show = |(_, notice): &(Uuid, Notice)| PreviewNotice {
            reference: notice.reference.clone(),
            code: notice.kind.as_str().to_owned(),
            to: notice.to.iter().map(name).collect(),
        };
        self.notices.iter().map(show).collect()
    }
}
