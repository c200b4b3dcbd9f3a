//! What is fixed for the whole program office. Names of organizations are data, not configuration.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::problem::{Problem, Problems};

/// The section `program`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramSettings {
    /// The zone in which days are counted and times are shown.
    pub zone: Tz,
    /// Cells of figures over all developers with fewer records are withheld.
    pub smallest_cell: u32,
}

impl ProgramSettings {
    /// What is wrong with the section. Of two, one knows the other.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Problems::of("program");
        problems.range("smallest_cell", self.smallest_cell, 3..=1_000);
        problems.done()
    }
}
