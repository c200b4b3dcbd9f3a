//! Stories of the nomination: the two keys, recusal and quorum, disclosure, activation and lapse (domain section 3.4).

use serde_json::json;

use super::NominationStage as Stage;
use crate::domain::{
    audience::Audience,
    grant::access::Access,
    id::Subject,
    refusal::{FieldReason, Refusal, Unmet},
    testing::{DEVELOPER, PARTNER, TREASURY, Who, World, at, framework},
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
    let nda = json!({ "intent": true });
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
    assert_eq!(world.refused(Who::Da, nomination, "consent-approach", &json!({})), Refusal::AlreadyUnderWay);
    assert_eq!(world.refused(Who::Dl, nomination, "disclose", &json!({})), unmet(&both[1..]));
    world.must(Who::Tc, nomination, "sign-screening-nda", &nda);
    assert!(!world.nomination(nomination).is_disclosed());
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
fn reviewers_come_from_agencies_and_never_nominated() {
    let (mut world, engagement) = World::ready(framework(&[]), at(NOW), None);
    let body = json!({ "engagement": world.name(engagement), "partner": DEVELOPER });
    let kind = crate::domain::id::Kind::Nomination;
    let refusal = world.create(Who::Dl, kind, "propose", &body).expect_err("no partner");
    assert_eq!(refusal, Refusal::field("/partner", FieldReason::NoSuchOrganization));
    let body = json!({ "engagement": world.name(engagement), "partner": PARTNER });
    let nomination = world.create(Who::RvCisa, kind, "propose", &body).expect("a nomination");
    assert_eq!(world.nominate(engagement), Err(Refusal::AlreadyUnderWay));
    let assign = |who: Who| json!({ "reviewer": who.account() });
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
    short.must(Who::Tc, nomination, "sign-screening-nda", &json!({ "intent": true }));
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
