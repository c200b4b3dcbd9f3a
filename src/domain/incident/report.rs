//! Reporting an incident: where it stands, what it implicates, and what stops at once.

use std::collections::BTreeSet;

use super::{
    Incident, IncidentEvent as Event, IncidentType, ReportIncident, ReportedFacts, decide::on, lock::is_lockable,
};
use crate::domain::{
    actor::{Actor, Side},
    case::{Case, Event as Any},
    engagement::{EngagementEvent, Stage as EngagementStage, SuspensionReason},
    grant::{Grant, GrantEvent, GrantStage, GrantSuspension},
    id::{Kind, OrganizationId, RecordId, Subject},
    refusal::{FieldReason, Refusal},
};

/// Where an incident stands, and which grants it may implicate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The record named.
    pub under: Subject,
    /// The engagement above it, or itself.
    pub engagement: Option<RecordId>,
    /// The nomination, where it concerns one partner.
    pub nomination: Option<(RecordId, OrganizationId)>,
}

impl Place {
    /// Whether the grant is one of this place. Under a nomination it is that partner's alone, so that no partner learns of
    /// another's people or of an evaluator.
    fn has(&self, id: RecordId, grant: &Grant) -> bool {
        if self.under.kind == Kind::Grant {
            return self.under.id == id;
        }
        match self.nomination {
            Some((nomination, _)) => grant.nomination == Some(nomination),
            None => self.engagement == Some(grant.engagement),
        }
    }
}

/// The place that a reference names.
///
/// # Errors
/// [`Refusal::Field`] where the case has no such record, or none that an incident can be about.
pub fn place(case: &Case, under: &str) -> Result<Place, Refusal> {
    let missing = || Refusal::field("/under", FieldReason::NoSuchRecord);
    let subject = case.find(under).ok_or_else(missing)?;
    let nominated = |id: RecordId| {
        let nomination = &case.nominations.get(&id)?.state;
        Some((nomination.engagement, (id, nomination.partner)))
    };
    let (engagement, nomination) = match subject.kind {
        Kind::Engagement => (Some(subject.id), None),
        Kind::Nomination => {
            nominated(subject.id).map(|(above, named)| (Some(above), Some(named))).ok_or_else(missing)?
        }
        Kind::Grant => {
            let grant = &case.grants.get(&subject.id).ok_or_else(missing)?.state;
            (Some(grant.engagement), grant.nomination.and_then(nominated).map(|(_, named)| named))
        }
        Kind::Inquiry | Kind::Release => (None, None),
        Kind::Condition | Kind::Prerequisites | Kind::Incident | Kind::FoiaRequest | Kind::Document | Kind::Handoff => {
            return Err(missing());
        }
    };
    Ok(Place { under: subject, engagement, nomination })
}

/// Where an incident stands that was reported already.
pub(super) fn place_of(case: &Case, incident: &Incident) -> Place {
    let partner = |id: RecordId| case.nominations.get(&id).map(|entry| (id, entry.state.partner));
    // The officer may widen what was reported under one grant to its engagement or nomination.
    let under = match (incident.under.kind, incident.nomination, incident.engagement) {
        (Kind::Grant, Some(nomination), _) => Subject::new(Kind::Nomination, nomination),
        (Kind::Grant, None, Some(engagement)) => Subject::new(Kind::Engagement, engagement),
        _ => incident.under,
    };
    Place { under, engagement: incident.engagement, nomination: incident.nomination.and_then(partner) }
}

pub(super) fn report(
    case: &Case,
    id: RecordId,
    actor: &Actor,
    command: &ReportIncident,
) -> Result<Vec<(Subject, Any)>, Refusal> {
    let place = place(case, &command.under)?;
    let developer = case.release().map(|(_, release)| release.state.developer).ok_or(Refusal::NotInFramework)?;
    let locks = locked(case, command)?;
    let mut implicated = grants(case, &place, &command.grants)?;
    if implicated.is_empty() && command.incident_type.touches_access() {
        let active = case.grants.iter().filter(|(id, entry)| place.has(**id, &entry.state));
        let active = active.filter(|(_, entry)| entry.state.stage == GrantStage::Active);
        implicated = active.map(|(id, _)| *id).collect();
    }
    let knows = actor.side == Side::Partner || !implicated.is_empty();
    let partner = place.nomination.map(|(_, partner)| partner).filter(|_| knows);
    let suspended = suspensions(case, &implicated);
    let window = place.engagement.filter(|_| command.suspend_window).and_then(|id| window(case, id, actor.side));
    let facts = ReportedFacts {
        developer,
        under: place.under,
        engagement: place.engagement,
        nomination: place.nomination.map(|(id, _)| id),
        partner,
        incident_type: command.incident_type,
        implicated,
        locks,
    };
    let reported = on(id, Event::Reported { incident: Box::new(facts) });
    Ok([reported].into_iter().chain(suspended).chain(window).collect())
}

/// Spillage names the record that holds the content, and nothing else does.
fn locked(case: &Case, command: &ReportIncident) -> Result<Option<Subject>, Refusal> {
    match (&command.record, command.incident_type) {
        (None, IncidentType::Spillage) => Err(Refusal::field("/record", FieldReason::OneNeeded)),
        (None, _) => Ok(None),
        (Some(record), IncidentType::Spillage) => {
            let subject = case.find(record).filter(|found| is_lockable(found.kind));
            subject.map(Some).ok_or(Refusal::field("/record", FieldReason::NoSuchRecord))
        }
        (Some(_), _) => Err(Refusal::field("/record", FieldReason::SpillageOnly)),
    }
}

/// The grants of the place with these references.
pub(super) fn grants(case: &Case, place: &Place, references: &[String]) -> Result<BTreeSet<RecordId>, Refusal> {
    let find = |reference: &String| {
        let id = case.resolve(Kind::Grant, reference, "/grants")?;
        let fits = case.grants.get(&id).is_some_and(|entry| place.has(id, &entry.state));
        if fits { Ok(id) } else { Err(Refusal::field("/grants", FieldReason::NoSuchRecord)) }
    };
    references.iter().map(find).collect()
}

/// The security suspension of every one of these grants that gives access, or could again by the approving side alone.
pub(super) fn suspensions(case: &Case, grants: &BTreeSet<RecordId>) -> Vec<(Subject, Any)> {
    let suspend = |id: &RecordId| {
        let reason = match case.grants.get(id)?.state.stage {
            GrantStage::Approved | GrantStage::Active => GrantSuspension::Incident,
            GrantStage::Suspended { security: false, reason, .. } => reason,
            GrantStage::Suspended { .. }
            | GrantStage::Requested
            | GrantStage::Prerequisites
            | GrantStage::Expired
            | GrantStage::Revoked
            | GrantStage::Closed => return None,
        };
        let event = GrantEvent::Suspended { security: true, reason };
        Some((Subject::new(Kind::Grant, *id), Any::Grant(event)))
    };
    grants.iter().filter_map(suspend).collect()
}

/// E9 with the report, on top of a suspension for another reason too; a window that is neither open nor suspended so is
/// left as it is, because a report must not fail for that.
fn window(case: &Case, engagement: RecordId, side: Side) -> Option<(Subject, Any)> {
    use EngagementStage::{Suspended, WindowOpen};
    let stage = case.engagements.get(&engagement).map(|entry| &entry.state.stage);
    let suspends = matches!(stage, Some(WindowOpen | Suspended { security: false, .. }));
    let event = EngagementEvent::WindowSuspended { side, security: true, reason: SuspensionReason::Security };
    suspends.then(|| (Subject::new(Kind::Engagement, engagement), Any::Engagement(event)))
}
