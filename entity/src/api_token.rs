//! A token of an organization's program, by hash.

use sea_orm::entity::prelude::*;

/// A token of an organization's program, by hash.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_token")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// SHA-256 of the token, unique.
    pub hash: String,
    /// The organization.
    pub organization_id: String,
    /// Who made it.
    pub created_by: String,
    /// What it is for.
    pub name: String,
    /// JSON list of what it may do.
    pub scopes: String,
    /// When it was made.
    pub created_at: i64,
    /// When it ends by time.
    pub expires_at: i64,
    /// When it was used last.
    pub last_used_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// The row that `organization_id` names.
    #[sea_orm(belongs_to, from = "organization_id", to = "id")]
    pub organization: BelongsTo<super::organization::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
