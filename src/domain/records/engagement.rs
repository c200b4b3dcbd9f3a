//! Records law on an engagement: designations as confidential, retention, and the disposal that two records officers
//! authorize.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::erasure::{Erased, ErasedUnder, still_needed};
use crate::{
    authz::permit::Permit,
    domain::{
        audience::Audience,
        case::{Case, Facts},
        deadline::DeadlineKind,
        engagement::{Engagement, EngagementCommand as Command, Stage},
        foia::FoiaStage,
        framework::RecordClass,
        id::{AccountId, RecordId},
        refusal::{FieldReason, Refusal, Unmet},
        text::ExternalReference,
        time::{Instant, add_calendar_months},
    },
};

/// A part of what a developer submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DesignatedPart {
    /// The texts of the conditions.
    ConditionsTexts,
    /// The statements made in nominations.
    NominationStatements,
    /// The inquiries of the release.
    Inquiry,
    /// Documents.
    Documents,
    /// Everything.
    All,
}

/// A designation as confidential, in force (D20). It decides nothing about disclosure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Designation {
    /// Since when.
    pub since: Instant,
    /// When it lapses.
    pub until: Instant,
}

/// A disposal, from the first officer's asking on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disposal {
    /// Who asked.
    pub asked_by: AccountId,
    /// When.
    pub asked_at: Instant,
    /// When another officer authorized it.
    pub authorized_at: Option<Instant>,
    /// Reference of the authority, as the first officer gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<ExternalReference>,
}

/// What is known of an engagement's records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngagementRecords {
    /// Designations in force, by part.
    pub designations: BTreeMap<DesignatedPart, Designation>,
    /// Until when a review keeps the records, beyond their class's years.
    pub keep_until: Option<Instant>,
    /// The disposal that was asked for.
    pub disposal: Option<Disposal>,
    /// When content of what stands under the engagement was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Erased>,
}

/// What happened to an engagement's records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
#[expect(missing_docs, reason = "the fields are those of the command that each event answers")]
pub enum EngagementRecordsEvent {
    /// The developer designated a part as confidential.
    Designated { part: DesignatedPart, until: Instant },
    /// The developer withdrew a designation.
    DesignationWithdrawn { part: DesignatedPart },
    /// A designation lapsed.
    DesignationLapsed { part: DesignatedPart },
    /// A review keeps the records longer.
    RetentionReviewed { keep_until: Instant },
    /// A records officer asked for disposal.
    DisposalAsked {
        by: AccountId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        authority: Option<ExternalReference>,
    },
    /// Another records officer authorized it.
    DisposalAuthorized,
    /// The content of what stands under the engagement is erased; each record of which some is erased says so too.
    ContentErased { under: ErasedUnder },
}

impl EngagementRecordsEvent {
    /// A designation and what is erased are known to both sides; retention is the government's own.
    pub const fn audience(&self) -> Audience {
        match self {
            Self::Designated { .. }
            | Self::DesignationWithdrawn { .. }
            | Self::DesignationLapsed { .. }
            | Self::ContentErased { .. } => Audience::Shared,
            Self::RetentionReviewed { .. } | Self::DisposalAsked { .. } | Self::DisposalAuthorized => {
                Audience::Government
            }
        }
    }

    /// The stable type code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Designated { .. } => "engagement.designated_confidential",
            Self::DesignationWithdrawn { .. } => "engagement.designation_withdrawn",
            Self::DesignationLapsed { .. } => "engagement.designation_lapsed",
            Self::RetentionReviewed { .. } => "engagement.retention_reviewed",
            Self::DisposalAsked { .. } => "engagement.disposal_asked",
            Self::DisposalAuthorized => "engagement.disposal_authorized",
            Self::ContentErased { .. } => "engagement.content_erased",
        }
    }
}

impl EngagementRecords {
    /// The records after the event: total, and without rules.
    pub fn apply(&mut self, event: &EngagementRecordsEvent, at: Instant) {
        match event {
            EngagementRecordsEvent::Designated { part, until } => {
                self.designations.insert(*part, Designation { since: at, until: *until });
            }
            EngagementRecordsEvent::DesignationWithdrawn { part }
            | EngagementRecordsEvent::DesignationLapsed { part } => {
                self.designations.remove(part);
            }
            // A review that keeps the records answers what was asked.
            EngagementRecordsEvent::RetentionReviewed { keep_until } => {
                self.keep_until = Some(*keep_until);
                self.disposal = None;
            }
            EngagementRecordsEvent::DisposalAsked { by, authority } => {
                let authority = authority.clone();
                self.disposal = Some(Disposal { asked_by: *by, asked_at: at, authorized_at: None, authority });
            }
            EngagementRecordsEvent::DisposalAuthorized => {
                if let Some(disposal) = &mut self.disposal {
                    disposal.authorized_at = Some(at);
                }
            }
            EngagementRecordsEvent::ContentErased { under } => self.erased = Some(Erased::new(at, under)),
        }
    }

    /// Whether two officers authorized the disposal.
    pub fn is_disposed_of(&self) -> bool {
        self.disposal.as_ref().is_some_and(|disposal| disposal.authorized_at.is_some())
    }
}

/// When the retention of a closed engagement that was handed over ends: its class's years from closing, or later by a
/// review (D21). `None` for any other.
///
/// # Errors
/// [`Refusal::NoFramework`] if the pinned version is not known.
pub fn retention_end(engagement: &Engagement, facts: &Facts) -> Result<Option<Instant>, Refusal> {
    let Stage::Closed { .. } = engagement.stage else { return Ok(None) };
    if engagement.proposed_at.is_none() {
        return Ok(None);
    }
    let closed = engagement.since;
    let framework = facts.pinned(engagement.framework.as_deref(), closed)?;
    let years = framework.retention_years(RecordClass::CaseFile);
    let by_class = add_calendar_months(closed, years.saturating_mul(12), framework.zone);
    Ok(Some(engagement.records.keep_until.map_or(by_class, |kept| kept.max(by_class))))
}

/// What stands against disposing of the records: a hold, an open request for them, the retention itself (invariant 25),
/// what still needs their content, or that they are disposed of already.
///
/// # Errors
/// As [`retention_end`].
pub fn unmet_to_dispose(case: &Case, id: RecordId, facts: &Facts, now: Instant) -> Result<Vec<Unmet>, Refusal> {
    let Some(engagement) = case.engagements.get(&id).map(|entry| &entry.state) else { return Ok(Vec::new()) };
    let holds = case.release().into_iter().flat_map(|(_, release)| release.state.records.held());
    let mut unmet: Vec<Unmet> =
        holds.map(|hold| Unmet::HoldInForce { hold: hold.reference.as_str().to_owned() }).collect();
    let open = case.foia_requests.values().filter(|entry| entry.state.engagement == id);
    let open = open.filter(|entry| entry.state.stage != FoiaStage::Closed);
    unmet.extend(open.map(|entry| Unmet::RequestOpen { request: entry.reference.clone() }));
    match retention_end(engagement, facts)? {
        Some(until) if now >= until => {}
        until => unmet.push(Unmet::RetentionRuns { until }),
    }
    unmet.extend(still_needed(case, id, facts, now)?);
    unmet.extend(engagement.records.is_disposed_of().then_some(Unmet::DisposedOf));
    Ok(unmet)
}

/// Decides a command on an engagement's records, which its stage allows.
///
/// # Errors
/// A [`Refusal`] that names what stands against it.
#[expect(clippy::wildcard_enum_match_arm, reason = "a part of a match that names every variant elsewhere")]
pub fn decide(
    case: &Case,
    id: RecordId,
    permit: &Permit,
    command: &Command,
    facts: &Facts,
    now: Instant,
) -> Result<Vec<EngagementRecordsEvent>, Refusal> {
    use EngagementRecordsEvent as Event;
    let Some(engagement) = case.engagements.get(&id).map(|entry| &entry.state) else { return Ok(Vec::new()) };
    let records = &engagement.records;
    let event = match command {
        Command::DesignateConfidential(c) => {
            if records.designations.contains_key(&c.part) {
                return Err(Refusal::field("/part", FieldReason::AlreadyListed));
            }
            Event::Designated { part: c.part, until: lapse(engagement, c.until, facts, now)? }
        }
        Command::WithdrawDesignation(c) => {
            if !records.designations.contains_key(&c.part) {
                return Err(Refusal::field("/part", FieldReason::NoSuchRecord));
            }
            Event::DesignationWithdrawn { part: c.part }
        }
        Command::ReviewRetention(_) if records.is_disposed_of() => {
            return Err(Refusal::Unmet(vec![Unmet::DisposedOf]));
        }
        Command::ReviewRetention(c) => {
            let end = retention_end(engagement, facts)?;
            if c.keep_until <= now || end.is_some_and(|end| c.keep_until < end) {
                return Err(Refusal::field("/keep_until", FieldReason::TooSoon));
            }
            Event::RetentionReviewed { keep_until: c.keep_until }
        }
        Command::AskDisposal(c) => Event::DisposalAsked { by: permit.actor().account, authority: c.authority.clone() },
        Command::ConfirmDisposal(_) => {
            let authority = records.disposal.as_ref().and_then(|disposal| disposal.authority.clone());
            let under = ErasedUnder { class: RecordClass::CaseFile, authority };
            return Ok(vec![Event::DisposalAuthorized, Event::ContentErased { under }]);
        }
        _ => return Ok(Vec::new()),
    };
    Ok(vec![event])
}

/// When a designation made now lapses: as said, at most after the version's months, which are the default (D20).
fn lapse(engagement: &Engagement, until: Option<Instant>, facts: &Facts, now: Instant) -> Result<Instant, Refusal> {
    let framework = facts.pinned(engagement.framework.as_deref(), now)?;
    let months = framework.deadline(DeadlineKind::ConfidentialityLapse).length.count();
    let longest = add_calendar_months(now, months, framework.zone);
    match until {
        Some(until) if until <= now => Err(Refusal::field("/until", FieldReason::InPast)),
        Some(until) if until > longest => Err(Refusal::field("/until", FieldReason::OutOfRange)),
        until => Ok(until.unwrap_or(longest)),
    }
}
