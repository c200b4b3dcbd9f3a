//! Whether the service is ready, and what it still has to do: counts and instants, nothing of any case.

use axum::{extract::State, response::Response, routing::get};

use super::{sheet, system_clock};
use crate::{
    app::{
        AppError,
        jobs::{Job, JobHealth},
    },
    web::{
        Web,
        extract::{ApiQuery, visitor::Member},
        pages::{
            PageRoute,
            sheet::ListAsked,
            time::PageClock,
            ui::{Facts, Inline, Row, Section, Table},
        },
    },
};

/// The page.
const PATH: &str = "/administration/health";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![PageRoute::get(PATH, get(page))]
}

async fn page(
    State(web): State<Web>,
    Member(visitor): Member,
    ApiQuery(asked): ApiQuery<ListAsked>,
) -> Result<Response, AppError> {
    let backlog = web.app.backlog(visitor.principal()).await?;
    let clock = PageClock::at(&web.app, backlog.now);
    let check = |name: &str, answer: Result<(), String>| {
        let (state, why) = match answer {
            Ok(()) => ("Works", Inline::None),
            Err(why) => ("Does not work", Inline::text(why)),
        };
        Row::new(vec![Inline::text(name), Inline::Tag(state.to_owned()), why])
    };
    let checks = [check("Database", web.app.check_database().await), check("Schema", web.app.check_migrations().await)];
    let checks = Table::new("What the service needs", &["Part", "State", "Why"], "Nothing.").with(checks);
    let behind = backlog.next_due_at.is_some_and(|due| due < backlog.now);
    let due = Facts::new()
        .with("Now", Inline::from(clock.plain(backlog.now)))
        .with("Time next brings something", Inline::maybe(backlog.next_due_at, |at| clock.instant(at).into()))
        .with("The worker", if behind { "Is behind, or is not running" } else { "Is not behind" })
        .with("Version", env!("CARGO_PKG_VERSION"));
    let mail =
        |(status, count): &(&str, u64)| Row::new(vec![Inline::code_word(status), Inline::text(count.to_string())]);
    let mails = Table::new("Mails by where they stand", &["State", "Mails"], "No mail was queued yet.")
        .with(backlog.mails.iter().map(mail));
    sheet(&web, &visitor, "Health")
        .lead("Counts and instants, and nothing of any case.")
        .section(Section::new("ready", "Ready").with(checks))
        .section(Section::new("due", "What is due").with(due))
        .section(Section::new("jobs", "Jobs of the worker").with(jobs(&backlog.jobs, system_clock(&web))))
        .section(Section::new("mail", "Mail").with(mails))
        .listed(asked.format, "health", PATH)
}

/// Each job with its last run and its next.
fn jobs(jobs: &[JobHealth], clock: PageClock) -> Table {
    let row = |one: &JobHealth| {
        Row::new(vec![
            Inline::text(job(one.job)),
            Inline::maybe(one.last, |run| clock.instant(run.started_at).into()),
            Inline::maybe(one.next_at, |at| clock.instant(at).into()),
            Inline::maybe(one.last, |run| Inline::text(took(run.took.num_milliseconds()))),
            Inline::Tag(state(one).to_owned()),
        ])
    };
    let columns = ["Job", "Last run", "Next run at the latest", "Took", "How it stands"];
    Table::new("When each job ran last", &columns, "None.").with(jobs.iter().map(row))
}

const fn job(job: Job) -> &'static str {
    match job {
        Job::Timed => "What time brings: transitions, reminders and digests",
        Job::Mail => "Mail that waits",
        Job::Quarantine => "Documents that wait for the scanner",
        Job::Housekeeping => "Forgetting what was kept long enough",
    }
}

const fn state(health: &JobHealth) -> &'static str {
    match health.last {
        None => "Has not run yet",
        Some(_) if health.behind => "Is behind",
        Some(run) if run.failed => "Failed",
        Some(_) => "Is not behind",
    }
}

/// A length of time in thousandths of a second, as people read it.
fn took(milliseconds: i64) -> String {
    match milliseconds {
        ..1_000 => format!("{milliseconds} ms"),
        _ => format!("{}.{} s", milliseconds / 1_000, milliseconds % 1_000 / 100),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone as _, Utc};

    use super::*;
    use crate::app::jobs::JobRun;

    #[test]
    fn a_job_is_said_to_be_behind_before_it_is_said_to_have_failed() {
        let started_at = Utc.with_ymd_and_hms(2026, 11, 2, 14, 0, 0).single().expect("an instant");
        let run = |failed| Some(JobRun { job: Job::Mail, started_at, took: TimeDelta::zero(), failed });
        let cases = [
            (None, true, "Has not run yet"),
            (run(false), false, "Is not behind"),
            (run(true), false, "Failed"),
            (run(true), true, "Is behind"),
        ];
        for (last, behind, said) in cases {
            assert_eq!(state(&JobHealth { job: Job::Mail, last, next_at: None, behind }), said);
        }
    }

    #[test]
    fn lengths_are_milliseconds_and_seconds() {
        assert_eq!([took(0), took(999), took(1_000), took(61_250)], ["0 ms", "999 ms", "1.0 s", "61.2 s"]);
    }
}
