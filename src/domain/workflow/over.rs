//! Which stages end a record: nothing follows by itself any more. Lists tell by it what is open from what is closed.

use crate::domain::id::Kind;

/// Whether a record of this kind is over in this stage. An inquiry is with its answer, and an engagement although a
/// lapsed one may be reopened for a time; a release and a person's prerequisites never are.
pub fn is_over(kind: Kind, stage: &str) -> bool {
    over(kind).contains(&stage)
}

/// The stages in which a record of this kind is over, in the order of the lifecycle.
pub const fn over(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Release | Kind::Prerequisites => &[],
        Kind::Inquiry => &["determined", "closed_undetermined", "withdrawn", "superseded"],
        Kind::Engagement | Kind::Incident | Kind::FoiaRequest => &["closed"],
        Kind::Condition => &["waived", "expired", "superseded", "discharged"],
        Kind::Nomination => &["revoked", "expired", "withdrawn", "not_selected", "lapsed"],
        Kind::Grant => &["expired", "revoked", "closed"],
        Kind::Document => &["superseded", "rejected", "withdrawn", "lapsed", "erased"],
        Kind::Handoff => &["closed", "withdrawn"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::workflow::{rows, stages};

    #[test]
    fn what_ends_a_record_is_among_its_stages_and_every_last_stage_ends_it() {
        for kind in Kind::ALL {
            let stages = stages(kind);
            assert!(over(kind).iter().all(|stage| stages.contains(stage)), "{kind:?}");
            for stage in stages.iter().filter(|_| stages.len() > 1) {
                let goes_on =
                    rows(kind).iter().any(|row| row.from.contains(stage) && row.to.is_some_and(|to| to != *stage));
                assert!(goes_on || is_over(kind, stage), "{kind:?} {stage}: nothing leads on, yet it is not over");
            }
        }
    }
}
