//! Where the contents of documents stand: one row an object, under a random key, so that nobody learns from keys who has
//! the same file; and the bytes themselves where the database is the object store.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261101_000014_create_document_objects", up: UP, down: DOWN };

const UP: &str = "
CREATE TABLE document_object (
    id TEXT NOT NULL PRIMARY KEY,
    document_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('staged', 'quarantined', 'kept', 'discarded')),
    created_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    lease_token TEXT,
    lease_until BIGINT
) STRICT;
CREATE INDEX document_object_document_id_idx ON document_object (document_id);
CREATE INDEX document_object_state_next_attempt_at_idx ON document_object (state, next_attempt_at);
CREATE TABLE document_content (
    object_id TEXT NOT NULL PRIMARY KEY,
    bytes BYTEA NOT NULL
) STRICT;
";

const DOWN: &str = "
DROP TABLE document_content;
DROP TABLE document_object;
";
