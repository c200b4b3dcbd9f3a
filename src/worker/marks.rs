//! What the worker keeps of its own runs, so that the page of health can tell how each job stands. A worker that is woken
//! at every command writes no mark each time: a run is kept once in a while, and at once where a job began or ceased to
//! fail.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::app::{
    App, AppError,
    jobs::{Job, JobRun},
};

/// How long the mark of a run does for those after it.
const KEPT_EVERY: TimeDelta = TimeDelta::seconds(10);

/// The runs of one worker: those that were kept last, and those that wait to be.
#[derive(Debug, Default)]
pub(super) struct Marks {
    kept: BTreeMap<Job, JobRun>,
    waiting: Vec<JobRun>,
}

impl Marks {
    /// Does the job's work and notes how long it took and whether it failed.
    pub(super) async fn measured<T>(
        &mut self,
        app: &App,
        job: Job,
        work: impl Future<Output = Result<T, AppError>>,
    ) -> Result<T, AppError> {
        let started_at = app.clock().system();
        let done = work.await;
        let took = (app.clock().system() - started_at).max(TimeDelta::zero());
        self.note(JobRun { job, started_at, took, failed: done.is_err() });
        done
    }

    fn note(&mut self, run: JobRun) {
        let does = |kept: &JobRun| kept.failed == run.failed && run.started_at - kept.started_at < KEPT_EVERY;
        if !self.kept.get(&run.job).is_some_and(does) {
            self.waiting.push(run);
        }
    }

    /// Keeps what waits. A mark that cannot be kept is no failure of the work that it tells of; it waits for no later try,
    /// since the next run brings another.
    pub(super) async fn keep(&mut self, app: &App) {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return;
        }
        match app.note_runs(&waiting).await {
            Ok(()) => self.kept.extend(waiting.into_iter().map(|run| (run.job, run))),
            Err(error) => tracing::warn!(%error, "when the jobs ran could not be kept"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(seconds: u32, failed: bool) -> JobRun {
        let started_at = format!("2026-11-02T14:00:{seconds:02}Z").parse().expect("an instant");
        JobRun { job: Job::Mail, started_at, took: TimeDelta::zero(), failed }
    }

    #[test]
    fn a_run_is_kept_once_in_a_while_and_at_once_when_a_job_begins_or_ceases_to_fail() {
        for (seconds, failed, expected) in [(9, false, 0), (10, false, 1), (1, true, 1)] {
            let mut marks = Marks { kept: BTreeMap::from([(Job::Mail, run(0, false))]), waiting: Vec::new() };
            marks.note(run(seconds, failed));
            assert_eq!(marks.waiting.len(), expected, "{seconds} {failed}");
        }
        let mut first = Marks::default();
        first.note(run(0, false));
        assert_eq!(first.waiting.len(), 1, "the first run is kept");
    }
}
