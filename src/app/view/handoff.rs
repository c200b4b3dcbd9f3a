//! The hand-off: what was handed over by reference, and the viewer's own claim. Of the other side's claim nothing is
//! shown, not even whether there is one.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Moment, Person, Viewing, moment};
use crate::domain::{
    actor::Side,
    handoff::{Acknowledgement, Channel, Claim, Embargo, Ssvc, Tlp, claim::salt},
    id::RecordId,
};

/// A hand-off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HandoffView {
    /// Its reference.
    pub reference: String,
    /// Reference of the engagement.
    pub engagement: String,
    /// The recording side's own reference of the finding.
    pub finding: String,
    /// The case id at the clearinghouse.
    pub case_id: Option<String>,
    /// How it is delivered.
    pub channel: Channel,
    /// The marking.
    pub tlp: Tlp,
    /// The embargo.
    pub embargo: Option<EmbargoView>,
    /// The SSVC decision.
    pub outcome: Option<Ssvc>,
    /// Where it stands.
    pub stage: &'static str,
    /// Since when.
    pub since: Moment,
    /// The side that recorded it.
    pub recorded_by_side: Option<Side>,
    /// Who recorded it.
    pub recorded_by: Person,
    /// When.
    pub recorded_at: Moment,
    /// When it was delivered.
    pub delivered_on: Option<NaiveDate>,
    /// The clearinghouse's acknowledgement.
    pub clearinghouse_acknowledgement: Option<AcknowledgementView>,
    /// The developer's acknowledgement.
    pub developer_acknowledgement: Option<AcknowledgementView>,
    /// The public salt of claims under this engagement.
    pub claim_salt: String,
    /// The claim of the viewer's side; never the other's.
    pub claim: Option<ClaimView>,
}

/// An embargo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EmbargoView {
    /// Its end; `local` in the zone in which the hour was agreed.
    pub ends_at: Moment,
    /// That zone's IANA name.
    pub zone: String,
    /// Whole seconds that are left; 0 once it is over.
    pub seconds_left: i64,
    /// Whether it is over: from its end on.
    pub over: bool,
}

/// That something was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AcknowledgementView {
    /// On which date.
    pub on: NaiveDate,
    /// The receiver's own reference.
    pub reference: String,
    /// Who recorded it.
    pub by: Person,
}

/// The own side's claim of prior knowledge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClaimView {
    /// The keyed hash.
    pub claim: String,
    /// When it was registered.
    pub registered_at: Moment,
    /// When the own side compared it last.
    pub compared_at: Option<Moment>,
    /// Whether the other side has an equal claim, as far as either side has asked; none before that.
    pub matched: Option<bool>,
}

pub(super) fn view(v: &Viewing<'_>, id: RecordId) -> Option<HandoffView> {
    let entry = v.case.handoffs.get(&id)?;
    let h = &entry.state;
    let engagement = v.case.engagements.get(&h.engagement).map(|engagement| engagement.reference.clone());
    let received = |received: &Acknowledgement| AcknowledgementView {
        on: received.on,
        reference: received.reference.as_str().to_owned(),
        by: v.names.by(&received.by, v.viewer.side),
    };
    Some(HandoffView {
        reference: entry.reference.clone(),
        engagement: engagement.unwrap_or_default(),
        finding: h.finding.as_str().to_owned(),
        case_id: h.case_id.as_ref().map(|case_id| case_id.as_str().to_owned()),
        channel: h.channel,
        tlp: h.tlp,
        embargo: h.embargo.map(|embargo| embargo_view(v, embargo)),
        outcome: h.outcome,
        stage: h.stage.name(),
        since: v.moment(h.since),
        recorded_by_side: h.recorded_by.side,
        recorded_by: v.names.by(&h.recorded_by, v.viewer.side),
        recorded_at: v.moment(h.recorded_at),
        delivered_on: h.delivered_on,
        clearinghouse_acknowledgement: h.clearinghouse.as_ref().map(received),
        developer_acknowledgement: h.acknowledged.as_ref().map(received),
        claim_salt: salt(h.engagement).as_str().to_owned(),
        claim: h.claims.get(&v.viewer.side).map(|claim| claim_view(v, claim)),
    })
}

fn embargo_view(v: &Viewing<'_>, embargo: Embargo) -> EmbargoView {
    EmbargoView {
        ends_at: moment(embargo.ends_at, embargo.zone),
        zone: embargo.zone.name().to_owned(),
        seconds_left: (embargo.ends_at - v.now).num_seconds().max(0),
        over: embargo.ends_at <= v.now,
    }
}

fn claim_view(v: &Viewing<'_>, claim: &Claim) -> ClaimView {
    let asked = claim.compared_at.or(claim.matched_at);
    ClaimView {
        claim: claim.hash.as_str().to_owned(),
        registered_at: v.moment(claim.registered_at),
        compared_at: claim.compared_at.map(|at| v.moment(at)),
        matched: asked.map(|_| claim.matched_at.is_some()),
    }
}
