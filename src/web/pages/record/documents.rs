//! The texts and documents of a record; of a document, its versions. Each with a way to read it and to what changed since
//! the version before it.

use crate::{
    app::{
        Dossier,
        view::{ConditionView, DocumentView, RecordView},
    },
    domain::{document::MediaType, id::Kind},
    web::pages::{
        time::PageClock,
        ui::{Inline, Row, Section, Table},
        words,
    },
};

use super::other::code;

const COLUMNS: [&str; 7] = ["Document", "Kind", "Version", "Stage", "Came", "Read", "SHA-256"];

/// The section.
pub fn documents(dossier: &Dossier, clock: PageClock) -> Section {
    let rows = dossier.documents.iter().map(|entry| {
        let [named, kind, version, stage, read] = match (&entry.document, &dossier.view) {
            (Some(document), _) => file(document, &dossier.reference),
            (None, RecordView::Condition(condition)) => text(condition, &entry.digest),
            (None, _) => [entry.title.as_str().into(), "Text".into(), Inline::None, Inline::None, Inline::None],
        };
        let came = clock.moment(&entry.created_at).into();
        Row::new(vec![named, kind, version, stage, came, read, Inline::Code(entry.digest.clone())])
    });
    let (heading, caption) = if dossier.kind == Kind::Document {
        ("Versions", "Versions of this document")
    } else {
        ("Documents", "Texts and documents")
    };
    let table = Table::new(caption, &COLUMNS, "No text or document that you may know of.").with(rows);
    let section = Section::new("documents", heading).with(table);
    if !dossier.begins.iter().any(|action| action.kind == Kind::Document) {
        return section;
    }
    section.with(Inline::link(format!("/documents/new?under={}", dossier.reference), "Add a document"))
}

/// A file: its name, kind, version and stage, and the ways to read it.
fn file(view: &DocumentView, here: &str) -> [Inline; 5] {
    let path = format!("/documents/{}", view.reference);
    let there = ["available", "superseded"].contains(&view.stage);
    let before = view.parent.as_ref().filter(|_| there && view.media_type != MediaType::Pdf);
    let changes = before.map(|before| {
        Inline::link(format!("{path}/difference?from={before}"), format!("Changes since version {}", view.version - 1))
    });
    let open = there.then(|| Inline::link(format!("{path}/open"), "Open"));
    let name = if view.reference == here {
        Inline::text(format!("{} {}, this one", view.reference, view.name))
    } else {
        Inline::link(path, format!("{} {}", view.reference, view.name))
    };
    [
        name,
        Inline::code_word(&code(&view.document_kind)),
        Inline::text(view.version.to_string()),
        Inline::text(words::label(view.stage)),
        Inline::list(open.into_iter().chain(changes)),
    ]
}

/// A text of a condition, by its digest.
fn text(view: &ConditionView, digest: &str) -> [Inline; 5] {
    let path = format!("/conditions/{}", view.reference);
    let Some(number) = view.texts.iter().find(|text| text.digest == digest).map(|text| text.number) else {
        return [view.title.as_str().into(), "Text".into(), Inline::None, Inline::None, Inline::None];
    };
    let before = number.saturating_sub(1);
    let changes = (before > 0).then(|| {
        Inline::link(format!("{path}/difference?from={before}&to={number}"), format!("Changes since text {before}"))
    });
    let stage = if usize::try_from(number).is_ok_and(|number| number == view.texts.len()) { "Newest" } else { "" };
    [
        Inline::link(format!("{path}/texts/{number}"), format!("{}, text {number}", view.title)),
        "Text".into(),
        Inline::text(number.to_string()),
        stage.into(),
        Inline::maybe(changes, |changes| changes),
    ]
}
