//! The case as one side may reckon with it: what a preview and the planner foretell follows from this and from nothing
//! else, so that asking again and again tells nobody what another side did for itself alone (domain section 3.0,
//! "Audience").

use super::Case;
use crate::domain::actor::Side;

/// The case without what other sides keep to themselves, though it decides what follows from an act: the reviewers of a
/// nomination with their votes and recusals, which are the government's; claims of prior knowledge, which are each side's
/// own; and, for a partner, whether the model was released, which developer and government share. An act may still be
/// refused for what is hidden here: ask that of the whole case.
pub fn known_to(case: &Case, side: Side) -> Case {
    let mut known = case.clone();
    if side != Side::Government {
        known.nominations.values_mut().for_each(|entry| entry.state.reviewers.clear());
    }
    if side == Side::Partner {
        for release in known.releases.values_mut() {
            release.state.released.clear();
            release.state.merged.iter_mut().for_each(|merged| merged.partner_released_at = None);
        }
    }
    known.handoffs.values_mut().for_each(|entry| entry.state.claims.retain(|of, _| *of == side));
    known
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{
        case::CaseEvent,
        id::Subject,
        testing::{Who, World, at, framework},
    };

    const NOW: &str = "2026-11-09T14:00:00Z";
    const NOTIFIED: (&str, &str) = ("decision_rule = \"joint\"", "decision_rule = \"notified\"");

    /// A nomination that three reviewers decide on, after these acts of theirs.
    fn deciding(changes: &[(&str, &str)], acts: &[(Who, &str)]) -> (World, Subject) {
        let (mut world, engagement) = World::ready(framework(changes), at(NOW), Some(at("2026-12-05T14:00:00Z")));
        let nomination = world.nominate(engagement).expect("a nomination");
        world.bring_to_decision(nomination, &[Who::RvTreasury, Who::RvCisa, Who::RvNsa]);
        for (who, name) in acts {
            world.must(*who, nomination, name, &json!({}));
        }
        (world, nomination)
    }

    /// What an act would bring, by what the developer knows.
    fn foretold(world: &World, nomination: Subject, name: &str) -> Vec<CaseEvent> {
        let mut known = world.clone();
        known.case = known_to(&world.case, Side::Developer);
        known.act(Who::Da, nomination, name, &json!({})).expect("can be done")
    }

    fn codes(events: &[CaseEvent]) -> Vec<&'static str> {
        events.iter().map(|event| event.event.code()).collect()
    }

    /// What the reviewers may have done when the developer asks.
    const VOTES: [&[(Who, &str)]; 4] = [
        &[],
        &[(Who::RvTreasury, "concur"), (Who::RvCisa, "concur")],
        &[(Who::RvTreasury, "decline-concurrence")],
        &[(Who::RvTreasury, "recuse"), (Who::RvCisa, "recuse")],
    ];

    #[test]
    fn what_the_developers_key_would_bring_tells_nothing_of_the_votes() {
        let answered = "nomination.developer_answered";
        for (name, expected) in [("consent", vec![answered]), ("decline", vec![answered, "nomination.not_selected"])] {
            for votes in VOTES {
                let (world, nomination) = deciding(&[], votes);
                assert_eq!(codes(&foretold(&world, nomination, name)), expected, "{name}: {votes:?}");
            }
        }
        // It is the votes that decide, all the same.
        let (mut world, nomination) = deciding(&[], VOTES[1]);
        let happened = world.act(Who::Da, nomination, "consent", &json!({})).expect("can be done");
        assert_eq!(codes(&happened), [answered, "nomination.selected"]);
    }

    /// Whoever declined and looks at it once more would learn of a final no in the meantime.
    #[test]
    fn what_a_reconsideration_would_bring_tells_nothing_of_the_votes() {
        for votes in VOTES {
            let (mut world, nomination) = deciding(&[], votes);
            world.must(Who::Da, nomination, "decline", &json!({}));
            assert_eq!(codes(&foretold(&world, nomination, "reconsider")), ["nomination.reconsidered"], "{votes:?}");
        }
    }

    /// Under the rule `notified` time tells of an objection, or that there was none; until then neither is foretold.
    #[test]
    fn what_time_would_bring_tells_nothing_of_an_objection() {
        for votes in VOTES.into_iter().filter(|votes| votes.iter().all(|(_, name)| *name != "concur")) {
            let (mut world, nomination) = deciding(&[NOTIFIED], votes);
            world.must(Who::Da, nomination, "consent", &json!({}));
            let mut known = world.clone();
            known.case = known_to(&world.case, Side::Developer);
            known.at(at("2027-03-01T14:00:00Z"));
            assert_eq!(known.stage(nomination), "decision", "{votes:?}");
            world.at(at("2027-03-01T14:00:00Z"));
            assert_ne!(world.stage(nomination), "decision", "{votes:?}");
        }
    }

    #[test]
    fn each_side_keeps_its_own() {
        let (world, nomination) = deciding(&[], VOTES[1]);
        assert!(known_to(&world.case, Side::Government) == world.case, "the votes are the government's");
        let known = known_to(&world.case, Side::Developer);
        assert!(known.nominations[&nomination.id].state.reviewers.is_empty());
        assert!(known.engagements == world.case.engagements && known.releases == world.case.releases);
    }
}
