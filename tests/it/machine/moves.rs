//! Moves, chosen with the model's state in view: what carries the story on, what the stage allows, and what it does not;
//! by those whose act it is, and by others. Between them the clock, the worker, restarts and crashes.

use anteroom::domain::{
    action::Action,
    case::{self, Case},
    command::Command,
    engagement::is_eligible,
    id::{Kind, Subject},
};
use chrono::TimeDelta;

use super::{
    bodies,
    ground::{CARL, JOAN, MARA, NIA, NORA, OMAR, ROSA, ground},
    model::{Act, Answer, Model},
};
use crate::support::light::{ADELE, BEA, DANA, FELIX, GRANT, INES, LENA, MARCUS, SAM, TEMPLATES, THEO, TOBIAS, YUKI};

/// One move.
#[derive(Clone, Debug)]
pub enum Move {
    /// A command, and sometimes the same request again.
    Act(Act),
    /// A command whose service dies after it was looked at this many times; sent again afterwards.
    Crash(Act, u16),
    /// Hours with a worker that is there in time.
    Pass(i64),
    /// Hours without a worker.
    Jump(i64),
    /// Hours without a worker, and then one that dies after it was looked at this many times.
    Halt(i64, u16),
    /// Another service takes over.
    Restart,
}

/// Everybody, for those who try what is not theirs.
const EVERYBODY: [&str; 19] = [
    INES, TOBIAS, DANA, GRANT, ADELE, SAM, THEO, LENA, OMAR, MARCUS, YUKI, BEA, NORA, FELIX, MARA, JOAN, ROSA, CARL,
    NIA,
];

type Row = (Kind, &'static str, u32, &'static [&'static str]);

/// Whose act each command is, and how often it is tried: what ends a life seldom, so that lives come far.
const ALPHABET: &[Row] = &[
    (Kind::Release, "set-planned-release", 6, &[TOBIAS, INES]),
    (Kind::Release, "record-assessment-use", 2, &[TOBIAS]),
    (Kind::Release, "delegate", 4, &[TOBIAS]),
    (Kind::Release, "end-delegation", 2, &[TOBIAS, INES]),
    (Kind::Release, "note-external-event", 2, &[INES, DANA]),
    (Kind::Release, "place-hold", 2, &[JOAN]),
    (Kind::Release, "lift-hold", 3, &[JOAN, ROSA]),
    (Kind::Release, "authorize-auditor", 2, &[JOAN]),
    (Kind::Release, "end-authorization", 1, &[JOAN]),
    (Kind::Inquiry, "draft", 2, &[INES, TOBIAS]),
    (Kind::Inquiry, "submit", 4, &[INES]),
    (Kind::Inquiry, "acknowledge", 4, &[DANA]),
    (Kind::Inquiry, "request-info", 2, &[GRANT]),
    (Kind::Inquiry, "answer-info", 4, &[INES]),
    (Kind::Inquiry, "begin-assessment", 4, &[GRANT]),
    (Kind::Inquiry, "tell-status", 2, &[GRANT]),
    (Kind::Inquiry, "record-determination", 4, &[GRANT]),
    (Kind::Inquiry, "close-undetermined", 1, &[GRANT]),
    (Kind::Inquiry, "withdraw", 1, &[INES]),
    (Kind::Inquiry, "supersede", 1, &[GRANT]),
    (Kind::Engagement, "draft", 3, &[INES, TOBIAS]),
    (Kind::Engagement, "propose", 8, &[TOBIAS, INES]),
    (Kind::Engagement, "recall", 1, &[INES]),
    (Kind::Engagement, "return", 1, &[DANA]),
    (Kind::Engagement, "claim", 2, &[DANA]),
    (Kind::Engagement, "transfer", 1, &[DANA]),
    (Kind::Engagement, "release-claim", 1, &[DANA]),
    (Kind::Engagement, "name-lead", 2, &[TOBIAS]),
    (Kind::Engagement, "assign-signatory", 3, &[DANA]),
    (Kind::Engagement, "dispute-sameness", 1, &[DANA]),
    (Kind::Engagement, "drop-dispute", 1, &[DANA]),
    (Kind::Engagement, "merge-releases", 1, &[TOBIAS, DANA]),
    (Kind::Engagement, "acknowledge", 8, &[DANA]),
    (Kind::Engagement, "decline", 1, &[DANA]),
    (Kind::Engagement, "schedule-window", 8, &[DANA, TOBIAS]),
    (Kind::Engagement, "open-window", 6, &[TOBIAS]),
    (Kind::Engagement, "suspend-window", 3, &[INES, SAM, DANA]),
    (Kind::Engagement, "resume-window", 6, &[TOBIAS, DANA, SAM, INES]),
    (Kind::Engagement, "lower-end", 3, &[TOBIAS, DANA]),
    (Kind::Engagement, "extend-window", 3, &[TOBIAS, DANA]),
    (Kind::Engagement, "close-window", 1, &[DANA, TOBIAS]),
    (Kind::Engagement, "migrate-framework", 2, &[DANA, TOBIAS]),
    (Kind::Engagement, "accept-offer", 8, &[TOBIAS, DANA, SAM, INES]),
    (Kind::Engagement, "retract-offer", 1, &[TOBIAS, DANA]),
    (Kind::Engagement, "reopen", 3, &[TOBIAS]),
    (Kind::Engagement, "withdraw", 1, &[TOBIAS]),
    (Kind::Engagement, "record-release", 1, &[TOBIAS]),
    (Kind::Engagement, "register-item", 3, &[DANA, INES]),
    (Kind::Engagement, "certify-item", 5, &[DANA]),
    (Kind::Engagement, "accept-certificate", 5, &[INES]),
    (Kind::Engagement, "dispute-certificate", 2, &[INES]),
    (Kind::Engagement, "except-item", 1, &[DANA, JOAN]),
    (Kind::Engagement, "designate-marking", 2, &[DANA, JOAN]),
    (Kind::Engagement, "close", 4, &[DANA, INES]),
    (Kind::Engagement, "designate-confidential", 2, &[INES]),
    (Kind::Engagement, "withdraw-designation", 1, &[INES]),
    (Kind::Engagement, "take-records", 3, &[JOAN, ROSA]),
    (Kind::Engagement, "review-retention", 2, &[JOAN]),
    (Kind::Engagement, "ask-disposal", 2, &[JOAN]),
    (Kind::Engagement, "confirm-disposal", 2, &[ROSA]),
    (Kind::Condition, "attach", 4, &[DANA, INES]),
    (Kind::Condition, "upload-text", 1, &[DANA, INES, BEA]),
    (Kind::Condition, "offer-agreement", 8, &[DANA, INES]),
    (Kind::Condition, "accept-agreement", 10, &[INES, DANA, BEA]),
    (Kind::Condition, "retract-agreement", 1, &[DANA, INES]),
    (Kind::Condition, "sign", 12, &[TOBIAS, ADELE, BEA]),
    (Kind::Condition, "acknowledge", 4, &[LENA, OMAR, BEA]),
    (Kind::Condition, "clear-waiver", 1, &[SAM]),
    (Kind::Condition, "waive", 1, &[TOBIAS, ADELE, BEA]),
    (Kind::Condition, "report-breach", 1, &[INES, SAM, DANA]),
    (Kind::Condition, "cure-breach", 6, &[TOBIAS, ADELE, DANA]),
    (Kind::Nomination, "propose", 4, &[INES, DANA]),
    (Kind::Nomination, "consent-approach", 5, &[TOBIAS]),
    (Kind::Nomination, "sign-screening-nda", 5, &[BEA]),
    (Kind::Nomination, "disclose", 5, &[INES, DANA]),
    (Kind::Nomination, "begin-screening", 5, &[DANA]),
    (Kind::Nomination, "state-criteria", 5, &[BEA]),
    (Kind::Nomination, "begin-vetting", 5, &[DANA]),
    (Kind::Nomination, "assign-reviewer", 5, &[THEO]),
    (Kind::Nomination, "recuse", 1, &[YUKI, MARCUS]),
    (Kind::Nomination, "open-decision", 5, &[DANA]),
    (Kind::Nomination, "consent", 5, &[TOBIAS]),
    (Kind::Nomination, "decline", 1, &[TOBIAS]),
    (Kind::Nomination, "revoke-consent", 1, &[TOBIAS]),
    (Kind::Nomination, "concur", 8, &[MARCUS, YUKI]),
    (Kind::Nomination, "decline-concurrence", 1, &[YUKI]),
    (Kind::Nomination, "revoke-vote", 1, &[MARCUS]),
    (Kind::Nomination, "reconsider", 3, &[TOBIAS, DANA]),
    (Kind::Nomination, "begin-conditions", 5, &[DANA]),
    (Kind::Nomination, "suspend", 1, &[SAM, INES, DANA]),
    (Kind::Nomination, "lift-suspension", 5, &[SAM, INES, DANA]),
    (Kind::Nomination, "revoke", 1, &[DANA, TOBIAS]),
    (Kind::Nomination, "withdraw", 1, &[INES, DANA]),
    (Kind::Grant, "request", 4, &[DANA, BEA]),
    (Kind::Grant, "clear-prerequisites", 6, &[SAM]),
    (Kind::Grant, "approve", 6, &[TOBIAS]),
    (Kind::Grant, "recertify", 3, &[TOBIAS]),
    (Kind::Grant, "suspend", 2, &[SAM, INES, DANA]),
    (Kind::Grant, "lift-suspension", 5, &[TOBIAS, SAM]),
    (Kind::Grant, "revoke", 1, &[DANA, INES]),
    (Kind::Prerequisites, "attest", 3, &[LENA, OMAR]),
    (Kind::Prerequisites, "record-training", 3, &[SAM]),
    (Kind::Prerequisites, "record-screening", 3, &[SAM]),
    (Kind::Prerequisites, "record-export-screening", 3, &[SAM]),
    (Kind::Incident, "report", 2, &[INES, LENA, SAM, DANA, BEA]),
    (Kind::Incident, "contain", 4, &[SAM]),
    (Kind::Incident, "assess", 4, &[SAM]),
    (Kind::Incident, "notify-developer", 4, &[SAM]),
    (Kind::Incident, "record-detail", 3, &[SAM]),
    (Kind::Incident, "acknowledge-notice", 3, &[TOBIAS]),
    (Kind::Incident, "implicate", 2, &[SAM]),
    (Kind::Incident, "clear-grants", 2, &[SAM]),
    (Kind::Incident, "hand-off", 4, &[SAM]),
    (Kind::Incident, "lift-lock", 4, &[SAM]),
    (Kind::Incident, "close", 4, &[SAM]),
    (Kind::FoiaRequest, "log", 2, &[JOAN]),
    (Kind::FoiaRequest, "record-search", 4, &[JOAN]),
    (Kind::FoiaRequest, "send-submitter-notice", 4, &[JOAN]),
    (Kind::FoiaRequest, "acknowledge-notice", 3, &[INES]),
    (Kind::FoiaRequest, "record-delivery", 2, &[JOAN]),
    (Kind::FoiaRequest, "object", 2, &[TOBIAS]),
    (Kind::FoiaRequest, "no-objection", 2, &[TOBIAS]),
    (Kind::FoiaRequest, "record-decision", 4, &[JOAN]),
    (Kind::FoiaRequest, "plan-disclosure", 3, &[JOAN]),
    (Kind::FoiaRequest, "send-disclosure-notice", 3, &[JOAN]),
    (Kind::FoiaRequest, "record-outcome", 2, &[JOAN]),
    (Kind::Document, "upload", 3, &[INES, DANA, ADELE, BEA]),
    (Kind::Document, "withdraw", 2, &[INES, DANA]),
    (Kind::Handoff, "record", 3, &[DANA, INES, LENA]),
    (Kind::Handoff, "deliver", 4, &[DANA]),
    (Kind::Handoff, "state-case-id", 2, &[DANA]),
    (Kind::Handoff, "acknowledge", 3, &[INES]),
    (Kind::Handoff, "record-acknowledgement", 3, &[DANA]),
    (Kind::Handoff, "change-tlp", 2, &[INES, DANA]),
    (Kind::Handoff, "change-embargo", 2, &[INES, DANA]),
    (Kind::Handoff, "record-outcome", 2, &[DANA]),
    (Kind::Handoff, "register-claim", 3, &[INES, DANA]),
    (Kind::Handoff, "deconflict", 2, &[INES, DANA]),
    (Kind::Handoff, "close", 2, &[DANA, INES]),
    (Kind::Handoff, "withdraw", 1, &[INES, DANA]),
];

/// The commands that make a record under another, which need no record of their own kind.
fn makes(kind: Kind, name: &str) -> bool {
    matches!(
        (kind, name),
        (Kind::Inquiry | Kind::Engagement, "draft")
            | (Kind::Condition, "attach")
            | (Kind::Nomination, "propose")
            | (Kind::Grant, "request")
            | (Kind::Incident, "report")
            | (Kind::FoiaRequest, "log")
            | (Kind::Document, "upload")
            | (Kind::Handoff, "record")
    )
}

/// Numbers from a seed.
pub struct Dice(u64);

impl Dice {
    /// A number below `below`, which is more than zero.
    pub fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % below as u64).expect("small")
    }

    pub fn of<T: Clone>(&mut self, among: &[T]) -> T {
        among[self.roll(among.len())].clone()
    }

    fn weighed<'a, T>(&mut self, among: &'a [(u32, T)]) -> Option<&'a T> {
        let sum: u32 = among.iter().map(|(weight, _)| weight).sum();
        let mut at = u32::try_from(self.roll(sum.max(1) as usize)).expect("small");
        among.iter().find_map(|(weight, one)| {
            let here = at < *weight;
            at = at.saturating_sub(*weight);
            here.then_some(one)
        })
    }
}

/// Hours without a worker, and with one: long times end what was begun, and come seldom.
const JUMPS: [i64; 16] = [1, 1, 5, 5, 5, 20, 20, 20, 20, 24, 24, 24, 24 * 3, 24 * 8, 24 * 15, 24 * 40];
const PASSES: [i64; 12] = [1, 1, 5, 5, 20, 20, 20, 24, 24, 24, 24 * 3, 24 * 8];

/// Moves in which a life that is in haste does nothing but carry the story on.
const HASTE: u32 = 70;

/// The move that this seed means in this state.
pub fn pick(model: &Model, seed: u64) -> Move {
    let mut dice = Dice(seed);
    if model.hastes && model.moves < HASTE && !has_opened(&model.case) && !model.moves.is_multiple_of(7) {
        return Move::Act(hasty(model, &mut dice));
    }
    let polls = |dice: &mut Dice, most: usize| 1 + u16::try_from(dice.roll(most)).expect("small");
    match dice.roll(100) {
        0..4 => Move::Jump(dice.of(&JUMPS)),
        4..9 => Move::Pass(dice.of(&PASSES)),
        9..11 => Move::Halt(dice.of(&[5, 20, 24, 24 * 3, 24 * 8]), polls(&mut dice, 40)),
        11..12 => Move::Restart,
        12..22 => Move::Crash(act(model, &mut dice, false), polls(&mut dice, 24)),
        _ => Move::Act(act(model, &mut dice, false)),
    }
}

/// Of a few commands that carry the story on the first that the rules accept.
fn hasty(model: &Model, dice: &mut Dice) -> Act {
    for _ in 0..3 {
        let tried = act(model, dice, true);
        let mut after = model.clone();
        after.act(&tried);
        if after.answer == Some(Answer::Done) {
            return tried;
        }
    }
    act(model, dice, true)
}

fn has_opened(case: &Case) -> bool {
    case.engagements.values().any(|entry| entry.state.window.is_some())
}

fn act(model: &Model, dice: &mut Dice, hastes: bool) -> Act {
    let way = dice.roll(if hastes { 52 } else { 100 });
    let onward = if way < 52 { onward(&model.case) } else { Vec::new() };
    let (row, on) = match dice.weighed(&onward) {
        Some((kind, name, on)) => (row(*kind, name), *on),
        None if way < 84 => possible(model, dice),
        None => any(model, dice),
    };
    let (kind, name, _, theirs) = *row;
    let who = if way < 93 { dice.of(theirs) } else { dice.of(&EVERYBODY) };
    let on = on.or_else(|| any_of(model, kind, dice));
    let fits = way < 70;
    let body = bodies::body(model, (kind, name), on, dice, fits);
    let target = (!makes(kind, name)).then(|| target(model, kind, on, dice));
    Act { number: model.moves + 1, who, kind, name, target, body }
}

fn row(kind: Kind, name: &str) -> &'static Row {
    let found = ALPHABET.iter().find(|row| (row.0, row.1) == (kind, name));
    found.unwrap_or_else(|| panic!("{} {name} is not in the alphabet", kind.name()))
}

fn target(model: &Model, kind: Kind, on: Option<Subject>, dice: &mut Dice) -> String {
    if kind == Kind::Prerequisites {
        return ground().account(dice.of(&[LENA, LENA, LENA, OMAR])).to_string();
    }
    let reference = on.and_then(|on| model.case.reference(on)).map(str::to_owned);
    reference.unwrap_or_else(|| format!("{}-2026-NOSUCH", kind.prefix()))
}

fn any_of(model: &Model, kind: Kind, dice: &mut Dice) -> Option<Subject> {
    let of: Vec<Subject> = model.case.subjects().into_iter().filter(|subject| subject.kind == kind).collect();
    if of.is_empty() { None } else { Some(dice.of(&of)) }
}

/// A command that the state of some record allows.
fn possible(model: &Model, dice: &mut Dice) -> (&'static Row, Option<Subject>) {
    let subjects = model.case.subjects();
    let mut found = Vec::new();
    for row in ALPHABET {
        let (kind, name, weight, theirs) = *row;
        let weight = if weight > 1 { weight * 4 } else { weight };
        if makes(kind, name) || kind == Kind::Prerequisites {
            found.push((weight, (row, None)));
            continue;
        }
        let action = Command::actions(kind).iter().find(|action| action.name == name).expect("a command");
        let on = subjects.iter().filter(|on| on.kind == kind && is_open(model, **on, *action, theirs));
        found.extend(on.map(|on| (weight, (row, Some(*on)))));
    }
    *dice.weighed(&found).expect("there is always something")
}

fn is_open(model: &Model, on: Subject, action: Action, theirs: &[&str]) -> bool {
    let may =
        |who: &&str| case::available(&model.case, on, action, ground().actor(who), &ground().facts, model.now).is_ok();
    theirs.iter().any(|who| may(who))
}

fn any(model: &Model, dice: &mut Dice) -> (&'static Row, Option<Subject>) {
    for _ in 0..8 {
        let row = &ALPHABET[dice.roll(ALPHABET.len())];
        let on = any_of(model, row.0, dice);
        if on.is_some() || makes(row.0, row.1) {
            return (row, on);
        }
    }
    // What does not exist is asked for as well.
    (&ALPHABET[dice.roll(ALPHABET.len())], None)
}

type Step = (u32, (Kind, &'static str, Option<Subject>));

/// What carries the main story on, from the question to the close; what stands beside it comes less often.
fn onward(case: &Case) -> Vec<Step> {
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
    if !["draft", "proposed", "close_out"].contains(&stage_of) {
        beside(case, &mut steps);
    }
    records(case, &mut steps);
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

fn stage(case: &Case, kind: Kind, id: anteroom::domain::id::RecordId) -> &'static str {
    case.promoted(Subject::new(kind, id)).map_or("none", |columns| columns.stage)
}

/// People and partners, once conditions are agreed.
fn beside(case: &Case, steps: &mut Vec<Step>) {
    let live = |kind: Kind, over: &'static [&'static str]| {
        case.subjects().into_iter().any(|on| on.kind == kind && !over.contains(&stage(case, kind, on.id)))
    };
    if !live(Kind::Grant, &["ended", "revoked", "expired", "lapsed"]) {
        steps.push((2, (Kind::Grant, "request", None)));
    } else {
        let kinds = ["attest", "record-training", "record-screening", "record-export-screening"];
        steps.extend(kinds.iter().map(|name| (2, (Kind::Prerequisites, *name, None))));
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
fn records(case: &Case, steps: &mut Vec<Step>) {
    for on in case.subjects() {
        let next: (u32, &[&'static str]) = match (on.kind, stage(case, on.kind, on.id)) {
            (Kind::Condition, "attached" | "negotiating") => {
                let offered = !case.conditions[&on.id].state.offers.is_empty();
                (4, if offered { &["accept-agreement"] } else { &["offer-agreement"] })
            }
            (Kind::Condition, "agreed") => (8, &["sign"]),
            (Kind::Condition, "in_force") => (1, &["acknowledge"]),
            (Kind::Condition, "breached") => (3, &["cure-breach"]),
            (Kind::Grant, "requested") => (4, &["clear-prerequisites"]),
            (Kind::Grant, "prerequisites") => (5, &["approve"]),
            (Kind::Grant, "suspended") => (2, &["lift-suspension"]),
            (Kind::Nomination, "proposed") => (1, &["consent-approach", "sign-screening-nda", "disclose"]),
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
            (Kind::FoiaRequest, "decided") => (1, &["plan-disclosure", "send-disclosure-notice"]),
            (Kind::Handoff, "recorded") => (1, &["deliver"]),
            (Kind::Handoff, "delivered") => (1, &["acknowledge"]),
            _ => continue,
        };
        steps.extend(next.1.iter().map(|name| (next.0, (on.kind, *name, Some(on)))));
    }
}

/// How far a move takes the clock.
pub fn hours(hours: i64) -> TimeDelta {
    TimeDelta::hours(hours)
}
