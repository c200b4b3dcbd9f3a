//! Where the office keeps framework versions of its own.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::problem::{Problem, Problems};

/// The section `framework`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameworkSettings {
    /// A directory with versions in TOML, and beside them the texts that they name in `templates/`.
    #[serde(default)]
    pub directory: Option<PathBuf>,
}

impl FrameworkSettings {
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Problems::of("framework");
        let missing = self.directory.as_ref().is_some_and(|directory| !directory.is_dir());
        problems.when(missing, "directory", "is no directory that can be read");
        problems.done()
    }
}
