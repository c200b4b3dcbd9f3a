//! Bodies for every command of the walked machines: a small set each, from the values of the slice. A command without a
//! row here is named by a test, so that a new one is walked or its place is said.

use serde_json::{Value, json};

use super::alphabet::Values;
use crate::domain::{
    actor::Role,
    case::Case,
    engagement::{Engagement, Terms},
    id::{AccountId, Kind, RecordId, Subject},
    marking::Category,
    testing::{HOST, NAME, Who},
    time::Instant,
};

/// The machines that are walked whole: every command of theirs, from every stage that allows it.
pub const MACHINES: [Kind; 4] = [Kind::Engagement, Kind::Condition, Kind::Nomination, Kind::Grant];

/// Another program liaison, to whom engagements are transferred and who does nothing with them.
pub const SECOND_LIAISON: AccountId = AccountId(uuid::Uuid::from_u128(300));

/// The texts of redlines, one after the other.
const REDLINES: [&str; 2] = ["The parties agree on this text instead.", "The parties agree on that text instead."];

/// The bodies of a command on an existing record; for one that makes a record, on its parent. `None` for a command that
/// has no row.
pub fn bodies(values: &Values, case: &Case, on: Subject, kind: Kind, name: &str, now: Instant) -> Option<Vec<Value>> {
    match kind {
        Kind::Engagement => engagement(values, case, on, name),
        Kind::Condition => condition(values, case, on, name),
        Kind::Nomination => nomination(values, case, on, name),
        Kind::Grant => grant(values, case, on, name),
        _ => beside(values, case, on, kind, name, now),
    }
}

/// Commands on what the walked machines react to.
fn beside(values: &Values, case: &Case, on: Subject, kind: Kind, name: &str, now: Instant) -> Option<Vec<Value>> {
    if kind == Kind::Release {
        release(values, name)
    } else if kind == Kind::Prerequisites {
        person(case, on, name, now)
    } else if kind == Kind::Inquiry {
        inquiry(case, on, name)
    } else {
        None
    }
}

fn none() -> Vec<Value> {
    vec![json!({})]
}

fn when(holds: bool, body: Value) -> Vec<Value> {
    holds.then_some(body).into_iter().collect()
}

#[expect(clippy::too_many_lines, reason = "one row a command, most of them a line")]
fn engagement(values: &Values, case: &Case, on: Subject, name: &str) -> Option<Vec<Value>> {
    let state = case.engagements.get(&on.id).map(|entry| &entry.state);
    let room = state.is_none_or(|e| e.offers.len() < values.offers);
    let offered = |act: &str| {
        let same = |terms: &Terms| serde_json::to_value(terms).expect("JSON")["act"] == act;
        state.is_some_and(|e| e.offers.iter().any(|offer| same(&offer.terms)))
    };
    let item = |rest: &Value| {
        let mut body = json!({ "reference": "I-1" });
        body.as_object_mut().expect("an object").extend(rest.as_object().cloned().unwrap_or_default());
        vec![body]
    };
    let bodies = match name {
        "draft" => when(case.engagements.len() < values.engagements, json!({ "release": case.reference(on) })),
        "propose" => {
            let earlier = case.engagements.iter().any(|(id, e)| *id != on.id && e.state.proposed_at.is_some());
            let merged = case.release().is_some_and(|(_, release)| !release.state.merged.is_empty());
            let declaration = if earlier || merged { "same_release" } else { "new_release" };
            let plain = json!({ "unclassified_attestation": true, "release_declaration": declaration });
            let same = |same: &&str| {
                json!({
                    "unclassified_attestation": true, "release_declaration": "same_release", "same_release_as": same,
                })
            };
            [plain].into_iter().chain(values.same.iter().map(same)).collect()
        }
        "recall" | "return" | "claim" | "decline" | "open-window" | "close-window" | "withdraw" | "release-claim"
        | "reopen" | "drop-dispute" => none(),
        "transfer" => when(true, json!({ "liaison": SECOND_LIAISON })),
        "name-lead" => when(state.is_none_or(|e| e.lead.is_none()), json!({ "lead": Who::Dl.account() })),
        "dispute-sameness" => values.same.iter().map(|same| json!({ "release": same })).collect(),
        "schedule-window" | "extend-window" | "migrate-framework" if !room => Vec::new(),
        "merge-releases" => when(room, json!({})),
        "migrate-framework" => values.versions_to.iter().map(|to| json!({ "to": to })).collect(),
        "assign-signatory" => when(true, json!({ "signatory": Who::Gs.account() })),
        "acknowledge" => when(true, json!({ "conflict_check": true })),
        "schedule-window" => {
            let body = |(at, end): &(Instant, Option<Instant>)| json!({ "open_at": at, "agreed_end": end });
            values.schedules.iter().map(body).collect()
        }
        "suspend-window" => values.reasons.iter().map(|reason| json!({ "reason": reason })).collect(),
        "resume-window" => when(room && !offered("resume_window"), json!({})),
        "close" => when(room && !offered("close"), json!({})),
        "lower-end" => values.ends.iter().map(|end| json!({ "earlier_end": end })).collect(),
        "extend-window" => {
            let body = |(bound, end): &(Option<Instant>, Option<Instant>)| json!({ "release_bound": bound, "earlier_end": end });
            values.extensions.iter().map(body).collect()
        }
        "accept-offer" | "retract-offer" => {
            let offers = state.into_iter().flat_map(|e| e.offers.iter());
            offers.map(|offer| json!({ "hash": offer.hash })).collect()
        }
        "record-release" => values.releases.iter().map(|kind| json!({ "kind": kind })).collect(),
        "register-item" => {
            when(state.is_some_and(|e| e.items.is_empty()), json!({ "reference": "I-1", "disposition": "destroy" }))
        }
        "certify-item" => item(&json!({
            "method": "purge", "done_on": "2026-01-02", "performed_by": "A. Hand", "validated_by": "B. Eye",
        })),
        "accept-certificate" | "dispute-certificate" => item(&json!({})),
        "except-item" => item(&json!({ "authority": "44 USC 31", "custodian": "Records office" })),
        _ => return records(values, state, name),
    };
    Some(bodies)
}

/// What records law and markings ask of an engagement.
fn records(values: &Values, state: Option<&Engagement>, name: &str) -> Option<Vec<Value>> {
    let bodies = match name {
        "designate-marking" => {
            let body = json!({
                "categories": [Category::ALL[0]], "controls": [], "agency": HOST, "contact": Role::ProgramLiaison,
            });
            when(state.is_none_or(|e| e.marking.is_none()), body)
        }
        "designate-confidential" => {
            let body = |until: &Instant| json!({ "part": "conditions_texts", "until": until });
            values.designated.iter().map(body).collect()
        }
        "withdraw-designation" => when(true, json!({ "part": "conditions_texts" })),
        "review-retention" => values.kept.iter().map(|until| json!({ "keep_until": until })).collect(),
        "take-records" | "ask-disposal" | "confirm-disposal" => none(),
        _ => return None,
    };
    Some(bodies)
}

fn condition(values: &Values, case: &Case, on: Subject, name: &str) -> Option<Vec<Value>> {
    let state = case.conditions.get(&on.id).map(|entry| &entry.state);
    let digest = state.and_then(|c| c.current_digest().cloned());
    let newest = state.and_then(|c| c.versions.last().map(|version| version.digest.clone()));
    let signature = json!({ "digest": digest, "typed_name": NAME, "capacity": "Counsel", "intent": true });
    let bodies = match name {
        "attach" => {
            let there = |template: &str| case.conditions_of(on).any(|(_, c)| c.state.template == template);
            let fresh = values.templates.iter().filter(|template| !there(template));
            let fresh = fresh.map(|template| json!({ "attach_to": case.reference(on), "template": template }));
            let followed = case.conditions_of(on).filter(|(_, c)| values.renewed.contains(&c.state.template.as_str()));
            let room = case.conditions.values().filter(|c| c.state.supersedes.is_some()).count() < values.successors;
            let next = followed.filter(|_| room).map(|(_, c)| {
                json!({
                    "attach_to": case.reference(on), "template": c.state.template, "supersedes": c.reference,
                })
            });
            fresh.chain(next).collect()
        }
        "upload-text" => {
            let next = state.filter(|c| c.versions.len() < values.versions).map(|c| c.versions.len() - 1);
            let text = next.and_then(|next| REDLINES.get(next));
            when(text.is_some(), json!({ "text": text, "parent": newest, "unclassified_attestation": true }))
        }
        "offer-agreement" => {
            let room = state.is_some_and(|c| c.offers.len() < values.offers);
            let body = |(from, to): &(Instant, Option<Instant>)| json!({ "digest": newest, "effective_at": from, "expires_at": to });
            values.agreements.iter().filter(|_| room).map(body).collect()
        }
        "accept-agreement" | "retract-agreement" => {
            let offers = state.into_iter().flat_map(|c| c.offers.iter());
            offers.map(|offer| json!({ "hash": offer.hash })).collect()
        }
        "sign" => when(true, signature),
        "acknowledge" => when(true, json!({ "digest": digest, "intent": true })),
        "clear-waiver" | "waive" | "report-breach" | "cure-breach" => none(),
        _ => return None,
    };
    Some(bodies)
}

fn nomination(values: &Values, case: &Case, on: Subject, name: &str) -> Option<Vec<Value>> {
    let bodies = match name {
        "propose" => {
            let body = json!({ "engagement": case.reference(on), "partner": crate::domain::testing::PARTNER });
            when(case.nominations.len() < values.nominations, body)
        }
        "sign-screening-nda" => vec![values.screening.clone()],
        "state-criteria" => vec![values.criteria.clone()],
        "assign-reviewer" => {
            let reviewers = values.reviewers.iter().map(|who| json!({ "reviewer": who.account() }));
            reviewers.collect()
        }
        "begin-conditions" => values.terms.iter().map(|ends| json!({ "term_ends_at": ends })).collect(),
        "consent-approach"
        | "disclose"
        | "begin-screening"
        | "begin-vetting"
        | "recuse"
        | "open-decision"
        | "consent"
        | "decline"
        | "revoke-consent"
        | "concur"
        | "decline-concurrence"
        | "revoke-vote"
        | "reconsider"
        | "suspend"
        | "lift-suspension"
        | "revoke"
        | "withdraw" => none(),
        _ => return None,
    };
    Some(bodies)
}

fn grant(values: &Values, case: &Case, on: Subject, name: &str) -> Option<Vec<Value>> {
    let bodies = match name {
        "request" => {
            let holder = if on.kind == Kind::Nomination { Who::Tu } else { Who::Ev };
            let body = json!({
                "under": case.reference(on), "holder": holder.account(), "need_to_know": "Evaluates the model.",
                "unclassified_attestation": true,
            });
            when(case.grants.len() < values.grants, body)
        }
        "clear-prerequisites" | "approve" | "recertify" | "suspend" | "lift-suspension" | "revoke" => none(),
        _ => return None,
    };
    Some(bodies)
}

fn release(values: &Values, name: &str) -> Option<Vec<Value>> {
    let bodies = match name {
        "set-planned-release" => values.planned.iter().map(|to| json!({ "to": to })).collect(),
        _ => return None,
    };
    Some(bodies)
}

fn person(case: &Case, on: Subject, name: &str, now: Instant) -> Option<Vec<Value>> {
    let state = case.people.get(&on.id).map(|entry| &entry.state);
    let reference = |present: bool, text: &str| if present { json!(null) } else { json!(text) };
    let bodies = match name {
        "attest" => when(true, json!({ "intent": true })),
        "record-training" => when(true, json!({ "trained_at": now })),
        "record-screening" => {
            let present = state.is_some_and(|person| person.screening.is_some());
            when(true, json!({ "reference": reference(present, "S-1") }))
        }
        "record-export-screening" => {
            let present = state.is_some_and(|person| person.export_screening.is_some());
            when(true, json!({ "reference": reference(present, "X-1") }))
        }
        _ => return None,
    };
    Some(bodies)
}

/// The last inquiry replaces the first.
fn inquiry(case: &Case, on: Subject, name: &str) -> Option<Vec<Value>> {
    let last: Option<RecordId> = case.inquiries.keys().next_back().copied().filter(|last| *last != on.id);
    let by = last.and_then(|id| case.reference(Subject::new(Kind::Inquiry, id)));
    let bodies = match name {
        "supersede" => when(by.is_some(), json!({ "by": by, "reason": "model_changed" })),
        _ => return None,
    };
    Some(bodies)
}
