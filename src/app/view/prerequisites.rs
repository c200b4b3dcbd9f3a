//! A person's prerequisites.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Moment, Party, Person, Viewing};
use crate::domain::{id::RecordId, refusal::Refusal, time::add_calendar_months};

/// A person's prerequisites. References of screenings are for the officer and the person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PrerequisitesView {
    /// The record's reference.
    pub reference: String,
    /// The person.
    pub person: Person,
    /// The person's organization.
    pub organization: Party,
    /// The last insider-risk attestation.
    pub attested_at: Option<Moment>,
    /// When it runs out.
    pub attestation_expires_at: Option<Moment>,
    /// The last insider-risk training.
    pub trained_at: Option<Moment>,
    /// When it runs out.
    pub training_expires_at: Option<Moment>,
    /// Reference of the personnel screening.
    pub screening: Option<String>,
    /// Reference of the passed export-control screening.
    pub export_screening: Option<String>,
}

pub(super) fn view(v: &Viewing<'_>, id: RecordId) -> Result<Option<PrerequisitesView>, Refusal> {
    let Some(entry) = v.case.people.get(&id) else { return Ok(None) };
    let p = &entry.state;
    let framework = v.facts.framework_at(v.now)?;
    let months = framework.attestation_months();
    let expires = |at| v.moment(add_calendar_months(at, months, framework.zone));
    Ok(Some(PrerequisitesView {
        reference: entry.reference.clone(),
        person: v.names.person(p.account),
        organization: v.names.party(p.organization),
        attested_at: p.attested_at.map(|at| v.moment(at)),
        attestation_expires_at: p.attested_at.map(expires),
        trained_at: p.trained_at.map(|at| v.moment(at)),
        training_expires_at: p.trained_at.map(expires),
        screening: p.screening.as_ref().map(|reference| reference.as_str().to_owned()),
        export_screening: p.export_screening.as_ref().map(|reference| reference.as_str().to_owned()),
    }))
}
