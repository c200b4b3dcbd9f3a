//! What is logged, and in which form.

use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

use super::problem::{Problem, Problems};

/// The section `telemetry`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetrySettings {
    /// The form of a log line.
    pub format: LogFormat,
    /// What is logged: a level, or `target=level` pairs separated by commas.
    pub filter: String,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Pretty on a terminal, JSON elsewhere.
    Auto,
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

impl TelemetrySettings {
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Problems::of("telemetry");
        let unreadable = EnvFilter::builder().parse(&self.filter).is_err();
        problems.when(unreadable, "filter", "is neither a level nor a list of target=level");
        problems.done()
    }
}
