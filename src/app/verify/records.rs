//! One record against its events: streams, order, state, columns, texts and assignments.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{VerifyReport, What};
use crate::{
    domain::{
        audience::Audience,
        case::{Case, CaseEvent, Event, evolve},
        condition::ConditionEvent,
        id::Subject,
        records::Erased,
        text::Sha256Hex,
    },
    ledger::{Head, Sealed, StoredLink, verify_stream},
    storage::{
        ledger::HistoryEvent,
        verification::{Columns, StoredAggregate, columns_of, stream_of},
    },
};

/// Verifies the record's streams and adds the record to the case as its events say. One with erased events cannot be
/// folded any more: it is added as it is stored.
pub(super) fn fold(stored: &StoredAggregate, case: &mut Case, report: &mut VerifyReport) {
    report.checked.records += 1;
    report.checked.events += u64::try_from(stored.events.len()).unwrap_or(u64::MAX);
    let Some(subject) = stored.subject else {
        report.add(What::Unreadable, &stored.reference, "is of no known kind");
        return;
    };
    streams(stored, subject, report);
    order(stored, report);
    let erased = stored.events.iter().filter(|event| event.link.sealed == Sealed::Erased).count();
    report.checked.erased += u64::try_from(erased).unwrap_or(u64::MAX);
    if erased > 0 {
        let state: Value = serde_json::from_str(&stored.state).unwrap_or_default();
        report.erasures.push(format!("{}: {erased} event(s) {}", stored.reference, erased_as(&state)));
        if let Err(error) = case.insert(subject, stored.reference.clone(), state) {
            report.add(What::Unreadable, &stored.reference, error.to_string());
        }
        return;
    }
    for event in &stored.events {
        match readable(event, subject) {
            Ok(happened) => evolve(case, happened),
            Err(detail) => report.add(What::Unreadable, &stored.reference, detail),
        }
    }
}

/// What the record says of its erased events; an operator may have erased them by hand.
fn erased_as(state: &Value) -> String {
    let said = state.get("erased").cloned().and_then(|erased| serde_json::from_value::<Erased>(erased).ok());
    said.map_or_else(|| "erased under no disposal".to_owned(), |erased| erased.to_string())
}

fn readable(event: &HistoryEvent, subject: Subject) -> Result<&CaseEvent, String> {
    match &event.event {
        Some(happened) if happened.subject == subject => Ok(happened),
        Some(_) => Err(format!("event {} is about another record", event.seq)),
        None => Err(format!("the payload of event {} cannot be read", event.seq)),
    }
}

/// Every stream that has events or a head.
fn streams(stored: &StoredAggregate, subject: Subject, report: &mut VerifyReport) {
    let Some(heads) = &stored.heads else {
        report.add(What::Unreadable, &stored.reference, "the heads of its streams cannot be read");
        return;
    };
    let mut links: BTreeMap<String, Vec<&StoredLink>> = BTreeMap::new();
    for event in &stored.events {
        if event.stream != stream_of(subject, &event.link.columns.audience) {
            let detail = format!("event {} stands in the stream {}", event.seq, event.stream);
            report.add(What::Stream, &stored.reference, detail);
        }
        links.entry(event.link.columns.audience.clone()).or_default().push(&event.link);
    }
    let named = heads.keys().copied().map(Audience::code);
    let audiences: BTreeSet<String> = named.chain(links.keys().cloned()).collect();
    for code in audiences {
        let head = Audience::from_code(&code).and_then(|audience| heads.get(&audience)).copied();
        let found = verify_stream(links.remove(&code).unwrap_or_default(), head.unwrap_or(Head::EMPTY));
        for finding in found {
            let detail = format!("{code}, event {}: {}", finding.event, finding.difference);
            report.add(What::Stream, &stored.reference, detail);
        }
    }
}

/// The record's events are numbered without gaps, and the row counts as many.
fn order(stored: &StoredAggregate, report: &mut VerifyReport) {
    let mut expected = 0;
    for event in &stored.events {
        expected += 1;
        if event.seq != expected {
            let detail = format!("event {} stands where {expected} belongs", event.seq);
            report.add(What::Order, &stored.reference, detail);
            expected = event.seq;
        }
    }
    if stored.event_count != expected {
        let detail = format!("the row counts {} events, the last one is {expected}", stored.event_count);
        report.add(What::Order, &stored.reference, detail);
    }
}

/// Compares what stands beside the events with the case that they fold to.
pub(super) fn compare(stored: &StoredAggregate, case: &Case, report: &mut VerifyReport) {
    let Some(subject) = stored.subject else { return };
    let Ok(folded) = case.state(subject) else {
        report.add(What::State, &stored.reference, "its events make no record");
        return;
    };
    if serde_json::from_str::<Value>(&stored.state).ok().as_ref() != Some(&folded) {
        let detail = differing(&folded, serde_json::from_str(&stored.state).unwrap_or_default());
        report.add(What::State, &stored.reference, detail);
    }
    if case.reference(subject) != Some(stored.reference.as_str()) {
        report.add(What::Column, &stored.reference, "reference differs from the first event's");
    }
    let Some(promoted) = case.promoted(subject) else {
        report.add(What::Column, &stored.reference, "what it stands under is not there");
        return;
    };
    for name in differing_columns(&stored.columns, &columns_of(&promoted)) {
        report.add(What::Column, &stored.reference, format!("{name} differs from the folded record"));
    }
    let assigned: BTreeSet<String> = promoted.assigned.iter().map(ToString::to_string).collect();
    if assigned != stored.assigned {
        report.add(What::Assignment, &stored.reference, "other people are assigned than the record says");
    }
    texts(stored, report);
}

fn differing_columns<'a>(stored: &'a Columns, expected: &'a Columns) -> impl Iterator<Item = &'static str> + 'a {
    expected.iter().filter(|(name, value)| stored.get(*name) != Some(value)).map(|(name, _)| *name)
}

/// Which members of the state differ; their values are content and stay out of the report.
fn differing(folded: &Value, stored: Value) -> String {
    let (Value::Object(folded), Value::Object(stored)) = (folded, stored) else {
        return "is not the folded state".to_owned();
    };
    let names: BTreeSet<&String> = folded.keys().chain(stored.keys()).collect();
    let differing: Vec<&str> =
        names.into_iter().filter(|name| folded.get(*name) != stored.get(*name)).map(String::as_str).collect();
    format!("differs from the folded state in {}", differing.join(", "))
}

/// Each text that came with an event stands in the store as it came; a text from elsewhere does not.
fn texts(stored: &StoredAggregate, report: &mut VerifyReport) {
    let mut came: BTreeMap<&str, &str> = BTreeMap::new();
    for event in &stored.events {
        if let Some(text) = event.event.as_ref().and_then(|happened| text_of(&happened.event)) {
            came.insert(&event.link.columns.event, text);
        }
    }
    let erased: BTreeSet<&str> = stored
        .events
        .iter()
        .filter(|event| event.link.sealed == Sealed::Erased)
        .map(|event| event.link.columns.event.as_str())
        .collect();
    let marked = serde_json::from_str::<Value>(&stored.state).is_ok_and(|state| state.get("erased").is_some());
    for text in &stored.texts {
        if erased.contains(text.event.as_str()) {
            if marked {
                report.add(
                    What::Text,
                    &stored.reference,
                    format!("the text of event {} is kept, though erased", text.event),
                );
            }
            continue;
        }
        let same = came.remove(text.event.as_str()) == Some(text.body.as_str());
        if !same || Sha256Hex::of(text.body.as_bytes()).as_str() != text.digest {
            report.add(What::Text, &stored.reference, format!("the text of event {} is another", text.event));
        }
    }
    for event in came.keys() {
        report.add(What::Text, &stored.reference, format!("the text of event {event} is missing"));
    }
}

fn text_of(event: &Event) -> Option<&str> {
    match event {
        Event::Condition(ConditionEvent::Attached { text, .. } | ConditionEvent::TextUploaded { text, .. }) => {
            Some(text.as_str())
        }
        _ => None,
    }
}
