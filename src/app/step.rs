//! What a deadline asks for, as a stable word, and the commands on its record that answer it. A mail says it in one
//! sentence for many kinds; a page says it of one record.

use crate::domain::deadline::{DeadlineKind as K, OpenDeadline};

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// What is to be done, as a stable word such as `sign`.
    pub(super) word: &'static str,
    /// The commands on the record that do it, the one to try first before the others. None where it is done elsewhere, or
    /// where there are two answers: a page puts neither of them forward.
    pub(super) acts: &'static [&'static str],
}

const fn step(word: &'static str, acts: &'static [&'static str]) -> Step {
    Step { word, acts }
}

/// Whether the word of a step asks for an act.
pub(super) fn asks(word: &str) -> bool {
    !["prepare", "continue_or_withdraw"].contains(&word)
}

/// The step of an open deadline.
pub(super) fn of(open: &OpenDeadline) -> Step {
    of_kind(open.kind, open.anchor)
}

fn of_kind(kind: K, anchor: &str) -> Step {
    match kind {
        K::InquiryAcknowledged | K::ProposalAcknowledged => step("acknowledge", &["acknowledge"]),
        K::InquiryStatusUpdate => step("update", &["tell-status"]),
        K::InquiryAnswer => step("answer", &["answer-info"]),
        K::RedlineTurn => step("redline", &["accept-agreement", "upload-text", "offer-agreement"]),
        K::OrganizationSignature => step("sign", &["sign"]),
        K::PersonalNda => step("sign", &[]),
        K::WindowOpens | K::WindowCloses | K::PlannedDateCheck => step("prepare", &[]),
        K::PartnerConsent | K::PartnerConcurrence => step("decide", &[]),
        K::PartnerConditions => step("complete_items", &[]),
        K::GrantRecertification => step("recertify", &["recertify"]),
        // The person trains; that it happened is for the insider-risk officer to record.
        K::PersonalAttestation if anchor == "training_completed" => step("renew_training", &["record-training"]),
        K::PersonalAttestation => step("attest", &["attest"]),
        K::ReturnOrDestruction => step("certify_return", &["certify-item", "register-item"]),
        K::IncidentNotice => step("notify_developer", &["notify-developer"]),
        K::IncidentDetail => step("record_detail", &["record-detail"]),
        K::BreachCure => step("cure_breach", &["cure-breach"]),
        K::SubmitterObjection => step("answer_notice", &[]),
        K::DisclosureNotice => step("send_disclosure_notice", &["send-disclosure-notice"]),
        K::ConfidentialityLapse => step("renew_designation", &["designate-confidential"]),
        K::RetentionReview if anchor == "survival_set" => step("review_survival", &[]),
        K::RetentionReview => step("review_retention", &["review-retention"]),
        K::IdleLapse => step("continue_or_withdraw", &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::Command;

    #[test]
    fn every_act_of_a_step_is_a_command() {
        let catalog = Command::catalog();
        for kind in K::all() {
            for anchor in ["attestation_completed", "training_completed", "survival_set", "retention_set"] {
                let step = of_kind(kind, anchor);
                for act in step.acts {
                    assert!(catalog.iter().any(|facts| facts.action.name == *act), "{}: {act}", step.word);
                }
            }
        }
    }

    #[test]
    fn whom_a_step_asks_for_something_is_told_what() {
        let word = |kind, anchor| of_kind(kind, anchor).word;
        assert_eq!(word(K::PersonalAttestation, "attestation_completed"), "attest");
        assert_eq!(word(K::PersonalAttestation, "training_completed"), "renew_training");
        assert_eq!(word(K::IdleLapse, "last_activity"), "continue_or_withdraw");
        assert_eq!(word(K::RetentionReview, "retention_set"), "review_retention");
        assert!(K::all().all(|kind| word(kind, "") != "complete"), "which items, it has to say");
    }
}
