//! Whether a record may be begun under another one: the half of `decide` that needs no body, so that no page leads to a
//! form that is refused whatever is typed.

use super::{Case, Facts};
use crate::domain::{
    condition, document,
    engagement::{self, Engagement},
    grant, handoff,
    id::{Kind, Subject},
    nomination,
    refusal::Refusal,
};

/// Whether a record of this kind may be begun under that one now, as far as that can be said without its body.
///
/// # Errors
/// The [`Refusal`] that every body would meet.
pub fn may_begin(case: &Case, kind: Kind, under: Subject, facts: &Facts) -> Result<(), Refusal> {
    match kind {
        Kind::Engagement => engagement::place_for_engagement(case),
        Kind::Condition => condition::may_attach(case, under),
        Kind::Nomination => on_engagement(case, under, nomination::may_propose),
        Kind::Grant => grant::may_request(case, under),
        Kind::Document => document::may_hang(case, under),
        Kind::Handoff => on_engagement(case, under, handoff::may_record),
        Kind::FoiaRequest if !facts.agency_host => Err(Refusal::NotForThisHost),
        // A question can be asked, and an incident happen, in any stage.
        Kind::FoiaRequest | Kind::Inquiry | Kind::Incident | Kind::Release | Kind::Prerequisites => Ok(()),
    }
}

fn on_engagement(
    case: &Case,
    under: Subject,
    judge: impl FnOnce(&Engagement) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let none = Refusal::WrongStage { stage: "none", allowed: Vec::new() };
    judge(&case.engagements.get(&under.id).ok_or(none)?.state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::tests_stages;

    /// What may be begun in each stage of an engagement, by the stages that the rules name (domain sections 3.4 to 3.6).
    #[test]
    fn what_may_be_begun_depends_on_the_stage_of_what_it_stands_under() {
        let mut seen = 0;
        for ((kind, stage), (case, subject, world, _)) in tests_stages::every_stage() {
            if kind != Kind::Engagement {
                continue;
            }
            seen += 1;
            let begins = |kind| may_begin(&case, kind, subject, &world.facts).is_ok();
            let before = ["conditions", "ready", "window_scheduled"].contains(&stage);
            let during = before || ["window_open", "suspended"].contains(&stage);
            assert_eq!(begins(Kind::Condition), during, "a condition, {stage}");
            assert_eq!(begins(Kind::Grant), during, "a grant, {stage}");
            assert_eq!(begins(Kind::Nomination), during || stage == "close_out", "a nomination, {stage}");
            assert_eq!(begins(Kind::Document), !["draft", "closed"].contains(&stage), "a document, {stage}");
            assert!(!(during && begins(Kind::Engagement)), "another engagement, {stage}");
            assert!(begins(Kind::Incident), "an incident, {stage}");
        }
        assert!(seen >= 8, "{seen} stages");
    }
}
