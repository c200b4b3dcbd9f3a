//! The jobs of the worker: when each ran last, how long it took, when it runs next, and whether it is behind. All of it
//! stands on the system clock, since workers rest by it.

use chrono::TimeDelta;

use super::{App, AppError};
use crate::{
    domain::time::{Instant, plus},
    storage::{ReadTx, StorageError, jobs},
};

/// How long nothing is forgotten after something was.
pub const HOUSEKEEPING: TimeDelta = TimeDelta::hours(1);

/// How late a job may be before it counts as behind: a long round of another job takes its time.
const GRACE: TimeDelta = TimeDelta::minutes(2);

/// A job of the worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Job {
    /// What time brings: transitions, reminders and digests.
    Timed,
    /// Mail that waits in the outbox.
    Mail,
    /// Contents of documents that wait for the scanner.
    Quarantine,
    /// What has been kept long enough is forgotten.
    Housekeeping,
}

impl Job {
    /// Every job, in the order in which a round does them.
    pub const ALL: [Self; 4] = [Self::Timed, Self::Mail, Self::Quarantine, Self::Housekeeping];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Timed => "timed",
            Self::Mail => "mail",
            Self::Quarantine => "quarantine",
            Self::Housekeeping => "housekeeping",
        }
    }
}

/// One run of a job, of whichever worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobRun {
    /// The job.
    pub job: Job,
    /// When it began, system time in UTC.
    pub started_at: Instant,
    /// How long it took.
    pub took: TimeDelta,
    /// Whether it failed.
    pub failed: bool,
}

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobHealth {
    /// The job.
    pub job: Job,
    /// Its last run; none before the first.
    pub last: Option<JobRun>,
    /// When it runs next, system time in UTC; none before the first run.
    pub next_at: Option<Instant>,
    /// Whether it should have run by now, or has never run.
    pub behind: bool,
}

impl JobHealth {
    /// How the job stands at `now`, if it rests for `rest` after each run.
    fn of(job: Job, last: Option<JobRun>, rest: TimeDelta, now: Instant) -> Self {
        let next_at = last.map(|run| plus(plus(run.started_at, run.took), rest));
        Self { job, last, next_at, behind: next_at.is_none_or(|next| now > plus(next, GRACE)) }
    }
}

impl App {
    /// Keeps the runs in the place of those before.
    ///
    /// # Errors
    /// [`AppError`] if the store cannot be asked.
    pub async fn note_runs(&self, runs: &[JobRun]) -> Result<(), AppError> {
        let kept = |run: &JobRun| jobs::Run {
            job: run.job.name().to_owned(),
            started_at: run.started_at,
            took: run.took,
            failed: run.failed,
        };
        let runs: Vec<jobs::Run> = runs.iter().map(kept).collect();
        let tx = self.store().begin_write().await?;
        jobs::ran(&tx, &runs).await?;
        tx.commit().await?;
        Ok(())
    }

    /// How every job stands.
    pub(super) async fn job_health(&self, tx: &ReadTx) -> Result<Vec<JobHealth>, StorageError> {
        let (found, now) = (jobs::runs(tx).await?, self.clock().system());
        let health = |job: Job| {
            let last = found.iter().find(|run| run.job == job.name());
            let last = last.map(|run| JobRun { job, started_at: run.started_at, took: run.took, failed: run.failed });
            JobHealth::of(job, last, self.rest(job), now)
        };
        Ok(Job::ALL.map(health).into())
    }

    /// How long a job rests between two runs if nothing wakes the worker.
    fn rest(&self, job: Job) -> TimeDelta {
        let period = i64::try_from(self.settings().worker.period_s).unwrap_or(i64::from(u16::MAX));
        match job {
            Job::Timed | Job::Mail | Job::Quarantine => TimeDelta::seconds(period),
            Job::Housekeeping => HOUSEKEEPING,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    fn run(started_at: &str, took: TimeDelta) -> JobRun {
        JobRun { job: Job::Mail, started_at: at(started_at), took, failed: false }
    }

    #[test]
    fn a_job_is_behind_two_minutes_after_it_should_have_run() {
        let last = Some(run("2026-11-02T14:00:00Z", TimeDelta::seconds(5)));
        let rest = TimeDelta::seconds(30);
        for (now, behind) in [
            ("2026-11-02T14:00:20Z", false),
            ("2026-11-02T14:00:35Z", false),
            ("2026-11-02T14:02:35Z", false),
            ("2026-11-02T14:02:36Z", true),
        ] {
            let health = JobHealth::of(Job::Mail, last, rest, at(now));
            assert_eq!((health.behind, health.next_at), (behind, Some(at("2026-11-02T14:00:35Z"))), "{now}");
        }
    }

    #[test]
    fn a_job_that_never_ran_is_behind_and_has_no_next_run() {
        let health = JobHealth::of(Job::Mail, None, TimeDelta::seconds(30), at("2026-11-02T14:00:00Z"));
        assert_eq!((health.behind, health.next_at, health.last), (true, None, None));
    }

    #[test]
    fn names_tell_jobs_apart() {
        let mut names = Job::ALL.map(Job::name).to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Job::ALL.len());
    }
}
