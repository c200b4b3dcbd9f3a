//! The grant's transitions (domain section 3.6).

use super::GrantStage;
use crate::domain::{
    id::Kind,
    workflow::{Transition, Workflow, command, elsewhere, guards, makes, time},
};

guards! {
    /// The engagement is past acknowledgement and before its close-out, or the partner is selected.
    PlaceStands "place-stands" Deciding;
    /// Another active person in the role that is needed, for whom none is under way.
    HolderFits "holder-fits" Deciding;
    /// Neither holder nor requester decides.
    NotOwn "not-own" Asking;
    /// No open incident implicates it.
    NotImplicated "not-implicated" Asking;
    /// The person is attested, trained and screened.
    PersonReady "person-ready" Asking;
    /// Everything is there that effective access needs.
    AccessEffective "access-effective" Time;
    /// A missed recertification alone suspended it.
    WasMissed "was-missed" Outcome;
    /// The asker is the insider-risk officer, who does not hold the suspension yet.
    OfficerNotHolding "officer-not-holding" Asking;
    /// The incident implicates it.
    Implicated "implicated" Outcome;
    /// It was not recertified in time.
    RecertificationMissed "recertification-missed" Time;
    /// Attestation, training or a screening is over.
    PrerequisiteOver "prerequisite-over" Time;
    /// A condition is breached.
    ConditionBreached "condition-breached" Time;
    /// The approving side lifts, once what suspended it is mended and no recertification is overdue; the insider-risk
    /// officer the own hold.
    MayLift "may-lift" Asking;
    /// It was active before.
    WasActive "was-active" Outcome;
    /// It was approved and never active.
    NeverActive "never-active" Outcome;
    /// The insider-risk officer lets go of the own hold alone.
    OfficersHold "officers-hold" Outcome;
    /// The holder left the role, or the organization, for which it was given.
    HolderLeft "holder-left" Time;
    /// Its engagement came to close-out, or its nomination is over.
    PlaceOver "place-over" Time;
}

const LIVE: &[&str] = GrantStage::LIVE;

/// The grant's workflow.
pub const WORKFLOW: Workflow<Guard> = Workflow { kind: Kind::Grant, stages: GrantStage::NAMES, rows: ROWS };

const ROWS: &[Transition<Guard>] = &[
    makes("request", "requested").when(&[Guard::PlaceStands, Guard::HolderFits]),
    command("clear-prerequisites", &["requested"]).to("prerequisites").when(&[Guard::NotOwn, Guard::PersonReady]),
    command("approve", &["prerequisites"]).to("approved").when(&[
        Guard::NotOwn,
        Guard::NotImplicated,
        Guard::PersonReady,
    ]),
    time(&["approved"]).to("active").when(&[Guard::AccessEffective]),
    command("recertify", &["active", "suspended"]).when(&[Guard::NotOwn]).number("D13"),
    command("recertify", &["suspended"]).to("active").when(&[Guard::NotOwn, Guard::WasMissed]).number("D13"),
    time(&["active"]).to("suspended").when(&[Guard::RecertificationMissed]).number("D13"),
    time(&["active"]).to("suspended").when(&[Guard::PrerequisiteOver]).number("D14"),
    time(&["active"]).to("suspended").when(&[Guard::ConditionBreached]),
    command("suspend", &["approved", "active"]).to("suspended"),
    command("suspend", &["suspended"]).when(&[Guard::OfficerNotHolding]),
    elsewhere(Kind::Incident, "report", &["approved", "active"]).to("suspended").when(&[Guard::Implicated]),
    elsewhere(Kind::Incident, "report", &["suspended"]).when(&[Guard::Implicated]),
    elsewhere(Kind::Incident, "implicate", &["approved", "active"]).to("suspended").when(&[Guard::Implicated]),
    elsewhere(Kind::Incident, "implicate", &["suspended"]).when(&[Guard::Implicated]),
    command("lift-suspension", &["suspended"]).to("active").when(&[Guard::MayLift, Guard::WasActive]),
    command("lift-suspension", &["suspended"]).to("approved").when(&[Guard::MayLift, Guard::NeverActive]),
    command("lift-suspension", &["suspended"]).when(&[Guard::MayLift, Guard::OfficersHold]),
    command("revoke", LIVE).to("revoked"),
    time(LIVE).to("revoked").when(&[Guard::HolderLeft]),
    time(&["approved", "active", "suspended"]).to("expired").when(&[Guard::PlaceOver]),
    time(&["requested", "prerequisites"]).to("closed").when(&[Guard::PlaceOver]),
    elsewhere(Kind::Engagement, "confirm-disposal", &["expired", "revoked", "closed"]),
];
