//! A framework version as somebody drafted it, laid it down or activated it, by digest.

use sea_orm::entity::prelude::*;

/// A framework version as somebody drafted it, laid it down or activated it, by digest.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "framework_version")]
pub struct Model {
    /// SHA-256 of the version as it is written, hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: String,
    /// Its name; several drafts may have one, and only one of them becomes active.
    pub version: String,
    /// First date on which it applies, `YYYY-MM-DD`.
    pub effective_from: String,
    /// The version as it is written: its TOML and its texts, as JSON.
    pub written: String,
    /// Who drafted it; none for one that the operator laid down.
    pub author_id: Option<String>,
    /// When it was drafted.
    pub drafted_at: i64,
    /// Hash of the first key's offer.
    pub offer_hash: Option<String>,
    /// The first key's offer, as JSON.
    pub offer: Option<String>,
    /// The second key; none for a version that the operator laid down.
    pub activated_by: Option<String>,
    /// From when it counts; nothing changes any more then.
    pub activated_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
