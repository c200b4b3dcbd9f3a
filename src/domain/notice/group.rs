//! Groups of notices: the headings under which a person chooses about each, and which of them nobody may switch off.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{NoticeKind, Stem, Topic};
use crate::domain::deadline::DeadlineKind;

/// Notices that belong together: what one request from a mail ends. Its order is that in which it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Inquiries and determinations (N1 to N3).
    Inquiries,
    /// Engagements: proposal, participation, readiness, end (N4 to N6, N11, N12).
    Engagements,
    /// Milestones of access windows (N7 to N10).
    Windows,
    /// Conditions (N13).
    Conditions,
    /// Documents to be signed before anything is said of what they belong to (N14).
    Documents,
    /// Nominations (N14).
    Nominations,
    /// Access grants (N15).
    Grants,
    /// Incidents (N16): legally operative.
    Incidents,
    /// Notices to a submitter of records (N17): legally operative.
    Submissions,
    /// Close-out (N18).
    Closeout,
    /// Hand-offs (N18).
    Handoffs,
    /// Reminders of one's own deadlines (N19).
    Reminders,
    /// Deadlines of others that were not met (N19).
    Escalations,
    /// The account itself: security events, invitations, links that were asked for (N20).
    Account,
}

impl Group {
    /// Every group.
    pub const ALL: [Self; 14] = [
        Self::Inquiries,
        Self::Engagements,
        Self::Windows,
        Self::Conditions,
        Self::Documents,
        Self::Nominations,
        Self::Grants,
        Self::Incidents,
        Self::Submissions,
        Self::Closeout,
        Self::Handoffs,
        Self::Reminders,
        Self::Escalations,
        Self::Account,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inquiries => "inquiries",
            Self::Engagements => "engagements",
            Self::Windows => "windows",
            Self::Conditions => "conditions",
            Self::Documents => "documents",
            Self::Nominations => "nominations",
            Self::Grants => "grants",
            Self::Incidents => "incidents",
            Self::Submissions => "submissions",
            Self::Closeout => "closeout",
            Self::Handoffs => "handoffs",
            Self::Reminders => "reminders",
            Self::Escalations => "escalations",
            Self::Account => "account",
        }
    }

    /// The topics that stand under it.
    pub fn topics(self) -> impl Iterator<Item = Topic> {
        Topic::ALL.into_iter().filter(move |topic| topic.group() == self)
    }

    /// What the group is called in a sentence.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Inquiries => "inquiries and determinations",
            Self::Engagements => "engagements",
            Self::Windows => "milestones of engagements",
            Self::Conditions => "conditions",
            Self::Documents => "documents to sign",
            Self::Nominations => "nominations",
            Self::Grants => "access grants",
            Self::Incidents => "incidents",
            Self::Submissions => "records that your organization submitted",
            Self::Closeout => "close-out",
            Self::Handoffs => "hand-offs",
            Self::Reminders => "reminders",
            Self::Escalations => "tasks of others that were not done in time",
            Self::Account => "your account",
        }
    }

    /// The group that a mail of this notice, with these templates, belongs to; `None` for those that a choice of their
    /// own governs: the digest, calendar entries, and the word about a saved view. A reminder that may say no more than
    /// that a milestone is near is a reminder all the same.
    pub const fn of(kind: NoticeKind, stem: Stem) -> Option<Self> {
        match stem {
            Stem::Window if matches!(kind, NoticeKind::N19) => Some(Self::Reminders),
            Stem::Inquiry | Stem::Determination => Some(Self::Inquiries),
            Stem::Proposal | Stem::Participation | Stem::Ready | Stem::Ended => Some(Self::Engagements),
            Stem::Window => Some(Self::Windows),
            Stem::Condition => Some(Self::Conditions),
            Stem::Document => Some(Self::Documents),
            Stem::Nomination => Some(Self::Nominations),
            Stem::Grant => Some(Self::Grants),
            Stem::Incident => Some(Self::Incidents),
            Stem::Submitter => Some(Self::Submissions),
            Stem::Closeout => Some(Self::Closeout),
            Stem::Handoff => Some(Self::Handoffs),
            Stem::Reminder => Some(Self::Reminders),
            Stem::Escalation => Some(Self::Escalations),
            Stem::Account | Stem::Invitation | Stem::Link => Some(Self::Account),
            Stem::Digest | Stem::Calendar | Stem::View => None,
        }
    }

    /// Whether a person may choose otherwise than at once: not for what is legally operative (N16, N17), and not for
    /// what protects the account.
    pub const fn is_switchable(self) -> bool {
        !matches!(self, Self::Incidents | Self::Submissions | Self::Account)
    }
}

/// Whether a mail is legally operative: the notices N16 and N17 themselves, and reminders of the clocks that the law or
/// the agreement runs on them (D16, D18, D19). Such a mail is never switched off, collected or held back.
pub const fn is_legal(kind: NoticeKind, deadline: Option<DeadlineKind>) -> bool {
    let clock = matches!(
        deadline,
        Some(
            DeadlineKind::IncidentNotice
                | DeadlineKind::IncidentDetail
                | DeadlineKind::SubmitterObjection
                | DeadlineKind::DisclosureNotice
        )
    );
    clock || kind.is_legal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notice_belongs_to_a_group_and_no_legal_one_can_be_switched_off() {
        let names: Vec<String> =
            Group::ALL.into_iter().map(|group| serde_json::to_string(&group).expect("JSON").replace('"', "")).collect();
        assert_eq!(names, Group::ALL.map(Group::name));
        let fixed: Vec<&str> = Group::ALL.into_iter().filter(|g| !g.is_switchable()).map(Group::name).collect();
        assert_eq!(fixed, ["incidents", "submissions", "account"]);
        for kind in NoticeKind::ALL {
            for ask in super::super::Ask::ALL {
                let group = Group::of(kind, kind.stem(ask)).expect("a notice of the table has a group");
                assert!(!(is_legal(kind, None) && group.is_switchable()), "{kind:?} {ask:?}");
            }
        }
        assert_eq!(Group::of(NoticeKind::N19, Stem::Window), Some(Group::Reminders));
        let legal: Vec<&str> =
            NoticeKind::ALL.into_iter().filter(|kind| is_legal(*kind, None)).map(NoticeKind::as_str).collect();
        assert_eq!(legal, ["N16", "N17"]);
    }

    #[test]
    fn reminders_of_legal_clocks_are_legal_and_others_are_not() {
        let legal = |kind| is_legal(NoticeKind::N19, Some(kind));
        for kind in [
            DeadlineKind::IncidentNotice,
            DeadlineKind::IncidentDetail,
            DeadlineKind::SubmitterObjection,
            DeadlineKind::DisclosureNotice,
        ] {
            assert!(legal(kind), "{kind:?}");
        }
        assert!(!legal(DeadlineKind::RedlineTurn) && !legal(DeadlineKind::PersonalAttestation));
        assert!(!is_legal(NoticeKind::N19, None));
    }
}
