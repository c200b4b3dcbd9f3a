//! Taking content away in the transaction that records its erasure: texts and particulars at once, and the contents of
//! documents by marking their objects, which are swept afterwards and until it is done. What erases is said by the
//! events alone, so that nothing is taken away that no event tells of.

use std::collections::BTreeSet;

use anteroom_entity::{document, event, event_payload};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, SelectStatement},
};

use super::{codec::micros, document_objects, error::StorageError, store::WriteTx, transaction::RecordedEvent};
use crate::domain::{
    id::{Kind, RecordId},
    records::{BEARING_CONTENT, erases},
    time::Instant,
};

/// Takes away what these events erase. The particulars of an event leave a mark with the instant (`erased_at`); its
/// commitment stays in the chain, and without the salt nobody can try a text against it.
pub(super) async fn erase(tx: &WriteTx, events: &[RecordedEvent], now: Instant) -> Result<(), StorageError> {
    let erased = || events.iter().map(|recorded| &recorded.event).filter(|happened| erases(&happened.event));
    let of = |wanted: bool| erased().filter(move |happened| (happened.subject.kind == Kind::Document) == wanted);
    let documents: BTreeSet<RecordId> = of(true).map(|happened| happened.subject.id).collect();
    document_objects::discard(tx, &documents.into_iter().collect::<Vec<_>>()).await?;
    let records: BTreeSet<String> = of(false).map(|happened| happened.subject.id.to_string()).collect();
    if records.is_empty() {
        return Ok(());
    }
    document::Entity::delete_many().filter(document::Column::AggregateId.is_in(&records)).exec(tx.db()).await?;
    event_payload::Entity::update_many()
        .col_expr(event_payload::Column::Payload, Expr::value(None::<String>))
        .col_expr(event_payload::Column::Salt, Expr::value(None::<String>))
        .col_expr(event_payload::Column::ErasedAt, Expr::value(micros(now)))
        .filter(event_payload::Column::EventId.in_subquery(bearing_content(&records)))
        .filter(event_payload::Column::ErasedAt.is_null())
        .exec(tx.db())
        .await?;
    Ok(())
}

/// The events of these records whose particulars hold content.
fn bearing_content(records: &BTreeSet<String>) -> SelectStatement {
    event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(event::Column::AggregateId.is_in(records))
        .filter(event::Column::TypeCode.is_in(BEARING_CONTENT))
        .into_query()
}
