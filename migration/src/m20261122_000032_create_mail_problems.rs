//! Mail that came back, by what the reports said, and what somebody has to look after because of it.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261122_000032_create_mail_problems", up: UP, down: DOWN };

const UP: &str = "
CREATE TABLE bounce (
    id TEXT NOT NULL PRIMARY KEY,
    outbox_id TEXT NOT NULL REFERENCES outbox (id),
    at BIGINT NOT NULL,
    business_at BIGINT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('bounced', 'expired', 'delayed')),
    status TEXT NOT NULL
) STRICT;
CREATE INDEX bounce_outbox_id_idx ON bounce (outbox_id);
CREATE TABLE mail_problem (
    id TEXT NOT NULL PRIMARY KEY,
    outbox_id TEXT NOT NULL REFERENCES outbox (id),
    account_id TEXT REFERENCES account (id),
    aggregate_id TEXT,
    reference TEXT,
    code TEXT NOT NULL,
    address TEXT NOT NULL,
    is_legal BOOLEAN NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('bounced', 'expired', 'refused', 'missed')),
    status TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    resolved_at BIGINT,
    resolved_by TEXT REFERENCES account (id),
    CONSTRAINT mail_problem_outbox_id_key UNIQUE (outbox_id)
) STRICT;
CREATE INDEX mail_problem_account_id_idx ON mail_problem (account_id) WHERE resolved_at IS NULL;
CREATE INDEX outbox_queued_at_idx ON outbox (queued_at, id);
";

const DOWN: &str = "
DROP INDEX outbox_queued_at_idx;
DROP TABLE mail_problem;
DROP TABLE bounce;
";
