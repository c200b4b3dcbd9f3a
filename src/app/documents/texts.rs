//! The texts of a condition one by one, and the difference between two of them.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    super::{
        App, AppError, Principal,
        read::Readable,
        view::{Moment, moment},
    },
    difference::Difference,
    reading::compared,
};
use crate::{
    domain::id::Kind,
    storage::documents::{self, Document},
};

/// One text of a condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TextEntry {
    /// Counting from 1.
    pub number: u32,
    /// SHA-256 of the text.
    pub digest: String,
    /// SHA-256 of the text that it redlines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The condition's title.
    pub title: String,
    /// Its media type.
    pub media_type: String,
    /// When it came.
    pub created_at: Moment,
    /// The text.
    pub body: String,
}

impl App {
    /// One text of a condition.
    ///
    /// # Errors
    /// [`AppError::NotFound`] also for a condition that the viewer may not know of, [`AppError::Erased`] once its texts
    /// were erased.
    pub async fn condition_text(&self, viewer: &Principal, name: &str, number: u32) -> Result<TextEntry, AppError> {
        let readable = self.readable(viewer, Kind::Condition, name, "text").await?;
        let texts = self.texts(viewer, &readable).await?;
        let zone = self.settings().program.zone;
        let (parent, text) = numbered(&readable, &texts, number)?;
        Ok(TextEntry {
            number,
            digest: text.digest.clone(),
            parent,
            title: text.title.clone(),
            media_type: text.media_type.clone(),
            created_at: moment(text.created_at, zone),
            body: text.body.clone(),
        })
    }

    /// The difference between two texts of a condition: `to` is the newest, and `from` the one before it, if left out.
    ///
    /// # Errors
    /// As [`App::condition_text`].
    pub async fn condition_difference(
        &self,
        viewer: &Principal,
        name: &str,
        from: Option<u32>,
        to: Option<u32>,
    ) -> Result<Difference, AppError> {
        let readable = self.readable(viewer, Kind::Condition, name, "difference").await?;
        let texts = self.texts(viewer, &readable).await?;
        let body = |number| numbered(&readable, &texts, number).map(|(_, text)| text.body.clone());
        let newest = readable.case.conditions.get(&readable.subject.id).and_then(|entry| entry.state.versions.last());
        let to = to.or(newest.map(|version| version.number)).unwrap_or(1);
        compared(body(from.unwrap_or(to.saturating_sub(1)))?, body(to)?).await
    }

    pub(super) async fn texts(&self, viewer: &Principal, readable: &Readable) -> Result<Vec<Document>, AppError> {
        let condition = readable.case.conditions.get(&readable.subject.id);
        if let Some(erased) = condition.and_then(|entry| entry.state.erased.as_ref()) {
            return Err(self.gone(erased));
        }
        let tx = self.store().begin_read().await?;
        let found = documents::of_aggregates(&tx, &[readable.subject.id], &readable.audiences(viewer)).await?;
        tx.end().await?;
        Ok(found)
    }
}

/// The text with this number, and the digest of the one before it.
pub(super) fn numbered<'a>(
    readable: &Readable,
    texts: &'a [Document],
    number: u32,
) -> Result<(Option<String>, &'a Document), AppError> {
    let condition = readable.case.conditions.get(&readable.subject.id).ok_or(AppError::NotFound)?;
    let version = condition.state.versions.iter().find(|version| version.number == number);
    let version = version.ok_or(AppError::NotFound)?;
    let text = texts.iter().find(|text| text.digest == version.digest.as_str()).ok_or(AppError::NotFound)?;
    Ok((version.parent.as_ref().map(|parent| parent.as_str().to_owned()), text))
}
