//! The page of a condition: its texts with their differences, what was agreed, and who signed.

use super::{
    Body,
    other::{details, link},
};
use crate::{
    app::{
        Dossier,
        view::{ConditionView, OfferedAgreement, SignatureView},
    },
    web::pages::{
        particulars,
        time::PageClock,
        ui::{Facts, Inline, Link, Part, Row, Section, Table},
        why, words,
    },
};

/// What the page says.
pub fn body(view: &ConditionView, dossier: &Dossier, clock: PageClock) -> Body {
    let told = [
        "attached_to",
        "title",
        "protected",
        "bound",
        "required",
        "personal",
        "texts",
        "offers",
        "agreed",
        "signatures",
        "acknowledged_by",
    ];
    Body::new(view.title.clone(), header(view, clock))
        .below(link(&view.attached_to))
        .with(texts(view, clock))
        .some(newest(dossier))
        .some(agreement(view, clock))
        .with(signatures(view, clock))
        .some(details(view, clock, &told))
}

/// Where it stands, what it hangs on, and whom it protects and binds.
pub fn header(view: &ConditionView, clock: PageClock) -> Facts {
    super::header::stage(view.stage, Some(&view.since), clock)
        .with("Attached to", link(&view.attached_to))
        .with("Protects", Inline::text(words::side(view.protected)))
        .with("Binds", Inline::text(words::side(view.bound)))
        .with("Required before access", Inline::yes(view.required))
        .with("Each person acknowledges it", Inline::yes(view.personal))
}

fn texts(view: &ConditionView, clock: PageClock) -> Section {
    let path = format!("/conditions/{}", view.reference);
    let rows = view.texts.iter().rev().map(|text| {
        let read = Link { href: format!("{path}/texts/{}", text.number), text: format!("Text {}", text.number) };
        let before = text.number.saturating_sub(1);
        let changes = Link {
            href: format!("{path}/difference?from={before}&to={}", text.number),
            text: format!("Changes since text {before}"),
        };
        let changes = if before == 0 { Inline::None } else { Inline::Link(changes) };
        let (by, at) = (Inline::person(&text.by), clock.moment(&text.at).into());
        Row::new(vec![Inline::Link(read), by, at, changes, Inline::Code(text.digest.clone())])
    });
    let columns = ["Text", "By", "When", "Changes", "SHA-256"];
    Section::new("texts", "Texts").with(Table::new("Texts, newest first", &columns, "No text yet.").with(rows))
}

/// The newest text itself.
fn newest(dossier: &Dossier) -> Section {
    let newest = dossier.documents.iter().rev().find_map(|document| document.body.clone());
    let section = Section::new("newest", "The newest text");
    newest.map_or_else(|| section.clone(), |text| section.clone().with(Part::Text(text)))
}

fn agreement(view: &ConditionView, clock: PageClock) -> Section {
    let mut section = Section::new("agreement", "Agreement");
    if let Some(agreed) = &view.agreed {
        section = section.with(particulars::facts(agreed, clock, &[]));
    }
    section.parts.extend(offers(view.offers.iter(), clock));
    section
}

/// Open offers to agree on a text, each with its exact terms.
pub fn offers<'a>(offers: impl Iterator<Item = &'a OfferedAgreement>, clock: PageClock) -> impl Iterator<Item = Part> {
    offers.flat_map(move |offer| {
        let side = offer.offered_by.map(words::side).unwrap_or_default();
        let mut facts = particulars::facts(&offer.terms, clock, &[]);
        let who = Facts::new()
            .with("Offered by", Inline::text(side))
            .with("Lapses", why::lapse(&offer.offered_at, &offer.lapses_at, offer.lapses_after_working_days, clock))
            .with("SHA-256 of the terms", Inline::Code(offer.hash.clone()));
        facts.rows.extend(who.rows);
        [Part::Heading("Open offer".to_owned()), facts.into()]
    })
}

/// Columns of a table of signatures.
pub const SIGNATURE_COLUMNS: [&str; 5] = ["Typed name", "Capacity", "Side", "When", "SHA-256 of the text"];

/// A signature as the cells of such a table.
pub fn signed(signature: &SignatureView, clock: PageClock) -> Vec<Inline> {
    vec![
        Inline::text(signature.typed_name.clone()),
        Inline::text(signature.capacity.clone()),
        Inline::text(signature.side.map(words::side).unwrap_or_default()),
        clock.plain(signature.at.at).into(),
        Inline::Code(signature.digest.clone()),
    ]
}

fn signatures(view: &ConditionView, clock: PageClock) -> Section {
    let rows = view.signatures.iter().map(|signature| Row::new(signed(signature, clock)));
    let table = Table::new("Signatures", &SIGNATURE_COLUMNS, "Nobody has signed yet.").with(rows);
    let acknowledged = Inline::list(view.acknowledged_by.iter().map(Inline::person));
    let certificate = Link {
        href: format!("/conditions/{}/certificate", view.reference),
        text: "Certificate: who signed what, with its hashes".to_owned(),
    };
    let section = Section::new("signatures", "Signatures").with(table).with(Inline::Link(certificate));
    if acknowledged == Inline::None {
        return section;
    }
    section.with(Facts::new().with("Acknowledged by", acknowledged))
}
