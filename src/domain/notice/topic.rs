//! Topics: what a person chooses about mail one by one. A topic is a notice of the table, or one of the two things that a
//! notice tells of; its group is the heading under which it is shown, and what one request from a mail ends.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Group, NoticeKind, Stem};

/// What a person chooses about by itself. Its order is that in which it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// N1.
    InquirySubmitted,
    /// N2.
    InquiryStep,
    /// N3.
    Determination,
    /// N4.
    Proposal,
    /// N5.
    Participation,
    /// N6.
    Ready,
    /// N11.
    Withdrawn,
    /// N12.
    Released,
    /// N7.
    WindowChanged,
    /// N8.
    WindowOpened,
    /// N9.
    WindowSuspended,
    /// N10.
    WindowClosed,
    /// N13.
    Conditions,
    /// N14 before anything may be said of what the document belongs to.
    Documents,
    /// N14 otherwise.
    Nominations,
    /// N15.
    Grants,
    /// N16: legally operative.
    Incidents,
    /// N17: legally operative.
    Submissions,
    /// N18 about close-out.
    Closeout,
    /// N18 about hand-offs.
    Handoffs,
    /// N19 about the person's own deadlines.
    Reminders,
    /// N19 about deadlines of others that were not met.
    Escalations,
    /// N20.
    Account,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 23] = [
        Self::InquirySubmitted,
        Self::InquiryStep,
        Self::Determination,
        Self::Proposal,
        Self::Participation,
        Self::Ready,
        Self::Withdrawn,
        Self::Released,
        Self::WindowChanged,
        Self::WindowOpened,
        Self::WindowSuspended,
        Self::WindowClosed,
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
            Self::InquirySubmitted => "inquiry_submitted",
            Self::InquiryStep => "inquiry_step",
            Self::Determination => "determination",
            Self::Proposal => "proposal",
            Self::Participation => "participation",
            Self::Ready => "ready",
            Self::Withdrawn => "withdrawn",
            Self::Released => "released",
            Self::WindowChanged => "window_changed",
            Self::WindowOpened => "window_opened",
            Self::WindowSuspended => "window_suspended",
            Self::WindowClosed => "window_closed",
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

    /// The topic with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == name)
    }

    /// What people read. Of a document to sign it says nothing more (invariant 16).
    pub const fn label(self) -> &'static str {
        match self {
            Self::Documents => "Document to sign",
            Self::Closeout => "Close-out: certificate or end",
            Self::Handoffs => "Hand-off",
            Self::Reminders => "Reminder of a deadline",
            Self::Escalations => "Task of others that was not done in time",
            Self::InquirySubmitted
            | Self::InquiryStep
            | Self::Determination
            | Self::Proposal
            | Self::Participation
            | Self::Ready
            | Self::Withdrawn
            | Self::Released
            | Self::WindowChanged
            | Self::WindowOpened
            | Self::WindowSuspended
            | Self::WindowClosed
            | Self::Conditions
            | Self::Nominations
            | Self::Grants
            | Self::Incidents
            | Self::Submissions
            | Self::Account => self.kind().name(),
        }
    }

    /// The notice.
    pub const fn kind(self) -> NoticeKind {
        match self {
            Self::InquirySubmitted => NoticeKind::N1,
            Self::InquiryStep => NoticeKind::N2,
            Self::Determination => NoticeKind::N3,
            Self::Proposal => NoticeKind::N4,
            Self::Participation => NoticeKind::N5,
            Self::Ready => NoticeKind::N6,
            Self::Withdrawn => NoticeKind::N11,
            Self::Released => NoticeKind::N12,
            Self::WindowChanged => NoticeKind::N7,
            Self::WindowOpened => NoticeKind::N8,
            Self::WindowSuspended => NoticeKind::N9,
            Self::WindowClosed => NoticeKind::N10,
            Self::Conditions => NoticeKind::N13,
            Self::Documents | Self::Nominations => NoticeKind::N14,
            Self::Grants => NoticeKind::N15,
            Self::Incidents => NoticeKind::N16,
            Self::Submissions => NoticeKind::N17,
            Self::Closeout | Self::Handoffs => NoticeKind::N18,
            Self::Reminders | Self::Escalations => NoticeKind::N19,
            Self::Account => NoticeKind::N20,
        }
    }

    /// The group under which it is shown.
    pub const fn group(self) -> Group {
        match self {
            Self::InquirySubmitted | Self::InquiryStep | Self::Determination => Group::Inquiries,
            Self::Proposal | Self::Participation | Self::Ready | Self::Withdrawn | Self::Released => Group::Engagements,
            Self::WindowChanged | Self::WindowOpened | Self::WindowSuspended | Self::WindowClosed => Group::Windows,
            Self::Conditions => Group::Conditions,
            Self::Documents => Group::Documents,
            Self::Nominations => Group::Nominations,
            Self::Grants => Group::Grants,
            Self::Incidents => Group::Incidents,
            Self::Submissions => Group::Submissions,
            Self::Closeout => Group::Closeout,
            Self::Handoffs => Group::Handoffs,
            Self::Reminders => Group::Reminders,
            Self::Escalations => Group::Escalations,
            Self::Account => Group::Account,
        }
    }

    /// The topic that a mail of this notice, with these templates, belongs to; `None` as for [`Group::of`], and for a
    /// notice that no template of the group words.
    pub fn of(kind: NoticeKind, stem: Stem) -> Option<Self> {
        let group = Group::of(kind, stem)?;
        Self::ALL.into_iter().find(|topic| topic.group() == group && topic.kind() == kind)
    }

    /// Whether a person may choose otherwise than at once.
    pub const fn is_switchable(self) -> bool {
        self.group().is_switchable()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::notice::{Ask, is_legal};

    #[test]
    fn every_notice_has_a_topic_of_its_own_in_the_group_of_its_templates() {
        let mut seen = BTreeSet::new();
        for kind in NoticeKind::ALL {
            for ask in Ask::ALL {
                let stem = kind.stem(ask);
                let topic = Topic::of(kind, stem).expect("a notice of the table has a topic");
                assert_eq!((topic.kind(), Some(topic.group())), (kind, Group::of(kind, stem)), "{kind:?} {ask:?}");
                assert!(!(is_legal(kind, None) && topic.is_switchable()), "{kind:?}");
                seen.insert(topic);
            }
        }
        for stem in [Stem::Reminder, Stem::Escalation, Stem::Window] {
            let topic = Topic::of(NoticeKind::N19, stem).expect("a reminder has a topic");
            assert_eq!(topic.kind(), NoticeKind::N19, "{stem:?}");
            seen.insert(topic);
        }
        assert_eq!(seen.len(), Topic::ALL.len(), "no topic that nothing is mailed about");
    }

    #[test]
    fn a_topic_has_a_name_of_its_own_and_stands_with_its_group() {
        let names: BTreeSet<&str> = Topic::ALL.into_iter().map(Topic::name).collect();
        let labels: BTreeSet<&str> = Topic::ALL.into_iter().map(Topic::label).collect();
        assert_eq!((names.len(), labels.len()), (Topic::ALL.len(), Topic::ALL.len()));
        for topic in Topic::ALL {
            assert_eq!(Topic::from_name(topic.name()), Some(topic));
            assert_eq!(serde_json::to_value(topic).expect("JSON"), topic.name());
        }
        let mut order: Vec<Group> = Topic::ALL.into_iter().map(Topic::group).collect();
        order.dedup();
        assert_eq!(order, Group::ALL, "as groups are shown, so are their topics");
    }

    #[test]
    fn a_document_to_sign_tells_nothing_of_what_it_belongs_to() {
        let said = format!("{} {}", Topic::Documents.name(), Topic::Documents.label()).to_lowercase();
        for word in ["nomin", "partner", "engag", "release"] {
            assert!(!said.contains(word), "{word}: {said}");
        }
    }
}
