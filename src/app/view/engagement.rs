//! The engagement and its window.

use serde::{Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use super::{
    DesignationView, ErasedView, ItemView, LOCKED, Moment, Party, Person, RetentionView, UnmetView, Viewing,
    WindowEndView, actions::collapse, item, records, unmet_view,
};
use crate::domain::{
    actor::{Role, Side},
    case::Entry,
    condition::Condition,
    engagement::{
        AccessMode, Engagement, Outcome, Stage, Terms, rules_of, unmet_for_ready,
        window::{Rules, Window},
    },
    id::{Kind, RecordId, Subject},
    marking::{Designation, banner},
    nomination::Nomination,
    offer::Offer,
    refusal::Refusal,
};

/// Another record, by reference and stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecordLink {
    /// Its reference.
    pub reference: String,
    /// Where it stands.
    pub stage: String,
    /// Its title, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// An engagement.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EngagementView {
    /// Its reference.
    pub reference: String,
    /// The developer.
    pub developer: Party,
    /// The model release.
    pub release: RecordLink,
    /// How evaluators reach the model.
    pub access_mode: AccessMode,
    /// Where it stands.
    pub stage: &'static str,
    /// Since when.
    pub since: Moment,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// The framework version that it is pinned to.
    pub framework: Option<String>,
    /// When it was proposed.
    pub proposed_at: Option<Moment>,
    /// The program liaison; for the government alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub liaison: Option<Person>,
    /// The government signatory; for the government alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signatory: Option<Person>,
    /// The developer liaison who leads; for the developer alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<Person>,
    /// The registered release that this one is taken for, until both sides settled it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sameness: Option<SamenessView>,
    /// The access window: scheduled, open or over.
    pub window: Option<WindowView>,
    /// Open two-key offers.
    pub offers: Vec<OfferView>,
    /// What stands between the engagement and readiness.
    pub unmet: Vec<UnmetView>,
    /// Its conditions that the viewer may know of.
    pub conditions: Vec<RecordLink>,
    /// Its nominations that the viewer may know of.
    pub nominations: Vec<RecordLink>,
    /// Its grants that the viewer may know of.
    pub grants: Vec<RecordLink>,
    /// Its hand-offs that the viewer may know of.
    pub handoffs: Vec<RecordLink>,
    /// The close-out register.
    pub items: Vec<ItemView>,
    /// Requests for its records that the viewer may know of.
    pub foia_requests: Vec<RecordLink>,
    /// What the developer designated as confidential.
    pub designations: Vec<DesignationView>,
    /// How long its records are kept; for the government alone, once it is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<RetentionView>,
    /// When content of what stands under it was erased, and under what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erased: Option<ErasedView>,
    /// The marking of the government's copies; for the government alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marking: Option<MarkingView>,
}

/// A designated marking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MarkingView {
    /// The banner line.
    pub banner: String,
    /// The designating agency.
    pub agency: Party,
    /// The role to ask about it.
    pub contact: Role,
}

/// An open question of sameness: whether the release is one that the developer registered before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SamenessView {
    /// Reference of the other release.
    pub release: String,
    /// The side that named it.
    pub raised_by: Side,
}

/// The access window. Half-open: at `closes_at` access is denied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WindowView {
    /// Whether access is open now, apart from conditions and people.
    pub open: bool,
    /// When it opens, or opened first.
    pub opens_at: Moment,
    /// Whether the opening was held back, so that both sides must schedule anew.
    pub missed: bool,
    /// When it closes; none while suspended under a paused clock, or while no window would come about.
    pub closes_at: Option<Moment>,
    /// Why it closes then; none once it closed, and where nothing says when it closes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<WindowEndView>,
    /// When it closed.
    pub closed_at: Option<Moment>,
    /// The planned release that bounds it.
    pub release_bound: Option<Moment>,
    /// The end that was agreed or lowered.
    pub earlier_end: Option<Moment>,
    /// Seconds of this window counted against the release's cap so far.
    pub used_seconds: i64,
    /// The cap in seconds.
    pub cap_seconds: i64,
    /// Whether suspension stops the clock.
    pub clock: crate::domain::framework::WindowClock,
}

/// An offer waiting for its second key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OfferView {
    /// The hash that the second key names.
    pub hash: String,
    /// The exact terms.
    pub terms: Terms,
    /// Which side turned the first key.
    pub offered_by: Option<Side>,
    /// When.
    pub offered_at: Moment,
    /// From when it cannot be accepted any more.
    pub lapses_at: Moment,
    /// The working days after the day of the offer that it was given; none where numbers or closures changed since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lapses_after_working_days: Option<u32>,
}

pub(super) fn view(v: &Viewing<'_>, id: RecordId) -> Result<Option<EngagementView>, Refusal> {
    let Some(entry) = v.case.engagements.get(&id) else { return Ok(None) };
    let e = &entry.state;
    let government = v.viewer.side == Side::Government;
    let rules = rules_of(v.case, id, v.facts, v.now)?;
    let person = |account: Option<crate::domain::id::AccountId>| {
        account.filter(|_| government).map(|account| v.names.person(account))
    };
    Ok(Some(EngagementView {
        reference: entry.reference.clone(),
        developer: v.names.party(e.developer),
        release: release_link(v, e),
        access_mode: e.access_mode,
        stage: e.stage.name(),
        since: v.moment(e.since),
        outcome: outcome(&e.stage),
        framework: e.framework.clone(),
        proposed_at: e.proposed_at.map(|at| v.moment(at)),
        liaison: person(e.liaison),
        signatory: person(e.signatory),
        lead: e.lead.filter(|_| v.viewer.side == Side::Developer).map(|lead| v.names.person(lead)),
        sameness: e.sameness.as_ref().map(|s| SamenessView { release: s.release.clone(), raised_by: s.by }),
        window: window(v, e, &rules),
        offers: offers(v, e, e.offers.iter()),
        unmet: unmet(v, id, e)?,
        conditions: conditions(v, id),
        nominations: nominations(v, id),
        grants: grants(v, id),
        handoffs: handoffs(v, id),
        items: e.items.values().map(|item| item::view(v, item)).collect(),
        foia_requests: records::requests(v, id),
        designations: records::designations(v, e),
        retention: records::retention(v, e)?,
        erased: records::erased(v, e.records.erased.as_ref()),
        marking: e.marking.as_ref().filter(|_| government).map(|designation| marking(v, designation)),
    }))
}

fn release_link(v: &Viewing<'_>, e: &Engagement) -> RecordLink {
    let release = v.case.releases.get(&e.release);
    let locked = v.is_locked(Subject::new(Kind::Release, e.release));
    let title = release.filter(|_| !locked).map(|release| release.state.name.as_str().to_owned());
    let reference = release.map(|release| release.reference.clone()).unwrap_or_default();
    let stage = if locked { LOCKED } else { "registered" };
    RecordLink { reference, stage: stage.to_owned(), title }
}

const fn outcome(stage: &Stage) -> Option<Outcome> {
    match stage {
        Stage::CloseOut { outcome } | Stage::Closed { outcome } => Some(*outcome),
        Stage::Draft
        | Stage::Proposed
        | Stage::Conditions
        | Stage::Ready
        | Stage::WindowScheduled { .. }
        | Stage::WindowOpen
        | Stage::Suspended { .. } => None,
    }
}

fn window(v: &Viewing<'_>, e: &Engagement, rules: &Rules) -> Option<WindowView> {
    let planned = v.case.release().and_then(|(_, release)| release.state.planned);
    let scheduled = |open_at, agreed_end, missed| {
        let end = planned.and_then(|planned| rules.projected_end(open_at, planned, agreed_end));
        WindowView {
            open: false,
            opens_at: v.moment(open_at),
            missed,
            closes_at: end.map(|end| v.moment(end.at())),
            end: end.map(|end| WindowEndView::of(&end, v.zone)),
            closed_at: None,
            release_bound: planned.map(|at| v.moment(at)),
            earlier_end: agreed_end.map(|at| v.moment(at)),
            used_seconds: 0,
            cap_seconds: rules.cap().num_seconds(),
            clock: rules.clock,
        }
    };
    match (&e.stage, &e.window) {
        (Stage::WindowScheduled { open_at, agreed_end, missed }, _) => Some(scheduled(*open_at, *agreed_end, *missed)),
        (_, Some(window)) => Some(opened(v, window, rules)),
        (_, None) => None,
    }
}

fn opened(v: &Viewing<'_>, window: &Window, rules: &Rules) -> WindowView {
    WindowView {
        open: window.is_open_at(rules, v.now),
        opens_at: v.moment(window.opened_at),
        missed: false,
        closes_at: window.close_at(rules).map(|at| v.moment(at)),
        end: window.end(rules).map(|end| WindowEndView::of(&end, v.zone)),
        closed_at: window.closed_at.map(|at| v.moment(at)),
        release_bound: Some(v.moment(window.release_bound)),
        earlier_end: window.earlier_end.map(|at| v.moment(at)),
        used_seconds: window.used(rules.clock, v.now).num_seconds(),
        cap_seconds: rules.cap().num_seconds(),
        clock: rules.clock,
    }
}

/// Those of these offers that may still be accepted.
pub(super) fn offers<'a>(
    v: &Viewing<'_>,
    e: &Engagement,
    offers: impl Iterator<Item = &'a Offer<Terms>>,
) -> Vec<OfferView> {
    let open = offers.filter(|offer| offer.is_open(v.now));
    open.map(|offer| OfferView {
        hash: offer.hash.as_str().to_owned(),
        terms: offer.terms.clone(),
        offered_by: offer.by.side,
        offered_at: v.moment(offer.at),
        lapses_at: v.moment(offer.lapses_at),
        lapses_after_working_days: given_days(v, e.framework.as_deref(), offer),
    })
    .collect()
}

/// The working days that an offer was given, by the version that its engagement is pinned to.
pub(super) fn given_days<T>(v: &Viewing<'_>, pinned: Option<&str>, offer: &Offer<T>) -> Option<u32>
where
    T: Clone + PartialEq + Serialize + DeserializeOwned,
{
    let framework = v.facts.pinned(pinned, v.now).ok()?;
    offer.given_days(framework.offer_lapse_working_days, framework.zone, v.facts.calendar(v.case))
}

/// What is missing before readiness, and while access depends on it.
fn unmet(v: &Viewing<'_>, id: RecordId, e: &Engagement) -> Result<Vec<UnmetView>, Refusal> {
    if !matches!(e.stage, Stage::Conditions | Stage::Ready | Stage::WindowScheduled { .. }) {
        return Ok(Vec::new());
    }
    let unmet = unmet_for_ready(v.case, id, v.facts, v.now)?;
    Ok(collapse(unmet, v.viewer).into_iter().map(unmet_view).collect())
}

fn conditions(v: &Viewing<'_>, id: RecordId) -> Vec<RecordLink> {
    let attached = v.case.conditions_of(Subject::new(Kind::Engagement, id));
    let link = |(id, c): (RecordId, &Entry<Condition>)| {
        v.link(Subject::new(Kind::Condition, id), Some(c.state.title.as_str().to_owned()))
    };
    attached.filter_map(link).collect()
}

fn nominations(v: &Viewing<'_>, id: RecordId) -> Vec<RecordLink> {
    let under = v.case.nominations.iter().filter(|(_, n)| n.state.engagement == id);
    let link = |(id, n): (&RecordId, &Entry<Nomination>)| {
        v.link(Subject::new(Kind::Nomination, *id), Some(v.names.party(n.state.partner).name))
    };
    under.filter_map(link).collect()
}

fn grants(v: &Viewing<'_>, id: RecordId) -> Vec<RecordLink> {
    v.case.grants_of(id).filter_map(|(id, _)| v.link(Subject::new(Kind::Grant, id), None)).collect()
}

fn handoffs(v: &Viewing<'_>, id: RecordId) -> Vec<RecordLink> {
    let under = v.case.handoffs.iter().filter(|(_, entry)| entry.state.engagement == id);
    under.filter_map(|(id, _)| v.link(Subject::new(Kind::Handoff, *id), None)).collect()
}

fn marking(v: &Viewing<'_>, designation: &Designation) -> MarkingView {
    MarkingView {
        banner: banner(Side::Government, Some(designation)),
        agency: v.names.party(designation.agency),
        contact: designation.contact,
    }
}
