//! Erasing content when records are disposed of (domain section 7): what the authorized disposal of an engagement takes
//! away, and what says so afterwards. The events stay, and with them who did what and when, the hashes and the chain
//! (invariants 19 and 20); what goes is the content of documents, the texts of conditions, and what people stated in
//! sentences of their own.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{EngagementRecordsEvent, survives_until};
use crate::domain::{
    case::{Case, Event, Facts},
    condition::{ConditionEvent, ConditionStage},
    document::{DocumentEvent, DocumentStage},
    framework::RecordClass,
    grant::GrantEvent,
    id::{Kind, RecordId, Subject},
    incident::{IncidentStage, is_locked},
    nomination::NominationEvent,
    refusal::{Refusal, Unmet},
    text::ExternalReference,
    time::Instant,
};

/// What content is erased under. Everybody who may read the record may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErasedUnder {
    /// The class of records whose retention was over.
    pub class: RecordClass,
    /// Reference of the authority, such as a records schedule, as the officer who asked for the disposal gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<ExternalReference>,
}

impl fmt::Display for ErasedUnder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let authority = self.authority.as_ref().map_or("no stated authority", ExternalReference::as_str);
        write!(f, "{authority}, class {}", self.class.name())
    }
}

/// Content that was erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// When.
    pub at: Instant,
    /// Under what.
    pub under: ErasedUnder,
}

impl Erased {
    /// What was erased at the instant, under this.
    pub fn new(at: Instant, under: &ErasedUnder) -> Self {
        Self { at, under: under.clone() }
    }
}

impl fmt::Display for Erased {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "erased on {} under {}", self.at.date_naive(), self.under)
    }
}

/// Codes of the events whose particulars hold content: they are erased with it, whatever record they happened to. What
/// they say beside the content stands in the record's state.
pub const BEARING_CONTENT: [&str; 4] =
    ["condition.attached", "condition.text_uploaded", "nomination.criteria_stated", "grant.requested"];

/// Whether the event says that content of its record is erased from now on.
pub const fn erases(event: &Event) -> bool {
    matches!(
        event,
        Event::Document(DocumentEvent::ContentErased { .. })
            | Event::Condition(ConditionEvent::ContentErased { .. })
            | Event::Nomination(NominationEvent::ContentErased { .. })
            | Event::Grant(GrantEvent::ContentErased { .. })
    )
}

/// What an authorized disposal erases: the content of everything under the engagement that has some. Requests for
/// records and incidents are of other classes of records, and the release outlives its engagements.
pub fn erased_with(case: &Case, engagement: RecordId, events: &[EngagementRecordsEvent]) -> Vec<(Subject, Event)> {
    let under = events.iter().find_map(|event| match event {
        EngagementRecordsEvent::ContentErased { under } => Some(under),
        EngagementRecordsEvent::Designated { .. }
        | EngagementRecordsEvent::DesignationWithdrawn { .. }
        | EngagementRecordsEvent::DesignationLapsed { .. }
        | EngagementRecordsEvent::RetentionReviewed { .. }
        | EngagementRecordsEvent::DisposalAsked { .. }
        | EngagementRecordsEvent::DisposalAuthorized => None,
    });
    let Some(under) = under else { return Vec::new() };
    let erased = |subject: Subject| erasure(case, subject, under).map(|event| (subject, event));
    case.under_engagement(engagement).into_iter().filter_map(erased).collect()
}

/// The event that erases the record's content; none for a record without any.
fn erasure(case: &Case, subject: Subject, under: &ErasedUnder) -> Option<Event> {
    let (id, under) = (subject.id, under.clone());
    match subject.kind {
        Kind::Document => {
            let kept = case.documents.get(&id)?.state.stage.has_content();
            kept.then_some(Event::Document(DocumentEvent::ContentErased { under }))
        }
        Kind::Condition => {
            let kept = case.conditions.get(&id)?.state.erased.is_none();
            kept.then_some(Event::Condition(ConditionEvent::ContentErased { under }))
        }
        Kind::Nomination => {
            let nomination = &case.nominations.get(&id)?.state;
            let kept = nomination.erased.is_none() && !nomination.criteria.is_empty();
            kept.then_some(Event::Nomination(NominationEvent::ContentErased { under }))
        }
        Kind::Grant => {
            let kept = case.grants.get(&id)?.state.erased.is_none();
            kept.then_some(Event::Grant(GrantEvent::ContentErased { under }))
        }
        Kind::Release
        | Kind::Inquiry
        | Kind::Engagement
        | Kind::Prerequisites
        | Kind::Handoff
        | Kind::Incident
        | Kind::FoiaRequest => None,
    }
}

/// What still needs the content: texts that bind somebody, a partner's status that is not over (agreements with partners
/// outlive the engagement), an incident that is not closed, a document whose content may still come, and whatever
/// spillage locks until it was handed off, wherever that was reported.
///
/// # Errors
/// [`Refusal::NoFramework`] if a pinned version is not known.
pub(super) fn still_needed(
    case: &Case,
    engagement: RecordId,
    facts: &Facts,
    now: Instant,
) -> Result<Vec<Unmet>, Refusal> {
    let mut needed = Vec::new();
    for subject in case.under_engagement(engagement) {
        if is_locked(case, subject) || is_needed(case, subject, facts, now)? {
            let record = case.reference(subject).unwrap_or_default().to_owned();
            needed.push(Unmet::StillNeeded { record });
        }
    }
    Ok(needed)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds need no content of their own")]
fn is_needed(case: &Case, subject: Subject, facts: &Facts, now: Instant) -> Result<bool, Refusal> {
    let id = subject.id;
    Ok(match subject.kind {
        Kind::Condition => {
            let Some(condition) = case.conditions.get(&id).map(|entry| &entry.state) else { return Ok(false) };
            let binds =
                matches!(condition.stage, ConditionStage::Signed | ConditionStage::InForce | ConditionStage::Breached);
            binds || survives_until(case, id, condition, facts)?.is_some_and(|until| now < until)
        }
        Kind::Nomination => case.nominations.get(&id).is_some_and(|entry| !entry.state.stage.is_terminal()),
        Kind::Document => {
            case.documents.get(&id).is_some_and(|entry| entry.state.stage == DocumentStage::AwaitingContent)
        }
        Kind::Incident => case.incidents.get(&id).is_some_and(|entry| entry.state.stage != IncidentStage::Closed),
        _ => false,
    })
}
