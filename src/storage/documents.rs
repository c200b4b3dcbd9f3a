//! Texts that came with events. They are never changed: a new text is a new document.

use anteroom_entity::document::{self, Column};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    codec::{instant, named, uuid},
    error::StorageError,
    store::ReadTx,
};
use crate::domain::{audience::Audience, id::RecordId, time::Instant};

/// A text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its id: that of the event that it came with.
    pub id: Uuid,
    /// The aggregate that it belongs to.
    pub aggregate: RecordId,
    /// Who may read it.
    pub audience: Audience,
    /// SHA-256 of the text, hex.
    pub digest: String,
    /// Its title.
    pub title: String,
    /// Its media type.
    pub media_type: String,
    /// The text.
    pub body: String,
    /// When it came.
    pub created_at: Instant,
}

/// The texts of these aggregates for these audiences, oldest first.
pub async fn of_aggregates(
    tx: &ReadTx,
    aggregates: &[RecordId],
    audiences: &[Audience],
) -> Result<Vec<Document>, StorageError> {
    let rows = document::Entity::find()
        .filter(Column::AggregateId.is_in(aggregates.iter().map(ToString::to_string)))
        .filter(Column::Audience.is_in(audiences.iter().map(|audience| audience.code())))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(tx.db())
        .await?;
    rows.into_iter().map(read).collect()
}

fn read(row: document::Model) -> Result<Document, StorageError> {
    Ok(Document {
        id: uuid(&row.id)?,
        aggregate: RecordId(uuid(&row.aggregate_id)?),
        audience: named(Audience::from_code(&row.audience), "an audience")?,
        digest: row.digest,
        title: row.title,
        media_type: row.media_type,
        body: row.body,
        created_at: instant(row.created_at)?,
    })
}
