//! What is fixed for the whole program office. Names of organizations are data, not configuration.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// The section `program`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramSettings {
    /// The zone in which days are counted and times are shown.
    pub zone: Tz,
}
