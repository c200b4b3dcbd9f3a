//! Task dates that stand in people's own calendars: one row a person, record and kind of deadline, with the number of
//! the last change, which only ever rises.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261122_000031_create_calendar_entries", up: UP, down: DOWN };

const UP: &str = "
CREATE TABLE calendar_entry (
    uid TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    case_id TEXT NOT NULL,
    aggregate_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    shown_on TEXT NOT NULL,
    stands BOOLEAN NOT NULL,
    changed_at BIGINT NOT NULL,
    CONSTRAINT calendar_entry_account_id_aggregate_id_kind_key UNIQUE (account_id, aggregate_id, kind)
) STRICT;
CREATE INDEX calendar_entry_case_id_idx ON calendar_entry (case_id);
";

const DOWN: &str = "
DROP TABLE calendar_entry;
";
