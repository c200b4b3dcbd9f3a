//! One request for something, and its outcome.

use sea_orm::entity::prelude::*;

/// One request for something, and its outcome.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_log")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// When.
    pub at: i64,
    /// The account.
    pub account_id: Option<String>,
    /// The session.
    pub session_id: Option<String>,
    /// What was asked for.
    pub action: String,
    /// What it was asked of.
    pub reference: Option<String>,
    /// The aggregate.
    pub aggregate_id: Option<String>,
    /// `allowed`, `denied` or `refused`.
    pub outcome: String,
    /// Code of the reason.
    pub detail: String,
}

impl ActiveModelBehavior for ActiveModel {}
