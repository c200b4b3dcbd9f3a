//! What happens to a release. It has one stage: what it goes through are facts, not states (domain section 3.0).

use crate::domain::{
    id::Kind,
    workflow::{Transition, Workflow, arrival, command, elsewhere, guards, makes, time},
};

guards! {
    /// The planned date is not past.
    NotPast "not-past" Deciding;
    /// The authorized official alone says the planned date.
    OfficialOnly "official-only" Deciding;
    /// The release is not merged into another one.
    NotMerged "not-merged" Asking;
    /// The number is within its range.
    WithinRange "within-range" Deciding;
    /// An active liaison of the own organization; acts that can be delegated; 365 days at most.
    DelegationFits "delegation-fits" Deciding;
    /// A delegation is in force that the asker may end.
    DelegationStands "delegation-stands" Asking;
    /// The delegation exists, and is the asker's own unless an official ends it.
    DelegationKnown "delegation-known" Deciding;
    /// The date is not in the future.
    NotAhead "not-ahead" Deciding;
    /// A hold is in force.
    HoldStands "hold-stands" Asking;
    /// The hold is in force, or not yet, as the command needs it.
    HoldFits "hold-fits" Deciding;
    /// Another person, active and an auditor without an authorization; 30 days at most.
    AuditorFits "auditor-fits" Deciding;
    /// An auditor is authorized.
    AuditStands "audit-stands" Asking;
    /// The auditor named is authorized.
    AuditorKnown "auditor-known" Deciding;
    /// A later edition of the calendar counts, and something of the case is under way.
    NextEdition "next-edition" Time;
    /// The authorization's end is reached.
    AuthorizationOver "authorization-over" Time;
    /// The offer that is accepted was one of merging another release.
    MergeAccepted "merge-accepted" Outcome;
}

/// The stages of a release.
const STAGES: &[&str] = &["registered"];

/// The release's workflow.
pub const WORKFLOW: Workflow<Guard> = Workflow { kind: Kind::Release, stages: STAGES, rows: ROWS };

const ROWS: &[Transition<Guard>] = &[
    makes("register", "registered").when(&[Guard::NotPast, Guard::OfficialOnly]),
    command("set-planned-release", STAGES).when(&[Guard::NotMerged, Guard::NotPast]),
    command("record-assessment-use", STAGES).when(&[Guard::NotMerged, Guard::WithinRange]),
    command("delegate", STAGES).when(&[Guard::DelegationFits]),
    command("end-delegation", STAGES).when(&[Guard::DelegationStands, Guard::DelegationKnown]),
    command("note-external-event", STAGES).when(&[Guard::NotAhead]),
    elsewhere(Kind::Engagement, "record-release", STAGES),
    elsewhere(Kind::Engagement, "accept-offer", STAGES).when(&[Guard::MergeAccepted]),
    arrival("merged-under-another-release", STAGES),
    elsewhere(Kind::Engagement, "take-records", STAGES),
    command("place-hold", STAGES).when(&[Guard::HoldFits]),
    command("lift-hold", STAGES).when(&[Guard::HoldStands, Guard::HoldFits]),
    command("authorize-auditor", STAGES).when(&[Guard::AuditorFits]),
    command("end-authorization", STAGES).when(&[Guard::AuditStands, Guard::AuditorKnown]),
    time(STAGES).when(&[Guard::AuthorizationOver]),
    time(STAGES).when(&[Guard::NextEdition]),
];
