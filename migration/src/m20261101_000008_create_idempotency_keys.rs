//! Answers kept for a repeat of the same request.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261101_000008_create_idempotency_keys", up: UP, down: DOWN };

const UP: &str = "
CREATE TABLE idempotency_key (
    account_id TEXT NOT NULL,
    route TEXT NOT NULL,
    target TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT idempotency_key_pkey PRIMARY KEY (account_id, route, target, key)
) STRICT;
CREATE INDEX idempotency_key_created_at_idx ON idempotency_key (created_at);
";

const DOWN: &str = "
DROP TABLE idempotency_key;
";
