//! The program's milestones (domain section 5): what the order asks of agencies and when. Facts beside the workflow: no
//! rule depends on them, and a day is shown as it falls, weekend or not.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is known of a milestone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MilestoneStatus {
    /// Its day has not come, or nobody said yet that it was done.
    Due,
    /// Somebody reported it as done.
    Reported,
    /// Nothing official can be found.
    Unknown,
}

impl MilestoneStatus {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Reported => "reported",
            Self::Unknown => "unknown",
        }
    }

    /// The status with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Due, Self::Reported, Self::Unknown].into_iter().find(|status| status.name() == name)
    }
}

/// A milestone as the product brings it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// Stable key.
    pub key: String,
    /// What is to be done.
    pub title: String,
    /// By whom, as the order names them.
    pub agency: String,
    /// Its day, unrolled; none for what goes on.
    pub day: Option<NaiveDate>,
    /// Days after the order, where the order counts so.
    pub days_after_order: Option<u32>,
    /// What was known when this version of the product was made.
    pub status: MilestoneStatus,
    /// Where that is said.
    pub source: String,
}

/// The table, compiled in.
const TABLE: &str = include_str!("../../config/milestones.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    milestone: Vec<Milestone>,
}

/// Every milestone, in the order of its day; those that go on come last.
///
/// # Errors
/// [`toml::de::Error`] if the table does not parse; a test keeps that from happening.
pub fn milestones() -> Result<Vec<Milestone>, toml::de::Error> {
    toml::from_str::<Table>(TABLE).map(|table| table.milestone)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_table_has_a_key_a_title_and_a_source_for_each_and_stands_in_order() {
        let milestones = milestones().unwrap();
        let keys: BTreeSet<&str> = milestones.iter().map(|one| one.key.as_str()).collect();
        assert_eq!(keys.len(), milestones.len(), "keys are unique");
        assert!(milestones.iter().all(|one| !one.title.is_empty() && !one.source.is_empty()));
        let days: Vec<_> = milestones.iter().map(|one| one.day.unwrap_or(NaiveDate::MAX)).collect();
        assert!(days.is_sorted());
    }

    /// Sixty days after 2 June 2026 is a Saturday, and stands as one: a milestone is no task that rolls.
    #[test]
    fn days_are_counted_from_the_order_and_not_rolled() {
        let order: NaiveDate = "2026-06-02".parse().unwrap();
        let counted = milestones().unwrap().into_iter().filter_map(|one| Some((one.day?, one.days_after_order?)));
        let counted: Vec<_> = counted.collect();
        assert!(counted.iter().any(|(day, _)| day.to_string() == "2026-08-01"));
        for (day, after) in counted {
            assert_eq!(day, order + chrono::Days::new(u64::from(after)));
        }
    }
}
