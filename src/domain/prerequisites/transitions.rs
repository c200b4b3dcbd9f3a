//! What happens to a person's prerequisites. The record has one stage (domain section 3.6).

use crate::domain::{
    id::Kind,
    workflow::{Transition, Workflow, arrival, command, guards},
};

guards! {
    /// The record is the asker's own.
    Own "own" Asking;
    /// The record is another person's.
    NotOwn "not-own" Asking;
    /// The instant is not in the future.
    NotAhead "not-ahead" Deciding;
}

/// The stages of the record.
const STAGES: &[&str] = &["open"];

/// The prerequisites' workflow.
pub const WORKFLOW: Workflow<Guard> = Workflow { kind: Kind::Prerequisites, stages: STAGES, rows: ROWS };

const ROWS: &[Transition<Guard>] = &[
    arrival("account-made", &[]).to("open"),
    command("attest", STAGES).when(&[Guard::Own]),
    command("record-training", STAGES).when(&[Guard::NotOwn, Guard::NotAhead]),
    command("record-screening", STAGES).when(&[Guard::NotOwn]),
    command("record-export-screening", STAGES).when(&[Guard::NotOwn]),
];
