//! Which kinds of organizations take part, and in which sectors they serve: data, so that a new kind is a change of a
//! file (domain section 11).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Framework, FrameworkError};
use crate::domain::actor::Side;

/// A kind of organization, such as a rural hospital (domain sections 2 and 11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartyKind {
    /// Stable key.
    pub key: String,
    /// Title shown.
    pub title: String,
    /// The side on which organizations of this kind stand.
    pub side: Side,
    /// Whether such an organization names the critical-infrastructure sector that it serves.
    pub sectors: bool,
}

/// A critical-infrastructure sector (domain section 2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sector {
    /// Stable key.
    pub key: String,
    /// Title shown.
    pub title: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sectors {
    sectors: Vec<Sector>,
}

/// The sixteen sectors of domain section 2, from `config/sectors.toml`.
///
/// # Errors
/// [`FrameworkError::Syntax`] if the file compiled in is none; a test keeps that from happening.
pub fn sectors() -> Result<Vec<Sector>, FrameworkError> {
    let file: Sectors = toml::from_str(include_str!("../../../config/sectors.toml"))?;
    Ok(file.sectors)
}

impl Framework {
    /// The kind of organization with this key.
    pub fn party_kind(&self, key: &str) -> Option<&PartyKind> {
        self.party_kinds.iter().find(|kind| kind.key == key)
    }

    /// Whether an organization of this kind may be nominated: any, unless the version lists kinds.
    pub fn may_be_nominated(&self, kind: Option<&str>) -> bool {
        self.nominated_kinds.as_ref().is_none_or(|listed| kind.is_some_and(|kind| listed.contains(kind)))
    }
}
