//! Who asked for what, and whether it was allowed, denied or refused.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261101_000007_create_access_log", up: UP, down: DOWN };

const UP: &str = "
CREATE TABLE access_log (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    account_id TEXT,
    session_id TEXT,
    action TEXT NOT NULL,
    reference TEXT,
    aggregate_id TEXT,
    outcome TEXT NOT NULL CHECK (outcome IN ('allowed', 'denied', 'refused')),
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX access_log_at_idx ON access_log (at, id);
CREATE INDEX access_log_aggregate_id_idx ON access_log (aggregate_id, at) WHERE aggregate_id IS NOT NULL;
CREATE INDEX access_log_account_id_idx ON access_log (account_id, at) WHERE account_id IS NOT NULL;
";

const DOWN: &str = "
DROP TABLE access_log;
";
