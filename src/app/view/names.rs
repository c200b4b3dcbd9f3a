//! Names of organizations and people, looked up once for a view.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::{
    actor::{By, Side, Via},
    case::Case,
    id::{AccountId, OrganizationId},
};

/// An organization as others see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Party {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// A person as others of the same case see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Person {
    /// The account's id; none for the scheduler.
    pub id: Option<Uuid>,
    /// The person's name, `Scheduler` for time itself, or the side alone where the viewer may not know the person.
    pub name: String,
    /// By which way the person acted, where it was not a sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
}

/// A person whom views may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The person's name.
    pub name: String,
    /// The side that the person acts for.
    pub side: Side,
}

/// What an organization is and serves, by key (domain section 11).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// Its kind.
    pub kind: Option<String>,
    /// The critical-infrastructure sector that it serves.
    pub sector: Option<String>,
}

/// Names by id.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Organizations.
    pub organizations: BTreeMap<OrganizationId, String>,
    /// What they are and serve.
    pub served: BTreeMap<OrganizationId, Served>,
    /// People.
    pub people: BTreeMap<AccountId, Known>,
}

impl Names {
    /// The organization.
    pub fn party(&self, id: OrganizationId) -> Party {
        Party { id: id.0, name: self.organizations.get(&id).cloned().unwrap_or_default() }
    }

    /// The person, for those who may know people of that side and for whoever decides on the person's access.
    pub fn person(&self, id: AccountId) -> Person {
        Person {
            id: Some(id.0),
            name: self.people.get(&id).map(|known| known.name.clone()).unwrap_or_default(),
            via: None,
        }
    }

    /// Those of these people who act for the side.
    pub fn of_side(&self, people: &BTreeSet<AccountId>, side: Side) -> impl Iterator<Item = Person> {
        let known = people.iter().filter(move |id| self.people.get(id).is_some_and(|known| known.side == side));
        known.map(|id| self.person(*id))
    }

    /// The person as this side may know them: people of the government are shown to other sides as their side.
    pub fn person_for(&self, id: AccountId, viewer: Side) -> Person {
        match self.people.get(&id).map(|known| known.side) {
            Some(side) if is_known(side, viewer) => self.person(id),
            Some(_) => Person { id: None, name: "Government".to_owned(), via: None },
            None => Person { id: None, name: String::new(), via: None },
        }
    }

    /// Whoever acted. People of the government are shown to other sides as their side; whoever came by an external link
    /// is known to the developer, who hosts the deployment and asked the person in.
    pub fn by(&self, by: &By, viewer: Side) -> Person {
        if let (Some(account), Some(via), Side::Developer) = (by.account, by.via, viewer) {
            return Person { via: Some(via), ..self.person(account) };
        }
        let person = match (by.account, by.side) {
            (None, _) => Person { id: None, name: "Scheduler".to_owned(), via: None },
            (Some(_), Some(side)) if !is_known(side, viewer) => {
                Person { id: None, name: "Government".to_owned(), via: None }
            }
            (Some(account), _) => self.person(account),
        };
        Person { via: by.via, ..person }
    }

    /// The ids that the views of a case may name.
    pub fn wanted(case: &Case) -> (BTreeSet<OrganizationId>, BTreeSet<AccountId>) {
        let mut organizations = BTreeSet::new();
        let mut people = BTreeSet::new();
        organizations.extend(case.releases.values().map(|entry| entry.state.developer));
        let delegations = case.releases.values().flat_map(|entry| &entry.state.delegations);
        people.extend(delegations.flat_map(|given| [given.delegate, given.by]));
        for entry in case.engagements.values() {
            people.extend(entry.state.liaison.into_iter().chain(entry.state.signatory).chain(entry.state.lead));
            people.extend(entry.state.offers.iter().filter_map(|offer| offer.by.account));
            people.extend(entry.state.items.values().flat_map(super::item::people));
        }
        for entry in case.conditions.values() {
            people.extend(entry.state.versions.iter().filter_map(|version| version.by.account));
            people.extend(entry.state.signatures.iter().filter_map(|signature| signature.by.account));
            organizations.extend(entry.state.signatures.iter().filter_map(|signature| signature.by.organization));
            people.extend(entry.state.acknowledgements.keys().copied());
        }
        for entry in case.nominations.values() {
            organizations.insert(entry.state.partner);
            organizations.extend(entry.state.reviewers.values().map(|reviewer| reviewer.agency));
            people.extend(entry.state.reviewers.keys().copied());
            people.extend(entry.state.consent.as_ref().and_then(|consent| consent.by.account));
            people.extend(entry.state.screening_nda.as_ref().and_then(|signature| signature.by.account));
            people.extend(entry.state.proposed_by.account);
        }
        for entry in case.grants.values() {
            organizations.insert(entry.state.holder_organization);
            people.insert(entry.state.holder);
            people.extend(entry.state.requested_by.account);
            people.extend(entry.state.approved_by.as_ref().and_then(|by| by.account));
        }
        for entry in case.incidents.values() {
            organizations.extend(entry.state.partner);
            people.extend(entry.state.reported_by.account);
            people.extend(entry.state.acknowledged.as_ref().and_then(|given| given.by.account));
        }
        for entry in case.releases.values() {
            people.extend(entry.state.records.auditors());
        }
        people.extend(case.documents.values().filter_map(|entry| entry.state.by.account));
        organizations.extend(case.engagements.values().filter_map(|e| e.state.marking.as_ref()).map(|m| m.agency));
        for entry in case.handoffs.values() {
            people.extend(entry.state.recorded_by.account);
            let acknowledged = entry.state.acknowledged.iter().chain(&entry.state.clearinghouse);
            people.extend(acknowledged.filter_map(|acknowledged| acknowledged.by.account));
        }
        for entry in case.people.values() {
            organizations.insert(entry.state.organization);
            people.insert(entry.state.account);
        }
        (organizations, people)
    }
}

/// Whether people of this side are known by name to the viewer's.
const fn is_known(side: Side, viewer: Side) -> bool {
    !matches!((side, viewer), (Side::Government, Side::Developer | Side::Partner))
}
