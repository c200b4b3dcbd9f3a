//! What the policies must never allow, and what nothing may hold back.

use std::collections::BTreeSet;

use cedar_policy::Entities;
use serde_json::json;

use super::{
    super::{AuthzError, Denial, Engine, Permit, Resource, Sight, decide, permitted, sight},
    DEVELOPER, HOST, OTHER_DEVELOPER, OTHER_PARTNER, PARTNER, account, actor, assigned, developer, engine, government,
    partner, record,
};
use crate::domain::{
    action::Action,
    actor::{Actor, Assurance, Role, Side},
    command::Command,
    condition::ConditionSubject,
    grant::{GrantStage, GrantSuspension},
    id::Kind,
    incident::is_lockable,
    testing::{Who, World, at, framework},
};

fn act(kind: Kind, name: &'static str) -> Action {
    Action::new(kind, name)
}

#[test]
fn validation_is_strict() {
    let faults = [
        "permit (principal, action == Action::\"engagement.claim\", resource) when { resource.stage == \"draft\" };",
        "permit (principal, action == Action::\"grant.recertify\", resource) when { resource.holder == principal };",
        "permit (principal, action == Action::\"engagement.release\", resource);",
        "permit (principal is Scheduler, action, resource);",
    ];
    for fault in faults {
        assert!(matches!(Engine::with_policies(fault), Err(AuthzError::Invalid(_))), "{fault}");
    }
}

#[test]
fn the_hash_follows_the_policies() {
    let other = Engine::with_policies("").expect("no policy is valid and allows nothing");
    assert_ne!(engine().policy_hash(), other.policy_hash());
    assert_eq!(
        decide(&other, &developer(&[Role::DeveloperOfficial]), Action::read(Kind::Release), &record(Kind::Release)),
        Err(Denial::Hidden)
    );
}

#[test]
fn entities_fit_the_schema() {
    let engine = engine();
    for kind in Kind::ALL {
        for resource in [record(kind), assigned(kind), Resource { proposed_by: Some(account(1)), ..assigned(kind) }] {
            let entities = engine.entities(&developer(Role::ALL), &resource);
            Entities::from_entities(entities, Some(engine.schema()))
                .unwrap_or_else(|error| panic!("{kind:?}: {error:?}"));
        }
    }
}

/// Every action of a kind, reading included.
fn every_action(kind: Kind) -> Vec<Action> {
    std::iter::once(Action::read(kind)).chain(Command::actions(kind).iter().copied()).collect()
}

fn assert_hidden(actor: &Actor, resource: &Resource) {
    let engine = engine();
    for action in every_action(resource.kind()) {
        let answer = decide(engine, actor, action, resource);
        assert_eq!(answer.err(), Some(Denial::Hidden), "{action} by {:?} of {:?}", actor.roles, actor.side);
    }
    assert_eq!(sight(engine, actor, resource), None);
    assert!(permitted(engine, actor, resource).is_empty());
}

/// Kinds that belong to a developer.
const CASE: [Kind; 6] =
    [Kind::Release, Kind::Inquiry, Kind::Engagement, Kind::Condition, Kind::Nomination, Kind::Grant];

#[test]
fn other_organizations_find_nothing_whatever_their_roles() {
    let strangers = [
        actor(1, Side::Developer, OTHER_DEVELOPER, Role::ALL),
        actor(1, Side::Partner, OTHER_PARTNER, Role::ALL),
        // An account of the partner or host that claims the developer's organization stays what its side is.
        actor(1, Side::Partner, DEVELOPER, Role::ALL),
    ];
    for stranger in &strangers {
        for kind in CASE {
            assert_hidden(stranger, &assigned(kind));
        }
    }
}

/// Invariant 15: no role reaches into another organization.
#[test]
fn one_role_at_a_time_other_organizations_find_nothing() {
    for role in Role::ALL {
        for kind in CASE {
            assert_hidden(&actor(1, Side::Developer, OTHER_DEVELOPER, &[*role]), &assigned(kind));
            assert_hidden(&actor(1, Side::Partner, OTHER_PARTNER, &[*role]), &assigned(kind));
        }
    }
}

#[test]
fn drafts_are_the_developers_own() {
    for role in Role::ALL {
        for kind in CASE {
            let draft = Resource { government: false, ..assigned(kind) };
            assert_hidden(&government(&[*role]), &draft);
        }
    }
}

#[test]
fn partners_never_see_engagement_inquiry_or_release() {
    for kind in [Kind::Release, Kind::Inquiry, Kind::Engagement] {
        assert_hidden(&partner(Role::ALL), &Resource { partner: Some(PARTNER), ..assigned(kind) });
    }
}

#[test]
fn unassigned_people_of_the_government_see_the_pool_and_nothing_else() {
    let engine = engine();
    let pool = record(Kind::Engagement);
    let taken = Resource { liaison: Some(account(2)), assigned: BTreeSet::from([account(2)]), ..pool.clone() };
    let liaison = government(&[Role::ProgramLiaison]);
    assert_eq!(sight(engine, &liaison, &pool), Some(Sight::Outline));
    assert_eq!(sight(engine, &liaison, &assigned(Kind::Engagement)), Some(Sight::Whole));
    assert_eq!(sight(engine, &liaison, &taken), None);
    assert_eq!(permitted(engine, &liaison, &taken), vec![act(Kind::Engagement, "claim")]);
    for role in [Role::GovernmentSignatory, Role::Reviewer, Role::FrameworkOwner, Role::Evaluator, Role::RecordsOfficer]
    {
        for kind in [Kind::Release, Kind::Engagement, Kind::Condition, Kind::Grant] {
            // A records officer may take charge of a case whose reference they know, as a liaison may claim one.
            if (role, kind) == (Role::RecordsOfficer, Kind::Engagement) {
                let (officer, record) = (government(&[role]), record(kind));
                assert_eq!(sight(engine, &officer, &record), None);
                assert_eq!(permitted(engine, &officer, &record), vec![act(kind, "take-records")]);
                continue;
            }
            assert_hidden(&government(&[role]), &record(kind));
        }
    }
}

#[test]
fn operators_and_auditors_read_no_case() {
    for role in [Role::SystemAdministrator, Role::Auditor] {
        for kind in CASE {
            // Not even with every other role beside it.
            let everything: Vec<Role> = Role::ALL.to_vec();
            assert_hidden(&government(&everything), &assigned(kind));
            assert_hidden(&government(&[role]), &assigned(kind));
        }
    }
    // Invariant 15: within a records officer's authorization an auditor reads, and does nothing else.
    for kind in CASE.into_iter().chain([Kind::FoiaRequest]) {
        let authorized = Resource { auditors: BTreeSet::from([account(1)]), ..assigned(kind) };
        assert_eq!(sight(engine(), &government(Role::ALL), &authorized), None, "operators read nothing");
        let auditor = government(&[Role::Auditor, Role::ProgramLiaison, Role::RecordsOfficer]);
        assert_eq!(sight(engine(), &auditor, &authorized), Some(Sight::Whole), "{kind:?}");
        assert_eq!(permitted(engine(), &auditor, &authorized), vec![], "{kind:?}");
        if kind == Kind::Engagement {
            let export = |engagement: &Resource| decide(engine(), &auditor, act(kind, "export"), engagement);
            assert!(export(&authorized).is_ok(), "an auditor exports what an auditor reads");
            assert!(export(&assigned(kind)).is_err(), "without an authorization");
        }
        assert_eq!(sight(engine(), &auditor, &assigned(kind)), None, "{kind:?}");
    }
    for kind in CASE {
        assert_hidden(&government(&[Role::ConsultedOfficial]), &assigned(kind).without_people());
        assert_hidden(&developer(&[Role::OrganizationAdministrator]), &record(kind));
    }
}

impl Resource {
    fn without_people(self) -> Self {
        Self { holders: BTreeSet::new(), granted: BTreeSet::new(), holder: None, ..self }
    }
}

/// Section 3.8: whatever spillage may be reported in is locked by it from everybody but the insider-risk officer.
#[test]
fn spillage_locks_every_kind_that_it_may_be_reported_in() {
    let people = [
        developer(&[Role::DeveloperLiaison, Role::DeveloperOfficial]),
        government(&[Role::ProgramLiaison, Role::GovernmentSignatory, Role::RecordsOfficer]),
        government(&[Role::Evaluator]),
        government(&[Role::Auditor]),
        government(&[Role::DeterminationRecorder, Role::FrameworkOwner]),
        partner(&[Role::PartnerContact, Role::PartnerUser]),
    ];
    for kind in Kind::ALL.into_iter().filter(|kind| is_lockable(*kind)) {
        let open = Resource { auditors: BTreeSet::from([account(1)]), ..assigned(kind) };
        let locked = Resource { locked: true, ..open.clone() };
        let readers = people.iter().filter(|person| sight(engine(), person, &open).is_some());
        let seen: Vec<_> = readers.map(|person| sight(engine(), person, &locked)).collect();
        assert!(seen.len() > 1 && seen.iter().all(|seen| *seen == Some(Sight::Locked)), "{kind:?}: {seen:?}");
    }
}

/// Section 2: the insider-risk officer never browses what is proprietary. N13: the officer is told of a breach.
#[test]
fn the_insider_risk_officer_reads_the_conditions_that_are_the_officers_alone() {
    let (mut world, engagement) = World::ready(framework(&[]), at("2026-11-09T14:00:00Z"), None);
    let nda = world.condition(engagement, "nda", None);
    let of = |world: &World| {
        let resource = Resource::of(&world.case, nda).expect("the condition");
        let officer = Who::Ir.actor();
        (sight(engine(), &officer, &resource), permitted(engine(), &officer, &resource).len())
    };
    assert_eq!(of(&world), (None, 0), "a matter of confidentiality");
    world.must(Who::Pl, nda, "report-breach", &json!({}));
    assert_eq!(of(&world).0, Some(Sight::Whole), "broken");
    world.must(Who::Da, nda, "cure-breach", &json!({}));
    assert_eq!(of(&world), (None, 0), "cured");
    for (subject, reads) in [
        (ConditionSubject::Cybersecurity, true),
        (ConditionSubject::InsiderRisk, true),
        (ConditionSubject::IntellectualProperty, false),
    ] {
        let condition = world.case.conditions.get_mut(&nda.id).expect("the condition");
        condition.state.subjects = BTreeSet::from([subject]);
        assert_eq!(of(&world).0.is_some(), reads, "{subject:?}");
    }
}

/// Section 2: an evaluator sees engagements where access is granted. The terms, which bind the person, are read before.
#[test]
fn an_evaluator_reads_an_engagement_where_access_is_granted() {
    let (mut world, engagement) = World::ready(framework(&[]), at("2026-11-09T14:00:00Z"), None);
    let nda = world.condition(engagement, "nda", None);
    let grant = world.request(Who::Pl, engagement, Who::Ev).expect("a request");
    let suspended = |security| GrantStage::Suspended { by: None, security, reason: GrantSuspension::ByPerson };
    for (stage, reads, reads_terms) in [
        (GrantStage::Requested, false, true),
        (GrantStage::Prerequisites, false, true),
        (GrantStage::Approved, true, true),
        (GrantStage::Active, true, true),
        (suspended(false), true, true),
        (suspended(true), false, true),
        (GrantStage::Expired, false, false),
        (GrantStage::Revoked, false, false),
        (GrantStage::Closed, false, false),
    ] {
        let name = stage.name();
        assert_eq!(GrantStage::LIVE.contains(&name), reads_terms, "{name}");
        assert!(GrantStage::GRANTED.contains(&name) || !reads, "{name}");
        world.case.grants.get_mut(&grant.id).expect("the grant").state.stage = stage;
        let above = Resource::of(&world.case, engagement).expect("the engagement");
        let below = [Kind::Document, Kind::Handoff].map(|kind| Resource { above: None, kind, ..above.clone() });
        for resource in below.iter().chain([&above]) {
            let seen = sight(engine(), &Who::Ev.actor(), resource).is_some();
            assert_eq!(seen, reads, "{name}: {:?}", resource.kind());
        }
        let terms = Resource::of(&world.case, nda).expect("the condition");
        assert_eq!(sight(engine(), &Who::Ev.actor(), &terms).is_some(), reads_terms, "{name}: the terms");
    }
}

/// Invariant 12: a recused person neither decides nor sees the matter, in whatever other role.
#[test]
fn a_recused_reviewer_finds_nothing() {
    let me = BTreeSet::from([account(1)]);
    for kind in [Kind::Nomination, Kind::Condition, Kind::Grant] {
        let recused = Resource { recused: me.clone(), ..assigned(kind) };
        for roles in [&[Role::Reviewer][..], &[Role::Reviewer, Role::ProgramLiaison, Role::InsiderRiskOfficer]] {
            assert_hidden(&government(roles), &recused);
        }
    }
    let engine = engine();
    let open = assigned(Kind::Nomination);
    let reviewer = government(&[Role::Reviewer]);
    assert!(decide(engine, &reviewer, act(Kind::Nomination, "concur"), &open).is_ok(), "an unrecused one may vote");
}

#[test]
fn a_reviewers_second_role_does_not_reach_unassigned_nominations() {
    let second = [Role::Reviewer, Role::FrameworkOwner, Role::InsiderRiskOfficer];
    assert_hidden(&government(&second), &record(Kind::Nomination));
    let engine = engine();
    let owner = government(&[Role::FrameworkOwner]);
    assert!(decide(engine, &owner, act(Kind::Nomination, "assign-reviewer"), &record(Kind::Nomination)).is_ok());
    assert_hidden(&owner, &Resource { stage: "active", ..record(Kind::Nomination) });
}

#[test]
fn nobody_decides_on_their_own_request_nomination_or_grant() {
    let engine = engine();
    let (official, officer) = (developer(&[Role::DeveloperOfficial]), government(&[Role::InsiderRiskOfficer]));
    let (grant, me) = (record(Kind::Grant), Some(account(1)));
    let cases = [
        (&official, "approve"),
        (&official, "recertify"),
        (&official, "lift-suspension"),
        (&officer, "clear-prerequisites"),
        (&officer, "lift-suspension"),
    ];
    for (person, name) in cases {
        let action = act(Kind::Grant, name);
        assert!(decide(engine, person, action, &grant).is_ok(), "{action}");
        let own = Resource { requested_by: me, ..grant.clone() };
        assert_eq!(decide(engine, person, action, &own), Err(Denial::Forbidden), "{action} on the own request");
        let held = Resource { holder: me, ..grant.clone() };
        assert_eq!(decide(engine, person, action, &held), Err(Denial::Forbidden), "{action} on the own grant");
    }
    let reviewer = government(&[Role::Reviewer]);
    let nominated = Resource { proposed_by: me, ..assigned(Kind::Nomination) };
    for (person, name) in [(&reviewer, "concur"), (&reviewer, "decline-concurrence"), (&official, "consent")] {
        let action = act(Kind::Nomination, name);
        assert!(decide(engine, person, action, &assigned(Kind::Nomination)).is_ok(), "{action}");
        assert_eq!(decide(engine, person, action, &nominated), Err(Denial::Forbidden), "{action}");
    }
    let own = Resource { holder: me, partner: None, ..record(Kind::Prerequisites) };
    for action in Command::actions(Kind::Prerequisites) {
        let is_own_act = action.name == "attest";
        assert_eq!(decide(engine, &officer, *action, &own).is_ok(), is_own_act, "{action}");
        assert_eq!(decide(engine, &officer, *action, &record(Kind::Prerequisites)).is_ok(), !is_own_act, "{action}");
    }
}

#[test]
fn before_disclosure_the_partner_meets_the_generic_agreement_alone() {
    let engine = engine();
    let contact = partner(&[Role::PartnerContact, Role::PartnerUser]);
    let approached = Resource { disclosed: false, ..record(Kind::Nomination) };
    assert_eq!(permitted(engine, &contact, &approached), vec![act(Kind::Nomination, "sign-screening-nda")]);
    assert_eq!(sight(engine, &contact, &approached), Some(Sight::Outline));
    assert_eq!(sight(engine, &contact, &record(Kind::Nomination)), Some(Sight::Whole));
    assert_hidden(&contact, &Resource { partner: None, ..approached });
    for kind in [Kind::Condition, Kind::Grant] {
        assert_hidden(&contact, &Resource { disclosed: false, ..assigned(kind) });
    }
}

#[test]
fn withdrawing_and_recording_a_release_need_the_own_official_and_nothing_else() {
    let engine = engine();
    let bare =
        Resource { developer: Some(DEVELOPER), id: record(Kind::Engagement).id, ..Resource::blank(Kind::Engagement) };
    for resource in [bare, record(Kind::Engagement), assigned(Kind::Engagement)] {
        for assurance in [Assurance::Aal1, Assurance::Aal2] {
            for stage in crate::domain::engagement::Stage::NAMES {
                let resource = Resource { stage, ..resource.clone() };
                for name in ["withdraw", "record-release"] {
                    let action = act(Kind::Engagement, name);
                    let official = Actor { assurance, ..developer(&[Role::DeveloperOfficial]) };
                    assert!(decide(engine, &official, action, &resource).is_ok(), "{action} in {stage}");
                    let liaison = developer(&[Role::DeveloperLiaison]);
                    assert_eq!(decide(engine, &liaison, action, &resource), Err(Denial::Forbidden));
                    assert!(decide(engine, &government(Role::ALL), action, &resource).is_err());
                }
            }
        }
    }
}

#[test]
fn what_an_actor_may_do_it_may_read() {
    let engine = engine();
    for role in Role::ALL {
        for kind in Kind::ALL {
            for resource in [record(kind), assigned(kind)] {
                for actor in [developer(&[*role]), government(&[*role]), partner(&[*role])] {
                    let acts = permitted(engine, &actor, &resource);
                    // Who has a grant reports an incident and gets a receipt.
                    let is_report = acts == [act(Kind::Incident, "report")];
                    let is_takeover = [act(Kind::Engagement, "claim"), act(Kind::Engagement, "take-records")]
                        .contains(acts.first().unwrap_or(&act(kind, "read")))
                        && acts.len() == 1;
                    let reads = decide(engine, &actor, Action::read(kind), &resource).is_ok();
                    assert!(acts.is_empty() || reads || is_takeover || is_report, "{role:?} {kind:?}: {acts:?}");
                }
            }
        }
    }
}

#[test]
fn roles_of_another_side_count_for_nothing() {
    let engine = engine();
    for kind in CASE {
        let liaison = actor(1, Side::Developer, DEVELOPER, &[Role::ProgramLiaison, Role::InsiderRiskOfficer]);
        assert_eq!(sight(engine, &liaison, &assigned(kind).without_people()), None, "{kind:?}");
        let official = actor(1, Side::Government, HOST, &[Role::DeveloperOfficial, Role::PartnerContact]);
        assert_eq!(sight(engine, &official, &assigned(kind).without_people()), None, "{kind:?}");
    }
}

#[test]
fn the_permit_says_who_and_what() {
    let official = developer(&[Role::DeveloperOfficial]);
    let action = act(Kind::Engagement, "propose");
    let permit = decide(engine(), &official, action, &record(Kind::Engagement)).expect("the official may propose");
    assert_eq!((permit.actor(), permit.action()), (&official, action));
    assert_eq!(permit, Permit::for_tests(&official, action));
    let wrong_kind = decide(engine(), &official, act(Kind::Grant, "approve"), &record(Kind::Engagement));
    assert_eq!(wrong_kind, Err(Denial::Forbidden));
}
