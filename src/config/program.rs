//! What is fixed for the whole deployment. Names of organizations are data, not configuration.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// The section `program`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramSettings {
    /// Who hosts the deployment. It is chosen before the first administrator is made, and does not change.
    pub deployment: Deployment,
    /// The zone in which days are counted and times are shown.
    pub zone: Tz,
}

/// Who hosts the deployment (domain section 0, "Who hosts it").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deployment {
    /// A program office of the government, for many developers.
    ProgramOffice,
    /// One developer, for its own engagements; government and partners are external parties, invited by mail.
    SingleDeveloper,
}
