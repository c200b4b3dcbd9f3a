//! The pages of records that are told by their fields alone.

use super::{Body, header, nomination::screening};
use crate::{
    app::{
        kind_of,
        view::{ApproachView, DocumentView, EngagementOutline, NominationOutline, PrerequisitesView},
    },
    domain::document::MediaType,
    web::pages::{
        particulars,
        time::PageClock,
        ui::{Facts, Inline, Link, Row, Section, Table},
        words,
    },
};

/// Fields that stand at the head of every page.
pub const HEAD: [&str; 4] = ["reference", "stage", "since", "shown"];

/// A section of everything that is not said elsewhere.
pub fn details(value: &impl serde::Serialize, clock: PageClock, without: &[&str]) -> Section {
    let all: Vec<&str> = HEAD.iter().chain(without).copied().collect();
    let facts = particulars::facts(value, clock, &all);
    let section = Section::new("details", "Details");
    if facts.rows.is_empty() { section } else { section.with(facts) }
}

/// A link to a record by its reference.
pub fn link(reference: &str) -> Inline {
    kind_of(reference).map_or_else(|| Inline::text(reference), |kind| Inline::record(kind, reference))
}

/// What the outline of an engagement shows.
pub fn engagement_outline(view: &EngagementOutline, clock: PageClock) -> Body {
    let header = header::stage(view.stage, Some(&view.since), clock).with("Developer", Inline::party(&view.developer));
    Body::new("", header).some(details(view, clock, &["developer"]))
}

/// What the outline of a nomination shows.
pub fn nomination_outline(view: &NominationOutline, clock: PageClock) -> Body {
    let rows = view
        .reviewers
        .iter()
        .map(|one| Row::new(vec![Inline::person(&one.reviewer), Inline::party(&one.agency), Inline::yes(one.recused)]));
    let table = Table::new("Reviewers", &["Reviewer", "Agency", "Recused"], "No reviewer is assigned.").with(rows);
    let header = header::stage(view.stage, Some(&view.since), clock);
    Body::new("", header).with(Section::new("reviewers", "Reviewers").with(table))
}

/// What an approached organization sees before the developer is disclosed to it.
pub fn approach(view: &ApproachView, clock: PageClock) -> Body {
    let header = header::stage(view.stage, None, clock)
        .with("Consented to be approached", Inline::yes(view.approach_consented))
        .with("Screening NDA signed", Inline::yes(view.screening_nda_signed));
    let (text, signature) = (view.screening_nda.as_ref(), view.screening_signature.as_ref());
    Body::new(view.partner.name.clone(), header).some(screening(&view.reference, text, signature, clock))
}

/// A person's attestation, training and screening.
pub fn prerequisites(view: &PrerequisitesView, clock: PageClock) -> Body {
    let header = Facts::new()
        .with("Person", Inline::person(&view.person))
        .with("Organization", Inline::party(&view.organization));
    Body::new(view.person.name.clone(), header).some(details(view, clock, &["person", "organization"]))
}

/// A document, its bytes and its versions.
pub fn document(view: &DocumentView, clock: PageClock) -> Body {
    let header = header::stage(view.stage, Some(&view.since), clock)
        .with("Kind", Inline::code_word(&words::words(&code(&view.document_kind))))
        .with("Version", Inline::text(view.version.to_string()));
    let path = format!("/documents/{}", view.reference);
    let mut ways = Vec::new();
    if ["available", "superseded"].contains(&view.stage) {
        ways.push(Inline::Link(Link { href: format!("{path}/open"), text: "Open".to_owned() }));
        ways.push(Inline::Link(Link { href: format!("{path}/content"), text: "Download".to_owned() }));
        if view.version > 1 && view.media_type != MediaType::Pdf {
            let text = "What changed since the version before".to_owned();
            ways.push(Inline::Link(Link { href: format!("{path}/difference"), text }));
        }
    }
    if view.stage == "awaiting_content" {
        ways.push(Inline::Link(Link { href: format!("{path}/send"), text: "Send the content".to_owned() }));
    }
    let content = Section::new("content", "Content");
    let content = if ways.is_empty() { content } else { content.with(Inline::list(ways)) };
    Body::new(view.name.clone(), header).below(link(&view.attached_to)).some(content).some(details(
        view,
        clock,
        &["name", "document_kind", "version"],
    ))
}

/// The stable code of a value that is one.
pub fn code(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}
