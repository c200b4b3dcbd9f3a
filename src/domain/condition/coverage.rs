//! The coverage matrix: every subject and every function occurs in some condition in force, which fits every reading
//! of the order's phrase (domain section 3.5).

use super::{Condition, ConditionStage};
use crate::domain::{
    framework::{Coverage as Required, CoverageGap},
    refusal::Unmet,
};

/// What of the required coverage no condition in force covers.
pub fn coverage<'a>(required: &Required, conditions: impl Iterator<Item = &'a Condition>) -> Vec<Unmet> {
    let in_force: Vec<Required> = conditions
        .filter(|condition| condition.stage == ConditionStage::InForce)
        .map(|c| Required { subjects: c.subjects.clone(), functions: c.functions.clone() })
        .collect();
    let unmet = |gap| match gap {
        CoverageGap::Subject(subject) => Unmet::SubjectNotCovered { subject },
        CoverageGap::Function(function) => Unmet::FunctionNotCovered { function },
    };
    required.gaps(&in_force).into_iter().map(unmet).collect()
}
