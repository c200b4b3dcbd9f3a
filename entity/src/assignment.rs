//! An account that is assigned to an aggregate.

use sea_orm::entity::prelude::*;

/// An account that is assigned to an aggregate.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assignment")]
pub struct Model {
    /// The aggregate.
    #[sea_orm(primary_key, auto_increment = false)]
    pub aggregate_id: String,
    /// The account.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: String,
    /// The row that `aggregate_id` names.
    #[sea_orm(belongs_to, from = "aggregate_id", to = "id")]
    pub aggregate: BelongsTo<super::aggregate::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
