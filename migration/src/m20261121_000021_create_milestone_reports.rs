//! What was reported of the program's milestones; the milestones themselves are data of the product.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261121_000021_create_milestone_reports", up: UP, down: DOWN };

const UP: &str = "
CREATE TABLE milestone_report (
    id TEXT NOT NULL PRIMARY KEY,
    milestone TEXT NOT NULL,
    status TEXT NOT NULL,
    source TEXT NOT NULL,
    at BIGINT NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id)
) STRICT;
CREATE INDEX milestone_report_milestone_at_idx ON milestone_report (milestone, at);
";

const DOWN: &str = "
DROP TABLE milestone_report;
";
