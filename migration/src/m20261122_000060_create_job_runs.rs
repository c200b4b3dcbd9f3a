//! When each job of the worker ran last: one row a job, whichever worker ran it.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261122_000060_create_job_runs", up: UP, down: DOWN };

const UP: &str = "
CREATE TABLE job_run (
    job TEXT NOT NULL PRIMARY KEY,
    started_at BIGINT NOT NULL,
    took_ms BIGINT NOT NULL,
    failed BOOLEAN NOT NULL
) STRICT;
";

const DOWN: &str = "
DROP TABLE job_run;
";
