//! What is due when, and what became of each planned reminder.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261101_000005_create_deadlines", up: UP, down: DOWN };

const UP: &str = "
CREATE TABLE deadline (
    id TEXT NOT NULL PRIMARY KEY,
    key TEXT NOT NULL,
    aggregate_id TEXT NOT NULL REFERENCES aggregate (id),
    release_id TEXT,
    kind TEXT NOT NULL,
    anchor TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    shown_on TEXT NOT NULL,
    calendar_version TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'satisfied', 'canceled', 'superseded', 'passed')),
    status_at BIGINT NOT NULL,
    facts TEXT NOT NULL,
    next_reminder_at BIGINT,
    created_at BIGINT NOT NULL,
    CONSTRAINT deadline_key_key UNIQUE (key)
) STRICT;
CREATE INDEX deadline_aggregate_id_idx ON deadline (aggregate_id, due_at);
CREATE INDEX deadline_release_id_idx ON deadline (release_id, due_at);
CREATE INDEX deadline_next_reminder_at_idx ON deadline (next_reminder_at) WHERE next_reminder_at IS NOT NULL;
CREATE INDEX deadline_due_at_idx ON deadline (due_at) WHERE status = 'open';
CREATE TABLE reminder (
    deadline_id TEXT NOT NULL REFERENCES deadline (id),
    offset_key TEXT NOT NULL,
    recipient_group TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('queued', 'skipped')),
    reason TEXT,
    at BIGINT NOT NULL,
    CONSTRAINT reminder_pkey PRIMARY KEY (deadline_id, offset_key, recipient_group)
) STRICT;
";

const DOWN: &str = "
DROP TABLE reminder;
DROP TABLE deadline;
";
