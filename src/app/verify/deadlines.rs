//! Stored deadlines against those that follow from the case, both ways.

use super::{VerifyReport, What};
use crate::{
    app::recording::name_of,
    domain::{
        case::{Case, Facts},
        deadline::{OpenDeadline, derive},
        id::Kind,
        time::Instant,
    },
    storage::{DeadlineRow, DeadlineStatus, verification::StoredCase},
};

/// The case is taken as its last event left it: that is what the rows were written for. What time brought since is
/// recorded together with the change of the rows.
pub(super) fn compare(
    stored: &StoredCase,
    kind: Kind,
    case: &Case,
    facts: &Facts,
    now: Instant,
    report: &mut VerifyReport,
) {
    report.checked.deadlines += u64::try_from(stored.deadlines.len()).unwrap_or(u64::MAX);
    let mut open = match derive(case, facts, now) {
        Ok(open) => open,
        Err(refusal) => {
            report.add(What::Unreadable, stored.id.to_string(), refusal.to_string());
            return;
        }
    };
    // The records of people are cases of their own.
    open.retain(|_, deadline| (deadline.subject.kind == Kind::Prerequisites) == (kind == Kind::Prerequisites));
    for (id, row) in &stored.deadlines {
        let Some(row) = row else {
            report.add(What::Unreadable, id, "the deadline cannot be read");
            continue;
        };
        if row.status != DeadlineStatus::Open {
            continue;
        }
        match open.remove(&row.key) {
            Some(derived) => report_changed(case, row, &derived, report),
            None => report.add(What::Deadline, reference(case, row), format!("{} does not follow from it", row.kind)),
        }
    }
    for deadline in open.values() {
        let detail = format!("{} due {} is not stored as open", name_of(deadline.kind), deadline.due.due_at);
        report.add(What::Deadline, &deadline.reference, detail);
    }
}

fn report_changed(case: &Case, row: &DeadlineRow, derived: &OpenDeadline, report: &mut VerifyReport) {
    let release = case.promoted(derived.subject).and_then(|columns| columns.release);
    let same = [
        ("aggregate_id", row.aggregate == derived.subject.id),
        ("release_id", row.release == release),
        ("kind", row.kind == name_of(derived.kind)),
        ("anchor", row.anchor == derived.anchor),
        ("starts_at", row.starts_at == derived.starts_at),
        ("due_at", row.due_at == derived.due.due_at),
        ("shown_on", row.shown_on == derived.due.shown_on),
    ];
    for (column, _) in same.iter().filter(|(_, same)| !same) {
        let detail = format!("{column} of {} differs from what follows", name_of(derived.kind));
        report.add(What::Deadline, &derived.reference, detail);
    }
}

fn reference(case: &Case, row: &DeadlineRow) -> String {
    let known = case.subjects().into_iter().find(|subject| subject.id == row.aggregate);
    known.and_then(|subject| case.reference(subject)).map_or_else(|| row.id.to_string(), str::to_owned)
}
