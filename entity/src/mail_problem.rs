//! A mail that did not arrive, for somebody to look after.

use sea_orm::entity::prelude::*;

/// A mail that did not arrive, for somebody to look after.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_problem")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The mail, unique.
    pub outbox_id: String,
    /// The recipient.
    pub account_id: Option<String>,
    /// The record.
    pub aggregate_id: Option<String>,
    /// Its reference.
    pub reference: Option<String>,
    /// Number of the notice.
    pub code: String,
    /// The address that it was sent to.
    pub address: String,
    /// Whether it was legally operative.
    pub is_legal: bool,
    /// `bounced`, `expired`, `refused` or `missed`.
    pub reason: String,
    /// The status code (RFC 3463); empty where none is known.
    pub status: String,
    /// When it was found, business time.
    pub opened_at: i64,
    /// When somebody looked after it, business time.
    pub resolved_at: Option<i64>,
    /// Who did.
    pub resolved_by: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
