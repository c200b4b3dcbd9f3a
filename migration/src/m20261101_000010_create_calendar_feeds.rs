//! The secret address of each person's calendar. It stands hashed, one a person.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261101_000010_create_calendar_feeds", up: UP, down: DOWN };

const UP: &str = "
CREATE TABLE calendar_feed (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id),
    hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    CONSTRAINT calendar_feed_hash_key UNIQUE (hash)
) STRICT;
";

const DOWN: &str = "
DROP TABLE calendar_feed;
";
