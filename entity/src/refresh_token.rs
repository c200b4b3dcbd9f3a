//! One refresh token of a session, by hash; used once, then replaced.

use sea_orm::entity::prelude::*;

/// One refresh token of a session, by hash; used once, then replaced.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_token")]
pub struct Model {
    /// SHA-256 of the token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    /// The session.
    pub session_id: String,
    /// When it was issued.
    pub issued_at: i64,
    /// When it was used.
    pub used_at: Option<i64>,
    /// Hash of the token that followed.
    pub replaced_by: Option<String>,
    /// The row that `session_id` names.
    #[sea_orm(belongs_to, from = "session_id", to = "id")]
    pub session: BelongsTo<super::session::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
