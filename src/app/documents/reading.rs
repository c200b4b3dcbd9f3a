//! Reading a document's content, and the difference between two versions. Each read is logged (invariant 19), and what
//! is read has the digest that the record says.

use bytes::Bytes;

use super::{
    super::{App, AppError, Principal, read::Readable},
    difference::{Difference, DifferenceError, between},
};
use crate::{
    domain::{
        document::{Document, MediaType},
        id::{Kind, RecordId, Subject},
        refusal::Refusal,
        text::Sha256Hex,
    },
    storage::document_objects,
};

/// A document's content.
#[derive(Clone, Debug)]
pub struct Content {
    /// The bytes; of a download they hold its turn until the last of them is sent.
    pub bytes: Bytes,
    /// The document's name, as its uploader typed it; it is no file's name.
    pub name: String,
    /// Its reference.
    pub reference: String,
    /// Its media type.
    pub media_type: MediaType,
    /// SHA-256 of the bytes.
    pub sha256: String,
}

/// The object store does not have what the record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// There is no such object.
    #[error("the content is missing")]
    Missing,
    /// Its bytes have another digest.
    #[error("the content has another digest than the record")]
    Altered,
}

impl App {
    /// The content of a document.
    ///
    /// # Errors
    /// [`AppError::NotFound`] also for a document that the viewer may not know of, [`AppError::Refused`] while or after
    /// it cannot be read, [`AppError::Erased`] once it was erased, [`AppError::Damaged`] if the stored bytes are not those of the record,
    /// [`AppError::Busy`] while too many contents are in hand, of everybody or of the viewer.
    pub async fn content(&self, viewer: &Principal, name: &str) -> Result<Content, AppError> {
        let readable = self.readable(viewer, Kind::Document, name, "content").await?;
        let turn = self.downloads().take(viewer.actor.account)?;
        let content = self.content_of(&readable).await?;
        Ok(Content { bytes: turn.with(content.bytes), ..content })
    }

    async fn content_of(&self, readable: &Readable) -> Result<Content, AppError> {
        let id = readable.subject.id;
        let entry = readable.case.documents.get(&id).ok_or(AppError::NotFound)?;
        let Document { declared, stage, erased, .. } = &entry.state;
        if let Some(erased) = erased {
            return Err(self.gone(erased));
        }
        if !stage.is_readable() {
            return Err(Refusal::WrongStage { stage: stage.name(), allowed: vec!["available", "superseded"] }.into());
        }
        Ok(Content {
            bytes: self.undamaged(id, &entry.reference, &declared.sha256).await?,
            name: declared.name.as_str().to_owned(),
            reference: entry.reference.clone(),
            media_type: declared.media_type,
            sha256: declared.sha256.as_str().to_owned(),
        })
    }

    /// The stored bytes of a document.
    ///
    /// # Errors
    /// [`AppError::Damaged`] if there are none, or others than the record says.
    pub(in crate::app) async fn undamaged(
        &self,
        id: RecordId,
        document: &str,
        sha256: &Sha256Hex,
    ) -> Result<Bytes, AppError> {
        let damaged = |damage| AppError::Damaged { document: document.to_owned(), damage };
        self.stored(id, sha256).await?.map_err(damaged)
    }

    /// The stored bytes of a document, if they have the digest.
    pub(in crate::app) async fn stored(
        &self,
        id: RecordId,
        sha256: &Sha256Hex,
    ) -> Result<Result<Bytes, Damage>, AppError> {
        let tx = self.store().begin_read().await?;
        let key = document_objects::of_document(&tx, id).await?;
        tx.end().await?;
        let Some(key) = key else { return Ok(Err(Damage::Missing)) };
        let Some(bytes) = self.objects().get(self.store(), key).await? else { return Ok(Err(Damage::Missing)) };
        Ok(if Sha256Hex::of(&bytes) == *sha256 { Ok(bytes) } else { Err(Damage::Altered) })
    }

    /// The difference between two texts that hang on the same record; with the version before it unless `from` says
    /// another.
    ///
    /// # Errors
    /// As [`App::content`] for each of them; [`AppError::NoDifference`] for a PDF, a large text, or documents of
    /// different records.
    pub async fn difference(&self, viewer: &Principal, from: Option<&str>, to: &str) -> Result<Difference, AppError> {
        let newer = self.readable(viewer, Kind::Document, to, "difference").await?;
        let before = newer.case.documents.get(&newer.subject.id).and_then(|entry| entry.state.declared.parent);
        let before = before.and_then(|parent| newer.case.reference(Subject::new(Kind::Document, parent)));
        let from = from.or(before).ok_or(DifferenceError::First)?;
        let older = self.readable(viewer, Kind::Document, from, "difference").await?;
        let place = |readable: &Readable| {
            let entry = readable.case.documents.get(&readable.subject.id);
            entry.map(|entry| (entry.state.declared.attached_to, entry.state.declared.media_type))
        };
        let (Some(to), Some(from)) = (place(&newer), place(&older)) else { return Err(AppError::NotFound) };
        if to.0 != from.0 {
            return Err(DifferenceError::Elsewhere.into());
        }
        if !to.1.is_text() || !from.1.is_text() {
            return Err(DifferenceError::NotText.into());
        }
        let _turn = self.downloads().take(viewer.actor.account)?;
        let (from, to) = (self.content_of(&older).await?, self.content_of(&newer).await?);
        compared(text(&from)?, text(&to)?).await
    }
}

fn text(content: &Content) -> Result<String, AppError> {
    String::from_utf8(content.bytes.to_vec()).map_err(AppError::internal)
}

/// Compares two texts on a thread that may wait.
pub(super) async fn compared(from: String, to: String) -> Result<Difference, AppError> {
    let compare = move || {
        let (hunks, unified) = between(&from, &to)?;
        let digest = |text: &str| Sha256Hex::of(text.as_bytes()).as_str().to_owned();
        Ok(Difference { from_sha256: digest(&from), to_sha256: digest(&to), hunks, unified })
    };
    tokio::task::spawn_blocking(compare).await.map_err(AppError::internal)?
}
