//! The deadlines D1 to D22, one test a clock: what starts it, when it is over, who is reminded and told of its passing
//! when, what ends it, and what happens if nothing does. Worked out by hand from Monday 9 November 2026, 10 o'clock in
//! the program zone; the 11th is Veterans Day, the 26th Thanksgiving.

use serde_json::{Value, json};

use super::clocks::{Step, clock, clocks, due, holds, is_over, ladder};
use crate::domain::{
    actor::Role,
    deadline::{Date, DeadlineKind as K, Recipient as R},
    engagement::{Outcome, Stage},
    id::{Kind, Subject},
    notice::Addressee,
    refusal::Refusal,
    testing::{DEVELOPER, Who, World, at, framework},
};

const NOW: &str = "2026-11-09T15:00:00Z";
const OPENS: &str = "2026-12-01T14:00:00Z";
const PLANNED: &str = "2026-12-20T14:00:00Z";

/// Five working days from now: reminded two before and on the day, both leads told two after.
const TURN: &str = "2026-11-18T05:00:00Z";
const BEFORE: &str = "2026-11-13T13:00:00Z";
const ON_THE_DAY: &str = "2026-11-17T13:00:00Z";
const AFTER: &str = "2026-11-19T13:00:00Z";

fn none() -> Value {
    json!({})
}

fn fresh() -> World {
    World::new(framework(&[]), at(NOW))
}

fn ready(planned: Option<&str>) -> (World, Subject) {
    World::ready(framework(&[]), at(NOW), planned.map(at))
}

fn open() -> (World, Subject, Subject) {
    World::open(framework(&[]), at(OPENS), at(PLANNED))
}

fn submitted() -> (World, Subject) {
    let mut world = fresh();
    world.register(None);
    let body = json!({ "release": world.name(world.release()), "question": "Is it covered?" });
    let inquiry = world.create(Who::Dl, Kind::Inquiry, "draft", &body).expect("an inquiry");
    let attested = json!({ "unclassified_attestation": true, "no_weights_or_scores_attestation": true });
    world.must(Who::Dl, inquiry, "submit", &attested);
    (world, inquiry)
}

fn acknowledged() -> (World, Subject) {
    let (mut world, inquiry) = submitted();
    world.must(Who::Pl, inquiry, "acknowledge", &none());
    (world, inquiry)
}

fn attached() -> (World, Subject) {
    let (mut world, engagement) = ready(None);
    let body = json!({ "attach_to": world.name(engagement), "template": "nda" });
    let condition = world.create(Who::Dl, Kind::Condition, "attach", &body).expect("a condition");
    (world, condition)
}

fn deciding() -> (World, Subject) {
    let (mut world, engagement) = ready(None);
    let nomination = world.nominate(engagement).expect("a nomination");
    world.bring_to_decision(nomination, &[Who::RvTreasury, Who::RvCisa, Who::RvNsa]);
    (world, nomination)
}

fn reported() -> (World, Subject) {
    let (mut world, engagement) = ready(None);
    let body = json!({ "under": world.name(engagement), "incident_type": "loss" });
    let incident = world.create(Who::Dl, Kind::Incident, "report", &body).expect("an incident");
    (world, incident)
}

fn noticed() -> (World, Subject) {
    let (mut world, engagement) = ready(None);
    let request = world.request_records(engagement).expect("a request");
    world.notify_submitter(request);
    (world, request)
}

const fn developer(role: Role) -> Addressee {
    Addressee::Organization(DEVELOPER, role)
}

/// D1.
#[test]
fn an_inquiry_is_acknowledged_within_three_working_days() {
    let (mut world, inquiry) = submitted();
    let steps: [Step; 2] = [
        ("reminder:-1 wd", &[R::ProgramLiaison], "2026-11-12T13:00:00Z"),
        ("escalation:+1 wd", &[R::FrameworkOwner], "2026-11-16T13:00:00Z"),
    ];
    holds(&world, &clock(&world, inquiry, K::InquiryAcknowledged), "2026-11-14T05:00:00Z", &steps);
    world.must(Who::Pl, inquiry, "acknowledge", &none());
    assert!(is_over(&world, inquiry, K::InquiryAcknowledged));
}

/// D2: each word to the developer starts the next fourteen days, until the inquiry is over.
#[test]
fn the_developer_hears_every_fourteen_days_how_an_inquiry_stands() {
    let (mut world, inquiry) = acknowledged();
    let steps: [Step; 2] = [
        ("reminder:-2 d", &[R::DeterminationRecorder], "2026-11-20T13:00:00Z"),
        ("escalation:+3 d", &[R::FrameworkOwner], "2026-11-25T13:00:00Z"),
    ];
    holds(&world, &clock(&world, inquiry, K::InquiryStatusUpdate), "2026-11-24T05:00:00Z", &steps);
    world.at(at("2026-11-20T15:00:00Z"));
    world.must(Who::Dt, inquiry, "tell-status", &none());
    assert_eq!(due(&world, inquiry, K::InquiryStatusUpdate), at("2026-12-05T05:00:00Z"));
    world.must(Who::Dl, inquiry, "withdraw", &none());
    assert!(is_over(&world, inquiry, K::InquiryStatusUpdate));
}

/// D3: nothing follows from silence; what is answered late is answered.
#[test]
fn a_question_is_answered_within_ten_working_days_and_silence_is_not_adverse() {
    let (mut world, inquiry) = acknowledged();
    let question = json!({ "question": "How large is it?", "unclassified_attestation": true });
    world.must(Who::Dt, inquiry, "request-info", &question);
    let steps: [Step; 2] = [
        ("reminder:-5 wd", &[R::DeveloperLiaison], "2026-11-17T13:00:00Z"),
        ("reminder:-1 wd", &[R::DeveloperLiaison], "2026-11-23T13:00:00Z"),
    ];
    holds(&world, &clock(&world, inquiry, K::InquiryAnswer), "2026-11-25T05:00:00Z", &steps);
    world.at(at("2027-06-01T15:00:00Z"));
    assert_eq!(world.stage(inquiry), "info_requested");
    let answer = json!({ "answer": "As large as before.", "unclassified_attestation": true });
    world.must(Who::Dl, inquiry, "answer-info", &answer);
    assert!(is_over(&world, inquiry, K::InquiryAnswer));
}

/// D4.
#[test]
fn a_proposal_is_acknowledged_within_five_working_days() {
    let mut world = fresh();
    world.register(None);
    let engagement = world.draft().expect("a draft");
    let proposal = world.proposal();
    world.must(Who::Da, engagement, "propose", &proposal);
    let steps: [Step; 2] = [
        ("reminder:-2 wd", &[R::ProgramLiaison], BEFORE),
        ("escalation:+1 wd", &[R::FrameworkOwner], "2026-11-18T13:00:00Z"),
    ];
    holds(&world, &clock(&world, engagement, K::ProposalAcknowledged), TURN, &steps);
    world.must(Who::Pl, engagement, "acknowledge", &json!({ "conflict_check": true }));
    assert!(is_over(&world, engagement, K::ProposalAcknowledged));
}

/// D5: the turn passes to the other side with each text, and ends with the agreement.
#[test]
fn a_redline_is_answered_within_five_working_days_by_the_side_that_holds_it() {
    let (mut world, condition) = attached();
    let steps: [Step; 3] = [
        ("reminder:-2 wd", &[R::Responsible], BEFORE),
        ("reminder:0 wd", &[R::Responsible], ON_THE_DAY),
        ("escalation:+2 wd", &[R::BothLeads], AFTER),
    ];
    let first = clock(&world, condition, K::RedlineTurn);
    holds(&world, &first, TURN, &steps);
    let text = json!({
        "text": "Other words", "parent": world.digest(condition), "unclassified_attestation": true
    });
    assert_eq!(first.responsible, [Addressee::Account(Who::Pl.account())]);
    world.at(at("2026-11-10T15:00:00Z"));
    world.must(Who::Pl, condition, "upload-text", &text);
    let second = clock(&world, condition, K::RedlineTurn);
    assert_eq!(second.responsible, [developer(Role::DeveloperLiaison)], "the turn has passed");
    assert_eq!(second.due.due_at, at("2026-11-19T05:00:00Z"));
    world.agree([Who::Dl, Who::Pl], condition, None);
    assert!(is_over(&world, condition, K::RedlineTurn));
}

/// D6: of the signatories those are reminded whose side has not signed.
#[test]
fn an_agreed_text_is_signed_within_five_working_days() {
    let (mut world, condition) = attached();
    world.agree([Who::Dl, Who::Pl], condition, None);
    let steps: [Step; 3] = [
        ("reminder:-2 wd", &[R::Signatory], BEFORE),
        ("reminder:0 wd", &[R::Signatory], ON_THE_DAY),
        ("escalation:+2 wd", &[R::BothLeads], AFTER),
    ];
    let open = clock(&world, condition, K::OrganizationSignature);
    holds(&world, &open, TURN, &steps);
    let government = Addressee::Account(Who::Gs.account());
    assert_eq!(open.responsible, [developer(Role::DeveloperOfficial), government]);
    world.sign(Who::Da, condition).expect("signs");
    assert_eq!(clock(&world, condition, K::OrganizationSignature).responsible, [government]);
    world.sign(Who::Gs, condition).expect("signs");
    assert!(is_over(&world, condition, K::OrganizationSignature));
}

/// D7: every third working day from the request; once an opening is agreed it is the date, and the requester hears.
#[test]
fn a_person_signs_before_the_grant_and_is_reminded_every_third_working_day() {
    let (mut world, engagement) = ready(Some(PLANNED));
    let grant = world.request(Who::Pl, engagement, Who::Ev).expect("a grant");
    let open = clock(&world, grant, K::PersonalNda);
    let repeats = |days: [&str; 3]| {
        ["repeat:+3 wd", "repeat:+6 wd", "repeat:+9 wd"]
            .into_iter()
            .zip(days)
            .map(|(key, day)| (key.to_owned(), vec![R::Person], at(&format!("2026-11-{day}T13:00:00Z"))))
            .collect::<Vec<_>>()
    };
    assert_eq!((open.date, &ladder(&world, &open)[..3]), (Date::None, &repeats(["13", "18", "23"])[..]));
    world.schedule(engagement, at(OPENS), None).expect("can be scheduled");
    let open = clock(&world, grant, K::PersonalNda);
    assert_eq!(open.due.due_at, at("2026-12-01T05:00:00Z"), "the last working day before the opening");
    let told = ("escalation:+1 wd".to_owned(), vec![R::Requester], at("2026-12-01T13:00:00Z"));
    assert!(ladder(&world, &open).contains(&told));
    world.acknowledge(Who::Ev, engagement);
    assert!(is_over(&world, grant, K::PersonalNda));
}

/// D8: never rolled; what does not open at its instant goes back to both keys.
#[test]
fn a_scheduled_opening_is_announced_seven_three_and_one_day_and_two_hours_before() {
    let (mut world, engagement) = ready(Some(PLANNED));
    world.schedule(engagement, at(OPENS), None).expect("can be scheduled");
    let to: &[R] = &[R::DeveloperLiaison, R::ProgramLiaison, R::InsiderRisk];
    let steps: [Step; 5] = [
        ("reminder:-7 d", to, "2026-11-24T13:00:00Z"),
        ("reminder:-3 d", to, "2026-11-27T13:00:00Z"),
        ("reminder:-1 d", to, "2026-11-30T13:00:00Z"),
        ("reminder:-2 h", to, "2026-12-01T12:00:00Z"),
        ("escalation:0 h", &[R::BothLeads], OPENS),
    ];
    holds(&world, &clock(&world, engagement, K::WindowOpens), OPENS, &steps);
    let mut missed = world.clone();
    let release = missed.release();
    missed.must(Who::Da, release, "set-planned-release", &json!({ "to": null }));
    for (world, stage) in [(&mut world, "window_open"), (&mut missed, "window_scheduled")] {
        world.at(at(OPENS));
        assert_eq!(world.stage(engagement), stage);
        assert!(is_over(world, engagement, K::WindowOpens));
    }
}

/// D9: the cap of an open window, on a Sunday too.
#[test]
fn an_open_window_closes_by_itself_after_its_reminders() {
    let (mut world, engagement, _) = open();
    let to: &[R] = &[R::DeveloperLiaison, R::ProgramLiaison, R::Evaluator];
    let steps: [Step; 4] = [
        ("reminder:-7 d", to, "2026-12-11T13:00:00Z"),
        ("reminder:-3 d", to, "2026-12-17T13:00:00Z"),
        ("reminder:-1 d", to, "2026-12-18T13:00:00Z"),
        ("reminder:-2 h", to, "2026-12-20T12:00:00Z"),
    ];
    holds(&world, &clock(&world, engagement, K::WindowCloses), PLANNED, &steps);
    world.at(at("2026-12-20T13:59:59.999999Z"));
    assert_eq!(world.stage(engagement), "window_open");
    world.at(at(PLANNED));
    assert_eq!(world.stage(engagement), "close_out");
    assert!(is_over(&world, engagement, K::WindowCloses));
}

/// D10: nobody but the developer hears of its planned date.
#[test]
fn the_developer_alone_is_asked_about_its_planned_date() {
    let mut world = fresh();
    let release = world.register(Some(at(PLANNED)));
    let to: &[R] = &[R::DeveloperLiaison, R::DeveloperOfficial];
    let steps: [Step; 4] = [
        ("reminder:-14 d", to, "2026-12-04T13:00:00Z"),
        ("reminder:-7 d", to, "2026-12-11T13:00:00Z"),
        ("reminder:-1 d", to, "2026-12-18T13:00:00Z"),
        ("reminder:+1 d", to, "2026-12-21T13:00:00Z"),
    ];
    holds(&world, &clock(&world, release, K::PlannedDateCheck), PLANNED, &steps);
    let engagement = world.draft().expect("a draft");
    world.must(Who::Da, engagement, "record-release", &json!({ "kind": "partner" }));
    assert!(is_over(&world, release, K::PlannedDateCheck));
}

/// D11, the developer's half: it passes, and no answer is taken from that.
#[test]
fn consent_to_a_nomination_is_asked_within_five_working_days_and_never_deemed() {
    let (mut world, nomination) = deciding();
    let steps: [Step; 3] = [
        ("reminder:-2 wd", &[R::DeveloperOfficial], BEFORE),
        ("reminder:0 wd", &[R::DeveloperOfficial], ON_THE_DAY),
        ("escalation:+2 wd", &[R::BothLeads], AFTER),
    ];
    holds(&world, &clock(&world, nomination, K::PartnerConsent), TURN, &steps);
    world.must(Who::RvTreasury, nomination, "concur", &none());
    world.must(Who::RvCisa, nomination, "concur", &none());
    world.at(at("2027-01-29T15:00:00Z"));
    assert_eq!(world.stage(nomination), "decision", "never deemed");
    assert_eq!(due(&world, nomination, K::PartnerConsent), at(TURN));
    world.must(Who::Da, nomination, "consent", &none());
    assert!(is_over(&world, nomination, K::PartnerConsent));
}

/// D11, the government's half: the reviewers who have not voted are reminded, and silence is no concurrence.
#[test]
fn concurrence_in_a_nomination_is_asked_within_five_working_days_and_never_deemed() {
    let (mut world, nomination) = deciding();
    let steps: [Step; 3] = [
        ("reminder:-2 wd", &[R::Reviewer], BEFORE),
        ("reminder:0 wd", &[R::Reviewer], ON_THE_DAY),
        ("escalation:+2 wd", &[R::BothLeads], AFTER),
    ];
    holds(&world, &clock(&world, nomination, K::PartnerConcurrence), TURN, &steps);
    world.must(Who::Da, nomination, "consent", &none());
    world.must(Who::RvTreasury, nomination, "concur", &none());
    world.at(at("2027-01-29T15:00:00Z"));
    assert_eq!(world.stage(nomination), "decision", "never deemed");
    let waiting: Vec<_> = [Who::RvCisa, Who::RvNsa].map(|who| Addressee::Account(who.account())).to_vec();
    assert_eq!(clock(&world, nomination, K::PartnerConcurrence).responsible, waiting);
    world.must(Who::RvCisa, nomination, "concur", &none());
    assert_eq!(world.stage(nomination), "selected");
    assert!(is_over(&world, nomination, K::PartnerConcurrence));
}

/// D12: for the partner's own items alone; one that waits for the recorded release does not lapse.
#[test]
fn a_partner_that_leaves_its_items_open_for_ten_working_days_lapses() {
    let (mut world, engagement) = ready(None);
    let nomination = world.nominate(engagement).expect("a nomination");
    world.select(nomination);
    let mut waiting = world.clone();
    let term = "2027-06-01T00:00:00Z";
    world.must(Who::Pl, nomination, "begin-conditions", &json!({ "term_ends_at": term }));
    let steps: [Step; 2] = [
        ("reminder:-5 wd", &[R::PartnerContact], "2026-11-17T13:00:00Z"),
        ("reminder:-1 wd", &[R::PartnerContact], "2026-11-23T13:00:00Z"),
    ];
    holds(&world, &clock(&world, nomination, K::PartnerConditions), "2026-11-25T05:00:00Z", &steps);
    world.at(at("2026-11-25T05:00:00Z"));
    assert_eq!(world.stage(nomination), "lapsed");
    waiting.partner_ready(nomination, at(term));
    assert!(is_over(&waiting, nomination, K::PartnerConditions));
    waiting.at(at("2027-01-29T15:00:00Z"));
    assert_eq!(waiting.stage(nomination), "conditions_precedent");
}

/// D13.
#[test]
fn a_grant_is_recertified_every_fourteen_days_or_suspended() {
    let (mut world, _, grant) = open();
    let steps: [Step; 2] = [
        ("reminder:-3 d", &[R::Approver], "2026-12-11T13:00:00Z"),
        ("reminder:-1 d", &[R::Approver], "2026-12-14T13:00:00Z"),
    ];
    holds(&world, &clock(&world, grant, K::GrantRecertification), "2026-12-15T14:00:00Z", &steps);
    let mut certified = world.clone();
    certified.at(at("2026-12-03T14:00:00Z"));
    certified.must(Who::Da, grant, "recertify", &none());
    assert_eq!(due(&certified, grant, K::GrantRecertification), at("2026-12-17T14:00:00Z"));
    for (world, stage) in [(&mut world, "suspended"), (&mut certified, "active")] {
        world.at(at("2026-12-15T14:00:00Z"));
        assert_eq!(world.stage(grant), stage);
    }
}

/// D14: attestation and training, each from its own day; the clocks on the wall change on the way.
#[test]
fn attestation_and_training_hold_for_twelve_months_and_their_end_suspends() {
    let mut world = fresh();
    let record = World::record(Who::Ev);
    world.must(Who::Ev, record, "attest", &json!({ "intent": true }));
    let steps: [Step; 5] = [
        ("reminder:-30 d", &[R::Person], "2027-10-08T12:00:00Z"),
        ("reminder:-14 d", &[R::Person], "2027-10-26T12:00:00Z"),
        ("reminder:-7 d", &[R::Person], "2027-11-02T12:00:00Z"),
        ("reminder:-1 d", &[R::Person], "2027-11-08T13:00:00Z"),
        ("escalation:0 h", &[R::InsiderRisk], "2027-11-09T15:00:00Z"),
    ];
    holds(&world, &clock(&world, record, K::PersonalAttestation), "2027-11-09T15:00:00Z", &steps);
    world.must(Who::Ir, record, "record-training", &json!({ "trained_at": "2026-11-05T15:00:00Z" }));
    let mut ends: Vec<_> = clocks(&world, record, K::PersonalAttestation).iter().map(|open| open.due.due_at).collect();
    ends.sort();
    // Ten o'clock on the wall, two days before summer time ends that year.
    assert_eq!(ends, [at("2027-11-05T14:00:00Z"), at("2027-11-09T15:00:00Z")]);
    let (mut world, _, grant) = open();
    world.must(Who::Ir, record, "record-training", &json!({ "trained_at": "2025-12-04T15:00:00Z" }));
    world.at(at("2026-12-04T14:59:59.999999Z"));
    assert_eq!(world.stage(grant), "active");
    world.at(at("2026-12-04T15:00:00Z"));
    assert_eq!(world.stage(grant), "suspended");
}

/// D15: ten calendar days from the close, rolled from a Sunday; over when every item is settled.
#[test]
fn what_was_received_is_returned_or_destroyed_ten_days_after_the_close() {
    let (mut world, engagement, _) = open();
    world.at(at("2026-12-10T20:00:00Z"));
    world.must(Who::Da, engagement, "close-window", &none());
    let steps: [Step; 3] = [
        ("reminder:-5 d", &[R::Custodian], "2026-12-16T13:00:00Z"),
        ("reminder:-1 d", &[R::Custodian], "2026-12-18T13:00:00Z"),
        ("escalation:+1 d", &[R::InsiderRisk, R::DeveloperLiaison], "2026-12-22T13:00:00Z"),
    ];
    holds(&world, &clock(&world, engagement, K::ReturnOrDestruction), "2026-12-22T05:00:00Z", &steps);
    world.must(Who::Dl, engagement, "register-item", &json!({ "reference": "I-1", "disposition": "destroy" }));
    assert_eq!(due(&world, engagement, K::ReturnOrDestruction), at("2026-12-22T05:00:00Z"));
    let excepted = json!({ "reference": "I-1", "authority": "44 USC 31", "custodian": "Records office" });
    world.must(Who::Pl, engagement, "except-item", &excepted);
    assert!(is_over(&world, engagement, K::ReturnOrDestruction));
}

/// D16, first half: elapsed hours, whatever day it is, until the developer is told.
#[test]
fn the_developer_is_told_of_an_incident_within_twenty_four_hours() {
    let (mut world, incident) = reported();
    let steps: [Step; 2] = [
        ("reminder:-4 h", &[R::InsiderRisk], "2026-11-10T11:00:00Z"),
        ("escalation:0 h", &[R::FrameworkOwner], "2026-11-10T15:00:00Z"),
    ];
    holds(&world, &clock(&world, incident, K::IncidentNotice), "2026-11-10T15:00:00Z", &steps);
    world.must(Who::Ir, incident, "notify-developer", &none());
    assert!(is_over(&world, incident, K::IncidentNotice) && !is_over(&world, incident, K::IncidentDetail));
}

/// D16, second half: from the report too, over Veterans Day.
#[test]
fn the_developer_gets_the_detail_of_an_incident_within_seventy_two_hours() {
    let (mut world, incident) = reported();
    let steps: [Step; 2] = [
        ("reminder:-4 h", &[R::InsiderRisk], "2026-11-12T11:00:00Z"),
        ("escalation:0 h", &[R::FrameworkOwner], "2026-11-12T15:00:00Z"),
    ];
    holds(&world, &clock(&world, incident, K::IncidentDetail), "2026-11-12T15:00:00Z", &steps);
    let detail = json!({ "reference": "IR-77", "unclassified_attestation": true });
    world.must(Who::Ir, incident, "record-detail", &detail);
    assert!(is_over(&world, incident, K::IncidentDetail) && !is_over(&world, incident, K::IncidentNotice));
}

/// D17: the side that is bound is reminded; the side that is protected says that it is cured.
#[test]
fn a_breach_is_cured_within_five_working_days() {
    let (mut world, engagement) = ready(None);
    let (condition, _) = world.case.conditions_of(engagement).next().expect("a condition");
    let condition = Subject::new(Kind::Condition, condition);
    world.must(Who::Dl, condition, "report-breach", &none());
    let steps: [Step; 3] = [
        ("reminder:-2 wd", &[R::Responsible], BEFORE),
        ("reminder:0 wd", &[R::Responsible], ON_THE_DAY),
        ("escalation:+1 wd", &[R::BothLeads], "2026-11-18T13:00:00Z"),
    ];
    let open = clock(&world, condition, K::BreachCure);
    holds(&world, &open, TURN, &steps);
    assert_eq!(open.responsible, [Addressee::Account(Who::Pl.account())]);
    world.must(Who::Da, condition, "cure-breach", &none());
    assert!(is_over(&world, condition, K::BreachCure));
}

/// D18: at its end the records officer goes on; the record says that there was no objection, and nothing more.
#[test]
fn a_submitter_objects_within_ten_working_days() {
    let (mut world, request) = noticed();
    let steps: [Step; 3] = [
        ("reminder:-5 wd", &[R::DeveloperLiaison], "2026-11-17T13:00:00Z"),
        ("reminder:-1 wd", &[R::DeveloperLiaison], "2026-11-23T13:00:00Z"),
        ("escalation:+1 wd", &[R::Records], "2026-11-25T13:00:00Z"),
    ];
    holds(&world, &clock(&world, request, K::SubmitterObjection), "2026-11-25T05:00:00Z", &steps);
    let mut silent = world.clone();
    silent.at(at("2026-11-25T04:59:59.999999Z"));
    assert_eq!(silent.stage(request), "submitter_notice");
    silent.at(at("2026-11-25T05:00:00Z"));
    assert_eq!(silent.stage(request), "objection");
    world.must(Who::Da, request, "object", &objection());
    assert!(is_over(&world, request, K::SubmitterObjection));
}

fn objection() -> Value {
    json!({ "grounds": "commercial_confidential", "statement": "Kept private.", "unclassified_attestation": true })
}

/// D19: counted back from the planned disclosure, Thanksgiving left out.
#[test]
fn the_submitter_is_told_ten_working_days_before_a_disclosure_over_its_objection() {
    let (mut world, request) = noticed();
    world.must(Who::Da, request, "acknowledge-notice", &none());
    world.must(Who::Da, request, "object", &objection());
    let decision = json!({ "decision": "disclose", "decided_on": "2026-11-09", "reference": "D-9" });
    world.must(Who::Rf, request, "record-decision", &decision);
    assert!(is_over(&world, request, K::DisclosureNotice), "nothing is planned");
    world.must(Who::Rf, request, "plan-disclosure", &json!({ "on": "2026-12-08" }));
    let steps: [Step; 2] = [
        ("reminder:-5 wd", &[R::Records], "2026-11-16T13:00:00Z"),
        ("escalation:+1 wd", &[R::Records], "2026-11-24T13:00:00Z"),
    ];
    holds(&world, &clock(&world, request, K::DisclosureNotice), "2026-11-24T05:00:00Z", &steps);
    world.must(Who::Rf, request, "send-disclosure-notice", &none());
    assert!(is_over(&world, request, K::DisclosureNotice));
}

/// D20.
#[test]
fn a_designation_as_confidential_lapses_after_ten_years() {
    let (mut world, engagement) = ready(None);
    world.must(Who::Dl, engagement, "designate-confidential", &json!({ "part": "conditions_texts" }));
    let to: &[R] = &[R::DeveloperLiaison, R::Records];
    let ends = "2036-11-09T15:00:00Z";
    let steps: [Step; 3] = [
        ("reminder:-180 d", to, "2036-05-13T12:00:00Z"),
        ("reminder:-30 d", to, "2036-10-10T12:00:00Z"),
        ("escalation:0 h", &[R::Records], ends),
    ];
    holds(&world, &clock(&world, engagement, K::ConfidentialityLapse), ends, &steps);
    world.at(at("2036-11-09T14:59:59.999999Z"));
    assert_eq!(world.engagement(engagement).records.designations.len(), 1);
    world.at(at(ends));
    assert!(world.engagement(engagement).records.designations.is_empty());
    assert!(is_over(&world, engagement, K::ConfidentialityLapse));
}

/// D21: what is due is a review; nothing is disposed of by time.
#[test]
fn the_retention_of_a_closed_engagement_is_reviewed_at_its_end() {
    let (mut world, engagement) = ready(None);
    world.must(Who::Da, engagement, "withdraw", &none());
    let ends = "2033-11-09T15:00:00Z";
    let steps: [Step; 3] = [
        ("reminder:-90 d", &[R::Records], "2033-08-11T12:00:00Z"),
        ("reminder:-30 d", &[R::Records], "2033-10-07T12:00:00Z"),
        ("escalation:0 h", &[R::Records], ends),
    ];
    holds(&world, &clock(&world, engagement, K::RetentionReview), ends, &steps);
    world.at(at("2034-01-09T15:00:00Z"));
    assert_eq!(due(&world, engagement, K::RetentionReview), at(ends), "still to be reviewed");
    world.must(Who::Rf, engagement, "ask-disposal", &none());
    assert_eq!(world.refused(Who::Rf, engagement, "confirm-disposal", &none()), Refusal::OwnRequest);
    world.must(Who::SecondRf, engagement, "confirm-disposal", &none());
    assert!(is_over(&world, engagement, K::RetentionReview));
}

/// D22: a cap, on a Sunday; any act starts it anew.
#[test]
fn an_engagement_that_nobody_acts_on_for_ninety_days_lapses() {
    let mut world = fresh();
    world.register(None);
    let engagement = world.draft().expect("a draft");
    let to: &[R] = &[R::DeveloperLiaison, R::DeveloperOfficial];
    let ends = "2027-02-07T15:00:00Z";
    let steps: [Step; 3] = [
        ("reminder:-30 d", to, "2027-01-08T13:00:00Z"),
        ("reminder:-14 d", to, "2027-01-22T13:00:00Z"),
        ("reminder:-3 d", to, "2027-02-04T13:00:00Z"),
    ];
    holds(&world, &clock(&world, engagement, K::IdleLapse), ends, &steps);
    let mut active = world.clone();
    active.at(at("2026-12-01T15:00:00Z"));
    let proposal = active.proposal();
    active.must(Who::Da, engagement, "propose", &proposal);
    assert_eq!(due(&active, engagement, K::IdleLapse), at("2027-03-01T15:00:00Z"));
    world.at(at("2027-02-07T14:59:59.999999Z"));
    assert_eq!(world.stage(engagement), "draft");
    world.at(at(ends));
    assert_eq!(world.engagement(engagement).stage, Stage::Closed { outcome: Outcome::Lapsed });
    assert!(is_over(&world, engagement, K::IdleLapse));
}
