//! The policies against the domain's sentences, lists against decisions, and the printed matrix.

mod agreement;
mod delegation;
mod policies;
mod snapshot;
mod world;

use std::{collections::BTreeSet, sync::LazyLock};

use uuid::Uuid;

use super::{Engine, Resource};
use crate::domain::{
    actor::{Actor, Assurance, Role, Side},
    id::{AccountId, Kind, OrganizationId, RecordId},
};

const DEVELOPER: OrganizationId = OrganizationId(Uuid::from_u128(0xD1));
const OTHER_DEVELOPER: OrganizationId = OrganizationId(Uuid::from_u128(0xD2));
const HOST: OrganizationId = OrganizationId(Uuid::from_u128(0xA1));
const PARTNER: OrganizationId = OrganizationId(Uuid::from_u128(0xB1));
const OTHER_PARTNER: OrganizationId = OrganizationId(Uuid::from_u128(0xB2));

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().expect("the policies are valid"));

fn engine() -> &'static Engine {
    &ENGINE
}

fn account(number: u128) -> AccountId {
    AccountId(Uuid::from_u128(number))
}

fn actor(number: u128, side: Side, organization: OrganizationId, roles: &[Role]) -> Actor {
    let roles = roles.iter().copied().collect();
    Actor {
        account: account(number),
        organization,
        side,
        roles,
        assurance: Assurance::Aal1,
        name: "Test".to_owned(),
        link: None,
    }
}

fn developer(roles: &[Role]) -> Actor {
    actor(1, Side::Developer, DEVELOPER, roles)
}

fn government(roles: &[Role]) -> Actor {
    actor(1, Side::Government, HOST, roles)
}

fn partner(roles: &[Role]) -> Actor {
    actor(1, Side::Partner, PARTNER, roles)
}

/// A handed-over record of `DEVELOPER` (and of `PARTNER`, where the kind has one), with nobody assigned.
fn record(kind: Kind) -> Resource {
    let partner = matches!(kind, Kind::Condition | Kind::Nomination | Kind::Grant).then_some(PARTNER);
    Resource {
        id: Some(RecordId(Uuid::from_u128(9))),
        developer: Some(DEVELOPER),
        partner,
        stage: "proposed",
        government: true,
        holder: Some(account(8)),
        side: (kind == Kind::Grant).then_some(Side::Partner),
        ..Resource::blank(kind)
    }
}

/// The same, assigned in every way to the account 1.
fn assigned(kind: Kind) -> Resource {
    let me = BTreeSet::from([account(1)]);
    Resource {
        liaison: Some(account(1)),
        signatory: Some(account(1)),
        assigned: me.clone(),
        reviewers: me.clone(),
        holders: me.clone(),
        granted: me,
        ..record(kind)
    }
}
