//! A body for every command: valid in shape always, and in sense where it shall fit.

use anteroom::domain::{
    id::{Kind, Subject},
    time::local_date,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    dice::Dice,
    ground::{CARL, NILS, OMAR, ground},
    model::Model,
};
use crate::support::{
    light::{ADELE, DANA, INES, LENA, MARCUS, TEMPLATES, YUKI},
    matters::screening_signature,
    scene::upload,
};

const UNKNOWN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The body of a command on this record, or of one that makes a record.
pub fn body(model: &Model, (kind, name): (Kind, &str), on: Option<Subject>, dice: &mut Dice, fits: bool) -> Value {
    match kind {
        Kind::Release => release(model, name, dice, fits),
        Kind::Inquiry => inquiry(model, name, dice, fits),
        Kind::Engagement => engagement(model, name, on, dice, fits),
        Kind::Condition => condition(model, name, on, dice, fits),
        Kind::Nomination => nomination(model, name, dice, fits),
        Kind::Grant => grant(model, name, dice, fits),
        Kind::Prerequisites => person(model, name, dice, fits),
        Kind::Incident => incident(model, name, dice),
        Kind::FoiaRequest => foia(model, name, dice, fits),
        Kind::Document => document(model, name, dice),
        Kind::Handoff => handoff(model, name, dice),
    }
}

/// The newest engagement of those that are not over, or the newest at all.
fn current(model: &Model) -> Option<String> {
    let stage = |id| model.case.promoted(Subject::new(Kind::Engagement, id)).map(|columns| columns.stage);
    let mut entries = model.case.engagements.iter();
    let live = entries.find(|(id, _)| stage(**id) != Some("closed"));
    live.or_else(|| model.case.engagements.iter().next_back()).map(|(_, entry)| entry.reference.clone())
}

fn under(model: &Model) -> String {
    current(model).unwrap_or_else(|| "ENG-2026-NOSUCH".to_owned())
}

fn any_reference(model: &Model, kinds: &[Kind], dice: &mut Dice) -> String {
    let of = model.case.subjects().into_iter().filter(|on| kinds.contains(&on.kind));
    let of: Vec<String> = of.filter_map(|on| model.case.reference(on)).map(str::to_owned).collect();
    if of.is_empty() { under(model) } else { dice.of(&of) }
}

fn own_release(model: &Model) -> String {
    model.case.release().map_or_else(|| "REL-2026-NOSUCH".to_owned(), |(_, entry)| entry.reference.clone())
}

fn days(most: usize, dice: &mut Dice) -> TimeDelta {
    TimeDelta::days(i64::try_from(dice.roll(most)).expect("small")) + TimeDelta::hours(1)
}

fn today(model: &Model) -> chrono::NaiveDate {
    local_date(model.now, chrono_tz::America::New_York)
}

fn release(model: &Model, name: &str, dice: &mut Dice, fits: bool) -> Value {
    let now = model.now;
    match name {
        "set-planned-release" if !fits && dice.roll(3) == 0 => json!({ "to": null }),
        "set-planned-release" if fits => json!({ "to": now + TimeDelta::days(20) + days(12, dice) }),
        "set-planned-release" => json!({ "to": now + days(60, dice) }),
        "record-assessment-use" => json!({ "seconds": 1 + dice.roll(200_000) }),
        "delegate" => {
            let acts = ["engagement.accept-offer", "grant.approve", "engagement.propose", "nomination.consent"];
            json!({ "delegate": ground().account(INES), "acts": [acts[dice.roll(4)]], "until": now + days(30, dice) })
        }
        "end-delegation" => json!({ "delegate": ground().account(INES) }),
        "note-external-event" => json!({ "kind": "court_order", "date": today(model), "reference": "C-1" }),
        "place-hold" => json!({ "reference": format!("H-{}", dice.roll(2)), "authority": "Order 7" }),
        "lift-hold" => json!({ "reference": format!("H-{}", dice.roll(2)) }),
        "authorize-auditor" => {
            let most = if fits { 29 } else { 60 };
            json!({ "auditor": ground().account(CARL), "until": now + days(most, dice), "reference": "A-1" })
        }
        "end-authorization" => json!({ "auditor": ground().account(CARL) }),
        other => panic!("no body for {other}"),
    }
}

fn inquiry(model: &Model, name: &str, dice: &mut Dice, fits: bool) -> Value {
    match name {
        "draft" => json!({ "release": own_release(model), "question": "Is it within the designation?" }),
        "submit" => json!({ "unclassified_attestation": true, "no_weights_or_scores_attestation": true }),
        "request-info" => json!({ "question": "Which one?", "unclassified_attestation": true }),
        "answer-info" => json!({ "answer": "That one.", "unclassified_attestation": true }),
        "record-determination" => json!({
            "reference": "D-4471", "date": today(model), "result": "not_stated",
            "framework_eligible": fits || dice.roll(2) == 0, "releasability_confirmed": true,
            "consultations": [{ "office": "cisa", "on": today(model) }],
        }),
        "close-undetermined" => json!({ "reason": "duplicate" }),
        "supersede" => {
            let newest = model.case.inquiries.values().next_back().map(|entry| entry.reference.clone());
            let by = newest.filter(|_| fits).unwrap_or_else(|| any_reference(model, &[Kind::Inquiry], dice));
            json!({ "by": by, "reason": "model_changed" })
        }
        _ => json!({}),
    }
}

fn engagement(model: &Model, name: &str, on: Option<Subject>, dice: &mut Dice, fits: bool) -> Value {
    let now = model.now;
    let state = on.and_then(|on| model.case.engagements.get(&on.id)).map(|entry| &entry.state);
    let ahead =
        |most: usize, dice: &mut Dice| now + TimeDelta::hours(1 + i64::try_from(dice.roll(most * 24)).expect("small"));
    match name {
        "draft" => json!({ "release": own_release(model) }),
        "propose" => {
            let named = (!model.hastes && dice.roll(6) == 0).then(|| ground().other());
            let merged = model.case.releases.values().any(|entry| !entry.state.merged.is_empty());
            let earlier = model.case.engagements.values().any(|entry| entry.state.proposed_at.is_some());
            let same = named.is_some() || merged || earlier;
            let declared = if same == fits { "same_release" } else { "new_release" };
            json!({ "unclassified_attestation": true, "release_declaration": declared, "same_release_as": named })
        }
        "transfer" => json!({ "liaison": ground().account(dice.of(&[DANA, NILS, ADELE])) }),
        "name-lead" => json!({ "lead": ground().account(dice.of(&[INES, DANA])) }),
        "dispute-sameness" if fits => json!({ "release": ground().other() }),
        "dispute-sameness" => json!({ "release": format!("REL-2026-{:06}", dice.roll(2)) }),
        "acknowledge" => json!({ "conflict_check": true }),
        "assign-signatory" => json!({ "signatory": ground().account(if fits { ADELE } else { LENA }) }),
        "schedule-window" => {
            let end = (dice.roll(3) == 0).then(|| ahead(40, dice));
            json!({ "open_at": ahead(4, dice), "agreed_end": end })
        }
        "accept-offer" | "retract-offer" => {
            let offers: Vec<&str> =
                state.into_iter().flat_map(|s| &s.offers).map(|offer| offer.hash.as_str()).collect();
            json!({ "hash": if offers.is_empty() { UNKNOWN } else { dice.of(&offers) } })
        }
        "suspend-window" => {
            json!({ "reason": dice.of(&["security", "condition_concern", "operational", "unstated"]) })
        }
        "lower-end" => json!({ "earlier_end": ahead(20, dice) }),
        "extend-window" if dice.roll(2) == 0 => json!({ "release_bound": ahead(40, dice) }),
        "extend-window" => json!({ "earlier_end": ahead(40, dice) }),
        "migrate-framework" if fits => json!({ "to": "v1.1" }),
        "migrate-framework" => json!({ "to": dice.of(&["v1.0", "v1.1", "v0.9"]) }),
        "record-release" => json!({ "kind": dice.of(&["partner", "public"]) }),
        _ => closing(model, name, on, dice, fits),
    }
}

/// The end of an engagement, and what records law asks of it.
fn closing(model: &Model, name: &str, on: Option<Subject>, dice: &mut Dice, fits: bool) -> Value {
    let state = on.and_then(|on| model.case.engagements.get(&on.id)).map(|entry| &entry.state);
    let listed: Vec<&str> = state.into_iter().flat_map(|state| state.items.keys()).map(String::as_str).collect();
    let item = if fits && !listed.is_empty() { dice.of(&listed) } else { dice.of(&["Notes", "Logs"]) };
    match name {
        "register-item" if fits => {
            json!({ "reference": format!("Item-{}", dice.roll(99)), "disposition": "destroy" })
        }
        "register-item" => json!({ "reference": item, "disposition": dice.of(&["return", "destroy"]) }),
        "certify-item" => json!({
            "reference": item, "method": dice.of(&["returned", "purge"]), "done_on": today(model),
            "performed_by": "Lena Fisk", "validated_by": "Omar Haddad",
        }),
        "accept-certificate" | "dispute-certificate" => json!({ "reference": item }),
        "except-item" => json!({ "reference": item, "authority": "44 USC 31", "custodian": "Records office" }),
        "designate-marking" => {
            json!({ "categories": ["PROPIN"], "agency": ground().organizations["cisa"], "contact": "PL" })
        }
        "designate-confidential" | "withdraw-designation" => {
            json!({ "part": dice.of(&["all", "inquiry", "documents"]) })
        }
        "review-retention" if fits => json!({ "keep_until": model.now + TimeDelta::days(366 * 8) }),
        "review-retention" => json!({ "keep_until": model.now + days(60, dice) }),
        _ => json!({}),
    }
}

fn condition(model: &Model, name: &str, on: Option<Subject>, dice: &mut Dice, fits: bool) -> Value {
    let state = on.and_then(|on| model.case.conditions.get(&on.id)).map(|entry| &entry.state);
    let digest = state.and_then(|s| s.versions.last()).map_or(UNKNOWN, |version| version.digest.as_str());
    match name {
        "attach" => attach(model, dice, fits),
        "upload-text" => {
            let text = format!("The parties agree on text {}.", dice.roll(3));
            json!({ "text": text, "parent": digest, "unclassified_attestation": true })
        }
        "offer-agreement" => {
            let later = if fits { 0 } else { i64::try_from(dice.roll(48)).expect("small") };
            let expires = (dice.roll(8) == 0).then(|| model.now + TimeDelta::days(5) + days(30, dice));
            json!({ "digest": digest, "effective_at": model.now + TimeDelta::hours(later), "expires_at": expires })
        }
        "accept-agreement" | "retract-agreement" => {
            let offers: Vec<&str> =
                state.into_iter().flat_map(|s| &s.offers).map(|offer| offer.hash.as_str()).collect();
            json!({ "hash": if offers.is_empty() { UNKNOWN } else { dice.of(&offers) } })
        }
        "sign" => {
            json!({ "digest": digest, "typed_name": "Somebody", "capacity": "authorized official", "intent": true })
        }
        "acknowledge" => json!({ "digest": digest, "intent": true }),
        _ => json!({}),
    }
}

/// A template that is missing yet, on the engagement; or any, on a partner's nomination too.
fn attach(model: &Model, dice: &mut Dice, fits: bool) -> Value {
    let to = under(model);
    let there = |template: &str| model.case.conditions.values().any(|entry| entry.state.template == template);
    match TEMPLATES.iter().find(|template| !there(template)) {
        Some(missing) if fits => json!({ "attach_to": to, "template": missing }),
        _ if !model.case.conditions.is_empty() && dice.roll(2) == 0 => {
            let before = dice.of(&model.case.conditions.values().collect::<Vec<_>>());
            let to = model.case.reference(before.state.attached_to).map_or(to, str::to_owned);
            json!({ "attach_to": to, "template": before.state.template, "supersedes": before.reference })
        }
        _ => {
            let to = any_reference(model, &[Kind::Engagement, Kind::Nomination], dice);
            let templates =
                ["confidentiality", "use_limitation", "organization_check", "named_team", "defensive_use", "no-such"];
            json!({ "attach_to": to, "template": dice.of(&templates), "required": dice.roll(4) == 0 })
        }
    }
}

fn nomination(model: &Model, name: &str, dice: &mut Dice, fits: bool) -> Value {
    match name {
        "propose" => {
            let partner = if fits { "cedar_hollow" } else { dice.of(&["cedar_hollow", "first_prairie", "nsa"]) };
            json!({ "engagement": under(model), "partner": ground().organizations[partner] })
        }
        "sign-screening-nda" => screening_signature(),
        "state-criteria" => {
            let pinned = model.case.engagements.keys().find_map(|id| model.case.pinned(*id)).unwrap_or("v1.1");
            let version = ground().facts.framework(pinned).expect("a version");
            let most = if fits { version.criteria.len() } else { 3 };
            let stated = version.criteria.iter().take(most).map(|one| (one.key.clone(), json!("So it is.")));
            let stated: serde_json::Map<String, Value> = stated.collect();
            json!({ "criteria": stated, "unclassified_attestation": true })
        }
        "assign-reviewer" => json!({ "reviewer": ground().account(dice.of(&[MARCUS, YUKI])) }),
        "begin-conditions" => json!({ "term_ends_at": model.now + TimeDelta::days(5) + days(60, dice) }),
        _ => json!({}),
    }
}

fn grant(model: &Model, name: &str, dice: &mut Dice, fits: bool) -> Value {
    if name != "request" {
        return json!({});
    }
    let under = if fits { under(model) } else { any_reference(model, &[Kind::Engagement, Kind::Nomination], dice) };
    let holder = ground().account(dice.of(&[LENA, LENA, OMAR]));
    json!({
        "under": under, "holder": holder, "need_to_know": "Evaluates cyber capability", "unclassified_attestation": true,
    })
}

fn person(model: &Model, name: &str, dice: &mut Dice, fits: bool) -> Value {
    match name {
        "attest" => json!({ "intent": true }),
        "record-training" if fits => json!({ "trained_at": model.now }),
        "record-training" => json!({ "trained_at": model.now - days(400, dice) }),
        _ if !fits && dice.roll(3) == 0 => json!({ "reference": null }),
        _ => json!({ "reference": format!("PS-{}", dice.roll(9)) }),
    }
}

fn incident(model: &Model, name: &str, dice: &mut Dice) -> Value {
    let grants: Vec<String> = model.case.grants.values().map(|entry| entry.reference.clone()).collect();
    match name {
        "report" => {
            let kinds = [Kind::Engagement, Kind::Engagement, Kind::Grant, Kind::Nomination, Kind::Inquiry];
            let spilled = dice.roll(8) == 0;
            let record =
                spilled.then(|| any_reference(model, &[Kind::Condition, Kind::Inquiry, Kind::Engagement], dice));
            let kind = if spilled { "spillage" } else { dice.of(&["unauthorized_access", "loss", "disclosure"]) };
            let named = if dice.roll(3) == 0 { grants } else { Vec::new() };
            json!({
                "under": any_reference(model, &kinds, dice), "incident_type": kind, "grants": named, "record": record,
                "suspend_window": dice.roll(4) == 0,
            })
        }
        "assess" => json!({ "severity": dice.of(&["low", "moderate", "high"]) }),
        "record-detail" => json!({ "reference": "IR-7", "unclassified_attestation": true }),
        "implicate" | "clear-grants" => json!({ "grants": grants }),
        "hand-off" => json!({ "reference": "SP-1", "date": today(model), "unclassified_attestation": true }),
        _ => json!({}),
    }
}

fn foia(model: &Model, name: &str, dice: &mut Dice, fits: bool) -> Value {
    match name {
        "log" => json!({ "engagement": under(model), "request": "F-2026-17", "received_on": today(model) }),
        "record-search" => json!({ "responsive": fits || dice.roll(2) == 0 }),
        "record-delivery" => json!({ "reference": "RR-1" }),
        "object" => json!({
            "grounds": dice.of(&["trade_secret", "commercial_confidential"]), "statement": "It is ours.",
            "unclassified_attestation": true,
        }),
        "record-decision" => json!({
            "decision": if fits { "disclose" } else { dice.of(&["withhold", "disclose_in_part"]) }, "decided_on": today(model),
            "reference": "FD-1",
        }),
        "plan-disclosure" if fits => json!({ "on": today(model) + TimeDelta::days(20) + days(10, dice) }),
        "plan-disclosure" => json!({ "on": today(model) + days(30, dice) }),
        "record-outcome" => {
            let outcomes = ["withdrawn_by_requester", "no_records", "withheld", "disclosed_in_part", "disclosed"];
            json!({ "outcome": dice.of(&outcomes) })
        }
        _ => json!({}),
    }
}

fn document(model: &Model, name: &str, dice: &mut Dice) -> Value {
    if name != "upload" {
        return json!({});
    }
    let to = any_reference(model, &[Kind::Engagement, Kind::Condition, Kind::Nomination], dice);
    upload(&to, "Terms", "text/plain", format!("{}", dice.roll(1_000)).as_bytes())
}

fn handoff(model: &Model, name: &str, dice: &mut Dice) -> Value {
    let on = today(model) - TimeDelta::days(i64::try_from(dice.roll(3)).expect("small"));
    let tlp = dice.of(&["TLP:CLEAR", "TLP:AMBER", "TLP:RED"]);
    match name {
        "record" => json!({
            "engagement": under(model), "finding": format!("F-{}", dice.roll(9)), "channel": "telephone", "tlp": tlp,
            "unclassified_attestation": true,
        }),
        "deliver" => json!({ "delivered_on": on }),
        "state-case-id" => json!({ "case_id": format!("VU#{}", dice.roll(9)) }),
        "acknowledge" | "record-acknowledgement" => json!({ "acknowledged_on": on, "reference": "A-1" }),
        "change-tlp" => json!({ "tlp": tlp }),
        "change-embargo" => {
            json!({ "embargo": { "ends_at": model.now + days(20, dice), "zone": "Europe/Paris" } })
        }
        "record-outcome" => json!({ "outcome": dice.of(&["track", "track*", "attend"]) }),
        "register-claim" => json!({ "claim": format!("{:064x}", dice.roll(2)) }),
        _ => json!({}),
    }
}
