//! One aggregate: its folded state and the columns that lists filter and sort by.

use sea_orm::entity::prelude::*;

/// One aggregate: its folded state and the columns that lists filter and sort by.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "aggregate")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Name of the kind.
    pub kind: String,
    /// The reference that people use, unique.
    pub reference: String,
    /// The model release that it stands under; itself for a release.
    pub release_id: Option<String>,
    /// The engagement that it stands under; itself for an engagement.
    pub engagement_id: Option<String>,
    /// The developer that owns it.
    pub developer_id: Option<String>,
    /// The partner organization that may see it.
    pub partner_id: Option<String>,
    /// The person that it concerns.
    pub holder_id: Option<String>,
    /// Name of the stage.
    pub stage: String,
    /// Whether the government may see it.
    pub government: bool,
    /// The release whose one live engagement this is, unique.
    pub live_release: Option<String>,
    /// Folded state as JSON.
    pub state: String,
    /// Schema version of the state.
    pub state_schema: i32,
    /// JSON: the newest sequence number and hash of each stream, by audience.
    pub heads: String,
    /// How many events it has; internal, never shown.
    pub event_count: i64,
    /// When time alone moves the case next.
    pub next_due_at: Option<i64>,
    /// When it was made.
    pub created_at: i64,
    /// When it changed last.
    pub updated_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
