//! The model release.

use serde::Serialize;
use utoipa::ToSchema;

use super::{AuthorizationView, HoldView, Moment, Party, Viewing, engagement::RecordLink, records};
use crate::domain::{
    engagement::rules_of,
    id::{Kind, RecordId, Subject},
    refusal::Refusal,
    release::{ActualRelease, PlannedChange},
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
        engagements: v.case.engagements.keys().filter_map(|id| link(Kind::Engagement, id)).collect(),
        inquiries: v.case.inquiries.keys().filter_map(|id| link(Kind::Inquiry, id)).collect(),
        holds: records::holds(v, &release.records),
        auditors: records::auditors(v, &release.records),
    }))
}

/// All use of the release's cap as of now.
fn used_seconds(v: &Viewing<'_>) -> Result<i64, Refusal> {
    let assessment = v.case.release().map_or(0, |(_, release)| release.state.assessment_use_seconds);
    let mut used = assessment;
    for (id, entry) in &v.case.engagements {
        if let Some(window) = &entry.state.window {
            let rules = rules_of(v.case, *id, v.facts, v.now)?;
            used += window.used(rules.clock, v.now).num_seconds();
        }
    }
    Ok(used)
}
