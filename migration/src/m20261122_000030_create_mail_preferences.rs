//! What each person chose about mail, and which records are muted; of a mail, why it was set aside and which digest took
//! it up.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261122_000030_create_mail_preferences", up: UP, down: DOWN };

const UP: &str = "
CREATE TABLE mail_preference (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id),
    choices TEXT NOT NULL,
    calendar_entries BOOLEAN NOT NULL,
    quiet_hours BOOLEAN NOT NULL,
    zone TEXT,
    changed_at BIGINT NOT NULL
) STRICT;
CREATE TABLE mail_mute (
    account_id TEXT NOT NULL REFERENCES account (id),
    aggregate_id TEXT NOT NULL REFERENCES aggregate (id),
    PRIMARY KEY (account_id, aggregate_id)
) STRICT;
ALTER TABLE outbox ADD COLUMN set_aside TEXT;
ALTER TABLE outbox ADD COLUMN digest_id TEXT;
CREATE INDEX outbox_digest_idx ON outbox (send_after) WHERE set_aside = 'digest' AND digest_id IS NULL;
CREATE INDEX outbox_digest_id_idx ON outbox (digest_id) WHERE digest_id IS NOT NULL;
";

const DOWN: &str = "
DROP INDEX outbox_digest_id_idx;
DROP INDEX outbox_digest_idx;
ALTER TABLE outbox DROP COLUMN digest_id;
ALTER TABLE outbox DROP COLUMN set_aside;
DROP TABLE mail_mute;
DROP TABLE mail_preference;
";
