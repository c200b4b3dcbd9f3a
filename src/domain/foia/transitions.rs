//! The transitions of a request for records (domain section 7).

use super::FoiaStage;
use crate::domain::{
    id::Kind,
    workflow::{Transition, Workflow, command, guards, makes, time},
};

guards! {
    /// The host is an agency.
    AgencyHost "agency-host" Deciding;
    /// The date is not in the future.
    NotAhead "not-ahead" Deciding;
    /// The search found records of the developer.
    Responsive "responsive" Asking;
    /// A notice waits to be acknowledged.
    NoticeOpen "notice-open" Asking;
    /// The period in which the submitter may object is over.
    PeriodOver "period-over" Time;
    /// The decision is to disclose.
    Discloses "discloses" Asking;
    /// A notice given now would leave the submitter its days before the disclosure (D19).
    NoticeInTime "notice-in-time" Deciding;
    /// A disclosure is planned, its notice leaves the submitter its days, and no notice waits to be acknowledged.
    MayNotify "may-notify" Asking;
    /// The outcome fits the decision; over an objection, the notice reached the submitter and the date has come.
    OutcomeFits "outcome-fits" Deciding;
}

const NOTICED: &[&str] = &["submitter_notice", "objection", "decided", "disclosure_notice"];
const OPEN: &[&str] = &["logged", "searched", "submitter_notice", "objection", "decided", "disclosure_notice"];

/// The workflow of a request for records.
pub const WORKFLOW: Workflow<Guard> = Workflow { kind: Kind::FoiaRequest, stages: FoiaStage::NAMES, rows: ROWS };

const ROWS: &[Transition<Guard>] = &[
    makes("log", "logged").when(&[Guard::AgencyHost, Guard::NotAhead]),
    command("record-search", &["logged"]).to("searched"),
    command("send-submitter-notice", &["searched"]).to("submitter_notice").when(&[Guard::Responsive]),
    command("acknowledge-notice", NOTICED).when(&[Guard::NoticeOpen]),
    command("record-delivery", NOTICED).when(&[Guard::NoticeOpen]),
    command("object", &["submitter_notice"]).to("objection"),
    command("no-objection", &["submitter_notice"]).to("objection"),
    time(&["submitter_notice"]).to("objection").when(&[Guard::PeriodOver]).number("D18"),
    command("record-decision", &["objection"]).to("decided").when(&[Guard::NotAhead]),
    command("plan-disclosure", &["decided", "disclosure_notice"])
        .to("decided")
        .when(&[Guard::Discloses, Guard::NoticeInTime])
        .number("D19"),
    command("send-disclosure-notice", &["decided"]).to("disclosure_notice").when(&[Guard::MayNotify]).number("D19"),
    command("record-outcome", OPEN).to("closed").when(&[Guard::OutcomeFits]),
];
