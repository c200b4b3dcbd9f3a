//! An invitation by mail. Its secret stands hashed among the one-time links.

use sea_orm::entity::prelude::*;

/// An invitation by mail. Its secret stands hashed among the one-time links.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitation")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Lower-case address: the account gets exactly this one.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The organization that the person will be of.
    pub organization_id: String,
    /// Whether the person will act by links, without a password.
    pub is_external: bool,
    /// Codes of the roles that are asked for, divided by commas.
    pub roles: String,
    /// Who invited.
    pub invited_by: String,
    /// The organization of who invited.
    pub invited_from: String,
    /// When the last mail was queued.
    pub sent_at: i64,
    /// When it ends by time.
    pub expires_at: i64,
    /// When it was accepted.
    pub accepted_at: Option<i64>,
    /// The account that came of it.
    pub account_id: Option<String>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
