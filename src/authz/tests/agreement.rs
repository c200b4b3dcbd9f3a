//! Lists and decisions agree: a row is in an actor's scope exactly if the actor may read it.

use std::cell::Cell;

use proptest::prelude::*;

use super::{
    super::{Denial, Resource, Scope, Sight, decide, sight},
    PARTNER, actor, engine,
    world::{ENGAGEMENT, any_case, anyone},
};
use crate::domain::{
    action::Action,
    actor::{Role, Side},
    case::Case,
    grant::{Grant, GrantStage},
    id::{AccountId, Kind, Subject},
    incident::is_locked,
};

#[test]
fn a_row_is_listed_exactly_if_it_may_be_read() {
    let engine = engine();
    let (listed, hidden) = (Cell::new(0_u32), Cell::new(0_u32));
    let config =
        ProptestConfig { cases: 400, max_shrink_iters: 100, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(case in any_case(), actor in anyone())| {
        let subjects = case.subjects();
        let rows: Vec<_> = subjects.iter().filter_map(|s| Some((s.kind, case.promoted(*s)?))).collect();
        for (subject, (_, row)) in subjects.iter().zip(&rows) {
            let resource = Resource::of(&case, *subject).expect("the case has what it lists");
            // What spillage locks is listed by its reference alone.
            let seen = sight(engine, &actor, &resource);
            let read = decide(engine, &actor, Action::read(subject.kind), &resource);
            prop_assert_eq!(seen == Some(Sight::Locked), read == Err(Denial::Locked));
            prop_assert!(seen != Some(Sight::Locked) || is_locked(&case, *subject));
            let read = seen.is_some();
            let is_listed = Scope::of(&actor, subject.kind).matches(row, &rows);
            // No column says what a condition is about, nor whether the insider-risk officer holds a grant.
            let picked = subject.kind == Kind::Condition && actor.has(Role::InsiderRiskOfficer) && !resource.insider_risk;
            let picked = picked || is_held_back(&case, actor.account);
            prop_assert!(is_listed == read || is_listed && picked, "{:?} of {:?}: {:?}", actor.roles, subject.kind, row);
            let count = if read { &listed } else { &hidden };
            count.set(count.get() + 1);
        }
    });
    assert!(listed.get() > 500 && hidden.get() > 500, "both answers must be met often");
}

/// Whether the insider-risk officer holds a grant of this person.
fn is_held_back(case: &Case, account: AccountId) -> bool {
    let held = |grant: &Grant| matches!(grant.stage, GrantStage::Suspended { security: true, .. });
    case.grants.values().any(|entry| entry.state.holder == account && held(&entry.state))
}

#[test]
fn a_record_yet_to_be_made_is_as_hidden_as_what_it_would_stand_under() {
    let engine = engine();
    let config =
        ProptestConfig { cases: 100, max_shrink_iters: 100, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(case in any_case(), actor in anyone())| {
        let parent = Subject::new(Kind::Engagement, ENGAGEMENT);
        let above = Resource::of(&case, parent).expect("the engagement is there");
        let knows = decide(engine, &actor, Action::read(Kind::Engagement), &above).is_ok();
        let acts = [
            (Kind::Nomination, "propose"),
            (Kind::Condition, "attach"),
            (Kind::Grant, "request"),
            (Kind::Document, "upload"),
            (Kind::Handoff, "record"),
        ];
        for (kind, name) in acts {
            let new = Resource::new_under(&case, parent, kind).expect("the engagement is there");
            let answer = decide(engine, &actor, Action::new(kind, name), &new);
            if is_locked(&case, parent) {
                prop_assert!(answer.is_err() || actor.has(Role::InsiderRiskOfficer), "{kind:?} by {:?}", actor.roles);
                continue;
            }
            prop_assert!(knows || answer == Err(Denial::Hidden), "{kind:?} by {:?}", actor.roles);
            prop_assert!(!knows || answer != Err(Denial::Hidden), "{kind:?} by {:?}", actor.roles);
        }
    });
}

#[test]
fn registering_takes_a_developer_and_is_no_secret() {
    let engine = engine();
    let register = Action::new(Kind::Release, "register");
    for (side, role, allowed) in [
        (Side::Developer, Role::DeveloperLiaison, true),
        (Side::Developer, Role::OrganizationAdministrator, false),
        (Side::Government, Role::ProgramLiaison, false),
        (Side::Partner, Role::PartnerContact, false),
    ] {
        let person = actor(1, side, PARTNER, &[role]);
        let answer = decide(engine, &person, register, &Resource::new_alone(Kind::Release, person.organization));
        assert_eq!(answer.is_ok(), allowed, "{role:?}");
        assert!(answer.is_ok() || answer == Err(Denial::Forbidden));
    }
    assert!(
        Scope::of(&actor(1, Side::Government, PARTNER, &[Role::SystemAdministrator]), Kind::Grant)
            .alternatives()
            .is_empty()
    );
    assert_eq!(Scope::of(&actor(1, Side::Partner, PARTNER, &[]), Kind::Grant).kind(), Kind::Grant);
}
