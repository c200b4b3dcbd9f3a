//! Invitations by mail, and people of other sides who act by links: an account without a password, a session that is
//! limited to one record, and what a one-time link is about.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261121_000022_create_invitations", up: UP, down: DOWN };

const UP: &str = "
ALTER TABLE account ADD COLUMN is_external BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE account ADD COLUMN code_hash TEXT;
ALTER TABLE session ADD COLUMN record_id TEXT;
ALTER TABLE one_time_link ADD COLUMN about TEXT;
CREATE INDEX one_time_link_about_idx ON one_time_link (about);
CREATE TABLE invitation (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organization (id),
    is_external BOOLEAN NOT NULL,
    roles TEXT NOT NULL,
    invited_by TEXT NOT NULL REFERENCES account (id),
    invited_from TEXT NOT NULL REFERENCES organization (id),
    sent_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    accepted_at BIGINT,
    account_id TEXT REFERENCES account (id),
    revoked_at BIGINT
) STRICT;
CREATE INDEX invitation_invited_from_idx ON invitation (invited_from);
CREATE INDEX invitation_invited_by_idx ON invitation (invited_by);
";

const DOWN: &str = "
DROP TABLE invitation;
DROP INDEX one_time_link_about_idx;
ALTER TABLE one_time_link DROP COLUMN about;
ALTER TABLE session DROP COLUMN record_id;
ALTER TABLE account DROP COLUMN code_hash;
ALTER TABLE account DROP COLUMN is_external;
";
