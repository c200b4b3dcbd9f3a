//! The uploaded documents of a package: each that its reader sees whole stands in the list, with the file that holds its
//! content, or with the reason why there is none. Contents are added to the archive one at a time.

use serde::{Deserialize, Serialize};

use crate::domain::{
    case::Case,
    document::{Document, DocumentStage, MediaType},
    id::{Kind, RecordId, Subject},
    text::Sha256Hex,
};

/// The folder of the contents.
pub(super) const CONTENTS: &str = "contents/";

/// The most bytes of contents in one package; what does not fit is fetched from its own address.
pub(super) const MOST_CONTENT: u64 = 100_000_000;

/// An uploaded document in `record.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedContent {
    /// The document; within the service alone.
    #[serde(skip)]
    pub(super) id: Option<RecordId>,
    /// The document's reference.
    pub document: String,
    /// Reference of what it hangs on.
    pub attached_to: String,
    /// Its name, as its uploader typed it; it is no file's name.
    pub name: String,
    /// Its media type.
    pub media_type: MediaType,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Hex,
    /// How many bytes.
    pub size_bytes: u64,
    /// The file of the package that holds it; none where it is not included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Why it is not included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_included: Option<NotIncluded>,
}

/// Why the content of a document is not in a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotIncluded {
    /// A stable word: the stage in which there is no content to read, or `over_limit`.
    pub reason: String,
    /// The reason, for a person to read.
    pub detail: String,
}

impl NotIncluded {
    fn new(reason: &str, detail: impl Into<String>) -> Self {
        Self { reason: reason.to_owned(), detail: detail.into() }
    }

    /// Why the content cannot be read; none for one that can.
    fn of(document: &Document) -> Option<Self> {
        let stage = document.stage;
        let detail = match stage {
            DocumentStage::Available | DocumentStage::Superseded => return None,
            DocumentStage::AwaitingContent => "the content was not received".to_owned(),
            DocumentStage::Quarantined => "the content waits for the scanner".to_owned(),
            DocumentStage::Rejected => "the scanner refused the content".to_owned(),
            DocumentStage::Withdrawn => "it was taken back before it was available".to_owned(),
            DocumentStage::Lapsed => "the content did not arrive in time".to_owned(),
            DocumentStage::Erased => match &document.erased {
                Some(erased) => erased.to_string(),
                None => "erased".to_owned(),
            },
        };
        Some(Self::new(stage.name(), detail))
    }
}

/// The documents among these records, the oldest first.
pub(super) fn contents(case: &Case, records: impl Iterator<Item = Subject>, most: u64) -> Vec<ExportedContent> {
    let documents = records.filter(|subject| subject.kind == Kind::Document);
    let mut found: Vec<_> =
        documents.filter_map(|subject| Some((subject.id, case.documents.get(&subject.id)?))).collect();
    found.sort_by_key(|(id, entry)| (entry.state.declared_at, *id));
    let mut left = most;
    let content = |(id, entry): (RecordId, &crate::domain::case::Entry<Document>)| {
        let declared = &entry.state.declared;
        let not_included = NotIncluded::of(&entry.state).or_else(|| over(declared.size_bytes, &mut left));
        ExportedContent {
            id: Some(id),
            document: entry.reference.clone(),
            attached_to: case.reference(declared.attached_to).unwrap_or_default().to_owned(),
            name: declared.name.as_str().to_owned(),
            media_type: declared.media_type,
            sha256: declared.sha256.clone(),
            size_bytes: declared.size_bytes,
            path: not_included.is_none().then(|| path(&entry.reference, declared.media_type)),
            not_included,
        }
    };
    found.into_iter().map(content).collect()
}

/// Takes the content's bytes from what is left, or says that they do not fit.
fn over(size: u64, left: &mut u64) -> Option<NotIncluded> {
    match left.checked_sub(size) {
        Some(rest) => {
            *left = rest;
            None
        }
        None => Some(NotIncluded::new("over_limit", "the package is full; the content has an address of its own")),
    }
}

/// The file's name is made of the reference and the media type alone: nothing of it was typed by anybody.
fn path(reference: &str, media_type: MediaType) -> String {
    let end = media_type.extensions().first().copied().unwrap_or_default();
    format!("{CONTENTS}{reference}{end}")
}

#[cfg(test)]
mod tests;
