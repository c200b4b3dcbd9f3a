//! The access grant and what it effectively allows.

use serde::Serialize;
use utoipa::ToSchema;

use super::{ErasedView, Moment, Party, Person, UnmetView, Viewing, actions::collapse, records, unmet_view};
use crate::domain::{
    actor::{Role, Side},
    grant::{
        GrantStage, GrantSuspension,
        access::{Access, AccessEnd, Asker, access, ends},
    },
    id::RecordId,
    refusal::Refusal,
};

/// An access grant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GrantView {
    /// Its reference.
    pub reference: String,
    /// Reference of the engagement or, to a partner, of the nomination.
    pub under: String,
    /// The person.
    pub holder: Person,
    /// The person's organization.
    pub holder_organization: Party,
    /// Government or partner.
    pub side: Side,
    /// The role in which the person has access: evaluator or partner user.
    pub role: Role,
    /// Why this person needs access.
    pub need_to_know: String,
    /// Where it stands.
    pub stage: &'static str,
    /// Since when.
    pub since: Moment,
    /// Why it is suspended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended_for: Option<GrantSuspension>,
    /// Who requested it.
    pub requested_by: Person,
    /// Who approved it.
    pub approved_by: Option<Person>,
    /// When it was last certified as needed.
    pub certified_at: Option<Moment>,
    /// Whether access is effective now, apart from the session that asks.
    pub effective: bool,
    /// Until when it is, as far as is known now; not shown to a partner where it follows from a window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_until: Option<Moment>,
    /// What ends it then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_by: Option<AccessEnd>,
    /// What is unmet.
    pub unmet: Vec<UnmetView>,
    /// When the statement of why the person needs access was erased, and under what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erased: Option<ErasedView>,
}

pub(super) fn view(v: &Viewing<'_>, id: RecordId) -> Result<Option<GrantView>, Refusal> {
    let Some(entry) = v.case.grants.get(&id) else { return Ok(None) };
    let g = &entry.state;
    let (until, unmet) = match access(v.case, id, v.facts, Asker::Standing, v.now)? {
        Access::Allowed { until } => (Some(until), Vec::new()),
        Access::Denied { unmet } => (None, collapse(unmet, v.viewer)),
    };
    let ends_by = ends(v.case, g, v.facts, v.now)?.filter(|(at, _)| until.flatten() == Some(*at)).map(|(_, by)| by);
    let under = g.nomination.map_or_else(
        || v.case.engagements.get(&g.engagement).map(|e| e.reference.clone()),
        |nomination| v.case.nominations.get(&nomination).map(|n| n.reference.clone()),
    );
    Ok(Some(GrantView {
        reference: entry.reference.clone(),
        under: under.unwrap_or_default(),
        holder: v.names.person(g.holder),
        holder_organization: v.names.party(g.holder_organization),
        side: g.side,
        role: g.role(),
        need_to_know: g.need_to_know.as_str().to_owned(),
        stage: g.stage.name(),
        since: v.moment(g.since),
        suspended_for: match g.stage {
            GrantStage::Suspended { reason, .. } => Some(reason),
            _ => None,
        },
        requested_by: v.names.by(&g.requested_by, v.viewer.side),
        approved_by: g.approved_by.as_ref().map(|by| v.names.by(by, v.viewer.side)),
        certified_at: g.certified_at.map(|at| v.moment(at)),
        effective: until.is_some(),
        effective_until: until.flatten().map(|at| v.moment(at)),
        ends_by,
        unmet: unmet.into_iter().map(unmet_view).collect(),
        erased: records::erased(v, g.erased.as_ref()),
    }))
}
