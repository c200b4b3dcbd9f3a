//! People and organizations that a decision, a notice or a view names.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    App, AppError,
    view::{Known, Names, Served},
};
use uuid::Uuid;

use crate::{
    domain::{
        actor::{Actor, Assurance, Hosting, Role, Side},
        case::{Case, Facts, OrganizationFacts, PersonFacts},
        id::{AccountId, OrganizationId},
        notice::Addressee,
    },
    storage::{ReadTx, StorageError, people},
};

/// Facts about everybody whom a case or a command names.
pub(super) async fn facts(
    app: &App,
    tx: &ReadTx,
    case: &Case,
    named: &[AccountId],
    organization: Option<OrganizationId>,
) -> Result<Facts, StorageError> {
    let mut facts = app.base_facts(tx).await?;
    let holders = case.grants.values().map(|entry| entry.state.holder);
    // A delegation is void while whoever gave it does not hold the role.
    let officials = case.releases.values().flat_map(|entry| &entry.state.delegations).map(|given| given.by);
    let wanted: BTreeSet<AccountId> = holders.chain(officials).chain(named.iter().copied()).collect();
    let mut left = people::roles_left(tx, wanted.iter().copied()).await?;
    let found = people::by_ids(tx, wanted).await?.into_iter();
    let with_left = |(id, person): (AccountId, people::Person)| {
        (id, PersonFacts { left: left.remove(&id).unwrap_or_default(), ..person.facts })
    };
    facts.people = found.map(with_left).collect();
    let theirs = named.iter().filter_map(|account| facts.people.get(account)).map(|person| person.organization);
    let wanted: BTreeSet<OrganizationId> = theirs.chain(organization).collect();
    if !wanted.is_empty() {
        let wanted: Vec<OrganizationId> = wanted.into_iter().collect();
        let found = people::organizations(tx, Some(&wanted)).await?;
        facts.organizations = found.iter().map(|found| (found.id, OrganizationFacts::from(found))).collect();
    }
    Ok(facts)
}

/// The person of a stored account, acting in no session: with the lowest assurance, and by no link.
pub(super) fn absent(person: people::Person) -> Actor {
    Actor {
        account: person.account,
        organization: person.facts.organization,
        side: person.facts.side,
        roles: person.facts.roles,
        assurance: Assurance::Aal1,
        name: person.name,
        link: None,
    }
}

/// Names of everybody whom the views of a case may name, and of whomever these further ids are of.
pub(super) async fn names(tx: &ReadTx, case: &Case, further: &BTreeSet<Uuid>) -> Result<Names, StorageError> {
    let (mut organizations, mut accounts) = Names::wanted(case);
    organizations.extend(further.iter().map(|id| OrganizationId(*id)));
    accounts.extend(further.iter().map(|id| AccountId(*id)));
    names_of(tx, organizations, accounts).await
}

/// Names of everybody whom the views of these cases may name; two statements, however many cases.
pub(super) async fn names_in<'a>(tx: &ReadTx, cases: impl Iterator<Item = &'a Case>) -> Result<Names, StorageError> {
    let (mut organizations, mut accounts) = (BTreeSet::new(), BTreeSet::new());
    for case in cases {
        let (named, people) = Names::wanted(case);
        organizations.extend(named);
        accounts.extend(people);
    }
    names_of(tx, organizations, accounts).await
}

async fn names_of(
    tx: &ReadTx,
    organizations: BTreeSet<OrganizationId>,
    accounts: BTreeSet<AccountId>,
) -> Result<Names, StorageError> {
    let organizations: Vec<OrganizationId> = organizations.into_iter().collect();
    let found = people::organizations(tx, Some(&organizations)).await?;
    let served = |one: &people::Organization| Served { kind: one.party_kind.clone(), sector: one.sector.clone() };
    Ok(Names {
        served: found.iter().map(|organization| (organization.id, served(organization))).collect(),
        organizations: found.into_iter().map(|organization| (organization.id, organization.name)).collect(),
        people: people::by_ids(tx, accounts).await?.into_iter().map(known).collect(),
    })
}

fn known((id, person): (AccountId, people::Person)) -> (AccountId, Known) {
    (id, Known { name: person.name, side: person.facts.side })
}

/// The organization in whose log stands what the government may know, and whether that will not change any more. The
/// developer that hosts itself stands in for a government that nobody was asked in for yet: then nothing is said to the
/// government alone.
pub(super) async fn host(tx: &ReadTx, hosting: Hosting) -> Result<(OrganizationId, bool), AppError> {
    if hosting == Hosting::SingleDeveloper
        && let Some(government) = people::oldest_of_government(tx).await?
    {
        return Ok((government.id, true));
    }
    let host = people::host(tx).await?;
    let host = host.ok_or_else(|| AppError::internal("there is no host organization yet"))?;
    Ok((host.id, hosting == Hosting::ProgramOffice))
}

/// The addresses of those of these accounts that are active.
pub(super) async fn addresses(
    tx: &ReadTx,
    accounts: BTreeSet<AccountId>,
) -> Result<BTreeMap<AccountId, String>, StorageError> {
    let found = people::by_ids(tx, accounts).await?.into_iter();
    Ok(found.filter(|(_, person)| person.facts.active).map(|(id, person)| (id, person.email)).collect())
}

/// Accounts with their addresses, by whom a notice is addressed to.
#[derive(Clone, Debug, Default)]
pub(super) struct Recipients {
    people: BTreeMap<AccountId, (PersonFacts, String)>,
}

/// Looks up everybody whom the addressees may mean, in at most two statements.
pub(super) async fn recipients(tx: &ReadTx, to: impl Iterator<Item = Addressee>) -> Result<Recipients, StorageError> {
    let mut accounts: BTreeSet<AccountId> = BTreeSet::new();
    let mut roles: BTreeSet<(Option<OrganizationId>, Role)> = BTreeSet::new();
    for addressee in to {
        match addressee {
            Addressee::Account(account) => {
                accounts.insert(account);
            }
            Addressee::Organization(organization, role) => {
                roles.insert((Some(organization), role));
            }
            Addressee::Host(role) => {
                roles.insert((None, role));
            }
        }
    }
    let roles: Vec<_> = roles.into_iter().collect();
    let mut found = people::by_ids(tx, accounts).await?;
    found.extend(people::with_roles(tx, &roles).await?);
    let people = found.into_iter().map(|(id, person)| (id, (person.facts, person.email))).collect();
    Ok(Recipients { people })
}

impl Recipients {
    /// As [`Recipients::of`], people of one side alone: of a developer or a partner those of the organization.
    pub(super) fn of_side(
        &self,
        to: &[Addressee],
        side: Side,
        organization: OrganizationId,
    ) -> BTreeMap<AccountId, String> {
        let own = |facts: &PersonFacts| {
            facts.side == side && (side == Side::Government || facts.organization == organization)
        };
        let mut found = self.of(to);
        found.retain(|account, _| self.people.get(account).is_some_and(|(facts, _)| own(facts)));
        found
    }

    /// Active accounts with their addresses; each once.
    pub(super) fn of(&self, to: &[Addressee]) -> BTreeMap<AccountId, String> {
        let meant = |account: &AccountId, facts: &PersonFacts| {
            to.iter().any(|addressee| match addressee {
                Addressee::Account(wanted) => account == wanted,
                Addressee::Organization(organization, role) => {
                    facts.organization == *organization && facts.roles.contains(role)
                }
                Addressee::Host(role) => role.side() == Some(facts.side) && facts.roles.contains(role),
            })
        };
        let active = self.people.iter().filter(|(account, (facts, _))| facts.active && meant(account, facts));
        active.map(|(account, (_, address))| (*account, address.clone())).collect()
    }
}
