//! The incident.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Moment, Person, UnmetView, Viewing, actions::collapse, unmet_view};
use crate::domain::{
    actor::Side,
    id::{Kind, RecordId, Subject},
    incident::{IncidentType, Severity, unmet_to_close},
};

/// An incident. References and codes only; nothing tells what happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IncidentView {
    /// Its reference.
    pub reference: String,
    /// Reference of what it was reported under, once the viewer may know of that.
    pub under: Option<String>,
    /// What happened.
    pub incident_type: IncidentType,
    /// Where it stands.
    pub stage: &'static str,
    /// Since when.
    pub since: Moment,
    /// When it was reported.
    pub reported_at: Moment,
    /// Who reported it.
    pub reported_by: Person,
    /// How severe, once assessed.
    pub severity: Option<Severity>,
    /// References of the implicated grants that the viewer may know of.
    pub implicated: Vec<String>,
    /// When the notice to the developer was recorded.
    pub developer_notified_at: Option<Moment>,
    /// The reference under which the developer got the detail.
    pub detail: Option<String>,
    /// When that was recorded.
    pub detail_recorded_at: Option<Moment>,
    /// Who acknowledged the notice for the developer.
    pub acknowledged_by: Option<Person>,
    /// When.
    pub acknowledged_at: Option<Moment>,
    /// Reference of the record that content was spilled into, where the viewer may know of it.
    pub spilled_into: Option<String>,
    /// To whom it was handed off; for the government alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handed_off: Option<HandOffView>,
    /// When the lock on the record was lifted.
    pub lock_lifted_at: Option<Moment>,
    /// What is open before the incident can be closed.
    pub unmet: Vec<UnmetView>,
}

/// A hand-off of spilled content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HandOffView {
    /// The reference of those who hold it.
    pub reference: String,
    /// On which date.
    pub on: NaiveDate,
}

pub(super) fn view(v: &Viewing<'_>, id: RecordId) -> Option<IncidentView> {
    let entry = v.case.incidents.get(&id)?;
    let i = &entry.state;
    let known = |subject: Subject| v.link(subject, None).map(|link| link.reference);
    let open = if i.stage.name() == "closed" { Vec::new() } else { unmet_to_close(i) };
    let spillage = i.spillage.as_ref();
    let handed_off = spillage.and_then(|spillage| spillage.handed_off.as_ref());
    Some(IncidentView {
        reference: entry.reference.clone(),
        under: known(i.under),
        incident_type: i.incident_type,
        stage: i.stage.name(),
        since: v.moment(i.since),
        reported_at: v.moment(i.reported_at),
        reported_by: v.names.by(&i.reported_by, v.viewer.side),
        severity: i.severity,
        implicated: i.implicated.iter().filter_map(|id| known(Subject::new(Kind::Grant, *id))).collect(),
        developer_notified_at: i.notified_at.map(|at| v.moment(at)),
        detail: i.detail.as_ref().map(|detail| detail.reference.as_str().to_owned()),
        detail_recorded_at: i.detail.as_ref().map(|detail| v.moment(detail.at)),
        acknowledged_by: i.acknowledged.as_ref().map(|given| v.names.by(&given.by, v.viewer.side)),
        acknowledged_at: i.acknowledged.as_ref().map(|given| v.moment(given.at)),
        spilled_into: spillage.and_then(|spillage| known(spillage.record)),
        handed_off: handed_off
            .filter(|_| v.viewer.side == Side::Government)
            .map(|handed_off| HandOffView { reference: handed_off.reference.as_str().to_owned(), on: handed_off.on }),
        lock_lifted_at: spillage.and_then(|spillage| spillage.lifted_at).map(|at| v.moment(at)),
        unmet: collapse(open, v.viewer).into_iter().map(unmet_view).collect(),
    })
}
