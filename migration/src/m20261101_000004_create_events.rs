//! The truth: what happened, chained for each aggregate and audience; what may be erased stands beside it.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261101_000004_create_events", up: UP, down: DOWN };

const UP: &str = "
CREATE TABLE event (
    id TEXT NOT NULL PRIMARY KEY,
    aggregate_id TEXT NOT NULL REFERENCES aggregate (id),
    aggregate_seq BIGINT NOT NULL,
    stream TEXT NOT NULL,
    stream_seq BIGINT NOT NULL,
    audience TEXT NOT NULL,
    type_code TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    effective_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    header TEXT NOT NULL,
    commitment TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    CONSTRAINT event_aggregate_id_aggregate_seq_key UNIQUE (aggregate_id, aggregate_seq),
    CONSTRAINT event_stream_stream_seq_key UNIQUE (stream, stream_seq)
) STRICT;
CREATE TABLE event_payload (
    event_id TEXT NOT NULL PRIMARY KEY REFERENCES event (id),
    payload TEXT,
    salt TEXT,
    erased_at BIGINT,
    CONSTRAINT event_payload_whole_check CHECK (
        (erased_at IS NULL AND payload IS NOT NULL AND salt IS NOT NULL)
        OR (erased_at IS NOT NULL AND payload IS NULL AND salt IS NULL)
    )
) STRICT;
CREATE TABLE event_leaf (
    event_id TEXT NOT NULL REFERENCES event (id),
    organization_id TEXT NOT NULL,
    leaf_index BIGINT,
    CONSTRAINT event_leaf_pkey PRIMARY KEY (event_id, organization_id),
    CONSTRAINT event_leaf_organization_id_leaf_index_key UNIQUE (organization_id, leaf_index)
) STRICT;
CREATE INDEX event_leaf_unsealed_idx ON event_leaf (organization_id) WHERE leaf_index IS NULL;
CREATE TABLE document (
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL REFERENCES event (id),
    aggregate_id TEXT NOT NULL REFERENCES aggregate (id),
    audience TEXT NOT NULL,
    digest TEXT NOT NULL,
    title TEXT NOT NULL,
    media_type TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
) STRICT;
CREATE INDEX document_aggregate_id_idx ON document (aggregate_id, digest);
";

const DOWN: &str = "
DROP TABLE document;
DROP TABLE event_leaf;
DROP TABLE event_payload;
DROP TABLE event;
";
