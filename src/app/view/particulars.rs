//! What an event says, as its reader may know it. An event's data name records, people and organizations by id; each is
//! shown only where the reader may know it: a record by its reference, people of the other side not at all. The rule goes
//! by what an id names and not by the field that it stands in, so that it holds for events that are yet to be invented.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use uuid::Uuid;

use super::Viewing;
use crate::domain::{
    actor::Side,
    case::CaseEvent,
    id::{AccountId, Kind, OrganizationId, RecordId, Subject},
};

/// Every id that the event's data hold.
pub fn ids_in(event: &CaseEvent) -> BTreeSet<Uuid> {
    let mut found = BTreeSet::new();
    collect(&serde_json::to_value(&event.event).unwrap_or_default(), &mut found);
    found.extend(event.by.account.into_iter().chain(event.by.delegated_by).map(|account| account.0));
    found
}

fn collect(value: &Value, found: &mut BTreeSet<Uuid>) {
    match value {
        Value::String(text) => found.extend(id(text)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(members) => members.values().for_each(|member| collect(member, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// An id in the form in which events hold it.
fn id(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|id| id.to_string() == text)
}

impl Viewing<'_> {
    /// What the event says, as far as the viewer may know it. Whether the viewer may know of the event at all is its
    /// audience's question. The names must hold everybody whom [`ids_in`] finds.
    pub fn particulars(&self, event: &CaseEvent) -> Value {
        self.shown(serde_json::to_value(&event.event).unwrap_or_default())
    }

    /// Names for the ids that [`Viewing::particulars`] leaves as they are: of everybody whom the viewer may know.
    pub fn known_names(&self) -> BTreeMap<Uuid, String> {
        let side = self.viewer.side;
        let people = self.names.people.iter().filter(|(id, _)| self.names.person_for(**id, side).id.is_some());
        let people = people.map(|(id, known)| (id.0, known.name.clone()));
        let organizations = self.names.organizations.iter().filter(|(id, _)| self.knows(**id));
        people.chain(organizations.map(|(id, name)| (id.0, name.clone()))).collect()
    }

    fn shown(&self, value: Value) -> Value {
        match value {
            Value::String(text) => match id(&text) {
                Some(id) => self.named(id, text),
                None => Value::String(text),
            },
            Value::Array(items) => items.into_iter().map(|item| self.shown(item)).collect(),
            Value::Object(members) => members.into_iter().map(|(key, member)| (key, self.shown(member))).collect(),
            other @ (Value::Null | Value::Bool(_) | Value::Number(_)) => other,
        }
    }

    /// What stands for an id. One that names nothing was typed by somebody as a reference of their own.
    fn named(&self, id: Uuid, text: String) -> Value {
        let mut subjects = Kind::ALL.into_iter().map(|kind| Subject::new(kind, RecordId(id)));
        let known = subjects.find_map(|subject| Some((subject, self.case.reference(subject)?)));
        if let Some((subject, reference)) = known {
            return if self.sight(subject).is_some() { Value::from(reference) } else { Value::Null };
        }
        let account = AccountId(id);
        if self.names.people.contains_key(&account) {
            return self.names.person_for(account, self.viewer.side).id.map_or(Value::Null, |_| text.into());
        }
        let organization = OrganizationId(id);
        if self.names.organizations.contains_key(&organization) && !self.knows(organization) {
            return Value::Null;
        }
        text.into()
    }

    /// Whether the viewer may know the organization's part in the case.
    fn knows(&self, organization: OrganizationId) -> bool {
        let developer = self.case.release().map(|(_, release)| release.state.developer);
        let nominated =
            |(id, entry): (&RecordId, &crate::domain::case::Entry<crate::domain::nomination::Nomination>)| {
                entry.state.partner == organization && self.sight(Subject::new(Kind::Nomination, *id)).is_some()
            };
        self.viewer.side == Side::Government
            || self.viewer.organization == organization
            || developer == Some(organization)
            || self.case.nominations.iter().any(nominated)
    }
}
