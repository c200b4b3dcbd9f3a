//! What is shown of a record to those who may know of it and not read it whole. An outline is a view of its own, made of
//! the fields that it allows, so that a field added to the whole record appears in no outline by itself.
//!
//! An engagement in outline is reference, developer and step (domain section 2, the pool). A nomination in outline names
//! neither developer nor partner nor engagement; whoever assigns reviewers sees who is assigned, never a vote. Before
//! disclosure a partner sees that somebody asks for a generic screening agreement, and nothing else (invariant 16).

use serde::Serialize;
use utoipa::ToSchema;

use super::{Moment, OfferView, Party, Person, ScreeningText, SignatureView, Viewing};
use crate::{
    authz::{Engine, Resource, permitted},
    domain::{
        actor::{Actor, Side},
        case::Case,
        engagement::{Engagement, Terms},
        id::{AccountId, Kind, RecordId, Subject},
        nomination::{AssignedReviewer, Nomination},
        offer::Offer,
        refusal::Refusal,
    },
};

/// Says in the answer that it is an outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// An outline.
    Outline,
}

/// An engagement in outline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EngagementOutline {
    /// That this is an outline.
    pub shown: Shown,
    /// Its reference.
    pub reference: String,
    /// The developer.
    pub developer: Party,
    /// Where it stands.
    pub stage: &'static str,
    /// Since when.
    pub since: Moment,
    /// Open offers that wait for the viewer's own key, or that the viewer made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<OfferView>,
}

/// A nomination in outline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NominationOutline {
    /// That this is an outline.
    pub shown: Shown,
    /// Its reference.
    pub reference: String,
    /// Where it stands.
    pub stage: &'static str,
    /// Since when.
    pub since: Moment,
    /// The reviewers; for whoever assigns them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reviewers: Vec<AssignedView>,
}

/// A reviewer as whoever assigns reviewers sees it: without the vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AssignedView {
    /// Who.
    pub reviewer: Person,
    /// The reviewer's agency.
    pub agency: Party,
    /// Whether the reviewer recused.
    pub recused: bool,
}

/// A nomination as the partner sees it before disclosure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ApproachView {
    /// That this is an outline.
    pub shown: Shown,
    /// Its reference.
    pub reference: String,
    /// The partner itself.
    pub partner: Party,
    /// `approached`, or `ended` once nothing is asked any more.
    pub stage: &'static str,
    /// Always so: before it, the partner knows of nothing.
    pub approach_consented: bool,
    /// Whether the partner signed the generic screening agreement.
    pub screening_nda_signed: bool,
    /// The text that it is asked to sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub screening_nda: Option<ScreeningText>,
    /// The signature on it, with the digest of the text that was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub screening_signature: Option<SignatureView>,
}

/// The stage as a partner knows it before disclosure.
const fn approach_stage(nomination: &Nomination) -> &'static str {
    if nomination.stage.is_terminal() { "ended" } else { "approached" }
}

/// The stage of a record in outline, as this viewer knows it; `None` if there is no such record.
pub fn outline_stage(case: &Case, subject: Subject, viewer: &Actor) -> Option<&'static str> {
    let nomination = case.nominations.get(&subject.id).filter(|_| subject.kind == Kind::Nomination);
    match nomination {
        Some(entry) if is_approach(&entry.state, viewer) => Some(approach_stage(&entry.state)),
        _ => case.promoted(subject).map(|columns| columns.stage),
    }
}

/// Whether the viewer knows the nomination as an approach: a partner, before disclosure.
fn is_approach(nomination: &Nomination, viewer: &Actor) -> bool {
    viewer.side == Side::Partner && !nomination.is_disclosed()
}

/// The refusal as the viewer may know it: before disclosure a partner knows of no stage but the approach.
pub fn outline_refusal(refusal: Refusal, case: &Case, subject: Subject, viewer: &Actor) -> Refusal {
    let nomination = case.nominations.get(&subject.id).filter(|_| subject.kind == Kind::Nomination);
    match (refusal, nomination) {
        (Refusal::WrongStage { .. }, Some(entry)) if is_approach(&entry.state, viewer) => {
            Refusal::WrongStage { stage: approach_stage(&entry.state), allowed: vec!["approached"] }
        }
        (refusal, _) => refusal,
    }
}

/// Everything that may change in an outline, as one text: the entity tag of an outline is a hash of it, so that what the
/// outline hides leaves no trace in the tag.
pub fn outline_text(engine: &Engine, case: &Case, subject: Subject, viewer: &Actor) -> String {
    let stage = outline_stage(case, subject, viewer).unwrap_or_default();
    let engagement = case.engagements.get(&subject.id).filter(|_| subject.kind == Kind::Engagement);
    let nomination = case.nominations.get(&subject.id).filter(|_| subject.kind == Kind::Nomination);
    if let Some(entry) = nomination {
        let n = &entry.state;
        if is_approach(n, viewer) {
            return format!("{stage};{}", n.screening_nda.is_some());
        }
        let assigns = assigns_reviewers(engine, case, subject, viewer);
        let reviewers = n.reviewers.iter().filter(|_| assigns);
        let reviewers: Vec<String> = reviewers.map(|(id, r)| format!("{id}:{}", r.recused)).collect();
        return format!("{stage};{};{}", super::canonical(n.since), reviewers.join(","));
    }
    let since = engagement.map(|entry| super::canonical(entry.state.since)).unwrap_or_default();
    let offers = engagement.into_iter().flat_map(|entry| known_offers(&entry.state, viewer));
    let offers: Vec<&str> = offers.map(|offer| offer.hash.as_str()).collect();
    format!("{stage};{since};{}", offers.join(","))
}

pub(super) fn engagement(v: &Viewing<'_>, id: RecordId) -> Option<EngagementOutline> {
    let entry = v.case.engagements.get(&id)?;
    Some(EngagementOutline {
        shown: Shown::Outline,
        reference: entry.reference.clone(),
        developer: v.names.party(entry.state.developer),
        stage: entry.state.stage.name(),
        since: v.moment(entry.state.since),
        offers: super::engagement::offers(v, &entry.state, known_offers(&entry.state, v.viewer)),
    })
}

/// The offers that are the viewer's own business: made by the viewer, or waiting for a key of the viewer's role.
fn known_offers<'a>(engagement: &'a Engagement, viewer: &'a Actor) -> impl Iterator<Item = &'a Offer<Terms>> {
    engagement.offers.iter().filter(|offer| is_known(offer, viewer))
}

fn is_known(offer: &Offer<Terms>, viewer: &Actor) -> bool {
    let waits = matches!(&offer.terms, Terms::ResumeWindow { needs } if viewer.has(*needs));
    waits || offer.by.is(viewer.account)
}

/// The case as whoever sees the record's outline knows it: what may be done is judged on this, so that no button tells of
/// an offer that the outline hides.
pub fn outline_case(case: &Case, subject: Subject, viewer: &Actor) -> Case {
    let mut known = case.clone();
    if let Some(entry) = known.engagements.get_mut(&subject.id) {
        entry.state.offers.retain(|offer| is_known(offer, viewer));
    }
    known
}

/// A nomination in one of its two outlines.
pub(super) enum Nominated {
    /// The government's.
    Outline(NominationOutline),
    /// The partner's.
    Approach(Box<ApproachView>),
}

pub(super) fn nomination(v: &Viewing<'_>, id: RecordId) -> Option<Nominated> {
    let entry = v.case.nominations.get(&id)?;
    let n = &entry.state;
    if is_approach(n, v.viewer) {
        return Some(Nominated::Approach(Box::new(ApproachView {
            shown: Shown::Outline,
            reference: entry.reference.clone(),
            partner: v.names.party(n.partner),
            stage: approach_stage(n),
            approach_consented: true,
            screening_nda_signed: n.screening_nda.is_some(),
            screening_nda: super::nomination::screening(v, n),
            screening_signature: super::nomination::screening_signature(v, n),
        })));
    }
    Some(Nominated::Outline(NominationOutline {
        shown: Shown::Outline,
        reference: entry.reference.clone(),
        stage: n.stage.name(),
        since: v.moment(n.since),
        reviewers: assigned(v, id, n),
    }))
}

/// Whether assigning reviewers is among the viewer's acts: `authz` says so, whatever the viewer's role is.
fn assigns_reviewers(engine: &Engine, case: &Case, subject: Subject, viewer: &Actor) -> bool {
    let acts = Resource::of(case, subject).map(|resource| permitted(engine, viewer, &resource)).unwrap_or_default();
    acts.iter().any(|action| action.name == "assign-reviewer")
}

fn assigned(v: &Viewing<'_>, id: RecordId, n: &Nomination) -> Vec<AssignedView> {
    if !assigns_reviewers(v.engine, v.case, Subject::new(Kind::Nomination, id), v.viewer) {
        return Vec::new();
    }
    let one = |(account, reviewer): (&AccountId, &AssignedReviewer)| AssignedView {
        reviewer: v.names.person(*account),
        agency: v.names.party(reviewer.agency),
        recused: reviewer.recused,
    };
    n.reviewers.iter().map(one).collect()
}
