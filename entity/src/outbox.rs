//! One mail that is to go out.

use sea_orm::entity::prelude::*;

/// One mail that is to go out.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// What makes the mail one and the same, unique.
    pub dedupe_key: String,
    /// Number of the notice, such as `N7`.
    pub code: String,
    /// The template.
    pub template: String,
    /// The reference that the mail names.
    pub reference: Option<String>,
    /// The aggregate.
    pub aggregate_id: Option<String>,
    /// The recipient.
    pub recipient_account: Option<String>,
    /// The recipient's address when it was queued.
    pub address: String,
    /// JSON: the allow-listed fields.
    pub fields: String,
    /// The deadline that it reminds of.
    pub deadline_id: Option<String>,
    /// When it was queued, business time.
    pub queued_at: i64,
    /// Not before this, business time.
    pub send_after: i64,
    /// Attempts so far.
    pub attempts: i32,
    /// When to try next, system time.
    pub next_attempt_at: i64,
    /// Who holds it now.
    pub lease_token: Option<String>,
    /// Until when, system time.
    pub lease_until: Option<i64>,
    /// `queued`, `sent`, `failed`, `superseded` or `missed`.
    pub status: String,
    /// The same in every attempt.
    pub message_id: String,
    /// Why it did not go out by itself: `digest`, `off`, `muted` or `undeliverable`.
    pub set_aside: Option<String>,
    /// The digest that took it up.
    pub digest_id: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
