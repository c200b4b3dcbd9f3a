//! What records law asks of a release and of an engagement, as its viewer may know it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Moment, Person, RecordLink, Viewing};
use crate::domain::{
    actor::Side,
    engagement::Engagement,
    id::{Kind, RecordId, Subject},
    records::{DesignatedPart, Erased, ErasedUnder, ReleaseRecords, retention_end},
    refusal::Refusal,
};

/// A legal hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HoldView {
    /// The agency's own reference.
    pub reference: String,
    /// The authority for it.
    pub authority: String,
    /// When it was placed.
    pub placed_at: Moment,
    /// When it was lifted; none while it is in force.
    pub lifted_at: Option<Moment>,
}

/// An auditor's authorization for the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuthorizationView {
    /// Who.
    pub auditor: Person,
    /// The agency's own reference of the audit.
    pub reference: String,
    /// Since when.
    pub since: Moment,
    /// Until when, exclusive.
    pub until: Moment,
}

/// A designation as confidential, in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DesignationView {
    /// Which part.
    pub part: DesignatedPart,
    /// Since when.
    pub since: Moment,
    /// When it lapses.
    pub until: Moment,
}

/// Content that was erased under a disposal of records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ErasedView {
    /// When.
    pub at: Moment,
    /// Under what: the class of records whose retention was over, and the authority if one was given.
    pub under: ErasedUnder,
}

/// How long records are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RetentionView {
    /// When the retention ends.
    pub until: Moment,
    /// When disposal was asked for.
    pub disposal_asked_at: Option<Moment>,
    /// Reference of the authority for it, as the officer who asked gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disposal_authority: Option<String>,
    /// When another records officer authorized it.
    pub disposal_authorized_at: Option<Moment>,
}

/// When content was erased, and under what.
pub(super) fn erased(v: &Viewing<'_>, erased: Option<&Erased>) -> Option<ErasedView> {
    erased.map(|erased| ErasedView { at: v.moment(erased.at), under: erased.under.clone() })
}

pub(super) fn holds(v: &Viewing<'_>, records: &ReleaseRecords) -> Vec<HoldView> {
    let known = records.holds.iter().filter(|_| v.viewer.side == Side::Government);
    known
        .map(|hold| HoldView {
            reference: hold.reference.as_str().to_owned(),
            authority: hold.authority.as_str().to_owned(),
            placed_at: v.moment(hold.placed_at),
            lifted_at: hold.lifted_at.map(|at| v.moment(at)),
        })
        .collect()
}

pub(super) fn auditors(v: &Viewing<'_>, records: &ReleaseRecords) -> Vec<AuthorizationView> {
    let known = records.authorizations.iter().filter(|_| v.viewer.side == Side::Government);
    known
        .map(|authorization| AuthorizationView {
            auditor: v.names.person(authorization.auditor),
            reference: authorization.reference.as_str().to_owned(),
            since: v.moment(authorization.since),
            until: v.moment(authorization.until),
        })
        .collect()
}

pub(super) fn requests(v: &Viewing<'_>, engagement: RecordId) -> Vec<RecordLink> {
    let of = v.case.foia_requests.iter().filter(|(_, entry)| entry.state.engagement == engagement);
    of.filter_map(|(id, _)| v.link(Subject::new(Kind::FoiaRequest, *id), None)).collect()
}

pub(super) fn designations(v: &Viewing<'_>, engagement: &Engagement) -> Vec<DesignationView> {
    let in_force = engagement.records.designations.iter();
    in_force
        .map(|(part, designation)| DesignationView {
            part: *part,
            since: v.moment(designation.since),
            until: v.moment(designation.until),
        })
        .collect()
}

pub(super) fn retention(v: &Viewing<'_>, engagement: &Engagement) -> Result<Option<RetentionView>, Refusal> {
    let until = retention_end(engagement, v.facts)?.filter(|_| v.viewer.side == Side::Government);
    let disposal = engagement.records.disposal.as_ref();
    Ok(until.map(|until| RetentionView {
        until: v.moment(until),
        disposal_asked_at: disposal.map(|disposal| v.moment(disposal.asked_at)),
        disposal_authority: disposal.and_then(|disposal| disposal.authority.as_ref()).map(ToString::to_string),
        disposal_authorized_at: disposal.and_then(|disposal| disposal.authorized_at).map(|at| v.moment(at)),
    }))
}
