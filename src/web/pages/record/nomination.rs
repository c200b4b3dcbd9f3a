//! The page of a nomination: the two keys stand side by side, the recusals before the votes.

use super::{
    Body,
    condition::{SIGNATURE_COLUMNS, signed},
    header,
    other::{code, details, link},
};
use crate::{
    app::view::{NominationView, ScreeningText, SignatureView},
    domain::{actor::Side, id::Kind, nomination::Answer},
    web::pages::{
        time::PageClock,
        ui::{Facts, Inline, Key, Part, Row, Section, Table},
        words,
    },
};

/// What the page says.
pub fn body(view: &NominationView, clock: PageClock, side: Side) -> Body {
    let mut body = Body::new(view.partner.name.clone(), header(view, clock));
    if let Some(engagement) = &view.engagement {
        body = body.below(link(engagement));
    }
    if let Some(criteria) = decided(view) {
        body = body.with(criteria);
    }
    let signature = view.screening_signature.as_ref();
    body = body.some(screening(&view.reference, view.screening_nda.as_ref(), signature, clock));
    if let Some(keys) = keys(view, clock, side) {
        body = body.with(keys);
    }
    body.some(details(view, clock, &TOLD))
}

/// The generic text that a partner signs before disclosure, who signed it, and the way to the certificate.
pub fn screening(
    reference: &str,
    text: Option<&ScreeningText>,
    signature: Option<&SignatureView>,
    clock: PageClock,
) -> Section {
    let section = Section::new("screening", text.map_or("Screening agreement", |text| &text.title));
    if text.is_none() && signature.is_none() {
        return section;
    }
    let shown = text.map(|text| Part::Text(text.text.clone()));
    let digest = text.map(|text| Facts::new().with("SHA-256 of the text", Inline::Code(text.digest.clone())));
    let rows = signature.map(|signature| Row::new(signed(signature, clock)));
    let table = Table::new("Signature of the partner", &SIGNATURE_COLUMNS, "Nobody has signed yet.").with(rows);
    let certificate = format!("/{}/{reference}/certificate", Kind::Nomination.plural());
    let way = Inline::link(certificate, "Certificate: who signed what, with its hashes");
    section.some(shown).some(digest).with(table).with(way)
}

/// What the partner stated, by which a nomination is decided.
pub fn decided(view: &NominationView) -> Option<Section> {
    let criteria = criteria(view);
    (!criteria.rows.is_empty()).then(|| Section::new("criteria", "Criteria and their basis").with(criteria))
}

/// Fields that have a place of their own on the page.
pub const TOLD: [&str; 10] = [
    "partner",
    "developer",
    "term_ends_at",
    "criteria",
    "engagement",
    "consent",
    "no_objection_recorded",
    "reviewers",
    "screening_nda",
    "screening_signature",
];

/// Where it stands, whom it is about, and until when.
pub fn header(view: &NominationView, clock: PageClock) -> Facts {
    header::stage(&view.stage, Some(&view.since), clock)
        .with("Partner", Inline::party(&view.partner))
        .with("Developer", Inline::party(&view.developer))
        .some("Term ends", Inline::maybe(view.term_ends_at.as_ref(), |at| clock.moment(at).into()))
}

/// The partner's statements, each by its criterion.
pub fn criteria(view: &NominationView) -> Facts {
    view.criteria.iter().fold(Facts::new(), |facts, (criterion, basis)| {
        facts.with(&words::label(criterion), Inline::Lines(basis.clone()))
    })
}

/// The developer's key and the government's; nothing for a partner, who is told of neither. What the viewer is not told is
/// not said to be missing.
pub fn keys(view: &NominationView, clock: PageClock, side: Side) -> Option<Section> {
    if side == Side::Partner {
        return None;
    }
    Some(Section::new("keys", "Two keys").with(Part::Keys(vec![consent(view, clock), concurrence(view, side)])))
}

fn consent(view: &NominationView, clock: PageClock) -> Key {
    let facts = match &view.consent {
        Some(key) => Facts::new()
            .with("Answer", Inline::Tag(words::label(&code(&key.answer))))
            .with("By", Inline::person(&key.by))
            .with("When", clock.moment(&key.at)),
        None => Facts::new().with("Answer", Inline::text("Not given yet")),
    };
    Key {
        section: Section::new("key-developer", "Developer’s key: consent").with(facts),
        turned: view.consent.as_ref().is_some_and(|key| key.answer == Answer::Yes),
    }
}

fn concurrence(view: &NominationView, side: Side) -> Key {
    let rows = view.reviewers.iter().map(|one| {
        let vote = one.vote.as_ref().map_or_else(String::new, |vote| words::label(&code(vote)));
        let vote = if one.recused { Inline::text("No vote") } else { Inline::text(vote) };
        Row::new(vec![Inline::person(&one.reviewer), Inline::party(&one.agency), Inline::yes(one.recused), vote])
    });
    let columns = ["Reviewer", "Agency", "Recused", "Vote"];
    let reviewers = Table::new("Reviewers of the agencies", &columns, "No reviewer is assigned.").with(rows);
    // Said only where it is so: its denial would read as an objection.
    let unopposed =
        view.no_objection_recorded.then(|| Facts::new().with("Answer", Inline::text("No objection recorded")));
    let mut votes = view.reviewers.iter().filter(|one| !one.recused).peekable();
    let concurs = votes.peek().is_some() && votes.all(|one| one.vote == Some(Answer::Yes));
    let section = Section::new("key-government", "Government’s key: concurrence").some(unopposed);
    let section = if side == Side::Government {
        section.with(reviewers)
    } else {
        section.with(Facts::new().with("Votes", Inline::text("Not shown to you")))
    };
    Key { section, turned: concurs || view.no_objection_recorded }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::view::{KeyView, Moment, Party, Person, ReviewerView};
    use chrono::{DateTime, Utc};

    fn party(name: &str) -> Party {
        Party { id: uuid::Uuid::nil(), name: name.to_owned() }
    }

    fn person(name: &str) -> Person {
        Person { id: None, name: name.to_owned(), via: None }
    }

    fn vote(vote: Option<Answer>, recused: bool) -> ReviewerView {
        ReviewerView { reviewer: person("Marcus Bell"), agency: party("Treasury"), recused, vote }
    }

    fn view(consent: Option<Answer>, reviewers: Vec<ReviewerView>, no_objection_recorded: bool) -> NominationView {
        let since = Moment { at: DateTime::<Utc>::UNIX_EPOCH, local: String::new() };
        NominationView {
            reference: "NOM-2026-0001".to_owned(),
            developer: party("Larkspur"),
            engagement: None,
            partner: party("Cedar Hollow"),
            partner_kind: None,
            partner_sector: None,
            stage: "decision".to_owned(),
            since: since.clone(),
            approach_consented: true,
            screening_nda_signed: true,
            screening_nda: None,
            screening_signature: None,
            criteria: std::collections::BTreeMap::new(),
            consent: consent.map(|answer| KeyView { answer, by: person("Tobias Renn"), at: since }),
            no_objection_recorded,
            reviewers,
            term_ends_at: None,
            active_at: None,
            erased: None,
        }
    }

    fn turned(view: &NominationView) -> [bool; 2] {
        let clock = PageClock { zone: chrono_tz::America::New_York, now: DateTime::<Utc>::UNIX_EPOCH };
        [consent(view, clock).turned, concurrence(view, Side::Government).turned]
    }

    #[test]
    fn a_key_is_turned_by_a_yes_and_by_nothing_less() {
        let (yes, no) = (Some(Answer::Yes), Some(Answer::No));
        assert_eq!(turned(&view(None, Vec::new(), false)), [false, false]);
        assert_eq!(turned(&view(yes, vec![vote(yes, false), vote(None, false)], false)), [true, false]);
        assert_eq!(turned(&view(no, vec![vote(yes, false), vote(no, false)], false)), [false, false]);
        assert_eq!(turned(&view(yes, vec![vote(yes, false), vote(None, true)], false)), [true, true]);
        assert_eq!(turned(&view(yes, vec![vote(None, true)], false)), [true, false]);
        assert_eq!(turned(&view(yes, Vec::new(), true)), [true, true]);
    }

    #[test]
    fn an_objection_is_never_implied() {
        let said =
            |objection: bool| concurrence(&view(None, Vec::new(), objection), Side::Government).section.to_string();
        assert!(said(true).contains("No objection recorded"));
        assert!(!said(false).contains("bjection"));
    }

    #[test]
    fn nothing_is_said_to_be_missing_that_is_not_told() {
        let clock = PageClock { zone: chrono_tz::America::New_York, now: DateTime::<Utc>::UNIX_EPOCH };
        let told = |side: Side| keys(&view(None, Vec::new(), false), clock, side).map(|section| section.to_string());
        assert_eq!(told(Side::Partner), None);
        assert!(told(Side::Developer).is_some_and(|keys| keys.contains("Not shown to you")));
        assert!(told(Side::Government).is_some_and(|keys| keys.contains("No reviewer is assigned.")));
    }
}
