//! Organizations, the accounts of their people, and the roles that the accounts hold.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261101_000001_create_people", up: UP, down: DOWN };

const UP: &str = "
CREATE TABLE organization (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('developer', 'government', 'partner')),
    agency_of TEXT REFERENCES organization (id),
    is_host BOOLEAN NOT NULL,
    framework_owner BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
) STRICT;
CREATE UNIQUE INDEX organization_is_host_key ON organization (is_host) WHERE is_host;
CREATE TABLE account (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL CHECK (email = lower(email)),
    name TEXT NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organization (id),
    side TEXT NOT NULL CHECK (side IN ('developer', 'government', 'partner')),
    password_hash TEXT,
    totp_sealed TEXT,
    totp_confirmed BOOLEAN NOT NULL,
    totp_last_step BIGINT,
    disabled_at BIGINT,
    created_at BIGINT NOT NULL,
    failed_sign_ins INTEGER NOT NULL,
    locked_until BIGINT,
    CONSTRAINT account_email_key UNIQUE (email)
) STRICT;
CREATE INDEX account_organization_id_idx ON account (organization_id);
CREATE TABLE role_assignment (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    role TEXT NOT NULL,
    asked_by TEXT REFERENCES account (id),
    asked_at BIGINT NOT NULL,
    confirmed_by TEXT REFERENCES account (id),
    confirmed_at BIGINT,
    ended_at BIGINT
) STRICT;
CREATE UNIQUE INDEX role_assignment_account_id_role_key ON role_assignment (account_id, role) WHERE ended_at IS NULL;
CREATE INDEX role_assignment_role_idx ON role_assignment (role, account_id) WHERE ended_at IS NULL;
";

const DOWN: &str = "
DROP TABLE role_assignment;
DROP TABLE account;
DROP TABLE organization;
";
