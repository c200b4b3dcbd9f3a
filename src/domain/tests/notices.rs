//! The notices of domain section 6, one test each: which event brings it, what it asks, and whom it reaches. N16 and N17
//! have theirs in the rooms of incidents and requests, N19 (of reminders) and N20 where mail is queued.

use serde_json::{Value, json};

use crate::domain::{
    actor::Role,
    case::CaseEvent,
    id::{Kind, Subject},
    notice::{Addressee, Ask, NoticeKind as N, notices},
    testing::{DEVELOPER, PARTNER, Who, World, at, framework},
};

const NOW: &str = "2026-11-09T15:00:00Z";
const OPENS: &str = "2026-12-01T14:00:00Z";
const PLANNED: &str = "2026-12-20T14:00:00Z";

const DL: Addressee = Addressee::Organization(DEVELOPER, Role::DeveloperLiaison);
const DA: Addressee = Addressee::Organization(DEVELOPER, Role::DeveloperOfficial);
const TC: Addressee = Addressee::Organization(PARTNER, Role::PartnerContact);
const DT: Addressee = Addressee::Host(Role::DeterminationRecorder);
const IR: Addressee = Addressee::Host(Role::InsiderRiskOfficer);
/// The liaisons, while nobody has claimed the engagement.
const POOL: Addressee = Addressee::Host(Role::ProgramLiaison);

fn of(who: Who) -> Addressee {
    Addressee::Account(who.account())
}

/// Whom an opening, suspension or closing concerns: both leads, the official, the officer and the grantee.
fn window() -> Vec<Addressee> {
    vec![DL, DA, of(Who::Pl), IR, of(Who::Ev)]
}

/// What is asked of whom.
type Told = (Ask, Vec<Addressee>);

fn told(ask: Ask, to: &[Addressee]) -> Told {
    let mut to = to.to_vec();
    to.sort();
    (ask, to)
}

/// The notices of one code among those that these events bring.
fn heard(world: &World, events: &[CaseEvent], code: N) -> Vec<Told> {
    let all = events.iter().flat_map(|event| notices(&world.case, event));
    all.filter(|notice| notice.kind == code).map(|notice| told(notice.ask, &notice.to)).collect()
}

/// The notices of one code that an act brings.
fn act(world: &mut World, (who, on, name): (Who, Subject, &str), body: &Value, code: N) -> Vec<Told> {
    let events = world.act(who, on, name, body).unwrap_or_else(|refusal| panic!("{name}: {refusal:?}"));
    heard(world, &events, code)
}

/// The notices of one code that a part of the story brings.
fn during(world: &mut World, code: N, story: impl FnOnce(&mut World)) -> Vec<Told> {
    let before = world.log.len();
    story(world);
    heard(world, &world.log[before..], code)
}

fn none() -> Value {
    json!({})
}

fn fresh() -> World {
    World::new(framework(&[]), at(NOW))
}

fn ready() -> (World, Subject) {
    World::ready(framework(&[]), at(NOW), Some(at(PLANNED)))
}

fn open() -> (World, Subject, Subject) {
    World::open(framework(&[]), at(OPENS), at(PLANNED))
}

fn drafted() -> (World, Subject) {
    let mut world = fresh();
    world.register(None);
    let body = json!({ "release": world.name(world.release()), "question": "Is it covered?" });
    let inquiry = world.create(Who::Dl, Kind::Inquiry, "draft", &body).expect("an inquiry");
    (world, inquiry)
}

fn attestations() -> Value {
    json!({ "unclassified_attestation": true, "no_weights_or_scores_attestation": true })
}

/// An engagement that its developer handed over, and nobody acknowledged.
fn proposed() -> (World, Subject) {
    let mut world = fresh();
    world.register(None);
    let engagement = world.draft().expect("a draft");
    let proposal = world.proposal();
    world.must(Who::Da, engagement, "propose", &proposal);
    (world, engagement)
}

/// N1.
#[test]
fn an_inquiry_that_is_submitted_is_told_to_the_pool_and_the_recorders() {
    let (mut world, inquiry) = drafted();
    let found = act(&mut world, (Who::Dl, inquiry, "submit"), &attestations(), N::N1);
    assert_eq!(found, [told(Ask::Acknowledge, &[POOL, DT])]);
}

/// N2: the recorder is told where it is the recorder's to act.
#[test]
fn a_step_of_an_inquiry_is_told_to_the_liaison_and_a_task_to_the_recorder() {
    let (mut world, inquiry) = drafted();
    world.must(Who::Dl, inquiry, "submit", &attestations());
    let question = json!({ "question": "How large is it?", "unclassified_attestation": true });
    let answer = json!({ "answer": "As large as before.", "unclassified_attestation": true });
    let steps = [
        (Who::Pl, "acknowledge", none(), vec![told(Ask::Read, &[DL]), told(Ask::Update, &[DT])]),
        (Who::Dt, "request-info", question, vec![told(Ask::Answer, &[DL])]),
        (Who::Dl, "answer-info", answer, vec![told(Ask::Update, &[DT])]),
        (Who::Dt, "begin-assessment", none(), vec![told(Ask::Read, &[DL])]),
        (Who::Dl, "withdraw", none(), vec![told(Ask::Read, &[DL, DT])]),
    ];
    for (who, name, body, expected) in steps {
        assert_eq!(act(&mut world, (who, inquiry, name), &body, N::N2), expected, "{name}");
    }
}

/// N3.
#[test]
fn a_determination_is_told_to_the_developers_liaison_and_official() {
    let mut world = fresh();
    world.register(None);
    let found = during(&mut world, N::N3, |world| {
        world.determine(true);
    });
    assert_eq!(found, [told(Ask::Read, &[DL, DA])]);
}

/// N4: the side that is asked next.
#[test]
fn a_proposal_is_told_to_the_pool_and_its_return_to_the_liaison() {
    let mut world = fresh();
    world.register(None);
    let engagement = world.draft().expect("a draft");
    let proposal = world.proposal();
    let found = act(&mut world, (Who::Da, engagement, "propose"), &proposal, N::N4);
    assert_eq!(found, [told(Ask::Acknowledge, &[POOL])]);
    let found = act(&mut world, (Who::Pl, engagement, "return"), &none(), N::N4);
    assert_eq!(found, [told(Ask::Redline, &[DL])]);
}

/// N5.
#[test]
fn participation_acknowledged_or_declined_is_told_to_the_developer() {
    for (name, body) in [("acknowledge", json!({ "conflict_check": true })), ("decline", none())] {
        let (mut world, engagement) = proposed();
        let found = act(&mut world, (Who::Pl, engagement, name), &body, N::N5);
        assert_eq!(found, [told(Ask::Read, &[DL, DA])], "{name}");
    }
}

/// N6.
#[test]
fn readiness_is_told_to_both_leads() {
    let mut world = fresh();
    world.register(None);
    world.determine(true);
    let engagement = world.engage();
    let found = during(&mut world, N::N6, |world| {
        world.cover(engagement);
    });
    assert_eq!(found, [told(Ask::Decide, &[DL, of(Who::Pl)])]);
}

/// N7: the second key is asked, and what it agrees is told to official, liaison and officer; so is every change.
#[test]
fn a_window_that_is_scheduled_or_changed_is_told_to_official_liaison_and_officer() {
    let (mut world, engagement) = ready();
    let terms = json!({ "open_at": OPENS });
    let found = act(&mut world, (Who::Da, engagement, "schedule-window"), &terms, N::N7);
    assert_eq!(found, [told(Ask::Decide, &[of(Who::Pl)])]);
    let hash = json!({ "hash": world.engagement(engagement).offers.last().expect("an offer").hash });
    let concerned = told(Ask::Read, &[DA, of(Who::Pl), IR]);
    assert_eq!(act(&mut world, (Who::Pl, engagement, "accept-offer"), &hash, N::N7), std::slice::from_ref(&concerned));
    let lower = json!({ "earlier_end": "2026-12-10T14:00:00Z" });
    assert_eq!(act(&mut world, (Who::Pl, engagement, "lower-end"), &lower, N::N7), [concerned]);
}

/// N8.
#[test]
fn an_opening_is_told_to_all_whom_the_window_concerns() {
    let (mut world, engagement) = ready();
    world.evaluator(engagement, Who::Ev);
    world.schedule(engagement, at(OPENS), None).expect("can be scheduled");
    let found = during(&mut world, N::N8, |world| world.at(at(OPENS)));
    assert_eq!(found, [told(Ask::Read, &window())]);
}

/// N9: and whoever holds the second key is asked to resume.
#[test]
fn a_suspension_and_its_end_are_told_to_all_whom_the_window_concerns() {
    let (mut world, engagement, _) = open();
    let reason = json!({ "reason": "operational" });
    let found = act(&mut world, (Who::Pl, engagement, "suspend-window"), &reason, N::N9);
    assert_eq!(found, [told(Ask::Read, &window())]);
    let found = during(&mut world, N::N9, |world| {
        world.two_keys([Who::Da, Who::Pl], engagement, "resume-window", &none()).expect("resumes");
    });
    assert_eq!(found, [told(Ask::Decide, &[of(Who::Pl)]), told(Ask::Read, &window())]);
}

/// N10: by time, by either side, and by a recorded release.
#[test]
fn a_closing_is_told_to_all_whom_the_window_concerned() {
    let (world, engagement, _) = open();
    let ways: [fn(&mut World, Subject); 3] = [
        |world, _| world.at(at(PLANNED)),
        |world, on| world.must(Who::Pl, on, "close-window", &none()),
        |world, on| world.must(Who::Da, on, "record-release", &json!({ "kind": "partner" })),
    ];
    for close in ways {
        let found = during(&mut world.clone(), N::N10, |world| close(world, engagement));
        assert_eq!(found, [told(Ask::Read, &window())]);
    }
}

/// N11: it says all that the closing would, so that nobody hears twice.
#[test]
fn a_withdrawal_is_told_to_liaison_officer_and_grantees_and_says_enough() {
    let (mut world, engagement, _) = open();
    let mut again = world.clone();
    let withdraw = (Who::Da, engagement, "withdraw");
    let found = act(&mut world, withdraw, &none(), N::N11);
    assert_eq!(found, [told(Ask::Read, &[of(Who::Pl), IR, of(Who::Ev)])]);
    assert_eq!(act(&mut again, withdraw, &none(), N::N10), []);
}

/// N12: grantees learn of it only by the window that closes (N10).
#[test]
fn a_recorded_release_is_told_to_the_liaison_alone() {
    let release = json!({ "kind": "public" });
    for (mut world, engagement, grantees) in [(open().0, open().1, 1), (ready().0, ready().1, 0)] {
        let mut again = world.clone();
        let record = (Who::Da, engagement, "record-release");
        assert_eq!(act(&mut world, record, &release, N::N12), [told(Ask::Read, &[of(Who::Pl)])]);
        assert_eq!(act(&mut again, record, &release, N::N10).len(), grantees);
    }
}

/// N13: the side whose turn it is, both signatories, both sides at an expiry; the officer at a breach.
#[test]
fn a_condition_asks_the_side_whose_turn_it_is_and_a_breach_reaches_the_officer() {
    let (mut world, engagement) = ready();
    let body = json!({ "attach_to": world.name(engagement), "template": "cybersecurity" });
    let before = world.log.len();
    let condition = world.create(Who::Dl, Kind::Condition, "attach", &body).expect("a condition");
    let attached = heard(&world, &world.log[before..], N::N13);
    assert!(attached.contains(&told(Ask::Redline, &[of(Who::Pl)])), "{attached:?}");
    let agreed = during(&mut world, N::N13, |world| {
        world.agree([Who::Dl, Who::Pl], condition, Some(at("2026-11-20T15:00:00Z")));
    });
    assert_eq!(agreed.last(), Some(&told(Ask::Sign, &[DA, of(Who::Gs)])));
    world.sign(Who::Da, condition).expect("signs");
    world.sign(Who::Gs, condition).expect("signs");
    let mut expired = world.clone();
    let expired = during(&mut expired, N::N13, |world| world.at(at("2026-11-20T15:00:00Z")));
    assert_eq!(expired.first(), Some(&told(Ask::Read, &[DL, of(Who::Pl)])));
    let breached = act(&mut world, (Who::Dl, condition, "report-breach"), &none(), N::N13);
    assert_eq!(breached.first(), Some(&told(Ask::Complete, &[of(Who::Pl), IR])));
}

/// N14: the partner's contact hears nothing but the ask to sign a generic text before the disclosure.
#[test]
fn a_nomination_is_told_to_official_and_reviewers_and_once_disclosed_to_the_partner() {
    let (mut world, engagement) = ready();
    let proposed = during(&mut world, N::N14, |world| {
        world.nominate(engagement).expect("a nomination");
    });
    assert_eq!(proposed, [told(Ask::Decide, &[DA])]);
    let nomination = *world.case.nominations.keys().next().expect("a nomination");
    let nomination = Subject::new(Kind::Nomination, nomination);
    let mut hidden = world.clone();
    assert_eq!(act(&mut hidden, (Who::Dl, nomination, "withdraw"), &none(), N::N14), [told(Ask::Read, &[DA])]);
    let mut asked = world.clone();
    let approach = (Who::Da, nomination, "consent-approach");
    assert_eq!(act(&mut asked, approach, &none(), N::N14), [told(Ask::Sign, &[TC])]);
    let reviewers = [Who::RvTreasury, Who::RvCisa, Who::RvNsa];
    let told_reviewers = [DA, of(Who::RvTreasury), of(Who::RvCisa), of(Who::RvNsa)];
    let deciding = during(&mut world, N::N14, |world| world.bring_to_decision(nomination, &reviewers));
    assert_eq!(deciding.last(), Some(&told(Ask::Decide, &told_reviewers)));
    world.must(Who::Da, nomination, "consent", &none());
    world.must(Who::RvTreasury, nomination, "concur", &none());
    let selected = act(&mut world, (Who::RvNsa, nomination, "concur"), &none(), N::N14);
    assert_eq!(selected, [told(Ask::Read, &[&told_reviewers[..], &[TC]].concat())]);
    let mut returned = world.clone();
    let turned_back = act(&mut returned, (Who::RvNsa, nomination, "revoke-vote"), &none(), N::N14);
    assert_eq!(turned_back, [told(Ask::Decide, &told_reviewers)], "back to the decision");
    let revoked = act(&mut world, (Who::Da, nomination, "revoke"), &none(), N::N14);
    assert_eq!(revoked, [told(Ask::Read, &[&told_reviewers[..], &[TC]].concat())]);
}

/// N15.
#[test]
fn what_becomes_of_a_grant_is_told_to_person_requester_and_officer() {
    let (mut world, engagement) = ready();
    let concerned = told(Ask::Read, &[of(Who::Ev), of(Who::Pl), IR]);
    let approved = during(&mut world, N::N15, |world| {
        world.evaluator(engagement, Who::Ev);
    });
    assert_eq!(approved.last(), Some(&concerned));
    let (world, engagement, grant) = open();
    let acts = [(Who::Pl, grant, "suspend"), (Who::Da, grant, "revoke"), (Who::Pl, engagement, "close-window")];
    for act_of in acts {
        assert_eq!(act(&mut world.clone(), act_of, &none(), N::N15), std::slice::from_ref(&concerned), "{act_of:?}");
    }
}

/// N18: custodian and liaison in turn, and both leads when it is closed.
#[test]
fn a_certificate_is_told_to_custodian_and_liaison_and_the_close_to_both_leads() {
    let (mut world, engagement, _) = open();
    let item = json!({ "reference": "I-1" });
    let register = json!({ "reference": "I-1", "disposition": "destroy" });
    let certificate = json!({
        "reference": "I-1", "method": "purge", "done_on": "2026-12-01", "performed_by": "A. One", "validated_by": "B. Two"
    });
    world.must(Who::Dl, engagement, "register-item", &register);
    world.must(Who::Pl, engagement, "close-window", &none());
    let custodian = |ask| told(ask, &[of(Who::Pl)]);
    let steps = [
        (Who::Ev, "certify-item", &certificate, told(Ask::Decide, &[DL])),
        (Who::Dl, "dispute-certificate", &item, custodian(Ask::CertifyReturn)),
        (Who::Ev, "certify-item", &certificate, told(Ask::Decide, &[DL])),
        (Who::Dl, "accept-certificate", &item, custodian(Ask::Read)),
    ];
    for (who, name, body, expected) in steps {
        assert_eq!(act(&mut world, (who, engagement, name), body, N::N18), [expected], "{name}");
    }
    let closed = during(&mut world, N::N18, |world| {
        world.two_keys([Who::Pl, Who::Dl], engagement, "close", &none()).expect("closes");
    });
    assert_eq!(closed, [told(Ask::Decide, &[DL]), told(Ask::Read, &[DL, of(Who::Pl)])]);
}
