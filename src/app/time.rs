//! What time brings, carried out: timed transitions and reminders. Both are computed from facts, so that it does not
//! matter when, how often, or by how many workers this is called; after any outage the state is right and only the most
//! urgent missed reminder of each deadline goes out (domain sections 3.0 and 5).

use std::collections::{BTreeMap, BTreeSet};

use super::{
    App, AppError,
    failure::Failure,
    lookup::Looking,
    outgoing::{Outgoing, Reminder},
    people::{self, Recipients},
    recording::{changes, plan},
};
use crate::{
    domain::{
        case::{self, Case},
        deadline::{self, DeadlineKind, OffsetKey, OpenDeadline, PlannedReminder, Recipient, derive},
        id::{Kind, Subject},
        notice::{Addressee, Ask, Stem, addressees},
        time::Instant,
    },
    storage::{
        self, DeadlineRow, LoadedCase, OutboxDraft, Target, WriteTx,
        deadlines::{self, ReminderRow},
    },
};

/// What one round brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Cases in which time brought something.
    pub settled: usize,
    /// Deadlines about which something was said or skipped.
    pub reminded: usize,
    /// Cases that could not be carried on; each is logged, and left for the next round.
    pub failed: usize,
}

/// What time asks of a case.
#[derive(Clone, Copy)]
enum Duty {
    /// Record what time brought.
    Settle,
    /// Queue the reminders that are due.
    Remind,
}

impl Round {
    /// Whether nothing is left to do for now.
    pub const fn is_idle(&self) -> bool {
        self.settled == 0 && self.reminded == 0
    }
}

impl App {
    /// Carries out what is due: at most `limit` cases of each sort. Call again until the round is idle.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked at all; a case that fails is counted, logged and left.
    pub async fn carry_on(&self, limit: u64) -> Result<Round, AppError> {
        let mut round = Round::default();
        let tx = self.store().begin_read().await?;
        let now = self.decision_time(&tx).await?;
        let due = storage::due::cases(&tx, now, limit).await?;
        tx.end().await?;
        for subject in due {
            count(&mut round.settled, &mut round.failed, self.settle_case(subject).await, subject);
        }
        let tx = self.store().begin_read().await?;
        let due = deadlines::cases_due(&tx, now, limit).await?;
        tx.end().await?;
        for subject in due {
            count(&mut round.reminded, &mut round.failed, self.remind_case(subject).await, subject);
        }
        Ok(round)
    }

    /// The next instant at which time brings a transition or a reminder; `None` if never.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked.
    pub async fn next_instant(&self) -> Result<Option<Instant>, AppError> {
        let tx = self.store().begin_read().await?;
        let transition = storage::due::next(&tx).await?;
        let reminder = deadlines::next_reminder(&tx).await?;
        tx.end().await?;
        Ok(transition.into_iter().chain(reminder).min())
    }

    /// Records what time brought to a case. Once more if another transaction was in the way.
    async fn settle_case(&self, subject: Subject) -> Result<(), AppError> {
        self.in_case(subject, Duty::Settle).await
    }

    async fn settle_in(&self, tx: &WriteTx, loaded: &LoadedCase) -> Result<(), Failure> {
        let now = self.decision_time(tx).await?;
        let facts = people::facts(self, tx, &loaded.case, &[], None).await?;
        let looking = Looking { facts, now };
        let mut after = loaded.case.clone();
        let events = case::settle(&mut after, &looking.facts, Instant::MIN_UTC, now).map_err(AppError::from)?;
        let changes = changes(self, tx, &loaded.case, &events, &after, &looking).await?;
        let next = case::next_due(&after, &looking.facts, now).map_err(AppError::from)?;
        let recorded = changes.recorded(self, events, after, next, self.host().await?);
        storage::record(tx, loaded, recorded, now).await?;
        Ok(())
    }

    /// Queues the reminders of a case that are due.
    async fn remind_case(&self, subject: Subject) -> Result<(), AppError> {
        self.in_case(subject, Duty::Remind).await
    }

    async fn remind_in(&self, tx: &WriteTx, loaded: &LoadedCase, subject: Subject) -> Result<(), Failure> {
        let now = self.decision_time(tx).await?;
        let facts = people::facts(self, tx, &loaded.case, &[], None).await?;
        let looking = Looking { facts, now };
        let mut case = loaded.case.clone();
        case::settle(&mut case, &looking.facts, Instant::MIN_UTC, now).map_err(AppError::from)?;
        let open = derive(&case, &looking.facts, now).map_err(AppError::from)?;
        for row in deadlines::due_of_case(tx, subject, now).await? {
            match open.get(&row.key) {
                Some(open) => self.remind(tx, &case, &row, open, &looking).await?,
                // No longer open: nothing more is said about it.
                None => deadlines::reminded(tx, row.id, None, &[]).await?,
            }
        }
        Ok(())
    }

    /// Queues what is due of one deadline, and records what is skipped and why.
    async fn remind(
        &self,
        tx: &WriteTx,
        case: &Case,
        row: &DeadlineRow,
        open: &OpenDeadline,
        looking: &Looking,
    ) -> Result<(), Failure> {
        let plan = plan(open, &looking.facts, row.created_at)?;
        let settled: BTreeSet<OffsetKey> =
            deadlines::reminders(tx, row.id).await?.iter().filter_map(|done| done.offset_key.parse().ok()).collect();
        let decision = deadline::due_now(&plan, &settled, looking.now);
        let mut done = Vec::new();
        let mut queued: Vec<OutboxDraft> = Vec::new();
        for send in &decision.send {
            let to = self.recipients(tx, case, open, &send.recipients).await?;
            queued.extend(self.drafts(row, open, &plan, send.key, send.planned_at, looking.now, to));
            done.extend(send.recipients.iter().map(|group| reminded(row, send.key, *group, None, looking.now)));
        }
        for skip in &decision.skip {
            let reason = format!("{:?}", skip.reason);
            done.extend(
                skip.recipients.iter().map(|group| reminded(row, skip.key, *group, Some(reason.clone()), looking.now)),
            );
        }
        storage::outbox::queue(tx, &queued).await?;
        deadlines::reminded(tx, row.id, deadline::next_after(&plan, looking.now), &done).await?;
        Ok(())
    }

    /// The accounts behind the groups of recipients.
    async fn recipients(
        &self,
        tx: &WriteTx,
        case: &Case,
        open: &OpenDeadline,
        groups: &[Recipient],
    ) -> Result<BTreeMap<crate::domain::id::AccountId, String>, Failure> {
        let to: Vec<Addressee> =
            groups.iter().flat_map(|group| addressees(case, open.subject, *group, &open.responsible)).collect();
        let found: Recipients = people::recipients(tx, to.iter().copied()).await?;
        Ok(found.of(&to))
    }

    #[expect(clippy::too_many_arguments, reason = "a reminder is made of what its deadline, plan and instant say")]
    fn drafts(
        &self,
        row: &DeadlineRow,
        open: &OpenDeadline,
        plan: &[PlannedReminder],
        key: OffsetKey,
        planned_at: Instant,
        now: Instant,
        to: BTreeMap<crate::domain::id::AccountId, String>,
    ) -> Vec<OutboxDraft> {
        let escalation = plan.iter().any(|planned| planned.key == key && planned.is_escalation());
        let (stem, ask) = words(open.kind, escalation);
        let reminder = Reminder {
            deadline: row.id,
            key: &row.key,
            offset: &key.to_string(),
            subject: open.subject,
            reference: &open.reference,
            stem,
            ask,
            task_due: open.task_day(),
            late: is_late(planned_at, now),
        };
        Outgoing::new(self, now).reminder(&reminder, to)
    }

    /// Locks the case and does what is due in a transaction of its own; again if another transaction was in the way.
    async fn in_case(&self, subject: Subject, duty: Duty) -> Result<(), AppError> {
        let target = match subject.kind {
            Kind::Release => Target::Release(subject.id),
            _ => Target::Subject(subject),
        };
        for _ in 0..super::TRIES {
            let tx = self.store().begin_write().await?;
            let Some(loaded) = storage::lock_case(&tx, &target, &[]).await? else {
                tx.rollback().await?;
                return Ok(());
            };
            let done = match duty {
                Duty::Settle => self.settle_in(&tx, &loaded).await,
                Duty::Remind => self.remind_in(&tx, &loaded, subject).await,
            };
            match done {
                Ok(()) => match tx.commit().await.map_err(Failure::from) {
                    Ok(()) => return Ok(()),
                    Err(Failure::Again) => {}
                    Err(Failure::Answer(error)) => return Err(error),
                },
                Err(Failure::Again) => tx.rollback().await?,
                Err(Failure::Answer(error)) => {
                    tx.rollback().await?;
                    return Err(error);
                }
            }
        }
        Err(AppError::Busy)
    }
}

fn count(done: &mut usize, failed: &mut usize, answer: Result<(), AppError>, subject: Subject) {
    match answer {
        Ok(()) => *done += 1,
        Err(error) => {
            *failed += 1;
            tracing::error!(case.id = %subject.id, %error, "what time brought to a case could not be recorded");
        }
    }
}

fn reminded(row: &DeadlineRow, key: OffsetKey, group: Recipient, skipped: Option<String>, at: Instant) -> ReminderRow {
    let group = serde_json::to_value(group).ok().and_then(|value| value.as_str().map(str::to_owned));
    ReminderRow {
        deadline: row.id,
        offset_key: key.to_string(),
        recipient_group: group.unwrap_or_default(),
        skipped,
        at,
    }
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
