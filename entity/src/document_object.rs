//! An object of the object store that holds, or was to hold, a document's content.

use sea_orm::entity::prelude::*;

/// An object of the object store that holds, or was to hold, a document's content.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document_object")]
pub struct Model {
    /// Random key of the object.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The document.
    pub document_id: String,
    /// `staged` before the document's event is recorded, `quarantined`, `kept`, or `discarded`.
    pub state: String,
    /// When it was staged, system time.
    pub created_at: i64,
    /// How often it was handed to the scanner.
    pub attempts: i32,
    /// When it is to be scanned next, system time.
    pub next_attempt_at: i64,
    /// The lease of the worker that scans it.
    pub lease_token: Option<String>,
    /// Until when that lease lasts, system time.
    pub lease_until: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
