//! The folded state of every aggregate, the columns that lists filter and sort by, and who is assigned to it.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261101_000003_create_aggregates", up: UP, down: DOWN };

const UP: &str = "
CREATE TABLE aggregate (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    release_id TEXT,
    engagement_id TEXT,
    developer_id TEXT,
    partner_id TEXT,
    holder_id TEXT,
    stage TEXT NOT NULL,
    government BOOLEAN NOT NULL,
    live_release TEXT,
    state TEXT NOT NULL,
    state_schema INTEGER NOT NULL,
    heads TEXT NOT NULL,
    event_count BIGINT NOT NULL,
    next_due_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT aggregate_reference_key UNIQUE (reference),
    CONSTRAINT aggregate_live_release_key UNIQUE (live_release)
) STRICT;
CREATE INDEX aggregate_release_id_idx ON aggregate (release_id);
CREATE INDEX aggregate_kind_created_at_idx ON aggregate (kind, created_at, id);
CREATE INDEX aggregate_kind_stage_created_at_idx ON aggregate (kind, stage, created_at, id);
CREATE INDEX aggregate_kind_developer_id_created_at_idx ON aggregate (kind, developer_id, created_at, id);
CREATE INDEX aggregate_kind_partner_id_created_at_idx ON aggregate (kind, partner_id, created_at, id)
    WHERE partner_id IS NOT NULL;
CREATE INDEX aggregate_holder_id_kind_idx ON aggregate (holder_id, kind) WHERE holder_id IS NOT NULL;
CREATE UNIQUE INDEX aggregate_holder_id_key ON aggregate (holder_id) WHERE kind = 'prerequisites';
CREATE INDEX aggregate_next_due_at_idx ON aggregate (next_due_at) WHERE next_due_at IS NOT NULL;
CREATE TABLE assignment (
    aggregate_id TEXT NOT NULL REFERENCES aggregate (id),
    account_id TEXT NOT NULL,
    CONSTRAINT assignment_pkey PRIMARY KEY (aggregate_id, account_id)
) STRICT;
CREATE INDEX assignment_account_id_idx ON assignment (account_id, aggregate_id);
";

const DOWN: &str = "
DROP TABLE assignment;
DROP TABLE aggregate;
";
