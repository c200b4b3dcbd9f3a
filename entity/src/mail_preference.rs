//! What a person chose about mail.

use sea_orm::entity::prelude::*;

/// What a person chose about mail.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_preference")]
pub struct Model {
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: String,
    /// JSON: cadence by topic.
    pub choices: String,
    /// Whether own task dates are sent as calendar entries.
    pub calendar_entries: bool,
    /// Whether mail waits over nights and holidays.
    pub quiet_hours: bool,
    /// The zone of the person's day.
    pub zone: Option<String>,
    /// When it was chosen, business time.
    pub changed_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
