//! Reminders: what of a deadline's ladder is due becomes mail in the outbox, and what became of each rung is recorded in
//! the same transaction. Each person gets the most urgent of what is due and nothing else (domain section 5), also a
//! person whom two groups of recipients mean.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    App, AppError,
    failure::Failure,
    lookup::Looking,
    outgoing::{Outgoing, Reminder},
    people,
    recording::plan,
};
use crate::{
    domain::{
        case::Case,
        deadline::{self, DeadlineKind, OffsetKey, OpenDeadline, PlannedReminder, Recipient, Send, SkipReason},
        id::AccountId,
        notice::{Addressee, Ask, Stem, addressees},
        time::Instant,
    },
    storage::{
        self, DeadlineRow, OutboxDraft, WriteTx,
        deadlines::{self, ReminderRow},
    },
};

/// The recorded reason of a rung that nobody stands behind: nobody holds the role, or the account is disabled.
const NOBODY: &str = "NoRecipient";

/// What a deadline's reminders are made from.
struct Ladder<'a> {
    case: &'a Case,
    row: &'a DeadlineRow,
    open: &'a OpenDeadline,
    plan: Vec<PlannedReminder>,
    now: Instant,
}

/// What comes of one rung.
struct Step {
    /// For each group nothing if mail was queued, else why not.
    groups: Vec<(Recipient, Option<String>)>,
    /// Who gets it.
    to: BTreeMap<AccountId, String>,
}

impl App {
    /// Queues what is due of one deadline, and records what is skipped and why.
    pub(super) async fn remind(
        &self,
        tx: &WriteTx,
        case: &Case,
        row: &DeadlineRow,
        open: &OpenDeadline,
        looking: &Looking,
    ) -> Result<(), Failure> {
        let now = looking.now;
        let ladder = Ladder { case, row, open, plan: plan(open, &looking.facts, row.created_at)?, now };
        let settled: BTreeSet<OffsetKey> =
            deadlines::reminders(tx, row.id).await?.iter().filter_map(|done| done.offset_key.parse().ok()).collect();
        let decision = deadline::due_now(&ladder.plan, &settled, now);
        let mut done = Vec::new();
        let mut queued: Vec<OutboxDraft> = Vec::new();
        let mut served = BTreeSet::new();
        // The most urgent first: whoever gets it is not told the rest.
        for send in decision.send.iter().rev() {
            let step = ladder.step(tx, send, &mut served).await?;
            queued.extend(ladder.drafts(self, send, step.to));
            done.extend(step.groups.into_iter().map(|(group, why)| ladder.reminded(send.key, group, why)));
        }
        for skip in &decision.skip {
            let reason = format!("{:?}", skip.reason);
            done.extend(skip.recipients.iter().map(|group| ladder.reminded(skip.key, *group, Some(reason.clone()))));
        }
        storage::outbox::queue(tx, &queued).await?;
        deadlines::reminded(tx, row.id, deadline::next_after(&ladder.plan, now), &done).await?;
        Ok(())
    }
}

impl Ladder<'_> {
    /// Who gets a rung, less those whom a more urgent one serves.
    async fn step(&self, tx: &WriteTx, send: &Send, served: &mut BTreeSet<AccountId>) -> Result<Step, AppError> {
        let meant: BTreeMap<Recipient, Vec<Addressee>> = send
            .recipients
            .iter()
            .map(|group| (*group, addressees(self.case, self.open.subject, *group, &self.open.responsible)))
            .collect();
        let found = people::recipients(tx, meant.values().flatten().copied()).await?;
        let mut step = Step { groups: Vec::new(), to: BTreeMap::new() };
        for (group, to) in &meant {
            let behind = found.of(to);
            let mut fresh = behind.clone();
            fresh.retain(|account, _| !served.contains(account));
            let why = if behind.is_empty() {
                Some(NOBODY.to_owned())
            } else {
                fresh.is_empty().then(|| format!("{:?}", SkipReason::Superseded))
            };
            step.groups.push((*group, why));
            step.to.extend(fresh);
        }
        served.extend(step.to.keys().copied());
        Ok(step)
    }

    fn drafts(&self, app: &App, send: &Send, to: BTreeMap<AccountId, String>) -> Vec<OutboxDraft> {
        let escalation = self.plan.iter().any(|planned| planned.key == send.key && planned.is_escalation());
        let (stem, ask) = words(self.open.kind, escalation);
        let reminder = Reminder {
            deadline: self.row.id,
            key: &self.row.key,
            offset: &send.key.to_string(),
            subject: self.open.subject,
            reference: &self.open.reference,
            stem,
            ask,
            task_due: self.open.task_day(),
            task_at: self.open.task_instant(),
            late: is_late(send.planned_at, self.now),
        };
        Outgoing::new(app, self.now).reminder(&reminder, to)
    }

    fn reminded(&self, key: OffsetKey, group: Recipient, skipped: Option<String>) -> ReminderRow {
        ReminderRow {
            deadline: self.row.id,
            offset_key: key.to_string(),
            recipient_group: group_name(group),
            skipped,
            at: self.now,
        }
    }
}

/// The stored name of a group of recipients.
pub(super) fn group_name(group: Recipient) -> String {
    serde_json::to_value(group).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A reminder is late when it goes out on a later working morning than planned: more than six hours.
fn is_late(planned_at: Instant, now: Instant) -> bool {
    now - planned_at > chrono::TimeDelta::hours(6)
}

/// The wording of a reminder. Those of a window's edge and of the planned date say only that a milestone is near, and
/// carry no date (domain section 6).
pub(super) fn words(kind: DeadlineKind, escalation: bool) -> (Stem, Ask) {
    use DeadlineKind as K;
    if escalation {
        return (Stem::Escalation, Ask::Escalate);
    }
    match kind {
        K::WindowOpens | K::WindowCloses | K::PlannedDateCheck => (Stem::Window, Ask::Prepare),
        K::InquiryAcknowledged | K::ProposalAcknowledged => (Stem::Reminder, Ask::Acknowledge),
        K::InquiryStatusUpdate => (Stem::Reminder, Ask::Update),
        K::InquiryAnswer => (Stem::Reminder, Ask::Answer),
        K::RedlineTurn => (Stem::Reminder, Ask::Redline),
        K::OrganizationSignature | K::PersonalNda => (Stem::Reminder, Ask::Sign),
        K::PartnerConsent | K::PartnerConcurrence => (Stem::Reminder, Ask::Decide),
        K::GrantRecertification => (Stem::Reminder, Ask::Recertify),
        K::PersonalAttestation => (Stem::Reminder, Ask::Attest),
        K::ReturnOrDestruction => (Stem::Reminder, Ask::CertifyReturn),
        K::PartnerConditions
        | K::BreachCure
        | K::IdleLapse
        | K::IncidentNotice
        | K::IncidentDetail
        | K::SubmitterObjection
        | K::DisclosureNotice
        | K::ConfidentialityLapse
        | K::RetentionReview => (Stem::Reminder, Ask::Complete),
    }
}
