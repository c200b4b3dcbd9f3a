//! Stories of the nomination: the two keys, recusal and quorum, disclosure, activation and lapse (domain section 3.4).

use serde_json::json;

use super::NominationStage as Stage;
use crate::domain::{
    audience::Audience,
    grant::access::Access,
    id::{Kind, Subject},
    refusal::{FieldReason, Refusal, Unmet},
    testing::{DEVELOPER, HOST, NAME, PARTNER, TREASURY, Who, World, at, framework},
};

const NOW: &str = "2026-11-09T14:00:00Z";
const NOTIFIED: (&str, &str) = ("decision_rule = \"joint\"", "decision_rule = \"notified\"");

fn nominated(changes: &[(&str, &str)]) -> (World, Subject, Subject) {
    let (mut world, engagement) = World::ready(framework(changes), at(NOW), Some(at("2026-12-05T14:00:00Z")));
    let nomination = world.nominate(engagement).expect("a nomination");
    (world, engagement, nomination)
}

fn deciding(reviewers: &[Who]) -> (World, Subject) {
    let (mut world, _, nomination) = nominated(&[]);
    world.bring_to_decision(nomination, reviewers);
    (world, nomination)
}

/// Invariant 13: selected if and only if the developer consents and a quorum of agencies concurs; silence is neither.
#[test]
fn two_keys_select_and_silence_never_does() {
    use Who::{Da, RvCisa as C, RvCisaToo as C2, RvNsa as N, RvTreasury as T};
    const YES: &str = "concur";
    const NO: &str = "decline-concurrence";
    type Row = (&'static [Who], &'static [(Who, &'static str)], &'static str);
    let rows: [Row; 17] = [
        (&[T, C, N], &[], "decision"),
        (&[T, C, N], &[(Da, "consent")], "decision"),
        (&[T, C, N], &[(Da, "consent"), (T, YES)], "decision"),
        (&[T, C, N], &[(T, YES), (C, YES)], "decision"),
        (&[T, C, N], &[(Da, "consent"), (T, YES), (C, YES)], "selected"),
        (&[T, C, N], &[(T, YES), (C, YES), (Da, "consent")], "selected"),
        (&[C, C2, N], &[(Da, "consent"), (C, YES), (C2, YES)], "decision"),
        (&[C, C2, N], &[(Da, "consent"), (C, YES), (C2, YES), (N, YES)], "selected"),
        (&[T, C, N], &[(T, NO)], "decision"),
        (&[T, C, N], &[(T, NO), (C, NO)], "not_selected"),
        (&[T, C], &[(T, NO)], "not_selected"),
        (&[T, C, N], &[(T, "recuse"), (C, NO)], "not_selected"),
        (&[T, C, N], &[(T, "recuse"), (C, "recuse")], "decision"),
        (&[T, C, N], &[(Da, "consent"), (T, NO), (T, YES), (C, YES)], "selected"),
        (&[T, C, N], &[(Da, "consent"), (T, YES), (T, "recuse"), (C, YES)], "decision"),
        (&[T, C, N], &[(Da, "decline")], "not_selected"),
        (&[C, C2, N], &[(C, NO), (Da, "consent"), (C2, YES), (N, YES)], "selected"),
    ];
    for (reviewers, acts, expected) in rows {
        let (mut world, nomination) = deciding(reviewers);
        for (who, name) in acts {
            world.must(*who, nomination, name, &json!({}));
        }
        assert_eq!(world.stage(nomination), expected, "{reviewers:?}: {acts:?}");
    }
}

/// Either key may be turned back until the status is active; the nomination then returns to decision.
#[test]
fn a_key_turned_back_returns_the_nomination_to_decision() {
    for (who, name) in [(Who::Da, "revoke-consent"), (Who::RvTreasury, "revoke-vote"), (Who::RvNsa, "recuse")] {
        let (mut world, _, nomination) = nominated(&[]);
        world.select(nomination);
        let mut later = world.clone();
        later.must(Who::Pl, nomination, "begin-conditions", &json!({ "term_ends_at": "2027-06-01T00:00:00Z" }));
        for mut world in [world, later] {
            world.must(who, nomination, name, &json!({}));
            assert_eq!(world.stage(nomination), "decision", "{name}");
        }
    }
}

/// One reconsideration a decline, by the side that declined.
#[test]
fn a_decline_is_reconsidered_once() {
    let government: &[(Who, &str)] = &[(Who::RvTreasury, "decline-concurrence"), (Who::RvCisa, "decline-concurrence")];
    let developer: &[(Who, &str)] = &[(Who::Da, "decline")];
    for (acts, own, other) in [(government, Who::Fo, Who::Da), (developer, Who::Da, Who::Fo)] {
        let (mut world, nomination) = deciding(&[Who::RvTreasury, Who::RvCisa, Who::RvNsa]);
        let decline = |world: &mut World| {
            for (who, name) in acts {
                world.must(*who, nomination, name, &json!({}));
            }
            assert_eq!(world.stage(nomination), "not_selected");
        };
        decline(&mut world);
        assert_eq!(world.refused(other, nomination, "reconsider", &json!({})), Refusal::WrongSide);
        world.must(own, nomination, "reconsider", &json!({}));
        assert_eq!(world.stage(nomination), "decision");
        decline(&mut world);
        assert_eq!(world.refused(own, nomination, "reconsider", &json!({})), Refusal::ReconsiderationUsed);
    }
}

/// A government decline touches the partner's status in the framework, and nothing of the developer's (invariant 14).
#[test]
fn a_government_decline_leaves_the_release_alone() {
    let (mut world, nomination) = deciding(&[Who::RvTreasury, Who::RvCisa]);
    let before = (world.case.releases.clone(), world.case.engagements.clone());
    world.must(Who::RvCisa, nomination, "decline-concurrence", &json!({}));
    assert!(before == (world.case.releases.clone(), world.case.engagements.clone()));
}

/// Invariant 16: the partner learns nothing before the official's consent and its own screening agreement.
#[test]
fn nothing_is_disclosed_before_consent_and_the_screening_agreement() {
    let (mut world, _, nomination) = nominated(&[]);
    let nda = world.screening_signature();
    let unmet = |facts: &[Unmet]| Refusal::Unmet(facts.to_vec());
    let both = [Unmet::ApproachNotConsented, Unmet::ScreeningNdaNotSigned];
    assert_eq!(world.refused(Who::Dl, nomination, "disclose", &json!({})), unmet(&both));
    assert_eq!(world.refused(Who::Tc, nomination, "sign-screening-nda", &nda), unmet(&both[..1]));
    let seen = |world: &World| {
        let mine = world.log.iter().filter(|happened| happened.subject == nomination);
        mine.filter(|happened| happened.audience == Audience::Partner(PARTNER)).count()
    };
    assert_eq!((seen(&world), world.case.promoted(nomination).expect("a row").partner), (0, None));
    world.must(Who::Da, nomination, "consent-approach", &json!({}));
    assert_eq!(seen(&world), 0, "the official's consent would name the developer");
    assert_eq!(world.refused(Who::Da, nomination, "consent-approach", &json!({})), Refusal::AlreadyUnderWay);
    assert_eq!(world.refused(Who::Dl, nomination, "disclose", &json!({})), unmet(&both[1..]));
    // Invariant 20: the text that was shown, and no other.
    let mut other = nda.clone();
    other["digest"] = json!("0".repeat(64));
    let wrong = world.refused(Who::Tc, nomination, "sign-screening-nda", &other);
    assert_eq!(wrong, Refusal::field("/digest", FieldReason::WrongDigest));
    world.must(Who::Tc, nomination, "sign-screening-nda", &nda);
    let signature = world.nomination(nomination).screening_nda.clone().expect("a signature");
    assert_eq!((json!(signature.digest), json!(signature.typed_name)), (nda["digest"].clone(), json!(NAME)));
    assert_eq!(world.refused(Who::Tc, nomination, "sign-screening-nda", &nda), Refusal::AlreadySigned);
    assert!(!world.nomination(nomination).is_disclosed());
    let mut withdrawn = world.clone();
    withdrawn.must(Who::Dl, nomination, "withdraw", &json!({}));
    assert_eq!(seen(&withdrawn), 1, "its own signature alone");
    world.must(Who::Dl, nomination, "disclose", &json!({}));
    assert!(world.nomination(nomination).is_disclosed());
}

/// Votes, recusals and assignments stay with the government (domain section 3.0, "Audience").
#[test]
fn deliberation_is_the_governments_own() {
    let (mut world, nomination) = deciding(&[Who::RvTreasury, Who::RvCisa, Who::RvNsa]);
    world.must(Who::RvCisa, nomination, "concur", &json!({}));
    world.must(Who::RvCisa, nomination, "revoke-vote", &json!({}));
    world.must(Who::RvNsa, nomination, "recuse", &json!({}));
    let own = ["nomination.reviewer_assigned", "nomination.recused", "nomination.voted", "nomination.vote_revoked"];
    for happened in world.log.iter().filter(|happened| happened.subject == nomination) {
        let deliberation = own.contains(&happened.event.code());
        assert_eq!(happened.audience == Audience::Government, deliberation, "{}", happened.event.code());
    }
}

#[test]
fn reviewers_come_from_framework_owners_and_never_nominated() {
    let (mut world, engagement) = World::ready(framework(&[]), at(NOW), None);
    let body = json!({ "engagement": world.name(engagement), "partner": DEVELOPER });
    let kind = crate::domain::id::Kind::Nomination;
    let refusal = world.create(Who::Dl, kind, "propose", &body).expect_err("no partner");
    assert_eq!(refusal, Refusal::field("/partner", FieldReason::NoSuchOrganization));
    let body = json!({ "engagement": world.name(engagement), "partner": PARTNER });
    let nomination = world.create(Who::RvCisa, kind, "propose", &body).expect("a nomination");
    assert_eq!(world.nominate(engagement), Err(Refusal::AlreadyUnderWay));
    let assign = |who: Who| json!({ "reviewer": who.account() });
    let mut hosted = world.clone();
    hosted.facts.people.get_mut(&Who::RvTreasury.account()).expect("a person").organization = HOST;
    let refusal = hosted.refused(Who::Fo, nomination, "assign-reviewer", &assign(Who::RvTreasury));
    assert_eq!(refusal, Refusal::field("/reviewer", FieldReason::NotAFrameworkOwner));
    let no_account = Refusal::field("/reviewer", FieldReason::NoSuchAccount);
    assert_eq!(world.refused(Who::Fo, nomination, "assign-reviewer", &assign(Who::Pl)), no_account);
    // Invariant 11: whoever nominates does not review.
    assert_eq!(world.refused(Who::Fo, nomination, "assign-reviewer", &assign(Who::RvCisa)), Refusal::OwnRequest);
    world.must(Who::Fo, nomination, "assign-reviewer", &assign(Who::RvTreasury));
    let again = world.refused(Who::Fo, nomination, "assign-reviewer", &assign(Who::RvTreasury));
    assert_eq!(again, Refusal::field("/reviewer", FieldReason::AlreadyListed));
    assert_eq!(world.nomination(nomination).reviewers[&Who::RvTreasury.account()].agency, TREASURY);
    assert_eq!(world.refused(Who::Dl, nomination, "withdraw", &json!({})), Refusal::WrongSide);
}

/// The quorum must be possible before the keys are asked.
#[test]
fn a_decision_needs_reviewers_of_two_agencies() {
    let (mut world, _, nomination) = nominated(&[]);
    world.bring_to_decision(nomination, &[Who::RvCisa, Who::RvNsa]);
    let (mut short, _, nomination) = nominated(&[]);
    short.must(Who::Da, nomination, "consent-approach", &json!({}));
    let signature = short.screening_signature();
    short.must(Who::Tc, nomination, "sign-screening-nda", &signature);
    short.must(Who::Dl, nomination, "disclose", &json!({}));
    short.must(Who::Dl, nomination, "begin-screening", &json!({}));
    let refusal = short.refused(Who::Pl, nomination, "begin-vetting", &json!({}));
    let Refusal::Unmet(missing) = refusal else { panic!("criteria are missing") };
    assert_eq!(missing.len(), short.facts.frameworks[0].criteria.len());
    let criteria = short.facts.frameworks[0].criteria.iter().map(|c| (c.key.clone(), json!("Yes.")));
    let criteria: serde_json::Map<_, _> = criteria.collect();
    let body = json!({ "criteria": criteria, "unclassified_attestation": true });
    short.must(Who::Tc, nomination, "state-criteria", &body);
    short.must(Who::Pl, nomination, "begin-vetting", &json!({}));
    for who in [Who::RvCisa, Who::RvCisaToo] {
        short.must(Who::Fo, nomination, "assign-reviewer", &json!({ "reviewer": who.account() }));
    }
    let refusal = short.refused(Who::Pl, nomination, "open-decision", &json!({}));
    assert_eq!(refusal, Refusal::Unmet(vec![Unmet::QuorumNotReached]));
}

/// Activation needs the agreements, a cleared person and the recorded partner release; the status runs to its own
/// term and outlives the engagement.
#[test]
fn a_partner_is_active_from_the_release_to_its_own_term() {
    let (mut world, engagement, nomination) = nominated(&[]);
    world.select(nomination);
    let term = at("2027-03-01T00:00:00Z");
    let grant = world.partner_ready(nomination, term);
    // D12 does not run while nothing but the release is missing.
    world.at(at("2027-01-15T14:00:00Z"));
    assert_eq!((world.stage(nomination), world.allowed(grant)), ("conditions_precedent", false));
    world.must(Who::Da, engagement, "record-release", &json!({ "kind": "public" }));
    assert_eq!(world.stage(nomination), "conditions_precedent", "a public release is no partner release");
    world.must(Who::Da, engagement, "record-release", &json!({ "kind": "partner" }));
    assert_eq!((world.stage(nomination), world.stage(grant)), ("active", "active"));
    assert!(
        matches!(world.access(grant), Access::Allowed { .. }),
        "the engagement is closed: {}",
        world.stage(engagement)
    );
    world.must(Who::Da, grant, "recertify", &json!({}));
    world.at(term);
    assert_eq!((world.stage(nomination), world.stage(grant)), ("expired", "expired"));
    assert!(!world.allowed(grant));
}

/// D12: ten working days for the partner's own items, from 9 November to the end of 24 November.
#[test]
fn a_partner_that_does_not_meet_its_items_lapses() {
    let (mut world, _, nomination) = nominated(&[]);
    world.select(nomination);
    world.must(Who::Pl, nomination, "begin-conditions", &json!({ "term_ends_at": "2027-06-01T00:00:00Z" }));
    world.at(at("2026-11-25T04:59:59.999999Z"));
    assert_eq!(world.stage(nomination), "conditions_precedent");
    world.at(at("2026-11-25T05:00:00Z"));
    assert_eq!(world.stage(nomination), "lapsed");
}

/// Only the side that suspended lifts; after the insider-risk officer, that officer.
#[test]
fn a_status_is_lifted_by_the_side_that_suspended() {
    let rows = [
        (Who::Da, Who::Dl, Ok("active")),
        (Who::Da, Who::Pl, Err(Refusal::NotSuspendingSide)),
        (Who::Pl, Who::Da, Err(Refusal::NotSuspendingSide)),
        (Who::Ir, Who::Pl, Err(Refusal::NotSuspendingSide)),
        (Who::Ir, Who::Ir, Ok("active")),
    ];
    let (mut active, engagement, nomination) = nominated(&[]);
    active.select(nomination);
    let grant = active.partner_ready(nomination, at("2027-03-01T00:00:00Z"));
    active.must(Who::Da, engagement, "record-release", &json!({ "kind": "partner" }));
    for (suspends, lifts, expected) in rows {
        let mut world = active.clone();
        world.must(suspends, nomination, "suspend", &json!({}));
        assert!(!world.allowed(grant), "access of a suspended partner");
        let lifted = world.act(lifts, nomination, "lift-suspension", &json!({}));
        assert_eq!(lifted.map(|_| world.stage(nomination)), expected, "{suspends:?} and {lifts:?}");
        assert_eq!(world.allowed(grant), world.stage(nomination) == "active");
    }
    active.must(Who::Pl, nomination, "revoke", &json!({}));
    assert_eq!((active.nomination(nomination).stage.clone(), active.stage(grant)), (Stage::Revoked, "expired"));
}

/// `notified`: the developer's consent, and no objection when the task deadline has passed; never a concurrence.
#[test]
fn under_notice_only_an_objection_in_time_prevents_selection() {
    let (mut world, _, nomination) = nominated(&[NOTIFIED]);
    world.bring_to_decision(nomination, &[Who::RvTreasury, Who::RvCisa]);
    let mut silent = world.clone();
    silent.at(at("2026-12-01T00:00:00Z"));
    assert_eq!(silent.stage(nomination), "decision", "not without the developer's consent");
    world.must(Who::Da, nomination, "consent", &json!({}));
    let mut objected = world.clone();
    objected.must(Who::RvCisa, nomination, "decline-concurrence", &json!({}));
    objected.at(at("2026-12-01T00:00:00Z"));
    assert_ne!(objected.stage(nomination), "selected");
    // Five working days from 9 November, Veterans Day left out.
    world.at(at("2026-11-18T04:59:59.999999Z"));
    assert_eq!(world.stage(nomination), "decision");
    world.at(at("2026-11-18T05:00:00Z"));
    assert_eq!(world.stage(nomination), "selected");
    assert!(world.nomination(nomination).reviewers.values().all(|reviewer| reviewer.vote.is_none()));
}

/// Activation needs the agreements that the framework version asks of partners, whatever one side attached; and access
/// needs them from then on (domain sections 3.4 and 3.6).
#[test]
fn a_partner_without_its_agreements_is_never_active() {
    let (mut world, engagement, nomination) = nominated(&[]);
    world.select(nomination);
    world.must(Who::Pl, nomination, "begin-conditions", &json!({ "term_ends_at": "2027-06-01T00:00:00Z" }));
    let grant = world.request(Who::Tc, nomination, Who::Tu).expect("a grant");
    world.prepare(Who::Tu);
    world.must(Who::Ir, grant, "clear-prerequisites", &json!({}));
    world.must(Who::Da, grant, "approve", &json!({}));
    world.must(Who::Da, engagement, "record-release", &json!({ "kind": "partner" }));
    world.condition(nomination, "strong_sign_in", None);
    let optional = json!({ "attach_to": world.name(nomination), "template": "nda", "required": false });
    let refusal = world.create(Who::Dl, Kind::Condition, "attach", &optional).expect_err("needed");
    assert_eq!(refusal, Refusal::field("/required", FieldReason::NeededByFramework));
    assert_eq!(world.stage(nomination), "conditions_precedent");
    let nda = world.condition(nomination, "nda", None);
    assert_eq!((world.stage(nomination), world.allowed(grant)), ("active", false));
    world.acknowledge_one(Who::Tu, nda);
    assert!(world.allowed(grant));
    world.must(Who::Da, nda, "waive", &json!({}));
    let missing = [Unmet::NdaNotInForce, Unmet::AgreementNotInForce { template: "nda".to_owned() }];
    assert_eq!(world.access(grant), Access::Denied { unmet: missing.to_vec() });
}

/// D12 counts what waits for the partner; each item has its own clock, and others' delay is nobody's lapse.
#[test]
fn a_partner_never_lapses_for_others_delay() {
    let (mut world, _, nomination) = nominated(&[]);
    world.select(nomination);
    world.must(Who::Pl, nomination, "begin-conditions", &json!({ "term_ends_at": "2027-06-01T00:00:00Z" }));
    let body = json!({ "attach_to": world.name(nomination), "template": "nda" });
    let nda = world.create(Who::Pl, Kind::Condition, "attach", &body).expect("a condition");
    let grant = world.request(Who::Tc, nomination, Who::Tu).expect("a grant");
    let mut unattested = world.clone();
    unattested.at(at("2026-11-25T05:00:00Z"));
    assert_eq!(unattested.stage(nomination), "lapsed", "the person does not attest");
    world.must(Who::Tu, World::record(Who::Tu), "attest", &json!({ "intent": true }));
    // The text is the developer's turn and the prerequisites are the officer's, for months.
    world.at(at("2027-01-11T15:00:00Z"));
    assert_eq!(world.stage(nomination), "conditions_precedent");
    let offer = json!({ "digest": world.digest(nda), "effective_at": world.now });
    world.must(Who::Dl, nda, "offer-agreement", &offer);
    let mut idle = world.clone();
    // Ten working days from Monday 11 January, the holiday on the 18th left out, end with the 26th.
    idle.at(at("2027-01-27T04:59:59.999999Z"));
    assert_eq!(idle.stage(nomination), "conditions_precedent");
    idle.at(at("2027-01-27T05:00:00Z"));
    assert_eq!(idle.stage(nomination), "lapsed");
    world.at(at("2027-01-25T15:00:00Z"));
    let hash = world.case.conditions[&nda.id].state.offers[0].hash.clone();
    world.must(Who::Tc, nda, "accept-agreement", &json!({ "hash": hash }));
    // The signature is a new item with a new clock; once given, the rest is others' again.
    world.at(at("2027-02-08T15:00:00Z"));
    world.sign(Who::Tc, nda).expect("signs");
    world.at(at("2027-05-28T15:00:00Z"));
    assert_eq!((world.stage(nomination), world.stage(grant)), ("conditions_precedent", "requested"));
}

/// D12: a renewal that the partner leaves lying while the text before it is in force keeps nobody waiting.
#[test]
fn a_partner_does_not_lapse_for_a_renewal() {
    let (mut world, _, nomination) = nominated(&[]);
    world.select(nomination);
    world.must(Who::Pl, nomination, "begin-conditions", &json!({ "term_ends_at": "2028-06-01T00:00:00Z" }));
    let nda = world.condition(nomination, "nda", None);
    world.request(Who::Tc, nomination, Who::Tu).expect("a grant");
    world.must(Who::Tu, World::record(Who::Tu), "attest", &json!({ "intent": true }));
    let body = json!({ "attach_to": world.name(nomination), "template": "nda", "supersedes": world.name(nda) });
    let renewal = world.create(Who::Dl, Kind::Condition, "attach", &body).expect("a successor");
    let offer = json!({ "digest": world.digest(renewal), "effective_at": world.now });
    world.must(Who::Dl, renewal, "offer-agreement", &offer);
    world.at(at("2027-01-11T15:00:00Z"));
    assert_eq!(world.stage(nomination), "conditions_precedent");
}

/// The insider-risk officer also suspends what is suspended; then the officer lets go first and the side after.
#[test]
fn the_officer_suspends_a_suspended_status() {
    let (mut world, engagement, nomination) = nominated(&[]);
    world.select(nomination);
    world.partner_ready(nomination, at("2027-03-01T00:00:00Z"));
    world.must(Who::Da, engagement, "record-release", &json!({ "kind": "partner" }));
    let none = json!({});
    world.must(Who::Da, nomination, "suspend", &none);
    let wrong = world.refused(Who::Pl, nomination, "suspend", &none);
    assert!(matches!(wrong, Refusal::WrongStage { stage: "suspended", .. }), "{wrong:?}");
    world.must(Who::Ir, nomination, "suspend", &none);
    assert_eq!(world.refused(Who::Ir, nomination, "suspend", &none), Refusal::AlreadyUnderWay);
    assert_eq!(world.refused(Who::Da, nomination, "lift-suspension", &none), Refusal::NotSuspendingSide);
    world.must(Who::Ir, nomination, "lift-suspension", &none);
    assert_eq!(world.stage(nomination), "suspended", "the developer suspended too");
    assert_eq!(world.refused(Who::Ir, nomination, "lift-suspension", &none), Refusal::NotSuspendingSide);
    world.must(Who::Da, nomination, "lift-suspension", &none);
    assert_eq!(world.stage(nomination), "active");
}

/// Invariant 13, `notified`: the developer consents, the list is shared, and the task deadline passes without objection.
/// What is recorded is that, and no concurrence.
#[test]
fn without_objection_the_task_deadline_selects_under_notified() {
    let (mut world, _, nomination) = nominated(&[NOTIFIED]);
    world.bring_to_decision(nomination, &[Who::RvCisa, Who::RvNsa]);
    let since = world.nomination(nomination).since;
    assert_eq!(world.refused(Who::RvNsa, nomination, "concur", &json!({})), Refusal::NotInFramework);
    world.must(Who::Da, nomination, "consent", &json!({}));
    assert_eq!(world.stage(nomination), "decision", "silence selects nothing before the deadline");
    let framework = &world.facts.frameworks[0];
    let rule = framework.deadline(crate::domain::deadline::DeadlineKind::PartnerConcurrence);
    let ends = crate::domain::deadline::due(&rule, since, framework.zone, world.facts.calendars.newest()).due_at;
    world.at(ends - chrono::TimeDelta::microseconds(1));
    assert_eq!(world.stage(nomination), "decision");
    world.at(ends);
    assert_eq!(world.stage(nomination), "selected");
    assert!(world.nomination(nomination).no_objection);
    assert_eq!(world.log.last().expect("an event").event.code(), "nomination.no_objection_recorded");
    world.must(Who::Da, nomination, "revoke-consent", &json!({}));
    assert_eq!(world.stage(nomination), "decision", "invariant 13");
    assert!(!world.nomination(nomination).no_objection);
}

/// Invariant 13, `notified`: an objection that stands at the deadline is the government's no; one taken back is none;
/// without the developer's consent nothing selects.
#[test]
fn an_objection_at_the_task_deadline_stands_under_notified() {
    let rows: [(&[(Who, &str)], &str); 4] = [
        (&[(Who::Da, "consent"), (Who::RvNsa, "decline-concurrence")], "not_selected"),
        (&[(Who::RvNsa, "decline-concurrence"), (Who::RvCisa, "decline-concurrence")], "not_selected"),
        (&[(Who::Da, "consent"), (Who::RvNsa, "decline-concurrence"), (Who::RvNsa, "revoke-vote")], "selected"),
        (&[], "decision"),
    ];
    for (acts, expected) in rows {
        let (mut world, _, nomination) = nominated(&[NOTIFIED]);
        world.bring_to_decision(nomination, &[Who::RvCisa, Who::RvNsa]);
        for (who, name) in acts {
            world.must(*who, nomination, name, &json!({}));
        }
        assert_eq!(world.stage(nomination), "decision", "{acts:?}");
        world.hours(24 * 30);
        assert_eq!(world.stage(nomination), expected, "{acts:?}");
    }
}
