//! The nomination, for whoever sees it whole; before disclosure a partner does not (see [`super::outline`]). Reviewers,
//! votes and recusals are the government's own.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{ErasedView, Moment, Party, Person, SignatureView, Viewing, condition, records};
use crate::domain::{
    actor::Side,
    id::RecordId,
    nomination::{Answer, Nomination, ScreeningNda, screening_nda},
};

/// A nomination.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NominationView {
    /// Its reference.
    pub reference: String,
    /// The developer.
    pub developer: Party,
    /// Reference of the engagement; for developer and government.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engagement: Option<String>,
    /// The nominated organization.
    pub partner: Party,
    /// Key of the organization's kind, as the framework versions list them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_kind: Option<String>,
    /// Key of the critical-infrastructure sector that it serves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_sector: Option<String>,
    /// Where it stands.
    pub stage: String,
    /// Since when.
    pub since: Moment,
    /// Whether the developer consented to the approach.
    pub approach_consented: bool,
    /// Whether the partner signed the generic screening NDA.
    pub screening_nda_signed: bool,
    /// The generic text that the partner signs before disclosure; it names neither developer nor model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub screening_nda: Option<ScreeningText>,
    /// The signature on it, with the digest of the text that was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub screening_signature: Option<SignatureView>,
    /// The partner's statements by criterion.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub criteria: BTreeMap<String, String>,
    /// The developer's key; for developer and government.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<KeyView>,
    /// Whether it was selected because no objection was recorded, which is no concurrence.
    pub no_objection_recorded: bool,
    /// The reviewers and their votes; for the government alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reviewers: Vec<ReviewerView>,
    /// When the partner's status ends by its own term.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub term_ends_at: Option<Moment>,
    /// When the status became active.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_at: Option<Moment>,
    /// When the partner's statements were erased, and under what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erased: Option<ErasedView>,
}

/// The generic screening text of the pinned framework version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScreeningText {
    /// Its title.
    pub title: String,
    /// The text, Markdown.
    pub text: String,
    /// SHA-256 of the text, which a signature names.
    pub digest: String,
}

/// A key that was turned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct KeyView {
    /// Yes or no.
    pub answer: Answer,
    /// Whose.
    pub by: Person,
    /// When.
    pub at: Moment,
}

/// A reviewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReviewerView {
    /// Who.
    pub reviewer: Person,
    /// The reviewer's agency.
    pub agency: Party,
    /// Whether the reviewer recused.
    pub recused: bool,
    /// The open vote.
    pub vote: Option<Answer>,
}

pub(super) fn view(v: &Viewing<'_>, id: RecordId) -> Option<NominationView> {
    let entry = v.case.nominations.get(&id)?;
    let n = &entry.state;
    let partner = v.viewer.side == Side::Partner;
    let served = v.names.served.get(&n.partner).cloned().unwrap_or_default();
    let consent = n.consent.as_ref().filter(|_| !partner);
    Some(NominationView {
        reference: entry.reference.clone(),
        developer: v.names.party(n.developer),
        engagement: v.case.engagements.get(&n.engagement).filter(|_| !partner).map(|e| e.reference.clone()),
        partner: v.names.party(n.partner),
        partner_kind: served.kind,
        partner_sector: served.sector,
        stage: n.stage.name().to_owned(),
        since: v.moment(n.since),
        approach_consented: n.is_approached(),
        screening_nda_signed: n.screening_nda.is_some(),
        screening_nda: screening(v, n),
        screening_signature: screening_signature(v, n),
        criteria: n.criteria.iter().map(|(key, text)| (key.clone(), text.as_str().to_owned())).collect(),
        consent: consent.map(|consent| KeyView {
            answer: consent.answer,
            by: v.names.by(&consent.by, v.viewer.side),
            at: v.moment(consent.at),
        }),
        no_objection_recorded: n.no_objection,
        reviewers: reviewers(v, n),
        term_ends_at: n.term_ends_at.map(|at| v.moment(at)),
        active_at: n.active_at.map(|at| v.moment(at)),
        erased: records::erased(v, n.erased.as_ref()),
    })
}

pub(super) fn screening(v: &Viewing<'_>, n: &Nomination) -> Option<ScreeningText> {
    let ScreeningNda { title, text, digest } = screening_nda(v.case, n, v.facts, v.now).ok()?;
    Some(ScreeningText { title, text: text.as_str().to_owned(), digest: digest.as_str().to_owned() })
}

/// What the partner signed before disclosure: known to whoever sees the nomination whole, and to the partner itself.
pub(super) fn screening_signature(v: &Viewing<'_>, n: &Nomination) -> Option<SignatureView> {
    n.screening_nda.as_ref().map(|signature| condition::signature(v, signature))
}

fn reviewers(v: &Viewing<'_>, n: &Nomination) -> Vec<ReviewerView> {
    if v.viewer.side != Side::Government {
        return Vec::new();
    }
    let reviewer =
        |(account, assigned): (&crate::domain::id::AccountId, &crate::domain::nomination::AssignedReviewer)| {
            ReviewerView {
                reviewer: v.names.person(*account),
                agency: v.names.party(assigned.agency),
                recused: assigned.recused,
                vote: assigned.vote.as_ref().map(|vote| vote.answer),
            }
        };
    n.reviewers.iter().map(reviewer).collect()
}
