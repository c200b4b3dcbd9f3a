//! Identities. Ids are random and carry no time, so that nothing can be inferred from them (domain section 3.0).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A person's (or a gateway's) account.
    AccountId
);
id!(
    /// An organization: a developer, a trusted partner, an agency of the host, or the host itself.
    OrganizationId
);
id!(
    /// One aggregate: a model release, inquiry, engagement, condition, nomination, grant, a person's prerequisites or an incident.
    /// One aggregate: a model release, inquiry, engagement, condition, nomination, grant, a person's prerequisites, or a request
    /// under the Freedom of Information Act.
    /// One aggregate: a model release, inquiry, engagement, condition, nomination, grant, document, or a person's
    /// prerequisites.
    /// One aggregate: a model release, inquiry, engagement, condition, nomination, grant, a person's prerequisites or a
    /// hand-off.
    RecordId
);

/// The kinds of aggregate, in the order in which a case lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A model release: carries the cap.
    Release,
    /// A designation inquiry.
    Inquiry,
    /// An engagement.
    Engagement,
    /// A condition.
    Condition,
    /// A trusted-partner nomination.
    Nomination,
    /// A person's access grant.
    Grant,
    /// A person's prerequisites: attestation, training, screenings.
    Prerequisites,
    /// An incident.
    Incident,
    /// A request under the Freedom of Information Act.
    FoiaRequest,
    /// A document that hangs on an engagement, a nomination or a condition.
    Document,
    /// A hand-off of something that access surfaced, by reference.
    Handoff,
}

impl Kind {
    /// Every kind, in the order of the enum.
    pub const ALL: [Self; 11] = [
        Self::Release,
        Self::Inquiry,
        Self::Engagement,
        Self::Condition,
        Self::Nomination,
        Self::Grant,
        Self::Prerequisites,
        Self::Incident,
        Self::FoiaRequest,
        Self::Document,
        Self::Handoff,
    ];

    /// The name used in type codes, columns and the API (singular, `snake_case`).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Inquiry => "inquiry",
            Self::Engagement => "engagement",
            Self::Condition => "condition",
            Self::Nomination => "nomination",
            Self::Grant => "grant",
            Self::Prerequisites => "prerequisites",
            Self::Incident => "incident",
            Self::FoiaRequest => "foia_request",
            Self::Document => "document",
            Self::Handoff => "handoff",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The plural, as addresses have it.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Release => "releases",
            Self::Inquiry => "inquiries",
            Self::Engagement => "engagements",
            Self::Condition => "conditions",
            Self::Nomination => "nominations",
            Self::Grant => "grants",
            Self::Prerequisites => "prerequisites",
            Self::Incident => "incidents",
            Self::FoiaRequest => "foia-requests",
            Self::Document => "documents",
            Self::Handoff => "handoffs",
        }
    }

    /// The prefix of human references, such as `ENG` in `ENG-2026-K7Q4MD`.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Release => "REL",
            Self::Inquiry => "INQ",
            Self::Engagement => "ENG",
            Self::Condition => "CON",
            Self::Nomination => "NOM",
            Self::Grant => "GRA",
            Self::Prerequisites => "PRE",
            Self::Incident => "INC",
            Self::FoiaRequest => "FOI",
            Self::Document => "DOC",
            Self::Handoff => "HND",
        }
    }
}

/// One aggregate, named by kind and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subject {
    /// What it is.
    pub kind: Kind,
    /// Which one.
    pub id: RecordId,
}

impl Subject {
    /// Names one aggregate.
    pub const fn new(kind: Kind, id: RecordId) -> Self {
        Self { kind, id }
    }
}
