//! Which states count as the same. A record's state is taken whole, as it is stored, less what no rule reads any more:
//! each line below that forgets something says why. What is not named here is kept, so that a new field makes more
//! states and never fewer. `search` takes samples of what fell together and compares what can be done from them.
//!
//! Instants are kept as they are: the clock has a finite grid, and the rules add up spans of time, so that ranks would
//! not do.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    alphabet::Slice,
    world::{Ghost, GhostWindow, State},
};
use crate::domain::{
    case::Case,
    engagement::lapses,
    framework::{DecisionRule, WindowClock},
    id::{Kind, Subject},
};

/// A state's name.
pub type Key = [u8; 16];

/// The keys of a state's records, by scene.
pub type Records = BTreeMap<(usize, Subject), Key>;

/// Hashes text.
pub fn hash(text: &str) -> Key {
    let digest = Sha256::digest(text.as_bytes());
    let mut key = Key::default();
    key.copy_from_slice(&digest[..16]);
    key
}

/// What counts of one record.
pub fn of_record(case: &Case, subject: Subject, clock: WindowClock, slice: &Slice) -> Key {
    let mut state = case.state(subject).expect("a record of the case");
    let idle = slice.idle.iter().filter(|(kind, _)| *kind == subject.kind);
    idle.for_each(|(_, field)| forget(&mut state, &[field]));
    match subject.kind {
        Kind::Inquiry => keep(&mut state, &["stage", "since"]),
        Kind::Engagement => engagement(&mut state, clock, slice),
        Kind::Condition => condition(&mut state),
        Kind::Nomination => nomination(&mut state, slice),
        Kind::Grant => grant(&mut state),
        _ if subject.kind == Kind::Release => release(&mut state),
        // When a record changed is the past: nothing takes effect before now.
        _ => forget(&mut state, &["changed_at"]),
    }
    people(&mut state);
    hash(&format!("{}{state}", subject.kind.name()))
}

/// What counts of what the walk keeps: the bounds of a live window, and the open time of every window while something is
/// still to be added to it. Under a running clock a window's open time is within the time from its first opening to its
/// last close, so that its sum matters only to a next engagement.
pub fn of_ghost(ghost: &Ghost, clock: WindowClock, slice: &Slice) -> String {
    let next = slice.values.engagements > 1;
    let sum = |w: &GhostWindow| if next || clock == WindowClock::Paused { w.open.to_string() } else { String::new() };
    let migrated = |w: &GhostWindow| w.migrated.map(|(at, _)| at.to_string()).unwrap_or_default();
    let window = |w: &GhostWindow| match w.last_close {
        Some(close) if next => format!("{}/{}", w.open, close - w.first),
        Some(_) => String::new(),
        None if clock == WindowClock::Running => format!("{}/{}/{}{}", sum(w), w.first, w.bound, migrated(w)),
        None => format!("{}/{:?}/{}", sum(w), w.open_since, w.bound),
    };
    ghost.windows.values().map(window).collect::<Vec<_>>().join(";")
}

/// A state's key, of the keys of its records.
pub fn of_state(state: &State, records: &Records, clock: WindowClock, slice: &Slice) -> Key {
    let State { now, scenes } = state;
    let ghosts: Vec<String> = scenes.iter().map(|scene| of_ghost(&scene.ghost, clock, slice)).collect();
    let mut hasher = Sha256::new();
    hasher.update(now.timestamp_micros().to_le_bytes());
    for record in records.values() {
        hasher.update(record);
    }
    hasher.update(ghosts.join("|").as_bytes());
    hasher.update(lapsing(state, slice).as_bytes());
    let mut key = Key::default();
    key.copy_from_slice(&hasher.finalize()[..16]);
    key
}

/// When engagements lapse that nobody acts on any more, as far as the clock comes: 90 days from the last activity.
fn lapsing(state: &State, slice: &Slice) -> String {
    let (root, end) = (&slice.roots[0], slice.end());
    if end - root.now < chrono::TimeDelta::days(80) {
        return String::new();
    }
    let of = |case: &Case| -> Vec<String> {
        let at = |id| lapses(case, id, &root.facts).expect("a known version").map(|(_, at)| at);
        case.engagements.keys().filter_map(|id| at(*id)).filter(|at| *at <= end).map(|at| at.to_string()).collect()
    };
    state.scenes.iter().flat_map(|scene| of(&scene.case)).collect::<Vec<_>>().join("|")
}

fn forget(state: &mut Value, fields: &[&str]) {
    if let Some(object) = state.as_object_mut() {
        for field in fields {
            object.remove(*field);
        }
    }
}

fn keep(state: &mut Value, fields: &[&str]) {
    if let Some(object) = state.as_object_mut() {
        object.retain(|field, _| fields.contains(&field.as_str()));
    }
}

/// Only whether it is there.
fn whether(state: &mut Value, fields: &[&str]) {
    for field in fields {
        let there = !state[*field].is_null();
        state[*field] = json!(there);
    }
}

fn name_of(state: &Value) -> String {
    let stage = &state["stage"];
    stage.as_str().or(stage["stage"].as_str()).unwrap_or_default().to_owned()
}

/// A person counts by account and side: the organization and the roles follow from the account.
fn people(state: &mut Value) {
    match state {
        Value::Object(object) if object.contains_key("account") && object.contains_key("roles") => {
            object.retain(|field, _| field == "account" || field == "side");
        }
        Value::Object(object) => object.values_mut().for_each(people),
        Value::Array(list) => list.iter_mut().for_each(people),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Of the release: plans that were replaced are history, and of what was released only to whom counts.
fn release(state: &mut Value) {
    forget(state, &["registered_at", "planned_history", "name"]);
    let mut kinds: Vec<String> =
        state["released"].as_array().into_iter().flatten().map(|r| r["kind"].to_string()).collect();
    kinds.sort();
    kinds.dedup();
    state["released"] = json!(kinds);
}

fn offers(state: &mut Value) {
    // The hash is of the terms, the author and the instant; until when it is open is kept.
    state["offers"].as_array_mut().into_iter().flatten().for_each(|offer| forget(offer, &["hash", "at"]));
}

fn engagement(state: &mut Value, clock: WindowClock, slice: &Slice) {
    whether(state, &["proposed_at"]);
    // Since when it is closed counts for reopening what lapsed, and for its retention.
    let lapsed = state["stage"]["outcome"] == "lapsed";
    let disposed = name_of(state) == "closed" && slice.tries(Kind::Engagement, "ask-disposal");
    if !lapsed && !disposed {
        forget(state, &["since"]);
    }
    // Who drafted it is told to people; no rule of the walked machines asks.
    forget(state, &["drafted_by"]);
    if let Some(designations) = state["records"]["designations"].as_object_mut() {
        designations.values_mut().for_each(|designation| forget(designation, &["since"]));
    }
    forget(&mut state["records"]["disposal"], &["asked_at"]);
    if state["records"]["disposal"].is_object() {
        whether(&mut state["records"]["disposal"], &["authorized_at"]);
    }
    offers(state);
    if let Some(items) = state["items"].as_object_mut() {
        // A certificate's words and dates are told to people.
        items.values_mut().for_each(|item| {
            forget(item, &["registered_by"]);
            forget(&mut item["state"], &["authority", "custodian"]);
            keep(&mut item["state"]["certificate"], &["certified_by"]);
        });
    }
    // The stretches stand in what the walk keeps: their sum, and since when access is open.
    let over = !state["window"]["closed_at"].is_null();
    if over {
        state["window"] = json!("over");
    } else if !state["window"].is_null() {
        let paused = clock == WindowClock::Paused;
        forget(&mut state["window"], if paused { &["segments", "opened_at"] } else { &["segments"] });
    }
    if name_of(state) == "closed" {
        keep(state, &["stage", "since", "window", "proposed_at", "framework", "records", "marking"]);
    }
}

fn condition(state: &mut Value) {
    let stage = name_of(state);
    if ["discharged", "expired"].contains(&stage.as_str()) {
        // What survives does so for years, past the end of every grid.
        keep(state, &["stage", "template", "attached_to", "required"]);
        return;
    }
    offers(state);
    forget(state, &["title", "developer", "survives_months"]);
    // A turn on an engagement's text has a deadline that only reminds; a partner's own turn can lapse its nomination.
    let partner = !state["partner"].is_null();
    if !partner {
        forget(state, &["since"]);
    }
    for version in state["versions"].as_array_mut().into_iter().flatten() {
        forget(version, if partner { &["parent"] } else { &["parent", "at"] });
    }
    let sides = state["signatures"].as_array().into_iter().flatten().map(|s| s["by"]["side"].clone());
    state["signatures"] = Value::Array(sides.collect());
    let digest = state["agreed"]["digest"].clone();
    if let Some(people) = state["acknowledgements"].as_object_mut() {
        // Only an acknowledgement of the text that binds counts.
        people.retain(|_, acknowledged| acknowledged["digest"] == digest);
        people.values_mut().for_each(|acknowledged| *acknowledged = json!(true));
    }
    if ["in_force", "breached", "waived"].contains(&stage.as_str()) {
        forget(state, &["offers"]);
    }
}

fn nomination(state: &mut Value, slice: &Slice) {
    // Under the notified rule an objection counts that was made before the task deadline.
    let notified = slice.roots[0].facts.frameworks[0].decision_rule == DecisionRule::Notified;
    let stage = name_of(state);
    // The clocks of a decision and of the conditions precedent start when the stage was entered.
    if !["decision", "conditions_precedent"].contains(&stage.as_str()) {
        forget(state, &["since"]);
    }
    whether(state, &["approach_consent", "screening_nda", "disclosed_at", "active_at"]);
    state["criteria"] = json!(state["criteria"].as_object().map_or(0, serde_json::Map::len));
    if !state["consent"].is_null() {
        state["consent"] = state["consent"]["answer"].clone();
    }
    let decided = ["active", "suspended", "revoked", "expired", "withdrawn", "lapsed"].contains(&stage.as_str());
    if decided {
        // No key turns any more.
        forget(state, &["consent", "reconsidered"]);
    }
    let mut same = Vec::new();
    if let Some(reviewers) = state["reviewers"].as_object_mut() {
        for reviewer in reviewers.values_mut() {
            forget(reviewer, &["assigned_at"]);
            if decided {
                reviewer["vote"] = Value::Null;
            } else if !notified {
                reviewer["vote"] = reviewer["vote"]["answer"].clone();
            }
        }
        // Reviewers of different agencies who have the same rights count by their votes, not by their names.
        for who in &slice.alike {
            if let Some(mut reviewer) = reviewers.remove(&who.account().to_string()) {
                forget(&mut reviewer, &["agency"]);
                same.push(reviewer.to_string());
            }
        }
    }
    same.sort();
    state["alike"] = json!(same);
}

fn grant(state: &mut Value) {
    let stage = name_of(state);
    let partner = !state["nomination"].is_null();
    forget(state, &["need_to_know", "developer", "holder_organization"]);
    whether(state, &["approved_by"]);
    if ["expired", "revoked", "closed"].contains(&stage.as_str()) {
        // When a partner's last grant ended starts the clock of its own items again.
        keep(state, if partner { &["stage", "nomination", "since"] } else { &["stage"] });
        return;
    }
    if !partner {
        forget(state, &["since", "requested_at"]);
    }
}
