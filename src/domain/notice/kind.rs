//! What a notice may be: its code and its group of templates, each from a closed list.
//!
//! Closed lists are the point. A free-text field would sooner or later carry a model's name into an inbox.

use super::Ask;

/// The notices of domain section 6, by their code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeKind {
    /// Inquiry submitted.
    N1,
    /// Inquiry step.
    N2,
    /// Determination recorded.
    N3,
    /// Proposal submitted or returned.
    N4,
    /// Participation acknowledged or declined.
    N5,
    /// Engagement ready.
    N6,
    /// Window scheduled or changed.
    N7,
    /// Window opened.
    N8,
    /// Window suspended or resumed.
    N9,
    /// Window closed.
    N10,
    /// Engagement withdrawn.
    N11,
    /// Release recorded.
    N12,
    /// Condition turn, signature, breach or expiry.
    N13,
    /// Nomination action, decision or revocation.
    N14,
    /// Grant approved, suspended, revoked or expiring.
    N15,
    /// Incident.
    N16,
    /// Submitter notice before a disclosure of records.
    N17,
    /// Certificate due or accepted; engagement closed out.
    N18,
    /// Deadline reminder or escalation.
    N19,
    /// Account security event.
    N20,
}

impl NoticeKind {
    /// Every code in order.
    pub const ALL: [Self; 20] = [
        Self::N1,
        Self::N2,
        Self::N3,
        Self::N4,
        Self::N5,
        Self::N6,
        Self::N7,
        Self::N8,
        Self::N9,
        Self::N10,
        Self::N11,
        Self::N12,
        Self::N13,
        Self::N14,
        Self::N15,
        Self::N16,
        Self::N17,
        Self::N18,
        Self::N19,
        Self::N20,
    ];

    /// The code as it stands in the notice table, for example `N7`.
    pub fn as_str(self) -> &'static str {
        const CODES: [&str; 20] = [
            "N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9", "N10", "N11", "N12", "N13", "N14", "N15", "N16",
            "N17", "N18", "N19", "N20",
        ];
        CODES[self as usize]
    }

    /// The kind for a code, or `None` for text that is no code of the table.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == code)
    }

    /// What it tells of, in a few words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::N1 => "Inquiry submitted",
            Self::N2 => "Step of an inquiry",
            Self::N3 => "Determination recorded",
            Self::N4 => "Proposal submitted or returned",
            Self::N5 => "Participation acknowledged or declined",
            Self::N6 => "Engagement ready",
            Self::N7 => "Window scheduled or changed",
            Self::N8 => "Window opened",
            Self::N9 => "Window suspended or resumed",
            Self::N10 => "Window closed",
            Self::N11 => "Engagement withdrawn",
            Self::N12 => "Release recorded",
            Self::N13 => "Condition: turn, signature, breach or expiry",
            Self::N14 => "Nomination: step, decision or revocation",
            Self::N15 => "Access grant: change or expiry",
            Self::N16 => "Incident",
            Self::N17 => "Submitter notice",
            Self::N18 => "Close-out or hand-off",
            Self::N19 => "Reminder of a deadline",
            Self::N20 => "Security of an account",
        }
    }

    /// Whether the notice is legally operative (domain section 6: N16 and N17): nobody switches it off, and mail alone
    /// does not deliver it.
    pub const fn is_legal(self) -> bool {
        matches!(self, Self::N16 | Self::N17)
    }

    /// The group of templates that words this notice. An escalation is N19 too: its caller names
    /// [`Stem::Escalation`] instead. Of the notices about a nomination only the one before disclosure asks for a
    /// signature; it must not say what it is about (invariant 16).
    pub fn stem(self, ask: Ask) -> Stem {
        match self {
            Self::N14 if ask == Ask::Sign => Stem::Document,
            Self::N20 if ask == Ask::AcceptInvitation => Stem::Invitation,
            Self::N20 if ask == Ask::FollowLink => Stem::Link,
            // Of the notices about closing an engagement's account, these two asks are those of a hand-off.
            Self::N18 if matches!(ask, Ask::Acknowledge | Ask::Prepare) => Stem::Handoff,
            Self::N1 | Self::N2 => Stem::Inquiry,
            Self::N3 => Stem::Determination,
            Self::N4 => Stem::Proposal,
            Self::N5 => Stem::Participation,
            Self::N6 => Stem::Ready,
            Self::N7 | Self::N8 | Self::N9 | Self::N10 => Stem::Window,
            Self::N11 | Self::N12 => Stem::Ended,
            Self::N13 => Stem::Condition,
            Self::N14 => Stem::Nomination,
            Self::N15 => Stem::Grant,
            Self::N16 => Stem::Incident,
            Self::N17 => Stem::Submitter,
            Self::N18 => Stem::Closeout,
            Self::N19 => Stem::Reminder,
            Self::N20 => Stem::Account,
        }
    }
}

/// A group of templates: the folder `templates/mail/<stem>/` with the text and the HTML body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stem {
    /// A step in a designation inquiry.
    Inquiry,
    /// A determination step; never its result.
    Determination,
    /// An engagement proposal.
    Proposal,
    /// Participation; states that the release is unaffected.
    Participation,
    /// Readiness of an engagement.
    Ready,
    /// A milestone of the access window; never its date.
    Window,
    /// The end of an engagement.
    Ended,
    /// A condition.
    Condition,
    /// A document to be signed, and not a word about why.
    Document,
    /// A nomination.
    Nomination,
    /// One person's access grant.
    Grant,
    /// An incident.
    Incident,
    /// The notice to a submitter before records are disclosed.
    Submitter,
    /// Close-out.
    Closeout,
    /// A hand-off record; never what was found.
    Handoff,
    /// A reminder of a deadline.
    Reminder,
    /// An escalation of a deadline that was not met.
    Escalation,
    /// A security event of an account.
    Account,
    /// An invitation into an organization; never which.
    Invitation,
    /// A link to one record, for somebody of another side who asked for it.
    Link,
    /// The word that a saved view finds other records than before; never which.
    View,
    /// A day's notices that the person wants together.
    Digest,
    /// A task date for the person's own calendar.
    Calendar,
}

impl Stem {
    /// Every stem.
    pub const ALL: [Self; 23] = [
        Self::Inquiry,
        Self::Determination,
        Self::Proposal,
        Self::Participation,
        Self::Ready,
        Self::Window,
        Self::Ended,
        Self::Condition,
        Self::Document,
        Self::Nomination,
        Self::Grant,
        Self::Incident,
        Self::Submitter,
        Self::Closeout,
        Self::Handoff,
        Self::Reminder,
        Self::Escalation,
        Self::Account,
        Self::Invitation,
        Self::Link,
        Self::View,
        Self::Digest,
        Self::Calendar,
    ];

    /// The folder's name, which is also how an outbox row stores the stem.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inquiry => "inquiry",
            Self::Determination => "determination",
            Self::Proposal => "proposal",
            Self::Participation => "participation",
            Self::Ready => "ready",
            Self::Window => "window",
            Self::Ended => "ended",
            Self::Condition => "condition",
            Self::Document => "document",
            Self::Nomination => "nomination",
            Self::Grant => "grant",
            Self::Incident => "incident",
            Self::Submitter => "submitter",
            Self::Closeout => "closeout",
            Self::Handoff => "handoff",
            Self::Reminder => "reminder",
            Self::Escalation => "escalation",
            Self::Account => "account",
            Self::Invitation => "invitation",
            Self::Link => "link",
            Self::View => "view",
            Self::Digest => "digest",
            Self::Calendar => "calendar",
        }
    }

    /// The stem with this folder name, or `None`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stem| stem.as_str() == name)
    }

    /// Whether a mail of this group may carry the recipient's task date. The groups whose only date would be the
    /// window, the release or the determination may not (domain section 6: possibly market-moving), nor those without a
    /// task.
    pub fn may_carry_task_date(self) -> bool {
        !matches!(
            self,
            Self::Window
                | Self::Ready
                | Self::Ended
                | Self::Determination
                | Self::Invitation
                | Self::Link
                | Self::View
                | Self::Digest
        )
    }
}
