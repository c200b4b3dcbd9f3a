//! One query that a person keeps under a name.

use sea_orm::entity::prelude::*;

/// One query that a person keeps under a name.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "saved_view")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Whose it is.
    pub account_id: String,
    /// The person's organization, for which it may be shared.
    pub organization_id: String,
    /// Its name, unique for the person.
    pub name: String,
    /// Where the query is asked: `search` or `worklist`.
    pub place: String,
    /// The query in canonical form.
    pub query: String,
    /// Whether the organization's people see it.
    pub shared: bool,
    /// When it was made.
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
