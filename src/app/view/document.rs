//! The document.

use serde::Serialize;
use utoipa::ToSchema;

use super::{ErasedView, Moment, Person, Viewing, records};
use crate::domain::{
    document::{DocumentKind, MediaType},
    id::{Kind, RecordId, Subject},
};
use crate::{app::DocumentEntry, authz::Sight};

/// A document; its content is read from its own address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DocumentView {
    /// Its reference.
    pub reference: String,
    /// Reference of the engagement, nomination or condition that it hangs on.
    pub attached_to: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub document_kind: DocumentKind,
    /// Its media type.
    pub media_type: MediaType,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Counting from 1.
    pub version: u32,
    /// Reference of the version before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// For an executed copy: SHA-256 of the agreed text that it executes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub executes: Option<String>,
    /// Where it stands. Its content can be read while it is `available` or `superseded`.
    pub stage: &'static str,
    /// Since when.
    pub since: Moment,
    /// Who uploaded it.
    pub uploaded_by: Person,
    /// When it was declared.
    pub uploaded_at: Moment,
    /// When its content was erased, and under what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erased: Option<ErasedView>,
}

pub(super) fn view(v: &Viewing<'_>, id: RecordId) -> Option<DocumentView> {
    let entry = v.case.documents.get(&id)?;
    let (document, declared) = (&entry.state, &entry.state.declared);
    let reference = |subject: Subject| v.case.reference(subject).unwrap_or_default().to_owned();
    Some(DocumentView {
        reference: entry.reference.clone(),
        attached_to: reference(declared.attached_to),
        name: declared.name.as_str().to_owned(),
        document_kind: declared.document_kind,
        media_type: declared.media_type,
        size_bytes: declared.size_bytes,
        sha256: declared.sha256.as_str().to_owned(),
        version: declared.version,
        parent: declared.parent.map(|parent| reference(Subject::new(Kind::Document, parent))),
        executes: declared.executes.as_ref().map(|digest| digest.as_str().to_owned()),
        stage: document.stage.name(),
        since: v.moment(document.since),
        uploaded_by: v.names.by(&document.by, v.viewer.side),
        uploaded_at: v.moment(document.declared_at),
        erased: records::erased(v, document.erased.as_ref()),
    })
}

/// The first version of the document.
fn first(v: &Viewing<'_>, id: RecordId) -> RecordId {
    let mut first = id;
    // A parent is always older; the bound is for a case that says otherwise.
    for _ in 0..v.case.documents.len() {
        let Some(parent) = v.case.documents.get(&first).and_then(|entry| entry.state.declared.parent) else { break };
        first = parent;
    }
    first
}

fn listed(view: DocumentView) -> DocumentEntry {
    DocumentEntry {
        digest: view.sha256.clone(),
        title: view.name.clone(),
        media_type: view.media_type.name().to_owned(),
        created_at: view.uploaded_at.clone(),
        body: None,
        document: Some(view),
    }
}

impl Viewing<'_> {
    /// All versions of a document that the viewer reads, this one included, oldest first; none of another record.
    pub(in crate::app) fn versions(&self, subject: Subject) -> Vec<DocumentEntry> {
        if subject.kind != Kind::Document {
            return Vec::new();
        }
        let of = first(self, subject.id);
        let versions = self.case.documents.iter().filter(|(id, _)| first(self, **id) == of);
        let mut known: Vec<_> =
            versions.filter(|(id, _)| self.sight(Subject::new(Kind::Document, **id)) == Some(Sight::Whole)).collect();
        known.sort_by_key(|(id, entry)| (entry.state.declared.version, **id));
        known.into_iter().filter_map(|(id, _)| view(self, *id)).map(listed).collect()
    }

    /// The documents that hang on a record and that the viewer reads, oldest first. One that spillage locks is left out:
    /// its name, digest and size say something of its content.
    pub(in crate::app) fn documents(&self, subject: Subject) -> Vec<DocumentEntry> {
        let hanging = self.case.documents.iter().filter(|(_, entry)| entry.state.declared.attached_to == subject);
        let mut known: Vec<_> =
            hanging.filter(|(id, _)| self.sight(Subject::new(Kind::Document, **id)) == Some(Sight::Whole)).collect();
        known.sort_by_key(|(id, entry)| (entry.state.declared_at, **id));
        known.into_iter().filter_map(|(id, _)| view(self, *id)).map(listed).collect()
    }
}
