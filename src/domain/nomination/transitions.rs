//! The nomination's transitions (domain section 3.4). A turn of a key has its consequence at once, so that one command
//! may have several rows.

use super::NominationStage;
use crate::domain::{
    id::Kind,
    workflow::{Transition, Workflow, command, guards, makes, time},
};

guards! {
    /// The engagement is past acknowledgement and not closed.
    EngagementStands "engagement-stands" Deciding;
    /// A partner organization, of a kind that the version nominates, for which none is under way.
    PartnerFits "partner-fits" Deciding;
    /// The approach is not consented to yet.
    NotApproached "not-approached" Asking;
    /// The screening agreement is not signed yet.
    NotSigned "not-signed" Asking;
    /// The developer's official consented to the approach.
    Approached "approached" Asking;
    /// The digest is that of the version's generic text.
    ShownText "shown-text" Deciding;
    /// The approach is consented to, and the screening agreement is signed.
    MayDisclose "may-disclose" Asking;
    /// The criteria are those of the version.
    CriteriaKnown "criteria-known" Deciding;
    /// Every criterion of the version has a statement.
    CriteriaStated "criteria-stated" Asking;
    /// An active reviewer of an agency that owns the framework, not the nominator, not assigned yet.
    ReviewerFits "reviewer-fits" Deciding;
    /// Reviewers who have not recused come from enough agencies.
    QuorumPossible "quorum-possible" Asking;
    /// The version decides by the rule `joint`; under `notified` the government objects or is silent.
    JointRule "joint-rule" Asking;
    /// The reviewer did not nominate.
    NotNominator "not-nominator" Asking;
    /// The developer has answered.
    Answered "answered" Asking;
    /// Both keys are yes, under the rule `joint`.
    BothKeys "both-keys" Outcome;
    /// The government's answer is a final no under the rule `joint`: no quorum can concur any more.
    NoQuorumLeft "no-quorum-left" Outcome;
    /// A key that had selected is no longer turned.
    KeyTurnedBack "key-turned-back" Outcome;
    /// Under the rule `notified`: the task's time is over, the developer consented, and no objection stands.
    NoObjection "no-objection" Time;
    /// Under the rule `notified`: the task's time is over, and an objection stands.
    Objection "objection" Time;
    /// The asker's side declined, and has a reconsideration left.
    ReconsiderationLeft "reconsideration-left" Asking;
    /// The term's end is ahead.
    TermAhead "term-ahead" Deciding;
    /// Agreements in force, a user ready, and a partner release recorded.
    PartnerReady "partner-ready" Time;
    /// An item that waits for the partner's own act is overdue.
    ItemsOverdue "items-overdue" Time;
    /// The asker is the insider-risk officer, who does not hold the suspension yet.
    OfficerNotHolding "officer-not-holding" Asking;
    /// The asker is of the side that suspended, or the officer where the officer holds it.
    HoldsSuspension "holds-suspension" Asking;
    /// The insider-risk officer came after another who suspended, and lets go of the own hold alone.
    HeldOnTop "held-on-top" Outcome;
    /// The term's end is reached.
    TermOver "term-over" Time;
    /// The asker is of the side that nominated.
    NominatingSide "nominating-side" Asking;
}

const UNDECIDED: &[&str] =
    &["proposed", "disclosed", "screening", "vetting", "decision", "selected", "conditions_precedent"];
const KEYS: &[&str] = &["decision", "selected", "conditions_precedent"];
const CHOSEN: &[&str] = &["selected", "conditions_precedent"];

/// The nomination's workflow.
pub const WORKFLOW: Workflow<Guard> = Workflow { kind: Kind::Nomination, stages: NominationStage::NAMES, rows: ROWS };

const ROWS: &[Transition<Guard>] = &[
    makes("propose", "proposed").when(&[Guard::EngagementStands, Guard::PartnerFits]),
    command("consent-approach", &["proposed"]).when(&[Guard::NotApproached]),
    command("sign-screening-nda", &["proposed"]).when(&[Guard::NotSigned, Guard::Approached, Guard::ShownText]),
    command("disclose", &["proposed"]).to("disclosed").when(&[Guard::MayDisclose]),
    command("begin-screening", &["disclosed"]).to("screening"),
    command("state-criteria", &["screening"]).when(&[Guard::CriteriaKnown]),
    command("begin-vetting", &["screening"]).to("vetting").when(&[Guard::CriteriaStated]),
    command("assign-reviewer", UNDECIDED).when(&[Guard::ReviewerFits]),
    command("assign-reviewer", &["decision"]).to("not_selected").when(&[Guard::ReviewerFits, Guard::NoQuorumLeft]),
    command("recuse", UNDECIDED),
    command("recuse", &["decision"]).to("not_selected").when(&[Guard::NoQuorumLeft]),
    command("recuse", CHOSEN).to("decision").when(&[Guard::KeyTurnedBack]),
    command("open-decision", &["vetting"]).to("decision").when(&[Guard::QuorumPossible]),
    command("consent", &["decision"]),
    command("consent", &["decision"]).to("selected").when(&[Guard::BothKeys]),
    command("consent", &["decision"]).to("not_selected").when(&[Guard::NoQuorumLeft]),
    command("decline", &["decision"]).to("not_selected"),
    command("concur", &["decision"]).when(&[Guard::JointRule, Guard::NotNominator]),
    command("concur", &["decision"]).to("selected").when(&[Guard::JointRule, Guard::NotNominator, Guard::BothKeys]),
    command("concur", &["decision"]).to("not_selected").when(&[
        Guard::JointRule,
        Guard::NotNominator,
        Guard::NoQuorumLeft,
    ]),
    command("decline-concurrence", &["decision"]).when(&[Guard::NotNominator]),
    command("decline-concurrence", &["decision"]).to("not_selected").when(&[Guard::NotNominator, Guard::NoQuorumLeft]),
    time(&["decision"]).to("selected").when(&[Guard::NoObjection]).number("D11"),
    time(&["decision"]).to("not_selected").when(&[Guard::Objection]).number("D11"),
    command("revoke-consent", &["decision"]).when(&[Guard::Answered]),
    command("revoke-consent", &["decision"]).to("not_selected").when(&[Guard::Answered, Guard::NoQuorumLeft]),
    command("revoke-consent", CHOSEN).to("decision").when(&[Guard::Answered]),
    command("revoke-vote", KEYS),
    command("revoke-vote", &["decision"]).to("not_selected").when(&[Guard::NoQuorumLeft]),
    command("revoke-vote", CHOSEN).to("decision").when(&[Guard::KeyTurnedBack]),
    command("reconsider", &["not_selected"]).to("decision").when(&[Guard::ReconsiderationLeft]),
    command("begin-conditions", &["selected"]).to("conditions_precedent").when(&[Guard::TermAhead]),
    time(&["conditions_precedent"]).to("active").when(&[Guard::PartnerReady]),
    time(&["conditions_precedent"]).to("lapsed").when(&[Guard::ItemsOverdue]).number("D12"),
    command("suspend", &["active"]).to("suspended"),
    command("suspend", &["suspended"]).when(&[Guard::OfficerNotHolding]),
    command("lift-suspension", &["suspended"]).to("active").when(&[Guard::HoldsSuspension]),
    command("lift-suspension", &["suspended"]).when(&[Guard::HoldsSuspension, Guard::HeldOnTop]),
    command("revoke", &["selected", "conditions_precedent", "active", "suspended"]).to("revoked"),
    time(&["active", "suspended"]).to("expired").when(&[Guard::TermOver]),
    command("withdraw", UNDECIDED).to("withdrawn").when(&[Guard::NominatingSide]),
];
