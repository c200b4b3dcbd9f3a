//! Changes of the table of ad hoc closures. Each makes an edition of the calendar, numbered without gaps.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261121_000020_create_calendar_closures", up: UP, down: DOWN };

const UP: &str = "
CREATE TABLE calendar_closure (
    id TEXT NOT NULL PRIMARY KEY,
    edition INTEGER NOT NULL,
    day TEXT NOT NULL,
    closed INTEGER NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id),
    CONSTRAINT calendar_closure_edition_key UNIQUE (edition)
) STRICT;
";

const DOWN: &str = "
DROP TABLE calendar_closure;
";
