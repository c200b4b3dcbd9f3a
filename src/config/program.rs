//! What is fixed for the whole deployment. Names of organizations are data, not configuration.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::problem::{Problem, Problems};

/// The section `program`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramSettings {
    /// Who hosts the deployment. It is chosen before the first administrator is made, and does not change.
    pub deployment: Deployment,
    /// The zone in which days are counted and times are shown.
    pub zone: Tz,
    /// Whether the host is an agency.
    pub host_kind: HostKind,
    /// Cells of figures over all developers with fewer records are withheld.
    pub smallest_cell: u32,
}

/// What the host is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostKind {
    /// An agency, which the Freedom of Information Act binds.
    Agency,
    /// Another host, such as a developer that tracks its own engagements.
    Other,
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

impl ProgramSettings {
    /// What is wrong with the section. Of two, one knows the other.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Problems::of("program");
        problems.range("smallest_cell", self.smallest_cell, 3..=1_000);
        problems.done()
    }
}
