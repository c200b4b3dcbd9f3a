//! The document's transitions (domain section 3.5). Its content and the scanner's verdict come without a command.

use super::DocumentStage;
use crate::domain::{
    id::Kind,
    workflow::{Transition, Workflow, arrival, command, guards, makes, time},
};

guards! {
    /// What it hangs on is handed over or disclosed, and not over.
    PlaceStands "place-stands" Deciding;
    /// An executed copy hangs on a condition that both sides signed, and names the agreed text.
    ExecutedFits "executed-fits" Deciding;
    /// The parent is available, the newest of its kind at the same place, and about to be followed by no other.
    ParentFits "parent-fits" Deciding;
    /// One document and all of the organization's in the case are within the installation's limits.
    WithinLimits "within-limits" Deciding;
    /// Whoever declared it sends what was declared.
    AsDeclared "as-declared" Deciding;
    /// The quarantine let it pass.
    Clean "clean" Outcome;
    /// The quarantine refused it.
    Infected "infected" Outcome;
    /// The asker is of the organization that declared it.
    OwnOrganization "own-organization" Asking;
    /// The content did not come within a day.
    NotSent "not-sent" Time;
}

/// The name under which a document's content arrives.
pub const CONTENT: &str = "content-received";

/// The name under which a verdict arrives.
pub const VERDICT: &str = "verdict";

/// The document's workflow.
pub const WORKFLOW: Workflow<Guard> = Workflow { kind: Kind::Document, stages: DocumentStage::NAMES, rows: ROWS };

const ROWS: &[Transition<Guard>] = &[
    makes("upload", "awaiting_content").when(&[
        Guard::PlaceStands,
        Guard::ExecutedFits,
        Guard::ParentFits,
        Guard::WithinLimits,
    ]),
    arrival(CONTENT, &["awaiting_content"]).to("quarantined").when(&[Guard::AsDeclared]),
    arrival(VERDICT, &["quarantined"]).to("available").when(&[Guard::Clean]),
    arrival(VERDICT, &["quarantined"]).to("rejected").when(&[Guard::Infected]),
    arrival("next-version-available", &["available"]).to("superseded"),
    command("withdraw", &["awaiting_content", "quarantined"]).to("withdrawn").when(&[Guard::OwnOrganization]),
    time(&["awaiting_content"]).to("lapsed").when(&[Guard::NotSent]),
];
