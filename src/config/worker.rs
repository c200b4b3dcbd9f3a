//! How the worker keeps time.

use serde::{Deserialize, Serialize};

use super::problem::{Problem, Problems};

/// The section `worker`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkerSettings {
    /// Seconds between two looks when nothing wakes the worker.
    pub period_s: u64,
    /// Rows one job takes at a time.
    pub batch: u64,
    /// Seconds after which the work of a dead worker is taken over.
    pub lease_s: u64,
}

impl WorkerSettings {
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Problems::of("worker");
        problems.range("period_s", self.period_s, 1..=300);
        problems.range("batch", self.batch, 1..=10_000);
        problems.range("lease_s", self.lease_s, 10..=3_600);
        problems.done()
    }
}
