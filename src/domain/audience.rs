//! Who may know that something happened (domain section 3.0, "Audience").

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{actor::Side, id::OrganizationId};

/// The audience of an event stream or of an unmet fact. A stream has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "to", content = "organization")]
pub enum Audience {
    /// The developer and the government.
    Shared,
    /// The developer alone.
    Developer,
    /// The government alone: votes, recusals, assignments, screening.
    Government,
    /// The developer, the government and this one partner.
    Partner(OrganizationId),
}

impl Audience {
    /// Whether a viewer of this side and organization belongs to the audience. Whether the viewer may see the
    /// record at all is another question, answered by `authz`.
    pub fn includes(self, side: Side, organization: OrganizationId) -> bool {
        match (self, side) {
            (Self::Shared | Self::Partner(_), Side::Developer | Side::Government)
            | (Self::Developer, Side::Developer)
            | (Self::Government, Side::Government) => true,
            (Self::Partner(partner), Side::Partner) => partner == organization,
            (Self::Shared | Self::Developer | Self::Government, Side::Partner)
            | (Self::Developer, Side::Government)
            | (Self::Government, Side::Developer) => false,
        }
    }

    /// The text used in columns and canonical headers: `shared`, `developer`, `government`, `partner:<id>`.
    pub fn code(self) -> String {
        match self {
            Self::Shared => "shared".to_owned(),
            Self::Developer => "developer".to_owned(),
            Self::Government => "government".to_owned(),
            Self::Partner(organization) => format!("partner:{organization}"),
        }
    }

    /// Reads what [`Audience::code`] wrote.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "shared" => Some(Self::Shared),
            "developer" => Some(Self::Developer),
            "government" => Some(Self::Government),
            other => {
                let id = other.strip_prefix("partner:")?.parse().ok()?;
                Some(Self::Partner(OrganizationId(id)))
            }
        }
    }
}
