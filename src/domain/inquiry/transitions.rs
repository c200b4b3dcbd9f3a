//! The inquiry's transitions (domain section 3.1).

use super::InquiryStage;
use crate::domain::{
    id::Kind,
    workflow::{Transition, Workflow, command, guards, makes},
};

guards! {
    /// The release exists.
    ReleaseKnown "release-known" Deciding;
    /// At least one office was consulted, and no date is in the future.
    Consulted "consulted" Deciding;
    /// The newer inquiry is of the same release, was submitted no sooner, and still stands.
    Replaces "replaces" Deciding;
}

const OPEN: &[&str] = &["draft", "submitted", "acknowledged", "info_requested", "assessing"];

/// The inquiry's workflow.
pub const WORKFLOW: Workflow<Guard> = Workflow { kind: Kind::Inquiry, stages: InquiryStage::NAMES, rows: ROWS };

const ROWS: &[Transition<Guard>] = &[
    makes("draft", "draft").when(&[Guard::ReleaseKnown]),
    command("submit", &["draft"]).to("submitted"),
    command("acknowledge", &["submitted"]).to("acknowledged"),
    command("request-info", &["acknowledged"]).to("info_requested"),
    command("answer-info", &["info_requested"]).to("acknowledged"),
    command("begin-assessment", &["acknowledged"]).to("assessing"),
    command("tell-status", &["acknowledged", "info_requested", "assessing"]),
    command("record-determination", &["assessing"]).to("determined").when(&[Guard::Consulted]),
    command("close-undetermined", &["assessing"]).to("closed_undetermined"),
    command("withdraw", OPEN).to("withdrawn"),
    command("supersede", &["determined"]).to("superseded").when(&[Guard::Replaces]),
];
