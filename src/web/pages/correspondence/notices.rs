//! What notices are called. The codes alone say nothing to whoever has not read the table of them.

use crate::domain::notice::NoticeKind;

/// The notice with this code, with its code behind it; the code alone where there is none.
pub(super) fn called(code: &str) -> String {
    NoticeKind::parse(code).map_or_else(|| code.to_owned(), |kind| format!("{} ({code})", name(kind)))
}

/// What a notice is called.
pub(super) const fn name(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::N1 => "Inquiry submitted",
        NoticeKind::N2 => "Step of an inquiry",
        NoticeKind::N3 => "Determination recorded",
        NoticeKind::N4 => "Proposal submitted or returned",
        NoticeKind::N5 => "Participation acknowledged or declined",
        NoticeKind::N6 => "Engagement ready",
        NoticeKind::N7 => "Milestone set or changed",
        NoticeKind::N8 => "Milestone: window opened",
        NoticeKind::N9 => "Milestone: window suspended or resumed",
        NoticeKind::N10 => "Milestone: window closed",
        NoticeKind::N11 => "Engagement withdrawn",
        NoticeKind::N12 => "Release recorded",
        NoticeKind::N13 => "Condition: turn, signature, breach or expiry",
        NoticeKind::N14 => "Nomination: act, decision or revocation",
        NoticeKind::N15 => "Access grant: step, suspension or end",
        NoticeKind::N16 => "Incident",
        NoticeKind::N17 => "Submitter notice before a disclosure of records",
        NoticeKind::N18 => "Close-out or hand-off",
        NoticeKind::N19 => "Reminder or escalation",
        NoticeKind::N20 => "Security of the account, or a link",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_notice_has_a_name_of_its_own() {
        let names: BTreeSet<&str> = NoticeKind::ALL.into_iter().map(name).collect();
        assert_eq!(names.len(), NoticeKind::ALL.len());
        assert_eq!(called("N16"), "Incident (N16)");
        assert_eq!(called("N99"), "N99");
    }
}
