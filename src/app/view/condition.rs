//! The condition.

use serde::Serialize;
use utoipa::ToSchema;

use super::{ErasedView, Moment, Party, Person, Viewing, engagement::given_days, records};
use crate::domain::{
    actor::Side,
    condition::{AgreeTerms, Condition, ConditionFunction, ConditionSubject, Signature, successor},
    id::{AccountId, Kind, RecordId, Subject},
    records::survives_until,
    refusal::Refusal,
};

/// A condition.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConditionView {
    /// Its reference.
    pub reference: String,
    /// Reference of the engagement or nomination that it is attached to.
    pub attached_to: String,
    /// The nominated organization, for a partner's condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner: Option<Party>,
    /// Key of its template.
    pub template: String,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub subjects: Vec<ConditionSubject>,
    /// What it does.
    pub functions: Vec<ConditionFunction>,
    /// The side that it protects.
    pub protected: Side,
    /// The side that it binds.
    pub bound: Side,
    /// Whether each person with access acknowledges it too.
    pub personal: bool,
    /// Whether it must be in force before access.
    pub required: bool,
    /// Reference of the condition whose place it takes once it is in force, or took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
    /// Reference of the condition that is to take its place, or took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<String>,
    /// Where it stands.
    pub stage: &'static str,
    /// Since when.
    pub since: Moment,
    /// Its texts, oldest first.
    pub texts: Vec<TextView>,
    /// Open offers to agree on a text.
    pub offers: Vec<OfferedAgreement>,
    /// The agreed text.
    pub agreed: Option<AgreeTerms>,
    /// Organization signatures.
    pub signatures: Vec<SignatureView>,
    /// People who acknowledged the text that binds now.
    pub acknowledged_by: Vec<Person>,
    /// Months that it survives its expiry or the end of what it hangs on.
    pub survives_months: Option<u32>,
    /// Until when it binds beyond its expiry or the end of what it hangs on; once that is reached.
    pub survives_until: Option<Moment>,
    /// When its texts were erased, and under what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erased: Option<ErasedView>,
}

/// One text of a condition; its content is a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TextView {
    /// Counting from 1.
    pub number: u32,
    /// SHA-256 of the text.
    pub digest: String,
    /// SHA-256 of the text that it redlines.
    pub parent: Option<String>,
    /// Who uploaded it.
    pub by: Person,
    /// When.
    pub at: Moment,
}

/// An offer to agree on a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OfferedAgreement {
    /// The hash that the second key names.
    pub hash: String,
    /// The exact terms.
    pub terms: AgreeTerms,
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

/// An organization's signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SignatureView {
    /// The side.
    pub side: Option<Side>,
    /// The account that signed, as far as the viewer may know it.
    pub by: Person,
    /// The organization that it signed for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<Party>,
    /// The name as typed.
    pub typed_name: String,
    /// In which capacity.
    pub capacity: String,
    /// The digest signed.
    pub digest: String,
    /// When.
    pub at: Moment,
}

pub(super) fn view(v: &Viewing<'_>, id: RecordId) -> Result<Option<ConditionView>, Refusal> {
    let Some(entry) = v.case.conditions.get(&id) else { return Ok(None) };
    let c = &entry.state;
    let named = |id: RecordId| v.case.reference(Subject::new(Kind::Condition, id)).map(str::to_owned);
    Ok(Some(ConditionView {
        reference: entry.reference.clone(),
        attached_to: v.case.reference(c.attached_to).unwrap_or_default().to_owned(),
        partner: c.partner.map(|partner| v.names.party(partner)),
        template: c.template.clone(),
        title: c.title.as_str().to_owned(),
        subjects: c.subjects.iter().copied().collect(),
        functions: c.functions.iter().copied().collect(),
        protected: c.protected,
        bound: c.bound,
        personal: c.personal,
        required: c.required,
        supersedes: c.supersedes.and_then(named),
        superseded_by: successor(v.case, id).and_then(|(successor, _)| named(successor)),
        stage: c.stage.name(),
        since: v.moment(c.since),
        texts: texts(v, c),
        offers: offers(v, c),
        agreed: c.agreed.clone(),
        signatures: signatures(v, c),
        acknowledged_by: acknowledged_by(v, c),
        survives_months: c.survives_months,
        survives_until: survives_until(v.case, id, c, v.facts)?.map(|until| v.moment(until)),
        erased: records::erased(v, c.erased.as_ref()),
    }))
}

/// Whoever holds a grant that the viewer may know of is named; others as their side may be known.
fn acknowledged_by(v: &Viewing<'_>, c: &Condition) -> Vec<Person> {
    let known = |account: AccountId| {
        let mut grants = v.case.grants.iter().filter(|(_, grant)| grant.state.holder == account);
        grants.any(|(id, _)| v.sight(Subject::new(Kind::Grant, *id)).is_some())
    };
    let acknowledged = c.acknowledgements.keys().copied().filter(|account| c.is_acknowledged_by(*account));
    acknowledged
        .map(
            |account| if known(account) { v.names.person(account) } else { v.names.person_for(account, v.viewer.side) },
        )
        .collect()
}

fn texts(v: &Viewing<'_>, c: &Condition) -> Vec<TextView> {
    let text = |version: &crate::domain::condition::TextVersion| TextView {
        number: version.number,
        digest: version.digest.as_str().to_owned(),
        parent: version.parent.as_ref().map(|parent| parent.as_str().to_owned()),
        by: v.names.by(&version.by, v.viewer.side),
        at: v.moment(version.at),
    };
    c.versions.iter().map(text).collect()
}

fn offers(v: &Viewing<'_>, c: &Condition) -> Vec<OfferedAgreement> {
    let pinned = v.case.engagement_above(c.attached_to).and_then(|engagement| v.case.pinned(engagement));
    let open = c.offers.iter().filter(|offer| offer.is_open(v.now));
    open.map(|offer| OfferedAgreement {
        hash: offer.hash.as_str().to_owned(),
        terms: offer.terms.clone(),
        offered_by: offer.by.side,
        offered_at: v.moment(offer.at),
        lapses_at: v.moment(offer.lapses_at),
        lapses_after_working_days: given_days(v, pinned, offer),
    })
    .collect()
}

fn signatures(v: &Viewing<'_>, c: &Condition) -> Vec<SignatureView> {
    c.signatures.iter().map(|one| signature(v, one)).collect()
}

/// A signature, with whoever signed as the viewer may know them.
pub(super) fn signature(v: &Viewing<'_>, signature: &Signature) -> SignatureView {
    SignatureView {
        side: signature.by.side,
        by: v.names.by(&signature.by, v.viewer.side),
        organization: signature.by.organization.map(|organization| v.names.party(organization)),
        typed_name: signature.typed_name.as_str().to_owned(),
        capacity: signature.capacity.as_str().to_owned(),
        digest: signature.digest.as_str().to_owned(),
        at: v.moment(signature.at),
    }
}
