//! Ways to prove who asks: sessions with their refresh tokens, one-time links, and API tokens. Secrets stand hashed.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261101_000002_create_sessions", up: UP, down: DOWN };

const UP: &str = "
CREATE TABLE session (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    assurance TEXT NOT NULL CHECK (assurance IN ('aal1', 'aal2')),
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    ended_reason TEXT,
    user_agent_hash TEXT
) STRICT;
CREATE INDEX session_account_id_idx ON session (account_id) WHERE ended_at IS NULL;
CREATE INDEX session_expires_at_idx ON session (expires_at);
CREATE TABLE refresh_token (
    hash TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    issued_at BIGINT NOT NULL,
    used_at BIGINT,
    replaced_by TEXT
) STRICT;
CREATE INDEX refresh_token_session_id_idx ON refresh_token (session_id);
CREATE TABLE one_time_link (
    hash TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    account_id TEXT REFERENCES account (id),
    email TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
) STRICT;
CREATE INDEX one_time_link_account_id_idx ON one_time_link (account_id);
CREATE INDEX one_time_link_expires_at_idx ON one_time_link (expires_at);
CREATE TABLE api_token (
    id TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organization (id),
    created_by TEXT NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT,
    CONSTRAINT api_token_hash_key UNIQUE (hash)
) STRICT;
CREATE INDEX api_token_organization_id_idx ON api_token (organization_id);
";

const DOWN: &str = "
DROP TABLE api_token;
DROP TABLE one_time_link;
DROP TABLE refresh_token;
DROP TABLE session;
";
