//! The model release.

use serde::Serialize;
use utoipa::ToSchema;

use super::{AuthorizationView, HoldView, Moment, Party, Person, Viewing, engagement::RecordLink, records};
use crate::domain::{
    actor::Side,
    engagement::rules_of,
    id::{Kind, RecordId, Subject},
    refusal::Refusal,
    release::{ActualRelease, Delegation, ExternalEvent, Merged, PlannedChange, Release},
};

/// A model release.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReleaseView {
    /// Its reference.
    pub reference: String,
    /// The developer.
    pub developer: Party,
    /// The developer's name for the model.
    pub name: String,
    /// When it was registered.
    pub registered_at: Moment,
    /// Planned first release to other trusted partners; none while undecided.
    pub planned_partner_release: Option<Moment>,
    /// Every planned date that was set, oldest first.
    pub planned_history: Vec<PlannedChange>,
    /// Actual releases.
    pub released: Vec<ActualRelease>,
    /// Seconds used of the cap by all engagements and recorded assessments so far.
    pub used_seconds: i64,
    /// Other registered releases that both sides agreed are this one; what they used counts here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<Merged>,
    /// Reference of the release that this one was merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<String>,
    /// What the authorized official delegated and is not over; for the developer alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub delegations: Vec<DelegationView>,
    /// External events that were noted. They change no state.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub external_events: Vec<ExternalEvent>,
    /// Its engagements that the viewer may know of.
    pub engagements: Vec<RecordLink>,
    /// Its inquiries that the viewer may know of.
    pub inquiries: Vec<RecordLink>,
    /// Legal holds, oldest first; for the government alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<HoldView>,
    /// Auditors who may read the case; for the government alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub auditors: Vec<AuthorizationView>,
}

/// Acts of the authorized official that a liaison carries out for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DelegationView {
    /// The liaison.
    pub delegate: Person,
    /// The official.
    pub by: Person,
    /// The acts.
    pub acts: Vec<String>,
    /// From when it is over.
    pub until: Moment,
}

pub(super) fn view(v: &Viewing<'_>, id: RecordId) -> Result<Option<ReleaseView>, Refusal> {
    let Some(entry) = v.case.releases.get(&id) else { return Ok(None) };
    let release = &entry.state;
    let link = |kind: Kind, id: &RecordId| v.link(Subject::new(kind, *id), None);
    Ok(Some(ReleaseView {
        reference: entry.reference.clone(),
        developer: v.names.party(release.developer),
        name: release.name.as_str().to_owned(),
        registered_at: v.moment(release.registered_at),
        planned_partner_release: release.planned.map(|planned| v.moment(planned)),
        planned_history: release.planned_history.clone(),
        released: release.released.clone(),
        used_seconds: used_seconds(v)?,
        merged: release.merged.clone(),
        merged_into: release.merged_into.clone(),
        delegations: delegations(v, release),
        external_events: release.external_events.clone(),
        engagements: v.case.engagements.keys().filter_map(|id| link(Kind::Engagement, id)).collect(),
        inquiries: v.case.inquiries.keys().filter_map(|id| link(Kind::Inquiry, id)).collect(),
        holds: records::holds(v, &release.records),
        auditors: records::auditors(v, &release.records),
    }))
}

fn delegations(v: &Viewing<'_>, release: &Release) -> Vec<DelegationView> {
    let own = v.viewer.side == Side::Developer;
    let shown = |given: &Delegation| DelegationView {
        delegate: v.names.person(given.delegate),
        by: v.names.person(given.by),
        acts: given.acts.iter().cloned().collect(),
        until: v.moment(given.until),
    };
    release.delegations.iter().filter(|given| own && v.now < given.until).map(shown).collect()
}

/// All use of the release's cap as of now.
fn used_seconds(v: &Viewing<'_>) -> Result<i64, Refusal> {
    let mut used = v.case.release().map_or(0, |(_, release)| release.state.recorded_use().num_seconds());
    for (id, entry) in &v.case.engagements {
        if let Some(window) = &entry.state.window {
            let rules = rules_of(v.case, *id, v.facts, v.now)?;
            used += window.used(rules.clock, v.now).num_seconds();
        }
    }
    Ok(used)
}
