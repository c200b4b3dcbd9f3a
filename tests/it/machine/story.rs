//! What carries a life on, from the question to the close, and what stands beside that.

use anteroom::domain::{
    case::Case,
    engagement::is_eligible,
    id::{Kind, RecordId, Subject},
};

use crate::support::light::TEMPLATES;

/// A command of the story, how likely it is, and the record that it acts on.
type Step = (u32, (Kind, &'static str, Option<Subject>));

/// What carries the main story on, from the question to the close; what stands beside it comes less often, and in haste
/// not at all.
pub fn onward(case: &Case, hurries: bool) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let live = case.engagements.keys().copied().find(|id| stage(case, Kind::Engagement, *id) != "closed");
    let engagement = live.map(|id| (Subject::new(Kind::Engagement, id), stage(case, Kind::Engagement, id)));
    if !is_eligible(case) {
        let open = case.inquiries.keys().copied().filter_map(|id| {
            let next = inquiry(stage(case, Kind::Inquiry, id))?;
            Some((4, (Kind::Inquiry, next, Some(Subject::new(Kind::Inquiry, id)))))
        });
        let inquiries: Vec<Step> = open.collect();
        if inquiries.is_empty() {
            steps.push((4, (Kind::Inquiry, "draft", None)));
        }
        steps.extend(inquiries);
    }
    for (id, _) in case.engagements.iter().filter(|(_, entry)| entry.state.records.disposal.is_some()) {
        let on = Some(Subject::new(Kind::Engagement, *id));
        steps.extend(["take-records", "confirm-disposal"].map(|name| (3, (Kind::Engagement, name, on))));
    }
    let Some((on, stage_of)) = engagement else {
        steps.push((6, (Kind::Engagement, "draft", None)));
        return steps;
    };
    let state = &case.engagements[&on.id].state;
    if state.liaison.is_some() && state.signatory.is_none() {
        steps.push((10, (Kind::Engagement, "assign-signatory", Some(on))));
    }
    let next: &[&'static str] = match stage_of {
        "draft" => &["propose"],
        "proposed" if state.sameness.is_some() => &["merge-releases", "accept-offer", "drop-dispute", "return"],
        "proposed" if state.liaison.is_none() => &["claim", "acknowledge"],
        "proposed" => &["acknowledge"],
        "ready" if state.offers.is_empty() => &["schedule-window"],
        "ready" => &["accept-offer"],
        "window_scheduled" => &["open-window", "register-item"],
        "window_open" => &["register-item"],
        "suspended" => &["resume-window", "accept-offer"],
        "close_out" => &["certify-item", "accept-certificate", "close", "accept-offer"],
        _ => &[],
    };
    let weight = if stage_of == "window_open" { 1 } else { 6 };
    steps.extend(next.iter().map(|name| (weight, (Kind::Engagement, *name, Some(on)))));
    let missing = TEMPLATES.iter().any(|template| !case.conditions_of(on).any(|(_, c)| c.state.template == *template));
    if missing && ["conditions", "ready", "proposed"].contains(&stage_of) {
        steps.push((6, (Kind::Condition, "attach", None)));
    }
    if !hurries && !["draft", "proposed", "close_out"].contains(&stage_of) {
        beside(case, &mut steps);
    }
    records(case, hurries, &mut steps);
    steps
}

fn inquiry(stage: &str) -> Option<&'static str> {
    Some(match stage {
        "draft" => "submit",
        "submitted" => "acknowledge",
        "acknowledged" => "begin-assessment",
        "info_requested" => "answer-info",
        "assessing" => "record-determination",
        _ => return None,
    })
}

/// The stage of a record.
pub fn stage(case: &Case, kind: Kind, id: RecordId) -> &'static str {
    case.promoted(Subject::new(kind, id)).map_or("none", |columns| columns.stage)
}

/// People and partners, once conditions are agreed.
fn beside(case: &Case, steps: &mut Vec<Step>) {
    let live = |kind: Kind, over: &'static [&'static str]| {
        case.subjects().into_iter().any(|on| on.kind == kind && !over.contains(&stage(case, kind, on.id)))
    };
    if live(Kind::Grant, &["ended", "revoked", "expired", "lapsed"]) {
        let kinds = ["attest", "record-training", "record-screening", "record-export-screening"];
        steps.extend(kinds.iter().map(|name| (2, (Kind::Prerequisites, *name, None))));
    } else {
        steps.push((2, (Kind::Grant, "request", None)));
    }
    if !live(Kind::Nomination, &["withdrawn", "revoked", "expired", "not_selected", "ended"]) {
        steps.push((2, (Kind::Nomination, "propose", None)));
    }
    let engagement = case.engagements.keys().next_back().map(|id| Subject::new(Kind::Engagement, *id));
    if case.foia_requests.is_empty() {
        steps.push((2, (Kind::FoiaRequest, "log", None)));
        steps.push((1, (Kind::Engagement, "take-records", engagement)));
    }
    steps.push((1, (Kind::Document, "upload", None)));
    if has_opened(case) {
        let few = [(Kind::Handoff, "record", case.handoffs.len()), (Kind::Incident, "report", case.incidents.len())];
        steps.extend(few.into_iter().filter(|(.., made)| *made < 2).map(|(kind, name, _)| (2, (kind, name, None))));
    }
}

/// Every other record, by the stage it is in.
fn records(case: &Case, hurries: bool, steps: &mut Vec<Step>) {
    for on in case.subjects().into_iter().filter(|on| !hurries || on.kind == Kind::Condition) {
        let next: (u32, &[&'static str]) = match (on.kind, stage(case, on.kind, on.id)) {
            (Kind::Condition, "attached" | "negotiating") => {
                let offered = !case.conditions[&on.id].state.offers.is_empty();
                (4, if offered { &["accept-agreement"] } else { &["offer-agreement"] })
            }
            (Kind::Inquiry, "draft") => (1, &["submit"]),
            (Kind::Condition, "agreed") => (8, &["sign"]),
            (Kind::Condition, "in_force") if !hurries => (1, &["acknowledge"]),
            (Kind::Condition, "breached") => (3, &["cure-breach"]),
            (Kind::Grant, "requested") => (4, &["clear-prerequisites"]),
            (Kind::Grant, "prerequisites") => (5, &["approve"]),
            (Kind::Grant, "suspended") => (2, &["lift-suspension"]),
            (Kind::Grant, "active") => (1, &["recertify"]),
            (Kind::Nomination, "proposed") => (2, &["consent-approach", "sign-screening-nda", "disclose"]),
            (Kind::Nomination, "disclosed") => (2, &["begin-screening"]),
            (Kind::Nomination, "screening") => (2, &["state-criteria", "begin-vetting", "assign-reviewer"]),
            (Kind::Nomination, "vetting") => (2, &["assign-reviewer", "open-decision"]),
            (Kind::Nomination, "decision") => (2, &["consent", "concur", "concur"]),
            (Kind::Nomination, "selected") => (3, &["begin-conditions"]),
            (Kind::Incident, "reported") => (1, &["contain", "hand-off"]),
            (Kind::Incident, "contained") => (2, &["assess"]),
            (Kind::Incident, "assessed") => (2, &["notify-developer"]),
            (Kind::Incident, "notified") => (1, &["record-detail", "acknowledge-notice", "lift-lock", "close"]),
            (Kind::FoiaRequest, "logged") => (1, &["record-search"]),
            (Kind::FoiaRequest, "searched") => (1, &["send-submitter-notice"]),
            (Kind::FoiaRequest, "objection") => (1, &["record-decision"]),
            (Kind::FoiaRequest, "decided") => (2, &["plan-disclosure", "send-disclosure-notice"]),
            (Kind::Handoff, "recorded") => (1, &["deliver"]),
            (Kind::Handoff, "delivered") | (Kind::Inquiry, "submitted") => (1, &["acknowledge"]),
            _ => continue,
        };
        steps.extend(next.1.iter().map(|name| (next.0, (on.kind, *name, Some(on)))));
    }
}

/// Whether a window has opened.
pub fn has_opened(case: &Case) -> bool {
    case.engagements.values().any(|entry| entry.state.window.is_some())
}
