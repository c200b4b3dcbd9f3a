//! What records law asks of a case (domain section 7): who has charge of its records, legal holds, an auditor's time-limited
//! authorization, designations as confidential (D20), retention and its review (D21), disposal. The facts hang on the release
//! or on an engagement, whose commands come here. A disposal that two records officers authorize erases content and no
//! event, and is refused while a hold is in force (invariant 25).

mod command;
mod engagement;
mod erasure;
mod release;
mod settle;

pub use command::*;
pub use engagement::{
    DesignatedPart, Designation, Disposal, EngagementRecords, EngagementRecordsEvent, decide as decide_engagement,
    retention_end, unmet_to_dispose,
};
pub use erasure::{BEARING_CONTENT, Erased, ErasedUnder, erased_with, erases};
pub use release::{Authorization, Hold, ReleaseRecords, ReleaseRecordsEvent, decide as decide_release};
pub use settle::{due, survives_until};

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(in crate::domain) mod tests_erasure;
