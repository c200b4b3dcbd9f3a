//! An organization: a developer, a partner, the host, or an agency of the host.

use sea_orm::entity::prelude::*;

/// An organization: a developer, a partner, the host, or an agency of the host.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organization")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Its name.
    pub name: String,
    /// `developer`, `government` or `partner`.
    pub side: String,
    /// The host, for an agency.
    pub agency_of: Option<String>,
    /// Whether it is the host; at most one is.
    pub is_host: bool,
    /// Whether it is an agency that owns the framework with others.
    pub framework_owner: bool,
    /// Key of its kind.
    pub party_kind: Option<String>,
    /// Key of the critical-infrastructure sector that it serves.
    pub sector: Option<String>,
    /// When it was made.
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
