//! A sign-in that lasts. It ends by time, by sign-out, or by revocation.

use sea_orm::entity::prelude::*;

/// A sign-in that lasts. It ends by time, by sign-out, or by revocation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The account.
    pub account_id: String,
    /// `aal1` or `aal2`.
    pub assurance: String,
    /// When it was made.
    pub created_at: i64,
    /// The last request.
    pub last_seen_at: i64,
    /// When it ends by time.
    pub expires_at: i64,
    /// When it was ended.
    pub ended_at: Option<i64>,
    /// Why it was ended.
    pub ended_reason: Option<String>,
    /// SHA-256 of the user agent.
    pub user_agent_hash: Option<String>,
    /// The one record that the session is limited to, for a session that a link began.
    pub record_id: Option<String>,
    /// SHA-256 of the cookie's value, for a session of a browser.
    pub cookie_hash: Option<String>,
    /// SHA-256 of the value that the cookie had before the person last proved to be it.
    pub cookie_hash_before: Option<String>,
    /// When the person last proved to be it.
    pub proved_at: i64,
    /// The row that `account_id` names.
    #[sea_orm(belongs_to, from = "account_id", to = "id")]
    pub account: BelongsTo<super::account::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
