//! Every command of the product, with those whose act it is. A command that the catalog has and the machine neither
//! sends nor excuses fails a test here.

use anteroom::domain::{action::Action, id::Kind};

use super::ground::{CARL, JOAN, MARA, NIA, NILS, NORA, OMAR, ROSA};
use crate::support::light::{ADELE, BEA, DANA, FELIX, GRANT, INES, LENA, MARCUS, SAM, THEO, TOBIAS, YUKI};

/// The first command of every life, which is sent once.
pub const FIRST: Action = Action::new(Kind::Release, "register");

/// Commands that the machine does not send, each with the reason.
const UNSENT: &[(Action, &str)] = &[];

/// Commands that all lives together carry out a few times or never, with what they wait for. Each is sent all the same,
/// and its refusals are held against the model.
const SELDOM: &[(Kind, &[&str], &str)] = &[
    (
        Kind::Nomination,
        &["suspend", "lift-suspension"],
        "a partner is active after its agreements, a ready user and a recorded partner release; no life has them all",
    ),
    (
        Kind::Nomination,
        &[
            "decline",
            "decline-concurrence",
            "revoke-consent",
            "revoke-vote",
            "reconsider",
            "begin-conditions",
            "revoke",
        ],
        "a decision takes ten acts of five people first, and few nominations get there",
    ),
    (
        Kind::Grant,
        &["recertify", "suspend", "lift-suspension"],
        "a grant is active only beside an open window, with every personal text acknowledged",
    ),
    (
        Kind::Engagement,
        &["dispute-certificate", "except-item", "accept-certificate"],
        "an item has to wait in the close-out, and the close-out of most lives is short",
    ),
    (
        Kind::Engagement,
        &["ask-disposal", "confirm-disposal", "review-retention"],
        "retention runs for years after the close, which few lives wait for",
    ),
    (Kind::Engagement, &["dispute-sameness", "drop-dispute"], "the liaison disputes only what is proposed and claimed"),
    (
        Kind::Engagement,
        &["close-window", "reopen"],
        "it ends a life, or follows a long idleness, and is wished for late",
    ),
    (
        Kind::Handoff,
        &["close", "deconflict", "withdraw"],
        "hand-offs come after the window opened, and few are claimed",
    ),
    (Kind::Incident, &["hand-off", "lift-lock", "clear-grants"], "it takes spillage, or a grant that is implicated"),
    (Kind::FoiaRequest, &["object", "send-disclosure-notice"], "the submitter has to answer within its period"),
    (Kind::Inquiry, &["close-undetermined", "supersede"], "the story prefers a determination, and asks once"),
    (Kind::Release, &["end-authorization"], "an auditor's authorization is seldom there"),
    (Kind::Condition, &["cure-breach"], "it takes a breach that the protected side finds cured"),
];

/// Every command that is sent.
pub fn sent() -> impl Iterator<Item = Action> {
    ALPHABET.iter().map(|row| Action::new(row.0, row.1)).chain([FIRST])
}

/// Whether the command of this name may find no life in which it is carried out.
pub fn is_seldom(name: &str) -> bool {
    SELDOM.iter().any(|(kind, names, _)| names.iter().any(|one| Action::new(*kind, one).to_string() == name))
}

/// Everybody, for those who try what is not theirs.
pub const EVERYBODY: [&str; 20] = [
    INES, TOBIAS, DANA, GRANT, ADELE, SAM, THEO, LENA, OMAR, MARCUS, YUKI, BEA, NORA, FELIX, MARA, JOAN, ROSA, CARL,
    NIA, NILS,
];

pub type Row = (Kind, &'static str, u32, &'static [&'static str]);

/// Whose act each command is, and how often it is tried: what ends a life seldom, so that lives come far.
pub const ALPHABET: &[Row] = &[
    (Kind::Release, "set-planned-release", 6, &[TOBIAS, INES]),
    (Kind::Release, "record-assessment-use", 2, &[TOBIAS]),
    (Kind::Release, "delegate", 4, &[TOBIAS]),
    (Kind::Release, "end-delegation", 2, &[TOBIAS, INES]),
    (Kind::Release, "note-external-event", 2, &[INES, DANA]),
    (Kind::Release, "place-hold", 2, &[JOAN]),
    (Kind::Release, "lift-hold", 3, &[JOAN, ROSA]),
    (Kind::Release, "authorize-auditor", 2, &[JOAN]),
    (Kind::Release, "end-authorization", 1, &[JOAN]),
    (Kind::Inquiry, "draft", 2, &[INES, TOBIAS]),
    (Kind::Inquiry, "submit", 4, &[INES]),
    (Kind::Inquiry, "acknowledge", 4, &[DANA]),
    (Kind::Inquiry, "request-info", 2, &[GRANT]),
    (Kind::Inquiry, "answer-info", 4, &[INES]),
    (Kind::Inquiry, "begin-assessment", 4, &[GRANT]),
    (Kind::Inquiry, "tell-status", 2, &[GRANT]),
    (Kind::Inquiry, "record-determination", 4, &[GRANT]),
    (Kind::Inquiry, "close-undetermined", 1, &[GRANT]),
    (Kind::Inquiry, "withdraw", 1, &[INES]),
    (Kind::Inquiry, "supersede", 1, &[GRANT]),
    (Kind::Engagement, "draft", 3, &[INES, TOBIAS]),
    (Kind::Engagement, "propose", 8, &[TOBIAS, TOBIAS, TOBIAS, INES]),
    (Kind::Engagement, "recall", 1, &[INES]),
    (Kind::Engagement, "return", 1, &[DANA]),
    (Kind::Engagement, "claim", 2, &[DANA, NILS]),
    (Kind::Engagement, "transfer", 2, &[DANA, NILS]),
    (Kind::Engagement, "release-claim", 1, &[DANA]),
    (Kind::Engagement, "name-lead", 2, &[TOBIAS]),
    (Kind::Engagement, "assign-signatory", 3, &[DANA]),
    (Kind::Engagement, "dispute-sameness", 1, &[DANA]),
    (Kind::Engagement, "drop-dispute", 1, &[DANA]),
    (Kind::Engagement, "merge-releases", 1, &[TOBIAS, DANA]),
    (Kind::Engagement, "acknowledge", 8, &[DANA]),
    (Kind::Engagement, "decline", 1, &[DANA]),
    (Kind::Engagement, "schedule-window", 8, &[DANA, TOBIAS]),
    (Kind::Engagement, "open-window", 6, &[TOBIAS]),
    (Kind::Engagement, "suspend-window", 3, &[INES, SAM, DANA]),
    (Kind::Engagement, "resume-window", 6, &[TOBIAS, DANA, SAM, INES]),
    (Kind::Engagement, "lower-end", 3, &[TOBIAS, DANA]),
    (Kind::Engagement, "extend-window", 3, &[TOBIAS, DANA]),
    (Kind::Engagement, "close-window", 1, &[DANA, TOBIAS]),
    (Kind::Engagement, "migrate-framework", 2, &[DANA, TOBIAS]),
    (Kind::Engagement, "accept-offer", 8, &[TOBIAS, DANA, SAM, INES]),
    (Kind::Engagement, "retract-offer", 1, &[TOBIAS, DANA]),
    (Kind::Engagement, "reopen", 3, &[TOBIAS]),
    (Kind::Engagement, "withdraw", 1, &[TOBIAS]),
    (Kind::Engagement, "record-release", 1, &[TOBIAS]),
    (Kind::Engagement, "register-item", 3, &[DANA, INES]),
    (Kind::Engagement, "certify-item", 5, &[DANA]),
    (Kind::Engagement, "accept-certificate", 5, &[INES]),
    (Kind::Engagement, "dispute-certificate", 2, &[INES]),
    (Kind::Engagement, "except-item", 1, &[DANA, JOAN]),
    (Kind::Engagement, "designate-marking", 2, &[DANA, JOAN]),
    (Kind::Engagement, "close", 4, &[DANA, INES]),
    (Kind::Engagement, "designate-confidential", 2, &[INES]),
    (Kind::Engagement, "withdraw-designation", 1, &[INES]),
    (Kind::Engagement, "take-records", 3, &[JOAN, ROSA]),
    (Kind::Engagement, "review-retention", 2, &[JOAN]),
    (Kind::Engagement, "ask-disposal", 2, &[JOAN]),
    (Kind::Engagement, "confirm-disposal", 2, &[ROSA]),
    (Kind::Condition, "attach", 4, &[DANA, INES]),
    (Kind::Condition, "upload-text", 1, &[DANA, INES, BEA]),
    (Kind::Condition, "offer-agreement", 8, &[DANA, INES]),
    (Kind::Condition, "accept-agreement", 10, &[INES, DANA, BEA]),
    (Kind::Condition, "retract-agreement", 1, &[DANA, INES]),
    (Kind::Condition, "sign", 12, &[TOBIAS, ADELE, BEA]),
    (Kind::Condition, "acknowledge", 4, &[LENA, OMAR, BEA]),
    (Kind::Condition, "clear-waiver", 1, &[SAM]),
    (Kind::Condition, "waive", 1, &[TOBIAS, ADELE, BEA]),
    (Kind::Condition, "report-breach", 1, &[INES, SAM, DANA]),
    (Kind::Condition, "cure-breach", 6, &[TOBIAS, ADELE, DANA]),
    (Kind::Nomination, "propose", 4, &[INES, DANA]),
    (Kind::Nomination, "consent-approach", 5, &[TOBIAS]),
    (Kind::Nomination, "sign-screening-nda", 5, &[BEA]),
    (Kind::Nomination, "disclose", 5, &[INES, DANA]),
    (Kind::Nomination, "begin-screening", 5, &[DANA]),
    (Kind::Nomination, "state-criteria", 5, &[BEA]),
    (Kind::Nomination, "begin-vetting", 5, &[DANA]),
    (Kind::Nomination, "assign-reviewer", 5, &[THEO]),
    (Kind::Nomination, "recuse", 1, &[YUKI, MARCUS]),
    (Kind::Nomination, "open-decision", 5, &[DANA]),
    (Kind::Nomination, "consent", 5, &[TOBIAS]),
    (Kind::Nomination, "decline", 1, &[TOBIAS]),
    (Kind::Nomination, "revoke-consent", 1, &[TOBIAS]),
    (Kind::Nomination, "concur", 8, &[MARCUS, YUKI]),
    (Kind::Nomination, "decline-concurrence", 1, &[YUKI]),
    (Kind::Nomination, "revoke-vote", 1, &[MARCUS]),
    (Kind::Nomination, "reconsider", 3, &[TOBIAS, DANA]),
    (Kind::Nomination, "begin-conditions", 5, &[DANA]),
    (Kind::Nomination, "suspend", 1, &[SAM, INES, DANA]),
    (Kind::Nomination, "lift-suspension", 5, &[SAM, INES, DANA]),
    (Kind::Nomination, "revoke", 1, &[DANA, TOBIAS]),
    (Kind::Nomination, "withdraw", 1, &[INES, DANA]),
    (Kind::Grant, "request", 4, &[DANA, BEA]),
    (Kind::Grant, "clear-prerequisites", 6, &[SAM]),
    (Kind::Grant, "approve", 6, &[TOBIAS]),
    (Kind::Grant, "recertify", 3, &[TOBIAS]),
    (Kind::Grant, "suspend", 2, &[SAM, INES, DANA]),
    (Kind::Grant, "lift-suspension", 5, &[TOBIAS, SAM]),
    (Kind::Grant, "revoke", 1, &[DANA, INES]),
    (Kind::Prerequisites, "attest", 3, &[LENA, OMAR]),
    (Kind::Prerequisites, "record-training", 3, &[SAM]),
    (Kind::Prerequisites, "record-screening", 3, &[SAM]),
    (Kind::Prerequisites, "record-export-screening", 3, &[SAM]),
    (Kind::Incident, "report", 2, &[INES, LENA, SAM, DANA, BEA]),
    (Kind::Incident, "contain", 4, &[SAM]),
    (Kind::Incident, "assess", 4, &[SAM]),
    (Kind::Incident, "notify-developer", 4, &[SAM]),
    (Kind::Incident, "record-detail", 3, &[SAM]),
    (Kind::Incident, "acknowledge-notice", 3, &[TOBIAS]),
    (Kind::Incident, "implicate", 2, &[SAM]),
    (Kind::Incident, "clear-grants", 2, &[SAM]),
    (Kind::Incident, "hand-off", 4, &[SAM]),
    (Kind::Incident, "lift-lock", 4, &[SAM]),
    (Kind::Incident, "close", 4, &[SAM]),
    (Kind::FoiaRequest, "log", 2, &[JOAN]),
    (Kind::FoiaRequest, "record-search", 4, &[JOAN]),
    (Kind::FoiaRequest, "send-submitter-notice", 4, &[JOAN]),
    (Kind::FoiaRequest, "acknowledge-notice", 3, &[INES]),
    (Kind::FoiaRequest, "record-delivery", 2, &[JOAN]),
    (Kind::FoiaRequest, "object", 2, &[TOBIAS]),
    (Kind::FoiaRequest, "no-objection", 2, &[TOBIAS]),
    (Kind::FoiaRequest, "record-decision", 4, &[JOAN]),
    (Kind::FoiaRequest, "plan-disclosure", 3, &[JOAN]),
    (Kind::FoiaRequest, "send-disclosure-notice", 3, &[JOAN]),
    (Kind::FoiaRequest, "record-outcome", 2, &[JOAN]),
    (Kind::Document, "upload", 3, &[INES, DANA, ADELE, BEA]),
    (Kind::Document, "withdraw", 2, &[INES, DANA]),
    (Kind::Handoff, "record", 3, &[DANA, INES, LENA]),
    (Kind::Handoff, "deliver", 4, &[DANA]),
    (Kind::Handoff, "state-case-id", 2, &[DANA]),
    (Kind::Handoff, "acknowledge", 3, &[INES]),
    (Kind::Handoff, "record-acknowledgement", 3, &[DANA]),
    (Kind::Handoff, "change-tlp", 2, &[INES, DANA]),
    (Kind::Handoff, "change-embargo", 2, &[INES, DANA]),
    (Kind::Handoff, "record-outcome", 2, &[DANA]),
    (Kind::Handoff, "register-claim", 3, &[INES, DANA]),
    (Kind::Handoff, "deconflict", 2, &[INES, DANA]),
    (Kind::Handoff, "close", 2, &[DANA, INES]),
    (Kind::Handoff, "withdraw", 1, &[INES, DANA]),
];

/// The commands that make a record under another, which need no record of their own kind.
pub fn makes(kind: Kind, name: &str) -> bool {
    matches!(
        (kind, name),
        (Kind::Inquiry | Kind::Engagement, "draft")
            | (Kind::Condition, "attach")
            | (Kind::Nomination, "propose")
            | (Kind::Grant, "request")
            | (Kind::Incident, "report")
            | (Kind::FoiaRequest, "log")
            | (Kind::Document, "upload")
            | (Kind::Handoff, "record")
    )
}

/// The row of a command.
pub fn row(kind: Kind, name: &str) -> &'static Row {
    let found = ALPHABET.iter().find(|row| (row.0, row.1) == (kind, name));
    found.unwrap_or_else(|| panic!("{} {name} is not in the alphabet", kind.name()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use anteroom::domain::{action::Creates, command::Command};

    use super::*;

    #[test]
    fn every_command_of_the_catalog_is_sent_or_excused() {
        let catalog: BTreeSet<Action> = Command::catalog().iter().map(|facts| facts.action).collect();
        let sent: Vec<Action> = sent().collect();
        let excused: Vec<Action> = UNSENT.iter().map(|(action, _)| *action).collect();
        let named: BTreeSet<Action> = sent.iter().chain(&excused).copied().collect();
        assert_eq!(named.len(), sent.len() + excused.len(), "a command is named twice");
        let missing: Vec<String> = catalog.difference(&named).map(Action::to_string).collect();
        assert!(missing.is_empty(), "neither sent nor excused: {missing:?}");
        let unknown: Vec<String> = named.difference(&catalog).map(Action::to_string).collect();
        assert!(unknown.is_empty(), "in no catalog: {unknown:?}");
        assert!(UNSENT.iter().all(|(_, reason)| reason.len() > 20), "an excuse has a reason");
    }

    #[test]
    fn what_is_excused_from_success_is_sent() {
        for (kind, names, reason) in SELDOM {
            assert!(reason.len() > 20, "an excuse has a reason");
            for name in *names {
                assert!(sent().any(|action| action == Action::new(*kind, name)), "{name} is not sent");
            }
        }
    }

    #[test]
    fn commands_that_make_a_record_are_those_of_the_catalog() {
        for facts in Command::catalog().iter().filter(|facts| facts.action != FIRST) {
            let (kind, name) = (facts.action.kind, facts.action.name);
            assert_eq!(makes(kind, name), facts.creates != Creates::No, "{}", facts.action);
        }
    }
}
