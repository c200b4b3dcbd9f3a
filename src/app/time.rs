//! What time brings, carried out: timed transitions, reminders and digests. Both are computed from facts, so that it does not
//! matter when, how often, or by how many workers this is called; after any outage the state is right and only the most
//! urgent missed reminder of each deadline goes out (domain sections 3.0 and 5).

use super::{App, AppError, failure::Failure, lookup::Looking, people, recording::changes};
use crate::{
    domain::{
        case,
        deadline::derive,
        id::{Kind, Subject},
        time::Instant,
    },
    storage::{self, LoadedCase, Target, WriteTx, deadlines, mail_sorting, saved_views},
};

/// What one round brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Cases in which time brought something.
    pub settled: usize,
    /// Deadlines about which something was said or skipped.
    pub reminded: usize,
    /// Saved views that were looked at.
    pub views: usize,
    /// Digests that were queued.
    pub digests: usize,
    /// Cases that could not be carried on; each is logged, and left for the next round.
    pub failed: usize,
}

/// What time asks of a case.
#[derive(Clone, Copy)]
enum Duty {
    /// Record what time brought.
    Settle,
    /// As [`Duty::Settle`], for the record of a person that had this many events when the cases that look at it were
    /// carried on; one that changed since stays due.
    SettlePerson {
        /// How many.
        events: i64,
    },
    /// Queue the reminders that are due.
    Remind,
}

impl Round {
    /// Whether nothing is left to do for now.
    pub const fn is_idle(&self) -> bool {
        self.settled == 0 && self.reminded == 0 && self.views == 0 && self.digests == 0
    }
}

impl App {
    /// Carries out what is due: at most `limit` cases of each sort. Call again until the round is idle, with room for
    /// those that failed: they stay at the head of the list.
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
        round.views = self.look_at_views(now, limit).await?;
        round.digests = Box::pin(self.gather_digests(limit)).await?;
        Ok(round)
    }

    /// The next instant at which time brings a transition, a reminder, a look at a saved view, a digest or the end of
    /// somebody's quiet hours; `None` if never.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked.
    pub async fn next_instant(&self) -> Result<Option<Instant>, AppError> {
        let tx = self.store().begin_read().await?;
        let transition = storage::due::next(&tx).await?;
        let reminder = deadlines::next_reminder(&tx).await?;
        let look = saved_views::next_look(&tx).await?;
        let mail = mail_sorting::next(&tx, self.decision_time(&tx).await?).await?;
        tx.end().await?;
        Ok(transition.into_iter().chain(reminder).chain(look).chain(mail).min())
    }

    /// Records what time brought to a case. Once more if another transaction was in the way.
    async fn settle_case(&self, subject: Subject) -> Result<(), AppError> {
        if subject.kind != Kind::Prerequisites {
            return self.in_case(subject, Duty::Settle).await;
        }
        let events = self.settle_holdings(&Target::Subject(subject)).await?;
        self.in_case(subject, Duty::SettlePerson { events }).await
    }

    /// What a person attests, or is cleared for, may move grants that stand in other cases: each is carried on in a
    /// transaction of its own before the person's record ceases to be due, so that a worker that dies in between loses
    /// nothing. It is done before the record changes too: what ran out earlier shall not look as if it never had.
    /// Answers how many events the record had.
    pub(super) async fn settle_holdings(&self, person: &Target) -> Result<i64, AppError> {
        let tx = self.store().begin_read().await?;
        let loaded = storage::read_case(&tx, person, &[]).await?;
        let record = loaded.as_ref().and_then(|loaded| {
            loaded
                .rows
                .iter()
                .find(|(subject, _)| subject.kind == Kind::Prerequisites)
                .map(|(subject, row)| (*subject, row.event_count))
        });
        let Some((person, events)) = record else {
            tx.end().await?;
            return Ok(0);
        };
        let releases = storage::due::held_under(&tx, person.id).await?;
        tx.end().await?;
        for release in releases {
            self.in_case(Subject::new(Kind::Release, release), Duty::Settle).await?;
        }
        Ok(events)
    }

    async fn settle_in(&self, tx: &WriteTx, loaded: &LoadedCase) -> Result<(), Failure> {
        let now = self.decision_time(tx).await?;
        let facts = people::facts(self, tx, &loaded.case, &[], None).await?;
        let looking = Looking { facts, now };
        let mut after = loaded.case.clone();
        let events = case::settle(&mut after, &looking.facts, Instant::MIN_UTC, now).map_err(AppError::from)?;
        let mut changes = changes(self, tx, &loaded.case, &events, &after, &looking).await?;
        if let Some((release, _)) = after.release() {
            changes.reconcile(self, &deadlines::of_release(tx, release).await?, &after, &looking)?;
        }
        let next = case::next_due(&after, &looking.facts, now).map_err(AppError::from)?;
        // Whatever is recorded must take the case out of the list of those that are due: else it would be carried on
        // again and again, and the others would wait.
        if next.is_some_and(|next| next <= now) {
            return Err(Failure::Answer(AppError::internal("what time brings to a case is still due after it")));
        }
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
                Duty::SettlePerson { events }
                    if loaded.rows.get(&subject).is_some_and(|row| row.event_count != events) =>
                {
                    Ok(())
                }
                Duty::Settle | Duty::SettlePerson { .. } => self.settle_in(&tx, &loaded).await,
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
