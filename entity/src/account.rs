//! A person's account. The address is lower-case; the password stands hashed, the second factor sealed.

use sea_orm::entity::prelude::*;

/// A person's account. The address is lower-case; the password stands hashed, the second factor sealed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Lower-case address, unique.
    pub email: String,
    /// The name shown to people of the same case.
    pub name: String,
    /// The organization.
    pub organization_id: String,
    /// The side of its organization.
    pub side: String,
    /// Whether the person acts by links that are mailed, without a password.
    pub is_external: bool,
    /// SHA-256 of the personal code that such a link asks for.
    pub code_hash: Option<String>,
    /// Password hash in PHC form; none until the invitation is accepted.
    pub password_hash: Option<String>,
    /// Sealed secret of the second factor.
    pub totp_sealed: Option<String>,
    /// Whether the second factor was confirmed.
    pub totp_confirmed: bool,
    /// The last time step that was used; an older or equal one is a replay.
    pub totp_last_step: Option<i64>,
    /// When it was disabled.
    pub disabled_at: Option<i64>,
    /// When it was made.
    pub created_at: i64,
    /// Failed sign-ins since the last success.
    pub failed_sign_ins: i32,
    /// Until when further attempts wait.
    pub locked_until: Option<i64>,
    /// The row that `organization_id` names.
    #[sea_orm(belongs_to, from = "organization_id", to = "id")]
    pub organization: BelongsTo<super::organization::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
