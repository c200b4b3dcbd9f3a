//! The papers of a pack: uploaded documents by name and version, the texts in full, and where the ledger stands.

use std::collections::BTreeMap;

use super::parts::Parts;
use crate::{
    app::{
        export::ExportedContent,
        view::{DocumentView, RecordView},
    },
    web::pages::{
        documents::size,
        record::link,
        ui::{Facts, Inline, Part, Row, Section, Table},
        words,
    },
};

/// Letters of a digest in an id.
const DIGEST: usize = 16;

/// The id of the section of a text.
pub fn text_id(digest: &str) -> String {
    format!("text-{}", digest.chars().take(DIGEST).collect::<String>())
}

impl<'a> Parts<'a> {
    /// Uploaded documents with their versions.
    pub fn documents(&self) -> Section {
        let known = self.of(|view| if let RecordView::Document(document) = view { Some(document) } else { None });
        let known: BTreeMap<&str, &DocumentView> =
            known.into_iter().map(|document| (document.reference.as_str(), document)).collect();
        let rows = self.export.record.contents.iter().map(|content| {
            let document = known.get(content.document.as_str());
            Row::new(vec![
                Inline::text(&content.name),
                link(&content.document),
                Inline::text(document.map(|one| one.version.to_string()).unwrap_or_default()),
                Inline::text(document.map(|one| words::label(one.stage)).unwrap_or_default()),
                link(&content.attached_to),
                Inline::text(form(content)),
                Inline::Code(content.sha256.as_str().to_owned()),
            ])
        });
        let columns = ["Name", "Document", "Version", "Stage", "Attached to", "Form", "SHA-256"];
        let table = Table::new("Uploaded documents", &columns, "No document was uploaded.").with(rows);
        Section::new("documents", "Documents").with(table)
    }

    /// Each text once, with every record that has it.
    pub fn texts(&self) -> Vec<Section> {
        let text = |(digest, body): (&'a String, &'a String)| {
            let of = self.export.record.documents.iter().filter(|document| document.digest == *digest);
            let records = Inline::list(of.clone().map(|one| link(&one.record)));
            let came = Inline::list(of.clone().map(|one| Inline::from(self.clock.plain(one.created_at.at))));
            let title = of.map(|one| one.title.as_str()).next().unwrap_or("Text");
            let facts = Facts::new().some("Of", records).some("Came", came);
            let facts = facts.with("SHA-256", Inline::Code(digest.clone()));
            Section::new(&text_id(digest), &format!("Text: {title}")).with(facts).with(Part::Text(body.clone()))
        };
        self.export.documents.iter().map(text).collect()
    }

    /// The newest link of each stream that the requester belongs to.
    pub fn ledger(&self) -> Section {
        let rows = self.export.audit.streams.iter().map(|stream| {
            Row::new(vec![
                link(&stream.record),
                Inline::text(words::audience(stream.audience)),
                Inline::text(stream.head.sequence.to_string()),
                Inline::Code(stream.head.hash.clone()),
            ])
        });
        let columns = ["Record", "Known to", "Links", "Hash of the newest link"];
        let table = Table::new("Chains of the record", &columns, "None.").titled().with(rows);
        let how = "The export package holds every link; `anteroom verify --package` checks it without the service.";
        Section::new("ledger", "Ledger").with(Inline::text(how)).with(table)
    }
}

/// Media type and size, and why the content is not in the package if it is not.
fn form(content: &ExportedContent) -> String {
    let form = format!("{}, {}", content.media_type.name(), size(content.size_bytes));
    match &content.not_included {
        Some(why) => format!("{form}; not in the package: {}", why.detail),
        None => form,
    }
}
