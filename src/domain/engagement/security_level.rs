//! The weight-security level that a developer states when it elects to hand over weights.

use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// A self-asserted weight-security level, 1 to 5 (domain section 1, SL1-SL5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct SecurityLevel(u8);

impl PartialSchema for SecurityLevel {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(5)).into()
    }
}

impl ToSchema for SecurityLevel {}

impl TryFrom<u8> for SecurityLevel {
    type Error = &'static str;
    fn try_from(level: u8) -> Result<Self, Self::Error> {
        if (1..=5).contains(&level) { Ok(Self(level)) } else { Err("must be 1 to 5") }
    }
}

impl From<SecurityLevel> for u8 {
    fn from(level: SecurityLevel) -> Self {
        level.0
    }
}
