//! What may be done with a record, and what stands against the rest: each reason with who can clear it, once for all acts
//! that it holds back.

use super::header::next_act;
use crate::{
    app::{Dossier, view::ActionView},
    domain::{
        action::Action,
        command::Command,
        id::Kind,
        workflow::{ahead, stages, stages_of},
    },
    web::{
        pages::{
            ui::{Act, Acts, Blocked},
            words,
        },
        problem::ProblemType,
    },
};

/// The refusals after which an act is never possible again on this record.
const FOR_GOOD: [&str; 2] = ["not-reopenable", "reconsideration-used"];

/// What the viewer can do now, and what stands against the rest. What is another role's is left out, and so is what is past
/// for good.
pub fn acts(dossier: &Dossier) -> Acts {
    let catalog = Command::catalog();
    let base = format!("/{}/{}", dossier.kind.plural(), dossier.reference);
    let reachable = reachable(dossier);
    let next = next_act(dossier);
    let mut acts = Acts::default();
    for action in &dossier.actions {
        let named = Action::new(dossier.kind, action.action);
        let Some(facts) = catalog.iter().find(|facts| facts.action == named) else { continue };
        let (label, summary) = (words::label(action.action), facts.summary.to_owned());
        if action.allowed {
            let href = format!("{base}/{}", action.action);
            acts.open.push(Act { href, label, summary, next: next == Some(action.action) });
        } else if action.refusal != Some("forbidden") && is_ahead(named, action, &reachable) {
            let reasons = reasons(dossier.kind, action);
            match acts.blocked.iter_mut().find(|blocked| blocked.reasons == reasons) {
                Some(blocked) => join(blocked, &words::words(action.action)),
                None => acts.blocked.push(Blocked { label, summary, reasons }),
            }
        }
    }
    acts.open.sort_by_key(|act| !act.next);
    acts
}

/// One more act that the same stands against: together they need no sentence each.
fn join(blocked: &mut Blocked, label: &str) {
    blocked.label = format!("{}, {}", blocked.label, label.to_lowercase());
    blocked.summary.clear();
}

/// The stages that the record can still come to.
fn reachable(dossier: &Dossier) -> Vec<&'static str> {
    let view = serde_json::to_value(&dossier.view).unwrap_or_default();
    let stage = view.get("stage").and_then(serde_json::Value::as_str).unwrap_or_default();
    let over = dossier.actions.iter().filter(|action| action.refusal.is_some_and(|name| FOR_GOOD.contains(&name)));
    let never: Vec<&str> = over.map(|action| action.action).collect();
    ahead(dossier.kind, stage, &never).into_iter().collect()
}

/// Whether the act may become possible: not if its stages are past for good.
fn is_ahead(named: Action, action: &ActionView, reachable: &[&str]) -> bool {
    action.refusal != Some("wrong-stage") || stages_of(named).iter().any(|stage| reachable.contains(stage))
}

/// What stands against an action, each with who can clear it.
pub(in crate::web::pages) fn reasons(kind: Kind, action: &ActionView) -> Vec<String> {
    let reason = |said: &str, clears: &str| {
        if clears.is_empty() { said.to_owned() } else { format!("{said} Who can clear it: {clears}.") }
    };
    if !action.unmet.is_empty() {
        let unmet = action.unmet.iter().map(|one| reason(&words::unmet(&one.unmet), &words::cleared_by(one)));
        return unmet.collect();
    }
    let name = action.refusal.unwrap_or_default();
    if name == "wrong-stage" {
        return vec![possible_in(Action::new(kind, action.action))];
    }
    let known = ProblemType::from_name(name);
    let said = known.map(|known| reason(known.meaning(), known.cleared_by().trim_end_matches('.')));
    vec![said.unwrap_or_else(|| words::label(name))]
}

/// In which stages the act is possible.
fn possible_in(action: Action) -> String {
    let possible: Vec<String> = stages_of(action).into_iter().map(words::words).collect();
    let all = stages(action.kind).len();
    let record = words::kind(action.kind).to_lowercase();
    if possible.is_empty() || possible.len() == all {
        return format!("Not possible in the stage that this {record} is in.");
    }
    format!("Possible in: {}.", possible.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::view::UnmetView,
        domain::{actor::Role, refusal::Unmet},
    };

    fn refused(action: &'static str, refusal: &'static str) -> ActionView {
        ActionView { refusal: Some(refusal), ..ActionView::not_permitted(action) }
    }

    #[test]
    fn no_reason_is_a_bare_name_and_each_says_who_clears_it() {
        for kind in ProblemType::ALL {
            let said = reasons(Kind::Condition, &refused("sign", kind.name()));
            assert_ne!(said, [words::label(kind.name())]);
            let clears = kind.name() == "wrong-stage" || said.iter().all(|one| one.contains("Who can clear it: "));
            assert!(clears, "{said:?}");
            assert!(said.iter().all(|one| one.ends_with('.') && !one.ends_with("..")), "{said:?}");
        }
    }

    #[test]
    fn a_wrong_stage_names_the_right_ones() {
        let said = reasons(Kind::Engagement, &refused("schedule-window", "wrong-stage"));
        assert_eq!(said, ["Possible in: ready, window scheduled."]);
    }

    #[test]
    fn a_missing_fact_is_a_sentence_with_the_roles_that_clear_it() {
        let unmet = UnmetView { unmet: Unmet::ReleaseNotPlanned, cleared_by: vec![Role::DeveloperOfficial] };
        let action = ActionView { unmet: vec![unmet], ..refused("schedule-window", "unmet-facts") };
        let said = reasons(Kind::Engagement, &action);
        assert!(said[0].ends_with("Who can clear it: developer authorized official."), "{said:?}");
    }

    #[test]
    fn what_can_no_longer_be_is_not_waited_for() {
        let sign = Action::new(Kind::Condition, "upload-text");
        let refused = refused("upload-text", "wrong-stage");
        assert!(is_ahead(sign, &refused, &["negotiating", "agreed"]));
        assert!(!is_ahead(sign, &refused, &["in_force", "expired"]));
    }
}
