//! What a notice may ask for. The table is closed, so that no mail can carry a sentence that somebody typed.

/// What the recipient is asked to do, from a fixed table. The sentence names no person, model or organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    /// Nothing is asked; the record may be read.
    Read,
    /// Acknowledge receipt.
    Acknowledge,
    /// Give an update on the state of the work.
    Update,
    /// Answer a question.
    Answer,
    /// Take the next turn on a draft.
    Redline,
    /// Sign.
    Sign,
    /// Decide a task.
    Decide,
    /// Prepare for a milestone.
    Prepare,
    /// Complete one's own open items.
    Complete,
    /// Confirm that access is still needed.
    Recertify,
    /// Renew an attestation or a training.
    Attest,
    /// Certify return or destruction of material.
    CertifyReturn,
    /// Look after a deadline that was not met.
    Escalate,
    /// Check one's own account.
    CheckAccount,
    /// Accept an invitation.
    AcceptInvitation,
    /// Follow a link that was asked for.
    FollowLink,
    /// Look at a saved view of one's own.
    OpenView,
}

impl Ask {
    /// Every ask.
    pub const ALL: [Self; 17] = [
        Self::Read,
        Self::Acknowledge,
        Self::Update,
        Self::Answer,
        Self::Redline,
        Self::Sign,
        Self::Decide,
        Self::Prepare,
        Self::Complete,
        Self::Recertify,
        Self::Attest,
        Self::CertifyReturn,
        Self::Escalate,
        Self::CheckAccount,
        Self::AcceptInvitation,
        Self::FollowLink,
        Self::OpenView,
    ];

    /// The stable name under which an outbox row stores it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Acknowledge => "acknowledge",
            Self::Update => "update",
            Self::Answer => "answer",
            Self::Redline => "redline",
            Self::Sign => "sign",
            Self::Decide => "decide",
            Self::Prepare => "prepare",
            Self::Complete => "complete",
            Self::Recertify => "recertify",
            Self::Attest => "attest",
            Self::CertifyReturn => "certify_return",
            Self::Escalate => "escalate",
            Self::CheckAccount => "check_account",
            Self::AcceptInvitation => "accept_invitation",
            Self::FollowLink => "follow_link",
            Self::OpenView => "open_view",
        }
    }

    /// The ask with this stored name, or `None`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ask| ask.as_str() == name)
    }

    /// The sentence that stands in the mail.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Read => "You do not have to do anything. Sign in to read the record.",
            Self::Acknowledge => "Please sign in and acknowledge receipt.",
            Self::Update => "Please sign in and record a status update.",
            Self::Answer => "Please sign in and answer the open question.",
            Self::Redline => "It is your side's turn on a draft. Please sign in and continue.",
            Self::Sign => "A document waits for your signature. Please sign in to read it and to sign or decline.",
            Self::Decide => "A task waits for your decision. Please sign in and record it.",
            Self::Prepare => "Please sign in and check what is still open on your side.",
            Self::Complete => "Please sign in and complete the items that are open on your side.",
            Self::Recertify => "Please sign in and confirm whether each person still needs access.",
            Self::Attest => "Please sign in and renew your attestation or training.",
            Self::CertifyReturn => "Please sign in and record the return or destruction of the material.",
            Self::Escalate => "A task was not done in time. Please sign in and see that somebody takes care of it.",
            Self::AcceptInvitation => {
                "Please follow the link and accept, or do nothing. If you expected no invitation, delete this mail."
            }
            Self::FollowLink => "Please follow the link to open the record. If you asked for none, delete this mail.",
            Self::OpenView => "You do not have to do anything. Sign in to look at your kept views.",
            Self::CheckAccount => "If this was not you, sign in, change your password and tell your administrator.",
        }
    }
}
