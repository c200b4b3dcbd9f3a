//! The hand-off's transitions (domain section 9, the row of the clearinghouse).

use super::HandoffStage;
use crate::domain::{
    id::Kind,
    workflow::{Transition, Workflow, command, guards, makes},
};

guards! {
    /// A window of the engagement has opened.
    WindowOpened "window-opened" Deciding;
    /// No open hand-off of the engagement has the same finding, and an embargo ends ahead.
    NewFinding "new-finding" Deciding;
    /// The date is not in the future, and not before the delivery.
    DateFits "date-fits" Deciding;
    /// The value is another one.
    Changed "changed" Deciding;
    /// Raising is open to either side; lowering takes the side that recorded it.
    MayLower "may-lower" Deciding;
    /// The developer has not acknowledged yet.
    NotAcknowledged "not-acknowledged" Asking;
    /// The clearinghouse has not acknowledged yet.
    ClearinghouseSilent "clearinghouse-silent" Asking;
    /// The asker is of the side that recorded it.
    RecordingSide "recording-side" Asking;
    /// The own side has no claim on it yet.
    NoClaimYet "no-claim-yet" Asking;
    /// The own side has a claim left under the engagement.
    ClaimLeft "claim-left" Asking;
    /// The own side has a claim on it.
    ClaimRegistered "claim-registered" Asking;
}

const OPEN: &[&str] = &["recorded", "delivered", "acknowledged"];

/// The hand-off's workflow.
pub const WORKFLOW: Workflow<Guard> = Workflow { kind: Kind::Handoff, stages: HandoffStage::NAMES, rows: ROWS };

const ROWS: &[Transition<Guard>] = &[
    makes("record", "recorded").when(&[Guard::WindowOpened, Guard::NewFinding]),
    command("deliver", &["recorded"]).to("delivered").when(&[Guard::DateFits]),
    command("state-case-id", OPEN).when(&[Guard::Changed]),
    command("acknowledge", &["delivered"]).to("acknowledged").when(&[Guard::NotAcknowledged, Guard::DateFits]),
    command("acknowledge", &["acknowledged"]).when(&[Guard::NotAcknowledged, Guard::DateFits]),
    command("record-acknowledgement", &["delivered"])
        .to("acknowledged")
        .when(&[Guard::ClearinghouseSilent, Guard::DateFits]),
    command("record-acknowledgement", &["acknowledged"]).when(&[Guard::ClearinghouseSilent, Guard::DateFits]),
    command("change-tlp", OPEN).when(&[Guard::Changed, Guard::MayLower]),
    command("change-embargo", OPEN).when(&[Guard::Changed, Guard::MayLower]),
    command("record-outcome", OPEN).when(&[Guard::Changed]),
    command("register-claim", OPEN).when(&[Guard::NoClaimYet, Guard::ClaimLeft]),
    command("deconflict", OPEN).when(&[Guard::ClaimRegistered]),
    command("close", &["acknowledged"]).to("closed").when(&[Guard::RecordingSide]),
    command("withdraw", &["recorded", "delivered"]).to("withdrawn").when(&[Guard::RecordingSide]),
];
