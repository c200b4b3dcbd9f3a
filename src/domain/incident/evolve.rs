//! Folding events into an incident: total, and without rules.

use super::{
    Acknowledgement, Detail, HandOff, Incident, IncidentEvent as Event, IncidentStage as Stage, ReportedFacts, Spillage,
};
use crate::domain::{actor::By, time::Instant};

/// The incident after the event; `None` until it was reported.
pub fn evolve(before: Option<Incident>, event: &Event, by: &By, at: Instant) -> Option<Incident> {
    if let Event::Reported { incident } = event {
        return Some(reported(incident, by, at));
    }
    let mut incident = before?;
    match event {
        Event::Reported { .. } => {}
        Event::Contained => enter(&mut incident, Stage::Contained, at),
        Event::Assessed { severity } => {
            incident.severity = Some(*severity);
            // The notice may have come first: its day does not wait for the assessment.
            let stage = if incident.notified_at.is_some() { Stage::Notified } else { Stage::Assessed };
            enter(&mut incident, stage, at);
        }
        Event::DeveloperNotified => {
            incident.notified_at = Some(at);
            if incident.stage == Stage::Assessed {
                enter(&mut incident, Stage::Notified, at);
            }
        }
        Event::DetailRecorded { reference } => incident.detail = Some(Detail { reference: reference.clone(), at }),
        Event::NoticeAcknowledged => incident.acknowledged = Some(Acknowledgement { by: by.clone(), at }),
        Event::GrantsImplicated { grants, partner } => {
            incident.implicated.extend(grants);
            incident.partner = incident.partner.or(*partner);
        }
        Event::GrantsCleared { grants } => incident.implicated.retain(|grant| !grants.contains(grant)),
        Event::HandedOff { reference, on } => {
            if let Some(spillage) = &mut incident.spillage {
                spillage.handed_off = Some(HandOff { reference: reference.clone(), on: *on });
            }
        }
        Event::LockLifted => {
            if let Some(spillage) = &mut incident.spillage {
                spillage.lifted_at = Some(at);
            }
        }
        Event::Closed => enter(&mut incident, Stage::Closed, at),
    }
    Some(incident)
}

fn reported(facts: &ReportedFacts, by: &By, at: Instant) -> Incident {
    Incident {
        developer: facts.developer,
        under: facts.under,
        engagement: facts.engagement,
        nomination: facts.nomination,
        partner: facts.partner,
        incident_type: facts.incident_type,
        stage: Stage::Reported,
        since: at,
        reported_at: at,
        reported_by: by.clone(),
        severity: None,
        implicated: facts.implicated.clone(),
        notified_at: None,
        detail: None,
        acknowledged: None,
        spillage: facts.locks.map(|record| Spillage { record, handed_off: None, lifted_at: None }),
    }
}

const fn enter(incident: &mut Incident, stage: Stage, at: Instant) {
    incident.stage = stage;
    incident.since = at;
}
