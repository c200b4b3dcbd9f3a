//! The bytes of an object, where the database is the object store.

use sea_orm::entity::prelude::*;

/// The bytes of an object, where the database is the object store.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document_content")]
pub struct Model {
    /// The object's key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub object_id: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
