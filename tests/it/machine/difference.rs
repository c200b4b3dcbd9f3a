//! Where two cases differ.

use anteroom::domain::{
    case::{Case, Entries},
    id::{Kind, RecordId, Subject},
};
use serde::Serialize;
use serde_json::{Value, json};

/// Whether a record stands in both cases, and is the same.
pub fn is_same(one: &Case, other: &Case, on: Subject) -> bool {
    fn of<T: PartialEq>(one: &Entries<T>, other: &Entries<T>, id: RecordId) -> bool {
        one.get(&id).is_some_and(|entry| other.get(&id) == Some(entry))
    }
    match on.kind {
        Kind::Release => of(&one.releases, &other.releases, on.id),
        Kind::Inquiry => of(&one.inquiries, &other.inquiries, on.id),
        Kind::Engagement => of(&one.engagements, &other.engagements, on.id),
        Kind::Condition => of(&one.conditions, &other.conditions, on.id),
        Kind::Nomination => of(&one.nominations, &other.nominations, on.id),
        Kind::Grant => of(&one.grants, &other.grants, on.id),
        Kind::Prerequisites => of(&one.people, &other.people, on.id),
        Kind::Incident => of(&one.incidents, &other.incidents, on.id),
        Kind::FoiaRequest => of(&one.foia_requests, &other.foia_requests, on.id),
        Kind::Document => of(&one.documents, &other.documents, on.id),
        Kind::Handoff => of(&one.handoffs, &other.handoffs, on.id),
    }
}

/// A record as JSON; null if it is none of the case.
pub fn state(case: &Case, on: Subject) -> Value {
    fn of<T: Serialize>(entries: &Entries<T>, id: RecordId) -> Value {
        entries.get(&id).map_or(
            Value::Null,
            |entry| json!({ "reference": entry.reference, "active_at": entry.active_at, "state": entry.state }),
        )
    }
    match on.kind {
        Kind::Release => of(&case.releases, on.id),
        Kind::Inquiry => of(&case.inquiries, on.id),
        Kind::Engagement => of(&case.engagements, on.id),
        Kind::Condition => of(&case.conditions, on.id),
        Kind::Nomination => of(&case.nominations, on.id),
        Kind::Grant => of(&case.grants, on.id),
        Kind::Prerequisites => of(&case.people, on.id),
        Kind::Incident => of(&case.incidents, on.id),
        Kind::FoiaRequest => of(&case.foia_requests, on.id),
        Kind::Document => of(&case.documents, on.id),
        Kind::Handoff => of(&case.handoffs, on.id),
    }
}

/// The first place in which two values differ; sets of names have no order.
pub fn place_of_difference(own: &Value, stored: &Value) -> Option<String> {
    match (own, stored) {
        (Value::Object(ours), Value::Object(theirs)) if ours.keys().eq(theirs.keys()) => ours
            .iter()
            .find_map(|(key, value)| place_of_difference(value, &theirs[key]).map(|place| format!("{key}/{place}"))),
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            if ours.iter().chain(theirs).all(Value::is_string) {
                let sorted = |items: &[Value]| {
                    let mut names: Vec<String> = items.iter().map(Value::to_string).collect();
                    names.sort();
                    names
                };
                return (sorted(ours) != sorted(theirs)).then(|| format!("{own} is not {stored}"));
            }
            ours.iter().zip(theirs).find_map(|(own, stored)| place_of_difference(own, stored))
        }
        _ if own == stored => None,
        _ => Some(format!("{own} is not {stored}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_differs_is_found_and_the_order_of_names_is_none() {
        let own = json!({ "stage": "open", "holders": ["b", "a"], "offers": [{ "at": 1 }, { "at": 2 }] });
        let same = json!({ "stage": "open", "holders": ["a", "b"], "offers": [{ "at": 1 }, { "at": 2 }] });
        assert_eq!(place_of_difference(&own, &same), None);
        for other in [
            json!({ "stage": "shut", "holders": ["a", "b"], "offers": [{ "at": 1 }, { "at": 2 }] }),
            json!({ "stage": "open", "holders": ["a"], "offers": [{ "at": 1 }, { "at": 2 }] }),
            json!({ "stage": "open", "holders": ["a", "c"], "offers": [{ "at": 1 }, { "at": 2 }] }),
            json!({ "stage": "open", "holders": ["a", "b"], "offers": [{ "at": 2 }, { "at": 1 }] }),
            json!({ "stage": "open", "holders": ["a", "b"] }),
        ] {
            assert!(place_of_difference(&own, &other).is_some(), "{other}");
        }
    }
}
