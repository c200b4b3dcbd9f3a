//! Mail that is to go out, and what became of every attempt. `queued_at` and `business_at` are business time,
//! everything else is system time.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261101_000006_create_outbox", up: UP, down: DOWN };

const UP: &str = "
CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    dedupe_key TEXT NOT NULL,
    code TEXT NOT NULL,
    template TEXT NOT NULL,
    reference TEXT,
    aggregate_id TEXT,
    recipient_account TEXT,
    address TEXT NOT NULL,
    fields TEXT NOT NULL,
    deadline_id TEXT REFERENCES deadline (id),
    queued_at BIGINT NOT NULL,
    send_after BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    lease_token TEXT,
    lease_until BIGINT,
    status TEXT NOT NULL CHECK (status IN ('queued', 'sent', 'failed', 'superseded', 'missed')),
    message_id TEXT NOT NULL,
    CONSTRAINT outbox_dedupe_key_key UNIQUE (dedupe_key)
) STRICT;
CREATE INDEX outbox_next_attempt_at_idx ON outbox (next_attempt_at, id) WHERE status = 'queued';
CREATE INDEX outbox_deadline_id_idx ON outbox (deadline_id) WHERE deadline_id IS NOT NULL;
CREATE INDEX outbox_aggregate_id_idx ON outbox (aggregate_id) WHERE aggregate_id IS NOT NULL;
CREATE TABLE delivery (
    id TEXT NOT NULL PRIMARY KEY,
    outbox_id TEXT NOT NULL REFERENCES outbox (id),
    at BIGINT NOT NULL,
    business_at BIGINT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('accepted', 'transient', 'permanent', 'unknown')),
    response TEXT NOT NULL
) STRICT;
CREATE INDEX delivery_outbox_id_idx ON delivery (outbox_id);
";

const DOWN: &str = "
DROP TABLE delivery;
DROP TABLE outbox;
";
