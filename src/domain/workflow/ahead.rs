//! Which stages a record can still come to: what is past for good is nothing that anybody waits for.

use std::collections::BTreeSet;

use super::{Row, Trigger, rows, stages};
use crate::domain::id::Kind;

/// The stages that a record of this kind can be in from now on, the one that it is in among them. `never` names commands
/// that nobody carries out on it any more, such as reopening what can no longer be reopened. A stage that the kind does
/// not have, such as that of a locked record, says nothing: then all of them are ahead.
pub fn ahead(kind: Kind, stage: &str, never: &[&str]) -> BTreeSet<&'static str> {
    let all = stages(kind);
    let Some(now) = all.iter().copied().find(|one| *one == stage) else { return all.iter().copied().collect() };
    let rows = rows(kind);
    let mut found = BTreeSet::from([now]);
    let mut next = vec![now];
    while let Some(from) = next.pop() {
        let leads = rows.iter().filter(|row| row.from.contains(&from) && !is_by(row, never));
        next.extend(leads.filter_map(|row| row.to).filter(|to| found.insert(to)));
    }
    found
}

fn is_by(row: &Row, commands: &[&str]) -> bool {
    matches!(row.trigger, Trigger::Command(name) if commands.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_past_for_good_is_not_ahead() {
        let of = |stage, never: &[&str]| ahead(Kind::Engagement, stage, never);
        assert!(of("conditions", &["reopen"]).contains("window_open"));
        assert_eq!(of("close_out", &["reopen"]), BTreeSet::from(["close_out", "closed"]));
        assert!(of("closed", &[]).contains("draft"), "what lapsed may be reopened");
        assert_eq!(of("closed", &["reopen"]), BTreeSet::from(["closed"]));
        let signed = ahead(Kind::Condition, "signed", &[]);
        assert!(signed.contains("in_force") && !signed.contains("negotiating"), "{signed:?}");
        assert_eq!(of("locked", &[]).len(), stages(Kind::Engagement).len());
    }
}
