//! The page of a nomination: the two keys stand side by side, the recusals before the votes.

use super::{
    Body, header,
    other::{code, details, link},
};
use crate::{
    app::view::NominationView,
    web::pages::{
        time::PageClock,
        ui::{Facts, Inline, Part, Row, Section, Table},
        words,
    },
};

/// What the page says.
pub fn body(view: &NominationView, clock: PageClock) -> Body {
    let header = header::stage(&view.stage, Some(&view.since), clock)
        .with("Partner", Inline::party(&view.partner))
        .with("Developer", Inline::party(&view.developer))
        .some("Term ends", Inline::maybe(view.term_ends_at.as_ref(), |at| clock.moment(at).into()));
    let criteria = view.criteria.iter().fold(Facts::new(), |facts, (criterion, basis)| {
        facts.with(&words::label(criterion), Inline::Lines(basis.clone()))
    });
    let mut body = Body::new(view.partner.name.clone(), header);
    if let Some(engagement) = &view.engagement {
        body = body.below(link(engagement));
    }
    if !criteria.rows.is_empty() {
        body = body.with(Section::new("criteria", "Criteria and their basis").with(criteria));
    }
    if let Some(screening) = &view.screening_nda {
        body = body.with(
            Section::new("screening", &screening.title)
                .with(Part::Text(screening.text.clone()))
                .with(Facts::new().with("SHA-256 of the text", Inline::Code(screening.digest.clone()))),
        );
    }
    let told = [
        "partner",
        "developer",
        "term_ends_at",
        "criteria",
        "engagement",
        "consent",
        "no_objection_recorded",
        "reviewers",
        "screening_nda",
    ];
    body.with(keys(view, clock)).some(details(view, clock, &told))
}

/// The developer's key and the government's.
fn keys(view: &NominationView, clock: PageClock) -> Section {
    let consent = match &view.consent {
        Some(key) => Facts::new()
            .with("Answer", Inline::Tag(words::label(&code(&key.answer))))
            .with("By", Inline::person(&key.by))
            .with("When", clock.moment(&key.at)),
        None => Facts::new().with("Answer", Inline::text("Not given yet")),
    };
    let rows = view.reviewers.iter().map(|one| {
        let vote = one.vote.as_ref().map_or_else(String::new, |vote| words::label(&code(vote)));
        let vote = if one.recused { Inline::text("No vote") } else { Inline::text(vote) };
        Row::new(vec![Inline::person(&one.reviewer), Inline::party(&one.agency), Inline::yes(one.recused), vote])
    });
    let columns = ["Reviewer", "Agency", "Recused", "Vote"];
    let reviewers = Table::new("Reviewers of the agencies", &columns, "No reviewer that you may know of.").with(rows);
    let developer = Section::new("key-developer", "Developer’s key: consent").with(consent);
    let government = Section::new("key-government", "Government’s key: concurrence")
        .with(Facts::new().with("No objection recorded", Inline::yes(view.no_objection_recorded)))
        .with(reviewers);
    Section::new("keys", "Two keys").with(Part::Keys(vec![developer, government]))
}
