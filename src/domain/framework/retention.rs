//! How long records are kept, by class (domain section 7): data of a framework version, because the numbers are a
//! placeholder until a records officer supplies a schedule.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::FrameworkError;

/// The longest retention that a version may set, in years; a bound for the arithmetic.
const LONGEST_YEARS: u32 = 100;

/// A class of records with a schedule of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordClass {
    /// What was said and done in a case.
    CaseFile,
    /// The audit record.
    Audit,
    /// Requests under the Freedom of Information Act (General Records Schedule 4.2).
    Foia,
    /// Access to systems (General Records Schedule 3.2).
    SystemAccess,
    /// Insider-threat records (General Records Schedule 5.6).
    InsiderThreat,
}

impl RecordClass {
    /// Every class: a version names each.
    pub const ALL: [Self; 5] = [Self::CaseFile, Self::Audit, Self::Foia, Self::SystemAccess, Self::InsiderThreat];

    /// The class's name, as framework versions have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CaseFile => "case_file",
            Self::Audit => "audit",
            Self::Foia => "foia",
            Self::SystemAccess => "system_access",
            Self::InsiderThreat => "insider_threat",
        }
    }
}

/// What a retention counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RetentionStart {
    /// The closing of the record.
    Closed,
}

/// How long a class is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// The class.
    pub class: RecordClass,
    /// Years, counted in calendar months and clamped to the month's end.
    pub years: u32,
    /// What they count from.
    pub from: RetentionStart,
    /// The schedule that the number rests on, or will.
    pub schedule: String,
}

/// Checks that every class has one positive, bounded number and says what it rests on.
pub(super) fn check(all: &[Retention]) -> Result<(), FrameworkError> {
    let classes: BTreeSet<RecordClass> = all.iter().map(|one| one.class).collect();
    if classes.len() != all.len() || RecordClass::ALL.iter().any(|class| !classes.contains(class)) {
        return Err(FrameworkError::Retention);
    }
    if all.iter().any(|one| one.years == 0 || one.years > LONGEST_YEARS) {
        return Err(FrameworkError::OutOfRange("retention.years"));
    }
    if all.iter().any(|one| one.schedule.trim().is_empty()) {
        return Err(FrameworkError::Empty("retention.schedule"));
    }
    Ok(())
}
