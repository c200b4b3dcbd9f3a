//! An event of a case: what happened to one of its aggregates, when, by whom, and who may know.

use serde::{Deserialize, Serialize};

use super::super::{
    actor::By,
    audience::Audience,
    condition::ConditionEvent,
    document::DocumentEvent,
    engagement::EngagementEvent,
    foia::FoiaEvent,
    grant::GrantEvent,
    handoff::HandoffEvent,
    id::{Kind, Subject},
    incident::IncidentEvent,
    inquiry::InquiryEvent,
    nomination::NominationEvent,
    prerequisites::PrerequisitesEvent,
    release::ReleaseEvent,
    time::Instant,
};

/// What happened, by kind of aggregate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "event")]
#[expect(missing_docs, reason = "the variants are the kinds")]
pub enum Event {
    Release(ReleaseEvent),
    Inquiry(InquiryEvent),
    Engagement(EngagementEvent),
    Condition(ConditionEvent),
    Nomination(NominationEvent),
    Grant(GrantEvent),
    Prerequisites(PrerequisitesEvent),
    Incident(IncidentEvent),
    FoiaRequest(FoiaEvent),
    Document(DocumentEvent),
    Handoff(HandoffEvent),
}

impl Event {
    /// The kind of aggregate that it happened to.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Release(_) => Kind::Release,
            Self::Inquiry(_) => Kind::Inquiry,
            Self::Engagement(_) => Kind::Engagement,
            Self::Condition(_) => Kind::Condition,
            Self::Nomination(_) => Kind::Nomination,
            Self::Grant(_) => Kind::Grant,
            Self::Prerequisites(_) => Kind::Prerequisites,
            Self::Incident(_) => Kind::Incident,
            Self::FoiaRequest(_) => Kind::FoiaRequest,
            Self::Document(_) => Kind::Document,
            Self::Handoff(_) => Kind::Handoff,
        }
    }

    /// The stable type code, such as `engagement.proposed`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Release(event) => event.code(),
            Self::Inquiry(event) => event.code(),
            Self::Engagement(event) => event.code(),
            Self::Condition(event) => event.code(),
            Self::Nomination(event) => event.code(),
            Self::Grant(event) => event.code(),
            Self::Prerequisites(event) => event.code(),
            Self::Incident(event) => event.code(),
            Self::FoiaRequest(event) => event.code(),
            Self::Document(event) => event.code(),
            Self::Handoff(event) => event.code(),
        }
    }
}

/// One event of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseEvent {
    /// The aggregate that it happened to.
    pub subject: Subject,
    /// Its reference.
    pub reference: String,
    /// Who may know.
    pub audience: Audience,
    /// When it took effect: the due instant of a timed transition, else the clock. Rules use this one.
    pub effective_at: Instant,
    /// Who did it.
    pub by: By,
    /// What happened.
    pub event: Event,
}
