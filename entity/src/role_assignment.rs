//! A role that an account holds, and the two people who gave it.

use sea_orm::entity::prelude::*;

/// A role that an account holds, and the two people who gave it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_assignment")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The account.
    pub account_id: String,
    /// Two-letter code.
    pub role: String,
    /// Who asked for it.
    pub asked_by: Option<String>,
    /// When it was asked for.
    pub asked_at: i64,
    /// Who confirmed it; for a role that takes two, another person.
    pub confirmed_by: Option<String>,
    /// From when it counts.
    pub confirmed_at: Option<i64>,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// The row that `account_id` names.
    #[sea_orm(belongs_to, from = "account_id", to = "id")]
    pub account: BelongsTo<super::account::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
