//! The texts of a condition one by one, and the difference between two of them.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    super::{
        App, AppError, Principal,
        read::Readable,
        view::{ConditionView, Moment, RecordView, moment},
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

/// What changed since the text that the viewer's side signed last.
#[derive(Clone, Debug)]
pub struct SinceSigned {
    /// The condition whose text was signed.
    pub reference: String,
    /// The number of that text.
    pub number: u32,
    /// What changed since.
    pub difference: Difference,
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

    /// What changed since the text of the own organization's side that was signed last: an earlier text of the
    /// condition, or of the one that it is to take the place of; none where the side signed neither, or signed the
    /// agreed text already.
    ///
    /// # Errors
    /// As [`App::condition_text`].
    pub async fn changes_since_signed(
        &self,
        viewer: &Principal,
        condition: &ConditionView,
    ) -> Result<Option<SinceSigned>, AppError> {
        let Some(agreed) = condition.agreed.as_ref().map(|agreed| agreed.digest.as_str()) else { return Ok(None) };
        let before = match signed_by(condition, viewer) {
            Some(digest) => Some((condition.clone(), digest)),
            None => self.predecessor_signed(viewer, condition).await?,
        };
        let Some((older, signed)) = before.filter(|(_, signed)| *signed != agreed) else { return Ok(None) };
        let number = |of: &ConditionView, digest: &str| {
            of.texts.iter().find(|text| text.digest == digest).map(|text| text.number)
        };
        let (Some(from), Some(to)) = (number(&older, &signed), number(condition, agreed)) else { return Ok(None) };
        let before = self.condition_text(viewer, &older.reference, from).await?;
        let after = self.condition_text(viewer, &condition.reference, to).await?;
        let difference = compared(before.body, after.body).await?;
        Ok(Some(SinceSigned { reference: older.reference, number: from, difference }))
    }

    /// The condition whose place this one takes, if the viewer's side signed it and the viewer may know of it.
    async fn predecessor_signed(
        &self,
        viewer: &Principal,
        condition: &ConditionView,
    ) -> Result<Option<(ConditionView, String)>, AppError> {
        let Some(before) = &condition.supersedes else { return Ok(None) };
        let found = match self.record(viewer, Kind::Condition, before).await {
            Ok(found) => found,
            Err(AppError::NotFound | AppError::Forbidden) => return Ok(None),
            Err(error) => return Err(error),
        };
        let RecordView::Condition(older) = found.view else { return Ok(None) };
        let signed = signed_by(&older, viewer);
        Ok(signed.map(|signed| (older, signed)))
    }

    async fn texts(&self, viewer: &Principal, readable: &Readable) -> Result<Vec<Document>, AppError> {
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

/// The digest that the viewer's side signed last.
fn signed_by(condition: &ConditionView, viewer: &Principal) -> Option<String> {
    let own = condition.signatures.iter().filter(|signature| signature.side == Some(viewer.actor.side));
    own.max_by_key(|signature| signature.at.at).map(|signature| signature.digest.clone())
}

/// The text with this number, and the digest of the one before it.
fn numbered<'a>(
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
