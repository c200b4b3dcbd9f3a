//! What records law asks of a case (domain section 7): who has charge of its records, legal holds, an auditor's time-limited
//! authorization, designations as confidential (D20), retention and its review (D21). The facts hang on the release or on
//! an engagement, whose commands come here. Nothing here erases anything: a disposal that two records officers authorize
//! is a recorded fact, and is refused while a hold is in force (invariant 25).

mod command;
mod engagement;
mod release;
mod settle;

pub use command::*;
pub use engagement::{
    DesignatedPart, Designation, Disposal, EngagementRecords, EngagementRecordsEvent, decide as decide_engagement,
    retention_end, unmet_to_dispose,
};
pub use release::{Authorization, Hold, ReleaseRecords, ReleaseRecordsEvent, decide as decide_release};
pub use settle::{due, survives_until};

#[cfg(test)]
mod tests;
