//! The incident's transitions (domain section 3.8). The notice and the detail wait for nothing: their clocks (D16) run
//! from the report.

use super::IncidentStage;
use crate::domain::{
    id::Kind,
    workflow::{Transition, Workflow, command, guards, makes},
};

guards! {
    /// What it is about exists, and so do the grants that are named.
    PlaceKnown "place-known" Deciding;
    /// Spillage, and nothing else, names a record.
    RecordNamed "record-named" Deciding;
    /// The notice to the developer is not recorded yet.
    NotNotified "not-notified" Asking;
    /// The notice to the developer was recorded before.
    NoticeFirst "notice-first" Outcome;
    /// The detail is not recorded yet.
    NoDetail "no-detail" Asking;
    /// The notice to the developer is recorded.
    Notified "notified" Asking;
    /// Nobody of the developer acknowledged the notice yet.
    NotAcknowledged "not-acknowledged" Asking;
    /// Grants of the same place, at least one of them new to the list.
    GrantsFit "grants-fit" Deciding;
    /// The grants are on the list.
    GrantsListed "grants-listed" Deciding;
    /// It is spillage.
    LocksRecord "locks-record" Asking;
    /// The lock is not lifted yet.
    NotLifted "not-lifted" Asking;
    /// The spilled content is handed off.
    HandedOff "handed-off" Asking;
    /// The date is not in the future.
    NotAhead "not-ahead" Deciding;
    /// Notice and detail are recorded, the developer acknowledged, and a lock is handed off and lifted.
    Closable "closable" Asking;
}

const OPEN: &[&str] = &["reported", "contained", "assessed", "notified"];

/// The incident's workflow.
pub const WORKFLOW: Workflow<Guard> = Workflow { kind: Kind::Incident, stages: IncidentStage::NAMES, rows: ROWS };

const ROWS: &[Transition<Guard>] = &[
    makes("report", "reported").when(&[Guard::PlaceKnown, Guard::RecordNamed]),
    command("contain", &["reported"]).to("contained"),
    command("assess", &["contained"]).to("assessed"),
    command("assess", &["contained"]).to("notified").when(&[Guard::NoticeFirst]),
    command("notify-developer", &["reported", "contained"]).when(&[Guard::NotNotified]).number("D16"),
    command("notify-developer", &["assessed"]).to("notified").when(&[Guard::NotNotified]).number("D16"),
    command("record-detail", OPEN).when(&[Guard::NoDetail]).number("D16"),
    command("acknowledge-notice", OPEN).when(&[Guard::Notified, Guard::NotAcknowledged]),
    command("implicate", OPEN).when(&[Guard::GrantsFit]),
    command("clear-grants", OPEN).when(&[Guard::GrantsListed]),
    command("hand-off", OPEN).when(&[Guard::LocksRecord, Guard::NotLifted, Guard::NotAhead]),
    command("lift-lock", OPEN).when(&[Guard::LocksRecord, Guard::NotLifted, Guard::HandedOff]),
    command("close", &["notified"]).to("closed").when(&[Guard::Closable]),
];
